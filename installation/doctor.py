"""Look an installation over, as deep as reading goes, and change nothing: each check says ok, warn or fail, and why."""

import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from audit.checkpoints import CheckpointFile
from audit.errors import Tampered
from audit.standing import check_tail, log_standing
from campaigns.directory import list_campaigns
from crypto.provider import KeyProvider
from holdings.ledger import Ledger
from installation.diagnosis import Diagnosis, State, examine_work
from installation.open import open_provider
from installation.readiness import longest_lag, open_all_keys
from kernel.clock import Clock
from kernel.database import Database, Transaction
from kernel.errors import IsoloirError, Misconfigured
from kernel.identity import CampaignId
from kernel.settings import Settings
from keys.ages import root_since
from migrations.guards import broken_guards, weak_login
from migrations.run import differences, is_current

_OTHERS = 0o077
_OLDEST_SQLITE = (3, 37, 0)
_OLDEST_POSTGRESQL = 15
_MEBIBYTE = 1 << 20
_SECONDS_APART = 5.0
_FAR_APART = 60.0
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class _Patient:
    """What the checks of the database look at."""

    settings: Settings
    clock: Clock
    reading: Transaction
    provider: KeyProvider | None
    ledger: Ledger | None
    campaigns: list[CampaignId]


def examine(settings: Settings, clock: Clock) -> list[Diagnosis]:
    """Look everything over; a check that cannot be made says so and fails."""
    found = [Diagnosis("settings", "ok"), *_address(settings), Diagnosis("hosting", "ok", settings.hosting)]
    if not settings.data_dir.is_dir():
        return [*found, Diagnosis("folder", "fail", "there is no installation in this folder: run isoloir init")]
    found += [*_folder(settings), *_disk(settings)]
    provider, keys = _provider(settings)
    ledger, erasures = _ledger(settings)
    return [*found, *keys, *erasures, *_database(settings, clock, provider, ledger)]


def _address(settings: Settings) -> Iterator[Diagnosis]:
    url = settings.public_url
    if url.startswith("http://") and not url.startswith(("http://127.0.0.1", "http://localhost", "http://[::1]")):
        yield Diagnosis("settings", "warn", "ISOLOIR_PUBLIC_URL is not https: tokens would travel in clear")


def _folder(settings: Settings) -> Iterator[Diagnosis]:
    folder = settings.data_dir
    open_to_others = [path for path in (folder, *folder.rglob("*")) if _is_open(path)]
    if open_to_others:
        name = open_to_others[0].relative_to(folder)
        yield Diagnosis("folder", "fail", f"others may read or write {len(open_to_others)} of the files: {name}")
    elif folder.stat().st_uid != os.geteuid():
        yield Diagnosis("folder", "warn", "the folder belongs to another user")
    else:
        yield Diagnosis("folder", "ok")


def _is_open(path: Path) -> bool:
    try:
        told = path.lstat()
    except FileNotFoundError:
        return False  # It went while we looked.
    return bool(told.st_mode & _OTHERS) and not path.is_symlink()


def _disk(settings: Settings) -> Iterator[Diagnosis]:
    free = shutil.disk_usage(settings.data_dir).free // _MEBIBYTE
    state: State = "ok" if free >= 4 * settings.disk_free_mib else "warn"
    yield Diagnosis("disk", state if free >= settings.disk_free_mib else "fail", f"{free} MiB free")


def _provider(settings: Settings) -> tuple[KeyProvider | None, list[Diagnosis]]:
    if settings.key_provider == "file" and not settings.root_key_file.exists():  # Opening would make its lock file.
        return None, [Diagnosis("root_key", "fail", "the root key file is missing or out of reach")]
    try:
        provider = open_provider(settings)
        versions = provider.versions()
    except (IsoloirError, OSError) as problem:
        return None, [Diagnosis("root_key", "fail", _told(problem))]
    return provider, [Diagnosis("root_key", "ok", f"version {versions[-1]}")]


def _ledger(settings: Settings) -> tuple[Ledger | None, list[Diagnosis]]:
    """Return the ledger if there is one: the first start makes it, and a missing one may have been lost."""
    if not settings.ledger_dir.is_dir():
        return None, []
    try:
        ledger = Ledger(settings.ledger_dir)
        ledger.check_writable()
    except OSError:
        return None, [Diagnosis("ledger", "fail", "the erasure ledger cannot be written")]
    return ledger, []


def _database(
    settings: Settings, clock: Clock, provider: KeyProvider | None, ledger: Ledger | None
) -> Iterator[Diagnosis]:
    try:
        looked_at = _only_reading(settings)
        database = Database(looked_at)
        try:
            with database.directory() as reading:
                yield _engine(reading)
                yield from _schema(looked_at, reading)
                campaigns = [one.id for one in list_campaigns(database)]
                patient = _Patient(settings, clock, reading, provider, ledger, campaigns)
                for check in _CHECKS:
                    yield from check(patient)
        finally:
            database.close()
    except (SQLAlchemyError, IsoloirError, OSError) as problem:
        yield Diagnosis("database", "fail", _told(problem))


def _only_reading(settings: Settings) -> Settings:
    """Return the settings with SQLite's file opened for reading only: even to look must not write."""
    if not settings.url.startswith("sqlite"):
        return settings
    path = Path(make_url(settings.url).database or "")
    if not path.is_file():
        message = "the database is missing: run isoloir init"
        raise Misconfigured(message)
    return settings.model_copy(update={"database_url": f"sqlite:///file:{path.absolute()}?mode=ro&uri=true"})


def _engine(reading: Transaction) -> Diagnosis:
    if not reading.on_postgresql:
        state: State = "ok" if sqlite3.sqlite_version_info >= _OLDEST_SQLITE else "fail"
        return Diagnosis("database", state, f"SQLite {sqlite3.sqlite_version}")
    number = int(reading.query(text("SELECT current_setting('server_version_num')"))[0][0])
    version = number // 10_000
    return Diagnosis("database", "ok" if version >= _OLDEST_POSTGRESQL else "fail", f"PostgreSQL {version}")


def _schema(settings: Settings, reading: Transaction) -> Iterator[Diagnosis]:
    if not is_current(reading):
        message = "the database is not at the newest schema: run isoloir migrate"
        raise Misconfigured(message)
    found = differences(settings.url)
    yield (
        Diagnosis("schema", "fail", f"{len(found)} tables or columns are not those of the program")
        if found
        else (Diagnosis("schema", "ok"))
    )


def _guards(patient: _Patient) -> Iterator[Diagnosis]:
    if not patient.reading.on_postgresql:
        return
    broken = list(broken_guards(patient.reading))
    yield from (Diagnosis("guards", "fail", one) for one in broken)
    weak = weak_login(patient.reading)
    if weak is not None:
        yield Diagnosis("guards", "warn", weak)
    elif not broken:
        yield Diagnosis("guards", "ok")


def _clock(patient: _Patient) -> Iterator[Diagnosis]:
    now = patient.clock.now()
    if patient.reading.on_postgresql:
        apart = abs((patient.reading.query(text("SELECT clock_timestamp()"))[0][0] - now).total_seconds())
        if apart > _SECONDS_APART:
            state: State = "fail" if apart > _FAR_APART else "warn"
            yield Diagnosis("clock", state, f"the clock and the database's are {apart:.0f} seconds apart")
            return
    yield Diagnosis("clock", "ok", now.isoformat(timespec="seconds"))


def _root(patient: _Patient) -> Iterator[Diagnosis]:
    """Tell of a version that outlives its day: a certificate of erasure names the day after which none opens."""
    if patient.provider is None:
        return
    versions, days = patient.provider.versions(), patient.settings.root_rotation_days
    since = root_since(patient.reading, versions[-1])
    if since is None and len(versions) > 1:
        text_ = f"{len(versions)} versions of the root key live: finish with isoloir keys rotate root"
        yield Diagnosis("root_key", "warn", text_)
    elif since is not None and patient.clock.now() - since > timedelta(days=days // min(len(versions), 2) + 1):
        yield Diagnosis("root_key", "warn", "the root key is past its day: run isoloir keys rotate --root --due")


def _campaigns(patient: _Patient) -> Iterator[Diagnosis]:
    """Check keys, ledger and log of each campaign; what holds everywhere is said once."""
    if patient.provider is None:
        return
    found = [one for campaign in patient.campaigns for one in _campaign(patient, patient.provider, campaign)]
    for name in ("keys", "ledger", "log"):
        told = [one for one in found if one.name == name]
        yield from told or [Diagnosis(name, "ok", f"{len(patient.campaigns)} campaigns")]


def _campaign(patient: _Patient, provider: KeyProvider, campaign: CampaignId) -> Iterator[Diagnosis]:
    reading = patient.reading
    reading.enter(campaign)
    try:
        keys = open_all_keys(reading, provider, campaign)
    except IsoloirError:
        yield Diagnosis("keys", "fail", f"a key of the campaign {campaign} does not open")
        return
    try:
        standing = log_standing(reading, campaign, keys)
        check_tail(reading, campaign, keys, CheckpointFile(patient.settings.checkpoint_dir))
    except Tampered as problem:
        yield Diagnosis("log", "fail", f"the log of the campaign {campaign} does not hold: {problem}")
        return
    yield from _erasures(patient, campaign, standing.erasures)
    if standing.oldest is not None and standing.oldest > patient.clock.now() + _AHEAD:
        yield Diagnosis("log", "fail", "entries are dated ahead of the clock")
    if standing.lag(patient.clock.now()) > longest_lag(patient.settings):
        yield Diagnosis("log", "warn", f"{standing.waiting} entries wait for their number: does a server run?")


def _erasures(patient: _Patient, campaign: CampaignId, known: int) -> Iterator[Diagnosis]:
    if patient.ledger is None:
        if known:
            yield Diagnosis("ledger", "fail", "the erasure ledger is missing: bring it back")
        return
    try:
        if not patient.ledger.holds(campaign, known):
            text_ = f"the erasure ledger of the campaign {campaign} is shorter than the log knows: bring it back"
            yield Diagnosis("ledger", "fail", text_)
        elif unfinished := patient.ledger.unfinished(campaign):
            yield Diagnosis("ledger", "warn", f"{len(unfinished)} erasures wait to be completed: start the server")
    except Misconfigured as problem:
        yield Diagnosis("ledger", "fail", _told(problem))


def _work(patient: _Patient) -> Iterator[Diagnosis]:
    yield from examine_work(patient.reading, patient.campaigns, patient.clock.now())


_CHECKS: tuple[Callable[[_Patient], Iterator[Diagnosis]], ...] = (_guards, _clock, _root, _campaigns, _work)


def _told(problem: Exception) -> str:
    """Return what may be said of a problem: our own messages; of any other its class alone."""
    if isinstance(problem, IsoloirError):
        return str(problem)
    return f"it does not answer ({type(problem).__name__})"
