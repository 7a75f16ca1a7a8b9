"""The end of a campaign, for tests: approved, closed, read again."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from accounts.approvals.actions import Action
from accounts.approvals.request import request_approval
from installation.closing import Closed, close_campaign
from installation.open import Installation
from tests.factories import World

NAME = "Municipales"


def without_waiting(installation: Installation) -> Installation:
    """Return the installation whose processes read keys anew every moment, so that no step waits long."""
    return replace(installation, settings=installation.settings.model_copy(update={"keys_seconds": 0.01}))


def approved(world: World) -> None:
    """Let time and nobody's objection stand for a second person."""
    with world.register.open(world.actor, "administration") as processing:
        request_approval(processing, Action.CAMPAIGN_CLOSE, {}, delay=timedelta())


def close(world: World, folder: Path, *, destroy: bool = True, confirmed: str = NAME) -> Closed:
    return close_campaign(world.installation, world.campaign, folder, confirmed=confirmed, destroy=destroy)
