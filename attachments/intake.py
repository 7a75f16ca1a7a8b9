"""Take a file in: its content checked, its chunks sealed and set aside, before any transaction is open.

Whoever sends slowly holds neither a connection nor SQLite's gate, and what breaks off leaves nothing: the sealed chunks
wait in a file without a name, which the system drops with the process; the key that opens them is in memory alone.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from uuid import UUID

from attachments.content import ContentChecker, FormChecker
from attachments.errors import TooLarge, WrongContent
from crypto.stream import SEALED_CHUNK, ChunkSealer, new_file_key
from kernel.identity import CampaignId, random_uuid


class SealedFile:
    """Sealed chunks set aside in a file without a name."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._file: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed by whoever closes us

    def add(self, sealed: bytes) -> None:
        """Set one more chunk aside."""
        self._file.write(sealed)

    def chunks(self) -> Iterator[bytes]:
        """Yield the chunks from the first on; all but the last are of one size."""
        self._file.seek(0)
        while chunk := self._file.read(SEALED_CHUNK):
            yield chunk

    def close(self) -> None:
        """Let the system drop the file; what a full disk did not take is not written once more."""
        with suppress(OSError):
            self._file.close()


@dataclass(frozen=True, slots=True)
class Taken:
    """A file that was taken in whole: what is known of it, its key, and its sealed chunks."""

    id: UUID
    campaign: CampaignId
    media_type: str
    size: int
    plain_digest: bytes = field(repr=False)
    key: bytes = field(repr=False)
    sealed: SealedFile = field(repr=False)


class Intake:
    """Take one file in, piece by piece; leave it, and what was not stored is gone."""

    def __init__(
        self, folder: Path, campaign: CampaignId, media_type: str, most: int, checker: FormChecker | None = None
    ) -> None:
        self._checker = checker or ContentChecker(media_type)
        self._id = random_uuid()
        self._campaign = campaign
        self._media_type = media_type
        self._most = most
        self._key = new_file_key()
        self._sealer = ChunkSealer(self._key, campaign=campaign.bytes, file=self._id.bytes)
        self._digest = hashlib.sha256()
        self._size = 0
        self._sealed = SealedFile(folder)

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(self, _kind: type[BaseException] | None, _it: BaseException | None, _at: TracebackType | None) -> None:
        """Drop what was set aside."""
        self._sealed.close()

    def take(self, piece: bytes) -> None:
        """Take more of the file. Raises TooLarge, WrongContent, ActiveContent."""
        self._size += len(piece)
        if self._size > self._most:
            raise TooLarge(f"a file holds at most {self._most} bytes here")
        self._checker.take(piece)
        self._digest.update(piece)
        for chunk in self._sealer.add(piece):
            self._sealed.add(chunk)

    def finish(self) -> Taken:
        """Return the file taken in. Raises WrongContent, ActiveContent."""
        if not self._size:
            raise WrongContent("the file is empty")
        self._checker.end()
        self._sealed.add(self._sealer.end())
        return Taken(
            id=self._id,
            campaign=self._campaign,
            media_type=self._media_type,
            size=self._size,
            plain_digest=self._digest.digest(),
            key=self._key,
            sealed=self._sealed,
        )
