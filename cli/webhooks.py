"""Webhooks: which addresses are told of the campaign's events."""

from argparse import Namespace
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from typing import TypeVar

from audit.announce import Announcement
from audit.processing import Processing
from cli.answer import Answer
from cli.opening import campaign_of, opened, operator_of
from cli.words import say, table
from installation.open import Installation
from jobs.webhooks import (
    add_endpoint,
    change_endpoint,
    list_endpoints,
    remove_endpoint,
    rotate_secret,
    try_endpoint,
)

ADMINISTRATION = "administration"
Told = TypeVar("Told")


def add(given: Namespace) -> Answer:
    """Add an address; its secret is shown this once."""
    with opened(given) as installation:
        installation.complete_keys(campaign_of(installation, given))
        events, rules = given.event or tuple(Announcement), installation.target_rules
        delay = installation.until_all_announce
        added = _do(
            installation,
            given,
            lambda processing: add_endpoint(processing, url=given.url, events=events, rules=rules, delay=delay),
        )
    lines = [
        f"id      {added.endpoint.id}",
        f"secret  {added.secret}",
        say("Le secret n'est montré qu'ici : gardez-le.", "The secret is shown only here: keep it."),
    ]
    return Answer(asdict(added.endpoint) | {"secret": added.secret}, lines)


def list_all(given: Namespace) -> Answer:
    """List the addresses."""
    with opened(given) as installation:
        found = _do(installation, given, list_endpoints)
    rows = [
        (
            str(one.id),
            say("en service", "enabled") if one.enabled else f"{say('suspendue', 'disabled')} ({one.disabled_because})",
            one.url,
            " ".join(one.events),
        )
        for one in found
    ]
    none = [say("Aucune adresse.", "No address.")]
    return Answer({"webhook_endpoints": [asdict(one) for one in found]}, table(rows) if rows else none)


def remove(given: Namespace) -> Answer:
    """Remove an address with all that waits for it."""
    with opened(given) as installation:
        _do(installation, given, lambda processing: remove_endpoint(processing, given.id))
    return Answer({"removed": given.id}, [say("Adresse retirée", "Address removed")])


def rotate(given: Namespace) -> Answer:
    """Draw a new secret; the one before signs too for a while."""
    overlap = timedelta(hours=given.overlap_hours)
    with opened(given) as installation:
        secret = _do(installation, given, lambda processing: rotate_secret(processing, given.id, overlap))
    return Answer({"secret": secret}, [f"secret  {secret}"])


def enable(given: Namespace) -> Answer:
    """Enable an address again; its failures are forgotten."""
    return _switch(given, enabled=True)


def disable(given: Namespace) -> Answer:
    """Tell an address nothing more, until it is enabled."""
    return _switch(given, enabled=False)


def test(given: Namespace) -> Answer:
    """Put a message in the outbox that only shows whether the address works."""
    with opened(given) as installation:
        task = _do(installation, given, lambda processing: try_endpoint(processing, given.id))
    text = say("Message d'essai en attente d'envoi", "Message waiting to be sent")
    return Answer({"job": task}, [f"{text} ({task})"])


def _switch(given: Namespace, *, enabled: bool) -> Answer:
    with opened(given) as installation:
        rules = installation.target_rules
        _do(
            installation,
            given,
            lambda processing: change_endpoint(processing, given.id, rules=rules, enabled=enabled),
        )
    text = say("Adresse en service", "Address enabled") if enabled else say("Adresse suspendue", "Address disabled")
    return Answer({"id": given.id, "enabled": enabled}, [text])


def _do(installation: Installation, given: Namespace, act: Callable[[Processing], Told]) -> Told:
    with installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing:
        return act(processing)
