"""What lasts and what does not, at the command line: backups brought back, the root's schedule, the sweep, a breach."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from tests.cli.console import Console, begin, bring_in, persons

PEOPLE = (
    "nationbuilder_id,first_name,last_name,email\n1,Marie,Dupont,marie@example.org\n2,Jean,Durand,jean@example.org\n"
)


@pytest.fixture
def console(sqlite_url: str, tmp_path: Path) -> Console:
    assert sqlite_url
    (tmp_path / "here").mkdir()
    one = Console(tmp_path / "here")
    begin(one)
    (one.folder / "people.csv").write_text(PEOPLE, encoding="utf-8")
    one.json(*bring_in(one.folder / "people.csv", "--profile", "nationbuilder"))
    return one


def test_a_backup_is_made_rehearsed_and_restored_without_whoever_was_erased_since(
    console: Console, tmp_path: Path
) -> None:
    identity, folder = pyrage.x25519.Identity.generate(), str(tmp_path / "backups")
    (tmp_path / "identity").write_text(f"{identity}\n", encoding="ascii")
    to = str(identity.to_public())
    gone, kept = persons(console)
    console.json("backup", "--out", folder, "--data-recipient", to, "--keys-recipient", to)
    assert console.run("backup").returncode == 1
    console.json("erase", gone)
    console.json("audit", "checkpoint")
    (rehearsed,) = console.json("backup", "rehearse")["rehearsals"]
    assert (rehearsed["holds"], rehearsed["contacts"]) == (True, 1)
    there = Console(tmp_path / "there", campaigns=console.campaigns)
    there.data.mkdir(parents=True, mode=0o700)
    for name in ("erasures", "checkpoints"):
        shutil.copytree(console.data / name, there.data / name)
    shutil.copy(console.data / "root.key", there.data / "root.key")
    done = there.json("restore", folder, "--identity", str(tmp_path / "identity"))
    assert (done["erased"], done["orphans"]) == (1, 0)
    assert persons(there) == [kept]
    turned = there.json("keys", "rotate", "--root", "--due")
    assert (turned["version"], turned["new"], turned["destroyed"]) == (1, False, [])
    assert there.run("keys", "rotate", "kek", "--due").returncode == 1
    assert there.json("keys", "rotate", "--root", "--destroy")["version"] == 2


def test_a_breach_is_kept_reckoned_from_the_log_exported_and_closed(console: Console) -> None:
    now = datetime.now(UTC)
    known, since = (now - timedelta(minutes=5)).isoformat(), (now - timedelta(hours=1)).isoformat()
    form = console.folder / "form.json"
    form.write_text(json.dumps({"nature": ["confidentiality"], "way": "export"}), encoding="utf-8")
    breach = console.json("breach", "open", "--aware-at", known, "--form", str(form))["breach"]
    reached = persons(console)
    until = (datetime.now(UTC) + timedelta(minutes=1)).isoformat()
    found = console.json("breach", "reach", breach, "--since", since, "--until", until)
    assert sorted(found["persons"]) == sorted(reached)
    assert all("email" in fields for fields in found["persons"].values())
    form.write_text(json.dumps({"informed": "encryption"}), encoding="utf-8")
    assert console.run("breach", "complete", breach, "--form", str(form)).returncode == 1  # Left in clear.
    form.write_text(json.dumps({"informed": "not_required", "severity": "limited"}), encoding="utf-8")
    console.json("breach", "complete", breach, "--form", str(form))
    assert console.json("breach", "export", breach)["form"]["is_late"] is False
    console.json("breach", "notify", breach, "--at", now.isoformat())
    console.json("breach", "close", breach)
    (listed,) = console.json("breach", "list")["breaches"]
    assert listed["closed_at"]
    assert console.json("retention", "sweep", "--dry-run")["run"]["simulated"] is True
    opening = ("retention", "open", reached[0], "--reason", "claims", "--reference", "TJ 26/1")
    assert console.run(*opening).returncode == 1  # Nobody is in archive.
