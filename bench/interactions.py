"""Interactions recorded one by one and a thousand at a time, and what is asked of them.

``python -m bench.interactions``. In one process, on either engine: whole processings, each with its note, its lock on
the persons' keys and its commit.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from bench.place import PURPOSE, Place, fresh_place, servers
from bench.spent import spent
from campaigns.controllers import list_controllers
from contacts.record import record_contacts
from kernel.identity import PersonId, random_uuid
from outreach.awaited import Sending, await_reports, count_unreported
from outreach.history import already_sent, first_contacted, last_acts, opposed_through
from outreach.messages import NewMessage, create_message
from outreach.record import MOST, NewInteraction, record_interactions
from outreach.words import Channel, Kind, MessageKind, Outcome
from policy.draft import Draft

PEOPLE = 20_000
SINGLE = 500
BATCHES = 20
QUESTIONS: dict[str, Callable[..., Any]] = {
    "already sent": lambda processing, persons: already_sent(processing, persons, MessageKind.INVITATION),
    "last acts": last_acts,
    "first contacted": first_contacted,
    "opposed": lambda processing, persons: opposed_through(processing, persons, Channel.DOOR),
}


def measure() -> None:
    """Print both engines' figures."""
    with servers() as urls:
        for engine, url in urls.items():
            with fresh_place(url) as place:
                print(f"\ninteractions, {engine}, one process: a second")
                people = list(_people(place))
                _record(place, people, _message(place, "mesure"))
                _ask(place, people)
                _presume(place, people, _message(place, "autre-mesure"))


def _people(place: Place) -> Iterator[PersonId]:
    for start in range(0, PEOPLE, 4_000):
        drafts = [
            Draft(category="regular", origin=place.newsletter, data=(("email", f"mesure{number}@example.org"),))
            for number in range(start, min(start + 4_000, PEOPLE))
        ]
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            yield from (one.person for one in record_contacts(processing, drafts) if one.person is not None)


def _message(place: Place, title: str) -> UUID:
    with place.installation.register.open(place.actor, PURPOSE) as processing:
        own = list_controllers(processing)[0].id
        new = NewMessage(kind=MessageKind.INVITATION, channel=Channel.EMAIL, title=title, sponsor=own)
        return create_message(processing, new)


def _record(place: Place, people: Sequence[PersonId], message: UUID) -> None:
    visits = [_visit(place, person) for person in people[:SINGLE]]
    timed("recorded one by one", SINGLE, lambda: _recorded(place, [[one] for one in visits]))
    batches = [
        [_sent(place, people[(MOST * batch + number) % PEOPLE], message) for number in range(MOST)]
        for batch in range(BATCHES)
    ]
    timed("recorded a thousand at a time", MOST * BATCHES, lambda: _recorded(place, batches))


def _recorded(place: Place, batches: Sequence[Sequence[NewInteraction]]) -> None:
    for proposed in batches:
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            assert all(one.fault is None for one in record_interactions(processing, proposed))


def _visit(place: Place, person: PersonId) -> NewInteraction:
    at = place.installation.clock.now()
    return NewInteraction(contact=person, kind=Kind.VISIT, at=at, outcome=Outcome.RECONTACT)


def _sent(place: Place, person: PersonId, message: UUID) -> NewInteraction:
    return NewInteraction(contact=person, kind=Kind.SENT, at=place.installation.clock.now(), message=message)


def _ask(place: Place, people: Sequence[PersonId]) -> None:
    for name, question in QUESTIONS.items():
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            began = time.perf_counter()
            answer = question(processing, people)
            took = time.perf_counter() - began
            processing.note(Note(event=Event.INTERACTION_LISTED, counts={"interaction.read": len(answer)}))
        print(f"  {'asked: ' + name:34s}{PEOPLE / took:12,.0f} persons ({len(answer)} named)")


def _presume(place: Place, people: Sequence[PersonId], message: UUID) -> None:
    expired = place.installation.clock.now() - timedelta(minutes=1)
    sending = Sending(
        eligibility=random_uuid(),
        channel=Channel.EMAIL,
        kind=MessageKind.INVITATION,
        expires_at=expired,
        message=message,
    )

    def awaits() -> None:
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            counts = await_reports(processing, sending, people)
            processing.note(Note(event=Event.INTERACTION_LISTED, counts=counts))

    def presumes() -> None:
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            assert count_unreported(processing, sending.eligibility) == PEOPLE

    timed("awaited", PEOPLE, awaits)
    timed("presumed sent", PEOPLE, presumes)


def timed(name: str, count: int, work: Callable[[], object]) -> None:
    """Print how many acts a second it was, and the CPU that each took."""
    used, began = spent(), time.perf_counter()
    work()
    rate, now_used = count / (time.perf_counter() - began), spent()
    program, server = (1e6 * (now - before) / count for now, before in zip(now_used, used, strict=True))
    print(
        f"  {name:34s}{rate:12,.0f}   CPU each, microseconds: program {program:8.1f}   server {server:8.1f}", flush=True
    )


if __name__ == "__main__":
    measure()
