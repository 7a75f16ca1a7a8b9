"""From the tables of a pack to the parts of an edition: one function for each kind of part."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import get_args

from policy.edition import (
    Category,
    Cell,
    Code,
    Compartment,
    ElectionType,
    Field,
    HandoverGround,
    Mention,
    NoticeClock,
    OriginKind,
    Purpose,
    Requirement,
    Retention,
    Row,
    Rule,
    Seen,
    Source,
    Text,
    TransferBasis,
    Weight,
)
from policy.findings import Decision, Kind
from policy.pack import Table

SEEN: tuple[Seen, ...] = get_args(Seen)
KINDS: tuple[Kind, ...] = get_args(Kind)
WEIGHTS: tuple[Weight, ...] = get_args(Weight)
DECISIONS: tuple[Decision, ...] = get_args(Decision)
CODES: tuple[Code, ...] = get_args(Code)
TEXTS: tuple[Text, ...] = get_args(Text)


def source(table: Table) -> Source:
    """Read a source."""
    return Source(
        id=table.name,
        article=table.words("article"),
        title=table.words("title"),
        link=table.words("link"),
        in_force=table.day("in_force"),
        until=table.optional_day("until"),
        seen=table.one_of("seen", SEEN),
    )


def rule(table: Table, sources: Mapping[str, Source], on: date, *, prefix: str = "") -> Rule:
    """Read a rule; it cites those of its sources that are in force that day, and there must be one."""
    begins = table.day("in_force")
    cited = table.listed("sources")
    for name in cited:
        if name not in sources:
            table.fail("sources", f"unknown source {name}")
    present = tuple(name for name in cited if holds(sources[name], max(on, begins)))
    if not present:
        table.fail("sources", f"none in force on {max(on, begins)}")
    return Rule(
        id=prefix + table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=present,
        articles=tuple(sources[name].article for name in present),
        kind=table.one_of("kind", KINDS),
        weight=table.one_of("weight", WEIGHTS),
        decision=table.one_of("decision", DECISIONS),
        category=table.optional_words("category"),
        in_force=begins,
        until=table.optional_day("until"),
        advice_fr=table.words("advice_fr"),
        advice_en=table.words("advice_en"),
    )


def holds(dated: Source | Rule, on: date) -> bool:
    """Say whether a source or a rule is in force that day."""
    return dated.in_force <= on and (dated.until is None or on < dated.until)


def field(table: Table, rows: Mapping[str, str]) -> Field:
    """Read a built-in field; ``rows`` says which line of the matrix answers for each field."""
    if table.name not in rows:
        table.fail("code", "no line of the matrix answers for this field")
    return Field(
        name=table.name,
        code=table.number("code"),
        row=rows[table.name],
        many=table.flag("many", default=False),
        text=table.one_of("text", TEXTS) if table.has("text") else None,
        known=frozenset(table.optional_listed("known")),
    )


def row(table: Table) -> Row:
    """Read a line of the matrix; a cell is a code, or a code with its note."""
    inner = Table(table.file, f"{table.name}.cells", table.mapping("cells"))
    return Row(
        id=table.name,
        fields=table.listed("fields"),
        targeting=table.flag("targeting"),
        consent_rule=table.optional_words("consent_rule") or "door.explicit_consent",
        cells=MappingProxyType({column: _cell(inner, column) for column in inner.names()}),
    )


def _cell(cells: Table, column: str) -> Cell:
    if cells.is_text(column):
        return Cell(code=cells.one_of(column, CODES))
    table = Table(cells.file, f"{cells.name}.{column}", cells.mapping(column))
    cell = Cell(code=table.one_of("code", CODES), note_fr=table.words("note_fr"), note_en=table.words("note_en"))
    table.close()
    return cell


def _requirements(table: Table) -> tuple[Requirement, ...]:
    found = []
    for inner in table.tables("requires"):
        paper = inner.flag("paper", default=False)
        found.append(Requirement(fact=inner.words("fact"), rule=inner.words("rule"), paper=paper))
        inner.close()
    return tuple(found)


def category(table: Table) -> Category:
    """Read a category of person."""
    return Category(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        column=table.optional_words("column") or table.name,
        retention=table.words("retention"),
        party_door=table.flag("party_door"),
        requires=_requirements(table),
        closed=table.optional_words("closed"),
        apart=table.flag("apart", default=False),
    )


def origin_kind(table: Table) -> OriginKind:
    """Read a kind of origin: forbidden by a rule, or allowed for some categories."""
    forbidden = table.optional_words("forbidden")
    return OriginKind(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        forbidden=forbidden,
        categories=frozenset() if forbidden else frozenset(table.listed("categories")),
        category_rule=table.optional_words("category_rule") or "origin.category",
        proves=frozenset(table.optional_listed("proves")),
        requires=_requirements(table),
        fields=frozenset(table.listed("fields")) if table.has("fields") else None,
        field_rule=table.optional_words("field_rule") or "origin.field",
        direct=table.flag("direct", default=False),
        retention=table.optional_words("retention"),
        after_first_round=table.optional_words("after_first_round"),
    )


def election_type(table: Table) -> ElectionType:
    """Read a type of election."""
    return ElectionType(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        researched=table.flag("researched"),
    )


def handover_ground(table: Table) -> HandoverGround:
    """Read a ground of hand-over: accepted on proofs, or forbidden by a rule."""
    return HandoverGround(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
        forbidden=table.optional_words("forbidden"),
        requires=_requirements(table),
    )


def transfer_basis(table: Table) -> TransferBasis:
    """Read a basis of transfer."""
    return TransferBasis(
        id=table.name,
        label_fr=table.words("label_fr"),
        label_en=table.words("label_en"),
        sources=table.listed("sources"),
    )


def purpose(table: Table) -> Purpose:
    """Read a purpose."""
    return Purpose(
        id=table.name,
        bases=MappingProxyType(table.texts("bases")),
        reads=frozenset(table.listed("reads")),
        custom=table.flag("custom"),
        consent=table.optional_words("consent"),
        staff=frozenset(table.optional_listed("staff")),
    )


def retention(table: Table) -> Retention:
    """Read a line of the retention schedule."""
    return Retention(
        id=table.name,
        trigger=table.words("trigger"),
        days=table.number("days", default=0),
        months=table.number("months", default=0),
        archive_months=table.number("archive_months", default=0),
        hard=table.flag("hard", default=False),
        ends=table.flag("ends", default=True),
        unsaid_days=table.number("unsaid_days", default=0),
        reconfirm_days=table.number("reconfirm_days", default=0),
        after_fr=table.words("after_fr"),
        after_en=table.words("after_en"),
    )


def compartment(table: Table) -> Compartment:
    """Read a compartment of erasure."""
    return Compartment(
        id=table.name,
        number=table.number("number") if table.has("number") else None,
        keeps=MappingProxyType(table.texts("keeps")),
        retention=table.optional_words("retention"),
    )


def mention(table: Table) -> Mention:
    """Read a mention of the notice."""
    return Mention(
        id=table.name,
        facts=table.listed("facts"),
        always=table.flag("always", default=True),
        text_fr=table.words("text_fr"),
        text_en=table.words("text_en"),
    )


def notice_clock(table: Table) -> NoticeClock:
    """Read by when the persons of an origin are told."""
    return NoticeClock(id=table.name, months=table.number("months"), assessed=table.flag("assessed", default=False))
