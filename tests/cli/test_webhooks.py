"""Webhooks and the outbox from the command line, with real processes, one of which is killed in the middle."""

import json
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from standardwebhooks import Webhook

from installation.open import open_installation
from kernel.identity import CampaignId
from tests.cli.console import PATIENCE, Console, begin, wait_for
from tests.forking import Forked
from tests.jobs.receiver import hang, raw, receiving, status

OK = raw(b"HTTP/1.1 200 OK\r\n\r\n")


@pytest.fixture
def console(tmp_path: Path, database_url: str) -> Console:
    url = database_url if database_url.startswith("postgresql") else ""
    one = Console(tmp_path, url, more={"ISOLOIR_WEBHOOK_DEVELOPMENT": "true", "ISOLOIR_WORK_SECONDS": "0.05"})
    begin(one)
    return one


def outlive_leases(console: Console) -> None:
    """Let the time of every lease be over."""
    change = "UPDATE task SET leased_until = {} WHERE state = 'running'"
    if console.on_postgresql:
        with psycopg.connect(console.postgresql) as connection:
            connection.execute("SELECT set_config('isoloir.campaign', %s, false)", (console.campaigns[0],))
            connection.execute(change.format("now() - interval '1 second'").encode())
        return
    past = datetime(2020, 1, 1, tzinfo=UTC).isoformat(timespec="microseconds")
    with closing(sqlite3.connect(console.database, isolation_level=None)) as connection:
        connection.execute(change.format(f"'{past}'"))


def add(console: Console, url: str, *events: str) -> dict[str, str]:
    words = [word for event in events for word in ("--event", event)]
    found: dict[str, str] = console.json("webhook", "add", url, *words)
    return found


def stop(process: Forked) -> int:
    process.terminate()
    return process.wait(PATIENCE)


def test_an_address_is_added_tried_rotated_and_removed(console: Console) -> None:
    with receiving(OK) as receiver:
        made = add(console, receiver.url(), "contact.erased")
        console.json("webhook", "test", made["id"])
        assert console.json("work", "--once")["tasks"] >= 1
        one = receiver.received[0]
        assert Webhook(made["secret"]).verify(one.body, one.signed)["type"] == "webhook.test"
        second = console.json("webhook", "rotate", made["id"])["secret"]
        console.json("webhook", "test", made["id"])
        console.json("work", "--once")
        last = receiver.received[1]
        for secret in (made["secret"], second):
            assert Webhook(secret).verify(last.body, last.signed)
    (listed,) = console.json("webhook", "list")["webhook_endpoints"]
    assert (listed["url"], listed["enabled"]) == (receiver.url(), True)
    assert console.json("webhook", "disable", made["id"])["enabled"] is False
    assert console.json("webhook", "enable", made["id"])["enabled"] is True
    console.json("webhook", "remove", made["id"])
    assert console.json("webhook", "list") == {"webhook_endpoints": []}


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("http://example.org/", "https://"),
        ("https://user:canary-4711@example.org/", "mot de passe"),
        ("https://10.0.0.1/", "internet public"),
    ],
)
def test_a_bad_address_is_refused_in_french_without_repeating_it(
    tmp_path: Path, sqlite_url: str, url: str, told: str
) -> None:
    del sqlite_url
    console = Console(tmp_path)
    begin(console)
    done = console.run("webhook", "add", url)
    assert done.returncode == 1
    assert told in done.stderr
    assert "canary-4711" not in done.stdout + done.stderr
    assert "example.org" not in done.stderr


def test_a_dead_letter_is_listed_and_replayed(console: Console) -> None:
    with receiving(status(410), OK) as receiver:
        made = add(console, receiver.url())
        console.json("webhook", "test", made["id"])
        console.json("work", "--once")
        (dead,) = console.json("job", "list", "--dead")["jobs"]
        assert (dead["state"], dead["failure"]) == ("dead", "gone")
        refused = console.run("job", "replay", dead["id"])
        assert refused.returncode == 1
        assert "suspendue" in refused.stderr
        console.json("webhook", "enable", made["id"])
        assert console.json("job", "replay", dead["id"])["replayed"] == [dead["id"]]
        console.json("work", "--once")
        assert len(receiver.received) == 2
    assert console.json("job", "list", "--dead") == {"jobs": []}
    assert console.run("job", "replay").returncode == 1


def test_a_worker_killed_while_it_delivers_is_replaced_and_the_message_comes_again_with_its_id(
    console: Console,
) -> None:
    with receiving(hang, OK) as receiver:
        made = add(console, receiver.url())
        console.json("webhook", "test", made["id"])
        dying = console.start("work")
        wait_for(lambda: len(receiver.received) == 1, dying)
        dying.kill()
        dying.wait(PATIENCE)
        assert console.count("task WHERE state = 'running' AND kind = 'webhook.deliver'") == 1
        outlive_leases(console)
        living = console.start("work")
        wait_for(lambda: console.count("task WHERE kind = 'webhook.deliver'") == 0, living)
        assert stop(living) == 0
        first, second = receiver.received
        assert first.headers["webhook-id"] == second.headers["webhook-id"]
        assert first.body == second.body
        assert json.loads(second.body)["type"] == "webhook.test"


def test_a_worker_told_to_stop_finishes_its_message(console: Console) -> None:
    def slowly(door: object, over: object) -> None:
        del over
        time.sleep(1)
        OK(door, None)  # type: ignore[arg-type]

    with receiving(slowly) as receiver:
        made = add(console, receiver.url())
        console.json("webhook", "test", made["id"])
        working = console.start("work")
        wait_for(lambda: len(receiver.received) == 1, working)
        assert stop(working) == 0
    assert console.count("task WHERE kind = 'webhook.deliver'") == 0
    assert console.count("webhook_delivery WHERE outcome = 'delivered'") == 1


def test_a_campaign_made_before_webhooks_gets_its_key(console: Console) -> None:
    campaign = console.campaigns[0]
    if console.on_postgresql:
        with psycopg.connect(console.postgresql) as connection:
            connection.execute("SELECT set_config('isoloir.campaign', %s, false)", (campaign,))
            connection.execute("DELETE FROM keys.campaign_key WHERE purpose = 'webhook'")
    else:
        with closing(sqlite3.connect(console.database, isolation_level=None)) as connection:
            connection.execute("DELETE FROM campaign_key WHERE purpose = 'webhook'")
    assert add(console, "https://hooks.example.org/")["secret"].startswith("whsec_")
    with open_installation(console.settings()) as installation:
        assert installation.complete_keys(CampaignId(installation.campaigns()[0])) == 0
