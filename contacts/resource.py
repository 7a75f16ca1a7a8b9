"""What is known of the sources of values: whether the person spoke, and whether the values go with an election.

Values of the roll, of a turnout list or of a rented file go with their election. Sent again from a file of ours they
stay what they were; confirmed by the person they are the person's own, with their own clock.
"""

from collections.abc import Collection, Mapping, Sequence
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
    bound: bool


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
    found = edition.origins[kind]
    return Source(own=found.direct, bound=found.retention is not None)


def bound_origins(processing: Processing) -> frozenset[int]:
    """Return the origins whose values have a term of their own, whatever the person is to the campaign."""
    return frozenset(number for number, source in sources_of(processing).items() if source.bound)


def said_again(disclosed: Sequence[Disclosed], draft: Draft) -> list[Disclosed]:
    """Return the values held that come in again from another origin."""
    coming = set(draft.data)
    return [one for one in disclosed if (one.field, one.value) in coming and one.origin != draft.origin.number]


def unmoved(
    processing: Processing, disclosed: Sequence[Disclosed], draft: Draft, bound: Collection[int]
) -> list[Disclosed]:
    """Return the values of bound origins that a draft repeats without the person: they keep their source."""
    if processing.edition.origins[draft.origin.kind].direct:
        return []
    return [one for one in said_again(disclosed, draft) if one.origin in bound]
