"""An upload on the disk: sealed chunks beside their wrapped key, read from any place without a copy in clear.

The key that wraps it stands in the database under the upload's own id. Once that key is shredded the file opens no
more, whether or not its bytes are gone already.
"""

import io
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal
from uuid import UUID

from attachments.intake import SealedFile
from crypto.aead import TAG_SIZE
from crypto.stream import CHUNK, SEALED_CHUNK, open_chunk
from kernel.errors import Unavailable, Unopenable
from kernel.identity import CampaignId
from kernel.settings import Settings

_CHUNKS, _KEY = "chunks", "key"


class NoRoom(Unavailable):
    """Say that the disk does not take an upload."""

    def __init__(self) -> None:
        super().__init__("there is no room for the file: nothing of it was kept")


class AnyForm:
    """Take whatever comes: whether it is a list is known when it is read."""

    def take(self, piece: bytes) -> None:
        """Look at nothing."""

    def end(self) -> None:
        """Look at nothing."""


@dataclass(frozen=True, slots=True)
class Spool:
    """The folder of a campaign's uploads."""

    folder: Path

    def within(self, one: UUID) -> "Spool":
        """Return the folder of what belongs to one of them."""
        return Spool(self._place(one))

    def keep(self, upload: UUID, sealed: SealedFile) -> None:
        """Write the sealed chunks through to the disk. Raises NoRoom, and leaves nothing then."""
        try:
            place = self._place(upload)
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            place.mkdir(mode=0o700)
            with _created(place / _CHUNKS) as file:
                for chunk in sealed.chunks():
                    file.write(chunk)
                file.flush()
                os.fsync(file.fileno())
        except BaseException as problem:
            self.drop(upload)
            if isinstance(problem, OSError):
                raise NoRoom from None
            raise

    def keep_key(self, upload: UUID, wrapped: bytes) -> None:
        """Write the wrapped key beside the chunks. Raises NoRoom."""
        try:
            with _created(self._place(upload) / _KEY) as file:
                file.write(wrapped)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            raise NoRoom from None

    def wrapped_key(self, upload: UUID) -> bytes | None:
        """Return the wrapped key; None where there is no such upload any more."""
        try:
            return (self._place(upload) / _KEY).read_bytes()
        except FileNotFoundError:
            return None

    def source(self, campaign: CampaignId, upload: UUID, key: bytes) -> "SealedSource":
        """Return an upload to read."""
        return SealedSource(self._place(upload) / _CHUNKS, campaign.bytes, upload.bytes, key)

    def drop(self, upload: UUID) -> None:
        """Delete an upload, if it is there."""
        shutil.rmtree(self._place(upload), ignore_errors=True)

    def drop_all(self) -> None:
        """Delete every upload of the campaign."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def older_than(self, instant: float) -> Iterator[UUID]:
        """Yield the uploads that came before an instant."""
        for place in self.folder.iterdir() if self.folder.exists() else ():
            if place.stat().st_mtime < instant:
                yield UUID(place.name)

    def _place(self, upload: UUID) -> Path:
        return self.folder / str(upload)


def spool_of(settings: Settings, campaign: CampaignId) -> Spool:
    """Return the folder of a campaign's uploads."""
    return Spool(settings.import_dir / str(campaign))


@dataclass(frozen=True, slots=True)
class SealedSource:
    """A sealed file that opens like any other, as often as wanted."""

    path: Path
    campaign: bytes
    file: bytes
    key: bytes = field(repr=False)

    def open(self, _mode: Literal["rb"] = "rb", /) -> BinaryIO:
        """Open it from the beginning."""
        return io.BufferedReader(_Opened(self), CHUNK)


class _Opened(io.RawIOBase):
    """Read a sealed file from any place; one chunk is in memory in clear at a time. Raises Unopenable."""

    def __init__(self, source: SealedSource) -> None:
        super().__init__()
        self._source = source
        self._sealed = source.path.open("rb", buffering=0)
        length = os.fstat(self._sealed.fileno()).st_size
        self._chunks = max(1, -(-length // SEALED_CHUNK))
        self._size = length - self._chunks * TAG_SIZE
        self._at = 0
        self._number, self._clear = -1, b""

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def seekable(self) -> bool:
        """Tell that it can be read from any place."""
        return True

    def tell(self) -> int:
        """Return where it is read."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go on reading elsewhere."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Fill a buffer, with no more than stands in one chunk."""
        if self._at >= self._size:
            return 0
        number, within = divmod(self._at, CHUNK)
        piece = self._chunk(number)[within : within + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def close(self) -> None:
        """Let go of the file."""
        self._sealed.close()
        self._clear = b""
        super().close()

    def _chunk(self, number: int) -> bytes:
        if number != self._number:
            self._sealed.seek(number * SEALED_CHUNK)
            sealed = self._sealed.read(SEALED_CHUNK)
            if not sealed:
                raise Unopenable
            source, last = self._source, number == self._chunks - 1
            clear = open_chunk(source.key, sealed, campaign=source.campaign, file=source.file, number=number, last=last)
            self._number, self._clear = number, clear
        return self._clear


def _created(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")
