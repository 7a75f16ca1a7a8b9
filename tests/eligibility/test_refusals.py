"""No sequence of imports, merges, upserts, undone work and repetitions turns a refusal into a permission."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as some

from audit.processing import Processing
from consent.cohorts import GOOD, decide_cohort
from consent.oppositions import NewOpposition
from consent.standings import rebuild_standings
from contacts.restrict import RestrictionGround, release_contacts, restrict_contacts
from eligibility.oppose import oppose
from files.consents import Basis, Flagged, keep_flags
from files.profiles import load_profile
from kernel.errors import Conflict
from kernel.identity import PersonId
from outreach.record import NewInteraction, record_interactions
from outreach.words import Kind, Outcome
from policy.standing import Action
from tests.consent.test_cohorts import declare, draw, review
from tests.consent_making import ask, keep, said
from tests.factories import MANAGING, World, later, marie, opened_world, recorded, supporter

STEPS = (
    "import",
    "upsert",
    "claim",
    "confirm_by_tool",
    "renew_by_tool",
    "undone",
    "rebuild",
    "erase_and_import",
    "merge",
    "flagged_file",
    "cohort",
    "restrict_and_lift",
    "recontact",
    "day",
)
REFUSALS = ("withdrawn", "refused_channel", "refused_all", "opposed")


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("refusals")
    path = folder / "isoloir.db"
    path.write_bytes(sqlite_template.read_bytes())
    with opened_world(f"sqlite:///{path}", folder) as one:
        yield one


class Walk:
    """One person, and what tools do about them."""

    def __init__(self, world: World, number: int) -> None:
        self.world, self.email, self.number = world, f"m{number}@example.org", number
        (self.person,) = recorded(world, marie(world, self.email))

    def refuse(self, how: str) -> None:
        if how == "opposed":
            with self.world.register.open(self.world.actor, MANAGING) as processing:
                oppose(processing, [NewOpposition(data=(("email", self.email),))])
            return
        scopes = {"refused_channel": {"purpose": "*"}, "refused_all": {"purpose": "*", "channel": "all"}}
        action = Action.WITHDRAWN if how == "withdrawn" else Action.REFUSED
        keep(self.world, said(self.world, self.person, action, **scopes.get(how, {})))

    def take(self, step: str, *, erasable: bool) -> None:
        acts = {"claim": Action.GIVEN, "confirm_by_tool": Action.CONFIRMED, "renew_by_tool": Action.RENEWED}
        if step in acts:
            keep(self.world, said(self.world, self.person, acts[step], notice="1"))
        elif step == "import":
            recorded(self.world, marie(self.world, self.email))
        elif step == "upsert":
            recorded(self.world, supporter(self.world, *marie(self.world, self.email).data, ("title", "Mme")))
        elif step == "undone":
            with suppress(Conflict), self.world.register.open(self.world.actor, MANAGING):
                raise Conflict("undone")
        elif step in self._processed():
            with self.world.register.open(self.world.actor, MANAGING) as processing:
                self._processed()[step](processing)
        elif step == "merge":
            # The same person from another tool, with an id and an address of its own; then both in one row.
            external = ("external_id", f"outil\x1f{self.number}")
            data = marie(self.world, self.email).data
            recorded(self.world, supporter(self.world, *data, external, ("email", f"b{self.email}")))
            recorded(self.world, supporter(self.world, *data, external))
        elif step == "cohort":
            self._prove_whole_list()
        elif step == "rebuild":
            rebuild_standings(self.world.register, self.world.actor, MANAGING)
        elif step == "erase_and_import" and erasable:
            self.world.installation.eraser.erase(self.world.actor, MANAGING, [self.person])
            self.person = PersonId(recorded(self.world, marie(self.world, self.email))[0])
        else:
            later(self.world, hours=3)

    def _processed(self) -> dict[str, Callable[[Processing], object]]:
        return {"flagged_file": self._flag, "restrict_and_lift": self._restrict_and_lift, "recontact": self._recontact}

    def _flag(self, processing: Processing) -> None:
        flagged = Flagged(self.person, (("email", self.email),), (("email_opt_in", "true"),))
        keep_flags(processing, load_profile("nationbuilder"), [flagged], Basis(self.world.newsletter.number))

    def _restrict_and_lift(self, processing: Processing) -> None:
        restrict_contacts(processing, [self.person], RestrictionGround.ACCURACY_CONTESTED)
        release_contacts(processing, [self.person])

    def _recontact(self, processing: Processing) -> None:
        at = self.world.clock.at
        new = NewInteraction(contact=self.person, kind=Kind.VISIT, outcome=Outcome.RECONTACT, at=at)
        record_interactions(processing, [new])

    def _prove_whole_list(self) -> None:
        """Let another person find all proofs of a list good, the refusing person's own among them."""
        number = declare(self.world)
        keep(self.world, said(self.world, self.person, notice="1", cohort=number))
        reviewer = replace(self.world.actor, id="another person")
        drawn = draw(self.world, number)
        review(self.world, reviewer, number, dict.fromkeys(drawn, GOOD))
        assert decide_cohort(self.world.register, reviewer, MANAGING, number) == "proven"


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])
@example(how="withdrawn", steps=list(STEPS), number=UUID(int=1))
@example(how="opposed", steps=list(STEPS), number=UUID(int=2))
@given(how=some.sampled_from(REFUSALS), steps=some.lists(some.sampled_from(STEPS), max_size=5), number=some.uuids())
def test_a_refusal_stays_a_refusal_whatever_tools_do(world: World, how: str, steps: list[str], number: object) -> None:
    walk = Walk(world, hash(number))
    walk.refuse(how)
    for step in steps:
        walk.take(step, erasable=how == "opposed")
        assert ask(world, [walk.person]).allowed == 0, (how, steps, step)
