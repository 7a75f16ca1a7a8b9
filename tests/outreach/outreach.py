"""What the tests of outreach share: a campaign with people, messages, and short words to record what happens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.controllers import list_controllers
from kernel.identity import PersonId, random_uuid
from outreach.awaited import Sending, await_reports
from outreach.messages import NewMessage, create_message
from outreach.record import NewInteraction, Recorded, record_interactions
from outreach.words import Channel, Kind, MessageKind, Outcome
from tests.factories import MANAGING, NOW, World, recorded, supporter

Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Outreach:
    """An open campaign with three people in it."""

    world: World
    persons: Sequence[PersonId]

    def do(self, work: Callable[[Processing], Answer]) -> Answer:
        """Work in a processing that notes itself."""
        with self.world.register.open(self.world.actor, MANAGING) as processing:
            return work(processing)

    def ask(self, question: Callable[..., Any], *more: object, persons: Sequence[PersonId] | None = None) -> Any:  # noqa: ANN401 - the question's own
        """Put a question of ``outreach.history``, whose rows the caller notes."""
        with self.world.register.open(self.world.actor, MANAGING) as processing:
            answer = question(processing, self.persons if persons is None else persons, *more)
            processing.note(Note(event=Event.INTERACTION_LISTED, counts={"interaction.read": len(answer)}))
        return answer

    def message(self, kind: MessageKind, channel: Channel) -> UUID:
        """Create a message of the campaign's own controller."""
        title = f"m_{random_uuid().hex}"

        def create(processing: Processing) -> UUID:
            own = list_controllers(processing)[0].id
            return create_message(processing, NewMessage(kind=kind, channel=channel, title=title, sponsor=own))

        return self.do(create)

    def happened(self, kind: Kind, at: datetime = NOW, *, who: int = 0, **more: Any) -> Recorded:  # noqa: ANN401 - the parts of an interaction
        """Record one interaction; the outcome of a visit or a call may be given."""
        new = NewInteraction(contact=self.persons[who], kind=kind, at=at, **more)
        return self.do(lambda processing: record_interactions(processing, [new]))[0]

    def sending(self, kind: MessageKind, message: UUID, *, minutes: int = 60) -> Sending:
        """Allow a message to be sent by e-mail for so many minutes."""
        expires_at = self.world.clock.at + timedelta(minutes=minutes)
        return Sending(
            eligibility=random_uuid(), channel=Channel.EMAIL, kind=kind, expires_at=expires_at, message=message
        )

    def awaits(self, sending: Sending, persons: Sequence[PersonId]) -> None:
        """Await what is reported of a sending, as whoever allows it does."""
        with self.world.register.open(self.world.actor, MANAGING) as processing:
            counts = await_reports(processing, sending, persons)
            processing.note(Note(event=Event.INTERACTION_LISTED, counts=counts))

    def visited(self, outcome: Outcome, at: datetime = NOW, *, who: int = 0) -> Recorded:
        return self.happened(Kind.VISIT, at, who=who, outcome=outcome)


def people(world: World) -> Sequence[PersonId]:
    """Record three people nobody else has."""
    names = [f"Essai{random_uuid().hex}" for _ in range(3)]
    return recorded(world, *(supporter(world, ("last_name", one), ("email", f"{one}@example.org")) for one in names))
