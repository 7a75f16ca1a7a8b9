"""The rooms are the folders, every list of them is whole, and no room hides a library."""

import sys
from importlib.metadata import packages_distributions

import pytest

from tests.project.places import configuration, rooms

PLAIN = {"tests", "bench"}


def lists_of_rooms() -> dict[str, list[str]]:
    tool = configuration()["tool"]
    order = next(contract for contract in tool["importlinter"]["contracts"] if contract["type"] == "layers")
    packaged = tool["setuptools"]["packages"]["find"]["include"]
    return {
        "layers": [room for line in order["layers"] for room in line.split(" | ")],
        "import-linter": tool["importlinter"]["root_packages"],
        "mypy": tool["mypy"]["packages"],
        "ruff": tool["ruff"]["lint"]["isort"]["known-first-party"],
        "wheel": [name for name in packaged if "." not in name],
        "wheel, what is inside": [name.removesuffix(".*") for name in packaged if name.endswith(".*")],
    }


@pytest.mark.parametrize("owner", sorted(lists_of_rooms()))
def test_each_list_names_every_room_once(owner: str) -> None:
    named = [room for room in lists_of_rooms()[owner] if room not in PLAIN]
    assert sorted(named) == rooms()


def test_no_room_bears_the_name_of_a_standard_module() -> None:
    assert sys.stdlib_module_names.isdisjoint(rooms())


def test_no_room_bears_the_import_name_of_a_dependency() -> None:
    installed = packages_distributions()
    assert "sqlalchemy" in installed
    assert {room: installed[room] for room in rooms() if set(installed.get(room, [])) - {"isoloir"}} == {}
