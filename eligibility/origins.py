"""Where those asked about come from, read once for all of them, and whose notice is overdue (GDPR art. 14)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from audit.processing import Processing
from contacts.declare import origin_by_number
from eligibility.asked import Group
from notices.clock import overdue_origins
from policy.draft import Origin


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins by number, and those whose persons should have been told by now, and were not."""

    by_number: Mapping[int, Origin]
    overdue: Collection[int]


def origins_of(processing: Processing, groups: Sequence[Group]) -> Origins:
    """Return the origins of these groups; clocks are read only where the law sets one for such an origin."""
    found = {number: origin_by_number(processing, number) for number in {group.origin for group in groups}}
    timed = any(origin.kind in processing.edition.clocks for origin in found.values())
    return Origins(found, overdue_origins(processing) if timed else frozenset())
