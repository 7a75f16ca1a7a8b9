"""A model as second opinion, off by default: it tells a reviewer what it sees, and audits what was kept; nothing more.

It never lets anything pass: what it finds in kept words makes them wait for a person, and beside words that wait it
only says whether it sees a name there, or an attribute. The operator names a spaCy pipeline that is installed
(``spacy:fr_core_news_sm``), or any recogniser of Presidio's kind (``package.module:Class``, made without arguments)
whose entities are our categories in capitals, or PERSON, LOCATION, ORGANIZATION. Nothing is ever fetched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

from kernel.errors import Misconfigured
from policy.detect.lexicon import CATEGORIES

if TYPE_CHECKING:
    from presidio_analyzer import EntityRecognizer

SPACY = "spacy"
NAMES = {"PERSON": "person", "PER": "person", "LOCATION": "place", "LOC": "place", "GPE": "place"} | {
    "ORGANIZATION": "organisation",
    "ORG": "organisation",
}
"""What a recogniser calls names, in our words."""
LEAST = 0.5
"""Sights less sure than this are not told."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing that the model sees: a category of the lexicon, or a person, a place, an organisation; and where."""

    sees: str
    start: int
    end: int
    sure: float
    """From 0 to 1, as the model says."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """A recogniser that the operator chose."""

    name: str
    look: Callable[[str], list[Sight]]

    def categories(self, text: str) -> tuple[str, ...]:
        """Return the categories that the model sees in a text, each once."""
        return tuple(dict.fromkeys(one.sees for one in self.look(text) if one.sees in CATEGORIES))


@cache
def second_opinion(name: str) -> SecondOpinion | None:
    """Return the recogniser of a name, loaded once; None without one. Raises Misconfigured for what does not load."""
    if not name:
        return None
    kind, _, rest = name.partition(":")
    try:
        look = _of_spacy(rest) if kind == SPACY else _of_presidio(getattr(import_module(kind), rest)())
    except (ImportError, OSError, AttributeError, TypeError, ValueError) as problem:
        raise Misconfigured(f"ISOLOIR_SECOND_OPINION names nothing that loads: {type(problem).__name__}") from None
    return SecondOpinion(name, look)


def _of_spacy(pipeline: str) -> Callable[[str], list[Sight]]:
    import spacy  # noqa: PLC0415 - it takes a second to import

    read = spacy.load(pipeline, exclude=["parser", "lemmatizer", "morphologizer", "attribute_ruler"])

    def look(text: str) -> list[Sight]:
        found = [(one.label_, one.start_char, one.end_char, 1.0) for one in read(text).ents]
        return [sight for one in found if (sight := _sight(*one))]

    return look


def _of_presidio(recogniser: "EntityRecognizer") -> Callable[[str], list[Sight]]:
    recogniser.load()

    def look(text: str) -> list[Sight]:
        results = recogniser.analyze(text, recogniser.supported_entities, None)  # type: ignore[arg-type]  # no artefacts
        found = [(one.entity_type, one.start, one.end, one.score) for one in results]
        return [sight for one in found if (sight := _sight(*one))]

    return look


def _sight(label: str, start: int, end: int, score: float) -> Sight | None:
    sees = NAMES.get(label, label.lower())
    known = sees in CATEGORIES or label in NAMES
    return Sight(sees, start, end, round(score, 2)) if known and score >= LEAST else None
