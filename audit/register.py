"""The register (GDPR art. 30): it alone opens a processing, and it alone commits."""

from collections import Counter
from collections.abc import Callable, Generator, Iterable, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta

from sqlalchemy import Table, insert

from audit.books import Books
from audit.context import CampaignContext
from audit.entries import entry_values
from audit.events import Event, Outcome
from audit.note import Note
from audit.processing import Processing
from audit.tables import Entry
from kernel.actor import WORKER, Actor, ActorKind
from kernel.clock import Clock, today
from kernel.columns import table_of
from kernel.database import Database, Transaction
from kernel.errors import Conflict, Forbidden, Invalid, IsoloirError, NotFound, Refused, SilentWrite
from kernel.identity import CampaignId
from kernel.prepared import Prepared
from policy.activation import PROCESSOR
from policy.edition import Edition
from policy.findings import Refusal
from policy.phase import Phase

_ENTRY = Prepared(insert(table_of(Entry)), table_of(Entry).columns.keys())

LONGEST = timedelta(minutes=2)
"""How long a processing that writes may last: who reads in the order of change relies on it."""

UNDECLARED = "undeclared"
"""What an entry says for a purpose that no edition knows: the caller's own word is not kept."""

RESTITUTION = "restitution"
_STEPS = ("activation.", "campaign_end.")
"""Tables whose change is itself the campaign's step to its next phase."""

LoadCampaign = Callable[[Transaction, CampaignId], CampaignContext]
LoadLaw = Callable[[date], Edition]
Announce = Callable[[Processing], None]
"""Tell those who subscribed, in the same transaction; what it writes it adds to the notes."""


class PurposeNotDeclared(Refused):
    """Say that no purpose of the edition was declared (GDPR art. 5(1)(b))."""


class PurposeNotInUse(Forbidden):
    """Say that the campaign declared at its activation that it does not use this purpose."""


class CampaignClosing(Conflict):
    """Say that the campaign is being handed back: only its return and destruction go on."""


class Register:
    """Open processings: every one has an actor, a declared purpose, an edition of the law, and ends in notes."""

    def __init__(
        self,
        database: Database,
        *,
        load_campaign: LoadCampaign,
        load_law: LoadLaw,
        clock: Clock,
        announce: Announce | None = None,
    ) -> None:
        self._announce = announce
        self._database = database
        self._load_campaign = load_campaign
        self._load_law = load_law
        self._clock = clock

    @contextmanager
    def open(self, actor: Actor, purpose: str, *, context: CampaignContext | None = None) -> Generator[Processing]:
        """Open a processing; on leaving, its notes are written and all of it is committed, or none of it.

        ``context`` is given only where the campaign itself is being created. A refusal undoes everything and is
        noted in a second short transaction, and so is any other answer that told something. Raises
        PurposeNotDeclared, Forbidden, SilentWrite.
        """
        edition = self._load_law(today(self._clock))
        processing: Processing | None = None
        try:
            _check_purpose(edition, actor, purpose)
            entered = _entered(context or self._context(actor.campaign), actor, purpose)
            with self._database.transaction(actor.campaign) as transaction:
                at = self._clock.now()
                processing = Processing(
                    transaction, actor=actor, purpose=purpose, edition=edition, context=entered, at=at
                )
                yield processing
                self._conclude(transaction, processing)
        except (Refused, Forbidden, NotFound, Conflict, Invalid) as refusal:
            read = {} if processing is None else processing.reads()
            _add_notice(refusal, edition, processing)
            if read or isinstance(refusal, Refused | Forbidden):
                declared = purpose if purpose in edition.purposes else UNDECLARED
                self._note_refusal(actor, declared, edition, _refusal_note(refusal, read))
            raise

    def check(self, actor: Actor, purpose: str) -> None:
        """Check that the actor may process for the purpose, before anything outside the database is written.

        Raises PurposeNotDeclared, Forbidden.
        """
        _check_purpose(self._load_law(today(self._clock)), actor, purpose)
        _entered(self._context(actor.campaign), actor, purpose)

    def _context(self, campaign: CampaignId) -> CampaignContext:
        """Return what is known of a campaign; read before the transaction begins, so that sealing holds no gate."""
        with self._database.reading(campaign) as reading:
            return self._load_campaign(reading, campaign)

    def _conclude(self, transaction: Transaction, processing: Processing) -> None:
        if self._announce is not None:
            self._announce(processing)
        processing.settle()
        try:
            _check_notes(processing)
        except SilentWrite:
            transaction.settle()  # Where the database refused something, that is what went wrong.
            raise
        self._check_age(processing)
        self._check_keys(transaction, processing)
        entries = transaction.send(_ENTRY, [entry_values(processing, note) for note in processing.notes])
        _make_durable(transaction)
        processing.check_due()
        if entries.rows != len(processing.notes):
            raise SilentWrite("the database did not keep the notes")

    def _check_age(self, processing: Processing) -> None:
        """Refuse rows dated so long ago that who lists in the order of change may have passed their place."""
        writes = any(rows and not name.endswith(".read") for name, rows in processing.observed.items())
        if writes and self._clock.now() - processing.at > LONGEST:
            raise Conflict("this took too long, and nothing was stored: do it again, in smaller parts")

    def _check_keys(self, transaction: Transaction, processing: Processing) -> None:
        """Refuse what was sealed under keys that a rotation retired meanwhile: they may be destroyed before it is read.

        Keys read a moment ago need no second look: a rotation waits longer than that between its steps.
        """
        written = {name for name, rows in processing.observed.items() if rows and not name.endswith(".read")}
        if not written or any(name.startswith("campaign_key.") for name in written):
            return
        context = self._load_campaign(transaction, processing.campaign)
        if context.phase is not processing.phase and not any(name.startswith(_STEPS) for name in written):
            raise Conflict("the campaign was activated or closed meanwhile: do it again")
        present = context.keys
        if present is not processing.keys and present.active_versions() != processing.keys.active_versions():
            raise Conflict("the campaign's keys were rotated meanwhile: do it again")

    def forget_inherited(self) -> None:
        """Make a forked child speak to the database on connections of its own."""
        self._database.forget_inherited()

    @contextmanager
    def keeping_the_log(self, campaign: CampaignId) -> Generator[tuple[Transaction, CampaignContext, datetime]]:
        """Open a transaction for the log's own bookkeeping: numbers and signatures, of which no entry tells."""
        with self._database.transaction(campaign) as transaction:
            yield transaction, self._load_campaign(transaction, campaign), self._clock.now()
            _make_durable(transaction)

    @contextmanager
    def keeping_books(self, campaign: CampaignId, *tables: Table) -> Generator[Books]:
        """Open a transaction for books that tell of no person, of which no entry tells: who does which task, and when.

        Only ``tables`` can be touched in it.
        """
        with self._database.transaction(campaign) as transaction:
            yield Books(transaction, self._load_campaign(transaction, campaign), self._clock.now(), tables)
            _make_durable(transaction)

    def _note_refusal(self, actor: Actor, purpose: str, edition: Edition, note: Note) -> None:
        with self._database.transaction(actor.campaign) as transaction:
            processing = Processing(
                transaction,
                actor=actor,
                purpose=purpose,
                edition=edition,
                context=self._load_campaign(transaction, actor.campaign),
                at=self._clock.now(),
            )
            processing.note(note)
            self._conclude(transaction, processing)


def _entered(context: CampaignContext, actor: Actor, purpose: str) -> CampaignContext:
    """Return the context if its campaign takes this purpose now. Raises CampaignClosing, PurposeNotInUse, Forbidden."""
    returning = purpose == RESTITUTION
    # The program itself still delivers that the campaign is closing, and how that went is noted.
    if context.phase is Phase.CLOSING and not returning and actor.id != WORKER:
        raise CampaignClosing("the campaign is being handed back to its controller: nothing else is processed in it")
    if returning and (context.phase is not Phase.CLOSING or actor.kind is not ActorKind.OPERATOR):
        raise Forbidden("only the operator returns a file, once the campaign is being closed")
    if context.purposes is not None and purpose not in context.purposes:
        raise PurposeNotInUse("the campaign does not use that purpose: it was not declared at its activation")
    return context


def _add_notice(refusal: IsoloirError, edition: Edition, processing: Processing | None) -> None:
    """Let a processor's refusal carry its warning to the controller (GDPR art. 28(3), last sentence)."""
    if isinstance(refusal, Refusal) and processing is not None and processing.operator == PROCESSOR:
        refusal.notice = edition.rules["operator.instruction"].finding("*")


def _make_durable(transaction: Transaction) -> None:
    """Commit: the only line of the project that does."""
    transaction.commit()


def _refusal_note(refusal: IsoloirError, read: Mapping[str, int]) -> Note:
    """Tell which rules refused and on which fields, and what had been read: a refusal too tells its caller something.

    The values were never kept.
    """
    findings = refusal.findings if isinstance(refusal, Refusal) else ()
    return Note(
        event=Event.REFUSED,
        outcome=Outcome.REFUSED,
        counts=Counter(f"rule.{finding.rule}" for finding in findings),
        fields=field_names(finding.field for finding in findings),
        free={"kind": type(refusal).__name__, "read": dict(read)},
    )


def field_names(names: Iterable[str]) -> list[str]:
    """Reduce field paths to what the log may say: built-in names stay, custom ones lose theirs."""
    return sorted({name.split(":")[0].split(".")[0] for name in names})


def _check_purpose(edition: Edition, actor: Actor, purpose: str) -> None:
    if purpose not in edition.purposes:
        message = "no purpose of the law's edition was declared"
        raise PurposeNotDeclared(message)
    if purpose not in actor.purposes:
        message = "this actor may not process for that purpose"
        raise Forbidden(message)


def _check_notes(processing: Processing) -> None:
    if not processing.notes:
        message = "a processing ended without a note"
        raise SilentWrite(message)
    told: Counter[str] = Counter()
    for note in processing.notes:
        for name, count in note.counts.items():
            if count and not name.startswith("rule."):
                told[name] += count
    observed = processing.observed
    if told != observed:
        differing = sorted(set(told) ^ set(observed) | {name for name in told if told[name] != observed[name]})
        message = f"rows and notes differ: {', '.join(differing)}"
        raise SilentWrite(message)
