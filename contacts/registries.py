"""List what a campaign declared: origins, and its own fields and tags. They tell of nobody; the reading is noted."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from contacts import papers
from contacts.store.registries import custom_fields, declared_origins, tags_by_name


@dataclass(frozen=True, slots=True)
class OriginView:
    """A declared origin."""

    number: int
    kind: str
    obtained_on: date
    election: UUID | None
    evidence: tuple[str, ...]
    synthetic: bool
    papers: Mapping[str, UUID]


def list_origins(processing: Processing) -> list[OriginView]:
    """Return the campaign's origins, oldest first."""
    _note(processing)
    return origins_of(processing)


def origins_of(processing: Processing) -> list[OriginView]:
    """Return the campaign's origins within a processing that notes itself."""
    return [
        OriginView(
            row.number,
            row.kind,
            row.obtained_on,
            row.election_id,
            tuple(json.loads(row.evidence)),
            row.synthetic,
            papers.read(row.papers),
        )
        for row in declared_origins(processing)
    ]


def list_custom_fields(processing: Processing) -> Mapping[str, int]:
    """Return the campaign's own fields: name to number."""
    _note(processing)
    return custom_fields(processing)


def list_tags(processing: Processing) -> Mapping[str, int]:
    """Return the campaign's tags: name to number."""
    _note(processing)
    return tags_by_name(processing)


def _note(processing: Processing) -> None:
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
