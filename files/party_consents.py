"""Consents in a file of their own, which names persons by their identifier in the tool that wrote it.

It makes nobody a contact: what is said holds for whoever bears the identifier. A refusal of nobody we know is kept as
an objection, by the keyed identifier, and is met when that person comes in.
"""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from audit.processing import Processing
from consent.incoming import let_nobody_in
from consent.oppositions import forms
from contacts.holders import holders_of_data
from files.consents import Basis, Flagged, Stated, closes, keep_stated
from files.profiles import Profile, fold
from files.rows import RowData
from files.telling import OBJECTION, WHOLE, Telling
from kernel.identity import PersonId
from policy.draft import Datum
from policy.vendor_flags import UNKNOWN, Meaning, meaning_of

FLAG: Final = "ContactPointTypeConsent"
UNREADABLE: Final = "cell.consent"
NOBODY: Final = "contact.unknown"
_HOLDING: Final = frozenset({"refused", "withdrawn"})


def keep_party_consents(
    processing: Processing, profile: Profile, rows: Sequence[tuple[int, RowData]], told: Telling, basis: Basis
) -> list[UUID]:
    """Keep what the rows of one chunk say, each for whom it names; tell what became of each row.

    Return the evidence of what is only claimed.
    """
    meant = [_meaning(profile, row) for _, row in rows]
    asked = [_data(row) for _, row in rows]
    if any(meaning is not None and closes(meaning) for meaning in meant):
        let_nobody_in(processing)
    found = holders_of_data(processing, asked, forms)
    stated: list[Stated] = []
    for (number, row), meaning, data, persons in zip(rows, meant, asked, found, strict=True):
        _tell(told, number, row, meaning, known=bool(persons))
        if meaning is not None and data:
            named: Sequence[PersonId | None] = sorted(persons) or [None]
            stated += [_stated(person, row, meaning, data) for person in named]
    return keep_stated(processing, stated, basis)


def judge_party_consents(profile: Profile, rows: Sequence[tuple[int, RowData]], told: Telling) -> None:
    """Tell what may be kept of the rows of one chunk; nobody is looked for."""
    for number, row in rows:
        readable = _meaning(profile, row) is not None and bool(_data(row))
        told.findings(number, row, (), whole=False)
        if not readable:
            told.cell(number, WHOLE, UNREADABLE, "invalid")
        told.rows["accepted" if readable else "refused"] += 1


def _meaning(profile: Profile, row: RowData) -> Meaning | None:
    """Return what a row says through which channels; None where its channel or its person is not told."""
    said = dict(row.data)
    point = fold(said.get("consent.channel", ""))
    channels = tuple(channel for channel, points in profile.channels.items() if point in points)
    if not channels or row.external is None:
        return None
    effect = meaning_of(profile.vendor, FLAG, said.get("consent.status", "")).effect
    return UNKNOWN if effect == UNKNOWN.effect else Meaning(effect=effect, channels=channels)


def _data(row: RowData) -> tuple[Datum, ...]:
    return () if row.external is None else (("external_id", "\x1f".join(row.external)),)


def _stated(person: PersonId | None, row: RowData, meaning: Meaning, data: Sequence[Datum]) -> Stated:
    said = dict(row.data)
    return Stated(Flagged(person, data, ()), meaning, _day(said.get("consent.since")), _day(said.get("consent.until")))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None  # A day of 00 is none.


def _tell(told: Telling, number: int, row: RowData, meaning: Meaning | None, *, known: bool) -> None:
    told.findings(number, row, (), whole=False)
    if meaning is None:
        told.cell(number, WHOLE, UNREADABLE, "invalid")
        told.rows["refused"] += 1
        return
    if not known:
        refuses = meaning.effect in _HOLDING
        told.cell(number, WHOLE, OBJECTION if refuses else NOBODY, "objection" if refuses else "dropped")
    told.rows["updated" if known and meaning != UNKNOWN else "unchanged"] += 1
