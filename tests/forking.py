"""Run ``isoloir`` as processes of their own, forked from one that has loaded the product: loading costs ten times more.

What a program does that starts cold is tried where programs are started as people start them (``tests/cli/test_demo``).
"""

import atexit
import importlib
import multiprocessing
import os
import pkgutil
import signal
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from kernel.clock import SystemClock, today
from policy.detect import warm_up
from policy.load import load

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


class Forked:
    """``isoloir`` with these words, at work; it is spoken to as to a ``Popen``. Both its streams go to ``told``."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path, told: Path) -> None:
        self._words = words
        self._process = _FORKS.Process(target=_obey, args=(list(words), dict(environment), str(folder), [told, told]))
        self._process.start()
        atexit.register(self.kill)  # A test that failed before would have the end of all tests wait for its program.
        self._told = told

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def returncode(self) -> int | None:
        """Return how it ended, less than nought if by a signal, or None while it runs."""
        return self._process.exitcode

    def poll(self) -> int | None:
        """Return how it ended, or None while it runs."""
        return self._process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal; one that ended hears of none."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it at once."""
        self.send_signal(signal.SIGKILL)

    def wait(self, timeout: float) -> int:
        """Wait until it ends, and return how."""
        self._process.join(timeout)
        if self._process.exitcode is None:
            raise TimeoutExpired(["isoloir", *self._words], timeout)
        return self._process.exitcode

    def written(self) -> str:
        """Return what it wrote so far."""
        return self._told.read_text(encoding="utf-8") if self._told.exists() else ""


def run_forked(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, given: str, patience: float
) -> CompletedProcess[str]:
    """Run ``isoloir`` with these words, and return how it ended and what it wrote."""
    with tempfile.TemporaryDirectory() as streams:
        paths = [Path(streams) / name for name in ("out", "err", "in")]
        paths[2].write_text(given, encoding="utf-8")
        process = _FORKS.Process(target=_obey, args=(list(words), dict(environment), str(folder), paths))
        process.start()
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"isoloir {words[0]} did not end")
        out, err = (path.read_text(encoding="utf-8") if path.exists() else "" for path in paths[:2])
        return CompletedProcess(["isoloir", *words], process.exitcode, out, err)


def load_product() -> None:
    """Import every command and the web door, and with them the rooms below; read the law and the lexicon."""
    commands = importlib.import_module("cli")
    for one in pkgutil.iter_modules(commands.__path__):
        importlib.import_module(f"cli.{one.name}")
    importlib.import_module("api.app")
    load("france", today(SystemClock()))
    warm_up()


def _obey(words: list[str], environment: dict[str, str], folder: str, paths: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    given = paths[2] if len(paths) > 2 else Path(os.devnull)
    for number, path in enumerate((given, *paths[:2])):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = (open(n, "w" if n else "r", encoding="utf-8") for n in range(3))  # noqa: PTH123, SIM115
    sys.argv = ["isoloir", *words]
    sys.exit(importlib.import_module("cli.main").main())


if multiprocessing.current_process().name == "MainProcess" and "pytest" not in sys.modules:
    load_product()  # we are the server of forks
