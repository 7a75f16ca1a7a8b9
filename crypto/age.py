"""Encrypt a file to somebody's public key (age, C2SP ``age`` v1, X25519): only who holds the identity reads it.

It hides the content, not that there is a file nor its size, and it says nothing of who wrote it.
"""

from collections.abc import Callable, Iterable, Iterator

import pyrage  # type: ignore[import-untyped]  # age in Rust, without stubs

from kernel.errors import Invalid


def check_public_key(text: str) -> str:
    """Return a public key as ``age-keygen`` prints it (``age1…``). Raises Invalid for anything else."""
    try:
        return str(pyrage.x25519.Recipient.from_str(text.strip()))
    except pyrage.RecipientError:
        raise Invalid("a public key is written age1…, as age-keygen prints it") from None


def encrypt_to(public_key: str, pieces: Iterable[bytes], take: Callable[[bytes], None]) -> None:
    """Encrypt a file piece by piece to a public key; ``take`` gets what comes of it. Raises Invalid."""
    recipient = pyrage.x25519.Recipient.from_str(check_public_key(public_key))
    pyrage.encrypt_io(_Pulled(iter(pieces)), _Pushed(take), [recipient])


class _Pulled:
    """Pieces of any size, read as a file is."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._held = bytearray()

    def read(self, size: int, /) -> bytes:
        """Return the next bytes, none at the end."""
        while len(self._held) < size and (piece := next(self._pieces, None)) is not None:
            self._held += piece
        taken = bytes(self._held[:size])
        del self._held[:size]
        return taken


class _Pushed:
    """A file whose pieces go on as they are written."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take

    def write(self, piece: bytes, /) -> int:
        """Hand a piece on."""
        self._take(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Hold nothing back."""
