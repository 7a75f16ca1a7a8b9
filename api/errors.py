"""What only the web door can find wrong: the form of a request, before any use-case is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kernel.errors import Forbidden, Invalid, Misconfigured
from policy.findings import Finding, Refusal


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the form of a request: a stable code, and the place; never what stood there."""

    code: str
    place: str
    text: str


class BadShape(Invalid):
    """Say that a request has not the form the description asks for."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("the request has not the form that the description asks for")
        self.faults = tuple(faults)


class MalformedBody(Invalid):
    """Say that a body cannot be read at all."""


class WrongMediaType(Invalid):
    """Say that a body is of another media type than the route takes."""


class BodyTooLarge(Invalid):
    """Say that a body is larger than the limit."""


class CredentialsInAddress(Invalid):
    """Say that a secret stood in the address, where logs and histories keep it."""


class RevisionRequired(Invalid):
    """Say that a change must name the revision it was made against."""


class ScopeMissing(Forbidden):
    """Say that the client does not hold the scope of a route."""


class TooManyRequests(Forbidden):
    """Say that a quota is used up; the scope of the request says until when."""


class PurposeNotAllowed(Forbidden):
    """Say that an act cannot serve the declared purpose."""


class NotReady(Misconfigured):
    """Say that the installation cannot answer now, and which checks fail."""

    def __init__(self, message: str, checks: Mapping[str, bool] | None = None) -> None:
        super().__init__(message)
        self.checks = dict(checks or {})


class KeyRequired(Invalid):
    """Say that a request that creates many things must carry an Idempotency-Key, once and well-formed."""


class TooSlow(Invalid):
    """Say that a request came in too slowly."""


class Gone(Exception):  # noqa: N818 - nothing is wrong: there is nobody left to answer
    """Say that the caller hung up before the request was whole."""


class RefusedBatch(Refusal):
    """Say that a batch is refused whole, and which findings concern which of its contacts."""

    def __init__(self, findings: Sequence[tuple[int, Finding]]) -> None:
        super().__init__([finding for _, finding in findings])
        self.places = tuple(place for place, _ in findings)
