# ruff: noqa: ANN401 - what a test wants is handed on
"""A street with doors, for tests of sheets."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from kernel.identity import PersonId
from outreach.words import Outcome
from policy.draft import Draft
from sheets.key_in import Keyed, key_in
from sheets.make import Made, Wanted, make_sheets
from sheets.outcomes import KeyedLine
from sheets.printing import PrintedSheet, print_sheet
from tests.factories import NOW, World, recorded, supporter, voter

URL = "https://campagne.example"


def at_home(draft: Draft, number: str, street: str = "rue de la Paix", *, station: str = "0001", **more: str) -> Draft:
    """Give somebody proposed an address in a polling station."""
    address = {"number": number, "street": street, "postcode": "75002", "city": "Paris", **more}
    data = (*draft.data, ("address", json.dumps(address)))
    return replace(draft, data=data, commune="75056", polling_station=station)


def a_street(world: World, numbers: Sequence[str] = ("2", "10", "9 bis"), **more: Any) -> list[PersonId]:
    """Record one voter at each number."""
    return recorded(world, *(at_home(voter(world, place), number, **more) for place, number in enumerate(numbers)))


def friend(world: World, number: str, name: str = "Martin") -> PersonId:
    """Record a regular contact, of whom notes may be kept."""
    draft = supporter(world, ("last_name", name), ("first_names", "Léa"), ("email", f"{name.lower()}@example.org"))
    return recorded(world, at_home(draft, number))[0]


def made(world: World, **wanted: Any) -> Made:
    with world.register.open(world.actor, "canvassing") as processing:
        return make_sheets(processing, Wanted(commune="75056", **{"polling_station": "0001", **wanted}))


def printed(world: World, sheet: UUID) -> PrintedSheet:
    with world.register.open(world.actor, "canvassing") as processing:
        return print_sheet(processing, sheet, URL)


def keyed(world: World, sheet: UUID, *lines: KeyedLine) -> Keyed:
    with world.register.open(world.actor, "canvassing") as processing:
        return key_in(processing, sheet, lines)


def said(line: int, outcome: Outcome = Outcome.ABSENT, note: str = "", **later: float) -> KeyedLine:
    """Say something of a line, some time after the sheet was made."""
    return KeyedLine(line=line, outcome=outcome, at=NOW + timedelta(**later), note=note)


def lines_of(paper: PrintedSheet) -> list[tuple[int, str, str]]:
    """Return number, house number and name of each line that is printed."""
    return [(one["line"], one["number"], one["name"]) for street in paper.told["streets"] for one in street["lines"]]
