"""The SQL of consent: evidence is inserted, standings are replaced by what their evidence comes to."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Select,
    Table,
    bindparam,
    delete,
    func,
    insert,
    literal_column,
    select,
    true,
    update,
)

from audit.processing import Processing
from consent.tables import (
    BalancingTest,
    CohortSample,
    ConsentCohort,
    ConsentEvidence,
    ConsentStanding,
    MailingList,
    NewsletterGeography,
)
from kernel import columns
from kernel.columns import table_of
from kernel.identity import PersonId
from kernel.prepared import Prepared, deleting_of, listed_ids
from policy.standing import Level

EVIDENCE = table_of(ConsentEvidence)
STANDING = table_of(ConsentStanding)
COHORT = table_of(ConsentCohort)
SAMPLE = table_of(CohortSample)
BALANCING_TEST = table_of(BalancingTest)
LIST = table_of(MailingList)
GEOGRAPHY = table_of(NewsletterGeography)
EVIDENCE_COLUMNS = tuple(column.name for column in EVIDENCE.columns)
STANDING_COLUMNS = tuple(column.name for column in STANDING.columns)

_REGISTRIES = {
    table: Prepared(
        select(table).where(table.c.campaign_id == bindparam("campaign", required=False)).order_by(table.c.number)
    )
    for table in (COHORT, BALANCING_TEST, LIST, GEOGRAPHY)
}
"""All rows of each registry of the campaign; they are looked at in every answer and with all evidence."""
DECIDING = (
    *("contact_id", "purpose", "channel", "action", "level", "occurred_at", "cohort"),
    *("valid_until", "window_from", "window_to", "parental"),
)
"""The columns of evidence that decide where somebody stands."""


_NAMED = listed_ids("persons")


def _one_by_one() -> Select[Any]:
    """Look the evidence of each up by itself: of new rows a planner knows nothing, and reads them all."""
    here = EVIDENCE.c.campaign_id == bindparam("campaign", required=False), EVIDENCE.c.contact_id == _NAMED.c.id
    own = select(*(EVIDENCE.c[name] for name in DECIDING)).where(*here).offset(literal_column("0")).lateral("own")
    return select(*own.c).select_from(_NAMED.join(own, true()))


_EVIDENCE_OF = Prepared(_one_by_one())


def _standings_one_by_one(*columns: Column[Any]) -> Select[Any]:
    here = STANDING.c.campaign_id == bindparam("campaign", required=False), STANDING.c.contact_id == _NAMED.c.id
    own = select(*columns).where(*here).offset(literal_column("0")).lateral("own")
    return select(*own.c).select_from(_NAMED.join(own, true()))


_STANDING_OF = Prepared(_standings_one_by_one(STANDING.c.contact_id))
_STANDINGS_OF = Prepared(_standings_one_by_one(*STANDING.c))
_DELETE_STANDINGS = Prepared(
    delete(STANDING).where(
        STANDING.c.campaign_id == bindparam("campaign", required=False), STANDING.c.contact_id == _NAMED.c.id
    )
)


_ARCHIVE_ONE = Prepared(
    update(EVIDENCE)
    .where(
        EVIDENCE.c.campaign_id == bindparam("campaign", required=False),
        EVIDENCE.c.contact_id == bindparam("person", required=False),
        EVIDENCE.c.due_on.is_(None),
    )
    .values(due_on=bindparam("due", required=False))
)


def among(processing: Processing, column: Column[Any], ids: Sequence[UUID]) -> ColumnElement[bool]:
    """Ask for any of these ids."""
    return columns.among(column, ids, on_postgresql=processing.on_postgresql)


def insert_evidence(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Add evidence."""
    return processing.copy(EVIDENCE, EVIDENCE_COLUMNS, rows)


def ask_deciding(processing: Processing, persons: Sequence[PersonId]) -> Callable[[], Sequence[Any]]:
    """Ask what decides in the evidence of these persons: the columns are ``DECIDING``."""
    if processing.on_postgresql:
        return processing.ask_counted(EVIDENCE, _EVIDENCE_OF, {"campaign": processing.campaign, "persons": persons})
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    rows = processing.read(EVIDENCE, select(*(EVIDENCE.c[name] for name in DECIDING)).where(*mine))
    return lambda: rows


def ask_standing(processing: Processing, persons: Sequence[PersonId]) -> Callable[[], Sequence[Any]]:
    """Ask which of these persons have standings: a row, with nothing but the person, for each."""
    if processing.on_postgresql:
        return processing.ask_counted(STANDING, _STANDING_OF, {"campaign": processing.campaign, "persons": persons})
    mine = STANDING.c.campaign_id == processing.campaign, among(processing, STANDING.c.contact_id, persons)
    rows = processing.read(STANDING, select(STANDING.c.contact_id).where(*mine))
    return lambda: rows


def clear_standings(processing: Processing, persons: Sequence[PersonId]) -> Callable[[], dict[str, int]]:
    """Take away all standings of these persons, others are about to be put; return the rows to note once called for.

    Of one person they go in the trip of the question. Of many only those are named who have any: of a list a planner
    that knows nothing of new rows reads the whole campaign's.
    """
    if len(persons) == 1:
        given = {"campaign_id": processing.campaign, "contact_id": persons[0]}
        gone = processing.ask_change(STANDING, deleting_of(STANDING, ("contact_id",)), given)
        return lambda: {"consent_standing.delete": gone()}
    there = ask_standing(processing, persons)
    return lambda: _cleared(processing, there())


def _cleared(processing: Processing, there: Sequence[Any]) -> dict[str, int]:
    persons = list({row.contact_id for row in there})
    if persons and processing.on_postgresql:
        processing.expect_many()
        processing.change(STANDING, _DELETE_STANDINGS, {"campaign": processing.campaign, "persons": persons})
    elif persons:
        delete_standings(processing, persons)
    return {"consent_standing.read": len(there), "consent_standing.delete": len(there)}


def insert_standings(processing: Processing, rows: Sequence[tuple[Any, ...]]) -> int:
    """Keep standings."""
    return processing.copy(STANDING, STANDING_COLUMNS, rows)


def delete_standings(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the standings of these persons."""
    return processing.delete_of(STANDING, "contact_id", persons)


def evidence_of(processing: Processing, person: PersonId, after: UUID | None, limit: int) -> Sequence[Any]:
    """Return a page of a person's evidence, in the order of ids."""
    statement = select(EVIDENCE).where(EVIDENCE.c.campaign_id == processing.campaign, EVIDENCE.c.contact_id == person)
    return processing.read(EVIDENCE, _page(statement, EVIDENCE.c.id, after, limit))


def evidence_of_persons(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return all evidence of these persons."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    return processing.read(EVIDENCE, select(EVIDENCE).where(*mine))


def samples_of_persons(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the samples in which these persons were drawn."""
    mine = SAMPLE.c.campaign_id == processing.campaign, among(processing, SAMPLE.c.contact_id, persons)
    return processing.read(SAMPLE, select(SAMPLE).where(*mine).order_by(SAMPLE.c.cohort))


def all_evidence(processing: Processing, after: UUID | None, limit: int) -> Sequence[Any]:
    """Return a page of the campaign's evidence, in the order of ids."""
    statement = select(EVIDENCE).where(EVIDENCE.c.campaign_id == processing.campaign)
    return processing.read(EVIDENCE, _page(statement, EVIDENCE.c.id, after, limit))


def _page(statement: Any, column: Column[Any], after: UUID | None, limit: int) -> Any:  # noqa: ANN401 - a select
    beyond = statement if after is None else statement.where(column > after)
    return beyond.order_by(column).limit(limit)


def standings_of(processing: Processing, persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return the standings of these persons."""
    if processing.on_postgresql:
        return processing.run(STANDING, _STANDINGS_OF, {"campaign": processing.campaign, "persons": sorted({*persons})})
    mine = STANDING.c.campaign_id == processing.campaign, among(processing, STANDING.c.contact_id, persons)
    return processing.read(STANDING, select(STANDING).where(*mine))


def persons_with_evidence(
    processing: Processing, after: UUID | None, limit: int, *, cohort: int | None = None
) -> list[PersonId]:
    """Return a page of the persons of whom there is evidence, of one cohort if it is named."""
    statement = select(EVIDENCE.c.contact_id).distinct().where(EVIDENCE.c.campaign_id == processing.campaign)
    if cohort is not None:
        statement = statement.where(EVIDENCE.c.cohort == cohort)
    rows = processing.read(EVIDENCE, _page(statement, EVIDENCE.c.contact_id, after, limit))
    return [PersonId(row[0]) for row in rows]


def cells_in_cohorts(processing: Processing, cohorts: Sequence[int], persons: Sequence[PersonId]) -> Sequence[Any]:
    """Return of which persons, for which purpose and channel, there is evidence in one of these cohorts."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    cells = (EVIDENCE.c[name] for name in ("contact_id", "purpose", "channel", "cohort"))
    return processing.read(EVIDENCE, select(*cells).where(*mine, EVIDENCE.c.cohort.in_(cohorts)))


def archive_evidence(processing: Processing, persons: Sequence[PersonId], due: date) -> int:
    """Give the evidence of these persons the day on which it must go, where it has none."""
    if len(persons) == 1:
        given = {"campaign": processing.campaign, "person": persons[0], "due": due}
        return processing.change_now(EVIDENCE, _ARCHIVE_ONE, given)
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    statement = update(EVIDENCE).where(*mine, EVIDENCE.c.due_on.is_(None)).values(due_on=due)
    return processing.execute(EVIDENCE, statement)


def delete_evidence(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete the evidence of these persons."""
    return processing.delete_of(EVIDENCE, "contact_id", persons)


def delete_samples(processing: Processing, persons: Sequence[PersonId]) -> int:
    """Delete these persons from the samples they were drawn in."""
    return processing.delete_of(SAMPLE, "contact_id", persons)


def cohorts(processing: Processing) -> list[Any]:
    """Return the campaign's cohorts, oldest first."""
    return _all(processing, COHORT)


def balancing_tests(processing: Processing) -> list[Any]:
    """Return the campaign's balancing tests, oldest first."""
    return _all(processing, BALANCING_TEST)


def ask_balancing_tests(processing: Processing) -> Callable[[], Sequence[Any]]:
    """Ask for the campaign's balancing tests, oldest first."""
    return processing.ask(BALANCING_TEST, _REGISTRIES[BALANCING_TEST], {"campaign": processing.campaign})


def ask_geographies(processing: Processing) -> Callable[[], Sequence[Any]]:
    """Ask how the campaign read choices by place, oldest first."""
    return processing.ask(GEOGRAPHY, _REGISTRIES[GEOGRAPHY], {"campaign": processing.campaign})


def mailing_lists(processing: Processing) -> list[Any]:
    """Return the campaign's lists, oldest first."""
    return _all(processing, LIST)


def _all(processing: Processing, table: Table) -> list[Any]:
    return list(processing.look_up_prepared(table, _REGISTRIES[table], {"campaign": processing.campaign}))


def insert_numbered(processing: Processing, table: Table, values: dict[str, Any], *, first: int) -> int:
    """Keep a row of a registry under the next number; return the number."""
    newest = select(func.max(table.c.number)).where(table.c.campaign_id == processing.campaign)
    found = processing.look_up(table, newest)[0][0]
    number = first if found is None else int(found) + 1
    processing.execute(table, insert(table), {"campaign_id": processing.campaign, "number": number, **values})
    return number


def change_numbered(processing: Processing, table: Table, number: int, values: dict[str, Any]) -> int:
    """Change a row of a registry."""
    mine = table.c.campaign_id == processing.campaign, table.c.number == number
    return processing.execute(table, update(table).where(*mine).values(values))


def insert_sample(processing: Processing, cohort: int, persons: Sequence[PersonId]) -> int:
    """Keep who was drawn."""
    rows = [
        {"campaign_id": processing.campaign, "cohort": cohort, "contact_id": person, "finding": None}
        for person in persons
    ]
    return processing.execute(SAMPLE, insert(SAMPLE), rows)


def sample_of(processing: Processing, cohort: int) -> Sequence[Any]:
    """Return who was drawn for a cohort, and what was found."""
    mine = SAMPLE.c.campaign_id == processing.campaign, SAMPLE.c.cohort == cohort
    return processing.read(SAMPLE, select(SAMPLE).where(*mine).order_by(SAMPLE.c.contact_id))


def set_finding(processing: Processing, cohort: int, person: PersonId, finding: str) -> int:
    """Keep what a reviewer found of somebody who was drawn."""
    mine = SAMPLE.c.campaign_id == processing.campaign, SAMPLE.c.cohort == cohort, SAMPLE.c.contact_id == person
    return processing.execute(SAMPLE, update(SAMPLE).where(*mine).values(finding=finding))


def cohort_members(processing: Processing, cohort: int) -> list[PersonId]:
    """Return everybody of a cohort, for the drawing of its sample."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, EVIDENCE.c.cohort == cohort
    rows = processing.read(EVIDENCE, select(EVIDENCE.c.contact_id).distinct().where(*mine).order_by("contact_id"))
    return [PersonId(row[0]) for row in rows]


def evidence_before(processing: Processing, day: date, limit: int) -> Sequence[Any]:
    """Return id and person of the evidence whose day in archive is over."""
    over = EVIDENCE.c.campaign_id == processing.campaign, EVIDENCE.c.due_on < day
    return processing.read(EVIDENCE, select(EVIDENCE.c.id, EVIDENCE.c.contact_id).where(*over).limit(limit))


def claims_among(processing: Processing, pieces: Sequence[UUID]) -> Sequence[Any]:
    """Return id and person of those of these pieces that are only claimed, in use, and that no cohort is to prove."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.id, pieces)
    claimed = EVIDENCE.c.level == Level.CLAIMED, EVIDENCE.c.cohort.is_(None), EVIDENCE.c.due_on.is_(None)
    return processing.read(EVIDENCE, select(EVIDENCE.c.id, EVIDENCE.c.contact_id).where(*mine, *claimed))


def delete_pieces(processing: Processing, pieces: Sequence[UUID]) -> int:
    """Delete single pieces of evidence."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.id, pieces)
    return processing.execute(EVIDENCE, delete(EVIDENCE).where(*mine))


def persons_among(processing: Processing, persons: Sequence[PersonId]) -> set[PersonId]:
    """Return those of these persons of whom there is evidence."""
    mine = EVIDENCE.c.campaign_id == processing.campaign, among(processing, EVIDENCE.c.contact_id, persons)
    rows = processing.read(EVIDENCE, select(EVIDENCE.c.contact_id).distinct().where(*mine))
    return {PersonId(row[0]) for row in rows}
