"""Threads that answer requests: every call is answered, and what fails is raised where it is awaited."""

import asyncio
import threading
import time
from functools import partial

import pytest

from api.threads import Threads


def test_more_calls_than_threads_are_all_answered() -> None:
    seen: set[str] = set()

    def call(number: int) -> int:
        seen.add(threading.current_thread().name)
        time.sleep(number % 3 / 1000)
        return number

    async def ask() -> list[int]:
        threads = Threads(3, "asked")
        return [
            answer
            for _ in range(20)
            for answer in await asyncio.gather(*(threads.run(partial(call, number)) for number in range(20)))
        ]

    assert asyncio.run(ask()) == list(range(20)) * 20
    assert seen == {"asked"}


def test_calls_wait_for_a_thread_in_their_order() -> None:
    begun: list[int] = []

    async def ask() -> None:
        threads = Threads(1, "asked")
        await asyncio.gather(*(threads.run(partial(begun.append, number)) for number in range(50)))

    asyncio.run(ask())
    assert begun == list(range(50))


def test_one_caller_after_the_other_has_one_thread() -> None:
    seen: set[int] = set()

    async def ask() -> None:
        threads = Threads(4, "asked")
        for _ in range(50):
            await threads.run(lambda: seen.add(threading.get_ident()))
            await asyncio.sleep(0.002)  # The thread has told its answer, and rests.

    asyncio.run(ask())
    assert len(seen) == 1


def test_what_a_call_raises_is_raised_where_it_is_awaited_and_the_thread_goes_on() -> None:
    def fail() -> None:
        raise ZeroDivisionError

    async def ask() -> int:
        threads = Threads(1, "asked")
        with pytest.raises(ZeroDivisionError):
            await threads.run(fail)
        answer: int = await threads.run(lambda: 7)
        return answer

    assert asyncio.run(ask()) == 7


def test_a_call_that_ends_with_stop_iteration_is_answered_too() -> None:
    async def ask() -> None:
        await asyncio.wait_for(Threads(1, "asked").run(partial(next, iter(()))), 20)

    with pytest.raises(RuntimeError):
        asyncio.run(ask())
