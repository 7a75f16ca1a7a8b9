"""Requests as tests make them, the worker that does what is due, and the mails it sends."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID

from installation.chores import Chores
from installation.work import kinds_of_task
from jobs.task import Taken
from jobs.work import Worker
from rights.board import Line, Whole, list_requests, show_request
from rights.decide import Decision, decide_request
from rights.file import Person, Told
from rights.identity import confirm_identity
from rights.receive import NewRequest, Received, receive_requests
from rights.words import Identity, Kind, Way
from tests.factories import World, opened_world
from tests.messages.mailbox import Mailbox, mailbox

RIGHTS = "rights_request"
URL = "https://isoloir.example.org"
MARIE = Person(first_names="Marie", last_name="Dupont", email="marie@example.org")


@dataclass
class Desk:
    """A campaign that answers requests."""

    world: World
    box: Mailbox

    def do(self, use_case: Any, *given: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever a use-case takes and gives
        with self.world.register.open(self.world.actor, RIGHTS) as processing:
            return use_case(processing, *given, **more)

    def receive(self, kind: Kind, person: Person = MARIE, **more: Any) -> Received:  # noqa: ANN401 - of a request
        said = {name: more.pop(name) for name in ("details", "changes", "channel", "to_asker") if name in more}
        told = Told(person=person, asker=more.pop("on_behalf", Person()), **said)
        new = NewRequest(kind=kind, told=told, way=more.pop("way", Way.LETTER), **more)
        received: Received = self.do(receive_requests, [new], URL)[0]
        return received

    def confirm(self, request: UUID, contact: UUID | None = None, words: str = "connue de vue") -> None:
        self.do(confirm_identity, request, Identity.STAFF, contact=contact, words=words, public_url=URL)

    def grant(self, request: UUID, **more: Any) -> None:  # noqa: ANN401 - of a decision
        self.do(decide_request, request, Decision(grant=True, **more), URL)

    def refuse(self, request: UUID, reason: str, words: str = "") -> None:
        self.do(decide_request, request, Decision(grant=False, reason=reason, words=words), URL)

    def show(self, request: UUID) -> Whole:
        whole: Whole = self.do(show_request, request)
        return whole

    def board(self) -> list[Line]:
        lines: list[Line] = self.do(list_requests, None)
        return lines

    def work(self) -> list[EmailMessage]:
        """Let the worker do what is due, and return the mails that came meanwhile."""
        before = len(self.box.mails)
        kinds = {name: one for name, one in kinds_of_task(self.world.installation).items() if one.every is None}
        Worker(self.world.register, kinds, self.world.installation.campaigns, 0.02).work_off(self.world.campaign)
        return self.box.mails[before:]

    def remind(self) -> list[EmailMessage]:
        """Do the chore of the hour."""
        campaign, nothing = self.world.campaign, UUID(int=0)
        task = Taken(campaign, nothing, "", None, "{}", 1, self.world.clock.at, nothing)
        Chores(self.world.installation).remind(task)
        return self.work()


@contextmanager
def asking(url: str, folder: Path, **settings: object) -> Iterator[Desk]:
    with opened_world(url, folder) as plain, mailbox() as box:
        told = {"mail_url": box.url, "mail_from": "nous@example.org", "public_url": URL} | settings
        changed = plain.installation.settings.model_copy(update=told)
        yield Desk(replace(plain, installation=replace(plain.installation, settings=changed)), box)


def texts(desk: Desk) -> list[str]:
    return [mail.get_content() for mail in desk.work()]
