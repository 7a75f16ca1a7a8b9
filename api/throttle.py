"""Who may ask how much: quotas of clients, and of addresses for what fails before anybody is known.

Only failures count against an address, so that whoever proves who it is never pays for a neighbour. A wrong token or
secret is answered from the file of buckets alone once its address has used up its failures: no thread, no database.
"""

import asyncio
from uuid import UUID

from starlette.types import ASGIApp, Receive, Scope, Send

from accounts.authorise import TokenReader
from accounts.networks import Address
from accounts.staff.ids import SESSION_PREFIX
from accounts.staff.sessions import SessionReader
from api.address import address_of, neighbourhood
from api.boundary import BODY
from api.credentials import TokenForm, token_form
from api.errors import TooManyRequests
from api.rates import RATE
from crypto.normalise import email, phone
from kernel.actor import Actor
from kernel.errors import Unauthenticated
from kernel.rate import Buckets, Policy, Standing
from kernel.settings import Settings

TOKEN_PATH = "/oauth/token"  # noqa: S105 - an address
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_QUESTIONS = frozenset({"/v1/contacts/search", "/v1/policy/screen"})
"""What is posted, and only read."""
_UNIT = 4_096
"""A unit of writing is so many bytes of a body begun: a batch costs what it holds."""
_PAGE = 10
"""A unit of reading is so many items of a page begun."""
_LONG = 6
_RIGHT_SECRET = Policy(name="secret", quota=2, seconds=2 * 86_400)
_RIGHT_TOKEN = Policy(name="given", quota=1, seconds=600)
"""Not quotas but a memory, shared like them: what is taken from these was right within a day, or ten minutes."""


class Throttle:
    """Keep the quotas of one process's doors; the buckets are all processes'."""

    def __init__(self, buckets: Buckets, settings: Settings) -> None:
        self._buckets = buckets
        self._proxies = settings.proxies
        self._reads = Policy(name="read", quota=settings.rate_reads)
        self._writes = Policy(name="write", quota=settings.rate_writes)
        self._tokens = Policy(name="token", quota=settings.rate_tokens)
        self._strangers = Policy(name="sign-in", quota=settings.rate_sign_ins, known=False)
        self._failures = Policy(name="failure", quota=settings.rate_failures, known=False)
        self._letters = Policy(name="letter", quota=5, seconds=86_400, known=False)
        self._texts = Policy(name="text", quota=100, seconds=86_400, known=False)
        self._guesses = Policy(name="guess", quota=settings.rate_guesses, known=False)

    def address(self, scope: Scope) -> Address | None:
        """Return the caller's address."""
        return address_of(scope, self._proxies)

    def admit(self, scope: Scope, actor: Actor) -> None:
        """Take the cost of a request from its actor's quota. Raises TooManyRequests."""
        is_read = scope["method"] in _READING or scope["path"] in _QUESTIONS
        policy, cost = (self._reads, _page_cost(scope)) if is_read else (self._writes, _body_cost(scope))
        _demand(scope, self._buckets.take(policy, f"{actor.campaign}{actor.id}", cost))

    def admit_token(self, scope: Scope, client_id: str) -> None:
        """Take a token from the quota of a client that has proven itself: its id alone is no secret.

        Raises TooManyRequests.
        """
        _demand(scope, self._buckets.take(self._tokens, client_id))

    def admit_stranger(self, scope: Scope) -> str:
        """Take a try to sign in or enrol from its address's quota, before a password is hashed, which is dear.

        Return what is counted as one caller's address. Raises TooManyRequests.
        """
        near = neighbourhood(self.address(scope))
        _demand(scope, self._buckets.take(self._strangers, near))
        return near

    def admit_letter(self, scope: Scope, campaign: UUID, address: str) -> None:
        """Take a message from the quota of an address or a number that somebody typed: five a day, however typed.

        Text messages are paid for, and each can go to another stranger: whoever types is counted too, a hundred a day.
        It says nothing of the file: known and unknown addresses count alike. Raises TooManyRequests.
        """
        number = phone(address)
        reached = email(address) or number or address
        _demand(scope, self._buckets.take(self._letters, f"{campaign}{reached}"), told=False)
        if number:
            _demand(scope, self._buckets.take(self._texts, neighbourhood(self.address(scope))), told=False)

    async def take_in(self, actor: Actor, size: int) -> None:
        """Take the cost of bytes of a body that is still coming in, and wait while the quota lacks it.

        Whoever streams is not refused in the middle: what is not read yet waits on the sender's side.
        """
        who, cost = f"{actor.campaign}{actor.id}", -(-size // _UNIT)
        while wait := self._buckets.take(self._writes, who, cost).wait:  # noqa: ASYNC110 - other processes take too
            await asyncio.sleep(wait)

    def identify(self, scope: Scope, token: str, tokens: TokenReader, sessions: SessionReader) -> Actor:
        """Return the actor of a client's token or of a staff session; one that is not valid counts against its address.

        Raises Unauthenticated, and TooManyRequests where too many failed before; what was given out by us is looked at
        even then.
        """
        address = self.address(scope)
        is_session = token.startswith(SESSION_PREFIX)
        actor = None if is_session else tokens.recall(token, address)
        if actor is not None:
            return actor
        near = neighbourhood(address)
        failed = self._buckets.look(self._failures, near)
        if failed.wait and not self._buckets.look(_RIGHT_TOKEN, token).wait:
            _demand(scope, failed, told=False)
        try:
            if not is_session:
                return tokens.actor(token, address)
            actor = sessions.actor(token)
        except Unauthenticated:
            self._buckets.take(self._failures, near)
            raise
        self._buckets.take(_RIGHT_TOKEN, token)
        return actor

    def check_proof(self, scope: Scope, form: TokenForm) -> None:
        """Refuse to look at a secret after too many failures, unless it was right before. Raises TooManyRequests."""
        near = neighbourhood(self.address(scope))
        failed = self._buckets.look(self._failures, near)
        guessed = self._buckets.look(self._guesses, f"{near} {form.client_id}")
        if (failed.wait or guessed.wait) and not self.is_proven(form):
            _demand(scope, max(failed, guessed, key=lambda one: one.wait), told=False)

    def is_proven(self, form: TokenForm) -> bool:
        """Tell whether these credentials were right before, and have not failed too often since."""
        proven = self._buckets.look(_RIGHT_SECRET, _both(form)).remaining < _RIGHT_SECRET.quota
        return proven and not self._buckets.look(self._guesses, _both(form)).wait

    def count_failure(self, scope: Scope, form: TokenForm) -> None:
        """Count a proof that failed; credentials that were right before may have been revoked since."""
        near = neighbourhood(self.address(scope))
        self._buckets.take(self._failures, near)
        self._buckets.take(self._guesses, f"{near} {form.client_id}")
        self._buckets.take(self._guesses, _both(form))

    def keep_proof(self, form: TokenForm, token: str) -> None:
        """Remember that credentials were right, and what was given for them: both are checked all the same."""
        self._buckets.take(_RIGHT_SECRET, _both(form))
        self._buckets.take(_RIGHT_TOKEN, token)


class TokenGate:
    """Stand before the token endpoint: what would be refused anyway never reaches a thread or the database."""

    def __init__(self, app: ASGIApp, *, throttle: Throttle) -> None:
        self._app = app
        self._throttle = throttle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request pass. Raises TooManyRequests."""
        if scope["type"] == "http" and scope["path"] == TOKEN_PATH and scope["method"] == "POST":
            self._throttle.check_proof(scope, token_form(scope))
        await self._app(scope, receive, send)


def _both(form: TokenForm) -> str:
    return f"{form.client_id}\0{form.secret}"


def _demand(scope: Scope, standing: Standing, *, told: bool = True) -> None:
    if told or standing.wait:
        scope[RATE] = standing
    if standing.wait:
        raise TooManyRequests(f"the quota is used up: try again in {standing.wait} seconds")


def _body_cost(scope: Scope) -> int:
    return 1 + len(scope.get(BODY, b"")) // _UNIT


def _page_cost(scope: Scope) -> int:
    """Weigh a page by the number of items that it asks for."""
    query: bytes = scope["query_string"]
    if b"limit=" not in query:
        return 1
    limit = query.partition(b"limit=")[2].partition(b"&")[0]
    return 1 + (int(limit) - 1) // _PAGE if limit.isdigit() and len(limit) < _LONG and int(limit) else 1
