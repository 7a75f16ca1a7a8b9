"""The server does the outbox's tasks beside the requests, and finishes what it has begun before it stops."""

import asyncio
from datetime import timedelta
from pathlib import Path

from standardwebhooks import Webhook

from api.app import create_app
from audit.announce import Announcement
from campaigns.create import NewCampaign, create_campaign
from contacts.declare import NewOrigin, declare_origin
from contacts.record import record_contacts
from installation.create import create_installation
from installation.open import open_installation
from jobs.webhooks import add_endpoint
from kernel.actor import operator_in
from kernel.clock import SystemClock, today
from kernel.settings import load_settings
from policy.draft import Draft
from tests.factories import activate
from tests.jobs.receiver import receiving

PURPOSE = "contact_management"


def test_a_server_delivers_what_its_requests_announce(database_url: str, tmp_path: Path) -> None:
    settings = load_settings(
        data_dir=tmp_path / "data",
        database_url=database_url,
        hosting="FR",
        webhook_development=True,
        work_seconds=0.05,
        keys_seconds=0.05,
    )
    create_installation(settings)
    with open_installation(settings) as installation, receiving() as receiver:
        new = NewCampaign(controller="Parti", kind="party", name="Campagne", country="FR")
        campaign = create_campaign(installation.register, installation.provider, new)
        actor = operator_in(campaign, frozenset({PURPOSE}))
        activate(installation.register, operator_in(campaign))
        with installation.register.open(actor, PURPOSE) as processing:
            added = add_endpoint(
                processing,
                url=receiver.url(),
                events=[Announcement.CONTACT_CREATED],
                rules=installation.target_rules,
                delay=timedelta(),
            )
        installation.wait_for_all_processes()

        def meanwhile() -> None:
            with installation.register.open(actor, PURPOSE) as processing:
                told = NewOrigin(kind="newsletter", obtained_on=today(SystemClock()))
                origin = declare_origin(processing, told)
            with installation.register.open(actor, PURPOSE) as processing:
                data = (("last_name", "Dupont"), ("first_names", "Marie"))
                record_contacts(processing, [Draft(category="regular", origin=origin, data=data)])
            receiver.wait_for(1)

        async def run() -> None:
            app = create_app(installation)
            async with app.router.lifespan_context(app):
                await asyncio.to_thread(meanwhile)

        asyncio.run(run())
        (one,) = receiver.received
        assert Webhook(added.secret).verify(one.body, one.signed)["type"] == "contact.created"
