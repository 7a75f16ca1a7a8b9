"""What is known of the sources of values: whether the person spoke.

What a tool or a file sends again stays what it was, with its source and its day: values of the roll go with their
election, and no period begins anew. Confirmed by the person they are the person's own, with their own clock.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from audit.processing import Processing
from contacts.opening import Disclosed
from contacts.precedence import Statement
from contacts.registries import origins_of
from policy.draft import Draft, Origin
from policy.edition import Edition


class Source(NamedTuple):
    """What of an origin decides whose word stands."""

    own: bool


def sources_of(processing: Processing) -> Mapping[int, Source]:
    """Return the campaign's origins, by number, as far as they decide."""
    return {one.number: _source(processing.edition, one.kind) for one in origins_of(processing)}


def held_statement(one: Disclosed, sources: Mapping[int, Source]) -> Statement:
    """Return a value that is held, as its source said it."""
    source = sources[one.origin]
    return Statement(one.value, source.own, one.obtained_on)


def coming_statement(edition: Edition, value: str, origin: Origin) -> Statement:
    """Return a value that comes in, as its source says it."""
    source = _source(edition, origin.kind)
    return Statement(value, source.own, origin.obtained_on)


def _source(edition: Edition, kind: str) -> Source:
    return Source(own=edition.origins[kind].direct)


def unmoved(edition: Edition, disclosed: Sequence[Disclosed], draft: Draft) -> list[Disclosed]:
    """Return the values held that a draft of another origin repeats without the person: they keep source and day."""
    if edition.origins[draft.origin.kind].direct:
        return []
    coming = set(draft.data)
    return [one for one in disclosed if (one.field, one.value) in coming and one.origin != draft.origin.number]
