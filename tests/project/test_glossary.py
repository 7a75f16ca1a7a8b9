import argparse
import re
from collections.abc import Iterator

import pytest
from pydantic import BaseModel

from api.app import ROUTERS
from api.wire import Finding
from api.wire_campaign import Entry
from api.wire_contact import Contact, NewContact, RecordedContact
from audit.events import Event
from cli.parser import make_parser
from tests.project.places import ROOT, rooms

SHAPES = (NewContact, Contact, RecordedContact, Finding, Entry)
SMALL_WORDS = {"at", "fr", "en"}
"""An instant, and the two languages: they name no idea of ours."""


def told() -> set[str]:
    """Return what the first cells of the glossary's tables explain, in the singular."""
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    cells = [line.split("|")[1] for line in page.splitlines() if line.startswith("| ")]
    return {singular(word.strip(" `")) for cell in cells for word in cell.split(",")}


def singular(word: str) -> str:
    return word.removesuffix("s")


def parts(name: str) -> list[str]:
    return [singular(word) for word in re.split(r"[_\-]", name)]


def unexplained(names: Iterator[str], words: set[str]) -> list[str]:
    """Return the names that stand in the glossary neither whole nor word by word."""
    return sorted({name for name in names if not is_explained(name, words)})


def is_explained(name: str, words: set[str]) -> bool:
    known = words | SMALL_WORDS
    whole = {singular(name.replace(mark, " ")) for mark in ("_", "-")}
    return bool(whole & words) or all(part in known for part in parts(name))


def segments() -> Iterator[str]:
    found = [str(getattr(route, "path", "")) for router in ROUTERS for route in router.routes]
    paths = [path for path in found if not path.startswith("/.well-known/")]  # RFC 8615 names these
    return (part for path in paths for part in path.split("/") if part not in {"", "v1"} and not part.startswith("{"))


def commands(parser: argparse.ArgumentParser) -> Iterator[str]:
    for action in parser._actions:  # noqa: SLF001 - argparse shows its commands nowhere else
        if isinstance(action, argparse._SubParsersAction):  # noqa: SLF001
            for name, below in action.choices.items():
                yield name
                yield from commands(below)


def properties(shape: type[BaseModel]) -> Iterator[str]:
    return iter(shape.model_fields)


def test_the_glossary_tells_of_every_event_of_the_log_and_of_no_other() -> None:
    assert {word for word in told() if "." in word} == {singular(event.value) for event in Event}


def test_the_thing_an_event_tells_of_is_a_word_of_the_glossary() -> None:
    assert unexplained((event.value.partition(".")[0] for event in Event), told()) == []


def test_every_segment_of_an_address_is_a_word_of_the_glossary() -> None:
    assert unexplained(segments(), told()) == []


def test_every_command_is_a_word_of_the_glossary() -> None:
    assert unexplained(commands(make_parser()), told()) == []


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_every_property_of_what_the_api_takes_and_gives_is_a_word_of_the_glossary(shape: type[BaseModel]) -> None:
    assert unexplained(properties(shape), told()) == []


@pytest.mark.parametrize("name", ["profiling_score", "prefix-search", "score"])
def test_a_word_that_is_not_explained_is_noticed(name: str) -> None:
    assert unexplained(iter([name]), told()) == [name]


def test_the_architecture_tells_of_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page.partition("## Rooms")[2].partition("## The five")[0]
    assert [room for room in rooms() if f"`{room}`" not in table] == []
