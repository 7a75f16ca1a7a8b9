"""Seal contacts: from grounds, and only from grounds, into rows that say nothing of what they hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from audit.processing import Processing
from contacts.indexing import Indexer, pack_values
from contacts.vocabulary import Vocabulary
from crypto.record import Unsealed, obtained_days, seal_records
from kernel.identity import PersonId
from keys.create import FIRST_GENERATION, Compartment, PersonKeys, draw_person_keys
from policy.ground import Grounded, Grounds

FIRST_REVISION = 1
_FENCE = object()


@dataclass(frozen=True, slots=True)
class _Item:
    """One contact sealed: what its rows are made of."""

    person: PersonId
    grounded: Grounded
    values: Sequence[int]
    record: bytes


class Sealed:
    """Contacts ready to be stored, by their place in the grounds; only ``seal`` makes it."""

    __slots__ = ("_index_version", "_items", "_processing", "_tags", "keys")

    def __init__(
        self,
        fence: object,
        processing: Processing,
        items: dict[int, _Item],
        keys: PersonKeys,
        index_version: int,
        tags: dict[str, int],
    ) -> None:
        if fence is not _FENCE:
            message = "only sealing makes Sealed"
            raise TypeError(message)
        self._processing = processing
        self._items = items
        self._index_version = index_version
        self._tags = tags
        self.keys = keys

    def person(self, place: int) -> PersonId:
        """Return the id of a sealed contact."""
        return self._items[place].person

    def contact_rows(self, places: Sequence[int], *, flagged: set[int], restricted: set[int]) -> list[tuple[Any, ...]]:
        """Return the rows of the contact table for these places, in the order of their random ids.

        The order of the file would tell whoever has the file which row is whose.
        """
        shared = self._processing.campaign, self._processing.at, self._index_version
        return [
            _contact_row(self._items[place], shared, restricted=place in restricted, flagged=place in flagged)
            for place in sorted(places, key=lambda place: self.person(place).int)
        ]

    def index_rows(self, places: Sequence[int]) -> list[tuple[Any, ...]]:
        """Return the rows of the index for these places, in the order of its key."""
        campaign = self._processing.campaign
        pairs = [(value, item.person) for item in map(self._items.__getitem__, places) for value in item.values]
        pairs.sort(key=lambda pair: pair[0])
        return [(campaign, value, person) for value, person in pairs]

    def tag_rows(self, places: Sequence[int]) -> list[tuple[Any, ...]]:
        """Return the rows of the tags set on these places."""
        campaign = self._processing.campaign
        return [
            (campaign, item.person, self._tags[tag])
            for item in map(self._items.__getitem__, places)
            for tag in sorted(set(item.grounded.draft.tags))
        ]


def seal(
    processing: Processing,
    grounds: Grounds,
    persons: Sequence[tuple[int, PersonId]],
    vocabulary: Vocabulary,
) -> Sealed:
    """Seal chosen items of ``grounds``, each under a fresh key of the person it becomes. Nothing is stored yet."""
    keys = draw_person_keys(processing, [person for _, person in persons], Compartment.CONTACT)
    chosen = [(place, person, _grounded(grounds, place)) for place, person in persons]
    records = seal_records(
        [
            (keys.secrets[person], person.bytes, FIRST_REVISION, fields_of(item, vocabulary))
            for _, person, item in chosen
        ],
        campaign=processing.campaign.bytes,
        generation=FIRST_GENERATION,
    )
    indexer = Indexer(processing.keys)
    items = {
        place: _Item(person, item, indexer.values(item.draft.data), record)
        for (place, person, item), record in zip(chosen, records, strict=True)
    }
    return Sealed(_FENCE, processing, items, keys, indexer.version, dict(vocabulary.tags))


def fields_of(item: Grounded, vocabulary: Vocabulary) -> list[Unsealed]:
    """Return a draft's data as fields to seal, each with its origin and the day it was obtained."""
    origin = item.draft.origin
    number, obtained = origin.number, obtained_days(origin.obtained_on)
    codes = vocabulary.codes
    return [(codes[name], number, obtained, value.encode()) for name, value in item.draft.data]


def _grounded(grounds: Grounds, place: int) -> Grounded:
    item = grounds.items[place]
    if item is None:
        message = "an item that was refused whole cannot be sealed"
        raise TypeError(message)
    return item


def _contact_row(item: _Item, shared: tuple[Any, ...], *, restricted: bool, flagged: bool) -> tuple[Any, ...]:
    campaign, at, index_version = shared
    grounded = item.grounded
    draft = grounded.draft
    return (
        campaign,
        item.person,
        draft.category,
        draft.origin.number,
        draft.commune,
        draft.polling_station,
        restricted,
        flagged,
        grounded.consent_from,
        grounded.target_from,
        grounded.due,
        at,
        at,
        FIRST_REVISION,
        index_version,
        pack_values(item.values),
        item.record,
    )
