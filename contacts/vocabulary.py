"""The fields and tags a campaign has words for: those of the law's edition, and its own, each registered before use."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from audit.processing import Processing
from contacts.store.registries import custom_fields, tags_by_name
from kernel.errors import Invalid
from policy.draft import Draft
from policy.edition import Edition

CUSTOM = "custom:"
FIRST_CUSTOM = 1000


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Names to the numbers that records and rows hold."""

    codes: Mapping[str, int]
    tags: Mapping[str, int]

    @property
    def names(self) -> dict[int, str]:
        """Return the name each code stands for."""
        return {code: name for name, code in self.codes.items()}


_KNOWN: dict[str, Vocabulary] = {}
"""The words of the editions that were asked, by their digests: there are few editions."""


def vocabulary_of(processing: Processing, *, custom: bool = True, tags: bool = True) -> Vocabulary:
    """Return the campaign's words; its own registries are read only where they are needed."""
    laws = _of_the_law(processing.edition)
    if not custom and not tags:
        return laws
    own = {CUSTOM + name: number for name, number in custom_fields(processing).items()} if custom else {}
    return Vocabulary({**laws.codes, **own}, tags_by_name(processing) if tags else {})


def _of_the_law(edition: Edition) -> Vocabulary:
    known = _KNOWN.get(edition.digest)
    if known is None:
        codes = {field.name: field.code for field in edition.fields.values() if field.code is not None}
        known = _KNOWN[edition.digest] = Vocabulary(codes, {})
    return known


def vocabulary_for(processing: Processing, drafts: Iterable[Draft]) -> Vocabulary:
    """Return the words that ``drafts`` need, read only where some are not remembered with the campaign's keys.

    Raises Invalid for a custom field or tag that is not registered.
    """
    drafts = list(drafts)
    names = {name for kind in {draft.names for draft in drafts} for name in kind if name.startswith(CUSTOM)}
    tags = {tag for draft in drafts if draft.tags for tag in draft.tags}
    if not names and not tags:
        return _of_the_law(processing.edition)
    remembered = _remembered(processing)
    if names <= remembered.codes.keys() and tags <= remembered.tags.keys():
        return remembered
    words = vocabulary_of(processing, custom=bool(names), tags=bool(tags))
    check_registered(words, names, tags)
    return words


def _remembered(processing: Processing) -> Vocabulary:
    # Of a copy, made in one go: what is remembered is shared with other threads, which add to it meanwhile.
    own = {CUSTOM + name: number for name, number in processing.own_fields.copy().items()}
    return Vocabulary({**_of_the_law(processing.edition).codes, **own}, processing.tags.copy())


def check_registered(words: Vocabulary, names: Iterable[str], tags: Iterable[str] = ()) -> None:
    """Raise Invalid for a custom field or a tag that is not registered."""
    own = {name for name in names if name.startswith(CUSTOM)}
    if own - words.codes.keys() or set(tags) - words.tags.keys():
        message = "a custom field or a tag is not registered in this campaign"
        raise Invalid(message)
