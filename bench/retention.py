"""The sweep, and a restoration with a long ledger: ``python -m bench.retention``.

In one process, on either engine: whole processings with their notes, keys shredded, the ledger synced. PostgreSQL is
dumped under the login of ``ISOLOIR_BENCH_BACKUP_URL``, or of the throw-away server's superuser.
"""

import dataclasses
import gc
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
from sqlalchemy import make_url

from backups.artefact import draw_identity
from bench.place import PURPOSE, Place, fresh_place, servers
from bench.spent import spent
from campaigns.ballots import State
from campaigns.elections import change_election, list_elections
from contacts.record import record_contacts
from installation.backup import make_backup
from installation.restore import Wanted, restore_installation
from kernel.settings import Settings
from policy.draft import Draft
from retention.sweep import sweep_contacts

VOTERS = 20_000
KEPT = 10_000
ENTRIES = 10_000


def measure() -> None:
    """Print both engines' figures."""
    with servers() as urls:
        for engine, url in urls.items():
            with fresh_place(url) as place:
                print(f"\nretention, {engine}, one process")
                _fill(place)
                _timed("examined, nothing past its day", VOTERS + KEPT, lambda: _sweep(place))
                _decide(place)
                _analyse(url and place.installation.settings.database_url)
                gc.freeze()  # As a server does once it runs.
                _timed("simulated, the election decided", VOTERS + KEPT, lambda: _sweep(place, simulated=True))
                _timed("swept: persons erased", VOTERS, lambda: _sweep(place))
                _restore(place)


def _fill(place: Place) -> None:
    names = (("last_name", "Mesure"), ("first_names", "Jean"), ("birth_date", "1960-05-04"))
    roll = [Draft(category="roll", origin=place.roll, data=names) for _ in range(VOTERS)]
    kept = [
        Draft(category="regular", origin=place.newsletter, data=(("email", f"mesure{number}@example.org"),))
        for number in range(KEPT)
    ]
    for drafts in (roll, kept):
        for start in range(0, len(drafts), 4_000):
            with place.installation.register.open(place.actor, PURPOSE) as processing:
                record_contacts(processing, drafts[start : start + 4_000])


def _decide(place: Place) -> None:
    with place.installation.register.open(place.actor, "administration") as processing:
        election = list_elections(processing)[0].id
        change_election(processing, election, State.ANNULLED, processing.today)


def _analyse(url: str) -> None:
    """Let PostgreSQL's planner know the rows, as it does within a minute of their coming."""
    if url:
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        own = make_url(_superuser(plain)).set(database=make_url(url).database)
        with psycopg.connect(own.render_as_string(hide_password=False)) as known:
            known.execute(b"ANALYZE")


def _sweep(place: Place, *, simulated: bool = False) -> None:
    sweep_contacts(place.installation.eraser, place.actor, simulated=simulated, tell=lambda _: None)


def _restore(place: Place) -> None:
    """Restore twice, with the ledger as it is and with ten thousand entries more: the difference is the replay."""
    identity, recipient = draw_identity()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "identity").write_text(identity)
        to = [recipient]
        settings = place.installation.settings
        settings = settings.model_copy(update={"backup_url": _superuser(settings.database_url)})
        installation = dataclasses.replace(place.installation, settings=settings)
        make_backup(installation, folder / "backups", data_recipients=to, keys_recipients=to, keys_days=7)
        wanted = Wanted(folder=folder / "backups", name=None, identities=[folder / "identity"])
        for entries in (0, ENTRIES):
            _replay(place, settings, wanted, entries, folder / f"there-{entries}")


def _replay(place: Place, here: Settings, wanted: Wanted, entries: int, folder: Path) -> None:
    folder.mkdir(mode=0o700)
    for name in ("erasures", "checkpoints"):
        shutil.copytree(here.data_dir / name, folder / name)
    ledger = folder / "erasures" / f"{place.actor.campaign}.ledger"
    with ledger.open("a", encoding="ascii") as file:
        for number in range(entries):
            digest = hashlib.sha256(str(number).encode()).hexdigest()
            file.write(f"meant {digest}\ndone {digest}\n")
    url, name = f"sqlite:///{folder / 'there.db'}", ""
    if place.installation.database.on_postgresql:
        parsed, name = make_url(here.backup_url), f"bench_there_{entries}"
        _maintain(here.backup_url, f'CREATE DATABASE "{name}"')
        url = parsed.set(drivername="postgresql+psycopg", database=name).render_as_string(hide_password=False)
    there = here.model_copy(update={"data_dir": folder, "database_url": url, "backup_url": ""})
    began = time.perf_counter()
    restore_installation(there, wanted, provider=place.installation.provider)
    print(
        f"  {f'restored, {entries:,} entries more in the ledger':44s}{time.perf_counter() - began:10.2f} s", flush=True
    )
    if name:
        _maintain(here.backup_url, f'DROP DATABASE "{name}" WITH (FORCE)')


def _superuser(url: str) -> str:
    given = os.environ.get("ISOLOIR_BENCH_BACKUP_URL")
    return given or (make_url(url).set(username="postgres").render_as_string(hide_password=False) if url else "")


def _maintain(url: str, statement: str) -> None:
    plain = make_url(url).set(drivername="postgresql", database="postgres").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement.encode())


def _timed(name: str, count: int, work: Callable[[], object]) -> None:
    used, began = spent(), time.perf_counter()
    work()
    rate = count / (time.perf_counter() - began)
    program, server = (1e6 * (now - before) / count for now, before in zip(spent(), used, strict=True))
    costs = f"CPU each, microseconds: program {program:7.1f}   server {server:7.1f}"
    print(f"  {name:36s}{rate:10,.0f} a second   {costs}", flush=True)


if __name__ == "__main__":
    measure()
