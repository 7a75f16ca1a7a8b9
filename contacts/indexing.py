"""The blind-index values of a contact: what it may be found by, exactly, and by nothing else.

There is no index on commune: the commune stands in clear on the row, so a name is narrowed by it without one. There is
no prefix, phonetic or consonance index: the law forbids sorting people by their names (see docs/law.md).
"""

import struct
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import NamedTuple
from weakref import WeakKeyDictionary

from crypto.campaign_keys import CampaignKeys
from crypto.index import blinder, email_keys, external_keys, name_keys, phone_keys
from kernel.errors import Unopenable
from policy.draft import Datum

EMAIL = "index:email"
PHONE = "index:phone"
EXTERNAL = "index:external"
NAME_BIRTH = "index:name_birth"
NAME_FIRST = "index:name_first"
INDEX_PURPOSES = (EMAIL, PHONE, EXTERNAL, NAME_BIRTH, NAME_FIRST)
_INDEXERS: "WeakKeyDictionary[CampaignKeys, Indexer]" = WeakKeyDictionary()
MATCHING = (EXTERNAL, EMAIL, PHONE)
"""The indexes by which an incoming contact may be one we have."""

Normalise = Callable[[str], list[str]]

_BY_FIELD: dict[str, tuple[str, Normalise]] = {
    "email": (EMAIL, email_keys),
    "phone": (PHONE, phone_keys),
    "external_id": (EXTERNAL, external_keys),
}
_Named = tuple[tuple[str, ...], Sequence[Datum]]
"""Data, after the names of their fields."""
SURNAMES = ("last_name", "usage_name")


class _Places(NamedTuple):
    """Where, among a contact's data, stands what it is found by."""

    addresses: list[tuple[str, Normalise, int]]
    surnames: list[int]
    first_names: int | None
    birth_date: int | None


class Indexed(NamedTuple):
    """The values a contact is stored under, and those by which it may be one we have."""

    stored: list[int]
    sought: frozenset[int]

    def __repr__(self) -> str:
        return f"Indexed({len(self.stored)} values)"


class Indexer:
    """Compute index values for many contacts under the key versions in force, chosen once."""

    def __init__(self, keys: CampaignKeys) -> None:
        writing = {purpose: [key.version for key in keys.writing(purpose)] for purpose in INDEX_PURPOSES}
        reading = {purpose: [key.version for key in keys.reading(purpose)] for purpose in INDEX_PURPOSES}
        self._written = {purpose: blinder(keys, purpose, versions) for purpose, versions in writing.items()}
        self._read = {purpose: blinder(keys, purpose, versions) for purpose, versions in reading.items()}
        self._settled = writing == reading
        self.version = writing[EMAIL][0]
        """The version that is active: rows written under it need no rebuilding."""

    def indexed(self, data: Sequence[Datum]) -> Indexed:
        """Return the values for a contact with these data; those it is stored under are sorted, each once."""
        return self.indexed_each([(names_of(data), data)])[0]

    def indexed_each(self, every: Sequence[_Named]) -> list[Indexed]:
        """Return the values for each of many contacts, computed index by index."""
        stored: list[list[int]] = [[] for _ in every]
        sought: list[list[int]] = [[] for _ in every]
        for purpose, (owners, texts) in _gathered(every).items():
            hashed = self._written[purpose](texts)
            _hand_out(hashed, owners, stored)
            if purpose in MATCHING:
                _hand_out(hashed if self._settled else self._read[purpose](texts), owners, sought)
        return list(map(Indexed, map(sorted, map(set, stored)), map(frozenset, sought)))

    def name_values(self, data: Sequence[Datum]) -> frozenset[int]:
        """Return the values of these data's names: whoever bears the name stands under one of them."""
        texts = [text for purpose, found in index_texts(data) if purpose == NAME_FIRST for text in found]
        return frozenset(self.probe(NAME_FIRST, texts))

    def probe(self, purpose: str, texts: Sequence[str]) -> list[int]:
        """Return the values under which any of ``texts`` may stand in one index."""
        return self._read[purpose](texts)


def indexer_of(keys: CampaignKeys) -> Indexer:
    """Return the indexer of a campaign's keys, made once for as long as they are in use."""
    indexer = _INDEXERS.get(keys)
    if indexer is None:
        indexer = _INDEXERS[keys] = Indexer(keys)
    return indexer


def index_texts(data: Sequence[Datum]) -> list[tuple[str, list[str]]]:
    """Return the normalised texts of each index that ``data`` fill."""
    return _texts(_places(names_of(data)), data)


def names_of(data: Sequence[Datum]) -> tuple[str, ...]:
    """Return the fields of data, in their order."""
    return tuple([name for name, _ in data])


def _texts(places: _Places, data: Sequence[Datum]) -> list[tuple[str, list[str]]]:
    texts = [(purpose, normalise(data[at][1])) for purpose, normalise, at in places.addresses]
    if places.surnames and places.first_names is not None:
        born = "" if places.birth_date is None else data[places.birth_date][1]
        firsts, births = name_keys([data[at][1] for at in places.surnames], data[places.first_names][1], born)
        texts += (NAME_FIRST, firsts), (NAME_BIRTH, births)
    return texts


def _gathered(every: Sequence[_Named]) -> dict[str, tuple[list[int], list[str]]]:
    """Return the texts of all contacts for each index, and before them whose each is."""
    gathered: dict[str, tuple[list[int], list[str]]] = {purpose: ([], []) for purpose in INDEX_PURPOSES}
    for owner, (names, data) in enumerate(every):
        for purpose, found in _texts(_places(names), data):
            owners, texts = gathered[purpose]
            for text in found:
                owners.append(owner)
                texts.append(text)
    return gathered


def _hand_out(values: Sequence[int], owners: Sequence[int], to: Sequence[list[int]]) -> None:
    """Give each owner its values: as many for a text as there are key versions, one after the other."""
    versions = len(values) // len(owners) if owners else 1
    for version in range(versions):
        for owner, value in zip(owners, values[version::versions], strict=True):
            to[owner].append(value)


@lru_cache(512)
def _places(names: tuple[str, ...]) -> _Places:
    """Find them by the names of the data: a roll has one order of names, and few others."""
    at = {name: place for place, name in enumerate(names)}
    return _Places(
        [(*_BY_FIELD[name], place) for place, name in enumerate(names) if name in _BY_FIELD],
        [place for place, name in enumerate(names) if name in SURNAMES],
        at.get("first_names"),
        at.get("birth_date"),
    )


def pack_values(values: Sequence[int]) -> bytes:
    """Pack index values into the row, so that its entries are found again without a second index."""
    return struct.pack(f">{len(values)}q", *values)


def unpack_values(packed: bytes) -> tuple[int, ...]:
    """Read packed index values. Raises Unopenable for bytes that are none."""
    try:
        return struct.unpack(f">{len(packed) // 8}q", packed)
    except struct.error:
        raise Unopenable from None
