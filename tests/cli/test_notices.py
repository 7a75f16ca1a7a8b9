"""The notice and the form at the command line: what is missing is told in French, what is published has an address."""

from pathlib import Path

import pytest

from tests.cli.console import Console, begin

PLAN = """
purposes = ["contact_management"]
origins = ["newsletter"]
controlled_by = ""
targeting = false
transparency = "https://parti.example.org/transparence"
[interests]
fr = "faire connaître notre programme."
en = "making our programme known."
"""


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(tmp_path)
    begin(console)
    return console


def test_a_notice_is_drafted_published_and_listed_and_a_form_needs_a_mail_server(
    console: Console, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    drafted = console.json("notice", "draft", str(plan))
    assert drafted["number"] == 1
    published = console.json("notice", "publish", str(plan))
    assert published["address"].endswith("/1")
    assert [one["sha256"] for one in console.json("notice", "list")["notices"]] == [published["sha256"]]
    assert console.json("notice", "clock")["clocks"] is not None
    refused = console.run("form", "open", "email")
    assert refused.returncode == 1
    assert "ISOLOIR_MAIL_URL" in refused.stderr
    assert "sans serveur de courriel" in refused.stderr
    assert "Il manque" in console.run("notice", "draft").stdout
