"""What a notice says of who hosts, who receives, and what leaves the European Economic Area."""

from audit.processing import Processing
from campaigns.hosting import operator_of
from campaigns.recipients import PROCESSOR, RecipientView, list_recipients
from notices.words import joined, listed
from policy.edition import Edition
from policy.handover import transfer_findings
from policy.notice import Told


def operator_fact(processing: Processing) -> Told | None:
    """Say who hosts, and in which role; None while nobody said."""
    operator = operator_of(processing)
    if operator is None:
        return None
    if operator.role == PROCESSOR:
        return Told(
            f"{operator.name} héberge le fichier pour notre compte.", f"{operator.name} hosts the file on our behalf."
        )
    return Told(f"{operator.name} héberge le fichier.", f"{operator.name} hosts the file.")


def recipients_fact(processing: Processing) -> Told:
    """Name processors and recipients, or say that there are none."""
    living = _living(processing)
    processors = joined(_named(one) for one in living if one.kind == PROCESSOR)
    others = joined(_named(one) for one in living if one.kind != PROCESSOR)
    french, english = [], []
    if processors.fr:
        french.append(f"Sous-traitants : {processors.fr}.")
        english.append(f"Processors: {processors.en}.")
    if others.fr:
        french.append(f"Destinataires : {others.fr}.")
        english.append(f"Recipients: {others.en}.")
    if not living:
        return Told("Personne d'autre ne les reçoit.", "Nobody else receives them.")
    return Told(" ".join(french), " ".join(english))


def transfers_fact(processing: Processing) -> Told | None:
    """Say what leaves the European Economic Area, to whom and on which basis, or that nothing does.

    None where somebody lost the basis they were registered on: a decision of adequacy may end.
    """
    edition = processing.edition
    leaving = [one for one in _living(processing) if not {one.hosting, one.control} <= edition.zones["eea"]]
    if not leaving:
        return Told("Aucune donnée n'en sort.", "No data leave it.")
    if any(transfer_findings(edition, one.hosting, one.control, one.transfer_basis) for one in leaving):
        return None
    return listed(_transfer(edition, one) for one in leaving)


def _transfer(edition: Edition, one: RecipientView) -> Told:
    basis = edition.transfers.get(one.transfer_basis or "")
    french, english = (basis.label_fr, basis.label_en) if basis else ("décision d'adéquation", "adequacy decision")
    return Told(f"{_named(one).fr} : {french}.", f"{_named(one).en}: {english}.")


def _living(processing: Processing) -> list[RecipientView]:
    return [one for one in list_recipients(processing) if one.ended_on is None or one.ended_on > processing.today]


def _named(one: RecipientView) -> Told:
    places = one.hosting if one.hosting == one.control else f"{one.hosting}, {one.control}"
    return Told(f"{one.name} ({places})", f"{one.name} ({places})")
