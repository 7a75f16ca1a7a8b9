"""What runs beside the requests: recovery at the start, numbering of the log until the end."""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import pytest

from api.app import create_app
from audit.verify import verify_log
from campaigns.create import NewCampaign, NewElection, add_election, create_campaign
from contacts.declare import NewOrigin, declare_origin
from contacts.record import record_contacts
from contacts.reveal import reveal_contacts
from holdings.ledger import person_digest
from installation.create import create_installation
from installation.open import Installation, open_installation
from kernel.actor import Actor, operator_in
from kernel.identity import PersonId
from kernel.log import configure_log
from kernel.settings import load_settings
from policy.draft import Draft

PURPOSE = "contact_management"
ROUNDS = NewElection(title="Municipales", first_round=date(2027, 3, 14))


@contextmanager
def installed(database_url: str, folder: Path, seconds: float) -> Iterator[tuple[Installation, Actor]]:
    settings = load_settings(
        data_dir=folder / "data", database_url=database_url, hosting="FR", checkpoint_seconds=seconds
    )
    create_installation(settings)
    with open_installation(settings) as installation:
        new = NewCampaign(controller="Parti", kind="party", name="Campagne", country="FR")
        campaign = create_campaign(installation.register, installation.provider, new)
        yield installation, operator_in(campaign, frozenset({PURPOSE}))


def live(installation: Installation, meanwhile: Callable[[], object]) -> None:
    """Run the application from start to stop."""

    async def run() -> None:
        app = create_app(installation)
        async with app.router.lifespan_context(app):
            await asyncio.to_thread(meanwhile)

    asyncio.run(run())


def test_what_was_noted_last_is_numbered_and_signed_when_the_server_stops(database_url: str, tmp_path: Path) -> None:
    with installed(database_url, tmp_path, seconds=3600) as (installation, operator):
        live(installation, lambda: add_election(installation.register, operator, ROUNDS))
        with installation.register.open(operator, "administration") as processing:
            verified = verify_log(processing, installation.checkpoints)
    assert (verified.problems, verified.entries) == ([], 2)


def test_an_interrupted_erasure_is_completed_before_the_first_request(database_url: str, tmp_path: Path) -> None:
    with installed(database_url, tmp_path, seconds=3600) as (installation, operator):
        person = recorded(installation, operator)
        installation.eraser.ledger.mean(operator.campaign, [person_digest(operator.campaign, person)])
        left: list[object] = []

        def look() -> None:
            with installation.register.open(operator, PURPOSE) as processing:
                left.extend(reveal_contacts(processing, [person]))

        live(installation, look)
    assert left == [None]


def recorded(installation: Installation, operator: Actor) -> PersonId:
    with installation.register.open(operator, PURPOSE) as processing:
        origin = declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=date(2026, 1, 1), synthetic=True))
        draft = Draft(category="regular", origin=origin, data=(("last_name", "Dupont"),))
        person = record_contacts(processing, [draft])[0].person
    assert person is not None
    return person


def test_numbering_goes_on_after_a_failure_and_tells_of_it(
    database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with installed(database_url, tmp_path, seconds=0.1) as (installation, operator):
        configure_log("info")
        folder = installation.settings.checkpoint_dir / str(operator.campaign)
        written = folder.with_suffix(".aside")

        def fail_for_a_while() -> None:
            folder.rename(written)
            folder.touch()
            add_election(installation.register, operator, ROUNDS)
            told = ""
            end = time.monotonic() + 20
            while "sequencing_failed" not in told and time.monotonic() < end:
                time.sleep(0.05)
                told += capsys.readouterr().err
            assert "NotADirectoryError" in told
            folder.unlink()
            written.rename(folder)

        live(installation, fail_for_a_while)
        with installation.register.open(operator, "administration") as processing:
            assert verify_log(processing, installation.checkpoints).problems == []
