"""Words held, sealed under their person's key of the compartment, which is drawn where there is none."""

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass

from audit.processing import Processing
from crypto.personal import open_personal, personal_digest, seal_personal
from kernel.identity import PersonId
from keys.create import Compartment, draw_person_keys, store_person_keys
from keys.open import open_person_keys
from policy.findings import Finding
from policy.shape import labels

WORDS = 1
"""The number of the sealed part in what is bound to it; it never changes."""


@dataclass(frozen=True, slots=True)
class Held:
    """One cell that the screen held: whose, which field, its text and the rules that spoke."""

    person: PersonId
    label: str
    field: str
    text: str = dataclasses.field(repr=False)
    rules: tuple[str, ...]
    origin: int


def held_cells(
    person: PersonId, names: Sequence[str], texts: Sequence[str], findings: Sequence[Finding], origin: int
) -> list[Held]:
    """Return the cells of a draft that a person must look at, by their labels."""
    rules: dict[str, set[str]] = {}
    for one in findings:
        if one.decision == "review":
            rules.setdefault(one.field, set()).add(one.rule)
    refused = {one.field for one in findings if one.decision != "review"}
    return [
        Held(person, label, name, text, tuple(sorted(rules[label])), origin)
        for label, name, text in zip(labels(tuple(names)), names, texts, strict=True)
        if label in rules and label not in refused
    ]


def keys_to_seal(processing: Processing, persons: Sequence[PersonId]) -> tuple[dict[PersonId, bytes], dict[str, int]]:
    """Return a key for each of these persons, and the rows to note."""
    keys = open_person_keys(processing, persons, Compartment.REVIEW, locked=True)
    counts = {"person_key.read": len(keys)}
    missing = [person for person in persons if person not in keys]
    if missing:
        drawn = draw_person_keys(processing, missing, Compartment.REVIEW)
        counts["person_key.insert"] = store_person_keys(processing, drawn, range(len(missing)))
        keys |= dict(zip(missing, drawn.secrets, strict=True))
    return keys, counts


def digest_of(key: bytes, name: str, text: str) -> bytes:
    """Return by what the same words of the same field are known again, under a key that dies with the person's."""
    return personal_digest(key, f"{name}\n{text}".encode())


def seal_words(processing: Processing, key: bytes, person: PersonId, name: str, text: str) -> bytes:
    """Seal words with the field they were written into."""
    plain = json.dumps([name, text], ensure_ascii=False).encode()
    where = {"campaign": processing.campaign.bytes, "person": person.bytes}
    return seal_personal(key, plain, **where, compartment=Compartment.REVIEW.value, field=WORDS)


def open_words(processing: Processing, key: bytes, person: PersonId, sealed: bytes) -> tuple[str, str]:
    """Return the field and the words. Raises Unopenable."""
    where = {"campaign": processing.campaign.bytes, "person": person.bytes}
    plain = open_personal(key, sealed, **where, compartment=Compartment.REVIEW.value, field=WORDS)
    name, text = json.loads(plain)
    return str(name), str(text)
