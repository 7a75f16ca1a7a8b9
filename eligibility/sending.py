"""What an answer leaves where a message is about to be sent: reports awaited, and a line in the register of targeting.

A send that nobody reports counts as sent when the answer expires; until then it counts for the one invitation.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from audit.processing import Processing
from eligibility.origins import Origins
from eligibility.question import Put
from kernel.identity import PersonId
from outreach.awaited import Sending, await_reports
from outreach.messages import MessageView
from outreach.targeting import Criterion, NewTargeting, register_targeting
from outreach.words import Technique

_PLACES = frozenset({"commune", "polling_station", "address"})


def tell_sending(
    processing: Processing,
    put: Put,
    record: UUID,
    allowed: Sequence[bytes],
    reasons: Mapping[str, int],
    origins: Origins,
) -> dict[str, int]:
    """Await the reports of a sending, and register how its persons were chosen; return the rows to note."""
    sends = put.sends
    if sends is None:
        return {}
    if put.criteria and sends.labelled:
        counts = {"considered": len(allowed) + sum(reasons.values()), "allowed": len(allowed)}
        counts |= {rule.rpartition(".")[2]: found for rule, found in reasons.items()}
        kinds = sorted({origin.kind for origin in origins.by_number.values()})
        register_targeting(processing, _line(put, sends, record, counts, kinds))
    sending = Sending(
        eligibility=record, channel=sends.channel, kind=sends.kind, expires_at=put.expires_at, message=sends.id
    )
    return await_reports(processing, sending, [PersonId(UUID(bytes=one)) for one in allowed])


def _line(put: Put, sends: MessageView, record: UUID, counts: Mapping[str, int], kinds: Sequence[str]) -> NewTargeting:
    """Say by which criteria, on data of which kinds of origin, with which counts; the register adds role and purpose.

    A criterion's origins are those of the contacts it was asked of: the law lets nobody through whose data came from
    somebody else.
    """
    names = sorted(put.criteria or ())
    return NewTargeting(
        channel=sends.channel,
        technique=Technique.GEOGRAPHY if _PLACES.issuperset(names) else Technique.SELECTION,
        counts=counts,
        criteria=[Criterion(name=name, origins=kinds) for name in names],
        message=sends.id,
        eligibility=record,
        starts_on=put.at.date(),
        last_use_on=put.expires_at.date(),
    )
