"""Find the contact an incoming draft may already be, without ever merging two persons on a shared address.

An external id, an e-mail or a phone number makes a *candidate*; the normalised names must agree, because couples
share addresses and systems reuse numbers. A candidate whose name differs leaves the newcomer
flagged, for a person to look at.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import NamedTuple

from audit.processing import Processing
from contacts.indexing import SURNAMES, index_texts, indexer_of
from contacts.opening import Disclosed, OpenedContact, data_of, disclose, unwrap
from contacts.store.index import holders_of
from contacts.store.records import read_contacts
from contacts.vocabulary import vocabulary_of
from crypto.normalise import birth_date, first_name_forms, surname_forms
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


class Match(NamedTuple):
    """What matching says of one draft: the contact it is, if any, and whether it only resembles one."""

    place: int
    candidate: Candidate | None = None
    flagged: bool = False


def wanted_values(processing: Processing, drafts: Sequence[tuple[int, Draft]]) -> list[Wanted]:
    """Compute the values by which drafts are looked for; nothing is read yet."""
    indexer = indexer_of(processing.keys)
    return [Wanted(place, draft.data, indexer.indexed(draft.data).sought, draft.category) for place, draft in drafts]


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
    persons = list({person for value, person in holders if value not in crowded})
    rows = read_contacts(processing, persons) if persons else []
    # All of the campaign's words: a contact we have may hold a field of its own that no draft names.
    names = vocabulary_of(processing, tags=False).names if rows else {}
    opened = {one.person: Candidate(one, disclose(processing, one, names, None)) for one in unwrap(processing, rows)}
    persons_under: dict[int, list[Candidate]] = {}
    for value, person in holders:
        if value not in crowded:
            persons_under.setdefault(value, []).append(opened[person])
    read = {"contact_index.read": len(holders), "contact.read": len(rows)}
    apart = frozenset(one.id for one in processing.edition.categories.values() if one.apart)
    return [_match(one, persons_under, crowded, apart) for one in wanted], read


def _match(
    wanted: Wanted,
    persons_under: Mapping[int, list[Candidate]],
    crowded: AbstractSet[int],
    apart: AbstractSet[str],
) -> Match:
    """Match one draft; a category that stands apart is compared with its own contacts alone."""
    candidates = {
        one.contact.person: one
        for value in wanted.values
        for one in persons_under.get(value, ())
        if one.contact.row.category == wanted.category or not apart & {one.contact.row.category, wanted.category}
    }
    if not candidates:
        return Match(wanted.place, None, flagged=not crowded.isdisjoint(wanted.values))
    mine = _addresses(wanted.data)
    # Compared in full: two different addresses may have the same 64-bit value.
    told = [(one, data_of(one.disclosed)) for one in candidates.values()]
    sharing = [(one, data) for one, data in told if not mine.isdisjoint(_addresses(data))]
    agreeing = [one for one, data in sharing if names_agree(wanted.data, data)]
    if len(agreeing) == 1:
        return Match(wanted.place, agreeing[0], flagged=False)
    return Match(wanted.place, None, flagged=bool(sharing) or not crowded.isdisjoint(wanted.values))


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
