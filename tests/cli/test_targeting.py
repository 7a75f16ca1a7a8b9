"""The register of targeting at the command line, called in this process."""

import json
from argparse import Namespace
from pathlib import Path

import pytest

from cli import targeting, words
from outreach.targeting import register_targeting
from tests.factories import MANAGING, opened_world
from tests.outreach.test_targeting import BY_PLACE


def test_the_register_is_listed_and_a_notice_shown_in_the_language_spoken(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        with world.register.open(world.actor, MANAGING) as processing:
            line = register_targeting(processing, BY_PLACE)
        monkeypatch.setenv("ISOLOIR_HOSTING", "FR")
        monkeypatch.setenv("ISOLOIR_DATABASE_URL", sqlite_url)
        given = Namespace(data_dir=str(tmp_path), campaign=world.campaign, id=line)
        listed, shown = targeting.list_all(given), targeting.notice(given)
        words.choose(words.ENGLISH)
        spoken = targeting.notice(given)
    assert str(line) in listed.lines[0]
    assert "900/1200" in listed.lines[0]
    assert "Groupes visés : commune" in shown.lines
    assert "Groups targeted: municipality" in spoken.lines
    assert {"fr", "en", "missing_fr"} <= set(json.loads(json.dumps(shown.data, default=str)))
