"""What a tool says, with a contact, that its person agreed to or refused: kept as evidence, and what it opens.

Two questions are kept apart. Whether a datum may be *kept* that needs consent (GDPR art. 6(1)(a), 9(2)(a)): a
documented statement opens it, which says who spoke, how, and under which notice. Whether the person may be *reached*:
that rests on evidence as it is trusted, and of a tool an opt-in is only claimed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from audit.processing import Processing
from consent.channels import law_channel
from consent.evidence import Indicated, Method, NewEvidence, check_evidence
from consent.record import RecordedEvidence, record_evidence
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.standing import OPT_INS, OPT_OUTS

NOBODY = PersonId(UUID(int=0))
"""The person of evidence whose contact is not recorded yet."""
PARENTAL = "parental"
BEYOND = "beyond_election"
"""To be kept when the election is over: stored with the evidence, and retention asks for it there."""
_CARRIED = {"email": "email", "list": "email", "sms": "phone", "call": "phone", "robocall": "phone"}
_CARRIED |= {"messaging": "phone"}
"""The data category without which a channel cannot be used: to agree to the one is to agree to the other."""
_SPEAKERS = frozenset({Indicated.PERSON, Indicated.PARENT, Indicated.OPERATOR})


@dataclass(frozen=True, slots=True)
class Statement:
    """One thing said with a contact, and the data categories that the person agreed to have kept."""

    evidence: NewEvidence
    covers: frozenset[str] = frozenset()

    @property
    def opens(self) -> frozenset[str]:
        """Name the data categories that it opens: nothing, unless it is documented."""
        said = self.evidence
        if said.action not in OPT_INS or not said.notice or said.method is Method.IMPORT:
            return frozenset()
        if said.indicated_by not in _SPEAKERS:
            return frozenset()
        carried = {_CARRIED[channel]} if (channel := law_channel(said.channel)) in _CARRIED else set[str]()
        return self.covers | carried | ({PARENTAL} if said.indicated_by is Indicated.PARENT else set())


def check_statements(processing: Processing, statements: Sequence[Statement], known: Mapping[str, int]) -> None:
    """Raise Invalid for what cannot have been said, and for data categories that the law does not know."""
    for one in statements:
        check_evidence(processing, one.evidence, channels=known)
        if not one.covers <= {*processing.edition.rows, BEYOND}:
            raise Invalid("consent covers data categories of the law (GET /v1/law), and beyond_election")


def data_agreed_to(statements: Sequence[Statement]) -> frozenset[str]:
    """Return the data categories that statements open; whatever was refused or taken back since opens nothing."""
    last_no = max((one.evidence.occurred_at for one in statements if one.evidence.action in OPT_OUTS), default=None)
    standing = [one for one in statements if last_no is None or one.evidence.occurred_at > last_no]
    return frozenset[str]().union(*(one.opens for one in standing))


def record_statements(
    processing: Processing, said: Sequence[tuple[PersonId | None, Sequence[Statement]]]
) -> list[list[RecordedEvidence]]:
    """Keep what was said of contacts just recorded; return what became of each, and nothing for who is none."""
    told = [(person, statements if person is not None else ()) for person, statements in said]
    proposed = [
        one.evidence._replace(person=person, beyond_election=BEYOND in one.opens)
        for person, some in told
        if person
        for one in some
    ]
    made = iter(record_evidence(processing, proposed) if proposed else [])
    return [[next(made) for _ in statements] for _, statements in told]
