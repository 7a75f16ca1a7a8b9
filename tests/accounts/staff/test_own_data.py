"""Staff are told what is kept on them, see it, and are not watched."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from accounts.staff.own_data import show_own_data, staff_notice
from audit.listing import WITHHELD, list_entries
from kernel.errors import Forbidden
from policy.findings import Refusal
from policy.load import load
from tests.accounts.staff.people import ADMINISTRATION, OWN, Member, actor, enrolled
from tests.factories import World, opened_world


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


@pytest.fixture
def member(world: World) -> Member:
    return enrolled(world)


def test_one_sees_everything_that_is_kept_on_oneself(world: World, member: Member) -> None:
    enrolled(world, email="other@example.org")
    with world.register.open(actor(world, member), OWN) as processing:
        found = show_own_data(processing)
    assert found.account.identity is not None
    assert (found.account.identity.name, found.account.identity.email) == ("Ève Tamié", "eve@example.org")
    assert (len(found.sessions), found.recovery_codes, found.requests) == (1, 10, 0)
    assert found.entries == {"staff.enrolled": 1, "staff.enrolment_begun": 1, "staff.signed_in": 1}


def test_a_purpose_that_reads_no_staff_shows_not_even_oneself(world: World, member: Member) -> None:
    with pytest.raises(Forbidden), world.register.open(actor(world, member), "canvassing") as processing:
        show_own_data(processing)


def test_who_has_no_account_has_no_data(world: World) -> None:
    with pytest.raises(Forbidden), world.register.open(world.actor, ADMINISTRATION) as processing:
        show_own_data(processing)


def test_the_notice_says_what_and_how_long_in_both_languages(world: World) -> None:
    notice = staff_notice(load("france", world.clock.at.date()))
    assert set(notice) == {"fr", "en"}
    assert len(notice["fr"]["parts"]) == len(notice["en"]["parts"]) == 5
    for told, months in ((notice["fr"], "12 mois après votre départ"), (notice["en"], "12 months after you left")):
        assert months in " ".join(" ".join(part["text"].split()) for part in told["parts"])
        assert "{" not in str([part["text"] for part in told["parts"]])


def log_of(world: World, who: Member, purpose: str, watched: Member | None = None) -> set[str]:
    with world.register.open(actor(world, who), purpose) as processing:
        page = list_entries(processing, event=None, before=None, limit=100, actor=str(watched.id) if watched else None)
    return {entry.actor_id for entry in page.entries}


def test_who_did_what_is_read_for_accountability(world: World, member: Member) -> None:
    dpo = enrolled(world, "dpo", "dpo@example.org")
    assert log_of(world, dpo, "accountability", member) == {str(member.id)}
    assert str(member.id) in log_of(world, dpo, "accountability")


@pytest.mark.parametrize("purpose", ["rights_request", OWN])
def test_for_no_other_purpose_do_staff_read_the_log(world: World, member: Member, purpose: str) -> None:
    dpo = enrolled(world, "dpo", "dpo@example.org")
    for watched in (member, None):
        with pytest.raises(Refusal) as caught:
            log_of(world, dpo, purpose, watched)
        (finding,) = caught.value.findings
        assert (finding.rule, finding.kind) == ("staff.monitoring", "law")
        assert "CNIL, délibération 2021-122" in finding.articles


def test_a_program_reads_the_log_without_seeing_who_of_the_staff_acted(world: World, member: Member) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        page = list_entries(processing, event=None, before=None, limit=100)
    told = {(entry.actor_kind, entry.actor_id) for entry in page.entries if entry.actor_kind == "staff"}
    assert told == {("staff", WITHHELD)}
    with pytest.raises(Refusal), world.register.open(world.actor, ADMINISTRATION) as processing:
        list_entries(processing, event=None, before=None, limit=100, actor=str(member.id))


@pytest.mark.parametrize("purpose", ["staff_performance", "ranking", "monitoring"])
def test_a_purpose_that_would_rate_staff_does_not_exist(world: World, member: Member, purpose: str) -> None:
    dpo = enrolled(world, "dpo", "dpo@example.org")
    assert purpose not in load("france", world.clock.at.date()).purposes
    with pytest.raises(Exception, match="purpose"):
        log_of(world, dpo, purpose, member)
