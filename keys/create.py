"""Create keys: a campaign's set, and one per person and compartment."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum
from typing import Any

from audit.processing import Processing
from crypto.campaign_keys import PURPOSES, CampaignKey, new_campaign_key, wrap_campaign_key
from crypto.person_keys import new_person_keys, wrap_person_keys
from crypto.provider import KeyProvider
from kernel.identity import CampaignId, PersonId
from kernel.sheet import Same, Sheet
from keys.store import insert_campaign_keys, insert_person_keys

FIRST_GENERATION = 1


class Compartment(IntEnum):
    """The compartments of a person's keys; the numbers stand in stored rows and never change."""

    CONTACT = 1
    EVIDENCE = 2
    RIGHTS = 3
    STAFF = 5
    REVIEW = 8
    ATTACHMENT = 256
    """No part of a person: the key of an attachment that concerns no contact, whose own id stands for the person's."""


def new_campaign_keys() -> list[CampaignKey]:
    """Draw a campaign's first key for every purpose."""
    return [new_campaign_key(purpose) for purpose in sorted(PURPOSES)]


def store_campaign_keys(processing: Processing, provider: KeyProvider, keys: Sequence[CampaignKey]) -> int:
    """Wrap campaign keys under the root and keep them; return how many."""
    rows = [campaign_key_row(provider, processing.campaign, key, processing.at) for key in keys]
    return insert_campaign_keys(processing, rows)


def campaign_key_row(provider: KeyProvider, campaign: CampaignId, key: CampaignKey, at: datetime) -> dict[str, Any]:
    """Wrap one campaign key into the columns of its row."""
    root_version, wrapped = wrap_campaign_key(provider, campaign.bytes, key)
    return {
        "campaign_id": campaign,
        "purpose": key.purpose,
        "version": key.version,
        "state": key.state,
        "root_version": root_version,
        "wrapped": wrapped,
        "created_at": at,
    }


@dataclass(frozen=True, slots=True)
class PersonKeys:
    """Fresh person keys and the same wrapped, not stored yet, in the order of the persons they were drawn for."""

    persons: Sequence[PersonId]
    ids: list[bytes]
    """The persons' ids as sixteen bytes."""
    secrets: list[bytes] = field(repr=False)
    kek_version: int
    wrapped: list[bytes] = field(repr=False)
    compartment: Compartment


def draw_person_keys(processing: Processing, persons: Sequence[PersonId], compartment: Compartment) -> PersonKeys:
    """Draw one key per person and wrap it."""
    drawn = new_person_keys(len(persons))
    number = compartment.value
    ids = [person.bytes for person in persons]
    entries = [(person, number, FIRST_GENERATION, key) for person, key in zip(ids, drawn, strict=True)]
    kek_version, wrapped = wrap_person_keys(processing.keys, entries)
    return PersonKeys(persons, ids, drawn, kek_version, wrapped, compartment)


def join_person_keys(pieces: Sequence[PersonKeys]) -> PersonKeys:
    """Join keys that were drawn one after the other, for one compartment and under one ``kek``; at least one piece."""
    first, *_ = pieces
    return PersonKeys(
        persons=[person for piece in pieces for person in piece.persons],
        ids=[one for piece in pieces for one in piece.ids],
        secrets=[secret for piece in pieces for secret in piece.secrets],
        kek_version=first.kek_version,
        wrapped=[wrapped for piece in pieces for wrapped in piece.wrapped],
        compartment=first.compartment,
    )


def store_person_keys(processing: Processing, keys: PersonKeys, chosen: Iterable[int]) -> int:
    """Keep the wrapped keys at these places, in that order; the caller notes ``person_key.insert``."""
    places = list(chosen)
    same = (keys.compartment.value, FIRST_GENERATION, keys.kek_version)
    persons, wrapped = [keys.ids[at] for at in places], [keys.wrapped[at] for at in places]
    return insert_person_keys(
        processing, Sheet(len(places), [Same(processing.campaign), persons, *map(Same, same), wrapped])
    )
