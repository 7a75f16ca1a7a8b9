"""Seal contacts: from grounds, and only from grounds, into rows that say nothing of what they hold."""

from collections.abc import Collection, Iterable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from audit.processing import Processing
from contacts.indexing import Indexed, indexer_of, pack_values
from contacts.match import Wanted
from contacts.opening import references_of
from contacts.vocabulary import Vocabulary
from crypto.record import Frame, frame, obtained_days, seal_records
from kernel.identity import PersonId
from keys.create import FIRST_GENERATION, Compartment, PersonKeys, draw_person_keys
from policy.draft import Origin
from policy.ground import Grounded, Grounds

FIRST_REVISION = 1
_FENCE = object()


class _Item(NamedTuple):
    """One contact sealed: what its rows are made of. A named tuple, because an import makes one a row."""

    at: int
    """Its place among the keys."""
    person: PersonId
    grounded: Grounded
    indexed: Indexed
    record: bytes

    def __repr__(self) -> str:
        return f"_Item({self.person})"


class Rows(NamedTuple):
    """What sealed contacts are stored as, table by table, and the references by which the log names their persons."""

    places: Sequence[int]
    keys: list[int]
    """Where their keys stand."""
    contacts: list[tuple[Any, ...]]
    entries: list[tuple[Any, ...]]
    tags: list[tuple[Any, ...]]
    references: list[bytes]

    def __repr__(self) -> str:
        return f"Rows({len(self.places)} contacts)"


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

    @property
    def wanted(self) -> list[Wanted]:
        """Return by what each of them may be a contact we have."""
        return [Wanted(place, one.grounded.draft.data, one.indexed.sought) for place, one in self._items.items()]

    def named(self, places: Iterable[int]) -> list[tuple[bytes, bytes]]:
        """Return id and key of these places' persons, by which the log names them."""
        secrets = self.keys.secrets
        return [(item.person.bytes, secrets[item.at]) for item in map(self._items.__getitem__, places)]

    def rows(self, places: Sequence[int], *, flagged: Collection[int], restricted: Collection[int]) -> Rows:
        """Return what these places are stored as."""
        items = self._items
        # In the order of their random ids: the order of the file would tell whoever has it which row is whose.
        ordered = sorted(places, key=lambda place: items[place].person.int)
        shared = self._processing.campaign, self._processing.at, self._index_version
        return Rows(
            places=places,
            keys=[items[place].at for place in ordered],
            contacts=[
                _contact_row(items[place], shared, restricted=place in restricted, flagged=place in flagged)
                for place in ordered
            ],
            entries=self._index_rows(ordered),
            tags=self._tag_rows(ordered),
            references=references_of(self._processing, self.named(ordered)),
        )

    def _index_rows(self, places: Iterable[int]) -> list[tuple[Any, ...]]:
        """Return rows in the order of the index's key."""
        campaign = self._processing.campaign
        items = map(self._items.__getitem__, places)
        rows = [(campaign, value, item.person) for item in items for value in item.indexed.stored]
        rows.sort(key=itemgetter(1))
        return rows

    def _tag_rows(self, places: Iterable[int]) -> list[tuple[Any, ...]]:
        campaign = self._processing.campaign
        return [
            (campaign, item.person, self._tags[tag])
            for item in map(self._items.__getitem__, places)
            if item.grounded.draft.tags
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
    grounded = [_grounded(grounds, place) for place, _ in persons]
    framer = _Framer(vocabulary)
    records = seal_records(
        [
            (secret, person.bytes, FIRST_REVISION, *framer.framed(item))
            for (_, person), secret, item in zip(persons, keys.secrets, grounded, strict=True)
        ],
        campaign=processing.campaign.bytes,
    )
    indexer = indexer_of(processing.keys)
    items = {
        place: _Item(at, person, item, indexer.indexed(item.draft.data), record)
        for at, ((place, person), item, record) in enumerate(zip(persons, grounded, records, strict=True))
    }
    return Sealed(_FENCE, processing, items, keys, indexer.version, dict(vocabulary.tags))


class _Framer:
    """Part drafts into what stands in clear and what is sealed; the first part is the same for most rows of a file."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._codes = vocabulary.codes
        # Keyed by the identity of the origin: the grounds hold their drafts, so no identity is used twice.
        self._frames: dict[tuple[int, tuple[str, ...]], Frame] = {}

    def framed(self, item: Grounded) -> tuple[Frame, list[bytes]]:
        """Return the frame of an item's fields, each with its origin and the day it was obtained, and their values."""
        draft = item.draft
        known = id(draft.origin), draft.names
        found = self._frames.get(known)
        if found is None:
            found = self._frames[known] = self._frame(draft.origin, draft.names)
        return found, [value.encode() for _, value in draft.data]

    def _frame(self, origin: Origin, names: Sequence[str]) -> Frame:
        number, obtained = origin.number, obtained_days(origin.obtained_on)
        return frame(tuple([(self._codes[name], number, obtained) for name in names]), FIRST_GENERATION)


def _grounded(grounds: Grounds, place: int) -> Grounded:
    item = grounds.items[place]
    if item is None:
        message = "an item that was refused whole cannot be sealed"
        raise TypeError(message)
    return item


def _contact_row(item: _Item, shared: tuple[Any, ...], *, restricted: bool, flagged: bool) -> tuple[Any, ...]:
    campaign, at, index_version = shared
    draft, footing = item.grounded.draft, item.grounded.footing
    return (
        campaign,
        item.person,
        draft.category,
        draft.origin.number,
        draft.commune,
        draft.polling_station,
        restricted,
        flagged,
        footing.consent_from,
        footing.target_from,
        footing.due,
        at,
        at,
        FIRST_REVISION,
        index_version,
        pack_values(item.indexed.stored),
        item.record,
    )
