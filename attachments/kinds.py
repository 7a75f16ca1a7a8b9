"""The kinds of attachment: whom each concerns, in which compartment it is sealed, how long it is kept."""

from dataclasses import dataclass
from enum import StrEnum

from keys.create import Compartment


class Kind(StrEnum):
    """What an attachment is; the words stand in stored rows and never change."""

    FORM = "form"
    UNDERTAKING = "undertaking"
    MANDATE = "mandate"
    EVIDENCE = "evidence"


class State(StrEnum):
    """Whether an attachment is in use, or in restricted archive until its day."""

    KEPT = "kept"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for a kind: the compartment of the pack it falls in, its line of the schedule, whom it concerns.

    ``contact`` is True where it must concern one, False where it may not, None where it may.
    """

    compartment: Compartment
    erasure: str
    """The compartment's name in the pack, which says on which ground of art. 17 it goes."""
    retention: str
    contact: bool | None


TERMS = {
    Kind.FORM: Terms(Compartment.EVIDENCE, "evidence", "consent_proof", contact=True),
    Kind.EVIDENCE: Terms(Compartment.EVIDENCE, "evidence", "consent_proof", contact=None),
    Kind.MANDATE: Terms(Compartment.RIGHTS, "rights", "rights_file", contact=True),
    Kind.UNDERTAKING: Terms(Compartment.ATTACHMENT, "", "undertaking", contact=False),
}
"""A signed form proves a consent, a mandate belongs to a request, an undertaking binds the campaign (code électoral,
art. L37); the pack says how long, and what an erasure leaves."""
