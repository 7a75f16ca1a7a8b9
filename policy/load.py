"""The law of a country on a day: the pack's files, what is in force that day, and its digest."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar

from kernel.errors import Misconfigured
from policy import dates, parts, reach_parts, request
from policy.edition import (
    Category,
    Edition,
    ElectionType,
    Field,
    HandoverGround,
    OriginKind,
    Row,
    Rule,
    Source,
    TransferBasis,
)
from policy.pack import Table, read_file, read_head
from policy.plain import plain
from policy.reach import Message, Reason
from policy.references import check_references

PACKS = Path(__file__).parent / "packs"
Part = TypeVar("Part")
Word = TypeVar(
    "Word",
    Category,
    OriginKind,
    ElectionType,
    HandoverGround,
    TransferBasis,
    Message,
    dates.Place,
    dates.Holiday,
    dates.Reminder,
)


@lru_cache(maxsize=64)
def load(country: str, on: date) -> Edition:
    """Give the edition of that day: rules not yet in force are absent. Raises Misconfigured."""
    if country not in countries():
        raise Misconfigured(f"no pack for {country!r}: there is one for {', '.join(countries())}")
    return read_edition(PACKS / country, on)


def countries() -> tuple[str, ...]:
    """List the countries that have a pack."""
    return tuple(sorted(folder.name for folder in PACKS.iterdir() if folder.is_dir()))


def read_edition(folder: Path, on: date) -> Edition:
    """Read a pack and keep what is in force that day. Raises Misconfigured, naming file and key."""
    head = read_head(folder)
    if on < (begins := head.day("begins")):
        raise Misconfigured(f"{folder.name}/pack.toml: pack.begins: {begins}; there is no answer for {on}")
    edition = _edition(head, _Day(folder, on))
    head.close()
    check_references(edition, folder.name)
    return replace(edition, digest=digest(edition))


def _edition(head: Table, day: "_Day") -> Edition:
    # The order matters: tables that carry rules first, then the rules alone, then the words that ask for rules.
    rows = day.ruled("matrix", parts.row, prefix="matrix.")
    mentions = day.ruled("mentions", parts.mention, prefix="notice.")
    clocks = day.ruled("clocks", parts.notice_clock, prefix="clock.")
    requests = day.ruled("requests", request.request_kind, prefix="request.")
    refusals = day.ruled("refusals", request.reason, prefix="refusal.")
    return Edition(
        country=head.words("country"),
        label_fr=head.words("label_fr"),
        label_en=head.words("label_en"),
        on=day.on,
        digest="",
        fields=MappingProxyType(_fields(day.folder, rows)),
        rows=MappingProxyType(rows),
        purposes=MappingProxyType(day.ruled("purposes", parts.purpose, prefix="purpose.")),
        retention=MappingProxyType(day.ruled("retention", parts.retention, prefix="retention.")),
        compartments=MappingProxyType(day.ruled("compartments", parts.compartment, prefix="erasure.")),
        channels=MappingProxyType(day.ruled("channels", reach_parts.channel, prefix="channel.")),
        reasons=MappingProxyType(_ranked(day.ruled("gate", reach_parts.reason, prefix="gate."))),
        requests=MappingProxyType(requests),
        refusals=MappingProxyType(refusals),
        rules=MappingProxyType(day.all_rules()),
        sources=MappingProxyType({text.id: text for text in day.sources.values() if parts.holds(text, day.on)}),
        categories=MappingProxyType(day.words("categories", parts.category)),
        origins=MappingProxyType(day.words("origins", parts.origin_kind)),
        elections=MappingProxyType(day.words("elections", parts.election_type)),
        messages=MappingProxyType(day.words("messages", reach_parts.message)),
        handovers=MappingProxyType(day.words("handovers", parts.handover_ground)),
        transfers=MappingProxyType(day.words("transfers", parts.transfer_basis)),
        mentions=MappingProxyType(mentions),
        clocks=MappingProxyType(clocks),
        zones=MappingProxyType(_zones(day.folder)),
        places=MappingProxyType(day.words("places", dates.place)),
        holidays=MappingProxyType(day.words("holidays", dates.holiday)),
        reminders=MappingProxyType(day.words("calendar", dates.reminder)),
        grounds=MappingProxyType(head.texts("grounds")),
        needs=frozenset(head.listed("needs")),
        cell_minimum=head.number("cell_minimum"),
        breach_hours=head.number("breach_hours"),
    )


def digest(edition: Edition) -> str:
    """Hash what the edition says; two days with the same law have the same digest."""
    content = plain(replace(edition, digest="", on=date.min))
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


class _Day:
    """What the dated files of a pack say on one day; it gathers the rules that tables carry on the way."""

    def __init__(self, folder: Path, on: date) -> None:
        self.folder, self.on = folder, on
        self.sources: dict[str, Source] = {}
        self.known: set[str] = set()
        self._rules: dict[str, Rule] = {}
        for table in read_file(folder, "sources"):
            text = parts.source(table)
            table.close()
            # A source that is not in force that day stays known, so that a rule may name it without citing it.
            if parts.holds(text, on) or text.id not in self.sources:
                self.sources[text.id] = text

    def ruled(self, stem: str, make: Callable[[Table], Part], *, prefix: str) -> dict[str, Part]:
        """Read a file whose tables carry each a rule and a part."""
        found = {}
        for table in read_file(self.folder, stem):
            present = self._rule(table, prefix)
            part = make(table)
            table.close()
            if present:
                found[table.name] = part
        return found

    def all_rules(self) -> dict[str, Rule]:
        """Read the rules that no table carries, and give all of the day."""
        for table in read_file(self.folder, "rules"):
            self._rule(table, "")
            table.close()
        return dict(sorted(self._rules.items()))

    def words(self, stem: str, make: Callable[[Table], Word]) -> dict[str, Word]:
        """Read the words of a file: they cite, and ask, only what is in force that day."""
        later = self.known - self._rules.keys()
        found = {}
        for table in read_file(self.folder, stem):
            word = make(table)
            table.close()
            if unknown := [name for name in word.sources if name not in self.sources]:
                table.fail("sources", f"unknown source {unknown[0]}")
            cited = tuple(name for name in word.sources if parts.holds(self.sources[name], self.on))
            found[table.name] = replace(word, sources=cited, **_asked(word, later))
        return found

    def _rule(self, table: Table, prefix: str) -> bool:
        rule = parts.rule(table, self.sources, self.on, prefix=prefix)
        self.known.add(rule.id)
        if not parts.holds(rule, self.on):
            return False
        if rule.id in self._rules:
            table.fail("in_force", f"two versions in force on {self.on}")
        self._rules[rule.id] = rule
        return True


def _asked(word: object, later: set[str]) -> dict[str, Any]:
    """Leave out what only a rule of a later day asks."""
    requires = getattr(word, "requires", None)
    return {} if requires is None else {"requires": tuple(asked for asked in requires if asked.rule not in later)}


def _ranked(reasons: dict[str, Reason]) -> dict[str, Reason]:
    return dict(sorted(reasons.items(), key=lambda one: one[1].rank))


def _zones(folder: Path) -> dict[str, frozenset[str]]:
    zones = {}
    for table in read_file(folder, "zones"):
        zones[table.name] = frozenset(table.listed("countries"))
        table.close()
    return zones


def _fields(folder: Path, rows: dict[str, Row]) -> dict[str, Field]:
    """Join fields and matrix: a field that only the matrix names is known so that it can be refused by name."""
    answers = {name: row.id for row in rows.values() for name in row.fields}
    fields = {name: Field(name=name, code=None, row=row) for name, row in answers.items()}
    for table in read_file(folder, "fields"):
        fields[table.name] = parts.field(table, answers)
        table.close()
    return fields
