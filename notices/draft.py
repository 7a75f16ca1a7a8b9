"""The text of a notice as it would be published now, and everything that is missing of it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.activation import activation_of
from campaigns.sheet import campaign_sheet
from notices.gather import NoticePlan, gather_facts, scene_of
from notices.store import next_notice
from notices.words import day
from policy.findings import Finding
from policy.notice import Composed, Section, Told, compose

PART = "\n\n* * *\n\n"
"""Between the two languages of the whole text, of which the digest is taken."""
_TITLE = Told("Information sur vos données personnelles", "Information on your personal data")
_LABEL = "label"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A notice proposed: its text, its label for political advertising, and what is missing."""

    number: int
    text: Told
    label: Told
    sha256: str
    purposes: tuple[str, ...]
    origins: tuple[str, ...]
    findings: tuple[Finding, ...]


def draft_notice(processing: Processing, plan: NoticePlan) -> Draft:
    """Write the notice as it would be published now; every missing datum is among the findings."""
    draft = write_draft(processing, plan)
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return draft


def write_draft(processing: Processing, plan: NoticePlan) -> Draft:
    """Write the notice within a processing that notes itself."""
    scene = scene_of(processing, plan)
    composed = compose(processing.edition, gather_facts(processing, plan, scene))
    number = next_notice(processing)
    name = campaign_sheet(processing, processing.phase).name
    text = _text(composed, f"{name}, version {number}", processing.today)
    return Draft(
        number=number,
        text=text,
        label=next((one.text for one in composed.sections if one.mention == _LABEL), Told("", "")),
        sha256=digest_of(text),
        purposes=scene.purposes,
        origins=scene.origins,
        findings=composed.findings + _unsaid(processing, plan),
    )


def digest_of(text: Told) -> str:
    """Return the SHA-256 of the whole text, both languages."""
    return hashlib.sha256(whole(text).encode()).hexdigest()


def whole(text: Told) -> str:
    """Return the whole text: what is published, and hashed, to the byte."""
    return text.fr + PART + text.en + "\n"


def _unsaid(processing: Processing, plan: NoticePlan) -> tuple[Finding, ...]:
    """Name purposes and origins to come that the law does not know: a notice that left them out would be wrong."""
    edition = processing.edition
    planned = () if activation_of(processing) else plan.purposes
    unknown = [edition.rules["notice.purposes"].finding("purposes") for one in planned if one not in edition.purposes]
    kinds = [edition.origins.get(one) for one in plan.origins]
    barred = [edition.rules["notice.origins"].finding("origins") for one in kinds if one is None or one.forbidden]
    return tuple(dict.fromkeys([*unknown, *barred]))


def _text(composed: Composed, name: str, on: date) -> Told:
    told = day(on)
    return Told(
        _language([_TITLE.fr, f"{name}, {told.fr}"], [(one, one.title.fr, one.text.fr) for one in composed.sections]),
        _language([_TITLE.en, f"{name}, {told.en}"], [(one, one.title.en, one.text.en) for one in composed.sections]),
    )


def _language(head: Sequence[str], sections: Sequence[tuple[Section, str, str]]) -> str:
    parts = ["\n".join(head)]
    for number, (section, title, text) in enumerate(sections, 1):
        parts.append(f"{number}. {title}\n{text}\n({'; '.join(section.articles)})")
    return "\n\n".join(parts)
