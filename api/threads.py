"""Threads that answer requests beside the event loop.

The standard pool makes a lock and two futures for each call: handing over took a tenth of a read's CPU. A queue at
which all threads wait wakes a second one for nothing with each call: a lone caller's read took a twentieth more.
"""

import threading
from asyncio import AbstractEventLoop, Future, get_running_loop
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from threading import Lock
from typing import Any

_Call = tuple[AbstractEventLoop, "Future[Any]", Callable[[], Any]]


class Threads:
    """Run calls in a fixed number of threads, which begin with the first call: before it the process may be forked."""

    def __init__(self, count: int, name: str) -> None:
        self._count = count
        self._name = name
        self._turn = Lock()
        self._calls: deque[_Call] = deque()
        self._resting: list[Lock] = []
        """The bells of threads without a call; whoever rested last is the first to be woken."""
        self._has_begun = False

    async def run(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever it returns
        """Return what ``call`` returns, or raise what it raises."""
        if not self._has_begun:
            self._begin()
        loop = get_running_loop()
        answer: Future[Any] = loop.create_future()
        with self._turn:
            self._calls.append((loop, answer, call))
            bell = self._resting.pop() if self._resting else None
        if bell is not None:
            bell.release()
        return await answer

    def _begin(self) -> None:
        for _ in range(self._count):
            threading.Thread(target=self._serve, name=self._name, daemon=True).start()
        self._has_begun = True

    def _serve(self) -> None:
        bell = Lock()
        bell.acquire()
        while True:
            self._answer(*self._next(bell))

    def _next(self, bell: Lock) -> _Call:
        while True:
            with self._turn:
                if self._calls:
                    return self._calls.popleft()
                self._resting.append(bell)
            bell.acquire()  # Rung for a call that another thread may have taken by then.

    def _answer(self, loop: AbstractEventLoop, answer: "Future[Any]", call: Callable[[], Any]) -> None:
        try:
            result = call()
        except BaseException as error:  # noqa: BLE001 - it is raised where the call is awaited
            _send(loop, answer, None, error)
        else:
            _send(loop, answer, result, None)


def _send(loop: AbstractEventLoop, answer: "Future[Any]", result: Any, problem: BaseException | None) -> None:  # noqa: ANN401
    with suppress(RuntimeError):  # The loop ended meanwhile: nobody waits any more.
        loop.call_soon_threadsafe(_tell, answer, result, problem)


def _tell(answer: "Future[Any]", result: Any, problem: BaseException | None) -> None:  # noqa: ANN401
    if answer.done():
        return  # Whoever waited was cancelled.
    if problem is None:
        answer.set_result(result)
    elif isinstance(problem, StopIteration):  # No future takes it: whoever waits would wait for ever.
        answer.set_exception(RuntimeError("a call ended with StopIteration"))
    else:
        answer.set_exception(problem)
