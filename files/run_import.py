"""Take an import that came over the API on by one turn; whatever ends it, its upload goes."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import UUID

from accounts.scopes import CONTACTS_WRITE
from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.stream import unwrap_file_key
from files.awaited import with_mapping
from files.failure import LASTING, failure_of
from files.import_file import import_turn
from files.imports import end_import
from files.order import ImportOrder
from files.report import HEAD, written_line
from files.sealed import SealedSource, Spool
from files.store import AWAITING, FAILED, FINISHED, OPEN, run_row
from files.turn import Stopped, Turn
from jobs.run import results_of
from kernel.actor import Actor, ActorKind, worker_in
from kernel.errors import Conflict, Invalid, NotFound, Unopenable
from kernel.identity import CampaignId, PersonId
from keys.create import Compartment
from keys.open import open_person_keys

PURPOSE = "administration"


@dataclass(frozen=True, slots=True)
class Importer:
    """Where imports are run, and how long one keeps a worker before others have their turn."""

    register: Register
    spool: Spool
    seconds: float
    chunk: int = 4_000
    """Rows of one processing: fewer than where a file is imported by itself, because others write meanwhile."""

    def run(self, campaign: CampaignId, one: UUID) -> bool:
        """Take an import on; tell whether it goes on. Raises what may pass, and the same turn is taken again then."""
        row = self._row(campaign, one)
        if row is None:
            self.spool.drop(one)
            return False
        if row.state == AWAITING:
            return False  # Whoever says what its columns are asks for it anew.
        actor = actor_of(campaign, row)
        try:
            order = self._order(actor, row, self._source(campaign, one))
            if order is None:
                return False
            ended = import_turn(self.register, actor, row.purpose, order, Turn(one, self.seconds))
            if ended:
                self._finish(actor, row)
        except Stopped:
            ended = True
        except LASTING as error:
            self.fail(campaign, one, error)
            ended = True
        if ended:
            self.spool.drop(one)
        return not ended

    def fail(self, campaign: CampaignId, one: UUID, error: Exception) -> None:
        """End an import that cannot go on, and say why; what was stored stays."""
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            counts = end_import(processing, one, FAILED, failure_of(error))
            processing.note(Note(event=Event.IMPORT_FAILED, counts=counts, job=one))
        self.spool.drop(one)

    def _row(self, campaign: CampaignId, one: UUID) -> Any | None:  # noqa: ANN401 - a row
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            row = run_row(processing, one)
            processing.note(Note(event=Event.IMPORT_LISTED, counts={}))
        return row if row is not None and row.state in OPEN else None

    def _source(self, campaign: CampaignId, one: UUID) -> SealedSource:
        wrapped = self.spool.wrapped_key(one)
        if wrapped is None:
            raise Invalid("the upload is not there any more: send it again")
        with self.register.open(worker_in(campaign), PURPOSE) as processing:
            keys = open_person_keys(processing, [PersonId(one)], Compartment.ATTACHMENT)
            processing.note(Note(event=Event.IMPORT_PREPARED, counts={"person_key.read": len(keys)}, job=one))
        if not keys:
            raise Unopenable
        key = unwrap_file_key(keys[PersonId(one)], campaign=campaign.bytes, file=one.bytes, wrapped=wrapped)
        return self.spool.source(campaign, one, key)

    def _order(self, actor: Actor, row: Any, source: SealedSource) -> ImportOrder | None:  # noqa: ANN401 - a row
        """Return how it is imported, or None where somebody must say first what its columns are."""
        declared = json.loads(row.declared)
        asking = declared.pop("ask", False)
        order = ImportOrder(path=source, report=Path(), chunk=self.chunk, **declared)
        return with_mapping(self.register, actor, row, order, asking=asking)

    def _finish(self, actor: Actor, row: Any) -> None:  # noqa: ANN401 - a row
        with self.register.open(actor, row.purpose) as processing:
            counts = end_import(processing, row.id, FINISHED)
            if not counts:
                raise Stopped("the import ended meanwhile")
            announced = {Announcement.IMPORT_FINISHED: [row.id]}
            processing.note(Note(event=Event.IMPORT_FINISHED, counts=counts, job=row.id, announced=announced))


def report_import(register: Register, actor: Actor, purpose: str, one: UUID) -> Iterator[bytes]:
    """Yield the report of an import as CSV, page by page: row, column, rule, articles, decision. Never a value.

    Raises NotFound, and Conflict once the report was let go.
    """
    with register.open(actor, purpose) as processing:
        row = run_row(processing, one)
        processing.note(Note(event=Event.IMPORT_REPORTED, counts={}, job=one))
    if row is None:
        raise NotFound("no such import in this campaign")
    if not row.has_report:
        raise Conflict("the report was kept for seven days after the end of the import")
    columns = json.loads(row.plan)["columns"]
    told = [("*", line["column"], line["rule"], line["articles"], line["decision"]) for line in columns]
    yield _csv([HEAD, *(written_line(*line) for line in told)])
    after = -1
    while True:
        with register.open(actor, purpose) as processing:
            page = results_of(processing, one, after)
            rules = processing.edition.rules
            processing.note(Note(event=Event.IMPORT_REPORTED, counts={}, job=one))
        if not page:
            return
        for chunk, kept in page:
            after = chunk
            yield _csv(
                [
                    written_line(str(number), column, rule, rules[rule].articles if rule in rules else (), decision)
                    for number, column, rule, decision in kept["lines"]
                ]
            )


def _csv(lines: list[tuple[str, ...]]) -> bytes:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(lines)
    return text.getvalue().encode()


def actor_of(campaign: CampaignId, row: Any) -> Actor:  # noqa: ANN401 - a row
    """Return who asked: the import is theirs, and the log says so."""
    return Actor(
        id=row.actor,
        kind=ActorKind(row.actor_kind),
        campaign=campaign,
        scopes=frozenset({CONTACTS_WRITE}),
        purposes=frozenset({row.purpose}),
    )
