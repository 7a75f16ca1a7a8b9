"""The blind-index values of a contact: what it may be found by, exactly, and by nothing else.

There is no index on commune: the commune stands in clear on the row, so a name is narrowed by it without one. There is
no prefix, phonetic or consonance index: the law forbids sorting people by their names (see docs/law.md).
"""

import struct
from collections.abc import Callable, Iterable, Sequence

from crypto.campaign_keys import CampaignKeys
from crypto.index import blind, email_keys, external_keys, name_birth_keys, name_first_keys, phone_keys
from policy.draft import Datum

EMAIL = "index:email"
PHONE = "index:phone"
EXTERNAL = "index:external"
NAME_BIRTH = "index:name_birth"
NAME_FIRST = "index:name_first"
INDEX_PURPOSES = (EMAIL, PHONE, EXTERNAL, NAME_BIRTH, NAME_FIRST)
MATCHING = (EXTERNAL, EMAIL, PHONE)
"""The indexes by which an incoming contact may be one we have."""

_BY_FIELD: dict[str, tuple[str, Callable[[str], list[str]]]] = {
    "email": (EMAIL, email_keys),
    "phone": (PHONE, phone_keys),
    "external_id": (EXTERNAL, external_keys),
}
SURNAMES = ("last_name", "usage_name")


class Indexer:
    """Compute index values for many contacts under the key versions in force, chosen once."""

    def __init__(self, keys: CampaignKeys, *, probing: bool = False) -> None:
        chosen = keys.reading if probing else keys.writing
        self._keys = keys
        self._versions = {purpose: [key.version for key in chosen(purpose)] for purpose in INDEX_PURPOSES}

    @property
    def version(self) -> int:
        """Return the version that is active: rows written under it need no rebuilding."""
        return self._versions[EMAIL][0]

    def values(self, data: Iterable[Datum]) -> list[int]:
        """Return every value a contact with these data is stored under, sorted, each once."""
        found: set[int] = set()
        for purpose, texts in index_texts(data):
            found.update(blind(self._keys, purpose, texts, self._versions[purpose]))
        return sorted(found)

    def probe(self, purpose: str, texts: Sequence[str]) -> list[int]:
        """Return the values under which any of ``texts`` may stand in one index."""
        return blind(self._keys, purpose, texts, self._versions[purpose])

    def matching(self, data: Iterable[Datum]) -> list[int]:
        """Return the values by which these data may belong to a contact we have."""
        found: list[int] = []
        for name, value in data:
            if name in _BY_FIELD:
                purpose, texts = _BY_FIELD[name]
                found += self.probe(purpose, texts(value))
        return found


def index_texts(data: Iterable[Datum]) -> list[tuple[str, list[str]]]:
    """Return the normalised texts of each index that ``data`` fill."""
    texts: list[tuple[str, list[str]]] = []
    surnames: list[str] = []
    first_names = birth_date = ""
    for name, value in data:
        if name in _BY_FIELD:
            purpose, normalise = _BY_FIELD[name]
            texts.append((purpose, normalise(value)))
        elif name in SURNAMES:
            surnames.append(value)
        elif name == "first_names":
            first_names = value
        elif name == "birth_date":
            birth_date = value
    if surnames and first_names:
        texts.append((NAME_FIRST, name_first_keys(surnames, first_names)))
        if birth_date:
            texts.append((NAME_BIRTH, name_birth_keys(surnames, first_names, birth_date)))
    return texts


def pack_values(values: Sequence[int]) -> bytes:
    """Pack index values into the row, so that its entries are found again without a second index."""
    return struct.pack(f">{len(values)}q", *values)


def unpack_values(packed: bytes) -> tuple[int, ...]:
    """Read packed index values."""
    return struct.unpack(f">{len(packed) // 8}q", packed)
