"""May people be chosen like this? A saved query is judged clause by clause before it runs; a refusal names the clause.

Names and birthplace choose nobody: one person is found by the whole name, elsewhere. What the law lets nobody keep
chooses nobody either, nor do words that say what may not be kept.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from policy.detect import detect
from policy.findings import Finding
from policy.words import POLITICAL, Reader

Operator = Literal["is", "in", "from", "to", "matches"]
NAMES = frozenset({"last_name", "usage_name", "first_names"})
CLEAR = frozenset({"category", "commune", "polling_station", "tag"})
"""What is in clear on a row, by which the database narrows."""
_NARROWED = CLEAR - {"tag"}
"""What chooses without being shown: every purpose may be narrowed by it."""
AGE = "age"
PLACES = frozenset({"street", "city", "postcode"})
"""Parts of an address."""
CUSTOM = "custom:"
_SIGNS = re.compile(r"[][(){}^$?*+\\|.]")
_ORIGIN = "matrix.origin_score"
_PATTERNS = PLACES | {"profession", "theme", "event", "volunteer_task"}
_OPENED = _PATTERNS | {AGE, "sex", "support_level", "turnout", "list_type"}


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition: a field, how it is compared, and with what."""

    field: str
    operator: Operator
    values: tuple[str, ...]


def field_behind(clause: Clause) -> str:
    """Return the field of the record that a clause opens."""
    if clause.field == AGE:
        return "birth_date"
    return "address" if clause.field in PLACES else clause.field


def selection_findings(
    reader: Reader, purpose: str, clauses: Sequence[Clause], *, second_round_to_come: bool
) -> tuple[Finding, ...]:
    """Return what the law, or our policy, has against a selection; each finding names its clause."""
    judge = _Judge(reader, purpose, second_round_to_come=second_round_to_come)
    found = (one for place, clause in enumerate(clauses) for one in judge.findings(clause, f"clauses.{place}"))
    return tuple(dict.fromkeys(found))


class _Judge:
    def __init__(self, reader: Reader, purpose: str, *, second_round_to_come: bool) -> None:
        self._edition, self._reader, self._purpose = reader.edition, reader, reader.edition.purposes[purpose]
        self._second_round_to_come = second_round_to_come

    def findings(self, clause: Clause, label: str) -> Iterator[Finding]:
        rules = self._edition.rules
        if clause.field in NAMES:
            yield rules[_ORIGIN].finding(label)
        elif clause.field in CLEAR or clause.field.startswith(CUSTOM):
            yield from self._named(clause, label)
        elif (refused := self._closed(clause)) is not None:
            yield rules[refused].finding(label)
        elif not self._purpose.discloses(field_behind(clause)):
            yield rules["purpose.undeclared"].finding(label, missing="purpose")
        elif clause.field == "turnout" and not self._second_round_to_come:
            yield rules["turnout.second_round"].finding(label)
        yield from self._spoken(clause, label)

    def _named(self, clause: Clause, label: str) -> Iterator[Finding]:
        if clause.field not in _NARROWED and not self._purpose.custom:
            yield self._edition.rules["purpose.undeclared"].finding(label, missing="purpose")
        if clause.field == "tag":
            for tag in clause.values:
                yield from self._reader.tag(tag).findings(label)
        elif clause.field.startswith(CUSTOM):
            yield from self._reader.name(clause.field.removeprefix(CUSTOM)).findings(label)

    def _closed(self, clause: Clause) -> str | None:
        """Return the rule that closes a field: it is kept of nobody, unknown, or no choice may be made by it."""
        if clause.field in _OPENED:
            return None
        field = self._edition.fields.get(clause.field)
        return "field.unknown" if field is None else f"matrix.{field.row}"

    def _spoken(self, clause: Clause, label: str) -> Iterator[Finding]:
        """Read field, operator and each value together: they may say what none says alone.

        Values are read one by one, for what excuses one ("débat") must not excuse its neighbour; patterns also as
        what they spell.
        """
        rules = self._edition.rules
        for value in dict.fromkeys((*clause.values, *map(_letters, clause.values))):
            answer = detect("segment", f"{clause.field} {clause.operator} '{value}'", own=self._reader.own)
            if answer.decision == "review" and not answer.hits:
                yield rules["name.unreadable"].finding(label)  # Not looked at is not allowed.
            for hit in answer.hits:
                if hit.category != POLITICAL:
                    yield rules.get(hit.rule, rules["name.unreadable"]).finding(label)


def _letters(pattern: str) -> str:
    """Return what a pattern spells without its signs: 'm[e]sse' asks for "messe"."""
    return _SIGNS.sub("", pattern)


def may_match(field: str) -> bool:
    """Tell whether a pattern may be given for a field: never for a name."""
    return field in _PATTERNS or field.startswith(CUSTOM)
