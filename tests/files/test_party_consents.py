"""Consents in a file of their own: for whoever bears the identifier, and nobody becomes a contact by it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from files.import_file import import_file
from files.order import Imported, ImportOrder
from files.seeds.keep import add_mailbox
from kernel.actor import operator_in
from policy.standing import Status
from tests.factories import MANAGING, World, count, opened_world, raw

CONTACTS = """Id,FirstName,LastName,Email,MailingCity,IndividualId
c1,Zoé,Martin,zoe@example.org,Paris,p1
c2,Ève,Lefèvre,eve@example.org,Paris,p2
"""
LATER = "c3,Léa,Durand,lea@example.org,Paris,p3\n"
CONSENTS = """Id,PartyId,ContactPointType,PrivacyConsentStatus,CaptureDate,CaptureSource,EffectiveTo
1,p1,Email,OptIn,2025-03-04T10:00:00.000+0000,Web form,2027-03-04
2,p1,Phone,OptOut,2025-03-04,Web form,
3,p2,Email,NotSeen,,,
4,p2,MailingAddress,OptOut,,,
5,p3,Email,OptOut,,,
6,p4,Email,OptIn,,,
7,p2,Pigeon,OptIn,,,
8,,Email,OptIn,,,
9,p2,Email,OptIn,04/31/2025,,
"""


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def run(world: World, path: Path, text: str, *, dry_run: bool = False) -> Imported:
    path.write_text(text, "utf-8")
    order = ImportOrder(
        path=path,
        origin=world.newsletter.number,
        report=path.with_name("report"),
        category="regular",
        chunk=3,
        dry_run=dry_run,
    )
    return import_file(world.register, world.actor, MANAGING, order, lambda *_: None)


def standings(world: World) -> list[tuple[str, int, int]]:
    with raw(world.url, world.campaign) as database:
        return sorted(database.run("SELECT purpose, channel, status FROM consent_standing"))


def test_consents_reach_who_bears_the_identifier_and_make_nobody_a_contact(world: World, tmp_path: Path) -> None:
    run(world, tmp_path / "contacts.csv", CONTACTS)
    judged = run(world, tmp_path / "consents.csv", CONSENTS, dry_run=True)
    assert judged.summary["rows"] == {"accepted": 7, "refused": 2}
    assert standings(world) == []
    done = run(world, tmp_path / "consents.csv", CONSENTS)
    assert done.profile == "salesforce-consent"
    assert done.summary["rows"] == {"updated": 4, "unchanged": 3, "refused": 2}
    with (tmp_path / "report.csv").open(encoding="utf-8") as file:
        told = [(one["row"], one["rule"], one["decision"]) for one in csv.DictReader(file) if one["row"] != "*"]
    assert told == [
        ("6", "objection.imported", "objection"),
        ("7", "contact.unknown", "dropped"),
        ("8", "cell.consent", "invalid"),
        ("9", "cell.consent", "invalid"),
        ("10", "cell.consent.since", "invalid"),
    ]
    email, sms, call, robocall, post = 1, 2, 3, 4, 5
    refused = [("*", channel, Status.REFUSED) for channel in (sms, call, robocall, post)]
    claimed = [("email_campaign", email, Status.CLAIMED)] * 2
    assert standings(world) == [*refused, *claimed]
    assert count(world, "contact") == 2
    with raw(world.url, world.campaign) as database:
        days = database.run("SELECT occurred_at, valid_until FROM consent_evidence WHERE valid_until IS NOT NULL")
    assert [(str(at)[:10], str(until)[:10]) for at, until in days] == [("2025-03-04", "2027-03-04")]
    before = count(world, "consent_evidence"), count(world, "opposition")
    run(world, tmp_path / "consents.csv", CONSENTS + "\n")
    assert (count(world, "consent_evidence"), count(world, "opposition")) == before, "said once"
    run(world, tmp_path / "contacts.csv", CONTACTS + LATER)
    assert ("*", email, Status.REFUSED) in standings(world), "whoever had refused comes in refused"
    assert [row.count("example") for row in told] == [0] * 5


def test_no_seed_is_read_for_a_file_whose_rows_are_nobodys_contact(world: World, tmp_path: Path) -> None:
    with world.register.open(operator_in(world.campaign), "administration") as processing:
        add_mailbox(processing, "camille@parti.example.org")
    run(world, tmp_path / "consents.csv", CONSENTS)
    assert compared(world) == 0
    run(world, tmp_path / "contacts.csv", CONTACTS)
    assert compared(world) == 1


def compared(world: World) -> int:
    with raw(world.url, world.campaign) as database:
        return len(database.run("SELECT 1 FROM entry WHERE event = 'seed.compared'"))
