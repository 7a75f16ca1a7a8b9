"""Who may be reached: contacts with mixed evidence on PostgreSQL, decided set by set; one check; evidence.

``python -m bench.eligibility [--contacts 1000000] [--url postgresql+psycopg://...]``. Without a URL it starts a cluster
of its own and stops it at the end; the server's CPU is then told too.
"""

import argparse
import gc
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from bench.interactions import timed
from bench.place import DURABLE
from consent.evidence import Method, NewEvidence
from consent.record import record_evidence
from eligibility.answer import answer_eligibility
from eligibility.question import Enquiry
from kernel.identity import PersonId
from policy.standing import Action
from tests.factories import MANAGING, World, marie, new_world, opened, recorded, supporter
from tests.postgres_server import running_cluster

PURPOSE = "email_campaign"
CONTACTS = 200_000
"""How many ``make bench`` measures; the figures that are promised are of a million."""
SINGLE = 500
PEOPLE = 20_000
BATCH = 4_000
_CONTACTS = """
INSERT INTO contact SELECT campaign_id, gen_random_uuid(),
  (ARRAY['regular','prospect','roll','occasional'])[1 + n %% 4], origin, commune, polling_station,
  n %% 211 = 0, flagged, consent_from, CASE WHEN n %% 97 = 0 THEN DATE '2028-01-01' END, due_on, created_at,
  updated_at, revision, index_version, indexes, record
FROM contact, generate_series(1, %s) n WHERE id = %s
"""
_STANDINGS = """
INSERT INTO consent_standing SELECT campaign_id, id, 'email_campaign', 1, 1 + (h & 7), false, false,
  CASE WHEN (h & 7) = 3 THEN TIMESTAMPTZ '2026-01-01' END, CASE WHEN (h & 7) > 5 THEN TIMESTAMPTZ '2026-02-01' END,
  CASE WHEN h %% 5 = 0 THEN DATE '2026-06-01' END, 0, 1440
FROM (SELECT campaign_id, id, abs(hashtext(id::text)) h FROM contact WHERE campaign_id = %s) c WHERE h %% 3 > 0
"""
_WIDE = """
INSERT INTO consent_standing SELECT campaign_id, id, '*', 0, 7, false, false, NULL, TIMESTAMPTZ '2026-03-01', NULL,
  0, 1440 FROM contact WHERE campaign_id = %s AND abs(hashtext(id::text)) %% 29 = 0
"""
_BOUNCED = """
INSERT INTO interaction SELECT campaign_id, gen_random_uuid(), id, 'bounced', 'email', NULL, NULL, 'propaganda', NULL,
  TIMESTAMPTZ '2026-10-01', TIMESTAMPTZ '2026-10-01', 'client', 'bench' FROM contact
WHERE campaign_id = %s AND abs(hashtext(id::text)) %% 23 = 0
"""


def main() -> None:
    """Measure as many contacts as are asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--contacts", type=int, default=1_000_000)
    parser.add_argument("--url")
    given = parser.parse_args()
    measure(given.contacts, given.url)


def measure(contacts: int, url: str | None = None) -> None:
    """Print the figures of a campaign of so many contacts."""
    with ExitStack() as stack:
        server = url or stack.enter_context(running_cluster(DURABLE))
        from migrations.run import upgrade  # noqa: PLC0415 - alembic takes its time

        name = f"isoloir_bench_{time.time_ns()}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"'.encode())
        own = make_url(server).set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
        upgrade(own)
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        with opened(own, Path(folder), remembered=2) as installation:
            print(f"\neligibility, postgresql, one process, {contacts:,} contacts: a second")
            _measure(new_world(installation, own), contacts)


def _measure(world: World, contacts: int) -> None:
    (first,) = recorded(world, marie(world))
    plain = make_url(world.url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(b"SELECT set_config('isoloir.campaign', %s, false)", (str(world.campaign),))
        connection.execute(_CONTACTS.encode(), (contacts, first))
        connection.execute(_STANDINGS.encode(), (world.campaign,))
        connection.execute(_WIDE.encode(), (world.campaign,))
        connection.execute(_BOUNCED.encode(), (world.campaign,))
        connection.execute(b"VACUUM ANALYZE")
        ids = [row[0] for row in connection.execute(b"SELECT id FROM contact ORDER BY random() LIMIT 100000")]
    gc.freeze()  # As a server does once it runs.
    world.clock.at += timedelta(seconds=1)  # An origin is remembered from the moment after it was declared.
    _decide_all(world, contacts)
    _decide_listed(world, [PersonId(one) for one in ids])
    _decide_one(world, first)
    _record(world)


def _decide_all(world: World, contacts: int) -> None:
    def decide() -> None:
        with world.register.open(world.actor, PURPOSE) as processing:
            answer = answer_eligibility(processing, Enquiry(channel="email", limit=None))
        assert sum(one.size for one in answer.verdicts) > contacts

    decide()  # What the connection that loaded used stands in the server's account by then.
    timed("decided, the whole campaign", contacts, decide)


def _decide_listed(world: World, persons: list[PersonId]) -> None:
    def decide() -> None:
        with world.register.open(world.actor, PURPOSE) as processing:
            answer_eligibility(processing, Enquiry(channel="email", persons=persons, criteria=()))

    timed("decided, ids drawn at random", len(persons), decide)


def _decide_one(world: World, person: PersonId) -> None:
    def check() -> None:
        with world.register.open(world.actor, PURPOSE) as processing:
            answer_eligibility(processing, Enquiry(channel="email", persons=[person], criteria=()))

    check()
    timed("decided one by one", SINGLE, lambda: _repeated(check, SINGLE))


def _record(world: World) -> None:
    emails = (supporter(world, ("last_name", f"Dupont{n}"), ("email", f"m{n}@example.org")) for n in range(PEOPLE))
    batch = list(emails)
    persons = [person for at in range(0, PEOPLE, BATCH) for person in recorded(world, *batch[at : at + BATCH])]
    gc.freeze()
    for told, details in (("", {}), (", sealed", {"form": "https://example.org/lettre"})):
        batches = [[_said(world, one, details) for one in persons[at : at + BATCH]] for at in range(0, PEOPLE, BATCH)]
        timed(f"evidence, {BATCH:,} at a time{told}", PEOPLE, partial(_recorded, world, batches))
    single = [[_said(world, person, {})] for person in persons[:SINGLE]]
    timed("evidence one by one", SINGLE, lambda: _recorded(world, single))


def _recorded(world: World, batches: Sequence[Sequence[NewEvidence]]) -> None:
    for proposed in batches:
        with world.register.open(world.actor, MANAGING) as processing:
            record_evidence(processing, proposed)


def _repeated(work: Callable[[], None], times: int) -> None:
    for _ in range(times):
        work()


def _said(world: World, person: PersonId, details: dict[str, str]) -> NewEvidence:
    return NewEvidence(
        person=person,
        purpose=PURPOSE,
        channel="email",
        action=Action.GIVEN,
        occurred_at=world.clock.at - timedelta(hours=1),
        method=Method.IMPORT,
        details=details,
    )


if __name__ == "__main__":
    main()
