"""A dossier tells a person everything, in words, and in forms that programs read."""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from audit.disclosures import DISCLOSING
from dossiers.compile import Dossier, compile_dossier
from dossiers.forms import as_archive, as_csv, as_json, disarmed, portable, schema
from dossiers.gather import plain
from dossiers.readable import LANGUAGES, Reader
from dossiers.words import labelled
from holdings.erase import RIGHTS
from kernel.errors import NotFound
from kernel.identity import PersonId, random_uuid
from outreach.words import Kind
from tests.factories import World, declared, later, opened_world, recorded, supporter, voter
from tests.holdings.everything import CANARY, everything_about


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def compiled(world: World, person: PersonId) -> Dossier:
    with world.register.open(world.actor, RIGHTS) as processing:
        (dossier,) = compile_dossier(processing, [person])
    return dossier


def check(document: Any) -> None:  # noqa: ANN401 - a document
    jsonschema_rs.Draft202012Validator(schema(), validate_formats=True).validate(json.loads(as_json(document)))


def test_a_dossier_tells_everything_and_where_it_comes_from(world: World) -> None:
    person = everything_about(world)
    later(world, hours=3)
    dossier = compiled(world, person)
    told = dossier.document
    check(told)
    data = {one["field"]: one for one in told["data"]}
    assert data["last_name"]["value"] == CANARY
    assert data["last_name"]["label"] == {"fr": "Nom de famille", "en": "Last name"}
    assert data["last_name"]["origin"]["given_by_you"] is True
    assert data["external_id"]["value"] == f"crm: {CANARY}7"
    assert told["standing"]["tags"] == ["abonné"]
    assert {one["name"]: one["received"] for one in told["recipients"]} == {"crm": True, "équipe": False}
    assert {one["line"] for one in told["retention"]} == {
        "regular",
        "interaction",
        "consent_proof",
        "opposition",
        "log",
    }
    assert all(one["basis"].startswith("art. 6(1)") for one in told["purposes"])
    assert [one["detail"]["details"] for one in told["evidence"] if one["action"]["code"] == "given"] == [
        {"comment": CANARY}
    ]
    assert {one["channel"]["code"] for one in told["oppositions"]} == {"sms"}
    assert [one["kind"]["code"] for one in told["communications"]] == ["sent", "expected"]
    assert [one["to"] for one in told["waiting"]] == [f"{CANARY}@x.fr"]
    assert len(told["attachments"]) == 1
    assert list(told["others"]) == ["journal", "lasting", "requests", "reviews", "sheets", "tickets"]
    assert [(one["what"], one["reference"]) for one in told["others"]["lasting"]] == [
        ("hold", "dossier 12"),
        ("end_of_membership", None),
    ]
    assert [one["before"] for one in told["others"]["journal"]] == [[], [["profession", CANARY]]]
    seen = told["consultations"]
    assert {one["event"]["code"] for one in seen["entries"]} >= {"contact.recorded", "attachment.added"}
    assert seen["first"] < seen["last"] == told["made_at"]


def test_a_dossier_of_nobody_is_none(world: World) -> None:
    with pytest.raises(NotFound):
        compiled(world, PersonId(random_uuid()))


def test_who_received_an_export_and_who_is_registered_are_named(world: World) -> None:
    (person,) = recorded(world, voter(world, 1))
    told = compiled(world, person).document
    check(told)
    assert [one["origin"]["given_by_you"] for one in told["data"]] == [False] * 3
    assert portable(told)["data"] == []
    assert told["oppositions"] == told["evidence"] == told["visits"] == []


def test_the_archive_holds_a_tagged_pdf_and_forms_for_programs_under_names_of_our_own(world: World) -> None:
    hostile = supporter(
        world,
        ("last_name", "../../etc/passwd"),
        ("first_names", '#read("/etc/passwd") =2+3'),
        ("email", "marie@example.org"),
        origin=declared(world, world.clock.at.date()),
    )
    (person,) = recorded(world, hostile)
    document = compiled(world, person).document
    archive = zipfile.ZipFile(io.BytesIO(as_archive(document, [("pdf", b"%PDF-")])))
    names = archive.namelist()
    assert all(not name.startswith("/") and ".." not in name and "\\" not in name for name in names)
    assert not any(part in name for name in names for part in ("passwd", "marie", str(person)))
    digests = json.loads(archive.read("MANIFEST.json"))
    assert digests == {
        name: hashlib.sha256(archive.read(name)).hexdigest() for name in names if name != "MANIFEST.json"
    }
    pdf = archive.read("vos-donnees.pdf")
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid:part" in pdf
    assert b"/Lang" in pdf
    rows = list(csv.reader(io.StringIO(archive.read("tableaux/donnees.csv").decode("utf-8-sig"))))
    assert rows[0] == ["Donnée", "Valeur", "D'où elle vient"]
    assert ["../../etc/passwd" in row for row in rows].count(True) == 1
    given = json.loads(archive.read("portabilite/donnees.json"))
    assert {one["field"] for one in given["data"]} == {"last_name", "first_names", "email"}
    assert archive.read("pieces/1.pdf") == b"%PDF-"


def test_both_languages_say_the_same_and_nothing_is_left_without_words(world: World) -> None:
    document = compiled(world, everything_about(world)).document
    french, english = (Reader(document, one).page() for one in LANGUAGES)
    shape = [[(len(one["rows"]), len(one["head"])) for one in page["sections"]] for page in (french, english)]
    assert shape[0] == shape[1]
    assert french["sections"][0]["title"] == "Ce que nous avons sur vous"
    assert english["sections"][0]["title"] == "What we have on you"
    assert {one.value for one in Kind} <= {
        "sent",
        "delivered",
        "bounced",
        "replied",
        "clicked_with_consent",
        "call",
        "visit",
    }


def test_whatever_shows_somebody_to_anybody_is_told_them_in_words() -> None:
    told = [labelled("events", event.value) for event in DISCLOSING]
    assert not [one["code"] for one in told if one["code"] in one["label"].values()]


def test_cells_are_not_computed_and_plain_data_stay_plain() -> None:
    assert [disarmed(cell) for cell in ("=1+1", "+33612345678", "-1", "@x", "a")] == [
        "'=1+1",
        "+33612345678",
        "-1",
        "'@x",
        "a",
    ]
    assert as_csv({"head": ["a"], "rows": [["=1"]]}).decode("utf-8-sig") == "a\r\n'=1\r\n"
    assert plain({"a": (b"xy", {1})}) == {"a": ["2 B", [1]]}
