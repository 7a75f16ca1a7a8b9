"""An erasure that nobody was allowed to ask for leaves no intent that a later start would carry out."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit.register import PurposeNotDeclared
from kernel.errors import Forbidden
from tests.factories import count, marie, opened_world, recorded


@pytest.mark.parametrize(("purpose", "error"), [("rights_request", Forbidden), ("typo", PurposeNotDeclared)])
def test_a_forbidden_erasure_writes_no_intent(
    database_url: str, tmp_path: Path, purpose: str, error: type[Exception]
) -> None:
    with opened_world(database_url, tmp_path) as world:
        (person,) = recorded(world, marie(world))
        powerless = replace(world.actor, purposes=frozenset({"contact_management"}))
        with pytest.raises(error):
            world.installation.eraser.erase(powerless, purpose, [person])
        assert world.installation.eraser.ledger.size(world.campaign) == 0
        assert world.installation.recover() == 0
        assert count(world, "contact") == 1
