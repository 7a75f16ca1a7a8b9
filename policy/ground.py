"""On which ground drafts may be processed: basis, door of art. 9, and the days on which they must go."""

from collections.abc import Iterator, Sequence
from dataclasses import InitVar, dataclass, field, replace
from datetime import date

from policy.birth import PARENTAL_UNTIL, UNTARGETED_UNTIL, reaches, read_birth
from policy.door import Asked, Door, Standing, standing_of
from policy.draft import Draft
from policy.edition import Controller, Edition
from policy.findings import Finding
from policy.phase import Phase, phase_finding
from policy.screen import Clearance
from policy.shape import Shape
from policy.values import Answered, Places, need_of

_GROUNDED = object()
_Minor = tuple[date | None, date | None]
_GROWN: _Minor = (None, None)
_MOST_KNOWN = 512
_KNOWN: dict[tuple[int, frozenset[str], Places | None, int, Controller, str], tuple[Shape, Standing]] = {}
"""What shapes stand on, each with its shape, so that no identity is used twice while it is here."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Footing:
    """What a draft stands on; drafts of one shape share it."""

    basis: str
    door: Door | None
    due: date | None
    dues: tuple[tuple[str, date], ...] = ()
    consent_from: date | None = None
    target_from: date | None = None


@dataclass(frozen=True, slots=True)
class Grounded:
    """A draft that may be processed, and on what."""

    draft: Draft = field(repr=False)
    footing: Footing

    @property
    def basis(self) -> str:
        """Name the legal basis, for example ``6(1)(f)``."""
        return self.footing.basis

    @property
    def door(self) -> Door | None:
        """Name the door of RGPD art. 9(2), when the content reveals an opinion."""
        return self.footing.door

    @property
    def due(self) -> date | None:
        """Give the day the contact must go; None when only an event to come can tell."""
        return self.footing.due

    @property
    def dues(self) -> tuple[tuple[str, date], ...]:
        """List the fields that must go before the contact does."""
        return self.footing.dues

    @property
    def consent_from(self) -> date | None:
        """Give, for a minor, the day from which the person consents alone."""
        return self.footing.consent_from

    @property
    def target_from(self) -> date | None:
        """Give, for a minor, the day before which no advertisement on line may be targeted at the person."""
        return self.footing.target_from


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """The proof that drafts have a ground. Only ground() can make one."""

    items: tuple[Grounded | None, ...]
    findings: tuple[tuple[Finding, ...], ...]
    edition: str
    purpose: str
    token: InitVar[object]

    def __post_init__(self, token: object) -> None:
        """Refuse to exist without the question."""
        if token is not _GROUNDED:
            raise TypeError("only policy.ground.ground() makes Grounds")


def ground(
    edition: Edition, clearance: Clearance, *, controller: Controller, purpose: str, phase: Phase, on: date
) -> Grounds:
    """Find basis, door and due day for what the screen cleared.

    Before the campaign is active nothing but synthetic data has a ground, and from then on no synthetic data has one.
    A cell whose door does not open is stripped with a finding; a draft without a basis becomes None.
    The findings are the screen's and these. Raises ValueError when the clearance comes from another edition.
    """
    if clearance.edition != edition.digest:
        raise ValueError("the clearance was given under another edition of the law")
    barred = {told: phase_finding(edition, phase, "*", synthetic=told) for told in (True, False)}
    bench = _Bench(edition, controller, purpose, on)
    items: list[Grounded | None] = [None] * len(clearance.drafts)
    findings = list(clearance.findings)
    for index, (draft, shape) in enumerate(zip(clearance.drafts, clearance.shapes, strict=True)):
        if draft is None:
            continue
        if (finding := barred[draft.origin.synthetic]) is not None:
            findings[index] += (finding,)
            continue
        standing = bench.standing(draft, shape, clearance.examined.get(index))
        if standing.findings:
            findings[index] += standing.findings
        if standing.basis is not None:
            items[index] = bench.grounded(draft, standing, standing.basis)
    return Grounds(
        items=tuple(items), findings=tuple(findings), edition=edition.digest, purpose=purpose, token=_GROUNDED
    )


def together(pieces: Sequence[Grounds]) -> Grounds:
    """Join the grounds of a batch that was asked about piece by piece; ValueError where two were not asked alike."""
    asked = {(piece.edition, piece.purpose) for piece in pieces}
    if len(asked) != 1:
        raise ValueError("grounds are joined where one edition was asked for one purpose")
    ((edition, purpose),) = asked
    return Grounds(
        items=tuple([item for piece in pieces for item in piece.items]),
        findings=tuple([found for piece in pieces for found in piece.findings]),
        edition=edition,
        purpose=purpose,
        token=_GROUNDED,
    )


class _Bench:
    """One batch for one purpose on one day: each shape is judged once."""

    def __init__(self, edition: Edition, controller: Controller, purpose: str, on: date) -> None:
        self._edition, self._on = edition, on
        self._controller, self._purpose = controller, purpose
        # ISO dates compare as texts: who was born before this year is of age, whatever the day.
        self._grown_before = str(on.year - UNTARGETED_UNTIL)
        # Keyed by identity: the clearance holds its shapes, so no identity is used twice.
        self._standings: dict[tuple[int, frozenset[str], Places | None, int], Standing] = {}
        self._footings: dict[tuple[int, _Minor, tuple[tuple[str, date], ...]], Footing] = {}

    def standing(self, draft: Draft, shape: Shape, answered: Answered | None) -> Standing:
        """Find what a draft stands on, judged at the first row of its kind."""
        opinions = shape.opinions if answered is None else answered.opinions
        places = None if answered is None else answered.places
        known = (id(shape), opinions, places, len(draft.tags))
        standing = self._standings.get(known)
        if standing is None:
            standing = self._standings[known] = self._judged(draft, shape, opinions, places)
        return standing

    def _judged(self, draft: Draft, shape: Shape, opinions: frozenset[str], places: Places | None) -> Standing:
        key = (id(shape), opinions, places, len(draft.tags), self._controller, self._purpose)
        known = _KNOWN.get(key)
        if known is None:
            standing = standing_of(self._edition, Asked(draft, opinions, places, self._controller, self._purpose))
            if len(_KNOWN) >= _MOST_KNOWN:
                _KNOWN.clear()
            known = _KNOWN[key] = shape, standing
        return known[1]

    def grounded(self, draft: Draft, standing: Standing, basis: str) -> Grounded:
        """Join the draft, without the cells that found no door, and its footing."""
        kept = draft if standing.kept is None else _stripped(draft, *standing.kept)
        minor = _GROWN if standing.birth is None else self._minor(kept.data[standing.birth][1])
        dues = tuple(_dues(kept)) if standing.needs else ()
        known = (id(standing), minor, dues)
        footing = self._footings.get(known)
        if footing is None:
            footing = self._footings[known] = Footing(
                basis=basis,
                door=standing.door,
                due=standing.due,
                dues=dues,
                consent_from=minor[0],
                target_from=minor[1],
            )
        return Grounded(kept, footing)

    def _minor(self, text: str) -> _Minor:
        born = None if text < self._grown_before else read_birth(text, self._on)
        if born is None:
            return _GROWN
        targeted = reaches(UNTARGETED_UNTIL, born, self._on) if "minors.targeting" in self._edition.rules else None
        return reaches(PARENTAL_UNTIL, born, self._on), targeted


def _stripped(draft: Draft, data: tuple[int, ...], tags: tuple[int, ...]) -> Draft:
    return replace(
        draft, data=tuple(draft.data[index] for index in data), tags=tuple(draft.tags[index] for index in tags)
    )


def _dues(draft: Draft) -> Iterator[tuple[str, date]]:
    for name, text in draft.data:
        if name == "accessibility_need" and (day := need_of(text)[1]):
            yield name, day
