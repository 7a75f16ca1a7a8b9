"""Seal contacts: from grounds, and only from grounds, into rows that say nothing of what they hold."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from audit.processing import Processing
from contacts.indexing import Indexed, indexer_of, pack_values
from contacts.match import Wanted
from contacts.opening import references_of
from contacts.vocabulary import Vocabulary
from crypto.record import Frame, frame, obtained_days, seal_records
from kernel.identity import EVERYWHERE, PersonId, Stretch, random_uuids
from kernel.sheet import Part, Same, Sheet
from keys.create import FIRST_GENERATION, Compartment, PersonKeys, draw_person_keys, join_person_keys
from policy.draft import Origin
from policy.ground import Grounded, Grounds

FIRST_REVISION = 1
_FENCE = object()


class Rows(NamedTuple):
    """What sealed contacts are stored as, table by table, and the references by which the log names their persons."""

    places: Sequence[int]
    keys: list[int]
    """Where their keys stand."""
    contacts: Sheet
    entries: Sheet
    tags: Sheet
    references: list[bytes]

    def __repr__(self) -> str:
        return f"Rows({len(self.places)} contacts)"


class _Items(NamedTuple):
    """What was sealed, list by list, in the order of the keys."""

    places: Sequence[int]
    grounded: Sequence[Grounded]
    indexed: Sequence[Indexed]
    records: Sequence[bytes]

    def __repr__(self) -> str:
        return f"_Items({len(self.places)} contacts)"


class Sealed:
    """Contacts ready to be stored, by their place in the grounds; only ``Sealing`` makes it."""

    __slots__ = ("_at", "_items", "_processing", "_shared", "_tags", "keys")

    def __init__(
        self,
        fence: object,
        processing: Processing,
        items: _Items,
        keys: PersonKeys,
        index_version: int,
        tags: Mapping[str, int],
    ) -> None:
        if fence is not _FENCE:
            message = "only sealing makes Sealed"
            raise TypeError(message)
        self._processing = processing
        self._at = {place: at for at, place in enumerate(items.places)}
        self._items = items
        self._shared = (processing.at, processing.at, FIRST_REVISION, index_version)
        self._tags = tags
        self.keys = keys

    def person(self, place: int) -> PersonId:
        """Return the id of a sealed contact."""
        return self.keys.persons[self._at[place]]

    @property
    def persons(self) -> dict[int, PersonId]:
        """Return the ids of all sealed contacts, by their places."""
        return dict(zip(self._items.places, self.keys.persons, strict=True))

    @property
    def wanted(self) -> list[Wanted]:
        """Return by what each of them may be a contact we have."""
        items = zip(self._items.places, self._items.grounded, self._items.indexed, strict=True)
        return [Wanted(place, item.draft.data, one.sought, item.draft.category) for place, item, one in items]

    def named(self, places: Iterable[int]) -> list[tuple[bytes, bytes]]:
        """Return id and key of these places' persons, by which the log names them."""
        return self._named([self._at[place] for place in places])

    def _named(self, chosen: Sequence[int]) -> list[tuple[bytes, bytes]]:
        ids, secrets = self.keys.ids, self.keys.secrets
        return [(ids[at], secrets[at]) for at in chosen]

    def rows(self, places: Sequence[int], *, flagged: Collection[int], restricted: Collection[int]) -> Rows:
        """Return what these places are stored as."""
        # In the order of their random ids: the order of the file would tell whoever has it which row is whose.
        chosen = sorted([self._at[place] for place in places], key=self.keys.ids.__getitem__)
        return Rows(
            places=places,
            keys=chosen,
            contacts=self._contact_rows(
                chosen, restricted=self._marked(chosen, restricted), flagged=self._marked(chosen, flagged)
            ),
            entries=self._index_rows(chosen),
            tags=self._tag_rows(chosen),
            references=references_of(self._processing, self._named(chosen)),
        )

    def _marked(self, chosen: Sequence[int], marked: Collection[int]) -> Part:
        if not marked:
            return Same(value=False)
        marks = {self._at[place] for place in marked if place in self._at}
        return [at in marks for at in chosen]

    def _contact_rows(self, chosen: Sequence[int], *, restricted: Part, flagged: Part) -> Sheet:
        _, grounded, indexed, records = self._items
        drafts = [grounded[at].draft for at in chosen]
        footings = [grounded[at].footing for at in chosen]
        parts: list[Part] = [
            Same(self._processing.campaign),
            [self.keys.ids[at] for at in chosen],
            [draft.category for draft in drafts],
            [draft.origin.number for draft in drafts],
            [draft.commune for draft in drafts],
            [draft.polling_station for draft in drafts],
            restricted,
            flagged,
            [footing.consent_from for footing in footings],
            [footing.target_from for footing in footings],
            [footing.due for footing in footings],
            *map(Same, self._shared),
            [pack_values(indexed[at].stored) for at in chosen],
            [records[at] for at in chosen],
        ]
        return Sheet(len(chosen), parts)

    def _index_rows(self, chosen: Sequence[int]) -> Sheet:
        """Return rows in the order of the index's key."""
        ids, indexed = self.keys.ids, self._items.indexed
        entries = [(value, ids[at]) for at in chosen for value in indexed[at].stored]
        entries.sort(key=itemgetter(0))
        values, persons = zip(*entries, strict=True) if entries else ((), ())
        return Sheet(len(entries), [Same(self._processing.campaign), values, persons])

    def _tag_rows(self, chosen: Sequence[int]) -> Sheet:
        grounded = self._items.grounded
        tagged = [(at, grounded[at].draft.tags) for at in chosen if grounded[at].draft.tags]
        rows = [(self.keys.ids[at], self._tags[tag]) for at, tags in tagged for tag in sorted({*tags})]
        persons, numbers = zip(*rows, strict=True) if rows else ((), ())
        return Sheet(len(rows), [Same(self._processing.campaign), persons, numbers])


class Sealing:
    """The sealing of a batch, piece by piece; each contact under a fresh key of the person it becomes."""

    __slots__ = ("_framer", "_indexer", "_pieces", "_processing", "_stretch", "_tags", "_taken")

    def __init__(self, processing: Processing, vocabulary: Vocabulary, stretch: Stretch = EVERYWHERE) -> None:
        self._processing = processing
        self._framer = _Framer(vocabulary)
        self._indexer = indexer_of(processing.keys)
        self._tags = vocabulary.tags
        self._stretch = stretch
        self._pieces: list[tuple[_Items, PersonKeys]] = []
        self._taken = 0

    def add(self, grounds: Grounds) -> None:
        """Seal the items that follow those already sealed; one that was refused whole is passed over."""
        found = [(place, item) for place, item in enumerate(grounds.items, self._taken) if item is not None]
        self._taken += len(grounds.items)
        places, grounded = [place for place, _ in found], [item for _, item in found]
        persons = [PersonId(drawn) for drawn in random_uuids(len(found), self._stretch)]
        keys = draw_person_keys(self._processing, persons, Compartment.CONTACT)
        records = seal_records(
            [
                (secret, person, FIRST_REVISION, *self._framer.framed(item))
                for person, secret, item in zip(keys.ids, keys.secrets, grounded, strict=True)
            ],
            campaign=self._processing.campaign.bytes,
        )
        indexed = self._indexer.indexed_each([(item.draft.names, item.draft.data) for item in grounded])
        self._pieces.append((_Items(places, grounded, indexed, records), keys))

    def sealed(self) -> Sealed:
        """Return all that was sealed. Nothing is stored yet."""
        pieces = [items for items, _ in self._pieces]
        items = _Items(
            places=[place for piece in pieces for place in piece.places],
            grounded=[item for piece in pieces for item in piece.grounded],
            indexed=[one for piece in pieces for one in piece.indexed],
            records=[record for piece in pieces for record in piece.records],
        )
        keys = join_person_keys([keys for _, keys in self._pieces])
        return Sealed(_FENCE, self._processing, items, keys, self._indexer.version, self._tags)


def seal(processing: Processing, grounds: Grounds, vocabulary: Vocabulary) -> Sealed:
    """Seal all items of ``grounds`` in one piece."""
    sealing = Sealing(processing, vocabulary)
    sealing.add(grounds)
    return sealing.sealed()


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
