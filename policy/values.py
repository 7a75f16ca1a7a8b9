"""The answer for one draft while its values are read: words, tags, place, needs, age."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import IntEnum
from functools import lru_cache
from typing import Final

from policy.birth import PARENTAL_UNTIL, UNTARGETED_UNTIL, certainly_under, read_birth
from policy.draft import Draft
from policy.edition import Edition
from policy.findings import Finding
from policy.shape import Shape, labels
from policy.words import Answer, Reader

NEED_DATE = "@"
_DAY_LENGTH = 10
_REMEMBERED: Final = 1 << 15
"""Birth dates of one day's question: a whole roll has some thirty thousand."""


class Age(IntEnum):
    """What a birth date says of the rules on minors."""

    NO_DATE = -1
    CHILD = 1
    MINOR = 2
    GROWN = 3


@lru_cache(_REMEMBERED)
def age_of(text: str, on: date) -> Age:
    """Place a birth date. An unknown one never blocks: who is not surely a minor counts as grown."""
    if not text:
        return Age.GROWN
    born = read_birth(text, on)
    if born is None:
        return Age.NO_DATE
    if certainly_under(PARENTAL_UNTIL, born, on):
        return Age.CHILD
    return Age.MINOR if certainly_under(UNTARGETED_UNTIL, born, on) else Age.GROWN


def need_of(text: str) -> tuple[str, date | None]:
    """Split ``need@YYYY-MM-DD``; None when the day of the event is not told."""
    need, _, day = text.partition(NEED_DATE)
    try:
        return need, date.fromisoformat(day) if len(day) == _DAY_LENGTH else None
    except ValueError:
        return need, None


@dataclass(frozen=True, slots=True)
class Places:
    """The names that the remaining cells of a stripped draft had before."""

    data: tuple[str, ...]
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Answered:
    """What the screen says of one draft."""

    draft: Draft | None
    findings: tuple[Finding, ...]
    opinions: frozenset[str]
    places: Places | None = None


class Values:
    """Read the values of one draft, one question after the other, then conclude."""

    def __init__(self, draft: Draft, shape: Shape, edition: Edition, reader: Reader) -> None:
        self._draft, self._shape, self._edition, self._reader = draft, shape, edition, reader
        self._whole = list(shape.whole)
        self._cells = list(shape.cells)
        self._opinions = set(shape.opinions)
        self._stripped: set[int] = set()
        self._tags: list[int] = []
        self._placed = True

    def read_words(self, innocent: Collection[str]) -> None:
        """Read notes and values for forbidden attributes, but those of which all words were read as innocent."""
        for scan in self._shape.scans:
            text = self._draft.data[scan.index][1]
            words = scan.words(text)
            if not words or words in innocent:
                continue
            answer = scan.read(self._reader, text)
            if self._draft.data[scan.index] in self._draft.accepted:
                answer = answer.accepted
            if self._heard(answer, scan.label, governed=scan.governed):
                self._stripped.add(scan.index)

    def _heard(self, answer: Answer, label: str, *, governed: bool = False) -> bool:
        self._cells.extend(answer.findings(label))
        if answer.opinion and not governed:
            self._opinions.add(label)
        return bool(answer.rules)

    def read_tags(self) -> None:
        """Read tags, each a name and a text at once."""
        for index, tag in enumerate(self._draft.tags):
            if self._shape.tags:
                self._cells.append(self._shape.tags.finding(f"tags.{index}"))
            elif not self._heard(self._reader.tag(tag), f"tags.{index}"):
                self._tags.append(index)

    def read_place(self) -> None:
        """Strip commune and polling station where no address may be kept."""
        told = [name for name in ("commune", "polling_station") if getattr(self._draft, name) is not None]
        if self._shape.place and told:
            self._cells.extend(self._shape.place.finding(name) for name in told)
            self._placed = False

    def read_records(self) -> None:
        """Ask for the proof when the cell that should hold it is empty."""
        for index, asked in self._shape.records:
            if not self._draft.data[index][1].strip():
                self._whole.append(self._edition.rules[asked.rule].finding("*", missing=asked.fact))

    def read_needs(self, on: date) -> None:
        """Keep an accessibility need only from the closed list, and until its event."""
        for index, label in self._shape.needs:
            found = tuple(self._need(self._draft.data[index][1], label, on))
            self._cells.extend(found)
            if found:
                self._stripped.add(index)

    def _need(self, text: str, label: str, on: date) -> Iterator[Finding]:
        need, day = need_of(text)
        rules = self._edition.rules
        if need not in self._edition.needs:
            yield rules["accessibility.vocabulary"].finding(label)
        if day is None:
            yield rules["accessibility.event_date"].finding(label, missing="event_date")
        elif day < on:
            yield rules["retention.accessibility"].finding(label)

    def judge_age(self, age: Age, index: int, label: str) -> None:
        """Ask for the parental agreement, or close the category, when the person is surely a minor."""
        rules, shape = self._edition.rules, self._shape
        if age is Age.NO_DATE:
            self._cells.append(rules["birth_date.meaning"].finding(label))
            self._stripped.add(index)
        if age is Age.CHILD and shape.under_15 == "X":
            self._whole.append(rules["matrix.minor_under_15"].finding("*"))
        if age is Age.CHILD and shape.under_15 == "parental" and "parental" not in self._draft.consents:
            self._whole.append(rules["matrix.minor_under_15"].finding("*", missing="consent.parental"))
        if age in (Age.CHILD, Age.MINOR) and shape.under_17 == "X":
            self._whole.append(rules["matrix.minor_under_17"].finding("*"))

    def conclude(self) -> Answered:
        """Give the draft without its refused cells, or None when it is refused whole."""
        findings = (*self._whole, *self._cells)
        if self._whole:
            return Answered(None, findings, frozenset())
        if not self._cells:
            return Answered(self._draft, (), frozenset(self._opinions))
        kept = [index for index in self._shape.kept if index not in self._stripped]
        named = labels(self._draft.names)
        places = Places(tuple(named[index] for index in kept), tuple(f"tags.{index}" for index in self._tags))
        draft = replace(
            self._draft,
            data=tuple(self._draft.data[index] for index in kept),
            tags=tuple(self._draft.tags[index] for index in self._tags),
            commune=self._draft.commune if self._placed else None,
            polling_station=self._draft.polling_station if self._placed else None,
        )
        remaining = self._opinions.intersection(places.data + places.tags)
        return Answered(draft, findings, frozenset(remaining), places)
