"""How much CPU processes have used, as the kernel accounts it."""

import os
from pathlib import Path
from typing import NamedTuple

import psycopg
from sqlalchemy import make_url

_TICK = os.sysconf("SC_CLK_TCK")


class Used(NamedTuple):
    """Seconds of CPU of the application and of the database, since they started."""

    application: float
    database: float

    def since(self, before: "Used", requests: int) -> "Used":
        """Return the milliseconds that each of ``requests`` took since ``before``."""
        spent = (now - then for now, then in zip(self, before, strict=True))
        return Used(*(seconds / requests * 1e3 for seconds in spent))


class Meter:
    """Read the CPU of a server's processes and of the PostgreSQL cluster of a URL, which runs on this machine."""

    def __init__(self, server: int, url: str) -> None:
        self._server = server
        plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as connection:
            self._cluster = _parent_of(connection.info.backend_pid)

    def read(self) -> Used:
        """Return what was used until now."""
        return Used(_family(self._server), _family(self._cluster))


def _parent_of(process: int) -> int:
    return int(_stat(process)[1])


def _family(first: int) -> float:
    """Add up a process, its living children and the ended ones it has waited for."""
    ticks = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = _stat(int(folder.name))
        except OSError:
            continue
        if first == int(folder.name):
            ticks += sum(map(int, words[11:15]))
        elif first == int(words[1]):
            ticks += sum(map(int, words[11:13]))
    return ticks / _TICK


def _stat(process: int) -> list[str]:
    return Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace").rpartition(") ")[2].split()
