"""No sequence of imports, merges, upserts, undone work and repetitions turns a refusal into a permission."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from consent.oppositions import NewOpposition
from consent.standings import rebuild_standings
from eligibility.oppose import oppose
from kernel.errors import Conflict
from kernel.identity import PersonId
from policy.standing import Action
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
        self.world, self.email = world, f"m{number}@example.org"
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
        elif step == "rebuild":
            rebuild_standings(self.world.register, self.world.actor, MANAGING)
        elif step == "erase_and_import" and erasable:
            self.world.installation.eraser.erase(self.world.actor, MANAGING, [self.person])
            self.person = PersonId(recorded(self.world, marie(self.world, self.email))[0])
        else:
            later(self.world, hours=3)


@settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])
@given(how=some.sampled_from(REFUSALS), steps=some.lists(some.sampled_from(STEPS), max_size=5), number=some.uuids())
def test_a_refusal_stays_a_refusal_whatever_tools_do(world: World, how: str, steps: list[str], number: object) -> None:
    walk = Walk(world, hash(number))
    walk.refuse(how)
    for step in steps:
        walk.take(step, erasable=how == "opposed")
        assert ask(world, [walk.person]).allowed == 0, (how, steps, step)
