"""Who answers for a campaign and who receives its data: controllers, arrangements, hand-overs, operator, recipients."""

import dataclasses
from argparse import Namespace
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns import arrangements as agreed
from campaigns import controllers as answering
from campaigns import handovers as handed
from campaigns import recipients as receiving
from campaigns.hosting import Operator, describe_operator
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import say, table
from files.seeds import keep as seeding
from kernel.errors import Invalid

ADMINISTRATION = "administration"


def describe(given: Namespace) -> Answer:
    """Say how the campaign's own controller is reached."""
    return _made(given, "controller", lambda processing: answering.describe_controller(processing, _points(given)))


def joint(given: Namespace) -> Answer:
    """Add a joint controller."""
    points = _points(given)
    return _made(
        given,
        "controller",
        lambda processing: answering.add_joint_controller(processing, given.name, given.kind, points),
    )


def controllers(given: Namespace) -> Answer:
    """List the controllers."""
    return _listed(given, "controllers", answering.list_controllers, ("id", "kind", "ended_on", "name"))


def end_controller(given: Namespace) -> Answer:
    """End a joint controller."""
    return _ended(given, lambda processing: answering.end_joint_controller(processing, given.id, given.on))


def arrangement(given: Namespace) -> Answer:
    """Record an arrangement."""
    new = agreed.NewArrangement(
        controller=given.controller,
        reference=given.reference,
        informs=given.informs,
        answers=given.answers,
        oppositions=given.opposition,
        essence_fr=given.essence_fr,
        essence_en=given.essence_en,
        starts_on=given.starts_on,
        ends_on=given.ends_on,
    )
    return _made(given, "arrangement", lambda processing: agreed.record_arrangement(processing, new))


def arrangements(given: Namespace) -> Answer:
    """List the arrangements."""
    return _listed(given, "arrangements", agreed.list_arrangements, ("id", "starts_on", "ends_on", "reference"))


def end_arrangement(given: Namespace) -> Answer:
    """End an arrangement."""
    return _ended(given, lambda processing: agreed.end_arrangement(processing, given.id, given.on))


def handover(given: Namespace) -> Answer:
    """Record a hand-over."""
    new = handed.NewHandover(
        direction=given.direction,
        controller=given.controller,
        kind=given.kind,
        ground=given.ground,
        handed_on=given.on,
        evidence=given.evidence,
        arrangement=given.arrangement,
    )
    return _made(given, "handover", lambda processing: handed.record_handover(processing, new))


def handovers(given: Namespace) -> Answer:
    """List the hand-overs."""
    return _listed(given, "handovers", handed.list_handovers, ("id", "direction", "handed_on", "ground", "controller"))


def operator(given: Namespace) -> Answer:
    """Say who hosts the campaign."""
    told = Operator(name=given.name, role=given.role, contract=given.contract)
    _acted(given, lambda processing: describe_operator(processing, told))
    return Answer({"operator": dataclasses.asdict(told)}, [say("Exploitant enregistré.", "Operator recorded.")])


def recipient(given: Namespace) -> Answer:
    """Register a recipient or a processor."""
    if bool(given.webhook) == bool(given.letter):
        message = "say how the recipient is told: --webhook or --letter, one of them"
        raise Invalid(message)
    new = receiving.NewRecipient(
        kind=given.kind,
        name=given.name,
        hosting=given.hosting,
        control=given.control,
        transfer_basis=given.transfer_basis,
        contact=given.contact,
        told_by=receiving.WEBHOOK if given.webhook else receiving.LETTER,
        address=given.webhook or given.letter,
        contract=given.contract,
        public_key=given.key,
    )
    return _made(given, "recipient", lambda processing: receiving.add_recipient(processing, new))


def recipients(given: Namespace) -> Answer:
    """List recipients and processors."""
    columns = ("id", "kind", "hosting", "control", "ended_on", "name")
    return _listed(given, "recipients", receiving.list_recipients, columns)


def recipient_key(given: Namespace) -> Answer:
    """Say by which key files for a recipient are encrypted, or that it has none."""
    _acted(given, lambda processing: receiving.set_public_key(processing, given.id, given.key))
    told = say("Clé enregistrée.", "Key recorded.") if given.key else say("Clé retirée.", "Key taken away.")
    return Answer({"recipient": given.id, "public_key": given.key}, [told])


def end_recipient(given: Namespace) -> Answer:
    """End a recipient."""
    return _ended(given, lambda processing: receiving.end_recipient(processing, given.id, given.on))


def seed(given: Namespace) -> Answer:
    """Register a seed mailbox."""
    return _made(given, "seed", lambda processing: seeding.add_mailbox(processing, given.address))


def seeds(given: Namespace) -> Answer:
    """List the seed mailboxes."""
    return _listed(given, "seeds", seeding.list_mailboxes, ("id", "added_at", "ended_at", "address"))


def end_seed(given: Namespace) -> Answer:
    """Let a seed mailbox leave no more."""
    _acted(given, lambda processing: seeding.end_mailbox(processing, given.id))
    return Answer({"ended": given.id}, [say("Elle ne partira plus.", "It leaves no more.")])


def _points(given: Namespace) -> answering.ContactPoints:
    return answering.ContactPoints(
        rights_contact=given.rights_contact, dpo_contact=given.dpo, dpo_not_required=given.no_dpo
    )


def _acted(given: Namespace, act: Callable[[Processing], Any]) -> Any:  # noqa: ANN401 - what the act returns
    with (
        opened(given) as installation,
        installation.register.open(operator_of(installation, given), ADMINISTRATION) as processing,
    ):
        return act(processing)


def _made(given: Namespace, what: str, make: Callable[[Processing], UUID]) -> Answer:
    made = _acted(given, make)
    return Answer({what: made}, [say(f"Enregistré : {made}", f"Recorded: {made}")])


def _ended(given: Namespace, end: Callable[[Processing], None]) -> Answer:
    _acted(given, end)
    return Answer({"ended": given.id, "on": given.on}, [say(f"Fin le {given.on}.", f"Ends on {given.on}.")])


def _listed(given: Namespace, name: str, read: Callable[[Processing], Sequence[Any]], columns: Sequence[str]) -> Answer:
    def noted(processing: Processing) -> Sequence[Any]:
        processing.note(Note(event=Event.REGISTRY_READ, counts={}))
        return read(processing)

    found = _acted(given, noted)
    rows = [[str(getattr(one, column) or "-") for column in columns] for one in found]
    none = [say("Rien d'enregistré.", "Nothing recorded.")]
    return Answer({name: [dataclasses.asdict(one) for one in found]}, table(rows) if rows else none)
