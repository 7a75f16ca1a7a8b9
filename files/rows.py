"""Compile what is known of the columns into one fast function: from a row's cells to what is proposed of a person."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from json.encoder import encode_basestring
from typing import Final, Literal, NamedTuple

from files import cells
from policy.draft import Datum

Marks = tuple[tuple[str, str], ...]
"""Columns of one row, each with a rule."""

REPEATED: Final = frozenset({"email", "phone", "social_handle", "note", "volunteer_task", "theme", "event"})
"""Fields of which every column counts; of the others the preferred column that is present."""

_PARSERS: Final[dict[str, cells.Parse]] = {
    "commune": cells.commune,
    "polling_station": cells.polling_station,
    "list_type": cells.list_type,
    "sex": cells.sex,
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
    refused: tuple[tuple[int, str, str], ...] = ()
    """Position, column and rule."""
    voids: tuple[tuple[int, int, str], ...] = ()
    """Position of a value, position of the cell that says it does not work, column."""
    external: tuple[str, tuple[str, ...]] | None = None
    dates: Literal["day_first", "month_first"] = "day_first"
    excel_apostrophe: bool = False


_Step = tuple[int, str, cells.Parse, tuple[str, str]]
"""Position, field, parser, and what to tell when the cell means nothing."""


class _Steps(NamedTuple):
    """The columns by what is done with them, each at its position."""

    joined: list[tuple[int, ...]]
    single: list[_Step]
    repeated: list[_Step]
    address: list[tuple[int, str]]
    tags: list[int]


def compile_rows(layout: Layout, width: int) -> Callable[[Sequence[str]], RowData]:
    """Return the function that turns the cells of a row, `width` of them, into its `RowData`."""
    joined, placed = _placed(layout.uses, width)
    plain = [(at, use) for at, use in placed if use.meaning != "tags" and not use.meaning.startswith("address.")]
    steps = _Steps(
        joined=joined,
        single=[_step(at, use, layout.dates) for at, use in plain if use.meaning not in REPEATED],
        repeated=[_step(at, use, layout.dates) for at, use in plain if use.meaning in REPEATED],
        address=[(at, f'"{use.meaning.split(".")[1]}":') for at, use in placed if use.meaning.startswith("address.")],
        tags=[at for at, use in placed if use.meaning == "tags"],
    )
    return partial(_row_data, layout, steps)


def _row_data(layout: Layout, steps: _Steps, values: Sequence[str]) -> RowData:
    problems: list[tuple[str, str]] = []
    values = _prepared(layout, steps.joined, values, problems)
    known: dict[str, str] = {}
    # Written out, and not by _parsed, because this is run some ten times a row.
    for at, name, parse, problem in steps.single:
        if raw := values[at]:
            value = parse(raw)
            if value:
                known[name] = value
            elif value is None:
                problems.append(problem)
    many = dict.fromkeys(_parsed(steps.repeated, values, problems)) if steps.repeated else ()
    where = _address(steps.address, values)
    if where:
        known["address"] = where
    external = _external(layout.external, known) if layout.external else None
    commune, station = known.pop("commune", None), known.pop("polling_station", None)
    known.pop("external_id", None)
    return RowData(
        (*known.items(), *many),
        _tags(steps.tags, values) if steps.tags else (),
        commune,
        station,
        external,
        _objections(layout.objections, values) if layout.objections else (),
        _refusals(layout.refused, values) if layout.refused else (),
        tuple(problems),
    )


def _prepared(
    layout: Layout, joined: list[tuple[int, ...]], values: Sequence[str], problems: list[tuple[str, str]]
) -> Sequence[str]:
    if layout.excel_apostrophe:
        values = [value[1:] if value[:1] == "'" else value for value in values]
    if layout.voids:
        values = _without_voids(layout.voids, values, problems)
    if joined:
        values = [*values, *(" ".join([values[at] for at in places]) for places in joined)]
    return values


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
    parse: cells.Parse = cells.text
    if use.meaning == "birth_date":
        parse = cells.day_first if dates == "day_first" else cells.month_first
    return at, use.meaning, _PARSERS.get(use.meaning, parse), (use.column, f"cell.{use.meaning}")


def _without_voids(
    voids: tuple[tuple[int, int, str], ...], values: Sequence[str], problems: list[tuple[str, str]]
) -> list[str]:
    kept = list(values)
    for position, mark, column in voids:
        if kept[position] and not cells.denied(values[mark]):
            kept[position] = ""
            problems.append((column, "cell.unusable"))
    return kept


def _parsed(steps: list[_Step], values: Sequence[str], problems: list[tuple[str, str]]) -> Iterator[Datum]:
    for at, name, parse, problem in steps:
        raw = values[at]
        if not raw:
            continue
        value = parse(raw)
        if value:
            yield name, value
        elif value is None:
            problems.append(problem)


def _address(parts: list[tuple[int, str]], values: Sequence[str]) -> str:
    """Write the address as compact JSON, or nothing; put together by hand, in a quarter of the encoder's time."""
    found = []
    for at, key in parts:
        raw = values[at]
        value = raw and cells.text(raw)
        if value:
            found.append(key + encode_basestring(value))
    return "{" + ",".join(found) + "}" if found else ""


def _tags(positions: list[int], values: Sequence[str]) -> tuple[str, ...]:
    tags = (cells.text(tag) for at in positions for tag in values[at].split(","))
    return tuple(dict.fromkeys(tag for tag in tags if tag))


def _external(rule: tuple[str, tuple[str, ...]], known: Mapping[str, str]) -> tuple[str, str] | None:
    system, names = rule
    parts = [known[name] for name in names if name in known]
    return (system, "/".join(parts)) if len(parts) == len(names) else None


def _refusals(columns: tuple[tuple[int, str, str], ...], values: Sequence[str]) -> Marks:
    return tuple([(name, rule) for at, name, rule in columns if values[at] and values[at].strip()])


def _objections(columns: tuple[tuple[int, str], ...], values: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(channel for at, channel in columns if values[at] and not cells.denied(values[at])))
