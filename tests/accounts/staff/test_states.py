"""Whatever is done in whatever order, locks and sessions agree with a model a child could write."""

from contextlib import ExitStack
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from accounts.staff.manage import unlock_staff
from accounts.staff.sessions import end_sessions, session_of
from accounts.staff.sign_in import SignInDelayed, sign_in
from kernel.errors import Unauthenticated
from migrations.run import upgrade
from tests.accounts.staff.people import ADMINISTRATION, OWN, attempt, enrolled
from tests.factories import later, opened_world

_WAITS = [0, 0, 1, 2, 4, 8, 16, 32, 64]
ADDRESSES = ("192.0.2.7", "192.0.2.8")


@cache
def migrated() -> bytes:
    """Return a database that the migrations built once for all examples."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "isoloir.db")
        upgrade(f"sqlite:///{path}")
        return path.read_bytes()


class Staff(RuleBasedStateMachine):
    """Sign in rightly and wrongly from two addresses, use and end sessions, let time pass."""

    tokens: Bundle[str] = Bundle("tokens")

    @initialize()
    def begin(self) -> None:
        self.opened = ExitStack()
        folder = Path(self.opened.enter_context(TemporaryDirectory()))
        url = f"sqlite:///{folder}/isoloir.db"
        (folder / "isoloir.db").write_bytes(migrated())
        self.world = self.opened.enter_context(opened_world(url, folder))
        self.member = enrolled(self.world)
        self.failures = dict.fromkeys(ADDRESSES, 0)
        self.ready = dict.fromkeys(ADDRESSES, self.world.clock.at)
        self.last = dict.fromkeys(ADDRESSES, self.world.clock.at)
        self.sessions: dict[str, tuple[datetime, datetime]] = {}
        later(self.world, seconds=30)

    def teardown(self) -> None:
        if hasattr(self, "opened"):
            self.opened.close()

    @property
    def now(self) -> datetime:
        return self.world.clock.at

    def outcome(self, address: str, **changed: str) -> str | None:
        """Try to sign in; return the token, None where it was refused, "" where it was not heard."""
        try:
            return sign_in(self.world.register, attempt(self.world, self.member, address=address, **changed)).token
        except SignInDelayed:
            return ""
        except Unauthenticated:
            return None

    def count(self, address: str) -> None:
        forgotten = self.now - self.last[address] > timedelta(hours=24)
        self.failures[address] = 1 if forgotten else 1 + self.failures[address]
        self.last[address] = self.now
        failed = self.failures[address]
        wait = timedelta(seconds=_WAITS[failed - 1]) if failed <= len(_WAITS) else timedelta(hours=24)
        self.ready[address] = self.now + wait

    @rule(address=st.sampled_from(ADDRESSES), wrong=st.sampled_from(["password", "code"]))
    def fail(self, address: str, wrong: str) -> None:
        heard = self.now >= self.ready[address]
        assert self.outcome(address, **{wrong: "wrong-wrong"}) == (None if heard else "")
        if heard:
            self.count(address)

    @rule(target=tokens, address=st.sampled_from(ADDRESSES))
    def succeed(self, address: str) -> str:
        later(self.world, seconds=30)
        heard = self.now >= self.ready[address]
        token = self.outcome(address)
        assert bool(token) == heard
        if not token:
            return "isoloir_session_none"
        self.failures[address], self.ready[address] = 0, self.now
        self.sessions[token] = self.now, self.now
        return token

    @rule(minutes=st.sampled_from([0, 1, 4, 5, 20, 29, 30, 400]))
    def wait(self, minutes: int) -> None:
        later(self.world, minutes=minutes, seconds=1)

    @rule(token=tokens)
    def use(self, token: str) -> None:
        expected = self.holds(token)
        try:
            self.world.installation.sessions.actor(token)
            found = True
        except Unauthenticated:
            found = False
        assert found == expected
        if found:
            began, used = self.sessions[token]
            self.sessions[token] = began, self.now if self.now - used >= timedelta(minutes=5) else used

    @rule(token=tokens)
    def end(self, token: str) -> None:
        if self.holds(token):
            actor = self.world.installation.sessions.actor(token)
            with self.world.register.open(actor, OWN) as processing:
                end_sessions(processing, session_of(token))
            del self.sessions[token]

    @rule()
    def unlock(self) -> None:
        with self.world.register.open(self.world.actor, ADMINISTRATION) as processing:
            unlock_staff(processing, self.member.id)
        self.failures = dict.fromkeys(ADDRESSES, 0)
        self.ready = dict.fromkeys(ADDRESSES, self.now)

    @invariant()
    def a_lock_is_never_longer_than_a_day(self) -> None:
        if hasattr(self, "ready"):
            assert all(until <= self.now + timedelta(hours=24) for until in self.ready.values())

    def holds(self, token: str) -> bool:
        if token not in self.sessions:
            return False
        began, used = self.sessions[token]
        return self.now < began + timedelta(hours=12) and self.now - used < timedelta(minutes=30)


Staff.TestCase.settings = settings(
    max_examples=12, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
test_locks_and_sessions_agree_with_the_model = Staff.TestCase
