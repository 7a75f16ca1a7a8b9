"""What goes out of the register: the CNIL's form filled in, as JSON and as French text, and letters to persons."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from breaches.register import Breach, form_words, show_breach
from campaigns.controllers import list_controllers
from contacts.reveal import Revealed, reveal_contacts
from kernel.errors import Conflict
from kernel.identity import PersonId
from messages.letter import Letter
from messages.queue import queue_letters

_MOST = 500
_UNTIL = timedelta(days=30)
_NOT_TOLD = "à compléter"
_TITLES = {
    "discovered": "Découverte",
    "nature": "Nature de la violation",
    "origin": "Origine",
    "cause": "Cause",
    "data": "Données concernées",
    "approximate_records": "Nombre approximatif d'enregistrements",
    "persons": "Personnes concernées",
    "approximate_persons": "Nombre approximatif de personnes",
    "measures_before": "Mesures en place avant la violation",
    "consequences": "Conséquences probables",
    "impacts": "Impacts possibles pour les personnes",
    "severity": "Gravité",
    "measures_after": "Mesures prises ou prévues",
    "informed": "Information des personnes",
    "informed_at": "Personnes informées le",
    "informed_persons": "Nombre de personnes informées",
    "informed_text": "Texte ou moyen de l'information",
    "cross_border": "Traitement transfrontalier",
    "complaint": "Plainte, autres autorités",
    "organisations": "Autres organismes concernés",
}
"""The blocks of the form, in its order."""


@dataclass(frozen=True, slots=True)
class Notification:
    """The form as data and as the text that a DPO copies across; ``missing`` are the blocks nothing is told of."""

    form: Mapping[str, Any]
    text: str
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """Who is written to by e-mail, and whom only another way reaches."""

    queued: int
    others: tuple[PersonId, ...]


def write_notification(processing: Processing, breach: UUID) -> Notification:
    """Fill the CNIL's form in from the register; what is not known yet stays to be completed (art. 33(4))."""
    found = show_breach(processing, breach)
    own = next(one for one in list_controllers(processing) if one.own)
    missing = tuple(name for name in _TITLES if found.told.get(name) in (None, "", []))
    head = {
        "organisation": own.name,
        "contact": own.rights_contact,
        "dpo": own.dpo_contact,
        "kind": "initial" if found.notified_at is None else "complementary",
        "opened_at": found.opened_at.isoformat(),
        "aware_at": found.aware_at.isoformat(),
        "due_at": found.deadline.by.isoformat(),
        "is_late": found.deadline.is_over,
        "articles": ["RGPD, art. 33", "RGPD, art. 34"],
    }
    text = "\n".join(_lines(found, head)) + "\n"
    return Notification({**head, **found.told}, text, missing)


def tell_persons(processing: Processing, breach: UUID, persons: Sequence[PersonId]) -> Told:
    """Write to those of these persons who left an e-mail; return how many, and who must be told otherwise (art. 34).

    Raises Conflict where the register does not say yet what the letter must: consequences, measures, a contact.
    """
    found = show_breach(processing, breach)
    text = letter_text(processing, found)
    queued, others = 0, []
    counts: dict[str, int] = {}
    for start in range(0, len(persons), _MOST):
        shown = reveal_contacts(processing, persons[start : start + _MOST])
        here = [(person, _email(one)) for person, one in zip(persons[start : start + _MOST], shown, strict=True)]
        letters = [_letter(processing, person, to, text) for person, to in here if to]
        others += [person for person, to in here if not to]
        for name, rows in queue_letters(processing, letters).items():
            counts[name] = counts.get(name, 0) + rows
        queued += len(letters)
    processing.note(Note(event=Event.BREACH_TOLD, counts=counts, free={"breach": str(breach), "queued": queued}))
    return Told(queued, tuple(others))


def letter_text(processing: Processing, breach: Breach) -> str:
    """Write what a person is told, in plain words (art. 34(2)). Raises Conflict."""
    own = next(one for one in list_controllers(processing) if one.own)
    contact = own.dpo_contact or own.rights_contact
    if not (breach.told.get("consequences") and breach.told.get("measures_after") and contact):
        message = "the letter needs consequences, measures and a contact: complete the breach first"
        raise Conflict(message)
    return "\n".join(
        [
            "Bonjour,",
            "",
            f"Le {_day(breach.aware_at)}, nous avons constaté une violation de données : {_words(breach, 'nature')}.",
            f"Données concernées : {_words(breach, 'data')}.",
            "",
            f"Ce qui peut arriver : {breach.told['consequences']}",
            f"Ce que nous avons fait : {breach.told['measures_after']}",
            "",
            f"Pour toute question : {contact}. Vous pouvez aussi saisir la CNIL (www.cnil.fr).",
            f"{own.name} (RGPD, art. 34)",
        ]
    )


def _letter(processing: Processing, person: PersonId, to: str, text: str) -> Letter:
    return Letter(
        medium="email",
        to=to,
        subject="Une violation de données vous concerne",
        text=text,
        until=processing.at + _UNTIL,
        person=person,
    )


def _email(shown: Revealed | None) -> str:
    return "" if shown is None else next((one.value for one in shown.data if one.field == "email"), "")


def _lines(breach: Breach, head: Mapping[str, Any]) -> Iterator[str]:
    yield "NOTIFICATION D'UNE VIOLATION DE DONNÉES À LA CNIL (RGPD, art. 33)"
    yield ""
    yield f"Notification : {'initiale' if head['kind'] == 'initial' else 'complémentaire'}"
    yield f"Organisme : {head['organisation']}"
    yield f"Contact : {head['contact'] or _NOT_TOLD}"
    yield f"Délégué à la protection des données : {head['dpo'] or _NOT_TOLD}"
    yield f"Numéro CNIL : {breach.told.get('cnil_number') or _NOT_TOLD}"
    yield f"Début : {breach.told.get('begun_at') or _NOT_TOLD}"
    yield f"Fin : {breach.told.get('ended_at') or 'en cours'}"
    yield f"Prise de connaissance : {head['aware_at']}"
    yield f"À notifier avant : {head['due_at']}"
    if head["is_late"]:
        yield f"Motif du retard : {breach.told.get('late_reason') or _NOT_TOLD}"
    for name, title in _TITLES.items():
        yield f"{title} : {_words(breach, name)}"
    if "keys_safe" in breach.told:
        proof = breach.told["keys_safe"]
        yield f"Preuve que les clés sont sûres : {proof['reference']} ({proof['by']}, {proof['on']})"


def _words(breach: Breach, name: str) -> str:
    value, labels = breach.told.get(name), form_words().get(name, {})
    if value in (None, "", []):
        return _NOT_TOLD
    if isinstance(value, list):
        return ", ".join(labels[one] for one in value)
    return labels.get(value, str(value))


def _day(at: datetime) -> str:
    return at.strftime("%d/%m/%Y")
