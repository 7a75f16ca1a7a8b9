"""Whether drafts may be kept: category, origin, matrix, minors, forbidden attributes. All findings, always."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import InitVar, dataclass, field
from datetime import date
from itertools import chain
from types import MappingProxyType

from policy.detect import OwnWords, innocents
from policy.draft import Draft, Origin
from policy.edition import Edition
from policy.findings import Finding
from policy.shape import Scan, Shape, shape_of
from policy.values import Age, Answered, Values, age_of
from policy.words import FREE, Reader

_SCREENED = object()
_MOST_KNOWN = 512
_KNOWN: dict[tuple[str, str, date, str, Origin, tuple[str, ...], frozenset[str]], Shape] = {}
"""Shapes that were judged, for whoever comes with one draft at a time. They say nothing of anybody's values."""
_Key = tuple[str, int, tuple[str, ...], frozenset[str]]
_Read = tuple[bool, Callable[[str], str] | None, str]
"""How words are read (as a note, as what is inside, with their field), and the words: what an answer hangs on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clearance:
    """The proof that drafts were screened. Only screen() can make one."""

    drafts: tuple[Draft | None, ...] = field(repr=False)
    """The drafts without their refused and held cells; None when refused whole."""
    findings: tuple[tuple[Finding, ...], ...]
    edition: str
    """The digest of the edition that was asked."""
    shapes: tuple[Shape, ...] = field(repr=False)
    """The shape that answered for each draft."""
    examined: Mapping[int, Answered] = field(repr=False)
    """The answers for the drafts that their shape alone did not answer, by place."""
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse to exist without the screen."""
        if token is not _SCREENED:
            raise TypeError("only policy.screen.screen() makes a Clearance")


def screen(edition: Edition, drafts: Sequence[Draft], *, on: date, own: OwnWords | None = None) -> Clearance:
    """Put drafts to the law of a day.

    A refused cell is stripped, and so is a held one; a draft refused whole becomes None. ``own`` holds the campaign's
    own words beside the detector's lexicon.
    """
    desk = _Desk(edition, on, own)
    cleared: list[Draft | None] = list(drafts)
    findings: list[tuple[Finding, ...]] = [()] * len(cleared)
    shapes = [desk.shape(draft) for draft in drafts]
    examined: dict[int, Answered] = {}
    innocent, telling = _read_together(drafts, shapes, desk.reader, own)
    for index, (draft, shape) in enumerate(zip(drafts, shapes, strict=True)):
        # Nearly every row of a roll is answered by its shape: nothing is built for it.
        if index in telling or not desk.plain(draft, shape):
            answer = examined[index] = desk.examine(draft, shape, innocent)
            cleared[index], findings[index] = answer.draft, answer.findings
    return Clearance(
        drafts=tuple(cleared),
        findings=tuple(findings),
        edition=edition.digest,
        shapes=tuple(shapes),
        examined=MappingProxyType(examined),
        token=_SCREENED,
    )


def _read_together(
    drafts: Sequence[Draft], shapes: Sequence[Shape], reader: Reader, own: OwnWords | None
) -> tuple[set[str], set[int]]:
    """Return the words that are plainly innocent, and the places of drafts whose words must be judged.

    All are read together. Of the rest a value that many share is judged once, as it is in each draft: "langue: fr".
    """
    asked: dict[_Read, tuple[Scan, str, list[int]]] = {}
    for place, (draft, shape) in enumerate(zip(drafts, shapes, strict=True)):
        for scan in shape.scans:
            text = draft.data[scan.index][1]
            if words := scan.words(text):
                asked.setdefault((scan.note, scan.inside, words), (scan, text, []))[2].append(place)
    innocent = innocents(dict.fromkeys(words for *_, words in asked), own)
    telling = (
        places
        for (is_note, _, words), (scan, text, places) in asked.items()
        if words not in innocent and (is_note or scan.read(reader, text) != FREE)
    )
    return innocent, set(chain.from_iterable(telling))


class _Desk:
    """One batch on one day: each shape is judged once, then only values are looked at."""

    def __init__(self, edition: Edition, on: date, own: OwnWords | None) -> None:
        self._edition, self._on = edition, on
        self.reader = Reader(edition, own)
        self._own = "" if own is None else own.version
        # Keyed by the identity of the origin: the batch holds its drafts, so no identity is used twice.
        self._shapes: dict[_Key, Shape] = {}

    def shape(self, draft: Draft) -> Shape:
        """Find the shape of a draft, judged at its first row."""
        key = (draft.category, id(draft.origin), draft.names, draft.consents)
        shape = self._shapes.get(key)
        if shape is None:
            shape = self._shapes[key] = self._judged(draft)
        return shape

    def _judged(self, draft: Draft) -> Shape:
        key = (self._edition.digest, self._own, self._on, draft.category, draft.origin, draft.names, draft.consents)
        shape = _KNOWN.get(key)
        if shape is None:
            shape = shape_of(self._edition, self.reader, draft, self._on)
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            _KNOWN[key] = shape
        return shape

    def plain(self, draft: Draft, shape: Shape) -> bool:
        """Say whether the shape alone answers, for a draft whose words tell nothing."""
        if draft.tags or not shape.plain:
            return False
        data = draft.data
        for index, _ in shape.births:
            text = data[index][1]
            if age_of(text, self._on) is not Age.GROWN:
                return False
        return True

    def examine(self, draft: Draft, shape: Shape, innocent: Collection[str]) -> Answered:
        """Look at every value of a draft; ``innocent`` are words that were read and tell nothing."""
        values = Values(draft, shape, self._edition, self.reader)
        values.read_words(innocent)
        values.read_tags()
        values.read_place()
        values.read_records()
        values.read_needs(self._on)
        for index, label in shape.births:
            values.judge_age(age_of(draft.data[index][1], self._on), index, label)
        return values.conclude()
