"""What the law answers for each situation, and whom it is about.

The law is asked once for each situation; where the origins of fields decide, or who was reached before, a situation is
parted in those of whom it holds and the others.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from audit.processing import Processing
from contacts.declare import origin_by_number
from contacts.facts import origins_of_fields
from eligibility.asked import Group
from eligibility.origins import Origins
from eligibility.question import Put
from eligibility.store import records_of
from kernel.identity import PersonId
from outreach.history import first_contacted
from policy.gate import Answer, Situation, may
from policy.standing import Status

SIZE = 16
NOTICE = "notice"
"""What a message must carry to whom it reaches first: the notice of GDPR art. 14."""
_BROKER = "broker_consent"
_ADDRESSES = {"email": "email", "list": "email", "sms": "phone", "call": "phone", "robocall": "phone"}
_ADDRESSES |= {"post": "address", "door": "address", "messaging": "phone", "online_targeting": "email"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer of the law, and the ids of whom it is about, sixteen bytes each."""

    answer: Answer
    ids: bytes = field(repr=False)

    @property
    def size(self) -> int:
        """Return about how many it is."""
        return len(self.ids) // SIZE

    def each(self) -> Iterator[UUID]:
        """Yield the ids."""
        return (UUID(bytes=one) for one in cut(self.ids))


def verdicts_on(processing: Processing, put: Put, groups: Sequence[Group], origins: Origins) -> list[Verdict]:
    """Return what the law answers, those put together to whom the same answer is given."""
    found: dict[Answer, list[bytes]] = {}
    for group in groups:
        for one in _judged(processing, put, group, origins):
            for part in _telling(processing, group, origins, one):
                if part.ids:
                    found.setdefault(part.answer, []).append(part.ids)
    return [Verdict(answer, b"".join(ids)) for answer, ids in found.items()]


def _telling(processing: Processing, group: Group, origins: Origins, verdict: Verdict) -> Iterator[Verdict]:
    """Part those whom nobody reached yet, where the first message must tell them where their data come from."""
    if not verdict.answer.allowed or group.origin not in origins.at_first_contact:
        yield verdict
        return
    reached = {one.bytes for one in first_contacted(processing, [PersonId(one) for one in verdict.each()])}
    telling = replace(verdict.answer, carries=(*verdict.answer.carries, NOTICE))
    yield Verdict(verdict.answer, b"".join(one for one in cut(verdict.ids) if one in reached))
    yield Verdict(telling, b"".join(one for one in cut(verdict.ids) if one not in reached))


def _judged(processing: Processing, put: Put, group: Group, origins: Origins) -> Iterator[Verdict]:
    """Ask the law for a situation; where fields' origins decide, for those who gave them and for the others."""
    answer = may(processing.edition, put.question, situation_of(group, origins))
    if not put.targeting or not answer.allowed:
        yield Verdict(answer, group.ids)
        return
    indirect = _given_by_others(processing, put, group)
    refused = may(processing.edition, put.question, situation_of(group, origins, direct=False))
    yield Verdict(answer, b"".join(one for one in cut(group.ids) if one not in indirect))
    yield Verdict(refused, b"".join(one for one in cut(group.ids) if one in indirect))


def _given_by_others(processing: Processing, put: Put, group: Group) -> set[bytes]:
    """Return who has an address, or a datum that chose them, which they did not give themselves."""
    edition = processing.edition
    names = {_ADDRESSES[put.question.channel]}
    names |= {name for row in put.question.criteria for name in edition.rows[row].fields}
    codes = {field.code for name in names if (field := edition.fields.get(name)) and field.code is not None}
    direct: dict[int, bool] = {}
    found = set()
    for person, record in records_of(processing, [UUID(bytes=one) for one in cut(group.ids)]):
        for number in origins_of_fields(record, codes):
            if number not in direct:
                direct[number] = edition.origins[origin_by_number(processing, number).kind].direct
            if not direct[number]:
                found.add(person.bytes)
    return found


def situation_of(group: Group, origins: Origins, *, direct: bool = True) -> Situation:
    """Return what the law is told of everybody in a group."""
    origin = origins.by_number[group.origin]
    return Situation(
        category=group.category,
        origin=origin.kind,
        status=Status(group.status),
        term_over=group.term_over,
        opposed=group.opposed,
        restricted=group.restricted,
        past_due=group.past_due,
        under_15=group.under_15,
        parents_agree=group.parents_agree,
        under_17=group.under_17,
        targeting=group.targeting,
        in_window=not group.out_of_window,
        direct=direct,
        broker=_BROKER in origin.evidence,
        notice_overdue=group.origin in origins.overdue,
        awaiting=group.awaiting,
        unreachable=group.unreachable,
        invited=group.invited,
    )


def cut(ids: bytes) -> list[bytes]:
    """Return ids one by one, sixteen bytes each."""
    return [ids[start : start + SIZE] for start in range(0, len(ids), SIZE)]
