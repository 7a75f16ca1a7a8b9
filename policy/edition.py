"""The law on one day: sources, rules, and the tables that screen, ground and the sweep ask."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from policy.dates import Holiday, Place, Reminder
from policy.draft import Origin
from policy.findings import Decision, Finding, Kind
from policy.reach import Channel, Message, Reason
from policy.request import Reason as RequestReason
from policy.request import RequestKind

Seen = Literal["text", "secondary", "memory", "inference"]
"""How far we read the source ourselves: the text, somebody's account of it, not at all, or it is our reading."""
Weight = Literal["binding", "recommendation", "proposal"]
Code = Literal["A", "D", "C", "E", "L", "X", "drop", "n/a", "tracker", "no_targeting", "parental"]
"""A ordinary basis; D 9(2)(d); C explicit consent; E made public by the person; L legal duty, elsewhere; X never."""
Text = Literal["note", "value"]
Controller = Literal["party", "candidate", "elected", "association"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A text of law or doctrine: the only place with titles, links and dates in force."""

    id: str
    article: str
    title: str
    link: str
    in_force: date
    until: date | None = None
    seen: Seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule: what it says, why, how strongly, since when, and what to do next."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    articles: tuple[str, ...]
    kind: Kind
    weight: Weight
    decision: Decision
    category: str | None = None
    in_force: date
    until: date | None = None
    advice_fr: str
    advice_en: str

    def finding(self, field: str, *, missing: str | None = None, decision: Decision | None = None) -> Finding:
        """Apply the rule to a field."""
        return Finding(
            rule=self.id,
            articles=self.articles,
            kind=self.kind,
            decision=decision or self.decision,
            field=field,
            category=self.category,
            missing=missing,
            advice_fr=self.advice_fr,
            advice_en=self.advice_en,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A built-in field; its code is written in records and never changes. No code: never stored."""

    name: str
    code: int | None
    row: str
    many: bool = False
    text: Text | None = None
    """Set when the words are free, so that they are read for forbidden attributes."""
    known: frozenset[str] = frozenset()
    """Values that are plain beforehand; any other is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What the matrix says of one data category for one category of person."""

    code: Code
    note_fr: str = ""
    note_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A data category: one line of the matrix. Its rule is the rule of the same id."""

    id: str
    cells: Mapping[str, Cell]
    fields: tuple[str, ...]
    targeting: bool
    """False when it may never choose who sees an advertisement on line."""
    consent_rule: str = "door.explicit_consent"
    """The rule that asks for the consent of a C or D cell."""

    @property
    def rule(self) -> str:
        """Name the rule of this line."""
        return f"matrix.{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement:
    """A fact that must be proven, and the rule that asks for it."""

    fact: str
    rule: str
    paper: bool = False
    """Whether a paper must be kept: nobody may merely claim it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A category of person."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    column: str
    """The column of the matrix that answers for it."""
    retention: str
    party_door: bool
    """Whether art. 9(2)(d) can be a door: members, former members, regular contacts."""
    requires: tuple[Requirement, ...] = ()
    closed: str | None = None
    """The rule that keeps this category out of the contacts."""
    apart: bool = False
    """Whether it is never merged with a contact of another category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OriginKind:
    """A kind of origin. A forbidden one has its rule; an allowed one says for whom and on which proofs."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    forbidden: str | None = None
    categories: frozenset[str] = frozenset()
    category_rule: str = "origin.category"
    proves: frozenset[str] = frozenset()
    requires: tuple[Requirement, ...] = ()
    fields: frozenset[str] | None = None
    """The only fields this origin can hold; anything else was joined in from elsewhere."""
    field_rule: str = "origin.field"
    direct: bool = False
    """Whether the person gave the data (the only data that may serve targeting on line)."""
    retention: str | None = None
    """The line of the schedule that binds each datum of this origin; None where the person's category tells."""
    after_first_round: str | None = None
    """The rule that refuses data from before the first round of the election they are of."""

    def too_early(self, origin: Origin) -> str | None:
        """Return the rule that refuses data of an earlier election than the one that is named."""
        first = origin.first_round
        return self.after_first_round if first is not None and origin.obtained_on < first else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """A purpose: one legal basis for each category of person, and the fields it may read."""

    id: str
    bases: Mapping[str, str]
    reads: frozenset[str]
    custom: bool
    """Whether it may read the campaign's own fields and tags."""
    consent: str | None = None
    """The consent to prove where the basis is 6(1)(a)."""
    staff: frozenset[str] = frozenset()
    """What it may read of the members of staff: ``identity``, ``activity``, ``position``; most nothing."""

    def discloses(self, field: str) -> bool:
        """Say whether this purpose may read the field."""
        return field in self.reads or (self.custom and field.startswith("custom:"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long, from which day, and what happens then."""

    id: str
    trigger: str
    days: int = 0
    months: int = 0
    archive_months: int = 0
    hard: bool = False
    """Nothing may be recorded after this day, and nobody may put it off."""
    ends: bool = True
    """False when the end is an event (a resignation, a mandate) that no date announces."""
    unsaid_days: int = 0
    """Days after the last round that the sweep waits for somebody to record how the election ended."""
    reconfirm_days: int = 0
    """How many days before its end one message may ask the person whether they stay; none where there are none."""
    after_fr: str
    after_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compartment:
    """A part of what is kept on a person that erasure shreds, or keeps, as one."""

    id: str
    number: int | None
    """The number of its person key; None when it holds nothing that opens."""
    keeps: Mapping[str, str]
    """Ground of art. 17(1) to letter of art. 17(3); a ground that is absent shreds."""
    retention: str | None

    def letter(self, ground: str) -> str | None:
        """Name the letter of art. 17(3) that keeps this compartment, or None when it must be shredded."""
        return self.keeps.get(ground)


@dataclass(frozen=True, slots=True, kw_only=True)
class ElectionType:
    """A type of election. Only a researched one, whose rules this pack holds, lets a campaign become active."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    researched: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HandoverGround:
    """A ground on which data pass from one controller to another: accepted on proofs, or forbidden by a rule."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]
    forbidden: str | None = None
    requires: tuple[Requirement, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TransferBasis:
    """What lets data leave the European Economic Area for a country without an adequacy decision."""

    id: str
    label_fr: str
    label_en: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A mention of the notice: its text, and the facts it is filled with. Its rule is ``notice.`` and its id."""

    id: str
    facts: tuple[str, ...]
    text_fr: str
    text_en: str
    always: bool = True
    """False where it is left out when one of its facts does not arise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeClock:
    """By when whoever did not give their data themselves is told of a kind of origin (RGPD art. 14(3))."""

    id: str
    months: int
    assessed: bool = False
    """Whether a recorded assessment may stand for telling everybody in time: an interpretation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """The law of one country on one day."""

    country: str
    label_fr: str
    label_en: str
    on: date
    digest: str
    sources: Mapping[str, Source]
    rules: Mapping[str, Rule]
    fields: Mapping[str, Field]
    rows: Mapping[str, Row]
    categories: Mapping[str, Category]
    origins: Mapping[str, OriginKind]
    purposes: Mapping[str, Purpose]
    retention: Mapping[str, Retention]
    compartments: Mapping[str, Compartment]
    grounds: Mapping[str, str]
    """Grounds of erasure, each with its letter of art. 17(1)."""
    elections: Mapping[str, ElectionType]
    channels: Mapping[str, Channel]
    messages: Mapping[str, Message]
    reasons: Mapping[str, Reason]
    """Why somebody may not be reached, in the order of their ranks."""
    handovers: Mapping[str, HandoverGround]
    transfers: Mapping[str, TransferBasis]
    mentions: Mapping[str, Mention]
    """What a notice must say, in its order."""
    clocks: Mapping[str, NoticeClock]
    """By kind of origin, where the data did not come from the person."""
    requests: Mapping[str, RequestKind]
    """What a person may ask."""
    refusals: Mapping[str, RequestReason]
    """The closed list of reasons put against a request."""
    zones: Mapping[str, frozenset[str]]
    """Countries by two letters: ``eea``, and ``adequate`` (art. 45)."""
    places: Mapping[str, Place]
    holidays: Mapping[str, Holiday]
    reminders: Mapping[str, Reminder]
    needs: frozenset[str]
    """The closed list of accessibility needs: a need, never a diagnosis."""
    cell_minimum: int
    """The fewest contacts that an aggregate may tell of."""
    breach_hours: int
    """How long a breach may stay without notification once it is known (art. 33(1))."""
