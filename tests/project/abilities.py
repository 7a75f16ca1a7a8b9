"""The routes and commands that are served, for the page of what one can do, which this writes.

``python -m tests.project.abilities > docs/what-you-can-do.md``
"""

import argparse
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from typing import Any

from api.app import ROUTERS
from cli.parser import make_parser
from policy.abilities import page
from policy.load import load
from tests.project.places import ROOT


def served() -> set[str]:
    """Return every route and every command, as the page names them."""
    routes = {
        f"{method} {getattr(route, 'path', '')}"
        for router in ROUTERS
        for route in router.routes
        for method in getattr(route, "methods", ())
    }
    return routes | {f"isoloir {command}" for command in _commands(make_parser())}


def _commands(parser: argparse.ArgumentParser, before: str = "") -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse shows its commands nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, below in action.choices.items():
                yield from list(_commands(below, f"{before}{name} ")) or [f"{before}{name}"]


def content() -> dict[str, Any]:
    """Return the rows as they stand in the file."""
    return tomllib.loads((ROOT / "docs" / "what-you-can-do.toml").read_text(encoding="utf-8"))


def written() -> str:
    """Return the page as it should be today."""
    return page(content(), load("france", date.max), served())


if __name__ == "__main__":
    sys.stdout.write(written())
