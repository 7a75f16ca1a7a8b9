import json
import ssl
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from audit.events import Event
from audit.note import Note
from campaigns.closing import begin_closing
from installation.work import kinds_of_task
from jobs.deliver import LEASE, MOST_DEAD_LETTERS, Deliverer
from jobs.listing import KEPT, list_jobs, read_job, replay_tasks
from jobs.message import DELIVER
from jobs.once import Request, keep_turn, take_turn
from jobs.retry import MOST_ATTEMPTS
from jobs.send import Sender
from jobs.task import Kind
from jobs.webhooks import (
    MOST_ENDPOINTS,
    AddedEndpoint,
    DeliveryView,
    change_endpoint,
    list_deliveries,
    list_endpoints,
    remove_endpoint,
    rotate_secret,
    try_endpoint,
)
from kernel.clock import SystemClock
from kernel.errors import Conflict, NotFound
from kernel.identity import random_uuid
from tests.factories import MANAGING, World, count, dump, later, marie, new_world, opened_world, raw, record, recorded
from tests.jobs.receiver import Receiver, hang, receiving, status
from tests.jobs.story import (
    ADMINISTRATION,
    HOME,
    endpoint,
    identified,
    recurring_worker,
    tasks,
    wait_out,
    worker,
    worker_with,
)


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        one.clock.at = SystemClock().now()  # The reference library compares with the day on which the test runs.
        yield one


def verified(secret: str, receiver: Receiver, place: int = -1) -> Any:  # noqa: ANN401 - JSON
    one = receiver.received[place]
    return Webhook(secret).verify(one.body, one.signed)


def outcomes(world: World, added: Any) -> list[tuple[str, int, str | None]]:  # noqa: ANN401 - an endpoint
    found: list[DeliveryView] = []
    place = None
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        while page := list_deliveries(processing, identified(added), before=place, limit=2):
            found, place = found + page, (page[-1].at, page[-1].id)
    return sorted((one.outcome, one.attempt, one.status_class) for one in found)


def entries(world: World, event: str) -> int:
    return count(world, f"entry WHERE event = '{event}'")


def test_a_message_is_delivered_once_and_the_reference_library_verifies_it(world: World) -> None:
    with receiving() as receiver:
        added = endpoint(world, receiver.url())
        (person,) = recorded(world, marie(world))
        assert worker(world).work_off() == 1
        assert worker(world).work_off() == 0
        payload = verified(added.secret, receiver)
    assert payload["type"] == "contact.created"
    assert payload["data"] == {"campaign": str(world.campaign), "contacts": [str(person)]}
    assert len(receiver.received) == 1
    assert tasks(world) == []
    assert outcomes(world, added) == [("delivered", 1, "2xx")]
    assert entries(world, "webhook.delivered") == 1


def test_a_failed_message_is_tried_again_with_the_same_id_and_body(world: World) -> None:
    with receiving(status(500), status(302, "Location: /"), status(200)) as receiver:
        added = endpoint(world, receiver.url())
        recorded(world, marie(world))
        working = worker(world)
        assert working.work_off() == 1
        assert working.work_off() == 0, "it waits first"
        wait_out(world, working, 3)
        ids = [one.headers["webhook-id"] for one in receiver.received]
        stamps = {one.headers["webhook-timestamp"] for one in receiver.received}
    assert len(ids) == 3
    assert len(set(ids)) == 1
    assert len(stamps) == 3
    assert len({one.body for one in receiver.received}) == 1
    assert outcomes(world, added) == [("delivered", 3, "2xx"), ("redirected", 2, "3xx"), ("server_error", 1, "5xx")]
    assert tasks(world) == []


def test_a_message_that_never_arrives_dies_is_listed_and_replayed(world: World) -> None:
    with receiving(*[status(500)] * MOST_ATTEMPTS, status(204)) as receiver:
        endpoint(world, receiver.url())
        recorded(world, marie(world))
        working = worker(world)
        wait_out(world, working, MOST_ATTEMPTS + 2)
        (dead,) = tasks(world)
        assert (dead.state, dead.attempts, dead.failure) == ("dead", MOST_ATTEMPTS, "server_error")
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            (listed,) = list_jobs(processing, only_dead=True, before=None, limit=10).jobs
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert replay_tasks(processing, [listed.id]) == [listed.id]
        assert working.work_off() == 1
    assert tasks(world) == []
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    assert entries(world, "task.replayed") == 1


def test_an_endpoint_whose_messages_die_is_disabled_and_the_rest_waits_dead_to_be_replayed(world: World) -> None:
    with receiving(status(404)) as receiver:
        added = endpoint(world, receiver.url())
        for number in range(MOST_DEAD_LETTERS + 1):
            recorded(world, marie(world, f"{number}@example.org"))
        working = worker(world)
        for _ in range(MOST_ATTEMPTS * (MOST_DEAD_LETTERS + 2)):
            working.work_off()
            later(world, hours=30)
            if {row.state for row in tasks(world)} == {"dead"}:
                break
        seen = len(receiver.received)
        found = tasks(world)
        assert {row.state for row in found} == {"dead"}
        assert {row.failure for row in found} == {"client_error", "disabled"}
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            (view,) = list_endpoints(processing)
        assert (view.enabled, view.disabled_because) == (False, "dead_letters")
        assert entries(world, "webhook.disabled") == 1
        record(world, marie(world, "encore@example.org"))
        assert len(tasks(world)) == len(found), "a disabled endpoint is told of nothing new"
        with pytest.raises(Conflict, match="enable it"), world.register.open(world.actor, ADMINISTRATION) as processing:
            replay_tasks(processing, None)
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            change_endpoint(processing, identified(added), rules=HOME, enabled=True)
        receiver.answers[:] = [status(200)]
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert len(replay_tasks(processing, None)) == len(found)
        assert working.work_off() == len(found)
    assert len(receiver.received) == seen + len(found)
    assert tasks(world) == []


def test_who_answers_gone_is_told_no_more(world: World) -> None:
    with receiving(status(410)) as receiver:
        endpoint(world, receiver.url())
        recorded(world, marie(world), marie(world, "deux@example.org"))
        worker(world).work_off()
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            (view,) = list_endpoints(processing)
    assert (view.enabled, view.disabled_because) == (False, "gone")
    assert [row.state for row in tasks(world)] == ["dead"]


def test_a_receiver_that_fails_is_left_alone_for_a_while_and_others_are_served(world: World) -> None:
    with receiving(hang) as slow, receiving() as quick:
        endpoint(world, slow.url())
        endpoint(world, quick.url())
        for number in range(4):
            recorded(world, marie(world, f"{number}@example.org"))
        worker(world).work_off()
        assert len(quick.received) == 4
        assert len(slow.received) == 1


def test_a_receiver_that_asks_for_time_gets_it(world: World) -> None:
    with receiving(status(429, "Retry-After: 7200"), status(200)) as receiver:
        endpoint(world, receiver.url())
        recorded(world, marie(world))
        working = worker(world)
        working.work_off()
        later(world, hours=1.9)
        assert working.work_off() == 0
        later(world, hours=0.2)
        assert working.work_off() == 1


def test_both_secrets_sign_while_one_follows_the_other_and_then_one(world: World) -> None:
    with receiving() as receiver:
        added = endpoint(world, receiver.url())
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            second = rotate_secret(processing, identified(added), timedelta(hours=1))
        recorded(world, marie(world))
        worker(world).work_off()
        assert len(receiver.received[0].headers["webhook-signature"].split()) == 2
        assert verified(added.secret, receiver) == verified(second, receiver)
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            third = rotate_secret(processing, identified(added), timedelta(minutes=1))
        recorded(world, marie(world, "deux@example.org"))
        worker(world).work_off()
        assert len(receiver.received[1].headers["webhook-signature"].split()) == 2
        assert verified(second, receiver) == verified(third, receiver)
        with pytest.raises(WebhookVerificationError):
            verified(added.secret, receiver)
        later(world, minutes=2)
        recorded(world, marie(world, "trois@example.org"))
        worker(world).work_off()
        assert verified(third, receiver)["type"] == "contact.created"
        with pytest.raises(WebhookVerificationError):
            verified(second, receiver)
    assert count(world, "webhook_secret") == 2


def test_a_secret_is_never_kept_in_clear(world: World) -> None:
    added = endpoint(world, "https://hooks.example.org/")
    assert added.secret.startswith("whsec_")
    everything = json.dumps(dump(world))
    assert added.secret.removeprefix("whsec_").rstrip("=") not in everything
    assert added.secret not in repr(added)


def test_an_endpoint_can_be_tried(world: World) -> None:
    with receiving() as receiver:
        added = endpoint(world, receiver.url(), "contact.erased")
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            task = try_endpoint(processing, identified(added))
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            assert read_job(processing, task).state == "waiting"
        worker(world).work_off()
        assert verified(added.secret, receiver)["type"] == "webhook.test"
    with pytest.raises(NotFound), world.register.open(world.actor, ADMINISTRATION) as processing:
        read_job(processing, task)


def test_an_endpoint_that_is_removed_leaves_nothing_behind(world: World) -> None:
    with receiving(status(500)) as receiver:
        added = endpoint(world, receiver.url())
        recorded(world, marie(world))
        worker(world).work_off()
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            remove_endpoint(processing, identified(added))
    assert [count(world, table) for table in ("webhook_endpoint", "webhook_secret", "webhook_delivery", "task")] == [
        0
    ] * 4
    recorded(world, marie(world, "deux@example.org"))
    assert tasks(world) == []
    with pytest.raises(NotFound), world.register.open(world.actor, ADMINISTRATION) as processing:
        remove_endpoint(processing, identified(added))


def test_a_message_whose_endpoint_went_away_meanwhile_is_dropped(world: World) -> None:
    added = endpoint(world, "https://hooks.example.org/")
    recorded(world, marie(world))
    with raw(world.url, world.campaign) as database:
        database.run("DELETE FROM webhook_endpoint WHERE id = ?", identified(added))
    assert worker(world).work_off() == 1
    assert tasks(world) == []


def test_a_stored_address_is_judged_again_before_anything_is_sent(world: World) -> None:
    with receiving() as inside:
        added = endpoint(world, "https://hooks.example.org/")
        with raw(world.url, world.campaign) as database:
            database.run("UPDATE webhook_endpoint SET url = ? WHERE id = ?", "http://10.0.0.1/", identified(added))
        recorded(world, marie(world))
        worker(world).work_off()
        assert inside.received == []
    assert outcomes(world, added) == [("refused_address", 1, None)]


def test_a_campaign_has_a_bounded_number_of_endpoints(world: World) -> None:
    for number in range(MOST_ENDPOINTS):
        endpoint(world, f"https://hooks.example.org/{number}")
    with pytest.raises(Conflict, match="at most"):
        endpoint(world, "https://hooks.example.org/more")


def test_what_is_changed_of_an_endpoint_holds_for_what_comes_next(world: World) -> None:
    added = endpoint(world, "https://hooks.example.org/")
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        changed = change_endpoint(
            processing, identified(added), rules=HOME, url="https://other.example.org/", events=["contact.erased"]
        )
    assert (changed.url, changed.events) == ("https://other.example.org/", ("contact.erased",))
    recorded(world, marie(world))
    assert tasks(world) == []
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        assert not change_endpoint(processing, identified(added), rules=HOME, enabled=False).enabled


def test_a_dead_letter_that_is_none_cannot_be_replayed(world: World) -> None:
    with pytest.raises(NotFound), world.register.open(world.actor, ADMINISTRATION) as processing:
        replay_tasks(processing, [random_uuid()])


def test_dead_letters_deliveries_and_spent_secrets_go_after_their_time(world: World) -> None:
    with receiving(status(410)) as receiver:
        added = endpoint(world, receiver.url())
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            rotate_secret(processing, identified(added), timedelta(hours=1))
        recorded(world, marie(world))
        worker(world).work_off()
    recurring_worker(world).work_off()
    assert [count(world, table) for table in ("webhook_delivery", "webhook_secret")] == [1, 2]
    later(world, days=KEPT.days + 2)
    recurring_worker(world).work_off()
    assert [count(world, table) for table in ("webhook_delivery", "webhook_secret")] == [0, 1]
    recurring = {name for name, kind in kinds_of_task(world.installation).items() if kind.every is not None}
    assert {row.kind for row in tasks(world)} == recurring


def test_keys_of_requests_are_forgotten_by_the_program_itself(world: World) -> None:
    with world.register.open(world.actor, MANAGING) as processing:
        turn = take_turn(processing, Request("k" * 8, (b"body",)))
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
        keep_turn(processing, turn, 201, [])
    recurring_worker(world).work_off()
    assert count(world, "request_key") == 1
    swept = [entries(world, event) for event in ("request_key.swept", "access.swept", "task.purged")]
    assert swept == [0, 0, 0], "nothing to forget is nothing to tell"
    later(world, hours=25)
    recurring_worker(world).work_off()
    assert (count(world, "request_key"), entries(world, "request_key.swept")) == (0, 1)


def test_the_last_message_of_a_campaign_is_delivered_while_it_closes(world: World) -> None:
    with receiving() as receiver:
        added = endpoint(world, receiver.url())
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            begin_closing(processing)
        other = new_world(world.installation, world.url, "Autre")
        endpoint(other, receiver.url())
        recorded(other, marie(other))
        assert worker(world).work_off(world.campaign) == 1
        assert verified(added.secret, receiver)["type"] == "campaign.closing"
    assert (tasks(world), len(tasks(other))) == ([], 1)


def test_a_campaign_that_ends_gets_no_recurring_tasks_back(world: World) -> None:
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        begin_closing(processing)
    recurring_worker(world).work_off(world.campaign)
    assert tasks(world) == []


def test_nothing_is_sent_that_could_not_be_noted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with receiving() as receiver:
        endpoint(world, receiver.url())
        recorded(world, marie(world))
        with monkeypatch.context() as patched:
            patched.setattr("jobs.deliver.PURPOSE", MANAGING)
            worker(world).work_off()
        assert receiver.received == []
        assert len(tasks(world)) == 1


def test_what_became_of_a_message_is_not_kept_for_an_endpoint_that_was_removed_meanwhile(world: World) -> None:
    with receiving() as receiver:
        added = endpoint(world, receiver.url())
        recorded(world, marie(world))
        deliverer = Deliverer(world.register, Sender(HOME, removing(world, added), ssl.create_default_context))
        assert worker_with(world.installation, {DELIVER: Kind(deliverer, LEASE)}).work_off() == 1
    assert (count(world, "webhook_delivery"), entries(world, "webhook.delivered")) == (0, 1)


def removing(world: World, added: AddedEndpoint) -> Callable[[str, int], Sequence[str]]:
    """Look a name up so slowly that somebody removes the endpoint meanwhile."""

    def resolve(_host: str, _port: int) -> Sequence[str]:
        with world.register.open(world.actor, ADMINISTRATION) as processing:
            remove_endpoint(processing, identified(added))
        return ("127.0.0.1",)

    return resolve
