"""Every command through the console script, on both engines: what it answers, and how it ends."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from files.sample import write_roll
from files.sample_people import write_nationbuilder_financial, write_nationbuilder_people
from tests.cli.console import SCRIPT, Console, begin, bring_in, external_ids, persons

PURPOSE = ("--purpose", "contact_management")


@pytest.fixture
def console(tmp_path: Path) -> Console:
    console = Console(tmp_path)
    begin(console)
    return console


@pytest.fixture
def either(tmp_path: Path, database_url: str) -> Console:
    console = Console(tmp_path, database_url)
    begin(console)
    return console


@pytest.fixture
def people(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    write_nationbuilder_people(path, 60, seed=5)
    return path


def test_a_contact_goes_through_its_whole_life(either: Console, people: Path) -> None:
    console = either
    rows = console.json(*bring_in(people))["rows"]
    assert rows["created"] + rows["flagged"] == 60
    one = external_ids(console)[0]
    (found,) = console.json("find", "--external-id", "-", *PURPOSE, given=f"{one}\n")["contacts"]
    person = found["id"]
    assert console.json("show", person, "--purpose", "canvassing")["contacts"][0]["id"] == person
    console.json("restrict", person, "--ground", "objection_pending")
    assert console.json("show", person)["contacts"][0]["withheld"] == "restricted"
    console.json("release", person)
    assert console.json("show", person)["contacts"][0]["withheld"] is None
    assert console.json("erase", "-", given=f"{person}\n")["erased"] == 1
    gone = console.run("show", person, "--json")
    assert (gone.returncode, json.loads(gone.stdout)["missing"]) == (1, [person])
    assert console.count("contact") == 59
    assert console.json("audit", "verify")["holds"]


def test_a_person_is_found_by_e_mail_phone_and_whole_name(either: Console, people: Path) -> None:
    console = either
    console.json(*bring_in(people))
    everybody = console.json("show", *persons(console), *PURPOSE)["contacts"]
    wanted = {"email", "phone", "last_name", "first_names"}
    known = next(one for one in everybody if wanted <= {datum["field"] for datum in one["data"]})
    values = {datum["field"]: datum["value"] for datum in known["data"]}
    names = f"{values['last_name']}\n{values['first_names']}\n"
    for words, given in (
        (["--email", "-"], values["email"].upper()),
        (["--phone", "-"], values["phone"]),
        (["--last-name", "-", "--first-names", "-", "--reason", "essai"], names),
    ):
        found = console.json("find", *words, *PURPOSE, given=f"{given}\n")["contacts"]
        assert known["id"] in [one["id"] for one in found]


def test_a_roll_is_imported_for_its_election_and_refused_without(console: Console, tmp_path: Path) -> None:
    roll = tmp_path / "roll.csv"
    write_roll(roll, 50, seed=1)
    refused = console.run("import", str(roll), "--origin", "2", *PURPOSE)
    assert refused.returncode == 1
    assert "isoloir origin declare --election" in refused.stderr
    done = console.json("import", str(roll), "--origin", "1", *PURPOSE)
    assert (done["profile"], done["rows"]["created"]) == ("electoral-roll", 50)


def test_a_dry_run_tells_all_and_stores_nothing(console: Console, people: Path) -> None:
    done = console.json(*bring_in(people, "--dry-run"))
    assert done["rows"]["accepted"] == 60
    assert Path(f"{done['report']}.csv").stat().st_mode & 0o077 == 0
    assert console.count("contact") == 0


def test_strict_refuses_the_whole_file(console: Console, people: Path) -> None:
    assert console.run(*bring_in(people, "--strict")).returncode == 1
    assert console.count("contact") == 0


def test_the_financial_export_is_refused_whole_and_dry_run_tells_its_columns(console: Console, tmp_path: Path) -> None:
    path = tmp_path / "financial.csv"
    write_nationbuilder_financial(path, 20, seed=1)
    refused = console.run(*bring_in(path), "--json")
    told = json.loads(refused.stdout)
    assert (refused.returncode, told["findings"][0]["rule"]) == (1, "donations.apart")
    dry = console.run(*bring_in(path, "--dry-run"), "--json")
    assert dry.returncode == 1
    columns = json.loads(dry.stdout)["columns"]
    assert all(one["rule"] for one in columns if one["decision"] != "kept")
    assert {"column": "amount", "rule": "donations.apart"}.items() <= next(
        one for one in columns if one["column"] == "amount"
    ).items()
    assert console.count("contact") == 0


def test_a_report_never_takes_the_place_of_the_file(console: Console, people: Path) -> None:
    before = people.read_bytes()
    assert console.run(*bring_in(people, "--report", str(people.with_suffix("")))).returncode == 1
    assert people.read_bytes() == before


def test_an_export_beyond_its_cap_leaves_no_file(console: Console, people: Path, tmp_path: Path) -> None:
    console.json(*bring_in(people))
    out = tmp_path / "list.csv"
    words = ["export", "--purpose", "canvassing", "--reason", "a", "--recipient", "équipe"]
    words += ["--cap", "100", "--out", str(out)]
    assert console.run(*words, "--cap", "5").returncode == 1
    assert not out.exists()
    done = console.json(*words)
    assert done["contacts"] + done["withheld"] == 60
    assert out.stat().st_mode & 0o077 == 0
    assert console.run(*words).returncode == 1
    sent = tmp_path / "sent.csv"
    handed = console.json(*words[:-1], str(sent), "--channel", "post")
    assert handed["contacts"] + handed["withheld"] + sum(handed["refused"].values()) == 60
    assert len(sent.read_text(encoding="utf-8").splitlines()) == handed["contacts"] + 1
    assert len(handed["records"]) == 1


def test_names_that_ask_for_a_forbidden_attribute_are_refused(console: Console) -> None:
    declared = console.json("origin", "declare", "--kind", "petition", "--obtained-on", "2026-11-02")
    assert declared["origin"] == 3
    assert console.json("field", "register", "canvass_team")["number"] == 1000
    assert console.json("tag", "register", "volunteer")["number"] == 1
    for words in (("field", "register", "religion"), ("tag", "register", "musulmans")):
        refused = console.run(*words, "--json")
        assert refused.returncode == 1
        assert json.loads(refused.stdout)["findings"][0]["rule"] == "forbidden.religion"


def test_a_client_is_created_with_a_secret_shown_once(console: Console) -> None:
    words = ["client", "create", "--name", "site", "--scope", "contacts:read", "--purpose", "canvassing"]
    made = console.json(*words)
    assert made["client_id"].startswith("isoloir_")
    assert len(made["client_secret"]) == 43
    assert console.run(*words, "--purpose", "nothing_known").returncode == 1


def test_the_log_is_listed_verified_and_compared_with_a_checkpoint_kept_elsewhere(console: Console) -> None:
    entries = console.json("audit", "list", "--limit", "3")["entries"]
    assert [one["event"] for one in entries] == ["origin.declared", "origin.declared", "election.added"]
    kept = console.folder / "checkpoint"
    console.json("audit", "checkpoint", "--out", str(kept))
    assert console.json("audit", "verify", "--checkpoint", str(kept))["holds"]
    kept.write_text(kept.read_text().replace("\n", "\n1", 1))
    forged = console.run("audit", "verify", "--checkpoint", str(kept), "--json")
    assert (forged.returncode, json.loads(forged.stdout)["holds"]) == (1, False)


def test_with_two_campaigns_one_must_be_named(console: Console) -> None:
    second = console.json(*"campaign create --name B --controller B --kind candidate".split())["campaign"]
    election = ["election", "add", "--title", "B", "--first-round", "2099-03-15", "--campaign", second]
    assert console.json(*election)["election"]
    assert [one["id"] for one in console.json("campaign", "list")["campaigns"]][1] == second
    assert console.run("audit", "list").returncode == 1
    assert console.json("audit", "list", "--campaign", second)["entries"]
    assert console.run("audit", "list", "--campaign", "00000000-0000-4000-8000-000000000000").returncode == 1


def test_doing_it_again_harms_nothing(console: Console) -> None:
    key = (console.data / "root.key").read_bytes()
    assert console.json("init")["root_key_created"] is False
    assert console.json("migrate")["migrated"]
    assert (console.data / "root.key").read_bytes() == key
    assert (console.data / "root.key").stat().st_mode & 0o777 == 0o600


def test_texts_are_screened_without_an_installation(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "kind": "note", "text": "elle est musulmane pratiquante"},
        {"id": "2", "kind": "note", "text": "préfère être appelée le soir"},
    ]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    garbled = b'\n{"id": "3\xff", "kind": "note", "text": "rappeler \xff le soir"}\n'
    source.write_bytes("\n".join(json.dumps(line) for line in lines).encode() + garbled)
    done = Console(tmp_path).json("screen", str(source), "--out", str(out))
    answers = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert done["texts"] == 3
    assert [one["decision"] for one in answers] == ["block", "allow", "review"]
    assert answers[0]["rules"] == ["forbidden.religion"]
    assert not (tmp_path / "data").exists()


def test_the_law_is_told_without_an_installation(tmp_path: Path) -> None:
    console = Console(tmp_path)
    told = console.json("law", "show")
    one = console.json("law", "show", "forbidden.religion")
    assert one in told["rules"]
    assert "RGPD, art. 9(1)" in one["articles"]
    assert console.run("law", "show", "no.such.rule").returncode == 1


def test_help_needs_neither_database_nor_web_framework(tmp_path: Path) -> None:
    program = (
        "import sys; from cli.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'sqlalchemy', 'fastapi', 'uvicorn', 'cryptography', 'pydantic'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "[]"


def test_help_speaks_both_languages(tmp_path: Path) -> None:
    french = Console(tmp_path).run("--help").stdout
    english = Console(tmp_path).run("--lang", "en", "--help").stdout
    assert "importer un fichier" in french
    assert "import a file" in english
    named = Console(tmp_path, more={"ISOLOIR_LANG": "en"}).run("--help").stdout
    assert named == english
    # What the public contract names is there, and the script is the one installed beside Python.
    assert {"init", "migrate", "serve", "demo"} <= set(re.findall(r"^    (\w+) ", french, re.MULTILINE))
    done = subprocess.run(
        [SCRIPT, "--help"], env=Console(tmp_path).environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == french
