"""What a draft's shape already decides: category, origin and names of fields, before any value is looked at.

A roll of a million rows has a handful of shapes: the matrix is asked once for each.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from policy.draft import Draft
from policy.edition import Category, Code, Edition, OriginKind, Requirement, Rule
from policy.findings import Finding
from policy.inside import WORDS_INSIDE
from policy.retention import schedule
from policy.words import Answer, Reader, value_words

CUSTOM = "custom:"
RECORD = "membership"
DOORS = frozenset({"D", "C", "E"})
"""Codes that ground() opens or not."""
_OPEN = DOORS | {"A"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """A value whose words must be read: its place, its label, its field."""

    index: int
    label: str
    field: str
    note: bool
    governed: bool
    """True when the matrix already asks for the door a political opinion needs."""
    known: frozenset[str] = frozenset()
    """Values that need no reading."""
    inside: Callable[[str], str] | None = None
    """What is read of the value, where that is not the whole of it."""

    def read(self, reader: Reader, text: str) -> Answer:
        """Read what is to be read of a value."""
        if self.note:
            return reader.note(text)
        return reader.value(self.field, text) if self.inside is None else reader.words(self.inside(text))

    def words(self, text: str) -> str:
        """Return the words that are read of a value, nothing where none are."""
        if text in self.known:
            return ""
        if self.inside is not None:
            return self.inside(text)
        return text if self.note else value_words(self.field, text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """The part of the answer that all drafts of one shape share."""

    whole: tuple[Finding, ...] = ()
    cells: tuple[Finding, ...] = ()
    kept: tuple[int, ...] = ()
    plain: bool = False
    """True when nothing is refused or held, unless a value is; no need waits to be read."""
    scans: tuple[Scan, ...] = ()
    needs: tuple[tuple[int, str], ...] = ()
    births: tuple[tuple[int, str], ...] = ()
    opinions: frozenset[str] = frozenset()
    """Labels of custom fields whose very name reveals a political opinion."""
    place: Rule | None = None
    """The rule that refuses commune and polling station."""
    records: tuple[tuple[int, Requirement], ...] = ()
    """Cells that prove what the category requires, if anything is written in them."""
    tags: Rule | None = None
    """The rule that refuses tags."""
    under_15: str = "n/a"
    under_17: str = "n/a"


def labels(names: tuple[str, ...]) -> tuple[str, ...]:
    """Name each datum: the field, and from the second of its kind on its ordinal."""
    seen: Counter[str] = Counter()
    found = []
    for name in names:
        found.append(f"{name}.{seen[name]}" if seen[name] else name)
        seen[name] += 1
    return tuple(found)


def shape_of(edition: Edition, reader: Reader, draft: Draft, on: date) -> Shape:
    """Ask everything that does not depend on a value."""
    names = draft.names
    category = edition.categories.get(draft.category)
    kind = edition.origins.get(draft.origin.kind)
    whole = tuple(_whole(edition, draft, category, kind, on))
    if category is None:
        return Shape(whole=whole)
    shape = _cells(_Sheet(edition=edition, reader=reader, column=category.column, kind=kind), names, whole)
    proven = draft.origin.evidence | (kind.proves if kind else frozenset())
    asked = next((asked for asked in category.requires if asked.fact == "membership_record"), None)
    if asked is None or asked.fact in proven or RECORD not in names:
        return shape
    return replace(shape, plain=False, records=((names.index(RECORD), asked),))


def _whole(
    edition: Edition, draft: Draft, category: Category | None, kind: OriginKind | None, on: date
) -> Iterator[Finding]:
    rules = edition.rules
    if category is None:
        yield rules["category.unknown"].finding("*", missing="category")
    elif category.closed:
        yield rules[category.closed].finding("*")
    if draft.origin.is_to_come(on):
        yield rules["origin.future"].finding("*")
    if kind is None:
        yield rules["origin.unknown"].finding("*", missing="origin")
    elif kind.forbidden:
        yield rules[kind.forbidden].finding("*")
    elif category is not None:
        yield from _conditions(edition, draft, category, kind, on)


def _conditions(edition: Edition, draft: Draft, category: Category, kind: OriginKind, on: date) -> Iterator[Finding]:
    if category.id not in kind.categories and not category.closed:
        yield edition.rules[kind.category_rule].finding("*")
    facts = _facts(draft, kind)
    for asked in kind.requires + category.requires:
        if asked.fact not in facts:
            yield edition.rules[asked.rule].finding("*", missing=asked.fact)
    if early := kind.too_early(draft.origin):
        yield edition.rules[early].finding("*")
    row, due = schedule(edition, category, draft.origin, draft.consents)
    if row.hard and due is not None and due < on:
        yield edition.rules[f"retention.{row.id}"].finding("*")


def _facts(draft: Draft, kind: OriginKind) -> set[str]:
    facts = {*draft.origin.evidence, *kind.proves}
    if draft.origin.final_round:
        facts.add("final_round")
    if draft.origin.second_round:
        facts.add("second_round")
    # A membership that is written down is a record; Values looks whether anything is written.
    if any(name == RECORD for name, _ in draft.data):
        facts.add("membership_record")
    return facts


def _cells(sheet: "_Sheet", names: tuple[str, ...], whole: tuple[Finding, ...]) -> Shape:
    named = labels(names)
    refused = [tuple(sheet.refusals(name, label)) for name, label in zip(names, named, strict=True)]
    kept = tuple(index for index, found in enumerate(refused) if not found)
    scans = tuple(scan for index in kept for scan in sheet.scan(index, names[index], named[index]))
    needs = tuple((index, named[index]) for index in kept if names[index] == "accessibility_need")
    cells = tuple(finding for found in refused for finding in found)
    place = sheet.place()
    return Shape(
        whole=whole,
        cells=cells,
        kept=kept,
        plain=not (whole or cells or needs or place),
        scans=scans,
        needs=needs,
        births=tuple((index, named[index]) for index, name in enumerate(names) if name == "birth_date"),
        opinions=frozenset(named[index] for index in kept if sheet.reveals(names[index])),
        place=place,
        tags=None if sheet.code("custom") in _OPEN else sheet.edition.rules["matrix.custom"],
        under_15=sheet.code("minor_under_15"),
        under_17=sheet.code("minor_under_17"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The column of the matrix and the origin that a shape is judged by."""

    edition: Edition
    reader: Reader
    column: str
    kind: OriginKind | None

    def code(self, row: str) -> Code:
        return self.edition.rows[row].cells[self.column].code

    def refusals(self, name: str, label: str) -> Iterator[Finding]:
        rules = self.edition.rules
        if name.startswith(CUSTOM):
            yield from self.reader.name(name.removeprefix(CUSTOM)).findings(label)
            row, stored = "custom", True
        elif (field := self.edition.fields.get(name)) is not None:
            row, stored = field.row, field.code is not None
        else:
            yield rules["field.unknown"].finding(label)
            return
        code = self.code(row)
        if code == "drop":
            yield rules[f"matrix.{row}"].finding(label, decision="drop")
        elif not stored or code not in _OPEN:
            yield rules[f"matrix.{row}"].finding(label)
        if self.kind and self.kind.fields is not None and name not in self.kind.fields:
            yield rules[self.kind.field_rule].finding(label)

    def scan(self, index: int, name: str, label: str) -> Iterator[Scan]:
        if name.startswith(CUSTOM):
            yield Scan(index=index, label=label, field=name.removeprefix(CUSTOM), note=False, governed=False)
            return
        field = self.edition.fields[name]
        if field.text:
            governed = self.code(field.row) in DOORS
            note = field.text == "note"
            yield Scan(index=index, label=label, field=name, note=note, governed=governed, known=field.known)
        elif (inside := WORDS_INSIDE.get(name)) is not None:
            yield Scan(index=index, label=label, field=name, note=False, governed=False, inside=inside)

    def reveals(self, name: str) -> bool:
        return name.startswith(CUSTOM) and self.reader.name(name.removeprefix(CUSTOM)).opinion

    def place(self) -> Rule | None:
        if self.code("postal_address") not in _OPEN:
            return self.edition.rules["matrix.postal_address"]
        if self.kind and self.kind.fields is not None and "address" not in self.kind.fields:
            return self.edition.rules[self.kind.field_rule]
        return None
