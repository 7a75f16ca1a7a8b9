"""What a notice must say (GDPR art. 13, 14): each mention filled with its facts, or the fact that is missing named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from policy.edition import Edition, Mention
from policy.findings import Finding
from policy.retention import add_months

FACTS = frozenset(
    {
        *("controller", "rights_contact", "officer", "joint", "purposes", "interests", "opinions", "data", "origins"),
        *("operator", "recipients", "transfers", "retention", "sponsor", "ballots", "targeting", "transparency"),
    }
)
"""The facts that mentions may be filled with."""
_PLACE = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Told:
    """A fact in both languages."""

    fr: str
    en: str


Facts = Mapping[str, Told | None]
"""Each fact by its name: None where it is missing; one that does not arise is absent."""


@dataclass(frozen=True, slots=True)
class Section:
    """A mention, filled."""

    mention: str
    title: Told
    text: Told
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composed:
    """The sections of a notice in their order, and what is missing: with any of it nothing is published."""

    sections: tuple[Section, ...]
    findings: tuple[Finding, ...]


def compose(edition: Edition, facts: Facts) -> Composed:
    """Fill every mention of the edition; a mandatory fact that nobody told is missing, whatever the reason."""
    sections, findings = [], []
    for mention in edition.mentions.values():
        if not mention.always and any(name not in facts for name in mention.facts):
            continue
        rule = edition.rules[f"notice.{mention.id}"]
        missing = [name for name in mention.facts if facts.get(name) is None]
        if missing:
            findings += [rule.finding("notice", missing=name) for name in missing]
            continue
        title = Told(rule.label_fr, rule.label_en)
        sections.append(Section(mention.id, title, _filled(mention, facts), rule.articles))
    return Composed(tuple(sections), tuple(findings))


def notice_due(edition: Edition, kind: str, obtained_on: date) -> date | None:
    """Give the last day on which persons of an origin of this kind are told; None where they gave the data themselves.

    A first message or a disclosure before that day carries the notice itself (GDPR art. 14(3)(b), (c)).
    """
    clock = edition.clocks.get(kind)
    return None if clock is None else add_months(obtained_on, clock.months)


def placeholders(text: str) -> frozenset[str]:
    """Return the facts that a text names."""
    return frozenset(_PLACE.findall(text))


def _filled(mention: Mention, facts: Facts) -> Told:
    told = {name: one for name in mention.facts if (one := facts[name]) is not None}
    french = _PLACE.sub(lambda place: told[place[1]].fr, mention.text_fr)
    return Told(french, _PLACE.sub(lambda place: told[place[1]].en, mention.text_en))
