"""Run commands as processes of their own, forked from one that has loaded the product: loading costs ten times more."""

import importlib
import multiprocessing
import os
import pkgutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from subprocess import CompletedProcess

from kernel.clock import SystemClock, today
from policy.detect import warm_up
from policy.load import load

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__])


def load_product() -> None:
    """Import every command, and with them the rooms below; not the server's, which are started as programs.

    The law and the lexicon are read too: they take seconds, and what programs do that start cold is tried elsewhere.
    """
    commands = importlib.import_module("cli")
    for one in pkgutil.iter_modules(commands.__path__):
        if one.name not in {"serve", "prefork"}:
            importlib.import_module(f"cli.{one.name}")
    load("france", today(SystemClock()))
    warm_up()


def run_forked(
    words: Sequence[str], environment: Mapping[str, str], folder: Path, given: str, patience: float
) -> CompletedProcess[str]:
    """Run ``isoloir`` with these words, and return how it ended and what it wrote."""
    with tempfile.TemporaryDirectory() as streams:
        paths = [Path(streams) / name for name in ("in", "out", "err")]
        paths[0].write_text(given, encoding="utf-8")
        process = _FORKS.Process(target=_obey, args=(list(words), dict(environment), str(folder), paths))
        process.start()
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutError(f"isoloir {words[0]} did not end")
        out, err = (path.read_text(encoding="utf-8") if path.exists() else "" for path in paths[1:])
        return CompletedProcess(["isoloir", *words], process.exitcode, out, err)


def _obey(words: list[str], environment: dict[str, str], folder: str, paths: list[Path]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for number, path in enumerate(paths):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), number)
    sys.stdin, sys.stdout, sys.stderr = (open(n, "w" if n else "r", encoding="utf-8") for n in range(3))  # noqa: PTH123, SIM115
    sys.argv = ["isoloir", *words]
    sys.exit(importlib.import_module("cli.main").main())


if multiprocessing.current_process().name == "MainProcess" and "pytest" not in sys.modules:
    load_product()  # we are the server of forks
