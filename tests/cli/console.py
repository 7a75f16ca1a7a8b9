"""The real console script, run as people run it, in an installation of the test's own."""

import csv
import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import psycopg
from sqlalchemy import make_url

from campaigns.create import NewCampaign, NewElection, add_election, create_campaign
from contacts.declare import NewOrigin, declare_origin
from installation.create import create_installation
from installation.open import open_installation
from kernel.actor import operator_in
from kernel.identity import CampaignId
from kernel.settings import Settings, load_settings
from tests.factories import activate, roll_of
from tests.forking import Forked, run_forked
from tests.kept_worlds import Kept, keep

SCRIPT = str(Path(sys.executable).parent / "isoloir")
PATIENCE = 120.0
_LOOK = 0.02
"""Seconds between two looks: each is a connection to the database, and takes time from the program that is awaited."""
_LONG_ENOUGH_TO_BE_SEEN = "2"
"""Seconds between the steps of a rotation that is to be killed: on a busy machine a shorter step passes unseen."""
OBTAINED = date(2026, 11, 1)


@dataclass(frozen=True)
class Begun:
    """An installation as a console left it, and the campaigns in it."""

    kept: Kept
    campaigns: tuple[str, ...]


@dataclass
class Console:
    """Where the commands run; ``url`` is empty for the SQLite file that they make themselves."""

    folder: Path
    url: str = ""
    more: dict[str, str] = field(default_factory=dict)
    campaigns: list[str] = field(default_factory=list)
    _started: int = 0

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def on_postgresql(self) -> bool:
        return self.url.startswith("postgresql")

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("ISOLOIR_")}
        settings = {"ISOLOIR_HOSTING": "FR", "ISOLOIR_DATA_DIR": str(self.data), "ISOLOIR_LANG": "fr"}
        settings["ISOLOIR_KEYS_SECONDS"] = "0.4"  # Rotations wait for it between their steps.
        return {**kept, **settings, "ISOLOIR_DATABASE_URL": self.url, **self.more}

    def settings(self) -> Settings:
        return load_settings(data_dir=self.data, database_url=self.url, hosting="FR")

    def kept(self) -> Begun:
        """Return what there is, for other consoles to begin with."""
        return Begun(keep(self.settings().url, self.data), tuple(self.campaigns))

    def bring_back(self, begun: Begun) -> bool:
        """Begin with what another console left, if nothing is here yet."""
        brought = not self.campaigns and begun.kept.restore(self.settings().url, self.data)
        self.campaigns += begun.campaigns if brought else ()
        return brought

    def run(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return run_forked(words, self.environment, self.folder, given, PATIENCE * 2)

    def json(self, *words: str, given: str = "") -> dict[str, Any]:
        """Run a command that must succeed, and return its answer."""
        done = self.run(*words, "--json", given=given)
        assert done.returncode == 0, done.stdout + done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    def start(self, *words: str, **more: str) -> Forked:
        """Start a program that goes on, and may be killed."""
        self._started += 1
        return Forked(words, self.environment | more, self.folder, self.folder / f"told-{self._started}")

    def start_cold(self, *words: str) -> subprocess.Popen[str]:
        """Start the script itself, which has to load all it needs."""
        return subprocess.Popen(
            [SCRIPT, *words],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.folder,
        )

    def kill_when(self, words: Sequence[str], reached: Callable[[], bool]) -> None:
        """Start a command, wait for a state of the database or of a file, and kill the command there."""
        process = self.start(*words, ISOLOIR_KEYS_SECONDS=_LONG_ENOUGH_TO_BE_SEEN)
        wait_for(reached, process)
        process.kill()
        assert process.wait(PATIENCE) == -signal.SIGKILL

    @property
    def database(self) -> Path:
        return Path(make_url(self.url).database or "") if self.url else self.data / "isoloir.db"

    def ask(self, question: str) -> list[Any]:
        """Ask the database itself, past the product; tables of keys are named ``keys.x`` on both engines."""
        if self.on_postgresql:
            return [row for campaign in self.campaigns for row in self._ask_postgresql(campaign, question)]
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return connection.execute(question.replace("keys.", "")).fetchall()

    def _ask_postgresql(self, campaign: str, question: str) -> list[Any]:
        # Row-level security binds the owner of the tables too.
        with psycopg.connect(self.postgresql) as connection:
            connection.execute("SELECT set_config('isoloir.campaign', %s, false)", (campaign,))
            return connection.execute(question.encode()).fetchall()

    def count(self, question: str) -> int:
        return sum(int(row[0]) for row in self.ask(f"SELECT count(*) FROM {question}"))  # noqa: S608 - our own words

    @property
    def postgresql(self) -> str:
        return make_url(self.url).set(drivername="postgresql").render_as_string(hide_password=False)

    @contextmanager
    def rows_held(self, question: str) -> Generator[None]:
        """Hold rows of the newest campaign on PostgreSQL, so that a command stops when it comes to change them."""
        with psycopg.connect(self.postgresql) as connection:
            connection.execute("SELECT set_config('isoloir.campaign', %s, false)", (self.campaigns[-1],))
            connection.execute(f"{question} FOR UPDATE".encode())
            yield
            connection.rollback()

    @contextmanager
    def gate_held(self) -> Generator[None]:
        """Hold SQLite's gate, so that a command stops before its next transaction."""
        with file_held(self.database.with_name(self.database.name + ".gate"), fcntl.LOCK_EX):
            yield


@contextmanager
def file_held(path: Path, kind: int) -> Generator[None]:
    """Hold an advisory lock on a file."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, kind)
        yield
    finally:
        os.close(descriptor)


def wait_for(reached: Callable[[], bool], process: Forked | subprocess.Popen[str]) -> None:
    """Wait until something is so; fail at once if the process ends before."""
    end = time.monotonic() + PATIENCE
    while not reached():
        if process.poll() is not None:
            told = process.written() if isinstance(process, Forked) else "".join(process.communicate())
            raise AssertionError(f"ended before with {process.returncode}: {told}")
        assert time.monotonic() < end
        time.sleep(_LOOK)


def begin(console: Console) -> str:
    """Create the installation, a campaign with an election, and two origins, without the price of five programs."""
    begun = _begun.get(console.on_postgresql)
    if begun is None or not console.bring_back(begun):
        _begin(console)
        _begun.setdefault(console.on_postgresql, console.kept())
    return console.campaigns[-1]


_begun: dict[bool, Begun] = {}


def _begin(console: Console) -> None:
    settings = console.settings()
    create_installation(settings)
    with open_installation(settings) as installation:
        campaign = new_campaign(console, "party")
        actor = operator_in(CampaignId(UUID(campaign)))
        rounds: dict[str, Any] = {"first_round": date(2099, 3, 15), "second_round": date(2099, 3, 22)}
        ballot = NewElection(title="Municipales", type="municipal", **rounds)
        election = add_election(installation.register, actor, ballot)
        roll_of(installation.register, actor, election, OBTAINED, number=1)
        with installation.register.open(actor, "administration") as processing:
            declare_origin(processing, NewOrigin(kind="newsletter", obtained_on=OBTAINED))


def new_campaign(console: Console, kind: Literal["party", "candidate"]) -> str:
    """Create a campaign, which the console's questions then ask for too."""
    with open_installation(console.settings()) as installation:
        new = NewCampaign(controller="Essai", kind=kind, name="Municipales", country="FR")
        made = create_campaign(installation.register, installation.provider, new)
        activate(installation.register, operator_in(made))
    console.campaigns.append(str(made))
    return console.campaigns[-1]


def bring_in(path: Path, *more: str) -> list[str]:
    """Return the command that imports a NationBuilder export of people."""
    return ["import", str(path), "--origin", "2", "--purpose", "contact_management", "--category", "regular", *more]


def external_ids(console: Console) -> list[str]:
    """Export everybody and return the external ids, sorted; a person whom two rows told of has two."""
    return sorted(one for row in _exported(console) for one in row["external_id"].split(" | "))


def persons(console: Console) -> list[str]:
    """Export everybody and return the persons' ids."""
    return [row["id"] for row in _exported(console)]


def _exported(console: Console) -> list[dict[str, str]]:
    out = console.folder / "everybody.csv"
    cap = console.count("contact")  # What one may let leave alone in a day is for all exports of that day together.
    asked = f"--purpose rights_request --reason a --recipient équipe --cap {cap} --out".split()
    console.json("export", *asked, str(out))
    with out.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    out.unlink()
    return rows
