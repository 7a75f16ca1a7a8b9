"""A notice says everything the law asks, or is not published; published, it never changes."""

import hashlib
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import psycopg
import pytest

from campaigns.arrangements import NewArrangement, record_arrangement
from campaigns.controllers import ContactPoints, add_joint_controller
from campaigns.recipients import NewRecipient, add_recipient
from kernel.database import APPLICATION_ROLE
from kernel.errors import NotFound, Unopenable
from notices.draft import draft_notice, whole
from notices.gather import NoticePlan
from notices.publish import list_notices, publish_notice, read_published
from policy.findings import Refusal
from tests.factories import World, opened_world, raw
from tests.notices.telling import ADMINISTRATION, PLAN, published


def missing(world: World, plan: NoticePlan) -> set[str]:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        return {f"{one.rule}:{one.missing}" for one in draft_notice(processing, plan).findings}


def test_a_notice_says_every_mention_in_both_languages_and_its_digest_is_of_what_is_served(
    database_url: str, tmp_path: Path
) -> None:
    with opened_world(database_url, tmp_path) as world:
        first = published(world)
        assert first.number == 1
        assert first.sha256 == hashlib.sha256(whole(first.text).encode()).hexdigest()
        for said in (
            "Parti d'essai (parti ou groupement politique)", "droits@example.org", "d@example.org", "art. 6(1)(f)",
            "faire connaître notre programme", "Liste électorale : source communicable",
            "Hébergeur héberge", "équipe (FR)",
            "Aucune donnée n'en sort", "36 mois après", "portabilité", "sans motif", "Un accord donné se retire",
            "CNIL, 3 place de Fontenoy", "Aucune décision", "après votre décès", "moins de quinze ans",
            "publicité à caractère politique", "Essai (14 mars 2027 et 21 mars 2027)",
        ):  # fmt: skip
            assert said in first.text.fr, said
        for said in ("political party or group", "legitimate interest", "36 months after", "14 March 2027", "CNIL"):
            assert said in first.text.en, said
        assert first.label.fr.startswith("Nos messages sont une publicité")
        published(world, targeting=True)
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            versions = list_notices(processing)
        assert versions[0] == first
        assert [one.number for one in versions] == [1, 2]
        with world.installation.database.directory() as reading:
            reading.enter(world.campaign)
            assert read_published(reading, world.campaign).number == 2
            assert read_published(reading, world.campaign, 1) == first
            with pytest.raises(NotFound):
                read_published(reading, world.campaign, 3)
        check_that_nobody_changes_it(world)


def check_that_nobody_changes_it(world: World) -> None:
    with raw(world.url, world.campaign) as database:
        if database.on_postgresql:
            with raw(world.url, world.campaign, APPLICATION_ROLE) as served, pytest.raises(psycopg.Error):
                served.run("UPDATE notice SET text_fr = ?", "autre chose")
        database.run("UPDATE notice SET text_fr = ? WHERE number = 1", "autre chose")
    with world.installation.database.directory() as reading:
        reading.enter(world.campaign)
        with pytest.raises(Unopenable):
            read_published(reading, world.campaign, 1)


UNSAID: list[tuple[dict[str, Any], str]] = [
    ({"interests": None}, "notice.interests:interests"),
    ({"controlled_by": None}, "notice.label:sponsor"),
    ({"targeting": None}, "notice.label:targeting"),
    ({"transparency": ""}, "notice.label:transparency"),
    ({"transparency": "http://example.org/"}, "notice.label:transparency"),
    ({"origins": ("horoscope",)}, "notice.origins:None"),
    ({"origins": ("patients",)}, "notice.origins:None"),
]


def test_whatever_is_missing_is_named_and_nothing_is_published(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        assert missing(world, PLAN) == set()
        for change, named in UNSAID:
            assert missing(world, replace(PLAN, **change)) == {named}
        with pytest.raises(Refusal) as refused:
            published(world, controlled_by=None, targeting=None)
        assert {one.missing for one in refused.value.findings} == {"sponsor", "targeting"}
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert list_notices(processing) == []


def test_before_anything_is_declared_every_register_is_named(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path, active=False) as world:
        named = missing(world, NoticePlan(purposes=("nonsense",)))
        assert named >= {
            "notice.controller:controller", "notice.rights:rights_contact", "notice.officer:officer",
            "notice.purposes:purposes", "notice.data:data", "notice.origins:origins", "notice.recipients:operator",
            "notice.retention:retention", "notice.purposes:None",
        }  # fmt: skip


def test_joint_controllers_and_transfers_are_told(sqlite_url: str, tmp_path: Path) -> None:
    with opened_world(sqlite_url, tmp_path) as world:
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            points = ContactPoints(rights_contact="liste@example.org", dpo_not_required="petite échelle")
            joint = add_joint_controller(processing, "Liste Ensemble", "candidate", points)
        assert missing(world, PLAN) == {"notice.joint:joint"}
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            agreed = NewArrangement(
                controller=joint,
                reference="A-1",
                informs="both",
                answers="own",
                oppositions=("all",),
                essence_fr="Nous tenons le fichier ensemble.",
                essence_en="We keep the file together.",
                starts_on=date(2026, 1, 1),
            )
            record_arrangement(processing, agreed)
            place = {"told_by": "letter", "address": "1 rue", "contact": "x", "contract": "C-1"}
            add_recipient(processing, NewRecipient(kind="processor", name="Loin", hosting="CH", control="CH", **place))
            add_recipient(
                processing,
                NewRecipient(
                    kind="processor",
                    name="Ailleurs",
                    hosting="US",
                    control="US",
                    transfer_basis="standard_clauses",
                    **place,
                ),
            )
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            text = publish_notice(processing, PLAN).text
        assert "Avec Liste Ensemble (liste@example.org) : Nous tenons le fichier ensemble." in text.fr
        assert "- Loin (CH) : décision d'adéquation." in text.fr
        assert "- Ailleurs (US): " in text.en
        assert "Sous-traitants : " in text.fr
        assert "Loin (CH)" in text.fr.partition("Sous-traitants")[2]
