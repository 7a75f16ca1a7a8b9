"""The words in which the detector answers: what was found, where, and what must happen to the text."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from policy.detect.lexicon import lexicon, lexicon_version

Kind = Literal["note", "tag", "column", "value", "segment", "title"]
"""A title names what the campaign itself does or is in touch with: an event, a message, a client program."""
Decision = Literal["allow", "conditional", "review", "block"]

KINDS: tuple[str, ...] = get_args(Kind)
CONDITIONAL = "political_opinion"
BLOCK_FROM = 0.75
REVIEW_FROM = 0.40


@dataclass(frozen=True, slots=True)
class Hit:
    """Point at one forbidden attribute: its category, rule and place, never its words."""

    category: str
    rule: str
    start: int
    end: int
    score: float
    reason: str = ""
    """The lexicon group and the cues that spoke, for the person who reviews; no text."""

    @property
    def neutral_fr(self) -> str:
        """Return what may be written instead, for the author of the text."""
        return lexicon().neutral[self.category]


@dataclass(frozen=True, slots=True)
class Detection:
    """Answer for one text: the decision and the places that led to it."""

    decision: Decision
    hits: tuple[Hit, ...] = ()

    @property
    def lexicon(self) -> str:
        """Return the version of the rules and vocabulary that decided: what is recorded with a decision."""
        return lexicon_version()

    @property
    def categories(self) -> tuple[str, ...]:
        """Return the categories found, each once, in order of score."""
        return tuple(dict.fromkeys(hit.category for hit in self.hits))

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the rules that speak, each once, in order of score."""
        return tuple(dict.fromkeys(hit.rule for hit in self.hits))


ALLOWED = Detection("allow")
UNREADABLE = Detection("review")
"""The answer whenever the detector could not look: a person must, because silence is no permission."""


def conclude(hits: Sequence[Hit]) -> Detection:
    """Return the strictest decision the hits ask for; the weakest traces are left out."""
    kept = tuple(sorted((hit for hit in hits if hit.score >= REVIEW_FROM), key=lambda hit: (-hit.score, hit.start)))
    if not kept:
        return ALLOWED
    return Detection(min((_decision(hit) for hit in kept), key=_STRICTEST.index), kept)


_STRICTEST: tuple[Decision, ...] = ("block", "review", "conditional", "allow")


def _decision(hit: Hit) -> Decision:
    if hit.score < BLOCK_FROM:
        return "review"
    return "conditional" if hit.category == CONDITIONAL else "block"
