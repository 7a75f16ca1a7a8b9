"""An artefact: a stream sealed to age recipients, never in clear on a disk, with the digest of what was written."""

import hashlib
import os
import re
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage  # type: ignore[import-untyped]  # age in Rust, without stubs

from kernel.errors import Misconfigured, Unopenable

Recipients = Sequence[pyrage.x25519.Recipient]
Identities = Sequence[pyrage.x25519.Identity]
_IDENTITY = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]+")


class Source(Protocol):
    """Anything that is read piece by piece."""

    def read(self, size: int = -1, /) -> bytes:
        """Return the next piece, empty at the end."""
        ...


class Target(Protocol):
    """Anything that is written piece by piece."""

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""
        ...

    def flush(self) -> None:
        """Let go of what is held back."""
        ...


class _Digested:
    """A file that is written and digested at once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, piece: bytes) -> int:
        self._digest.update(piece)
        return self._file.write(piece)

    def flush(self) -> None:
        self._file.flush()

    def hexdigest(self) -> str:
        return self._digest.hexdigest()


def read_recipients(texts: Sequence[str]) -> Recipients:
    """Read the recipients of an artefact (``age1…``). Raises Misconfigured for none, and for one that is none."""
    try:
        recipients = [pyrage.x25519.Recipient.from_str(text.strip()) for text in texts]
    except pyrage.RecipientError:
        raise Misconfigured("a recipient of a backup is written age1…, as age-keygen prints it") from None
    if not recipients:
        raise Misconfigured("a backup is sealed to recipients: name one for the data and one for the keys")
    return recipients


def read_identities(paths: Sequence[Path]) -> Identities:
    """Read the operator's identities from files as ``age-keygen`` writes them. Raises Misconfigured."""
    try:
        texts = [text for path in paths for text in _IDENTITY.findall(path.read_text(encoding="ascii"))]
        identities = [pyrage.x25519.Identity.from_str(text) for text in texts]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        raise Misconfigured("an identity file cannot be read: it holds a line AGE-SECRET-KEY-1…") from None
    if not identities:
        raise Misconfigured("an identity file holds no identity: it has a line AGE-SECRET-KEY-1…")
    return identities


def draw_identity() -> tuple[str, str]:
    """Draw an identity for a rehearsal; return it and its recipient as text."""
    identity = pyrage.x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def seal_artefact(path: Path, source: Source, recipients: Recipients) -> str:
    """Write an artefact, durably and whole or not at all; return the SHA-256 of its bytes."""
    part = path.with_name(path.name + ".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        digested = _Digested(file)
        pyrage.encrypt_io(source, digested, recipients)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return digested.hexdigest()


def open_artefact(path: Path, target: Target, identities: Identities) -> None:
    """Bring an artefact out piece by piece. Raises Unopenable; what was written until then must not be used."""
    with path.open("rb") as file:
        try:
            pyrage.decrypt_io(file, target, identities)
        except (pyrage.DecryptError, OSError):
            raise Unopenable from None


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def scratch(folder: Path, name: str) -> Generator[Path]:
    """Yield the path of a private file that is overwritten and gone afterwards."""
    path = folder / name
    path.unlink(missing_ok=True)
    os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    try:
        yield path
    finally:
        _wipe(path)


def _wipe(path: Path) -> None:
    """Overwrite and remove a file; on a journalled disk the overwriting proves nothing, the sealing does."""
    for one in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        if not one.exists():
            continue
        with one.open("r+b") as file:
            left = one.stat().st_size
            while left > 0:
                left -= file.write(bytes(min(left, 1 << 20)))
        one.unlink()
