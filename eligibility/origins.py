"""Where those asked about come from, read once for all; whose notice is overdue, and whose is due with a message.

Whoever did not give their data themselves is told within the month, and with the first message at the latest (GDPR
art. 14(3)(b)). Where persons were told one by one nothing is left to say; an assessment leaves it to the first contact.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from audit.processing import Processing
from contacts.declare import origin_by_number
from eligibility.asked import Group
from notices.clock import Manner, running_clocks
from policy.draft import Origin


@dataclass(frozen=True, slots=True)
class Origins:
    """The origins by number, those whose persons should have been told by now, and those told at the first contact."""

    by_number: Mapping[int, Origin]
    overdue: Collection[int]
    at_first_contact: Collection[int]


def origins_of(processing: Processing, groups: Sequence[Group]) -> Origins:
    """Return the origins of these groups; clocks are read only where the law sets one for such an origin."""
    found = {number: origin_by_number(processing, number) for number in {group.origin for group in groups}}
    timed = any(origin.kind in processing.edition.clocks for origin in found.values())
    clocks = running_clocks(processing) if timed else ()
    return Origins(
        by_number=found,
        overdue={one.origin for one in clocks if one.overdue},
        at_first_contact={one.origin for one in clocks if one.manner is not Manner.INDIVIDUAL},
    )
