"""The bytes of a file, out of what they came wrapped in: nothing, gzip, or a zip archive with one member.

Nothing is ever written to the disk, so that no name in an archive leads anywhere. What grows beyond measure while it is
unwrapped is refused: a few kilobytes can be made to unfold into terabytes.
"""

import gzip
import io
import zipfile
import zlib
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, BinaryIO, Final, Literal, cast

from files.encoding import Readable
from kernel.errors import Invalid

LARGEST: Final = 1 << 34
"""Bytes a file may unfold into: a roll of France's fifty million voters takes eight thousand million."""
STEEPEST: Final = 200
"""Times a file may grow. Lists of persons grow five- to twentyfold; deflate can reach a thousand."""
_SMALL: Final = 1 << 24
"""Bytes that never matter, however small they were packed."""
_BUFFER: Final = 1 << 18
_MOST_AT_ONCE: Final = 1 << 20
_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED: Final = 0x1
_OF_THE_SYSTEM: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db")
# A packing that zipfile does not know makes NotImplementedError.
_DAMAGED: Final = (zlib.error, EOFError, zipfile.BadZipFile, gzip.BadGzipFile, NotImplementedError)

Wrapping = Literal["plain", "gzip", "zip", "workbook"]


def wrapping_of(source: Readable) -> Wrapping:
    """Tell what a file's bytes are wrapped in. Raise `Invalid` for an archive or a workbook that is not read."""
    with source.open("rb") as file:
        start = file.read(8)
    if start.startswith(_GZIP):
        return "gzip"
    if start.startswith(_OLE):
        raise Invalid("an old .xls workbook, or one with a password: save it as .xlsx or CSV, without a password")
    if not start.startswith(_ZIP):
        return "plain"
    with source.open("rb") as file, opened_archive(file) as archive:
        return "workbook" if "[Content_Types].xml" in archive.namelist() else "zip"


@dataclass(frozen=True, slots=True)
class Wrapped:
    """A file whose bytes are read without their wrapping."""

    source: Readable

    def open(self, _mode: Literal["rb"] = "rb", /) -> BinaryIO:
        """Open it from the beginning."""
        return io.BufferedReader(Unwrapped(self.source), _BUFFER)


class Unwrapped(io.RawIOBase):
    """Read a file's bytes without their wrapping. Raise `Invalid` where they are damaged, or grow beyond measure."""

    def __init__(self, source: Readable) -> None:
        super().__init__()
        with ExitStack() as stack:
            self._raw = stack.enter_context(source.open("rb"))
            self._packed = size_of(source)
            self._inner = stack.enter_context(_inner(wrapping_of(source), self._raw))
            self._grown = 0
            self._held = stack.pop_all()

    @property
    def consumed(self) -> int:
        """Tell how many bytes of the file itself have been read, for a progress bar."""
        return self._packed if self._raw.closed else self._raw.tell()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer."""
        try:
            piece = self._inner.read(len(buffer))
        except _DAMAGED:
            raise Invalid("the archive is damaged or was cut: fetch it again") from None
        self._grown += len(piece)
        check_growth(self._grown, self._packed)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        """Let go of the file."""
        if not self.closed:
            self._held.close()
        super().close()


def check_growth(grown: int, packed: int) -> None:
    """Raise `Invalid` when bytes unfold beyond measure."""
    if grown > LARGEST or (grown > _SMALL and grown > STEEPEST * packed):
        raise Invalid("the archive unfolds into far more than a list of persons would: it is not read")


def size_of(source: Readable) -> int:
    """Return how many bytes a file has, before anything is unwrapped."""
    with source.open("rb") as file:
        return file.seek(0, io.SEEK_END)


def _inner(wrapping: Wrapping, raw: BinaryIO) -> BinaryIO | IO[bytes]:
    if wrapping == "gzip":
        return cast("BinaryIO", gzip.GzipFile(fileobj=raw))
    if wrapping == "zip":
        archive = opened_archive(raw)
        try:
            return archive.open(_only_member(archive))
        except _DAMAGED:
            raise Invalid("the archive is damaged, or packed in a way that is not read") from None
    return raw


def opened_archive(file: BinaryIO) -> zipfile.ZipFile:
    """Open a zip archive. Raise `Invalid` for one that is damaged, or whose list of members would fill the memory."""
    try:
        return zipfile.ZipFile(cast("BinaryIO", _Sparing(file)))
    except (zipfile.BadZipFile, ValueError):
        raise Invalid("the archive is damaged or was cut: fetch it again") from None


class _Sparing:
    """A file that is never read by much at once: the list of an archive's members is, and each takes ten times more."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.seek, self.tell, self.seekable, self.close = file.seek, file.tell, file.seekable, file.close

    def read(self, most: int = -1) -> bytes:
        """Read on."""
        if most > _MOST_AT_ONCE:
            raise Invalid("the archive lists far too many files: put one in it")
        return self._file.read(most)


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [one for one in archive.infolist() if not one.is_dir() and not _is_of_the_system(one.filename)]
    if len(members) != 1:
        raise Invalid(f"the archive holds {len(members)} files: put one in it")
    if members[0].flag_bits & _ENCRYPTED:
        raise Invalid("the archive has a password: send it without one")
    return members[0]


def _is_of_the_system(name: str) -> bool:
    return name.startswith(_OF_THE_SYSTEM) or PurePosixPath(name).name in _OF_THE_SYSTEM
