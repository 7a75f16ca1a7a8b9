"""Blind indexes: 64-bit keyed hashes over normalised values, so that equals are found and nothing is read.

What each index still leaks to whoever holds the rows is in docs/adr/0003 and docs/threat-model.md. No prefix,
phonetic or consonance form is made: surnames are special data as soon as they are sorted by origin.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from itertools import chain

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
_FIRST = struct.Struct(">q24x").iter_unpack
"""The first 64 bits of each digest, signed."""


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
    return name_keys(surnames, first_names, born)[1]


def name_first_keys(surnames: Sequence[str], first_names: str) -> list[str]:
    """Return each form of each surname with each form of the first given name, the fullest first."""
    return name_keys(surnames, first_names, "")[0]


def name_keys(surnames: Sequence[str], first_names: str, born: str) -> tuple[list[str], list[str]]:
    """Return what ``name_first_keys`` and ``name_birth_keys`` say of one person."""
    given = first_name_forms(first_names)
    forms, whole = _surnames(surnames)
    firsts = [f"{surname}{SEPARATOR}{first}" for surname in forms for first in given]
    day = birth_date(born) if given else None
    if day is None:
        return firsts, []
    return firsts, [f"{surname}{SEPARATOR}{given[-1]}{SEPARATOR}{day}" for surname in whole]


def _surnames(surnames: Sequence[str]) -> tuple[Iterable[str], Iterable[str]]:
    """Return every form of several surnames, and their whole forms, each once."""
    if len(surnames) == 1:
        forms = surname_forms(surnames[0])
        return forms, forms[:1]
    every = [surname_forms(surname) for surname in surnames]
    return dict.fromkeys(chain.from_iterable(every)), dict.fromkeys(one for forms in every for one in forms[:1])


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
        digests = []
        for text in normalised:
            message = text.encode()
            for mac in begun:
                one = mac.copy()
                one.update(message)
                digests.append(one.finalize())
        return [value for (value,) in _FIRST(b"".join(digests))]

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
