"""The life of a campaign at the command line: shown, activated, its elections, its end."""

import dataclasses
import tomllib
from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from accounts.approvals.actions import Action
from audit.events import Event
from audit.note import Note
from campaigns.activation import Declaration
from campaigns.ballots import State
from campaigns.elections import change_election, list_elections
from campaigns.sheet import read_campaign
from cli.answer import Answer
from cli.approvals import ask
from cli.opening import campaign_of, opened, operator_of
from cli.words import say, table
from contacts.activate import activate_campaign, list_synthetic
from installation.closing import close_campaign
from installation.open import Installation
from kernel.errors import Invalid
from notices.declared import notice_address, with_published_notice
from policy.activation import Assessment, Period, PublishedNotice

ADMINISTRATION = "administration"
TEMPLATE = Path(__file__).parent / "dossier.toml"


def show(given: Namespace) -> Answer:
    """Tell what the campaign says of itself."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        sheet = read_campaign(processing)
    purposes = "-" if sheet.activation is None else ", ".join(sheet.activation.purposes)
    operator = "-" if sheet.operator is None else f"{sheet.operator.name} ({sheet.operator.role})"
    rows = [
        (say("campagne", "campaign"), f"{sheet.name} ({sheet.id})"),
        (say("phase", "phase"), sheet.phase.value),
        *((say("responsable", "controller"), f"{one.name} ({one.kind})") for one in sheet.controllers),
        (say("exploitant", "operator"), operator),
        (say("finalités", "purposes"), purposes),
    ]
    return Answer(dataclasses.asdict(sheet), table(rows))


def activate(given: Namespace) -> Answer:
    """Activate the campaign on the declaration in a file, or print the template of one."""
    if given.template:
        text = TEMPLATE.read_text("utf-8")
        return Answer({"template": text}, text.splitlines())
    if given.dossier is None:
        message = "name the file of the declaration: isoloir campaign activate --template prints one"
        raise Invalid(message)
    declaration = read_declaration(Path(given.dossier))
    with opened(given) as installation:
        erased = _erase_synthetic(installation, given) if given.erase_synthetic else 0
        with installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing:
            address = notice_address(installation.settings.public_url, processing)
            activate_campaign(processing, with_published_notice(processing, declaration, address))
    lines = [
        say("Campagne active : elle reçoit de vraies personnes.", "The campaign is active: it takes real persons.")
    ]
    if erased:
        lines.append(say(f"{erased} contacts fictifs effacés.", f"{erased} synthetic contacts erased."))
    return Answer({"active": True, "erased": erased}, lines)


def elections(given: Namespace) -> Answer:
    """List the elections with their states."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        found = list_elections(processing)
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    rows = [(str(one.id), one.type or "-", one.state, str(one.first_round), one.title) for one in found]
    none = [say("Aucun scrutin.", "No election.")]
    return Answer({"elections": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def change(given: Namespace) -> Answer:
    """Take an election to its next state."""
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        view = change_election(processing, given.election, State(given.state), given.on)
    return Answer(dataclasses.asdict(view), [say(f"Scrutin : {view.state}", f"Election: {view.state}")])


def close(given: Namespace) -> Answer:
    """Hand everything back to the controller and destroy it, or ask for the approval that this takes."""
    if given.ask:
        return ask(given, Action.CAMPAIGN_CLOSE, {})
    if given.folder is None:
        message = "name the folder of the return: --return FOLDER"
        raise Invalid(message)
    with opened(given) as installation:
        campaign = campaign_of(installation, given, closing=True)
        closed = close_campaign(
            installation, campaign, Path(given.folder), confirmed=given.yes or "", destroy=given.destroy
        )
    lines = [say(f"Restitution : {given.folder}", f"Returned: {given.folder}")]
    if closed.certificate is not None:
        lines.append(say(f"Attestation : {closed.certificate}", f"Certificate: {closed.certificate}"))
    return Answer({"returned": str(closed.folder), "certificate": closed.certificate, "files": closed.files}, lines)


def _erase_synthetic(installation: Installation, given: Namespace) -> int:
    actor, erased = operator_of(installation, given), 0
    while True:
        with installation.register.open(actor, ADMINISTRATION) as processing:
            page = list_synthetic(processing)
        if not page:
            return erased
        erased += installation.eraser.erase(actor, ADMINISTRATION, page)


def read_declaration(path: Path) -> Declaration:
    """Read a declaration. Raises Invalid for a file of another form, naming the key and never what stood there."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
        retention = content.get("retention")
        return Declaration(
            assessment=Assessment(**_as_asked(content.get("dpia", {}))),
            notice=PublishedNotice(**_as_asked(content.get("notice", {}))),
            purposes=tuple(map(str, content.get("purposes", ()))),
            territories=tuple(map(str, content.get("territories", ()))),
            retention=None if retention is None else _periods(retention),
        )
    except (ValueError, TypeError, AttributeError, OverflowError):
        message = "the declaration is not of the template's form: isoloir campaign activate --template"
        raise Invalid(message) from None


def _as_asked(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the declaration whose day is a day, not a text of one, and whose other values are texts."""
    if not all(type(value) is (date if name == "on" else str) for name, value in part.items()):
        raise TypeError
    return part


def _periods(retention: dict[str, Any]) -> dict[str, Period]:
    return {
        name: Period(months=int(one.get("months", 0)), days=int(one.get("days", 0))) for name, one in retention.items()
    }
