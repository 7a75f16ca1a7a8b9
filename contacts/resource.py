"""Whether a value that comes in again may take a new source: only what the person says anew frees it from the roll.

Values of the roll, of a turnout list or of a rented file go with their election. Sent again from a file of ours they
stay what they were; confirmed by the person they are the person's own, with their own clock.
"""

from collections.abc import Collection, Sequence

from audit.processing import Processing
from contacts.opening import Disclosed
from contacts.registries import origins_of
from policy.draft import Draft


def bound_origins(processing: Processing) -> frozenset[int]:
    """Return the origins whose values have a term of their own, whatever the person is to the campaign."""
    kinds = processing.edition.origins
    return frozenset(one.number for one in origins_of(processing) if kinds[one.kind].retention is not None)


def said_again(disclosed: Sequence[Disclosed], draft: Draft) -> list[Disclosed]:
    """Return the values held that come in again from another origin."""
    coming = set(draft.data)
    return [one for one in disclosed if (one.field, one.value) in coming and one.origin != draft.origin.number]


def confirmed(
    processing: Processing, disclosed: Sequence[Disclosed], draft: Draft, bound: Collection[int]
) -> list[Disclosed]:
    """Return the values of bound origins that the person confirms with this draft."""
    if not processing.edition.origins[draft.origin.kind].direct:
        return []
    return [one for one in said_again(disclosed, draft) if one.origin in bound]


def unmoved(
    processing: Processing, disclosed: Sequence[Disclosed], draft: Draft, bound: Collection[int]
) -> list[Disclosed]:
    """Return the values of bound origins that a draft repeats without the person: they keep their source."""
    if processing.edition.origins[draft.origin.kind].direct:
        return []
    return [one for one in said_again(disclosed, draft) if one.origin in bound]
