"""Record what happened to persons; whoever objected at the door or on the telephone is kept among the objections."""

from collections import defaultdict
from collections.abc import Sequence

from audit.processing import Processing
from consent.incoming import let_nobody_in
from consent.oppositions import NewOpposition, forms, record_oppositions
from contacts.holders import holders_of_data
from contacts.outside import objecting_data
from eligibility.store import records_there
from kernel.identity import PersonId
from outreach.record import Fault, NewInteraction, Recorded, record_interactions
from outreach.words import EFFECTS, Channel, Effect, Kind

_OBJECTED_TO = {Kind.VISIT: (Channel.DOOR,), Kind.CALL: (Channel.CALL, Channel.ROBOCALL)}
"""Who told a caller not to call again is called by no automate either."""


def record_happened(processing: Processing, proposed: Sequence[NewInteraction]) -> list[Recorded]:
    """Record up to a thousand interactions, in order; each is recorded or tells why not. Raises Invalid for more.

    An eligibility record that is named is there: what it allowed is told from it. Whoever objects is refused at once,
    in the controller's other campaigns too; that outlives the contact.
    """
    if any(EFFECTS.get(one.outcome) is Effect.OBJECTION for one in proposed if one.outcome):
        let_nobody_in(processing)
    named = {one.eligibility for one in proposed if one.eligibility is not None}
    unknown = named - records_there(processing, named) if named else set()
    made = iter(record_interactions(processing, [one for one in proposed if one.eligibility not in unknown]))
    fault = Recorded(None, Fault.UNKNOWN_ELIGIBILITY)
    recorded = [fault if one.eligibility in unknown else next(made) for one in proposed]
    objecting: dict[Kind, list[PersonId]] = defaultdict(list)
    for one, result in zip(proposed, recorded, strict=True):
        if result.effect is Effect.OBJECTION:
            objecting[one.kind].append(one.contact)
    for kind, persons in objecting.items():
        _object(processing, _OBJECTED_TO[kind], persons)
    return recorded


def _object(processing: Processing, channels: Sequence[Channel], persons: Sequence[PersonId]) -> None:
    """Keep objections to these channels.

    Where there is nothing to know the person by again, the interaction itself still says that they refused.
    """
    known = {person: data for person, data in objecting_data(processing, persons).items() if forms(data)}
    if not known:
        return
    alike = holders_of_data(processing, [*known.values()], forms)
    holders = [found | {person} for person, found in zip(known, alike, strict=True)]
    new = [NewOpposition(data=data, channel=channel) for channel in channels for data in known.values()]
    record_oppositions(processing, new, holders * len(channels))
