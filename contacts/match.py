"""Find the contact an incoming draft may already be, without ever merging two persons on a shared address.

An external id, an e-mail or a phone number makes a *candidate*; the normalised names must agree, because couples
share addresses and systems reuse numbers. A candidate whose name differs leaves the newcomer
flagged, for a person to look at.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from audit.processing import Processing
from contacts.indexing import SURNAMES, index_texts, indexer_of, unpack_values
from contacts.opening import Disclosed, OpenedContact, data_of, disclose, unwrap
from contacts.store.index import holders_of
from contacts.store.records import glimpse_contacts, read_contacts
from contacts.vocabulary import vocabulary_of
from crypto.normalise import birth_date, first_name_forms, surname_forms
from kernel.identity import PersonId
from policy.draft import Datum, Draft

_BUCKETS = 64
_MOST_SHARING = 20
"""More contacts than a family or an office under one value: an address that stands for none, and matches nobody."""
_LOCKS = 0x4D41_5443_4800_0000
_HIGH_BITS = 0x7FFF_FFFF_FFFF_0000


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact we have, opened, that shares a value with a draft."""

    contact: OpenedContact
    disclosed: Sequence[Disclosed]


class Wanted(NamedTuple):
    """The data of one draft, and the index values by which it may be somebody we have.

    Two drafts of a batch that share a value may be the same person.
    """

    place: int
    data: Sequence[Datum]
    values: frozenset[int]
    category: str

    def __repr__(self) -> str:
        return f"Wanted({self.place})"


class _Near(NamedTuple):
    """The contacts that share a value with a draft: how many, and which of them may bear its name."""

    sharing: int
    namesakes: Sequence[PersonId]


class Match(NamedTuple):
    """What matching says of one draft: the contact it is, if any, and whether it only resembles one."""

    place: int
    candidate: Candidate | None = None
    flagged: bool = False


def wanted_values(processing: Processing, drafts: Sequence[tuple[int, Draft]]) -> list[Wanted]:
    """Compute the values by which drafts are looked for; nothing is read yet."""
    indexer = indexer_of(processing.keys)
    indexed = [(place, draft, indexer.indexed(draft.data)) for place, draft in drafts]
    return [Wanted(place, draft.data, one.sought, draft.category) for place, draft, one in indexed]


def lock_values(processing: Processing, wanted: Sequence[Wanted]) -> None:
    """Wait for whoever else is recording under one of these values, in this campaign.

    All of a batch's locks are taken at once: taken round by round, two batches could wait for each other.
    """
    scope = _LOCKS ^ (processing.campaign.int & _HIGH_BITS)
    buckets = {scope + value % _BUCKETS for one in wanted for value in one.values}
    if buckets:
        processing.lock(buckets)


def match_drafts(
    processing: Processing,
    wanted: Sequence[Wanted],
) -> tuple[list[Match], dict[str, int]]:
    """Match drafts; return the matches in order and the rows to note.

    The caller holds the values' locks, so that the same person is not created twice.
    """
    every = frozenset[int]().union(*[one.values for one in wanted])
    holders = holders_of(processing, sorted(every)) if every else []
    if not holders:
        return [Match(one.place) for one in wanted], {}
    held = Counter(value for value, _ in holders)
    crowded = {value for value, count in held.items() if count > _MOST_SHARING}
    near, glimpsed = _look_near(processing, wanted, [one for one in holders if one[0] not in crowded])
    opened = _open(processing, list({person for one in near for person in one.namesakes}))
    read = {"contact_index.read": len(holders), "contact.read": glimpsed + len(opened)}
    return [_match(one, beside, opened, crowded) for one, beside in zip(wanted, near, strict=True)], read


def _look_near(
    processing: Processing, wanted: Sequence[Wanted], holders: Sequence[tuple[int, PersonId]]
) -> tuple[list[_Near], int]:
    """Return who is near each draft, and how many contacts were looked at.

    Names are compared by their index values first: whose are others is somebody else, and stays closed.
    """
    persons = list({person for _, person in holders})
    rows = glimpse_contacts(processing, persons) if persons else []
    seen = {PersonId(row.id): (row.category, frozenset(unpack_values(row.indexes))) for row in rows}
    under: dict[int, list[PersonId]] = {}
    for value, person in holders:
        under.setdefault(value, []).append(person)
    apart = frozenset(one.id for one in processing.edition.categories.values() if one.apart)
    named = indexer_of(processing.keys).name_values
    return [_near(one, under, seen, apart, named) for one in wanted], len(rows)


def _near(
    wanted: Wanted,
    under: Mapping[int, list[PersonId]],
    seen: Mapping[PersonId, tuple[str, frozenset[int]]],
    apart: AbstractSet[str],
    named: Callable[[Sequence[Datum]], AbstractSet[int]],
) -> _Near:
    """Return who is near one draft; a category that stands apart is compared with its own contacts alone."""
    found = {one: seen[one] for value in wanted.values for one in under.get(value, ()) if one in seen}
    if not found:
        return _Near(0, ())
    beside = {
        person: values
        for person, (category, values) in found.items()
        if category == wanted.category or not apart & {category, wanted.category}
    }
    names = named(wanted.data)
    if not names:
        nameless = not _surnames(wanted.data) and not _first_names(wanted.data)
        return _Near(len(beside), list(beside) if nameless else ())
    return _Near(len(beside), [one for one, values in beside.items() if not values.isdisjoint(names)])


def _open(processing: Processing, persons: Sequence[PersonId]) -> dict[PersonId, Candidate]:
    rows = read_contacts(processing, persons) if persons else []
    # All of the campaign's words: a contact we have may hold a field of its own that no draft names.
    names = vocabulary_of(processing, tags=False).names if rows else {}
    return {one.person: Candidate(one, disclose(processing, one, names, None)) for one in unwrap(processing, rows)}


def _match(wanted: Wanted, near: _Near, opened: Mapping[PersonId, Candidate], crowded: AbstractSet[int]) -> Match:
    # Compared in full: two different addresses, or names, may have the same 64-bit value.
    told = [(one, data_of(one.disclosed)) for person in near.namesakes if (one := opened.get(person))]
    mine = _addresses(wanted.data) if told else set()
    sharing = [(one, data) for one, data in told if not mine.isdisjoint(_addresses(data))]
    agreeing = [one for one, data in sharing if names_agree(wanted.data, data)]
    if len(agreeing) == 1:
        return Match(wanted.place, agreeing[0], flagged=False)
    resembles = bool(sharing) or near.sharing > len(told)
    return Match(wanted.place, None, flagged=resembles or not crowded.isdisjoint(wanted.values))


def _addresses(data: Sequence[Datum]) -> set[tuple[str, str]]:
    only = [datum for datum in data if datum[0] in {"email", "phone", "external_id"}]
    return {(purpose, text) for purpose, texts in index_texts(only) for text in texts}


def names_agree(one: Sequence[Datum], other: Sequence[Datum]) -> bool:
    """Tell whether two sets of data may name the same person: a surname and a first name in common, or none at all.

    Two whole dates of birth that differ are two persons: father and son share a name, and homonyms a printed number.
    """
    if len(_births(one) | _births(other)) > 1:
        return False
    if not _surnames(one) and not _surnames(other) and not _first_names(one) and not _first_names(other):
        return True
    return bool(_surnames(one) & _surnames(other)) and bool(_first_names(one) & _first_names(other))


def _births(data: Sequence[Datum]) -> set[str]:
    return {day for name, value in data if name == "birth_date" and (day := birth_date(value)) is not None}


def _surnames(data: Sequence[Datum]) -> set[str]:
    return {form for name, value in data if name in SURNAMES for form in surname_forms(value)[:1]}


def _first_names(data: Sequence[Datum]) -> set[str]:
    return {form for name, value in data if name == "first_names" for form in first_name_forms(value)}
