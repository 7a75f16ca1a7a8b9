"""Receipts: what a person keeps of a consent, written from evidence, in two forms that programs read.

ISO/IEC TS 27560 as JSON-LD in the words of the Data Privacy Vocabulary, with its context inside so that nothing is
fetched; and Kantara Consent Receipt 1.1, which can carry neither a withdrawal nor a period: it tells only of what
is agreed to today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.sheet import campaign_sheet
from consent.channels import cells_above, channels
from consent.listing import EvidenceView, list_evidence
from consent.standings import status_on
from consent.store import standings_of
from kernel.errors import NotFound
from kernel.identity import PersonId
from policy.standing import OPT_INS, Status

Form = Literal["dpv", "kantara"]
PROFILE = "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"
RECORD_PROFILE = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"
CONTEXT: Mapping[str, str] = {
    "dpv": "https://w3id.org/dpv#",
    "pd": "https://w3id.org/dpv/pd#",
    "loc": "https://w3id.org/dpv/loc#",
    "eu-gdpr": "https://w3id.org/dpv/legal/eu/gdpr#",
    "dct": "http://purl.org/dc/terms/",
}
_STATUS = {
    "requested": "ConsentRequested",
    "given": "ConsentGiven",
    "confirmed": "ConsentGiven",
    "renewed": "RenewedConsentGiven",
    "refused": "ConsentRefused",
    "withdrawn": "ConsentWithdrawn",
    "expired": "ConsentExpired",
    "invalidated": "ConsentInvalidated",
}
_DATA = {"email": "EmailAddress", "post": "PhysicalAddress", "door": "PhysicalAddress"}
_RIGHTS = ("A7-3", "A13", "A15", "A16", "A17", "A18", "A20", "A21", "A77")
_MOST = 1_000
_PERMITTED = frozenset({Status.PROVEN, Status.COHORT})
_STORAGE = (
    {
        "@type": "dpv:StorageDuration",
        "dct:extent": "P5Y",
        "dct:description": "Five years after the consent ends, as proof (art. 7(1))",
    },
    {"@type": "dpv:StorageLocation", "dpv:hasLocation": {"@id": "loc:EU"}},
)
"""How long, and where: the program refuses to start outside the Union's regions."""


@dataclass(frozen=True, slots=True)
class _Parties:
    """Who answers, and where the person turns to."""

    id: str
    name: str
    kind: str
    contact: str
    notice: str


def make_receipt(processing: Processing, person: PersonId, form: Form, *, language: str = "fr") -> dict[str, Any]:
    """Write a receipt of everything a person agreed to, refused or took back; in Kantara's form, of what they agree to.

    Raises NotFound for nothing.
    """
    evidence = sorted(list_evidence(processing, person, limit=_MOST), key=lambda one: (one.occurred_at, one.id))
    if not evidence:
        raise NotFound("there is no evidence of consent of this contact")
    parties = _parties(processing)
    processing.note(Note(event=Event.RECEIPT_MADE, counts={}, free={"form": form}))
    if form == "dpv":
        return _dpv(processing, person, evidence, parties, language)
    agreed = agreed_cells(processing, person)
    granted = [one for one in evidence if one.action in OPT_INS and (one.purpose, one.channel) in agreed]
    if not granted:
        raise NotFound("nothing is agreed to today: the form dpv tells what was refused or taken back")
    return _kantara(processing, person, granted, parties, language)


def agreed_cells(processing: Processing, person: PersonId) -> set[tuple[str, str]]:
    """Return for which purposes and channels a person's consent is proven and no wider refusal came after it."""
    rows = {(row.purpose, row.channel): row for row in standings_of(processing, [person])}
    words = {number: word for word, number in channels(processing).items()}
    processing.note(Note(event=Event.CONSENT_LISTED, counts={"consent_standing.read": len(rows)}))
    return {
        (purpose, words[number])
        for (purpose, number), row in rows.items()
        if status_on(row, processing.today) in _PERMITTED
        and not any(
            (wider := rows.get(cell)) is not None
            and wider.opted_out_at is not None
            and (row.proven_at is None or wider.opted_out_at >= row.proven_at)
            for cell in cells_above(processing.edition, purpose, number)
        )
    }


def _parties(processing: Processing) -> _Parties:
    sheet = campaign_sheet(processing, processing.phase)
    own = next((one for one in sheet.controllers if one.own), None)
    return _Parties(
        id="" if own is None else f"urn:uuid:{own.id}",
        name="" if own is None else own.name,
        kind=processing.controller,
        contact="" if own is None else own.rights_contact,
        notice="" if sheet.activation is None else sheet.activation.notice.address,
    )


def _dpv(
    processing: Processing, person: PersonId, evidence: Sequence[EvidenceView], parties: _Parties, language: str
) -> dict[str, Any]:
    cells: dict[tuple[str, str], list[EvidenceView]] = {}
    for one in evidence:
        cells.setdefault((one.purpose, one.channel), []).append(one)
    campaign = f"urn:uuid:{processing.campaign}"
    records = [_record(campaign, person, cell, told, parties, language) for cell, told in cells.items()]
    identifier = f"{campaign}/receipt/{person}/{processing.at:%Y%m%dT%H%M%SZ}"
    return {
        "@context": dict(CONTEXT),
        "@id": identifier,
        "@type": "dpv:ConsentReceipt",
        "dct:identifier": identifier,
        "dct:conformsTo": PROFILE,
        "dct:created": processing.at.isoformat(),
        "dct:language": language,
        "dpv:hasRecordOfActivity": records,
    }


def _record(
    campaign: str,
    person: PersonId,
    cell: tuple[str, str],
    evidence: Sequence[EvidenceView],
    parties: _Parties,
    language: str,
) -> dict[str, Any]:
    purpose, channel = cell
    identifier = f"{campaign}/consent/{person}/{purpose}/{channel}".replace(" ", "-").replace("*", "any")
    return {
        "@id": identifier,
        "@type": "dpv:ConsentRecord",
        "dct:identifier": identifier,
        "dct:conformsTo": RECORD_PROFILE,
        "dct:language": language,
        "dpv:hasDataSubject": {"@id": f"urn:uuid:{person}", "@type": "dpv:DataSubject"},
        "dpv:hasDataController": {
            "@type": "dpv:DataController",
            "dct:identifier": parties.id,
            "dct:type": parties.kind,
            "dpv:hasName": parties.name,
            "dpv:hasAddress": parties.contact,
            "dpv:hasContact": parties.contact,
        },
        "dpv:hasJurisdiction": {"@id": "loc:FR"},
        "dpv:hasLegalBasis": [{"@id": "eu-gdpr:A6-1-a"}, {"@id": "eu-gdpr:A9-2-a"}],
        "dpv:hasProcess": [_process(purpose, channel, parties)],
        "dpv:hasNotice": {
            "@type": "dpv:ConsentNotice",
            "dct:identifier": sorted({one.notice for one in evidence if one.notice}) or [parties.notice],
            "dct:language": language,
        },
        "dpv:hasConsentControl": {"@type": "dpv:WithdrawConsent", "dpv:isExercisedAt": parties.contact},
        "dpv:hasRight": [{"@id": f"eu-gdpr:{right}"} for right in _RIGHTS],
        "dpv:hasConsentStatus": [_state(one) for one in evidence],
    }


def _process(purpose: str, channel: str, parties: _Parties) -> dict[str, Any]:
    data = [f"pd:{_datum(channel)}", "pd:PoliticalOpinion"]
    return {
        "@type": "dpv:Process",
        "dpv:hasPurpose": {"@type": "dpv:PoliticalCampaign", "dct:title": f"{purpose} / {channel}"},
        "dpv:hasPersonalData": [{"@id": one} for one in data],
        "dpv:hasRecipient": {"@type": "dpv:DataController", "dpv:hasName": parties.name},
        "dpv:hasStorageCondition": [dict(one) for one in _STORAGE],
    }


def _state(one: EvidenceView) -> dict[str, Any]:
    unproven = one.level == "claimed" and one.action in {"given", "confirmed", "renewed"}
    state = {
        "@type": ["dpv:ConsentUnknown" if unproven else f"dpv:{_STATUS[one.action]}"],
        "dct:identifier": f"urn:uuid:{one.id}",
        "dpv:isIndicatedAtTime": one.occurred_at.isoformat(),
        "dpv:isIndicatedBy": one.indicated_by,
        "dpv:hasIndicationMethod": one.method,
    }
    return state if one.valid_until is None else state | {"dct:valid": one.valid_until.isoformat()}


def _kantara(
    processing: Processing, person: PersonId, granted: Sequence[EvidenceView], parties: _Parties, language: str
) -> dict[str, Any]:
    last = granted[-1]
    cells = sorted({(one.purpose, one.channel) for one in granted})
    return {
        "version": "KI-CR-v1.1.0",
        "jurisdiction": "FR",
        "consentTimestamp": int(last.occurred_at.timestamp()),
        "collectionMethod": last.method,
        "consentReceiptID": f"{processing.campaign}/{person}/{processing.at:%Y%m%dT%H%M%SZ}",
        "language": language,
        "piiPrincipalId": str(person),
        "piiControllers": [
            {
                "piiController": parties.name,
                "contact": parties.contact,
                "address": {"description": parties.contact},
                "email": parties.contact,
                "phone": "",
            }
        ],
        "policyUrl": parties.notice,
        "services": [
            {
                "service": channel,
                "purposes": [
                    {
                        "purpose": purpose,
                        "consentType": "EXPLICIT",
                        "purposeCategory": ["Political campaign"],
                        "primaryPurpose": True,
                        "piiCategory": [_datum(channel)],
                        "termination": parties.contact,
                        "thirdPartyDisclosure": False,
                    }
                ],
            }
            for purpose, channel in cells
        ],
        "sensitive": True,
        "spiCat": ["Political opinions"],
    }


def _datum(channel: str) -> str:
    return "EmailAddress" if channel.startswith("list:") else _DATA.get(channel, "TelephoneNumber")
