"""The life of a campaign key's version: pending, active, retiring, destroyed; each step one processing, safe to repeat.

A new version is *pending* until every process has had the time to see it, then *active*; the old one is *retiring*
while what hangs on it is moved, and is *destroyed* when nothing does.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.register import Register
from crypto.campaign_keys import State, new_campaign_key
from crypto.provider import KeyProvider
from kernel.actor import Actor
from kernel.database import keys_lock
from keys.create import store_campaign_keys
from keys.store import read_campaign_keys, update_campaign_key

PURPOSE = "administration"

Pause = Callable[[], None]
"""Wait until every process has read the keys again."""


def rotate_versions(
    register: Register,
    provider: KeyProvider,
    actor: Actor,
    purposes: Collection[str],
    *,
    pause: Pause,
    move: Callable[[], int],
) -> int:
    """Give ``purposes`` a new version, ``move`` what hangs on the old one, destroy it; return how much was moved.

    Killed anywhere, the same call goes on where it was.
    """
    _prepare(register, provider, actor, purposes)
    pause()
    _step(register, actor, purposes, {"active": "retiring", "pending": "active"}, only_with="pending")
    pause()
    moved = move()
    _step(register, actor, purposes, {"retiring": "destroyed"}, only_with="retiring")
    return moved


def _prepare(register: Register, provider: KeyProvider, actor: Actor, purposes: Collection[str]) -> None:
    with register.open(actor, PURPOSE) as processing:
        rows = read_campaign_keys(processing)
        ours = [row for row in rows if row.purpose in purposes]
        idle = all(row.state in {"active", "destroyed"} for row in ours)
        new = [new_campaign_key(purpose, _newest(ours, purpose) + 1, "pending") for purpose in purposes] if idle else []
        stored = store_campaign_keys(processing, provider, new) if new else 0
        counts = {"campaign_key.read": len(rows), "campaign_key.insert": stored}
        processing.note(Note(event=Event.CAMPAIGN_KEY_ADDED, counts=counts, free=_named(new)))


def _step(
    register: Register,
    actor: Actor,
    purposes: Collection[str],
    steps: Mapping[State, State],
    *,
    only_with: State,
) -> None:
    """Take every version of ``purposes`` one step on, unless none is in the state that this step is for."""
    with register.open(actor, PURPOSE) as processing:
        processing.lock([keys_lock(processing.campaign)])  # Wait for whoever writes under the keys as they are.
        rows = read_campaign_keys(processing)
        ours = [row for row in rows if row.purpose in purposes]
        due = [row for row in ours if row.state in steps] if any(row.state == only_with for row in ours) else []
        for row in due:
            state = steps[row.state]
            values = {"state": state, "wrapped": None} if state == "destroyed" else {"state": state}
            update_campaign_key(processing, row.purpose, row.version, values)
        event = Event.CAMPAIGN_KEY_DESTROYED if "retiring" in steps else Event.CAMPAIGN_KEY_ADVANCED
        counts = {"campaign_key.read": len(rows), "campaign_key.update": len(due)}
        processing.note(Note(event=event, counts=counts, free=_named(due)))


def _newest(rows: Sequence[Any], purpose: str) -> int:
    return max(int(row.version) for row in rows if row.purpose == purpose)


def _named(keys: Sequence[Any]) -> dict[str, Any]:
    return {"keys": [f"{key.purpose}.{key.version}" for key in keys]}
