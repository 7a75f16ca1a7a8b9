"""What the consent flags of another tool come to for the rows of one chunk: oppositions and withdrawals at once.

An opt-in is only claimed. What stands already is not said again: a file that is imported every night adds nothing.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID

from audit.processing import Processing
from consent.carry import Carrying
from consent.cohorts import Cohort
from consent.evidence import NewEvidence
from consent.newcomers import Claims, prepare_claims, record_claims
from consent.oppositions import NewOpposition, forms, record_oppositions
from consent.record import record_evidence
from consent.standings import not_yet_said
from contacts.holders import holders_of_data
from files import cells
from files.profiles import Profile
from files.rows import RowData
from kernel.identity import PersonId
from policy.draft import Datum
from policy.standing import Action
from policy.vendor_flags import Meaning, meaning_of

ALL, ANY = "all", "*"
_ACTIONS = {"claimed": Action.GIVEN, "withdrawn": Action.WITHDRAWN, "refused": Action.REFUSED}
_LIMITING = frozenset({"objection", "refused", "withdrawn"})
_SAYING = _LIMITING | _ACTIONS.keys()
NO_CLAIMS = Claims()
_CLAIMED_FOR = {"email": "email_campaign", "sms": "message_campaign", "call": "phone_canvassing"}
"""A flag names no purpose: it is taken for the one that its channel is for. A refusal is for every purpose."""


class Flagged(NamedTuple):
    """One row that a flag says something of, and whose it is, if it is anybody's here."""

    person: PersonId | None
    data: Sequence[Datum]
    said: Sequence[tuple[str, str]]
    """Flags of the vendor, each with its value."""
    objections: Sequence[str] = ()
    """Channels that a column of the file itself closes, or all."""

    def __repr__(self) -> str:
        """Tell whose it is, and nothing of what they said."""
        return f"Flagged({self.person})"


class Stated(NamedTuple):
    """What one thing that was said of a row's person means, from which day and, an opt-in, until which."""

    row: Flagged
    meaning: Meaning
    day: date | None = None
    until: date | None = None

    def __repr__(self) -> str:
        return f"Stated({self.row}, {self.meaning.effect})"


@dataclass(frozen=True, slots=True)
class Basis:
    """What the opt-ins of a file rest on: its origin, and the cohort they belong to, if one is named."""

    origin: int
    cohort: Cohort | None = None


def prepare_flags(
    processing: Processing,
    profile: Profile,
    rows: Sequence[Flagged],
    basis: Basis,
    references: Mapping[PersonId, bytes],
) -> Claims:
    """Prepare what is only claimed of rows whose persons are nobody's here yet, before others must wait.

    Whether a cohort still takes somebody in is asked when it is kept: its claims are not prepared.
    """
    if basis.cohort is not None:
        return Claims()
    stated = [_stated(profile, [row]) for row in rows if not row.objections]
    claims = [told for told in stated if all(one.meaning.effect not in _LIMITING for one in told)]
    proposed = [_proposed(processing, told, basis) for told in claims]
    return prepare_claims(processing, [one for row in proposed for one in row], references)


def keep_flags(
    processing: Processing, profile: Profile, rows: Sequence[Flagged], basis: Basis, claims: Claims = NO_CLAIMS
) -> list[UUID]:
    """Keep what flags say of the persons of a chunk, as ``keep_stated`` does; some was prepared.

    What was prepared of a newcomer is one row's. Where another row is the same person, what both say is judged.
    """
    told = Counter([row.person for row in rows])
    coming = {person for person, times in told.items() if person is not None and person in claims and times == 1}
    stated = _stated(profile, [row for row in rows if row.person not in coming])
    objecting = _keep_objections(processing, stated)
    kept, left = record_claims(processing, claims, coming)
    stated += _stated(profile, [row for row in rows if row.person in coming & left])
    return kept + _keep_evidence(processing, stated, basis, objecting)


def keep_stated(processing: Processing, stated: Sequence[Stated], basis: Basis) -> list[UUID]:
    """Keep what was understood of persons: oppositions first, then all other evidence, each in one go.

    Return the evidence of what is only claimed: it goes where the import is undone, and nothing else does.
    """
    return _keep_evidence(processing, stated, basis, _keep_objections(processing, stated))


def _keep_objections(processing: Processing, stated: Sequence[Stated]) -> AbstractSet[tuple[int, str]]:
    """Keep oppositions; return the places of what says so, with the channels that are closed by it."""
    objecting = {
        (place, channel): one.row
        for place, one in enumerate(stated)
        for channel in _objected(one.row, one.meaning)
        if forms(one.row.data)
    }
    _oppose(processing, [(row, channel) for (_, channel), row in objecting.items()])
    return objecting.keys()


def _keep_evidence(
    processing: Processing, stated: Sequence[Stated], basis: Basis, objecting: AbstractSet[tuple[int, str]]
) -> list[UUID]:
    wanted = not_yet_said(processing, _proposed(processing, stated, basis, objecting))
    kept = record_evidence(processing, wanted) if wanted else []
    return [one.id for one, new in zip(kept, wanted, strict=True) if new.action is Action.GIVEN]


def _proposed(
    processing: Processing,
    stated: Sequence[Stated],
    basis: Basis,
    objecting: AbstractSet[tuple[int, str]] = frozenset(),
) -> list[NewEvidence]:
    proposed = {
        (one.person, one.purpose, one.channel, one.action, one.occurred_at): one
        for place, told in enumerate(stated)
        for one in _evidence(processing, told, basis)
        if (place, one.channel) not in objecting
    }
    return list(proposed.values())


def _stated(profile: Profile, rows: Sequence[Flagged]) -> list[Stated]:
    meant = [(row, meaning, value) for row in rows for meaning, value in _meant(profile, row)]
    return [Stated(row, meaning, _day(profile, meaning, value)) for row, meaning, value in meant]


def _meant(profile: Profile, row: Flagged) -> list[tuple[Meaning, str]]:
    """Return what flags and columns of objections say, where it says anything; what both say once."""
    flags = [(meaning_of(profile.vendor, flag, value), value) for flag, value in row.said]
    said = [(meaning, value) for meaning, value in flags if meaning.effect in _SAYING]
    closed = {channel for meaning, _ in said for channel in _closed(meaning)}
    return said + [(_closing(channel), "") for channel in row.objections if channel not in closed]


def closes(meaning: Meaning) -> bool:
    """Tell whether a channel is closed by it, or all."""
    return bool(_closed(meaning))


def are_closing(profile: Profile, rows: Sequence[RowData]) -> bool:
    """Tell whether any row closes a channel, or all, by a flag or by a column of its own."""
    said = {pair for row in rows for pair in row.said}
    return any(row.objections for row in rows) or any(closes(meaning_of(profile.vendor, *pair)) for pair in said)


def _closed(meaning: Meaning) -> tuple[str, ...]:
    if meaning.effect == "objection":
        return (ALL,)
    return meaning.channels if meaning.effect in {"refused", "withdrawn"} else ()


def _closing(channel: str) -> Meaning:
    return Meaning(effect="objection") if channel == ALL else Meaning(effect="refused", channels=(channel,))


def _day(profile: Profile, meaning: Meaning, value: str) -> date | None:
    """Return the day a value is, where it is one."""
    read = cells.day_first if profile.dates == "day_first" else cells.month_first
    text = read(value.strip().partition(" ")[0].partition("T")[0]) if meaning.dated else None
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # A day of 00 is none.


def _objected(row: Flagged, meaning: Meaning) -> tuple[str, ...]:
    """Name the channels that are closed for the controller; of nobody we know, a withdrawal does it too."""
    return () if meaning.effect == "withdrawn" and row.person is not None else _closed(meaning)


def _oppose(processing: Processing, known: Sequence[tuple[Flagged, str]]) -> None:
    """Keep oppositions of rows that hold something to know their persons by, and refuse for whoever is meant."""
    if not known:
        return
    new = [NewOpposition(data=row.data, channel=channel) for row, channel in known]
    found = holders_of_data(processing, [one.data for one in new], forms)
    held = [
        holders if row.person is None else holders | {row.person}
        for (row, _), holders in zip(known, found, strict=True)
    ]
    refusals = {
        (person, one.channel): _said(processing, person, ANY, one.channel, Action.REFUSED)
        for one, holders in zip(new, held, strict=True)
        for person in holders
    }
    open_still = {(one.person, one.channel) for one in not_yet_said(processing, list(refusals.values()))}
    left = [
        {person for person in holders if (person, one.channel) in open_still}
        for one, holders in zip(new, held, strict=True)
    ]
    record_oppositions(processing, new, left, Carrying.REPEATED)


def _evidence(processing: Processing, told: Stated, basis: Basis) -> Iterator[NewEvidence]:
    row, meaning = told.row, told.meaning
    if row.person is None:
        return
    if meaning.effect == "objection":
        yield _said(processing, row.person, ANY, ALL, Action.REFUSED)
    action = _ACTIONS.get(meaning.effect)
    for channel in meaning.channels if action else ():
        purpose = _CLAIMED_FOR.get(channel) if action is Action.GIVEN else ANY
        if action and purpose:
            until = told.until if action is Action.GIVEN else None
            yield _said(processing, row.person, purpose, channel, action, day=told.day, until=until, basis=basis)


def _said(
    processing: Processing,
    person: PersonId,
    purpose: str,
    channel: str,
    action: Action,
    *,
    day: date | None = None,
    until: date | None = None,
    basis: Basis | None = None,
) -> NewEvidence:
    """Say it as of the end of its day, if it has one, else of the last day of its cohort, else of now."""
    cohort = basis.cohort if basis is not None and action is Action.GIVEN else None
    if day is None and cohort is not None:
        day = cohort.collected_to
    ended = processing.at if day is None else datetime.combine(day, time(23, 59, 59), UTC)
    return NewEvidence(
        person=person,
        purpose=purpose,
        channel=channel,
        action=action,
        occurred_at=min(ended, processing.at),
        valid_until=until,
        origin=None if basis is None else basis.origin,
        cohort=None if cohort is None else cohort.number,
    )
