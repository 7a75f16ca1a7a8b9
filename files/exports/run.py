"""Take an export on by one turn: chunk by chunk, each noted before anything of it can leave, then the file as a whole.

Whoever dies in the middle leaves sealed parts and their chunks; the next turn goes on after the last of them.
"""

import hmac
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register, field_names
from campaigns.recipients import RecipientView, registered_recipient
from contacts.listing import Page
from crypto.age import encrypt_to
from eligibility.question import VALID_FOR
from files.course import FINGERPRINT
from files.export_file import Take, marked_lines, take_selected
from files.exports.order import AGE, Wanted, read_wanted
from files.exports.parts import Parts, Room, parts_of
from files.exports.render import render_lines
from files.exports.show import end_export
from files.exports.states import FAILED, FINISHED, QUEUED, RUNNING
from files.exports.store import change_export, export_row
from files.failure import LASTING, failure_of
from files.hand_over import Reachable
from jobs.run import finish, keep_chunk, results_of, start_or_resume
from kernel.actor import Actor, ActorKind, worker_in
from kernel.errors import Conflict, Invalid
from kernel.identity import CampaignId
from outreach.outgoing import let_go_out

KIND = "export"
PURPOSE = "administration"
_GOING = (QUEUED, RUNNING)


class Stopped(Conflict):
    """Say that the export ended meanwhile, or that another worker is at it. The chunk is undone."""


@dataclass(frozen=True, slots=True)
class Exporter:
    """Where exports are written, and how long one keeps a worker before others have their turn."""

    register: Register
    room: Room
    seconds: float

    def run(self, campaign: CampaignId, one: UUID) -> bool:
        """Take an export on; tell whether it goes on. Raises what may pass, and the same turn is taken again then."""
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            row = export_row(processing, one)
            processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
        if row is None or row.state not in _GOING:
            return False
        try:
            return _Turn(self, actor_of(campaign, row), row).take()
        except Stopped:
            return False
        except LASTING as error:
            self.fail(campaign, one, error)
            return False

    def fail(self, campaign: CampaignId, one: UUID, error: Exception) -> None:
        """End an export that cannot go on, and say why; what another worker finished meanwhile stays."""
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            row = export_row(processing, one, locked=True)
            if row is None or row.state not in _GOING:
                processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
                return
            counts = end_export(processing, row, FAILED, failure_of(error))
            processing.note(Note(event=Event.EXPORT_FAILED, counts=counts, job=one))
        self.room.spool.drop(one)


def actor_of(campaign: CampaignId, row: Any) -> Actor:  # noqa: ANN401 - a row
    """Return who ordered an export: it is theirs, reads no more than they could, and the log says so."""
    held = json.loads(row.held)
    return Actor(
        id=row.actor,
        kind=ActorKind(row.actor_kind),
        campaign=campaign,
        scopes=frozenset(held["scopes"]),
        purposes=frozenset({row.purpose}),
        staff_role=held["role"],
    )


@dataclass(slots=True)
class _Turn:
    """Some seconds of one export."""

    exporter: Exporter
    actor: Actor
    row: Any
    wanted: Wanted = field(init=False)
    free: dict[str, Any] = field(init=False)
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.wanted = read_wanted(self.row)
        told = {"reason": self.row.reason, "recipient_id": str(self.row.recipient_id), "export": str(self.row.id)}
        self.free = told

    def take(self) -> bool:
        """Write chunks until the turn is over, and after the last the file; tell whether the export goes on."""
        until = time.monotonic() + self.exporter.seconds
        recipient, parts = self._begin()
        while self._write_chunk(parts):
            if time.monotonic() >= until:
                return True
        self._finish(recipient, parts)
        return False

    def _open(self) -> Any:  # noqa: ANN401 - a processing, to be entered
        return self.exporter.register.open(self.actor, self.row.purpose)

    def _begin(self) -> tuple[RecipientView, Parts]:
        """Begin, or go on; whoever is not registered any more gets nothing more."""
        with self._open() as processing:
            recipient = registered_recipient(processing, str(self.row.recipient_id))
            self.free["recipient"] = recipient.name
            words = hmac.digest(processing.keys.active(FINGERPRINT).secret, f"{self.row.id}".encode(), "sha256")
            _, counts = start_or_resume(processing, KIND, words, {"cap": self.row.cap}, self.row.id)
            self.started = self.row.started_at or processing.at
            counts |= _changed(processing, self.row.id, {"state": RUNNING, "started_at": self.started})
            parts = parts_of(self.exporter.room, processing, self.row.id)
            counts |= {"person_key.read": 1}
            fields = field_names(self.wanted.order.only or ())
            note = Note(event=Event.EXPORT_STARTED, counts=counts, fields=fields, free=self.free, job=self.row.id)
            processing.note(note)
        return recipient, parts

    def _write_chunk(self, parts: Parts) -> bool:
        """Write one chunk, with how far the export is, or nothing of it; tell whether there is another."""
        with self._open() as processing:
            let_go_out(processing)
            row = export_row(processing, self.row.id, locked=True)
            if row is None or row.state not in _GOING or (row.chunks and row.after is None):
                return self._nothing_more(processing, row)
            refused: Counter[str] = Counter()
            page = self._taker(refused)(processing, row.after, self.free)
            counts = _counted(json.loads(row.counts), page, refused, row.cap)
            name = parts.keep_lines(marked_lines(processing, row.id, row.chunks, page, self.wanted.order.only or ()))
            touched = keep_chunk(processing, row.id, row.chunks, {"part": str(name)})
            values = {"chunks": row.chunks + 1, "after": page.next, "counts": json.dumps(counts)}
            if page.next is None:
                values["weight"] = counts["contacts"]
            processing.note_also(touched | _changed(processing, row.id, values))
        return page.next is not None

    def _nothing_more(self, processing: Processing, row: Any) -> bool:  # noqa: ANN401 - a row
        """Go on to the file where the last chunk was written before. Raises Stopped where the export has ended."""
        if row is None or row.state not in _GOING:
            raise Stopped("the export ended meanwhile")
        processing.note(Note(event=Event.EXPORT_LISTED, counts={}))
        return False

    def _taker(self, refused: Counter[str]) -> Take:
        if self.wanted.reach is None:
            return partial(take_selected, self.wanted.order)
        return Reachable(self.wanted.order, self.wanted.reach, refused).take

    def _finish(self, recipient: RecipientView, parts: Parts) -> None:
        """Put the file together from its parts, seal it, and let it wait; then the parts go."""
        names = list(self._names())
        pieces = render_lines(self.wanted.order.format, self.wanted.order.only or (), parts.lines(names))
        with parts.taking_in() as intake:
            if self.wanted.secured == AGE:
                encrypt_to(recipient.public_key or "", pieces, intake.take)
            else:
                for piece in pieces:
                    intake.take(piece)
            taken = intake.finish()
            file = parts.keep(taken)
        with self._open() as processing:
            until = self._until(processing.at)
            values = {"state": FINISHED, "file": file, "size": taken.size, "finished_at": processing.at, "until": until}
            counts = _changed(processing, self.row.id, values) | finish(processing, self.row.id)
            told = self.free | {"sha256": taken.plain_digest.hex(), "format": self.wanted.order.format.value}
            processing.note(Note(event=Event.EXPORT_FINISHED, counts=counts, free=told, job=self.row.id))
        for name in names:
            parts.spool.drop(name)

    def _until(self, now: datetime) -> datetime:
        """Return until when the file waits: a list to send to no longer than the first of the law's answers holds."""
        until = now + timedelta(hours=self.wanted.hours)
        return until if self.wanted.reach is None else min(until, self.started + VALID_FOR)

    def _names(self) -> Iterator[UUID]:
        """Yield the names of the parts in order."""
        after = -1
        while True:
            with self._open() as processing:
                page = results_of(processing, self.row.id, after)
                processing.note(Note(event=Event.EXPORT_LISTED, counts={}, job=self.row.id))
            if not page:
                return
            yield from (UUID(kept["part"]) for _, kept in page)
            after = page[-1][0]


def _changed(processing: Processing, one: UUID, values: Mapping[str, Any]) -> dict[str, int]:
    if not change_export(processing, one, _GOING, values):
        raise Stopped("the export ended meanwhile")
    return {"export_run.update": 1}


def _counted(before: Mapping[str, Any], page: Page, refused: Counter[str], cap: int) -> dict[str, Any]:
    """Add what a chunk came to. Raises Invalid where more would leave than were ordered."""
    withheld = sum(one.withheld is not None for one in page.contacts)
    contacts = before["contacts"] + len(page.contacts) - withheld
    if contacts > cap:
        raise Invalid(f"more than {cap} contacts would leave: narrow the selection or raise the cap")
    told = Counter(before["refused"]) + refused
    return {"contacts": contacts, "withheld": before["withheld"] + withheld, "refused": dict(sorted(told.items()))}
