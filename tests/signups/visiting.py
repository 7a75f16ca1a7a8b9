"""A campaign with an open form, its pages in this process, and a mailbox that its worker writes to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path

import httpx2
from sqlalchemy import select
from starlette.testclient import TestClient

from api.app import create_app
from audit.events import Event
from audit.note import Note
from installation.work import kinds_of_task
from jobs.work import Worker
from kernel.actor import worker_in
from messages.letter import Letter, open_letter
from messages.store import MESSAGE
from signups.forms import open_form
from tests.factories import World, opened_world
from tests.messages.mailbox import Mailbox, mailbox
from tests.notices.telling import ADMINISTRATION, published

BOXES = ("email", "sms", "call", "post")
PURPOSES = ("contact_management", "email_campaign", "message_campaign", "phone_canvassing", "canvassing")
SECRET = "a secret of the gateway that is long enough"
URL = "https://isoloir.example.org"


@dataclass
class Visiting:
    """Somebody who visits the pages, and the mails they get."""

    world: World
    http: TestClient
    box: Mailbox

    def page(self, name: str, *parts: str) -> str:
        return "/".join([f"/{name}/{self.world.campaign}", *parts])

    def post(self, path: str, **form: object) -> httpx2.Response:
        return self.http.post(path, data=form)

    def mails(self) -> list[EmailMessage]:
        """Let the worker do what is due, and return what came meanwhile."""
        before = len(self.box.mails)
        kinds = {name: one for name, one in kinds_of_task(self.world.installation).items() if one.every is None}
        Worker(self.world.register, kinds, self.world.installation.campaigns, 0.02).work_off(self.world.campaign)
        return self.box.mails[before:]

    def sign_up(self, email: str = "zoe@example.org", *channels: str, **form: object) -> str:
        """Sign up, and return the path of the link in the mail."""
        told = {"email": email, "channels": list(channels or ["email"]), **form}
        answer = self.post(self.page("inscription"), **told)
        assert answer.status_code == 200, answer.text
        (mail,) = self.mails()
        return link_in(mail)

    def confirmed(self, email: str = "zoe@example.org", *channels: str, **form: object) -> EmailMessage:
        """Sign up and confirm; return the last mail."""
        assert self.post(self.sign_up(email, *channels, **form)).status_code == 200
        (mail,) = self.mails()
        return mail


def link_in(mail: EmailMessage, page: str = "") -> str:
    found = re.search(rf"{URL}(/{page}\S+)", mail.get_content())
    assert found
    return found[1]


@contextmanager
def visiting(url: str, folder: Path, **settings: object) -> Iterator[Visiting]:
    with opened_world(url, folder) as plain, mailbox() as box:
        told = {"mail_url": box.url, "mail_from": "nous@example.org", "public_url": URL} | settings
        changed = plain.installation.settings.model_copy(update=told)
        world = replace(plain, installation=replace(plain.installation, settings=changed))
        published(world)
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            open_form(processing, BOXES)
        # Not entered: no workers of its own run beside, so that a test says when they do.
        http = TestClient(create_app(world.installation), base_url=URL, raise_server_exceptions=False)
        yield Visiting(world, http, box)


def texts_of(world: World) -> list[Letter]:
    """Return the text messages that wait, as the gateway would be given them."""
    with world.register.open(worker_in(world.campaign), ADMINISTRATION) as processing:
        rows = processing.read(MESSAGE, select(MESSAGE).order_by(MESSAGE.c.created_at))
        processing.note(Note(event=Event.MESSAGE_OPENED, counts={"message.read": len(rows)}))
        letters = [open_letter(processing.keys, row) for row in rows]
    return [one for one in letters if one.medium == "sms"]
