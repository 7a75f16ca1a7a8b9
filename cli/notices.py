"""Notices and the public form at the command line."""

import dataclasses
import tomllib
from argparse import Namespace
from pathlib import Path

from cli.answer import FAILED, Answer
from cli.opening import campaign_of, opened, operator_of
from cli.words import language, say, table
from kernel.errors import Conflict, Invalid
from notices.clock import Manner, Telling, list_clocks, tell_origin
from notices.draft import draft_notice
from notices.gather import NoticePlan
from notices.publish import list_notices, publish_notice
from policy.notice import Told
from signups.forms import close_form, open_form

ADMINISTRATION = "administration"


def draft(given: Namespace) -> Answer:
    """Show the notice as it would be published, and what is missing."""
    plan = _plan(given)
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = draft_notice(processing, plan)
    text = found.text.fr if language() == "fr" else found.text.en
    lines = [*text.splitlines(), ""]
    lines += [say(f"Il manque : {one.advice_fr}", f"Missing: {one.advice_en}") for one in found.findings]
    return Answer(dataclasses.asdict(found), lines, FAILED if found.findings else 0)


def publish(given: Namespace) -> Answer:
    """Publish the notice as it is now."""
    plan = _plan(given)
    with opened(given) as installation:
        campaign = campaign_of(installation, given)
        with installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing:
            version = publish_notice(processing, plan)
        address = f"{installation.settings.public_url.rstrip('/')}/notices/{campaign}/{version.number}"
    lines = [say(f"Publiée : {address}", f"Published: {address}"), f"SHA-256 : {version.sha256}"]
    return Answer(dataclasses.asdict(version) | {"address": address}, lines)


def versions(given: Namespace) -> Answer:
    """List the published versions."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_notices(processing)
    rows = [(str(one.number), one.published_at.date().isoformat(), one.sha256) for one in found]
    none = [say("Aucune mention publiée.", "No notice was published.")]
    return Answer({"notices": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def clocks(given: Namespace) -> Answer:
    """List the origins whose persons must be told, and by when."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_clocks(processing)
    told = {True: say("EN RETARD", "OVERDUE"), False: say("à temps", "in time")}
    rows = [(str(one.origin), one.kind, str(one.due_on), one.manner or told[one.overdue]) for one in found]
    none = [say("Personne n'est à informer.", "Nobody is to be told.")]
    return Answer({"clocks": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def tell(given: Namespace) -> Answer:
    """Record that an origin's persons were told."""
    telling = Telling(
        origin=given.origin,
        manner=Manner(given.manner),
        notice=given.notice,
        told_on=given.on,
        reference=given.reference,
    )
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        tell_origin(processing, telling)
    return Answer({"told": given.origin}, [say("Enregistré.", "Recorded.")])


def form_open(given: Namespace) -> Answer:
    """Open the public form with its boxes."""
    with opened(given) as installation:
        if not installation.settings.mail_url:
            message = "without a mail server nobody could confirm: set ISOLOIR_MAIL_URL"
            raise Conflict(message)
        campaign = campaign_of(installation, given)
        with installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing:
            view = open_form(processing, given.boxes)
        address = f"{installation.settings.public_url.rstrip('/')}/inscription/{campaign}"
    lines = [say(f"Ouvert : {address}", f"Open: {address}"), f"HTML : {address}/embed"]
    return Answer(dataclasses.asdict(view) | {"address": address}, lines)


def form_close(given: Namespace) -> Answer:
    """Close the public form."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        view = close_form(processing)
    return Answer(dataclasses.asdict(view), [say("Fermé.", "Closed.")])


def _plan(given: Namespace) -> NoticePlan:
    """Read what no register keeps from a file. Raises Invalid for one of another form, never with what stood there."""
    if given.plan is None:
        return NoticePlan()
    try:
        told = tomllib.loads(Path(given.plan).read_text("utf-8"))
        interests = told.get("interests")
        return NoticePlan(
            purposes=tuple(map(str, told.get("purposes", ()))),
            origins=tuple(map(str, told.get("origins", ()))),
            interests=None if interests is None else Told(interests["fr"], interests["en"]),
            controlled_by=told.get("controlled_by"),
            targeting=told.get("targeting"),
            transparency=told.get("transparency", ""),
        )
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, TypeError, KeyError):
        message = "the file holds purposes, origins, interests (fr, en), controlled_by, targeting, transparency"
        raise Invalid(message) from None
