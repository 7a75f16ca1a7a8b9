"""PostgreSQL: two dumps of one snapshot, data and keys, by the server's own programs, and their restoration."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psycopg
import structlog
from sqlalchemy import make_url

from backups.artefact import Identities, Recipients, open_artefact, seal_artefact
from kernel.columns import KEYS
from kernel.errors import Conflict, Misconfigured

events = structlog.get_logger("backups")

_KEYS_ONLY = ("--data-only", f"--table={KEYS}.*", "--table=public.controller_key")
_NO_KEYS = (f"--exclude-table-data={KEYS}.*", "--exclude-table-data=public.controller_key")
_EMPTY = "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public'"


def dump_postgresql(url: str, *, data: tuple[Path, Recipients], keys: tuple[Path, Recipients]) -> tuple[str, str]:
    """Seal two dumps of one snapshot; return their digests.

    The login must go round row-level security (BYPASSRLS): a dump that left rows out would be none.
    """
    with psycopg.connect(_plain(url)) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        common = ("--format=custom", "--compress=0", "--no-owner", f"--snapshot={row[0] if row else ''}")
        data_digest = _dump(url, (*common, *_NO_KEYS), data)
        return data_digest, _dump(url, (*common, *_KEYS_ONLY), keys)


def require_empty(url: str) -> None:
    """Raise Conflict where something is in the database."""
    with psycopg.connect(_plain(url)) as connection:
        row = connection.execute(_EMPTY).fetchone()
        if row is None or row[0]:
            raise Conflict("a database is there already: restore into an empty place")


def load_postgresql(url: str, *, data: Path, keys: Path, identities: Identities) -> None:
    """Put an empty database together from both artefacts. Raises Unopenable, Misconfigured.

    Rows come in before row-level security is put up, because it binds the owner of the tables too.
    """
    _load(url, ("--section=pre-data", "--section=data"), data, identities)
    _load(url, ("--section=data",), keys, identities)
    _load(url, ("--section=post-data",), data, identities)


def take_statistics(url: str) -> None:
    """Have the server take statistics of a copy, which comes without any; where it cannot, say so and go on.

    Until it has some, it may compare each row with all of another table: that is slow, and nothing worse.
    """
    try:
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            connection.execute("SET statement_timeout = 0")
            connection.execute("ANALYZE")
    except psycopg.Error:
        events.warning("statistics_not_taken", exc_info=True)


def program(name: str) -> str:
    """Find one of the server's own programs, of the newest version here. Raises Misconfigured."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name))
    places = [os.environ.get("ISOLOIR_POSTGRESQL_BIN", ""), *map(str, reversed(folders)), os.environ.get("PATH", "")]
    found = shutil.which(name, path=os.pathsep.join(filter(None, places)))
    if found is None:
        message = f"the program {name} of PostgreSQL is not on this machine"
        raise Misconfigured(message)
    return found


def _dump(url: str, options: Sequence[str], into: tuple[Path, Recipients]) -> str:
    words, environment = _called("pg_dump", url)
    with subprocess.Popen(  # noqa: S603 - a program we found, with words we wrote
        [*words, *options], env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as dumping:
        if dumping.stdout is None:
            raise Misconfigured("pg_dump has no output")
        digest = seal_artefact(into[0], dumping.stdout, into[1])
        _, told = dumping.communicate()
    if dumping.returncode:
        into[0].unlink()
        raise Misconfigured(f"pg_dump failed: {_reason(told)}")
    return digest


def _load(url: str, options: Sequence[str], artefact: Path, identities: Identities) -> None:
    words, environment = _called("pg_restore", url)
    common = ("--no-owner", "--exit-on-error", "--format=custom")
    with subprocess.Popen(  # noqa: S603
        [*words, *common, *options], env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
    ) as restoring:
        if restoring.stdin is None:
            raise Misconfigured("pg_restore has no input")
        broken = _pour(artefact, restoring, identities)
        _, told = restoring.communicate()
    if restoring.returncode:
        raise Misconfigured(f"pg_restore failed: {_reason(told)}")
    if broken:
        raise Misconfigured("pg_restore ended before the artefact did")


def _pour(artefact: Path, restoring: "subprocess.Popen[bytes]", identities: Identities) -> bool:
    """Write the artefact into the program; tell whether it stopped listening, which its own words explain."""
    listening = _Listening(restoring)
    open_artefact(artefact, listening, identities)
    return listening.has_stopped


class _Listening:
    """The input of a program that may stop reading once it has all it wants."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process
        self.has_stopped = False

    def write(self, piece: bytes) -> int:
        if self._process.stdin is not None and not self.has_stopped:
            try:
                self._process.stdin.write(piece)
            except BrokenPipeError:
                self.has_stopped = self._process.wait() != 0
        return len(piece)

    def flush(self) -> None:
        if self._process.stdin is not None:
            with suppress(BrokenPipeError):
                self._process.stdin.flush()


def _called(name: str, url: str) -> tuple[list[str], dict[str, str]]:
    """Return the program with its words, and an environment with the password: a list of processes shows words."""
    parsed = make_url(url)
    environment = {**os.environ, "PGPASSWORD": parsed.password or ""}
    where = parsed.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    return [program(name), f"--dbname={where}"], environment


def _plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def _reason(told: bytes) -> str:
    """Return the program's last word of its own: what it says may quote a row, and then it is left out."""
    lines = [line for line in told.decode(errors="replace").splitlines() if "error:" in line]
    return lines[0].split("error:")[1].split(":")[0].strip()[:120] if lines else "no reason given"
