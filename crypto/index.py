"""Blind indexes: 64-bit keyed hashes over normalised values, so that equals are found and nothing is read.

What each index still leaks to whoever holds the rows is in docs/adr/0003 and docs/threat-model.md. No prefix,
phonetic or consonance form is made: surnames are special data as soon as they are sorted by origin.
"""

import struct
from collections.abc import Callable, Iterable, Sequence

from cryptography.hazmat.primitives.hmac import HMAC

from crypto.campaign_keys import CampaignKeys
from crypto.normalise import (
    NORM_VERSION,
    SEPARATOR,
    birth_date,
    email,
    external_id,
    first_name_forms,
    phone,
    surname_forms,
)

_DIGEST_PREFIX = bytes((NORM_VERSION,))
_FIRST = struct.Struct(">q24x").unpack
"""The first 64 bits of a digest, signed."""


def email_keys(text: str) -> list[str]:
    """Return the normalised address to store, or nothing."""
    return _one(email(text))


def phone_keys(text: str) -> list[str]:
    """Return the normalised number to store, or nothing."""
    return _one(phone(text))


def external_keys(text: str) -> list[str]:
    """Return the normalised ``system<US>id`` to store, or nothing."""
    return _one(external_id(text))


def name_birth_keys(surnames: Sequence[str], first_names: str, born: str) -> list[str]:
    """Return each whole surname with the first part of the first given name and the whole date of birth."""
    day = birth_date(born)
    given = first_name_forms(first_names)
    if day is None or not given:
        return []
    if len(surnames) == 1:
        whole = surname_forms(surnames[0])[:1]
    else:
        whole = tuple(dict.fromkeys([form for surname in surnames for form in surname_forms(surname)[:1]]))
    return [f"{surname}{SEPARATOR}{given[-1]}{SEPARATOR}{day}" for surname in whole]


def name_first_keys(surnames: Sequence[str], first_names: str) -> list[str]:
    """Return each form of each surname with each form of the first given name, the fullest first."""
    given = first_name_forms(first_names)
    if len(surnames) == 1:
        forms = surname_forms(surnames[0])
    else:
        forms = tuple(dict.fromkeys([form for surname in surnames for form in surname_forms(surname)]))
    return [f"{surname}{SEPARATOR}{first}" for surname in forms for first in given]


# A search asks by the very forms a contact is stored under, so that neither side need know how the other wrote it.
probe_email = email_keys
probe_phone = phone_keys
probe_external = external_keys
probe_name_birth = name_birth_keys
probe_name_first = name_first_keys


Blinder = Callable[[Iterable[str]], list[int]]
"""Hashes normalised texts for one index."""


def blinder(keys: CampaignKeys, purpose: str, versions: Sequence[int]) -> Blinder:
    """Return what hashes each text under each of these key versions, text by text, to signed 64-bit numbers."""
    begun = [_begun(keys.mac(purpose, version)) for version in versions]

    def hashed(normalised: Iterable[str]) -> list[int]:
        values = []
        for text in normalised:
            message = text.encode()
            for mac in begun:
                one = mac.copy()
                one.update(message)
                values.append(_FIRST(one.finalize())[0])
        return values

    return hashed


def blind(keys: CampaignKeys, purpose: str, normalised: Iterable[str], versions: Sequence[int]) -> list[int]:
    """Hash each text under each of these key versions, text by text, to signed 64-bit numbers."""
    return blinder(keys, purpose, versions)(normalised)


def index_values(keys: CampaignKeys, purpose: str, normalised: Iterable[str]) -> list[int]:
    """Hash each text under every key version being written: two while an index key is rotated."""
    return blind(keys, purpose, normalised, [key.version for key in keys.writing(purpose)])


def probe_values(keys: CampaignKeys, purpose: str, normalised: Iterable[str]) -> list[int]:
    """Hash each text under every key version that living rows may have been written under."""
    return blind(keys, purpose, normalised, [key.version for key in keys.reading(purpose)])


def _begun(mac: HMAC) -> HMAC:
    begun = mac.copy()
    begun.update(_DIGEST_PREFIX)
    return begun


def _one(text: str | None) -> list[str]:
    return [] if text is None else [text]
