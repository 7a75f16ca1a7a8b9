"""Who calls, and why: the bearer token becomes an actor, the header Processing-Purpose is what it acts for."""

from dataclasses import dataclass

from starlette.requests import Request

from api.boundary import CALLER
from api.errors import PurposeNotAllowed, ScopeMissing
from api.throttle import Throttle
from audit.register import PurposeNotDeclared, Register
from installation.open import Installation
from kernel.actor import Actor
from kernel.errors import Unauthenticated

PURPOSE_HEADER = "Processing-Purpose"
_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Caller:
    """A known actor with a declared purpose, at an installation."""

    installation: Installation
    actor: Actor
    purpose: str

    @property
    def register(self) -> Register:
        """Return the register that opens processings."""
        return self.installation.register

    @property
    def known_purpose(self) -> str:
        """Return the purpose if it is one of the actor's: any other word is the caller's own, and is not logged."""
        return self.purpose if self.purpose in self.actor.purposes else "other"


def installation_of(request: Request) -> Installation:
    """Return the installation that the application serves."""
    installation: Installation = request.app.state.installation
    return installation


def throttle_of(request: Request) -> Throttle:
    """Return the quotas of the application."""
    throttle: Throttle = request.app.state.throttle
    return throttle


def caller_of(request: Request, scope: str) -> Caller:
    """Return the caller. Raises TooManyRequests, Unauthenticated, ScopeMissing, PurposeNotDeclared."""
    installation = installation_of(request)
    throttle = throttle_of(request)
    actor = throttle.identify(request.scope, bearer_of(request), installation.tokens, installation.sessions)
    throttle.admit(request.scope, actor)
    caller = Caller(installation, actor, request.headers.get(PURPOSE_HEADER, "").strip())
    request.scope[CALLER] = caller
    if not actor.may(scope):
        message = f"the client lacks the scope {scope}"
        raise ScopeMissing(message)
    if not caller.purpose:
        message = f"declare a purpose in the header {PURPOSE_HEADER}"
        raise PurposeNotDeclared(message)
    return caller


def caller_for(request: Request, scope: str, purpose: str) -> Caller:
    """Return the caller, who acts for the one purpose that the route serves. Raises also PurposeNotAllowed."""
    caller = caller_of(request, scope)
    caller.register.check(caller.actor, caller.purpose)
    if caller.purpose != purpose:
        raise PurposeNotAllowed(f"this route serves one purpose: {purpose}")
    return caller


def bearer_of(request: Request) -> str:
    """Return the token of the request: a client's, or that of a staff session. Raises Unauthenticated."""
    given = request.headers.get("authorization", "")
    if not given.lower().startswith(_BEARER):
        message = "send an access token: Authorization: Bearer"
        raise Unauthenticated(message)
    return given[len(_BEARER) :].strip()
