from collections.abc import Iterator
from pathlib import Path

import pytest

from consent.erase import erase_consents
from consent.listing import list_evidence
from consent.standings import rebuild_standings
from kernel.errors import Forbidden, Invalid
from policy.standing import Action
from tests.consent_making import by_form, keep, said
from tests.factories import MANAGING, World, count, marie, opened_world, raw, recorded

DETAILS = {"form": "https://example.org/lettre"}


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def test_an_erasure_keeps_the_proof_in_archive_for_its_time_and_for_claims_only(world: World) -> None:
    person, other = recorded(world, marie(world), marie(world, "autre@example.org"))
    keep(world, by_form(world, person, details=DETAILS), by_form(world, other, details=DETAILS), own_form=True)
    world.installation.eraser.erase(world.actor, MANAGING, [person])
    with raw(world.url, world.campaign) as database:
        rows = database.run("SELECT due_on FROM consent_evidence WHERE contact_id = ?", person)
    assert [str(row[0]) for row in rows] == ["2031-11-21"]
    assert (count(world, "consent_standing"), count(world, "consent_evidence")) == (1, 2)
    with pytest.raises(Forbidden), world.register.open(world.actor, MANAGING) as processing:
        list_evidence(processing, person, limit=5)
    with world.register.open(world.actor, "rights_request") as processing:
        (shown,) = list_evidence(processing, person, limit=5)
    assert shown.details == DETAILS
    assert rebuild_standings(world.register, world.actor, MANAGING) == 2
    assert count(world, "consent_standing") == 1, "nobody stands anywhere who is erased"


def test_an_unlawful_collection_leaves_nothing(world: World) -> None:
    person, other = recorded(world, marie(world), marie(world, "autre@example.org"))
    keep(world, said(world, person, details=DETAILS), said(world, other, Action.REFUSED, details=DETAILS))
    keys = count(world, "keys.person_key") if world.url.startswith("postgresql") else count(world, "person_key")
    world.installation.eraser.erase(world.actor, MANAGING, [person], "unlawful")
    assert (count(world, "consent_standing"), count(world, "consent_evidence")) == (1, 1)
    left = count(world, "keys.person_key") if world.url.startswith("postgresql") else count(world, "person_key")
    assert keys - left == 2
    with pytest.raises(Invalid), world.register.open(world.actor, MANAGING) as processing:
        erase_consents(processing, [other], "boredom")
