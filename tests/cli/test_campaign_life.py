"""A campaign's life at the command line: prepared, activated, handed back, destroyed."""

import json
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from accounts.approvals.decide import decide_approval
from accounts.roles import role_of
from accounts.staff.account import actor_of
from accounts.staff.invite import NewStaff, invite_staff
from accounts.staff.store import update_account
from audit.events import Event
from audit.note import Note
from cli.life import read_declaration
from files.sample_people import write_nationbuilder_people
from installation.create import create_installation
from installation.open import open_installation
from kernel.actor import operator_in
from kernel.errors import Invalid
from kernel.identity import CampaignId, StaffId
from tests.campaigns.icalendar_reader import read_icalendar
from tests.cli.console import Console, bring_in

SHA = "0f" * 32


@pytest.fixture
def prepared(tmp_path: Path, database_url: str) -> Console:
    console = Console(tmp_path, database_url)
    create_installation(console.settings())
    made = console.json("campaign", "create", "--name", "Essai", "--controller", "Parti", "--kind", "party")
    console.campaigns.append(made["campaign"])
    return console


def dossier(console: Console) -> Path:
    """Fill the template, as people do."""
    text = console.json("campaign", "activate", "--template")["template"]
    path = console.folder / "dossier.toml"
    path.write_text(text.replace('sha256 = ""', f'sha256 = "{SHA}"'), encoding="utf-8")
    return path


def test_a_campaign_is_prepared_activated_closed_and_certified(prepared: Console, tmp_path: Path) -> None:
    console, people = prepared, tmp_path / "people.csv"
    write_nationbuilder_people(people, 20, seed=5)
    console.json("election", "add", "--title", "M", "--type", "municipal", "--first-round", "2027-03-14")
    for kind in ("electoral_roll", "newsletter"):
        election = console.json("election", "list")["elections"][0]["id"]
        more = ["--election", election, "--evidence", "undertaking"] if kind == "electoral_roll" else []
        words = ["origin", "declare", "--kind", kind, "--obtained-on", "2026-11-01", *more]
        refused = console.run(*words)
        assert refused.returncode == 1
        assert "activation.synthetic_only" in refused.stderr
        console.json(*words, "--synthetic")
    first = console.json(*bring_in(people))["rows"]
    assert first["created"] + first["flagged"] == 20
    path = dossier(console)
    told = json.loads(console.run("campaign", "activate", str(path), "--json").stdout)
    assert {"activation.rights_contact", "activation.operator", "activation.synthetic_left"} <= {
        one["rule"] for one in told["findings"]
    }
    console.json("controller", "describe", "--rights-contact", "droits@example.org", "--dpo", "dpo@example.org")
    console.json("operator", "describe", "--name", "Hébergeur", "--role", "processor", "--contract", "ST-1")
    assert console.json("campaign", "activate", str(path), "--erase-synthetic") == {"active": True, "erased": 20}
    assert console.json("campaign", "show")["phase"] == "active"
    refused = console.run("origin", "declare", "--kind", "school", "--obtained-on", "2026-11-01")
    assert "sous-traitant, avertit le responsable" in refused.stderr
    assert console.run(*bring_in(people)).returncode == 1
    console.json("origin", "declare", "--kind", "newsletter", "--obtained-on", "2026-11-01")
    again = console.json(*[word if word != "2" else "3" for word in bring_in(people)])["rows"]
    assert again["created"] + again["flagged"] == 20
    folder = tmp_path / "restitution"
    assert console.run("campaign", "close", "--return", str(folder), "--destroy").returncode == 1
    assert "--return" in console.run("campaign", "close", "--destroy", "--yes", "Essai").stderr
    alone = console.run("campaign", "close", "--return", str(folder), "--destroy", "--yes", "Essai")
    assert (alone.returncode, "isoloir campaign close --ask" in alone.stderr) == (1, True)
    approved_by_another(console)
    assert console.count("contact") == 20
    closed = console.json("campaign", "close", "--return", str(folder), "--destroy", "--yes", "Essai")
    certificate = json.loads(Path(closed["certificate"]).read_text(encoding="utf-8"))
    assert certificate["destroyed"]["contacts"] == 20
    assert console.count("contact") == 0
    assert console.json("campaign", "list")["campaigns"][0]["end"] == "closed"
    named = ["--campaign", console.campaigns[0]]
    assert console.json("campaign", "close", "--return", str(folder), "--destroy", "--yes", "Essai", *named)
    assert "n'existe pas" in console.run("campaign", "show", *named).stderr


def approved_by_another(console: Console) -> None:
    """Ask at the command line, where a manager is there to approve; who asked cannot."""
    settings, campaign = console.settings(), CampaignId(UUID(console.campaigns[0]))
    with open_installation(settings) as installation:
        register, asking = installation.register, operator_in(campaign)
        with register.open(asking, "administration") as processing:
            made = invite_staff(processing, NewStaff("Ève Tamié", "eve@example.org", "canvasser"))
        with register.open(asking, "administration") as processing:
            update_account(processing, made.id, {"role": "manager", "state": "active"})
            processing.note(Note(event=Event.STAFF_ROLE_CHANGED, counts={"staff_account.update": 1}))
        asked = console.json("campaign", "close", "--ask")
        assert asked["alone_from"] is None
        assert "sa propre demande" in console.run("approval", "approve", asked["approval"]).stderr
        manager = actor_of(campaign, StaffId(made.id), role_of("manager"))
        with register.open(manager, "administration") as processing:
            decide_approval(processing, UUID(asked["approval"]), approve=True)


def test_who_answers_and_who_receives_is_declared_and_listed(prepared: Console) -> None:
    console = prepared
    console.json("controller", "describe", "--rights-contact", "1 rue", "--no-dpo", "petite échelle")
    joint = console.json(
        *"controller add --name Liste --kind candidate --rights-contact rue --dpo d".split(),
    )["controller"]
    agreed = ["--reference", "A-1", "--informs", "own", "--answers", "both", "--opposition", "all"]
    essence = ["--essence-fr", "Le parti informe.", "--essence-en", "The party informs.", "--from", "2026-11-01"]
    made = console.json("arrangement", "record", "--controller", joint, *agreed, *essence)["arrangement"]
    handed = ["given", "--controller", "Liste", "--kind", "candidate", "--on", "2026-11-02"]
    console.json("handover", "record", *handed, "--ground", "joint_arrangement", "--arrangement", made)
    refused = console.run("handover", "record", *handed, "--ground", "next_campaign")
    assert "handover.outside_body" in refused.stderr
    sent = console.json(*"recipient add --name Imprimerie --contact rue --letter rue".split())["recipient"]
    assert console.run(*"recipient add --name Deux --contact rue".split()).returncode == 1
    assert [one["name"] for one in console.json("controller", "list")["controllers"]] == ["Parti", "Liste"]
    assert len(console.json("handover", "list")["handovers"]) == 1
    assert "Imprimerie" in console.run("recipient", "list").stdout
    for words in (("recipient", "end", sent), ("arrangement", "end", made), ("controller", "end", joint)):
        console.json(*words, "--on", "2026-11-21")
    assert console.json("arrangement", "list")["arrangements"][0]["ends_on"] == "2026-11-21"
    assert console.json("recipient", "list")["recipients"][0]["ended_on"] == "2026-11-21"


def test_an_election_is_taken_on(prepared: Console) -> None:
    console = prepared
    place = ("--place", "67482")
    election = console.json(
        "election", "add", "--title", "M", "--type", "municipal", "--first-round", "2026-01-11", *place
    )
    changed = console.json("election", "change", election["election"], "round_1", "--on", "2026-01-11")
    assert changed["state"] == "round_1"
    back = console.run("election", "change", election["election"], "round_1", "--on", "2026-01-11")
    assert (back.returncode, "un scrutin" in back.stderr) == (1, True)
    told = console.run("calendar", "--election", election["election"]).stdout
    assert "code électoral, art. L52-12" in told
    assert "Saint-Étienne" in told
    file = console.folder / "dates.ics"
    assert console.run("calendar", "--ics", str(file)).returncode == 0
    assert read_icalendar(file.read_bytes())


def test_a_declaration_of_another_form_is_not_understood(tmp_path: Path) -> None:
    path = tmp_path / "dossier.toml"
    for text in (
        *("purposes = 1", "dpia = 3", "[", '[dpia]\nsurname = "x"', "[dpia]\nreference = 5"),
        *('[dpia]\non = "2026-11-01"', "[notice]\non = 2026-11-01T12:00:00"),
        *("[retention]\nregular = 1", '[retention]\nregular = { months = "x" }', "[retention]\na = { days = inf }"),
    ):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(Invalid, match="--template"):
            read_declaration(path)


def test_a_declaration_is_named(prepared: Console) -> None:
    done = prepared.run("campaign", "activate")
    assert (done.returncode, "--template" in done.stderr) == (1, True)


def test_a_campaign_beside_another_has_its_controller(prepared: Console) -> None:
    first = prepared.campaigns[0]
    made = prepared.json("campaign", "create", "--name", "Deux", "--beside", str(first))
    prepared.campaigns.append(made["campaign"])
    listed = prepared.json("campaign", "list")["campaigns"]
    assert [(one["name"], one["controller"], one["kind"]) for one in listed] == [
        ("Essai", "Parti", "party"),
        ("Deux", "Parti", "party"),
    ]
    for words in (("--beside", str(uuid4())), ("--controller", "Autre")):
        assert prepared.run("campaign", "create", "--name", "Trois", *words).returncode == 1
