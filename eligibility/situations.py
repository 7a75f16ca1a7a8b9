"""The SQL of eligibility: contacts and their standings, told by situation and not one by one.

A statement is made once for each shape of a question and prepared; what is asked are its values.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    LargeBinary,
    Select,
    Subquery,
    and_,
    any_,
    bindparam,
    case,
    false,
    func,
    literal_column,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from audit.processing import Processing
from consent.facts import STANDING
from contacts.facts import CONTACT
from eligibility.asked import Asked, Group
from eligibility.interactions import Told, join_interactions, opposed_since
from kernel.columns import Identifier
from kernel.prepared import Prepared
from policy.standing import Status

_PERMITTED = (Status.PROVEN.value, Status.COHORT.value)
_VARIABLES = 20_000
"""How many ids one statement may name on SQLite."""


class _Shape(NamedTuple):
    """What a statement's words depend on."""

    persons: str
    above: int
    targeting: int
    """How many cells stand above the one of targeting; none where it does not count."""
    window: bool
    told: Told
    clear: tuple[str, ...]
    after: bool
    limited: bool


_ONE, _LISTED, _ALL = "one", "listed", "all"
_PARTS = ("category", "origin", "status", "flags")
_FLAGS = tuple(name for name in Group.__dataclass_fields__ if name not in {*_PARTS, "ids"})


def ask_groups(processing: Processing, asked: Asked) -> Callable[[], list[Group]]:
    """Ask for those asked about who are there, grouped by situation."""
    shape = _shape(asked)
    if not processing.on_postgresql:
        parts = (_values(processing, asked, part) for part in _parts(asked))
        rows = [row for part in parts for row in processing.read(STANDING, _situations(shape, arrays=False), part)]
        return lambda: _gathered(rows)
    if shape.persons == _ONE:
        one = processing.ask_counted(STANDING, _one(shape), _values(processing, asked, asked.persons))
        return lambda: _gathered(one())
    processing.expect_many()
    persons = None if asked.persons is None else sorted({one.bytes for one in asked.persons})
    grouped = processing.ask_counted(STANDING, _grouped(shape), _values(processing, asked, persons))
    return lambda: [_group(row, row.ids) for row in grouped()]


def _gathered(rows: Iterable[Any]) -> list[Group]:
    found: dict[tuple[Any, ...], list[bytes]] = {}
    for row in rows:
        found.setdefault(tuple(row)[1:], []).append(row.id.bytes)
    return [_group(_Row(*key), b"".join(ids)) for key, ids in found.items()]


_Row = namedtuple("_Row", _PARTS)  # type: ignore[misc]  # noqa: PYI024 - the columns are said once


def _group(row: Any, ids: bytes) -> Group:  # noqa: ANN401 - a row
    told = {name: bool(row.flags >> place & 1) for place, name in enumerate(_FLAGS)}
    return Group(category=row.category, origin=row.origin, status=row.status, ids=ids, **told)


def _shape(asked: Asked) -> _Shape:
    named = _ALL if asked.persons is None else _ONE if len(asked.persons) == 1 else _LISTED
    chosen = named == _ALL
    return _Shape(
        persons=named,
        above=len(asked.above),
        targeting=0 if asked.targeting is None else len(asked.above_targeting),
        window=asked.minutes is not None,
        told=asked.told,
        clear=tuple(sorted(asked.clear)) if chosen else (),
        after=chosen and asked.after is not None,
        limited=chosen and asked.limit is not None,
    )


def _parts(asked: Asked) -> Iterable[Sequence[UUID] | None]:
    if asked.persons is None:
        return [None]
    persons = list(dict.fromkeys(asked.persons))
    return [persons[start : start + _VARIABLES] for start in range(0, len(persons), _VARIABLES)]


def _values(processing: Processing, asked: Asked, persons: Sequence[UUID | bytes] | None) -> dict[str, Any]:
    """Return the value of every parameter; a shape without one leaves it."""
    cells = {"mine": asked.cell, "own": asked.targeting or asked.cell}
    cells |= {f"wide_{place}": cell for place, cell in enumerate(asked.above)}
    cells |= {f"wider_{place}": cell for place, cell in enumerate(asked.above_targeting)}
    earliest, latest = asked.minutes or (None, None)
    values = {"campaign": processing.campaign, "today": asked.today, "earliest": earliest, "latest": latest}
    values |= {"persons": persons, "person": persons[0] if persons else None}
    values |= {"after": asked.after, "most": asked.limit}
    values |= {f"clear_{name}": wanted for name, wanted in asked.clear.items()}
    values |= {f"{name}_purpose": purpose for name, (purpose, _) in cells.items()}
    return values | {f"{name}_channel": channel for name, (_, channel) in cells.items()}


@lru_cache(64)
def _grouped(shape: _Shape) -> Prepared:
    """Put together the ids of everybody in a situation: one value a situation leaves the database."""
    each = _situations(shape, arrays=True).subquery("each")
    parts = [each.c[name] for name in _PARTS]
    ids = func.string_agg(func.uuid_send(each.c.id), literal_column("''::bytea"), type_=LargeBinary()).label("ids")
    return Prepared(select(*parts, ids).group_by(*parts))


@lru_cache(64)
def _one(shape: _Shape) -> Prepared:
    return Prepared(_situations(shape, arrays=True))


@lru_cache(64)
def _situations(shape: _Shape, *, arrays: bool) -> Select[Any]:
    """Tell the situation of each person asked about; a flag is set where its condition surely holds."""
    one = _persons(shape, arrays=arrays)
    mine, wide = STANDING.alias("mine"), _wide(shape, "wide", shape.above)
    joined: Any = one.outerjoin(mine, and_(*_standing(shape, mine, one, "mine")))
    joined = joined.outerjoin(wide, wide.c.contact_id == one.c.id)
    targeting: ColumnElement[bool] = false()
    if shape.targeting:
        joined, targeting = _targeting(shape, one, joined)
    whose = _given("campaign", CONTACT.c.campaign_id)
    joined, met = join_interactions(
        shape.told, whose, one, joined, lambda person: _narrowed(shape, person, arrays=arrays)
    )
    opposed = opposed_since(wide.c.at, mine.c.proven_at)
    if "refused_at" in met:
        opposed = or_(opposed, opposed_since(met["refused_at"], mine.c.proven_at))
    today = _given("today", one.c.due_on)
    before = mine.c.window_from > _given("earliest", mine.c.window_from)
    after = mine.c.window_to <= _given("latest", mine.c.window_to)
    flags = {
        "restricted": one.c.restricted,
        "past_due": one.c.due_on < today,
        "under_15": one.c.consent_from > today,
        "under_17": one.c.target_from > today,
        "term_over": mine.c.valid_until < today,
        "parents_agree": mine.c.parental,
        "awaiting": mine.c.awaiting,
        "opposed": opposed,
        "out_of_window": or_(before, after) if shape.window else false(),
        "targeting": targeting,
        "unreachable": met["unreachable"],
        "invited": met["invited"],
    }
    status = func.coalesce(mine.c.status, literal_column("0", Integer()), type_=Integer())
    told = one.c.category, one.c.origin, status.label("status"), _packed(flags).label("flags")
    return select(one.c.id, *told).select_from(joined)


def _packed(flags: Mapping[str, ColumnElement[bool]]) -> ColumnElement[int]:
    """Put conditions into one number, that it is cheap to group by."""
    nothing: ColumnElement[int] = literal_column("0", Integer())
    bits = [(literal_column(str(1 << place), Integer()), flags[name]) for place, name in enumerate(_FLAGS)]
    return sum((case((condition, bit), else_=nothing) for bit, condition in bits), start=nothing)


def _given(name: str, like: Any) -> Any:  # noqa: ANN401 - a column and a parameter of its type
    return bindparam(name, required=False, type_=like.type)


def _cell(standing: FromClause, name: str) -> ColumnElement[bool]:
    purpose, channel = standing.c.purpose, standing.c.channel
    return and_(purpose == _given(f"{name}_purpose", purpose), channel == _given(f"{name}_channel", channel))


def _standing(shape: _Shape, standing: FromClause, one: FromClause, name: str) -> list[ColumnElement[bool]]:
    """Return the conditions for the standing of each person in one cell."""
    here = standing.c.campaign_id == _given("campaign", standing.c.campaign_id), _cell(standing, name)
    person = _given("person", one.c.id) if shape.persons == _ONE else one.c.id
    return [*here, standing.c.contact_id == person]


def _persons(shape: _Shape, *, arrays: bool) -> Subquery:
    names = ("id", "category", "origin", "restricted", "consent_from", "target_from", "due_on", "updated_at")
    statement = select(*(CONTACT.c[name] for name in names))
    statement = statement.where(CONTACT.c.campaign_id == _given("campaign", CONTACT.c.campaign_id))
    statement = statement.where(_narrowed(shape, CONTACT.c.id, arrays=arrays))
    for name in shape.clear:
        statement = statement.where(CONTACT.c[name] == _given(f"clear_{name}", CONTACT.c[name]))
    if shape.limited:
        statement = statement.order_by(CONTACT.c.id).limit(bindparam("most", required=False, type_=Integer()))
    return statement.subquery("one")


def _narrowed(shape: _Shape, person: ColumnElement[Any], *, arrays: bool) -> ColumnElement[bool]:
    """Say that a column names somebody who may be among those asked about."""
    listed, one, after = shape.persons == _LISTED, _given("person", CONTACT.c.id), _given("after", CONTACT.c.id)
    if listed and arrays:
        return person == any_(bindparam("persons", required=False, type_=ARRAY(Identifier())))
    if listed:
        return person.in_(bindparam("persons", required=False, expanding=True))
    chosen: ColumnElement[bool] = person == one if shape.persons == _ONE else person > after
    return chosen if shape.persons == _ONE or shape.after else true()


def _wide(shape: _Shape, name: str, cells: int) -> Subquery:
    """Tell when whoever refused more than the cell did so last."""
    person = STANDING.c.contact_id
    statement = select(person, func.max(STANDING.c.opted_out_at).label("at")).where(
        STANDING.c.campaign_id == _given("campaign", STANDING.c.campaign_id),
        or_(*(_cell(STANDING, f"{name}_{place}") for place in range(cells))),
        STANDING.c.opted_out_at.is_not(None),
    )
    if shape.persons == _ONE:
        statement = statement.where(person == _given("person", person))
    return statement.group_by(person).subquery(name)


def _targeting(shape: _Shape, one: FromClause, joined: Any) -> tuple[Any, ColumnElement[bool]]:  # noqa: ANN401 - a join
    own, wide = STANDING.alias("own"), _wide(shape, "wider", shape.targeting)
    until = own.c.valid_until
    exact = and_(
        *_standing(shape, own, one, "own"),
        own.c.status.in_([literal_column(str(status), Integer()) for status in _PERMITTED]),
        or_(until.is_(None), until >= _given("today", until)),
    )
    stands = and_(own.c.status.is_not(None), or_(wide.c.at.is_(None), own.c.proven_at > wide.c.at))
    return joined.outerjoin(own, exact).outerjoin(wide, wide.c.contact_id == one.c.id), stands
