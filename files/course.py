"""An import on its way: its chunks judged or stored one after the other, each kept whole or not at all, and told."""

import hashlib
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.announce import Announcement
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from consent.cohorts import Cohort
from consent.incoming import let_nobody_in
from consent.newcomers import Claims
from contacts.record import Prepared, Result, ask_the_law, prepare_contacts, record_prepared
from files.chunks import Chunk, Rows, cut
from files.consents import ALL, NO_CLAIMS, Basis, Flagged, are_closing, keep_flags, prepare_flags
from files.exports.show import withdraw_exports_of
from files.order import Imported, ImportOrder, Progress
from files.party_consents import judge_party_consents, keep_party_consents
from files.plan import Plan
from files.reading import Table
from files.report import ImportReport
from files.rows import RowData
from files.seeds.returned import take_seeds_out
from files.tags import TagSorter
from files.telling import Telling, retell
from files.traces import Trace, keep_trace
from files.turn import Turn
from jobs.memory import collecting_rarely
from jobs.processes import Claim, share_work
from jobs.run import RunningJob, check_running, finish, keep_chunk, results_of, start_or_resume
from kernel.actor import Actor
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.detect import warm_up
from policy.draft import Draft, Origin
from reviews.hold import hold_words, written

KIND = "import"
FINGERPRINT = "fingerprint"
_TAGS = "tags"
_PIECE = 1 << 20


@dataclass(slots=True)
class Course:
    """One import under way."""

    register: Register
    actor: Actor
    purpose: str
    order: ImportOrder
    table: Table
    plan: Plan
    progress: Progress
    origin: Origin | None = None
    sorter: TagSorter | None = None
    cohort: Cohort | None = None
    articles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    seeds: Mapping[str, UUID] = field(default_factory=dict, repr=False)

    def simulate(self) -> Imported:
        """Ask the law about every row and store nothing."""
        with self._report() as report:
            for chunk in self._cut(lambda _: self.plan.refused is None):
                with self.register.open(self.actor, self.purpose) as processing:
                    self._judge(processing, chunk)
                    processing.note(Note(event=Event.IMPORT_SIMULATED, counts={}))
                retell(report, chunk.told.kept())
                self.progress(self.table.consumed, self.table.total_bytes)
            report.finish(_json(self.order.report))
            return Imported(None, self.plan.profile.name, resumed=False, summary=report.summary())

    def _judge(self, processing: Processing, chunk: Chunk) -> None:
        rows, told = chunk.rows, chunk.told
        if self.plan.profile.about == "consents":
            judge_party_consents(self.plan.profile, rows, told)
            return
        rows = take_seeds_out(processing, rows, told, self.seeds, dry=self.order.dry_run)
        grounds = ask_the_law(processing, self._drafts(rows, told))
        for place, (number, row) in enumerate(rows):
            accepted = grounds.items[place] is not None
            told.findings(number, row, grounds.findings[place], whole=not accepted)
            told.rows["accepted" if accepted else "refused"] += 1

    def take(self, turn: Turn) -> bool:
        """Take the chunks of one turn; each is kept with how far the import is, or not at all."""
        with self.register.open(self.actor, self.purpose) as processing:
            words = f"{turn.run}".encode()
            begun = turn.begin(processing, self.plan, self.articles)  # First: what has ended begins no job again.
            job, counts = start_or_resume(processing, KIND, self._keyed(processing, words), self._declared(), turn.run)
            processing.note(Note(event=Event.IMPORT_STARTED, counts=counts | begun, job=job.id))
        for chunk in self._cut(lambda number: number not in job.done):
            with self.register.open(self.actor, self.purpose) as processing:
                self._take_chunk(processing, job, chunk)
                processing.note_also(turn.keep(processing, chunk.told, self.table.consumed))
            if turn.is_over:
                return False
        return True

    def _take_chunk(self, processing: Processing, job: RunningJob, chunk: Chunk) -> None:
        if not self.order.dry_run:
            self._store_chunk(processing, job, chunk)  # The turn finds out whether it was ended.
            return
        self._judge(processing, chunk)
        counts = keep_chunk(processing, job.id, chunk.number, chunk.told.kept())
        processing.note(Note(event=Event.IMPORT_SIMULATED, counts=counts, job=job.id, chunk=chunk.number))

    def store(self) -> Imported:
        """Store every chunk that is not stored yet."""
        with self.register.open(self.actor, self.purpose) as processing:
            job, counts = start_or_resume(processing, KIND, self._fingerprint(processing), self._declared())
            processing.note(Note(event=Event.IMPORT_STARTED, counts=counts, job=job.id))
        with collecting_rarely():
            if self.order.processes > 1:
                if any(fate.field == "note" for fate in self.plan.fates):
                    warm_up()  # What the first telling note needs takes a second to import: once here, or in each.
                share_work(self.order.processes, lambda claim, tell: self._store_share(job, claim, tell), self._advance)
            else:
                self._store_chunks(job, lambda _: True, self._advance)
        return self._finish(job)

    def _store_share(self, job: RunningJob, claim: Claim, tell: Callable[[int], None]) -> None:
        """Store some chunks in a process of its own: reading the whole file costs less than handing it over."""
        self.register.forget_inherited()
        self._store_chunks(job, claim, tell)

    def _store_chunks(self, job: RunningJob, ours: Claim, tell: Callable[[int], None]) -> None:
        for chunk in self._cut(lambda number: number not in job.done and ours(number)):
            with self.register.open(self.actor, self.purpose) as processing:
                self._store_chunk(processing, job, chunk, check=lambda: check_running(processing, job.id))
            tell(self.table.consumed)

    def _store_chunk(
        self, processing: Processing, job: RunningJob, chunk: Chunk, check: Callable[[], None] = lambda: None
    ) -> None:
        """Store a chunk; ``check`` is called before the first row is."""
        number, told = chunk.number, chunk.told
        if self.plan.profile.about == "consents":
            check()
            basis = Basis(self.order.origin, self.cohort)
            trace = Trace([], keep_party_consents(processing, self.plan.profile, chunk.rows, told, basis), [])
        else:
            trace = self._store_persons(processing, job, chunk, check)
        counts = keep_trace(processing, job.id, number, trace) | keep_chunk(processing, job.id, number, told.kept())
        processing.note(Note(event=Event.IMPORT_CHUNK_STORED, counts=counts, job=job.id, chunk=number))

    def _store_persons(self, processing: Processing, job: RunningJob, chunk: Chunk, check: Callable[[], None]) -> Trace:
        told = chunk.told
        rows = take_seeds_out(processing, chunk.rows, told, self.seeds, job=job.id)
        objecting = {place for place, (_, row) in enumerate(rows) if ALL in row.objections}
        drafts = self._drafts(rows, told)
        prepared = prepare_contacts(processing, drafts, restricting=objecting, job=job.id, stretch=chunk.stretch)
        claims = self._prepare_flags(processing, rows, drafts, prepared)
        check()  # Only now: on SQLite nobody else writes from here on, and the other processes of this import may seal.
        if are_closing(self.plan.profile, [row for _, row in rows]):
            let_nobody_in(processing)
        recorded = record_prepared(prepared, chunk=chunk.number)
        known = [recorded[place] for place in sorted(objecting) if recorded[place].result is not Result.CREATED]
        withdraw_exports_of(processing, [one.person for one in known if one.person is not None])
        held = hold_words(processing, list(map(written, drafts, recorded)), source="import")
        for (number, row), outcome in zip(rows, recorded, strict=True):
            told.recorded(number, row, outcome)
        flagged = _flagged(rows, drafts, [one.person for one in recorded])
        kept = keep_flags(processing, self.plan.profile, flagged, self._basis, claims)
        made = [one.person for one in recorded if one.result is Result.CREATED and one.person is not None]
        return Trace(made, kept, [review for one in held for review in one.values()])

    def _prepare_flags(self, processing: Processing, rows: Rows, drafts: Sequence[Draft], prepared: Prepared) -> Claims:
        if not any(row.said or row.objections for _, row in rows):
            return NO_CLAIMS
        newcomers = prepared.newcomers()
        flagged = _flagged(rows, drafts, [newcomers.get(place) for place in range(len(drafts))])
        return prepare_flags(processing, self.plan.profile, flagged, self._basis, prepared.references())

    @property
    def _basis(self) -> Basis:
        return Basis(self.order.origin, self.cohort)

    def _finish(self, job: RunningJob) -> Imported:
        """Write the report of all chunks, also those stored before a crash, and mark the job finished."""
        with self._report() as report:
            after = -1
            while page := self._results(job, after):
                for chunk, kept in page:
                    retell(report, kept)
                    after = chunk
            report.finish(_json(self.order.report))
            with self.register.open(self.actor, self.purpose) as processing:
                counts, announced = finish(processing, job.id), {Announcement.IMPORT_FINISHED: [job.id]}
                processing.note(Note(event=Event.IMPORT_FINISHED, counts=counts, job=job.id, announced=announced))
            return Imported(job.id, self.plan.profile.name, resumed=job.resumed, summary=report.summary())

    def _results(self, job: RunningJob, after: int) -> list[tuple[int, dict[str, Any]]]:
        with self.register.open(self.actor, self.purpose) as processing:
            page = results_of(processing, job.id, after)
            processing.note(Note(event=Event.IMPORT_REPORTED, counts={}, job=job.id))
            return page

    def _report(self) -> ImportReport:
        lines = _named(self.order.report, ".csv")
        lines.unlink(missing_ok=True)
        report = ImportReport(lines, self.articles)
        report.plan(self.plan.fates)
        return report

    def _cut(self, wanted: Callable[[int], bool]) -> Iterator[Chunk]:
        return cut(self.table, self.plan, self.order.chunk, wanted)

    def _drafts(self, rows: Rows, told: Telling) -> list[Draft]:
        if self.origin is None or self.sorter is None:
            message = "the import was not prepared"
            raise Invalid(message)
        category = self.order.category or self.plan.profile.category or ""
        return [_draft(category, self.origin, self.sorter, number, row, told) for number, row in rows]

    def _advance(self, consumed: int) -> None:
        self.progress(consumed, self.table.total_bytes)

    def _fingerprint(self, processing: Processing) -> bytes:
        """Name the file and how it is imported."""
        content = hashlib.sha256()
        with self.order.path.open("rb") as file:
            while piece := file.read(_PIECE):
                content.update(piece)
        order = self.order
        told = order.origin, order.category, order.chunk, sorted(order.mapping.items())
        words = "|".join(map(str, (self.plan.profile.name, *told, *([order.cohort] if order.cohort else []))))
        return self._keyed(processing, content.digest() + words.encode())

    def _keyed(self, processing: Processing, words: bytes) -> bytes:
        """Return a keyed digest: the bare one of a small file would give its content away."""
        return hmac.digest(processing.keys.active(FINGERPRINT).secret, words, "sha256")

    def _declared(self) -> dict[str, Any]:
        return {"profile": self.plan.profile.name, "origin": self.order.origin, "chunk": self.order.chunk}


def _draft(
    category: str,
    origin: Origin,
    sorter: TagSorter,
    number: int,
    row: RowData,
    told: Telling,
) -> Draft:
    tags: tuple[str, ...] = ()
    if row.tags:
        tags, left_out = sorter.sort(row.tags)
        for rule in left_out:
            told.cell(number, _TAGS, rule, "dropped" if rule.startswith("tag.") else "refused")
    data = row.data if row.external is None else (*row.data, ("external_id", "\x1f".join(row.external)))
    return Draft(
        category=category,
        origin=origin,
        data=data,
        tags=tags,
        commune=row.commune,
        polling_station=row.polling_station,
    )


def _flagged(rows: Rows, drafts: Sequence[Draft], persons: Sequence[PersonId | None]) -> list[Flagged]:
    """Return the rows that a flag says something of, each with whose it is."""
    return [
        Flagged(person, draft.data, row.said, row.objections)
        for (_, row), draft, person in zip(rows, drafts, persons, strict=True)
        if row.said or row.objections
    ]


def _json(report: Path) -> Path:
    return _named(report, ".json")


def _named(report: Path, ending: str) -> Path:
    """Add an ending to the report's name: a name with dots keeps all of them."""
    return report.with_name(report.name + ending)
