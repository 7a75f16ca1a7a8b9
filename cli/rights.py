"""Rights requests at the command line: the board of deadlines, one request, its steps and the answer."""

import dataclasses
import os
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from audit.processing import Processing
from cli.answer import Answer
from cli.attachments import media_type_of
from cli.opening import opened, operator_of
from cli.words import language, say, table
from kernel.identity import PersonId
from rights import identity, steps
from rights.board import id_of, list_requests, show_request
from rights.course import State
from rights.decide import Decision, decide_request
from rights.file import NOBODY, Person, Told
from rights.give import give_document, show_document
from rights.letters import written_day
from rights.paper import print_letter
from rights.perform import PURPOSE
from rights.receive import NewRequest, receive_requests
from rights.words import Asker, Identity, Kind, Way, label

_PERSON = tuple(Person.__slots__)


def receive(given: Namespace) -> Answer:
    """Key in a request with the day on which it truly arrived."""
    who = Person(**{name: getattr(given, name) or "" for name in _PERSON})
    asker = Person(first_names=given.asker_first_names or "", last_name=given.asker_last_name or "",
                   email=given.asker_email or "") if given.asker != "self" else NOBODY  # fmt: skip
    told = Told(person=who, asker=asker, details=given.details or "", channel=given.channel, changes=_changes(given))
    new = NewRequest(
        kind=Kind(given.kind),
        told=told,
        way=Way(given.way),
        asker=Asker(given.asker),
        language=given.language,
        received_on=given.received_on,
        minor=given.minor,
        contact=None if given.contact is None else PersonId(given.contact),
    )
    with opened(given) as installation:
        url = installation.settings.public_url
        with installation.register.open(operator_of(installation, given, PURPOSE), PURPOSE) as processing:
            (made,) = receive_requests(processing, [new], url)
    due = written_day(made.due_on, language())
    line = say(f"Demande {made.reference}, à répondre avant le {due}.", f"Request {made.reference}, due on {due}.")
    return Answer(dataclasses.asdict(made), [line])


def list_all(given: Namespace) -> Answer:
    """Show the board: what waits, what is late, what comes first."""
    states = None if given.state is None else [State(given.state)]
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given, PURPOSE), PURPOSE) as processing,
    ):
        found = list_requests(processing, states, limit=given.limit)
    spoken = language()
    rows = [
        (
            one.reference,
            label("kind", one.kind, spoken),
            label("state", one.state, spoken),
            one.received_on.isoformat(),
            say("délai suspendu", "suspended") if one.due_on is None else one.due_on.isoformat(),
            _alert(one.alert),
        )
        for one in found
    ]
    none = [say("Aucune demande.", "No request.")]
    return Answer({"requests": [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)


def show(given: Namespace) -> Answer:
    """Show one request: what it says, what happened, what may be done."""
    whole = _with(given, lambda processing, request, _url: show_request(processing, request))
    line, told = whole.line, whole.told
    spoken = language()
    rows = [
        (say("référence", "reference"), line.reference),
        (say("demande", "asks"), label("kind", line.kind, spoken)),
        (say("état", "state"), label("state", line.state, spoken)),
        (say("reçue", "received"), written_day(line.received_on, spoken)),
        (say("due", "due"), written_day(line.due_on, spoken)),
        (say("personne", "person"), " ".join(value for _, value in told.person.data)),
        (say("pour le compte de", "asked by"), told.asker.name),
        (say("précisions", "details"), told.details),
        (say("justificatif", "document"), "" if whole.document is None else whole.document.media_type),
        (say("possible", "may be done"), ", ".join(whole.may)),
    ]
    happened = [
        (one.at.isoformat(timespec="minutes"), one.act, one.role, one.reason or "", " / ".join(one.words.splitlines()))
        for one in whole.steps
    ]
    return Answer(dataclasses.asdict(whole), [*table([row for row in rows if row[1]]), "", *table(happened)])


def step(given: Namespace) -> Answer:
    """Take one step of a request."""
    act, words = given.act, given.words or ""
    contact = None if given.contact is None else PersonId(given.contact)
    deeds: dict[str, Callable[[Processing, UUID, str], object]] = {
        "confirm": lambda processing, asked, url: identity.confirm_identity(
            processing, asked, Identity(given.means), contact=contact, words=words, public_url=url
        ),
        "doubt": lambda processing, asked, url: identity.doubt_identity(
            processing, asked, why=words, question=given.question or "", public_url=url, document=given.document
        ),
        "ask": lambda processing, asked, url: steps.ask_details(processing, asked, given.question or "", url),
        "complete": lambda processing, asked, _url: steps.complete_details(processing, asked, words),
        "extend": lambda processing, asked, url: steps.extend_request(
            processing, asked, given.reason or "", words, url
        ),
        "withdraw": steps.withdraw_request,
        "link": lambda processing, asked, url: steps.link_request(processing, asked, given.first or "", url),
        "close": lambda processing, asked, _url: steps.close_request(processing, asked),
    }
    _with(given, deeds[act])
    return Answer({"request": given.id, "act": act}, [say("Fait.", "Done.")])


def answer(given: Namespace) -> Answer:
    """Decide: grant, or refuse on a reason of the closed list; what is granted is done by the worker."""
    decision = Decision(
        grant=given.refuse is None,
        reason=given.refuse or given.reason,
        words=given.words or "",
        ground=given.ground,
        changes=_changes(given),
    )
    _with(given, lambda processing, asked, url: decide_request(processing, asked, decision, url))
    granted = say(
        "Acceptée : exécutée et annoncée par le serveur.", "Granted: the server does it and tells the person."
    )
    told = granted if decision.grant else say("Refusée : la personne est avertie.", "Refused: the person is told.")
    return Answer({"request": given.id, "granted": decision.grant}, [told])


def letter(given: Namespace) -> Answer:
    """Draw a code to be posted and print the letter; or print what the latest step tells."""
    if given.last:
        paper = _with(given, print_letter)
        told = {"to": paper.to, "subject": paper.letter.subject, "text": paper.letter.text}
        return Answer(told, [*paper.to, "", paper.letter.subject, "", *paper.letter.text.splitlines()])
    contact = None if given.contact is None else PersonId(given.contact)
    posted = _with(given, lambda processing, asked, url: identity.post_code(processing, asked, url, contact=contact))
    data = {"to": posted.to, "subject": posted.letter.subject, "text": posted.letter.text, "until": posted.until}
    return Answer(data, [*posted.to, "", posted.letter.subject, "", *posted.letter.text.splitlines()])


def document(given: Namespace) -> Answer:
    """Take the document of a request in, or bring it out to a file for its owner only; it goes with the decision."""
    if given.take:
        content, kind = Path(given.take).read_bytes(), media_type_of(Path(given.take))
        _with(given, lambda processing, asked, _url: give_document(processing, asked, kind, content))
        done = say("Pièce reçue : le délai court de nouveau.", "The document is in: the clock goes on.")
        return Answer({"media_type": kind, "size": len(content)}, [done])
    with os.fdopen(os.open(given.out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        try:
            shown = _with(given, lambda processing, asked, _url: show_document(processing, asked))
        except BaseException:
            Path(given.out).unlink()
            raise
        file.write(shown.content)
    told = shown.document
    line = say("Pièce écrite : détruisez ce fichier après l'avoir lue.", "Written: destroy this file once you read it.")
    return Answer({"file": given.out, "media_type": told.media_type, "size": told.size}, [line])


def _changes(given: Namespace) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, _, value in (one.partition("=") for one in given.change))


def _with(given: Namespace, work: Callable[[Processing, UUID, str], Any]) -> Any:  # noqa: ANN401 - what it gives
    """Find the request that was named by id or reference, and do something with it in one processing."""
    with opened(given) as installation:
        url = installation.settings.public_url
        with installation.register.open(operator_of(installation, given, PURPOSE), PURPOSE) as processing:
            return work(processing, id_of(processing, given.id), url)


def _alert(said: str | None) -> str:
    words = {
        "half_time": say("mi-délai", "half-time"),
        "seven_days": say("7 jours", "7 days"),
        "two_days": say("2 jours", "2 days"),
        "overdue": say("EN RETARD", "OVERDUE"),
    }
    return words.get(said or "", "")
