"""The sweep: chunk by chunk, whatever is past its day leaves; killed anywhere, the next one goes on.

A parent note begins and ends a run. Each chunk is a processing that judges, strips and archives; whoever is left empty
is erased through the ledger; a last short processing writes how far the run is. A chunk done twice does nothing twice.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.lasting import Agreement, agreements_of
from contacts.lasting.holds import held_until, holds_now
from contacts.lasting.leave import (
    Lasting,
    archive_contacts,
    endings_of,
    examine_contacts,
    move_due,
    strip_contacts,
)
from files.exports.show import withdraw_exports_of
from holdings.erase import Eraser
from kernel.actor import Actor
from kernel.identity import PersonId
from outreach.history import first_invited, last_acts
from policy.leaving import Life, Stage
from retention.courses import schedule_of
from retention.judge import Schedule, Verdict
from retention.runs import Run, advance, begin_run

PURPOSE = "administration"
CHUNK = 2_000
Tell = Callable[[Run], None]
_Judged = Sequence[tuple[Lasting, Verdict]]


@dataclass(frozen=True, slots=True)
class _Page:
    """What one chunk decided; ``last`` is None where no contact is left to examine."""

    last: PersonId | None
    judged: _Judged
    swept: Mapping[str, int]

    @property
    def erasing(self) -> list[PersonId]:
        """Return whom nothing is left of."""
        return [one.person for one, verdict in self.judged if verdict.stage is Stage.GONE]

    @property
    def stripping(self) -> dict[PersonId, frozenset[int]]:
        """Return who keeps something, with the origins whose values go."""
        judged = self.judged
        return {one.person: told.gone for one, told in judged if told.gone and told.stage is not Stage.GONE}

    @property
    def archiving(self) -> list[PersonId]:
        """Return who goes into restricted archive and is not there yet."""
        return [one.person for one, told in self.judged if told.stage is Stage.ARCHIVE and not one.restricted]

    @property
    def moving(self) -> list[tuple[PersonId, date | None]]:
        """Return whose day changes, with the new one."""
        judged = self.judged
        return [
            (one.person, told.due_on)
            for one, told in judged
            if told.stage is not Stage.GONE and told.due_on != one.due_on
        ]


def _counted(judged: _Judged) -> dict[str, int]:
    """Count what was decided, by the line that decided and the act."""
    alike = Counter((told.line, told.stage, bool(told.gone), told.held, one.restricted) for one, told in judged)
    counts: Counter[str] = Counter()
    for (line, stage, loses, held, restricted), rows in alike.items():
        is_gone = stage is Stage.GONE
        counts[f"{line}.erased"] += rows * is_gone
        counts[f"{line}.stripped"] += rows * (loses and not is_gone)
        counts[f"{line}.archived"] += rows * (stage is Stage.ARCHIVE and not restricted)
        counts[f"{line}.held"] += rows * held
    return dict(+counts)


def sweep_contacts(eraser: Eraser, actor: Actor, *, simulated: bool, tell: Tell) -> Run:
    """Sweep the contacts of a campaign, or simulate it; ``tell`` hears of each chunk. Return the finished run.

    An interrupted run of the same kind is taken up where it was. Raises Conflict where another process sweeps.
    """
    register = eraser.register
    with register.open(actor, PURPOSE) as processing:
        run = begin_run(processing, simulated=simulated)
    while run.finished_at is None:
        with register.open(actor, PURPOSE) as processing:
            page = _sweep_page(processing, run)
        if not simulated:
            _carry_out(eraser, actor, page)
        with register.open(actor, PURPOSE) as processing:
            run = advance(processing, run, after=page.last, examined=len(page.judged), swept=page.swept)
        tell(run)
    if not simulated:
        eraser.database.truncate_wal()  # The run's last place named whoever stood there, and they may be gone.
    return run


def _sweep_page(processing: Processing, run: Run) -> _Page:
    """Judge the next contacts and, for real, strip, archive and date them; the erasure comes after."""
    found = examine_contacts(processing, run.after, CHUNK)
    verdicts = _judge(processing, schedule_of(processing), found)
    judged = list(zip(found, verdicts, strict=True))
    page = _Page(found[-1].person if len(found) == CHUNK else None, judged, _counted(judged))
    counts = processing.reads()
    if not run.simulated:
        counts |= move_due(processing, page.moving)
    free = {"simulated": run.simulated, "swept": page.swept}
    processing.note(Note(event=Event.RETENTION_SWEPT, counts=counts, job=run.id, chunk=run.chunks, free=free))
    if not run.simulated:
        strip_contacts(processing, page.stripping)
        archive_contacts(processing, page.archiving)
        withdraw_exports_of(processing, page.archiving)
    return page


def _carry_out(eraser: Eraser, actor: Actor, page: _Page) -> None:
    """Erase whoever nothing is left of, by the ledger; cut SQLite's log, in which stripped bytes would stand."""
    if page.erasing:
        eraser.erase(actor, PURPOSE, page.erasing)
    elif page.stripping:
        eraser.database.truncate_wal()


def _judge(processing: Processing, schedule: Schedule, page: Sequence[Lasting]) -> list[Verdict]:
    if not page:
        return []
    endings, holds = endings_of(processing, page[0].person, page[-1].person), holds_now(processing)
    lives = lives_of(processing, schedule, page, endings)
    return [schedule.judge(one, lives.get(one.person), held_until(holds, one.person)) for one in page]


def lives_of(
    processing: Processing,
    schedule: Schedule,
    page: Sequence[Lasting],
    endings: Mapping[PersonId, Mapping[str, date]],
) -> dict[PersonId, Life]:
    """Look up what is known of the few whose own acts decide now."""
    pressing = [one for one in page if one.person in endings or schedule.is_pressing(one)]
    if not pressing:
        return {}
    persons = [one.person for one in pressing]
    acts, invited = last_acts(processing, persons), first_invited(processing, persons)
    agreed = agreements_of(processing, persons)
    return {
        one.person: Life(
            category=one.category,
            last_act=_latest(acts.get(one.person), agreed.get(one.person)),
            invited_on=invited.get(one.person),
            endings=endings.get(one.person, {}),
            beyond=one.person in agreed and agreed[one.person].beyond_election,
        )
        for one in pressing
    }


def _latest(act: date | None, agreed: Agreement | None) -> date | None:
    """Return the day of the last thing the person did: what they agreed to by an act of their own is one."""
    days = [act, None if agreed is None else agreed.last]
    return max((day for day in days if day is not None), default=None)
