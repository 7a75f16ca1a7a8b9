from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from accounts.authenticate import ScopeNotHeld
from accounts.authorise import REMEMBERED
from accounts.clients import MOST_SECRETS, Credentials, list_clients, read_public_id, revoke_client
from accounts.scopes import ADMINISTRATION, SCOPES
from audit.events import Event
from audit.listing import EntryView, list_entries
from kernel.errors import Conflict, Invalid, NotFound, Unauthenticated
from kernel.identity import random_uuid
from tests.accounts.programs import created, issued, refused, rotated, shown
from tests.factories import MANAGING, PURPOSES, World, dump, later, raw


def token(world: World, client_id: str, secret: str) -> str:
    return issued(world, Credentials(client_id, secret)).token


def revoked(world: World, client_id: str) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        revoke_client(processing, client_id)


def entries(world: World, event: Event) -> Sequence[EntryView]:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        return list_entries(processing, event=event, before=None, limit=100).entries


def test_a_client_gets_a_token_that_speaks_for_it_and_no_more(world: World, made: Credentials) -> None:
    actor = world.installation.tokens.actor(token(world, made.client_id, made.secret))
    assert (actor.campaign, actor.scopes, actor.purposes) == (
        world.campaign,
        frozenset({"contacts:read"}),
        frozenset({MANAGING}),
    )


def test_a_client_may_ask_for_a_token_that_may_do_less_and_not_more(world: World) -> None:
    made = created(world, scopes=["contacts:read", "audit:read"])
    assert issued(world, made, scopes="audit:read").scopes == ("audit:read",)
    for scopes in ("audit:read contacts:write", "contacts:read:phone", ""):
        with pytest.raises(ScopeNotHeld):
            issued(world, made, scopes=scopes or "nothing")


def test_no_secret_is_kept_or_shown_anywhere(world: World, made: Credentials) -> None:
    token(world, made.client_id, made.secret)
    second = rotated(world, made.client_id)
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        listed = list_clients(processing)
    for secret in (made.secret, second.secret):
        assert secret not in str(dump(world)) + repr(listed) + repr(made) + repr(second)


def test_whatever_is_wrong_the_answer_is_the_same(world: World, made: Credentials) -> None:
    nowhere = made.client_id[:-4] + ("AAAA" if not made.client_id.endswith("AAAA") else "BBBB")
    told = set()
    for client_id, secret in (
        (made.client_id, made.secret + "x"),
        (made.client_id, ""),
        (made.client_id, "\ud800"),
        (nowhere, made.secret),
        ("isoloir_", made.secret),
        ("", made.secret),
        ("isoloir_é", made.secret),
    ):
        with pytest.raises(Unauthenticated) as caught:
            token(world, client_id, secret)
        told.add(str(caught.value))
    assert len(told) == 1


def test_an_old_secret_holds_beside_the_new_one_until_the_overlap_ends(world: World, made: Credentials) -> None:
    new = rotated(world, made.client_id)
    later(world, days=6, hours=23)
    assert token(world, made.client_id, made.secret)
    assert token(world, new.client_id, new.secret)
    later(world, hours=1)
    refused(world, made)
    assert token(world, new.client_id, new.secret)


def test_a_rotation_without_overlap_ends_the_old_secret_at_once(world: World, made: Credentials) -> None:
    new = rotated(world, made.client_id, timedelta())
    refused(world, made)
    assert token(world, new.client_id, new.secret)
    assert len(shown(world, made.client_id).secrets) == 1


def test_a_second_rotation_never_lengthens_the_life_of_a_secret(world: World, made: Credentials) -> None:
    rotated(world, made.client_id, timedelta(days=1))
    rotated(world, made.client_id, timedelta(days=30))
    later(world, days=1)
    refused(world, made)


def test_a_client_has_a_few_secrets_at_most_and_ended_ones_are_removed(world: World, made: Credentials) -> None:
    for _ in range(MOST_SECRETS - 1):
        rotated(world, made.client_id)
    with pytest.raises(Conflict, match="too many secrets"):
        rotated(world, made.client_id)
    later(world, days=7)
    rotated(world, made.client_id)
    assert len(shown(world, made.client_id).secrets) == 2
    with raw(world.url, world.campaign) as database:
        assert database.run("SELECT count(*) FROM client_secret") == [(2,)]


@pytest.mark.parametrize("overlap", [timedelta(seconds=-1), timedelta(days=91)])
def test_an_overlap_is_bounded(world: World, made: Credentials, overlap: timedelta) -> None:
    with pytest.raises(Invalid):
        rotated(world, made.client_id, overlap)


def test_a_revoked_client_gets_no_token_and_its_old_one_ends_in_seconds(world: World, made: Credentials) -> None:
    old = token(world, made.client_id, made.secret)
    world.installation.tokens.actor(old)
    revoked(world, made.client_id)
    refused(world, made)
    later(world, seconds=REMEMBERED.total_seconds())
    with pytest.raises(Unauthenticated):
        world.installation.tokens.actor(old)
    with pytest.raises(Conflict, match="revoked"):
        rotated(world, made.client_id)


def test_revoking_twice_keeps_the_first_instant(world: World, made: Credentials) -> None:
    revoked(world, made.client_id)
    first = shown(world, made.client_id).revoked_at
    later(world, days=1)
    revoked(world, made.client_id)
    assert shown(world, made.client_id).revoked_at == first == world.clock.at - timedelta(days=1)


def test_a_client_ends_with_its_tokens(world: World) -> None:
    end = world.clock.at + timedelta(minutes=5)
    made = created(world, expires_at=end)
    old = token(world, made.client_id, made.secret)
    later(world, minutes=4, seconds=59)
    world.installation.tokens.actor(old)
    later(world, seconds=1)
    with pytest.raises(Unauthenticated):
        world.installation.tokens.actor(old)
    refused(world, made)
    with pytest.raises(Invalid, match="future"):
        created(world, expires_at=end)


def test_the_last_use_is_written_once_an_hour(world: World, made: Credentials) -> None:
    began = world.clock.at
    for minutes in (0, 30, 29):
        later(world, minutes=minutes)
        token(world, made.client_id, made.secret)
    assert shown(world, made.client_id).last_used_at == began
    later(world, minutes=1)
    token(world, made.client_id, made.secret)
    assert shown(world, made.client_id).last_used_at == began + timedelta(hours=1)


def test_a_token_ends(world: World, made: Credentials) -> None:
    old = token(world, made.client_id, made.secret)
    later(world, minutes=11)
    with pytest.raises(Unauthenticated):
        world.installation.tokens.actor(old)


def test_a_client_of_nobody_is_not_found(world: World, made: Credentials) -> None:
    for client_id in ("", "isoloir_x", made.client_id[:-2] + "zz", str(random_uuid())):
        with pytest.raises(NotFound):
            shown(world, client_id)
        with pytest.raises(NotFound):
            revoked(world, client_id)


def test_every_act_on_a_client_is_in_the_log(world: World, made: Credentials) -> None:
    rotated(world, made.client_id)
    shown(world, made.client_id)
    revoked(world, made.client_id)
    for event in (Event.CLIENT_CREATED, Event.CLIENT_ROTATED, Event.CLIENT_LISTED, Event.CLIENT_REVOKED):
        (entry,) = entries(world, event)
        assert entry.actor_id == "operator"


def test_failures_are_told_once_a_minute_for_each_client_with_their_number(world: World, made: Credentials) -> None:
    wrong = replace(made, secret="x" * 43)
    other = created(world)
    for _ in range(7):
        refused(world, wrong)
    refused(world, replace(other, secret="x"))
    assert [one.counts for one in entries(world, Event.CLIENT_REFUSED)] == [{"rule.authentication": 1}] * 2
    world.installation.refusals.tell()
    later(world, seconds=59)
    world.installation.refusals.tell()
    assert len(entries(world, Event.CLIENT_REFUSED)) == 2
    later(world, seconds=1)
    world.installation.refusals.tell()
    newest = entries(world, Event.CLIENT_REFUSED)[0]
    _, client = read_public_id(made.client_id)
    assert (newest.counts, newest.actor_id, newest.outcome) == ({"rule.authentication": 6}, str(client), "refused")


def test_clients_that_do_not_exist_are_told_as_one_and_their_ids_are_not_kept(world: World, made: Credentials) -> None:
    nobody = [replace(made, client_id=made.client_id[:-4] + f"{number:03d}0") for number in range(5)]
    for one in nobody:
        refused(world, one)
    later(world, minutes=1)
    world.installation.refusals.tell()
    told = entries(world, Event.CLIENT_REFUSED)
    assert [(one.actor_id, one.counts["rule.authentication"]) for one in told] == [("unknown", 4), ("unknown", 1)]
    assert str(read_public_id(nobody[0].client_id)[1]) not in str(dump(world))


def test_a_client_id_has_one_spelling_only(world: World, made: Credentials) -> None:
    respelled = made.client_id[:-1] + chr(ord(made.client_id[-1]) + 1)
    refused(world, replace(made, client_id=respelled))
    refused(world, replace(made, client_id=made.client_id + "="))


def test_a_token_of_nobody_is_refused(world: World) -> None:
    for text in ("", "a.b.c", str(random_uuid())):
        with pytest.raises(Unauthenticated):
            world.installation.tokens.actor(text)


def test_the_operator_of_the_tests_may_hand_on_everything(world: World) -> None:
    assert world.actor.purposes >= PURPOSES
    assert created(world, scopes=sorted(SCOPES)).secret
