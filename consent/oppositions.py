"""Oppositions: what persons objected by, as keyed hashes that outlive contacts, campaigns and rotations (GDPR art. 21).

Kinds: e-mail, telephone, name and birth date, name and address, identifier in another system. Each entry names the
version of the rules its text was written by; whoever comes in is asked about under every version there is.
"""

import json
import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Select, bindparam, column, func, literal_column, select, true
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import BigInteger

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from consent.carry import Carried, Carrying, Objection, carry
from consent.channels import ALL, ANY_PURPOSE, channels, number_of
from consent.evidence import Indicated, Method, NewEvidence
from consent.incoming import take_turns
from consent.record import record_evidence
from consent.standings import not_yet_said, said_later
from consent.tables import Opposition
from crypto.index import blinder, email_keys, external_keys, name_keys, phone_keys
from crypto.normalise import NORM_VERSION, SEPARATOR
from kernel.columns import table_of
from kernel.errors import Invalid
from kernel.identity import PersonId
from kernel.prepared import Prepared
from keys.controller import OPPOSITION
from outreach.outgoing import take_out_of_use
from policy.draft import Datum
from policy.standing import Action

TABLE = table_of(Opposition)
_COLUMNS = ("controller_id", "value", "purpose", "channel", "on", "kind", "norm", "renewed")
_ADDRESSES = {"email": email_keys, "phone": phone_keys, "external_id": external_keys}
_SURNAMES = ("last_name", "usage_name")
_TOOLS_OWN = "external_id"
_KNOWN_BY = frozenset({*_ADDRESSES, *_SURNAMES, "first_names", "birth_date", "address"})
_FEW = 16
"""So few persons are looked up at once; before more are hashed, it is asked whether anybody objected at all."""
_OF_CONTROLLER = select(TABLE).where(TABLE.c.controller_id == bindparam("controller", required=False))
_ANY = Prepared(_OF_CONTROLLER.limit(literal_column("1")))
_ASKED = (
    func.unnest(select(bindparam("asked", required=False, type_=ARRAY(BigInteger))).scalar_subquery())
    .table_valued(column("value", BigInteger))
    .render_derived()
)


def _one_by_one() -> Select[Any]:
    """Look each value up by itself: left to choose, a planner without statistics reads the whole table."""
    own = _OF_CONTROLLER.where(TABLE.c.value == _ASKED.c.value).offset(literal_column("0")).lateral("own")
    return select(*own.c).select_from(_ASKED.join(own, true()))


_UNDER = Prepared(_one_by_one())
_RECENT = timedelta(days=30)
_PARTS = ("number", "street", "postcode", "city")
_NO_SIGN = re.compile(r"[^a-z0-9]+")
Entry = tuple[int, str, int]
"""Value, purpose, channel."""
Form = tuple[str, str]
"""A kind, and the normalised text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewOpposition:
    """Somebody objects, known by these data, to a purpose, a channel, or all."""

    data: Sequence[Datum] = field(repr=False)
    purpose: str = ANY_PURPOSE
    channel: str = ALL


def record_oppositions(
    processing: Processing,
    oppositions: Sequence[NewOpposition],
    holders: Sequence[Collection[PersonId]],
    carrying: Carrying = Carrying.SAID,
) -> int:
    """Keep oppositions, at once and without a code, for all campaigns of the controller; return how many entries.

    ``holders`` are the contacts that each is about, found by a room above: they are refused as of now. Whom the
    controller's other campaigns have is refused there within minutes. Raises Invalid.
    """
    known = channels(processing)
    law = {channel.id for channel in processing.edition.channels.values()} | {ALL}
    for one in oppositions:
        if one.channel not in law or not (one.purpose == ANY_PURPOSE or one.purpose in processing.edition.purposes):
            raise Invalid("an opposition is to a purpose of the law or *, and to a channel of the law or all")
        if not forms(one.data):
            raise Invalid(
                "an opposition names an e-mail, a number, an identifier, or a name with birth date or address"
            )
    hashed = _hasher(processing)
    wanted = {
        (value, one.purpose, number_of(known, one.channel)): kind
        for one in oppositions
        for kind, value in hashed(forms(one.data))
    }
    controller = processing.controller_id
    if any(holders):
        take_out_of_use(processing)
    take_turns(processing)  # Two may keep one entry of one day.
    there = _entries(processing, controller, sorted({value for value, _, _ in wanted}))
    counts = {"opposition.read": len(there)} | _add(processing, controller, wanted, there, renewed=False)
    counts |= carry(
        processing, [Objection(_known_by(one.data), one.purpose, one.channel) for one in oppositions], carrying
    )
    processing.note(Note(event=Event.OPPOSITION_RECORDED, counts=counts))
    if refused := _refused(oppositions, holders, processing.at):
        record_evidence(processing, refused, own_form=True)
    return len(wanted)


def refuse_carried(processing: Processing, carried: Carried, holders: Sequence[Collection[PersonId]]) -> None:
    """Refuse here, as of the moment of objecting elsewhere, for whom objections of another campaign are about.

    Whoever tells of them may be interrupted, and tell again: what was told is not said twice.
    """
    said = _refused(carried.objections, holders, carried.at)
    refused = not_yet_said(processing, said) if carried.repeated else said_later(processing, said)
    if refused:
        record_evidence(processing, refused, own_form=True)


def _refused(
    oppositions: Sequence[NewOpposition | Objection], holders: Sequence[Collection[PersonId]], at: datetime
) -> list[NewEvidence]:
    """Refuse once for each person and scope, however many objections mean them."""
    scopes = {
        (person, one.purpose, one.channel): None
        for one, persons in zip(oppositions, holders, strict=True)
        for person in sorted(persons)
    }
    return [_refusal(*scope, at) for scope in scopes]


def _known_by(data: Sequence[Datum]) -> Sequence[Datum]:
    """Return by what a person is known elsewhere.

    A tool's number is left out where there is anything else: another campaign's tool may mean somebody else by it.
    """
    known = [datum for datum in data if datum[0] in _KNOWN_BY]
    own = [datum for datum in known if datum[0] != _TOOLS_OWN]
    return own if forms(own) else known


class Asked(NamedTuple):
    """Under which values persons may have objected, and the entries there, which come with the next answers."""

    by_value: Mapping[int, Collection[PersonId]]
    entries: Callable[[], Sequence[Any]]


def ask_oppositions(processing: Processing, persons: Sequence[tuple[PersonId, Sequence[Datum]]]) -> Asked | None:
    """Ask what persons who may be about to come in objected to; many are asked about once they did.

    The answer is for ``meet_oppositions``, or for ``ask_in_vain`` where nobody comes in.
    """
    return _asked(processing, persons) if len(persons) <= _FEW else None


def ask_in_vain(processing: Processing, asked: Asked | None) -> Mapping[str, int]:
    """Return the rows that the caller notes where nobody came in: on PostgreSQL they came all the same."""
    return {"opposition.read": len(asked.entries())} if asked and processing.on_postgresql else {}


def meet_oppositions(
    processing: Processing, persons: Sequence[tuple[PersonId, Sequence[Datum]]], asked: Asked | None = None
) -> Mapping[str, int]:
    """Refuse for persons who came in whatever they had objected to before; return the rows that the caller notes.

    What is met is renewed: its period begins anew. ``asked`` is what was asked about these persons, and maybe others.
    """
    controller, many = processing.controller_id, asked is None and len(persons) > _FEW
    if not persons or (many and not _are_any(processing, controller)):
        return {}
    by_value, entries = asked or _asked(processing, persons)
    there, came_in = entries(), {person for person, _ in persons}
    by_value = {row.value: came_in.intersection(by_value[row.value]) for row in there}
    rows = [row for row in there if by_value[row.value]]
    if rows:
        met = {(row.value, row.purpose, row.channel): row.kind for row in rows}
        processing.note(Note(event=Event.OPPOSITION_MET, counts=_add(processing, controller, met, rows, renewed=True)))
        record_evidence(processing, _refusals(processing, rows, by_value), own_form=True)
    return {"opposition.read": len(there) + many}


def _asked(processing: Processing, persons: Sequence[tuple[PersonId, Sequence[Datum]]]) -> Asked:
    said = [(person, form) for person, data in persons for form in forms(data)]
    by_value: dict[int, set[PersonId]] = {}
    for (person, _), (_, value) in zip(said, _hasher(processing)([form for _, form in said]), strict=True):
        by_value.setdefault(value, set()).add(person)
    return Asked(by_value, _ask_entries(processing, processing.controller_id, sorted(by_value)))


def _refusals(
    processing: Processing, rows: Sequence[Any], by_value: Mapping[int, Collection[PersonId]]
) -> list[NewEvidence]:
    """Refuse once for each person and scope, as of the latest day on which it was said; being met says nothing."""
    words = {number: word for word, number in channels(processing).items()}
    latest: dict[tuple[PersonId, str, str], date] = {}
    for row in (row for row in rows if not row.renewed):
        for person in by_value[row.value]:
            scope = person, row.purpose, words[row.channel]
            latest[scope] = max(latest.get(scope, row.on), row.on)
    return [_refusal(*scope, datetime.combine(on, time(0), UTC)) for scope, on in sorted(latest.items())]


def forms(data: Sequence[Datum]) -> list[Form]:
    """Return every form by which somebody with these data may have objected."""
    return [form for make in FORMS.values() for form in make(data)]


def _forms_1(data: Sequence[Datum]) -> list[Form]:
    found = [(name, text) for name, value in data if name in _ADDRESSES for text in _ADDRESSES[name](value)]
    surnames = [value for name, value in data if name in _SURNAMES]
    told = dict(data)
    first_names = told.get("first_names", "")
    if surnames and first_names:
        names, births = name_keys(surnames, first_names, told.get("birth_date", ""))
        found += [("name_birth", text) for text in births]
        if place := address_form(told.get("address", "")):
            found += [("name_address", f"{name}{SEPARATOR}{place}") for name in names]
    return found


FORMS: dict[int, Callable[[Sequence[Datum]], list[Form]]] = {NORM_VERSION: _forms_1}
"""The rules of every version under which an entry may stand; none is ever taken out."""


def address_form(text: str) -> str:
    """Return number, street, postcode and city in one plain form, or nothing where a part is missing."""
    try:
        parts: Mapping[str, str] = json.loads(text) if text else {}
    except ValueError:
        return ""
    plain = [_plain(str(parts.get(name, ""))) for name in _PARTS]
    return SEPARATOR.join(plain) if all(plain[1:]) else ""


def _plain(text: str) -> str:
    folded = text.casefold()
    if not folded.isascii():
        folded = "".join(one for one in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(one))
    return _NO_SIGN.sub(" ", folded).strip()


def _hasher(processing: Processing) -> Callable[[Sequence[Form]], list[tuple[str, int]]]:
    """Return what gives each form its kind and hashed value; it is made once for all who are asked about."""
    hashed = blinder(processing.keys, OPPOSITION, [1])

    def values(found: Sequence[Form]) -> list[tuple[str, int]]:
        numbers = hashed(f"{kind}{SEPARATOR}{text}" for kind, text in found)
        return [(kind, number) for (kind, _), number in zip(found, numbers, strict=True)]

    return values


def entries_of(processing: Processing, found: Sequence[Form]) -> list[Any]:
    """Return the entries of these forms, under every rule of writing; the caller notes ``opposition.read``."""
    values = sorted({value for _, value in _hasher(processing)(found)})
    return _entries(processing, processing.controller_id, values) if values else []


def _are_any(processing: Processing, controller: UUID) -> bool:
    return bool(processing.run(TABLE, _ANY, {"controller": controller}))


def _entries(processing: Processing, controller: UUID, values: Sequence[int]) -> list[Any]:
    return list(_ask_entries(processing, controller, values)())


def _ask_entries(processing: Processing, controller: UUID, values: Sequence[int]) -> Callable[[], Sequence[Any]]:
    if processing.on_postgresql:
        return processing.ask_counted(TABLE, _UNDER, {"controller": controller, "asked": values})
    listed: Select[Any] = select(column("value")).select_from(func.json_each(json.dumps(values)))
    under = _OF_CONTROLLER.where(TABLE.c.value.in_(listed))
    return lambda: processing.read(TABLE, under, {"controller": controller})


def _add(
    processing: Processing, controller: UUID, wanted: Mapping[Entry, str], there: Sequence[Any], *, renewed: bool
) -> dict[str, int]:
    """Add entries of today, but those that are there, and renewals of what is recent; return the rows to note."""
    since = processing.today - (_RECENT if renewed else timedelta(0))
    known = {(row.value, row.purpose, row.channel) for row in there if row.on >= since}
    rows = [
        (controller, value, purpose, channel, processing.today, kind, NORM_VERSION, renewed)
        for (value, purpose, channel), kind in wanted.items()
        if (value, purpose, channel) not in known
    ]
    return {"opposition.insert": processing.copy(TABLE, _COLUMNS, rows)}


def _refusal(person: PersonId, purpose: str, channel: str, at: datetime) -> NewEvidence:
    return NewEvidence(
        person=person,
        purpose=purpose,
        channel=channel,
        action=Action.REFUSED,
        occurred_at=at,
        indicated_by=Indicated.PERSON,
        method=Method.OBJECTION,
    )
