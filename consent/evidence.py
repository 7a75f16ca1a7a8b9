"""What one piece of evidence says, how far it is trusted, and how its personal part is sealed."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, NamedTuple
from uuid import UUID

from audit.processing import Processing
from audit.walker import without_ids
from crypto.personal import open_personal, seal_personal
from kernel.errors import Invalid
from kernel.identity import PersonId
from keys.create import Compartment
from policy.findings import Refusal
from policy.standing import OPT_INS, WHOLE_DAY, Action, Level

DETAILS = 1
"""The number of the sealed part in what is bound to it; it never changes."""
_FIELDS = frozenset({"address", "form", "canvasser", "submission", "file", "row", "call", "comment"})
_LONGEST = 500


class Indicated(StrEnum):
    """Who indicated it."""

    PERSON = "person"
    PARENT = "parent"
    OPERATOR = "operator"
    """Somebody who keyed in what a person had signed or said."""
    TOOL = "tool"
    SYSTEM = "system"


class Method(StrEnum):
    """How it was indicated; the words stand in rows and never change."""

    WEB_FORM = "web_form"
    DOUBLE_OPT_IN = "double_opt_in"
    PAPER_FORM = "paper_form"
    PHONE = "phone"
    IN_PERSON = "in_person"
    IMPORT = "import"
    LINK = "link"
    STOP = "stop"
    COMPLAINT = "complaint"
    OBJECTION = "objection"
    TERM = "term"


class NewEvidence(NamedTuple):
    """Evidence proposed. ``purpose`` may be ``*`` and ``channel`` ``all`` for what refuses.

    A named tuple: of a file each row makes several, and a frozen dataclass takes six times as long to make.
    """

    person: PersonId
    purpose: str
    channel: str
    action: Action
    occurred_at: datetime
    indicated_by: Indicated = Indicated.TOOL
    method: Method = Method.IMPORT
    notice: str | None = None
    """The exact version of the notice that was shown."""
    origin: int | None = None
    cohort: int | None = None
    attachment: UUID | None = None
    window: tuple[int, int] | None = None
    valid_until: date | None = None
    beyond_election: bool = False
    """Whether the person agreed to be kept when the election is over."""
    details: Mapping[str, str] = MappingProxyType({})

    def __repr__(self) -> str:
        return f"NewEvidence({self.purpose}, {self.channel}, {self.action})"

    @property
    def opts_in(self) -> bool:
        """Tell whether it could permit something."""
        return self.action in OPT_INS or self.action is Action.REQUESTED


def check_evidence(processing: Processing, new: NewEvidence, *, channels: Mapping[str, int]) -> None:
    """Raise Invalid for what cannot be: a day to come, a permission for everything, a window of no hours."""
    wide = new.purpose == "*" or new.channel == "all"
    if new.channel not in channels or not (new.purpose == "*" or new.purpose in processing.edition.purposes):
        raise Invalid("consent is for a purpose of the law and a channel of the campaign")
    if wide and new.action not in {Action.REFUSED, Action.WITHDRAWN}:
        raise Invalid("only a refusal or a withdrawal covers all purposes or channels")
    if new.beyond_election and new.action not in OPT_INS:
        raise Invalid("to be kept beyond the election is agreed to, not refused: a withdrawal ends it")
    if new.occurred_at > processing.at:
        raise Invalid("what is to come is no evidence")
    if new.window is not None and not 0 <= new.window[0] < new.window[1] <= WHOLE_DAY[1]:
        raise Invalid("a window is from an earlier to a later minute of the day")
    if set(new.details) - _FIELDS or any(len(text) > _LONGEST for text in new.details.values()):
        raise Invalid(f"details are {', '.join(sorted(_FIELDS))}, each at most {_LONGEST} characters")


def check_words(processing: Processing, evidence: Sequence[NewEvidence]) -> None:
    """Raise Refusal for evidence that says of somebody what may not be noted; each text is read once."""
    given = {without_ids(text) for one in evidence for text in (*one.details.values(), one.notice or "")}
    texts = sorted(text for text in given if text and not text.isdigit())
    read = [processing.reader.note(text).findings("details") for text in texts]
    if findings := tuple(dict.fromkeys(finding for found in read for finding in found)):
        raise Refusal(findings)


def level_of(new: NewEvidence, *, own_form: bool, attached: bool) -> Level:
    """Say how far evidence is trusted: a refusal wholly, an opt-in only with the person's own act or its proof.

    ``own_form``: the person acted in a form or by a link of ours. ``attached``: the signed form or recording is kept.
    """
    if not new.opts_in or own_form:
        return Level.PROVEN
    by_person = new.indicated_by in {Indicated.PERSON, Indicated.PARENT, Indicated.OPERATOR}
    if attached and by_person and new.notice and new.method in {Method.PAPER_FORM, Method.PHONE}:
        return Level.PROVEN
    return Level.CLAIMED


def seal_details(key: bytes, processing: Processing, evidence: UUID, details: Mapping[str, str]) -> bytes:
    """Seal the personal part under the person's key of the evidence compartment, bound to its row."""
    plain = json.dumps(dict(details), ensure_ascii=False, separators=(",", ":")).encode()
    return seal_personal(key, plain, **_bound(processing, evidence))


def open_details(key: bytes, processing: Processing, evidence: UUID, sealed: bytes) -> dict[str, str]:
    """Open the personal part. Raises Unopenable."""
    opened: dict[str, str] = json.loads(open_personal(key, sealed, **_bound(processing, evidence)))
    return opened


def _bound(processing: Processing, evidence: UUID) -> dict[str, Any]:
    compartment = Compartment.EVIDENCE.value
    return {
        "campaign": processing.campaign.bytes,
        "person": evidence.bytes,
        "compartment": compartment,
        "field": DETAILS,
    }
