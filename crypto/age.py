"""Encrypt a file to somebody's public key (age, C2SP ``age`` v1, X25519): only who holds the identity reads it.

It hides the content, not that there is a file nor its size, and it says nothing of who wrote it.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

import pyrage  # type: ignore[import-untyped]  # age in Rust, without stubs

from kernel.errors import Invalid


def check_public_key(text: str) -> str:
    """Return a public key as ``age-keygen`` prints it (``age1…``). Raises Invalid for anything else."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError:
        raise Invalid("a public key is written age1…, as age-keygen prints it") from None


def encrypt_to(public_key: str, pieces: Iterable[bytes], take: Callable[[bytes], None]) -> None:
    """Encrypt a file piece by piece to a public key; ``take`` gets what comes of it.

    Raises Invalid, and what ``pieces`` or ``take`` raise.
    """
    recipient = pyrage.x25519.Recipient.from_str(check_public_key(public_key))
    problems: list[BaseException] = []
    try:
        pyrage.encrypt_io(_Pulled(iter(pieces), problems), _Pushed(take, problems), [recipient])
    except pyrage.EncryptError as error:
        problems.append(error)
    # The library makes an error of its own of every other, and passes over one that it meets with the last bytes.
    if problems:
        raise problems[0]


class _Pulled:
    """Pieces of any size, read as a file is."""

    def __init__(self, pieces: Iterator[bytes], problems: list[BaseException]) -> None:
        self._pieces, self._problems = pieces, problems
        self._held = bytearray()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        with _keeping(self._problems):
            while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
                self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


class _Pushed:
    """A file whose pieces go on as they are written."""

    def __init__(self, take: Callable[[bytes], None], problems: list[BaseException]) -> None:
        self._take, self._problems = take, problems

    def write(self, piece: bytes, /) -> int:
        """Hand a piece on."""
        with _keeping(self._problems):
            self._take(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Hold nothing back."""


@contextmanager
def _keeping(problems: list[BaseException]) -> Iterator[None]:
    try:
        yield
    except BaseException as problem:
        problems.append(problem)
        raise
