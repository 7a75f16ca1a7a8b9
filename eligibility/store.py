"""The SQL of eligibility: contacts and their standings, told by situation and not one by one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Subquery,
    and_,
    any_,
    func,
    literal,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from audit.processing import Processing
from consent.facts import STANDING
from contacts.facts import CONTACT
from eligibility.interactions import Narrow, Told, join_interactions, opposed_since
from kernel.columns import Identifier
from policy.standing import Status

Cell = tuple[str, int]
_PERMITTED = (Status.PROVEN.value, Status.COHORT.value)
_VARIABLES = 20_000
"""How many ids one statement may name on SQLite."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Of whom it is asked, for which cell, and which other cells count."""

    cell: Cell
    above: Sequence[Cell]
    targeting: Cell | None
    """The cell of separate consent to targeting, where it counts, with those above it."""
    above_targeting: Sequence[Cell]
    today: date
    minute: int | None
    """The minute of the day at the place, where the channel has hours."""
    told: Told = field(default_factory=Told)
    persons: Sequence[UUID] | None = field(default=None, repr=False)
    after: UUID | None = None
    limit: int | None = None
    clear: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Everybody who shares a situation, as far as rows tell it; their ids are sixteen bytes each."""

    category: str
    origin: int
    restricted: bool
    past_due: bool
    under_15: bool
    under_17: bool
    status: int
    term_over: bool
    parents_agree: bool
    awaiting: bool
    opposed: bool
    in_window: bool
    targeting: bool
    unreachable: bool
    invited: bool
    ids: bytes = field(repr=False)


_NAMES = tuple(name for name in Group.__dataclass_fields__ if name != "ids")
_FLAGS = frozenset(_NAMES) - {"category", "origin", "status"}


def groups_of(processing: Processing, asked: Asked) -> list[Group]:
    """Return those asked about who are there, grouped by situation."""
    if processing.on_postgresql:
        each = _situations(processing, asked).subquery()
        parts = [each.c[name] for name in _NAMES]
        joined = func.string_agg(func.uuid_send(each.c.id), literal(b"")).label("ids")
        rows = processing.read(STANDING, select(*parts, joined).group_by(*parts))
        return [Group(**row._asdict()) for row in rows]
    found: dict[tuple[Any, ...], list[bytes]] = {}
    for part in _parts(asked):
        for row in processing.read(STANDING, _situations(processing, part)):
            found.setdefault(tuple(row)[1:], []).append(row[0].bytes)
    return [_read_one_by_one(key, ids) for key, ids in found.items()]


def _parts(asked: Asked) -> Iterable[Asked]:
    if asked.persons is None:
        return [asked]
    starts = range(0, len(asked.persons), _VARIABLES)
    return [_with_persons(asked, asked.persons[start : start + _VARIABLES]) for start in starts]


def _with_persons(asked: Asked, persons: Sequence[UUID]) -> Asked:
    told = {name: getattr(asked, name) for name in Asked.__dataclass_fields__}
    return Asked(**told | {"persons": persons})


def _read_one_by_one(key: tuple[Any, ...], ids: Sequence[bytes]) -> Group:
    told: dict[str, Any] = {
        name: bool(part) if name in _FLAGS else part for name, part in zip(_NAMES, key, strict=True)
    }
    return Group(**told, ids=b"".join(ids))


def _situations(processing: Processing, asked: Asked) -> Select[Any]:
    """Tell the situation of each person asked about."""
    one = _persons(processing, asked)
    mine = STANDING.alias("mine")
    wide = _wide(processing, asked.above, "wide")
    here = processing.campaign
    exact = and_(
        mine.c.campaign_id == here,
        mine.c.contact_id == one.c.id,
        mine.c.purpose == asked.cell[0],
        mine.c.channel == asked.cell[1],
    )
    joined = one.outerjoin(mine, exact).outerjoin(wide, wide.c.contact_id == one.c.id)
    targeting: ColumnElement[Any] = literal(False)  # noqa: FBT003 - SQL's own word
    if asked.targeting is not None:
        joined, targeting = _targeting(processing, asked, one, joined)
    joined, met = join_interactions(processing, asked.told, one, joined, _narrowed(processing, asked))
    opposed = opposed_since(wide.c.at, mine.c.proven_at)
    if "refused_at" in met:
        opposed = or_(opposed, opposed_since(met["refused_at"], mine.c.proven_at))
    told = {
        "category": one.c.category,
        "origin": one.c.origin,
        "restricted": one.c.restricted,
        "past_due": func.coalesce(one.c.due_on < asked.today, literal(False)),  # noqa: FBT003
        "under_15": func.coalesce(one.c.consent_from > asked.today, literal(False)),  # noqa: FBT003
        "under_17": func.coalesce(one.c.target_from > asked.today, literal(False)),  # noqa: FBT003
        "status": func.coalesce(mine.c.status, 0),
        "term_over": func.coalesce(mine.c.valid_until < asked.today, literal(False)),  # noqa: FBT003
        "parents_agree": func.coalesce(mine.c.parental, literal(False)),  # noqa: FBT003
        "awaiting": func.coalesce(mine.c.awaiting, literal(False)),  # noqa: FBT003
        "opposed": opposed,
        "in_window": _in_window(asked, mine),
        "targeting": targeting,
        "unreachable": met.get("unreachable", literal(False)),  # noqa: FBT003
        "invited": met.get("invited", literal(False)),  # noqa: FBT003
    }
    return select(one.c.id, *(part.label(name) for name, part in told.items())).select_from(joined)


def _in_window(asked: Asked, mine: Any) -> ColumnElement[Any]:  # noqa: ANN401 - an alias
    if asked.minute is None:
        return literal(True)  # noqa: FBT003
    minute = asked.minute
    return func.coalesce(and_(mine.c.window_from <= minute, mine.c.window_to > minute), literal(True))  # noqa: FBT003


def _persons(processing: Processing, asked: Asked) -> Subquery:
    columns = (
        CONTACT.c.id,
        CONTACT.c.category,
        CONTACT.c.origin,
        CONTACT.c.restricted,
        CONTACT.c.consent_from,
        CONTACT.c.target_from,
        CONTACT.c.due_on,
        CONTACT.c.updated_at,
    )
    statement = select(*columns).where(CONTACT.c.campaign_id == processing.campaign)
    if asked.persons is not None:
        return statement.where(_among(processing, CONTACT.c.id, asked.persons)).subquery("one")
    for name, wanted in asked.clear.items():
        statement = statement.where(CONTACT.c[name] == wanted)
    if asked.after is not None:
        statement = statement.where(CONTACT.c.id > asked.after)
    if asked.limit is None:
        return statement.subquery("one")
    return statement.order_by(CONTACT.c.id).limit(asked.limit).subquery("one")


def _among(processing: Processing, person: ColumnElement[Any], persons: Sequence[UUID]) -> ColumnElement[bool]:
    if processing.on_postgresql:
        return person == any_(literal(list(persons), ARRAY(Identifier())))
    return person.in_(persons)


def _narrowed(processing: Processing, asked: Asked) -> Narrow:
    persons = asked.persons
    if persons is None:
        return lambda person: true() if asked.after is None else person > asked.after
    return lambda person: _among(processing, person, persons)


def _wide(processing: Processing, cells: Sequence[Cell], name: str) -> Subquery:
    """Tell when whoever refused more than the cell did so last."""
    within = or_(*(and_(STANDING.c.purpose == purpose, STANDING.c.channel == channel) for purpose, channel in cells))
    here = STANDING.c.campaign_id == processing.campaign, within, STANDING.c.opted_out_at.is_not(None)
    statement = select(STANDING.c.contact_id, func.max(STANDING.c.opted_out_at).label("at")).where(*here)
    return statement.group_by(STANDING.c.contact_id).subquery(name)


def _targeting(processing: Processing, asked: Asked, one: Subquery, joined: Any) -> tuple[Any, ColumnElement[Any]]:  # noqa: ANN401 - a join
    cell = asked.targeting or asked.cell
    own, wide = STANDING.alias("own"), _wide(processing, asked.above_targeting, "wider")
    exact = and_(
        own.c.campaign_id == processing.campaign,
        own.c.contact_id == one.c.id,
        own.c.purpose == cell[0],
        own.c.channel == cell[1],
        own.c.status.in_(_PERMITTED),
        or_(own.c.valid_until.is_(None), own.c.valid_until >= asked.today),
    )
    stands = and_(own.c.status.is_not(None), or_(wide.c.at.is_(None), own.c.proven_at > wide.c.at))
    return joined.outerjoin(own, exact).outerjoin(wide, wide.c.contact_id == one.c.id), func.coalesce(
        stands,
        literal(False),  # noqa: FBT003
    )


def records_of(processing: Processing, persons: Sequence[UUID]) -> list[tuple[UUID, bytes]]:
    """Return the sealed records of these persons, whose headers tell where each field comes from."""
    found: list[tuple[UUID, bytes]] = []
    for start in range(0, len(persons), _VARIABLES):
        part = persons[start : start + _VARIABLES]
        statement = select(CONTACT.c.id, CONTACT.c.record).where(
            CONTACT.c.campaign_id == processing.campaign, _among(processing, CONTACT.c.id, part)
        )
        found += [(row.id, row.record) for row in processing.read(CONTACT, statement)]
    return found


def last_of_page(processing: Processing, asked: Asked) -> UUID | None:
    """Return the last id of a full page; None where there is nobody beyond."""
    if asked.limit is None:
        return None
    ids = select(_persons(processing, asked).c.id)
    rows = processing.read(CONTACT, ids.order_by("id").offset(asked.limit - 1))
    return rows[0][0] if rows else None
