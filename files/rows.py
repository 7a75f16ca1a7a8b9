"""Compile what is known of the columns into one fast function: from rows of cells to what is proposed of persons."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from json.encoder import encode_basestring
from typing import Final, Literal, NamedTuple, TypeVar

from files import cells
from files.salesforce import SALESFORCE, whole_id
from policy.draft import Datum

_Told = TypeVar("_Told")
Marks = tuple[tuple[str, str], ...]
"""Columns of one row, each with a rule."""

REPEATED: Final = frozenset({"email", "phone", "social_handle", "note", "volunteer_task", "theme", "event"})
"""Fields of which every column counts; of the others the preferred column that is present."""

_DAYS: Final = frozenset({"birth_date", "consent.since", "consent.until"})
_PARSERS: Final[dict[str, cells.Parse]] = {
    "commune": cells.commune,
    "polling_station": cells.polling_station,
    "list_type": cells.list_type,
    "sex": cells.sex,
    "turnout": cells.turnout,
    "email": cells.email,
    "phone": cells.phone,
    "note": cells.note,
}


class RowData(NamedTuple):
    """What a row says, before the law is asked.

    A named tuple, where a frozen dataclass would take a tenth of the time a row may take.
    """

    data: tuple[Datum, ...]
    tags: tuple[str, ...]
    commune: str | None
    polling_station: str | None
    external: tuple[str, str] | None
    """The system the file comes from and the person's identifier there."""
    objections: tuple[str, ...]
    """Channels the person refused, or `all`: the contact is restricted, whatever else is kept of it."""
    refusals: Marks
    """Cells that hold something under a column the law forbids."""
    problems: Marks
    """Cells that mean nothing (`cell.<field>`), or an address known not to work (`cell.unusable`): the row is kept
    without them."""
    said: Marks = ()
    """Consent flags of the tool that say something, each with its value."""

    def __repr__(self) -> str:
        return f"RowData({len(self.data)} data)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A meaning and where in the row it stands."""

    meaning: str
    column: str
    """What reports call it."""
    positions: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Everything a compiled row needs to know of the columns."""

    uses: tuple[Use, ...]
    objections: tuple[tuple[int, str], ...] = ()
    flags: tuple[tuple[int, str], ...] = ()
    """Position, and the vendor's name of the flag."""
    refused: tuple[tuple[int, str, str], ...] = ()
    """Position, column and rule."""
    voids: tuple[tuple[int, int, str], ...] = ()
    """Position of a value, position of the cell that says it does not work, column."""
    external: tuple[str, tuple[str, ...]] | None = None
    dates: Literal["day_first", "month_first"] = "day_first"
    excel_apostrophe: bool = False


_Step = tuple[int, str, cells.ParseColumn, tuple[str, str]]
"""Position, field, parser of its column, and what to tell when a cell means nothing."""
_Problems = dict[int, list[tuple[str, str]]]
"""Columns with rules, by the place of the row."""
_Columns = Sequence[Sequence[str]]


class _Steps(NamedTuple):
    """The columns by what is done with them, each at its position."""

    joined: list[tuple[int, ...]]
    single: list[_Step]
    repeated: list[_Step]
    address: list[tuple[int, str]]
    tags: list[int]


Reader = Callable[[Sequence[Sequence[str]]], list[RowData]]


def compile_rows(layout: Layout, width: int) -> Reader:
    """Return the function that turns the cells of rows, `width` of them each, into their `RowData`."""
    joined, placed = _placed(layout.uses, width)
    plain = [(at, use) for at, use in placed if use.meaning != "tags" and not use.meaning.startswith("address.")]
    steps = _Steps(
        joined=joined,
        single=[_step(at, use, layout.dates) for at, use in plain if use.meaning not in REPEATED],
        repeated=[_step(at, use, layout.dates) for at, use in plain if use.meaning in REPEATED],
        address=[(at, f'"{use.meaning.split(".")[1]}":') for at, use in placed if use.meaning.startswith("address.")],
        tags=[at for at, use in placed if use.meaning == "tags"],
    )
    return partial(_read_rows, layout, steps)


def _read_rows(layout: Layout, steps: _Steps, rows: Sequence[Sequence[str]]) -> list[RowData]:
    """Read rows column by column: what is done to a column is decided once, not once a cell."""
    if not rows:
        return []
    problems: _Problems = {}
    columns = _prepared(layout, steps.joined, list(zip(*rows, strict=True)), problems)
    known = {name: _parsed(parse(columns[at]), problem, problems) for at, name, parse, problem in steps.single}
    nothing: Sequence[None] = [None] * len(rows)
    externals = _externals(layout.external, known) if layout.external else None
    communes, stations = known.pop("commune", None), known.pop("polling_station", None)
    known.pop("external_id", None)
    pairs = [_pairs(name, values) for name, values in known.items()]
    if steps.address:
        pairs.append(_pairs("address", _addresses(steps.address, columns)))
    for at, name, parse, problem in steps.repeated:
        pairs.append(_pairs(name, _parsed(parse(columns[at]), problem, problems)))
    parts = (
        _data(pairs, len(rows), doubled=len(steps.repeated) > 1),
        _tags([columns[at] for at in steps.tags], len(rows)),
        [value or None for value in communes] if communes else nothing,
        [value or None for value in stations] if stations else nothing,
        externals or nothing,
        _told([(columns[at], channel) for at, channel in layout.objections], len(rows), _is_said),
        _told([(columns[at], (name, rule)) for at, name, rule in layout.refused], len(rows), str.strip),
        [tuple(problems.get(place, ())) for place in range(len(rows))] if problems else [()] * len(rows),
        _flags([(columns[at], flag) for at, flag in layout.flags], len(rows)),
    )
    return list(map(RowData, *parts))


def _prepared(layout: Layout, joined: list[tuple[int, ...]], columns: _Columns, problems: _Problems) -> _Columns:
    prepared = list(columns)
    if layout.excel_apostrophe:
        prepared = [[value[1:] if value[:1] == "'" else value for value in column] for column in columns]
    for position, mark, column in layout.voids:
        prepared[position] = _without_voids(prepared[position], prepared[mark], column, problems)
    return prepared + [list(map(" ".join, zip(*[prepared[at] for at in places], strict=True))) for places in joined]


def _placed(uses: tuple[Use, ...], width: int) -> tuple[list[tuple[int, ...]], list[tuple[int, Use]]]:
    """Give each use one position: columns read as one text stand, joined, after the last column."""
    joined: list[tuple[int, ...]] = []
    placed = []
    for use in uses:
        if len(use.positions) == 1:
            placed.append((use.positions[0], use))
        else:
            placed.append((width + len(joined), use))
            joined.append(use.positions)
    return joined, placed


def _step(at: int, use: Use, dates: str) -> _Step:
    parse: cells.Parse | None = _PARSERS.get(use.meaning)
    if use.meaning in _DAYS:
        parse = cells.day_first if dates == "day_first" else cells.month_first
    return at, use.meaning, cells.texts if parse is None else partial(_each, parse), (use.column, f"cell.{use.meaning}")


def _each(parse: cells.Parse, column: Sequence[str]) -> list[str | None]:
    return list(map(parse, column))


def _without_voids(values: Sequence[str], marks: Sequence[str], column: str, problems: _Problems) -> list[str]:
    kept = list(values)
    for place, (value, mark) in enumerate(zip(values, marks, strict=True)):
        if value and not cells.denied(mark):
            kept[place] = ""
            problems.setdefault(place, []).append((column, "cell.unusable"))
    return kept


def _parsed(values: Sequence[str | None], problem: tuple[str, str], problems: _Problems) -> Sequence[str | None]:
    """Remember of which rows the cell means nothing."""
    if None in values:
        for place, value in enumerate(values):
            if value is None:
                problems.setdefault(place, []).append(problem)
    return values


def _pairs(name: str, values: Sequence[str | None]) -> list[Datum | None]:
    return [(name, value) if value else None for value in values]


def _data(pairs: list[list[Datum | None]], count: int, *, doubled: bool) -> list[tuple[Datum, ...]]:
    """Return the data of each row, those that are there; where several columns hold one field, each value once."""
    if not pairs:
        return [()] * count
    rows = [tuple(filter(None, row)) for row in zip(*pairs, strict=True)]
    return [tuple(dict.fromkeys(row)) for row in rows] if doubled else rows


def _addresses(parts: list[tuple[int, str]], columns: _Columns) -> list[str]:
    """Write each address as compact JSON, or nothing; put together by hand, in a quarter of the encoder's time."""
    written = []
    for at, key in parts:
        values = cells.texts(columns[at])
        known = {value: key + encode_basestring(value) if value else "" for value in set(values)}
        written.append([known[value] for value in values])
    told = (",".join(filter(None, row)) for row in zip(*written, strict=True))
    return ["{" + one + "}" if one else "" for one in told]


def _tags(columns: list[Sequence[str]], count: int) -> Sequence[tuple[str, ...]]:
    if not columns:
        return [()] * count
    return [_tags_of(row) if any(row) else () for row in zip(*columns, strict=True)]


def _tags_of(row: Sequence[str]) -> tuple[str, ...]:
    tags = (cells.text(tag) for value in row for tag in value.split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _externals(
    rule: tuple[str, tuple[str, ...]], known: Mapping[str, Sequence[str | None]]
) -> list[tuple[str, str] | None] | None:
    system, names = rule
    if not known.keys() >= set(names):
        return None
    columns = [known[name] for name in names]
    if system == SALESFORCE:
        columns = [list(map(whole_id, column)) for column in columns]
    rows = zip(*columns, strict=True)
    return [(system, "/".join([part for part in parts if part])) if all(parts) else None for parts in rows]


def _told(
    columns: list[tuple[Sequence[str], _Told]], count: int, is_told: Callable[[str], object]
) -> Sequence[tuple[_Told, ...]]:
    """Return for each row what its columns tell, each once; nearly all of them tell nothing."""
    if not any(any(column) for column, _ in columns):
        return [()] * count
    rows = zip(*[[what if value and is_told(value) else None for value in column] for column, what in columns])  # noqa: B905 - of one length
    return [tuple(dict.fromkeys(one for one in row if one is not None)) for row in rows]


def _flags(columns: list[tuple[Sequence[str], str]], count: int) -> Sequence[Marks]:
    """Return for each row the flags that say something; two that say the same word are made once."""
    if not any(any(column) for column, _ in columns):
        return [()] * count
    told = []
    for column, flag in columns:
        marks = {value: (flag, value) if _is_said(value) else None for value in set(column)}
        told.append([marks[value] for value in column])
    return [tuple(filter(None, row)) for row in zip(*told, strict=True)]


def _is_said(value: str) -> bool:
    return not cells.denied(value)
