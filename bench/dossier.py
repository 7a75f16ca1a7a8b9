"""What an answer costs: a dossier of five years of history with its PDF, and erasures one by one.

``python -m bench.dossier``. In one process, on either engine: CPU of this program and of the server beside it.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bench.place import PURPOSE, Place, fresh_place, servers
from bench.spent import spent
from consent.evidence import Indicated, Method, NewEvidence
from consent.record import record_evidence
from contacts.record import record_contacts
from contacts.reveal import reveal_contacts
from dossiers.answer import Desk, answer_person, archive_of
from holdings.erase import RIGHTS
from holdings.orders import Order
from kernel.actor import operator_in
from kernel.identity import PersonId
from outreach.record import NewInteraction, record_interactions
from outreach.words import Kind, Outcome
from policy.draft import Draft
from policy.standing import Action

DOSSIERS, ERASURES = 10, 200
VISITS, ACTS, CONSULTATIONS = 120, 20, 200
BYSTANDERS = 5_000


def measure() -> None:
    """Print both engines' figures."""
    with servers() as urls:
        for engine, url in urls.items():
            with fresh_place(url) as place:
                print(f"\nanswers to persons, {engine}, one process: milliseconds each")
                rights = operator_in(place.actor.campaign, frozenset({PURPOSE, RIGHTS}))
                _answer(replace(place, actor=rights))


def _answer(place: Place) -> None:
    _record(place, BYSTANDERS, "autre")
    (person,) = _record(place, 1, "marie")
    _live(place, person)
    actor, eraser = place.actor, place.installation.eraser
    desk = Desk(place.installation.register, place.folder / "uploads", "http://127.0.0.1:8000")
    _timed("dossier: archive with PDF", DOSSIERS, lambda _: archive_of(desk, actor, RIGHTS, person))
    _timed("dossier: made to be fetched", DOSSIERS, lambda _: answer_person(desk, actor, RIGHTS, person))
    going, asking = _record(place, ERASURES, "parti"), _record(place, ERASURES, "demande")
    _timed("erasure", ERASURES, lambda number: eraser.erase(actor, RIGHTS, [going[number]]))
    orders = [[Order(person=one)] for one in asking]
    _timed("erasure with certificate", ERASURES, lambda number: eraser.erase_ordered(actor, orders[number]))


def _record(place: Place, count: int, name: str) -> list[PersonId]:
    drafts = [
        Draft(
            category="regular",
            origin=place.newsletter,
            data=(
                ("last_name", f"Mesure{number}"),
                ("first_names", "Marie"),
                ("email", f"{name}{number}@example.org"),
                ("external_id", f"crm\x1f{name}{number}"),
            ),
        )
        for number in range(count)
    ]
    persons: list[PersonId] = []
    for start in range(0, count, 2_500):
        with place.installation.register.open(place.actor, PURPOSE) as processing:
            found = record_contacts(processing, drafts[start : start + 2_500])
        persons += [one.person for one in found if one.person is not None]
    return persons


def _live(place: Place, person: PersonId) -> None:
    """Let five years pass: visits, agreements and refusals; and a year of consultations, as long as the log is kept."""
    now, register = place.installation.clock.now(), place.installation.register
    five_years = timedelta(days=5 * 365)
    with register.open(place.actor, PURPOSE) as processing:
        visits = [
            NewInteraction(
                contact=person, kind=Kind.VISIT, at=now - five_years * number / VISITS, outcome=Outcome.RECONTACT
            )
            for number in range(1, VISITS + 1)
        ]
        assert all(one.fault is None for one in record_interactions(processing, visits))
    with register.open(place.actor, PURPOSE) as processing:
        said = [
            NewEvidence(
                person=person,
                purpose="email_campaign",
                channel="email",
                action=Action.GIVEN if number % 2 else Action.WITHDRAWN,
                occurred_at=now - five_years * number / ACTS,
                indicated_by=Indicated.PERSON,
                method=Method.WEB_FORM,
                details={"form": "inscription"},
            )
            for number in range(1, ACTS + 1)
        ]
        record_evidence(processing, said)
    for _ in range(CONSULTATIONS):
        with register.open(place.actor, PURPOSE) as processing:
            reveal_contacts(processing, [person])


def _timed(name: str, count: int, work: Callable[[int], object]) -> None:
    used, began = spent(), time.perf_counter()
    for number in range(count):
        work(number)
    took, now_used = time.perf_counter() - began, spent()
    program, server = (1e3 * (now - before) / count for now, before in zip(now_used, used, strict=True))
    print(f"  {name:34s}{1e3 * took / count:9.2f}   CPU: program {program:8.2f}   server {server:8.2f}", flush=True)


if __name__ == "__main__":
    measure()
