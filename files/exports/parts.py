"""What an export has in the spool: parts as they are written, and the finished file. Each is sealed under its own key.

A part is written before its chunk is committed, under a random name that the chunk keeps: a part of which no chunk
speaks is none. So a crash between the two neither loses a chunk nor writes one twice.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from attachments.intake import Intake, Taken
from audit.processing import Processing
from crypto.stream import unwrap_file_key, wrap_file_key
from files.sealed import AnyForm, NoRoom, Spool
from kernel.errors import Unopenable
from kernel.identity import CampaignId, PersonId
from kernel.settings import Settings
from keys.create import Compartment
from keys.open import open_person_keys

Line = dict[str, str]
_MOST_BYTES = 1 << 40
_TYPE = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Room:
    """Where a campaign's exports wait, and where a file is set aside until it is whole."""

    spool: Spool
    scratch: Path


def room_of(settings: Settings, campaign: CampaignId) -> Room:
    """Return where a campaign's exports wait."""
    return Room(Spool(settings.export_dir / str(campaign)), settings.upload_dir)


@dataclass(frozen=True, slots=True)
class Parts:
    """The sealed parts of one export."""

    spool: Spool
    scratch: Path
    campaign: CampaignId
    key: bytes = field(repr=False)

    @contextmanager
    def taking_in(self) -> Iterator[Intake]:
        """Begin a file that is sealed as it comes, and set aside. Raises NoRoom."""
        try:
            with Intake(self.scratch, self.campaign, _TYPE, _MOST_BYTES, AnyForm()) as intake:
                yield intake
        except OSError:
            raise NoRoom from None

    def keep(self, taken: Taken) -> UUID:
        """Keep a file that was taken in; return its name. Raises NoRoom."""
        self.spool.keep(taken.id, taken.sealed)
        wrapped = wrap_file_key(self.key, campaign=self.campaign.bytes, file=taken.id.bytes, key=taken.key)
        self.spool.keep_key(taken.id, wrapped)
        return taken.id

    def keep_lines(self, lines: Sequence[Line]) -> UUID:
        """Keep the lines of a chunk; return the part's name. Raises NoRoom."""
        with self.taking_in() as intake:
            intake.take(json.dumps(lines, ensure_ascii=False).encode())
            return self.keep(intake.finish())

    def lines(self, names: Iterable[UUID]) -> Iterator[list[Line]]:
        """Yield the lines of parts, part by part. Raises Unopenable."""
        for name in names:
            with self.open(name) as file:
                yield json.loads(file.read())

    def open(self, name: UUID) -> BinaryIO:
        """Open a file to be read as it was before it was sealed. Raises Unopenable."""
        wrapped = self.spool.wrapped_key(name)
        if wrapped is None:
            raise Unopenable
        key = unwrap_file_key(self.key, campaign=self.campaign.bytes, file=name.bytes, wrapped=wrapped)
        try:
            return self.spool.source(self.campaign, name, key).open()
        except FileNotFoundError:
            raise Unopenable from None  # It was dropped in between.


def parts_of(room: Room, processing: Processing, one: UUID) -> Parts:
    """Return the parts of an export; the caller notes ``person_key.read``. Raises Unopenable."""
    keys = open_person_keys(processing, [PersonId(one)], Compartment.ATTACHMENT)
    if not keys:
        raise Unopenable
    return Parts(room.spool.within(one), room.scratch, processing.campaign, keys[PersonId(one)])
