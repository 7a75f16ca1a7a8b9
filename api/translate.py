"""Between the wire and the domain: contacts proposed become drafts, what is revealed becomes JSON, nowhere else."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from api.problems import finding_parts
from api.wire_contact import Address, ContactChange, ContactFields, ContactSearch, ExternalId, Need, NewContact, Rewrite
from api.wire_said import SaidConsent
from consent.evidence import Indicated, Method, NewEvidence
from consent.statements import NOBODY, Statement, data_agreed_to
from contacts.amend import Amendment
from contacts.find import Search
from contacts.opening import Disclosed
from contacts.reveal import Revealed
from contacts.vocabulary import CUSTOM
from crypto.normalise import SEPARATOR
from kernel.errors import Invalid
from kernel.identity import PersonId
from policy.detect import OwnWords, neutral_wording, rewritten
from policy.draft import Datum, Draft, Origin
from policy.edition import Edition
from policy.findings import Finding
from policy.shape import labels
from policy.standing import Action
from policy.values import NEED_DATE, need_of

MANY = frozenset("email phone note social_handle external_id volunteer_task theme event".split())
_BY_DECISION = {"refuse": "refused", "review": "held", "drop": "dropped"}
NOTE = "note"
_FIELDS = tuple(ContactFields.model_fields)


def draft_of(contact: NewContact, origin: Origin) -> Draft:
    """Return the draft that a proposed contact is."""
    return Draft(
        category=contact.category,
        origin=origin,
        data=(*_data(contact.fields), *_custom(contact.custom)),
        tags=tuple(contact.tags),
        commune=contact.commune,
        polling_station=contact.polling_station,
        consents=data_agreed_to(statements_of(contact)),
    )


def statements_of(contact: NewContact | ContactChange) -> tuple[Statement, ...]:
    """Return what is said, with a contact, of its person's consents."""
    return tuple(_statement(one) for one in contact.consents)


def _statement(said: SaidConsent) -> Statement:
    evidence = NewEvidence(
        person=NOBODY,
        purpose=said.purpose,
        channel=said.channel,
        action=Action(said.action),
        occurred_at=said.occurred_at,
        indicated_by=Indicated(said.indicated_by),
        method=Method(said.method),
        notice=said.notice,
    )
    return Statement(evidence, frozenset(said.covers))


def data_of_fields(fields: ContactFields) -> tuple[Datum, ...]:
    """Return the data that fields on the wire are."""
    return tuple(_data(fields))


def amendment_of(person: PersonId, revision: int, change: ContactChange, origin: Origin) -> Amendment:
    """Return the amendment that a merge patch is: null removes, absent keeps."""
    fields = change.fields
    removed = {name for name in fields.model_fields_set if getattr(fields, name) is None}
    removed |= {CUSTOM + name for name, value in change.custom.items() if value is None}
    draft = Draft(
        category=change.category or "",
        origin=origin,
        data=(*_data(fields), *_custom(change.custom)),
        commune=change.commune,
        polling_station=change.polling_station,
        consents=data_agreed_to(statements_of(change)),
    )
    return Amendment(person=person, revision=revision, draft=draft, removed=frozenset(removed))


def rewrite_of(asked: Rewrite, origin: Origin, edition: Edition) -> Draft:
    """Return the draft that words put differently are. Raises Invalid for a field that holds no words."""
    known = edition.fields.get(asked.field)
    if not asked.field.startswith(CUSTOM) and (known is None or known.text is None):
        raise Invalid("only a field of words is rewritten: note, profession, a field of the campaign's own")
    return Draft(category="", origin=origin, data=((asked.field, asked.text),))


def search_of(search: ContactSearch) -> Search:
    """Return what is looked for."""
    names = ("email", "phone", "external_id", "last_name", "first_names", "birth_date")
    data = [(name, _text(value)) for name in names if (value := getattr(search, name)) is not None]
    return Search(data=tuple(data), commune=search.commune, reason=search.reason)


def contact_parts(revealed: Revealed) -> dict[str, Any]:
    """Return a contact as JSON tells it."""
    fields: dict[str, Any] = {}
    custom: dict[str, str] = {}
    provenance: dict[str, list[dict[str, Any]]] = {}
    for datum in revealed.data:
        if datum.field.startswith(CUSTOM):
            custom[datum.field.removeprefix(CUSTOM)] = datum.value
        else:
            _put(fields, datum)
        where = {"origin": datum.origin, "obtained_on": datum.obtained_on}
        provenance.setdefault(datum.field, []).append(where)
    return {
        "id": revealed.person,
        "category": revealed.category,
        "fields": fields,
        "custom": custom,
        "provenance": provenance,
        "tags": revealed.tags,
        "commune": revealed.commune,
        "polling_station": revealed.polling_station,
        "flagged": revealed.flagged,
        "withheld": revealed.withheld,
        "due_on": revealed.due_on,
        "created_at": revealed.created_at,
        "updated_at": revealed.updated_at,
        "revision": revealed.revision,
    }


def sorted_findings(findings: Sequence[Finding]) -> dict[str, list[dict[str, Any]]]:
    """Return findings by what became of their cells."""
    by_decision: dict[str, list[dict[str, Any]]] = {name: [] for name in _BY_DECISION.values()}
    for finding in findings:
        by_decision[_BY_DECISION[finding.decision]].append(finding_parts(finding))
    return by_decision


def told_findings(
    findings: Sequence[Finding], draft: Draft | None, reviews: Mapping[str, UUID], own: OwnWords | None
) -> dict[str, list[dict[str, Any]]]:
    """Return findings by what became of their cells, with the words that may stand instead, and what waits."""
    told = sorted_findings(findings)
    if draft is None or not findings:
        return told
    notes = {label: text for label, (name, text) in zip(labels(draft.names), draft.data, strict=True) if name == NOTE}
    for one in (*told["refused"], *told["held"]):
        category, text = one["category"], notes.get(one["field"])
        one["neutral_fr"] = None if category is None else neutral_wording(category)
        one["rewrite"] = None if text is None else rewritten(text, own)
    for one in told["held"]:
        one["review_id"] = reviews.get(one["field"])
    return told


def _data(fields: ContactFields) -> Iterator[Datum]:
    for name in _FIELDS:
        if name in fields.model_fields_set and (value := getattr(fields, name)) is not None:
            values: Iterable[Any] = value if name in MANY else (value,)
            for one in values:
                yield name, _text(one)


def _custom(custom: Mapping[str, str | None]) -> Iterator[Datum]:
    return ((CUSTOM + name, value) for name, value in custom.items() if value is not None)


def _text(value: str | Address | ExternalId | Need) -> str:
    """Write a value as the record keeps it."""
    match value:
        case Address():
            return orjson.dumps(value.model_dump(exclude_none=True)).decode()
        case ExternalId():
            return f"{value.system}{SEPARATOR}{value.id}"
        case Need():
            return f"{value.need}{NEED_DATE}{value.event_on}"
    return value


def _put(fields: dict[str, Any], datum: Disclosed) -> None:
    value = _told(datum)
    if datum.field in MANY:
        fields.setdefault(datum.field, []).append(value)
    else:
        fields[datum.field] = value


def _told(datum: Disclosed) -> Any:  # noqa: ANN401 - what JSON can say
    """Read a value back from how the record keeps it."""
    match datum.field:
        case "address":
            return orjson.loads(datum.value)
        case "external_id":
            system, _, number = datum.value.partition(SEPARATOR)
            return {"system": system, "id": number}
        case "accessibility_need":
            need, event_on = need_of(datum.value)
            return {"need": need, "event_on": event_on}
    return datum.value
