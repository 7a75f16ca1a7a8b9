"""Pieces of work shared among processes: each is done once, by whoever is ready."""

import os
import signal
from collections.abc import Callable

import pytest

from jobs.processes import Claim, share_work
from kernel.errors import Conflict, Invalid

PIECES = 40


def test_each_piece_is_done_once_by_whoever_is_ready() -> None:
    done: list[int] = []

    def work(claim: Claim, tell: Callable[[int], None]) -> None:
        for piece in range(PIECES):
            if claim(piece):
                tell(piece)

    share_work(3, work, done.append)
    assert sorted(done) == list(range(PIECES))


def test_who_is_held_up_leaves_the_other_pieces_to_the_others() -> None:
    done: list[int] = []
    waiting, going_on = os.pipe()

    def work(claim: Claim, tell: Callable[[int], None]) -> None:
        mine = []
        for piece in range(PIECES):
            if claim(piece):
                mine.append(piece)
                if piece == 0:
                    os.read(waiting, 1)  # Until all the others are done.
                if piece == PIECES - 1:
                    os.write(going_on, b".")
        tell(len(mine))

    share_work(2, work, done.append)
    assert sorted(done) == [1, PIECES - 1]


def test_what_one_raises_ends_all() -> None:
    def work(claim: Claim, tell: Callable[[int], None]) -> None:  # noqa: ARG001 - it never gets so far
        if claim(0):
            raise Invalid("nothing of it")
        signal.pause()

    with pytest.raises(Invalid, match="nothing of it"):
        share_work(2, work, lambda _: None)


def test_a_process_that_is_killed_is_told_of_and_leaves_the_others_to_end() -> None:
    done: list[int] = []

    def work(claim: Claim, tell: Callable[[int], None]) -> None:
        for piece in range(PIECES):
            if claim(piece):
                if piece == 1:
                    os.kill(os.getpid(), signal.SIGKILL)
                tell(piece)

    with pytest.raises(Conflict, match="ended early"):
        share_work(2, work, done.append)
    assert sorted([*done, 1]) == list(range(PIECES))
