"""What one can do: each row names what exists, and the page is current."""

from collections import Counter
from copy import deepcopy
from datetime import date
from typing import Any

import pytest

from kernel.errors import Misconfigured
from policy.abilities import page, read_abilities
from policy.load import load
from tests.project.abilities import content, served, written
from tests.project.places import ROOT

EDITION = load("france", date.max)
SERVED = served()


def test_the_page_is_current() -> None:
    told = (ROOT / "docs" / "what-you-can-do.md").read_text(encoding="utf-8")
    assert told == written(), "run: python -m tests.project.abilities > docs/what-you-can-do.md"


def test_every_tool_has_several_functions_and_something_is_refused_to_each() -> None:
    rows = read_abilities(content(), EDITION, SERVED)
    tools = content()["tools"]
    assert len(tools) == 9
    told = Counter(tool for one in rows for tool in one.tools)
    refused = Counter(tool for one in rows if one.refused for tool in one.tools)
    assert all(told[tool] >= 3 for tool in tools), told
    assert all(refused[tool] or tool == "Blue State Digital" for tool in tools), refused
    assert len({one.what for one in rows}) == len(rows)


def test_a_refused_function_is_refused_by_a_rule_that_refuses_or_drops() -> None:
    rows = [one for one in read_abilities(content(), EDITION, SERVED) if one.refused]
    assert rows
    assert {EDITION.rules[name].decision for one in rows for name in one.rules} <= {"refuse", "drop"}


def test_what_is_planned_and_not_served_is_told_as_not_yet() -> None:
    planned = set(content()["planned"])
    told = page(content(), EDITION, SERVED - planned)
    assert all(
        f"not yet: `{one}`" in told for one in planned if any(one in row["calls"] for row in content()["function"])
    )
    assert "not yet" not in page(content(), EDITION, SERVED | planned).partition("## Allowed")[2]


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("tools", ["Cambridge Analytica"], "tools: unknown: Cambridge Analytica"),
        ("rules", ["inferred.mood"], "rules: unknown: inferred.mood"),
        ("sources", ["rgpd_0"], "sources: unknown: rgpd_0"),
        ("calls", ["POST /v1/scores"], "calls: unknown: POST /v1/scores"),
        ("calls", [], "a tool, a call, and a rule or a source"),
        ("rules", [], "a tool, a call, and a rule or a source"),
        ("colour", "red", "colour: unknown key"),
    ],
)
def test_a_row_that_names_what_does_not_exist_is_refused(key: str, value: Any, told: str) -> None:  # noqa: ANN401
    changed = deepcopy(content())
    changed["function"][0][key] = value
    with pytest.raises(Misconfigured) as raised:
        read_abilities(changed, EDITION, SERVED)
    assert told in str(raised.value)
