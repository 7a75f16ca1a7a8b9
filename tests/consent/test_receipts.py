import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from consent.receipts import CONTEXT, Form, make_receipt
from kernel.errors import NotFound
from kernel.identity import PersonId
from policy.standing import Action
from tests.consent_making import by_form, keep, said
from tests.factories import World, later, marie, opened_world, recorded

STATES = [
    f"dpv:{name}"
    for name in (
        *("ConsentRequested", "ConsentRequestDeferred", "ConsentGiven", "RenewedConsentGiven", "ConsentRefused"),
        *("ConsentWithdrawn", "ConsentRevoked", "ConsentExpired", "ConsentInvalidated", "ConsentUnknown"),
    )
]
RECORD = {
    "type": "object",
    "required": [
        *("@id", "@type", "dct:identifier", "dct:conformsTo", "dpv:hasDataSubject", "dpv:hasDataController"),
        *("dpv:hasJurisdiction", "dpv:hasLegalBasis", "dpv:hasProcess", "dpv:hasNotice", "dpv:hasConsentControl"),
        *("dpv:hasRight", "dpv:hasConsentStatus"),
    ],
    "properties": {
        "@type": {"const": "dpv:ConsentRecord"},
        "dpv:hasDataController": {
            "type": "object",
            "required": ["@type", "dct:identifier", "dct:type", "dpv:hasName", "dpv:hasAddress", "dpv:hasContact"],
        },
        "dpv:hasConsentStatus": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["@type", "dpv:isIndicatedAtTime", "dpv:isIndicatedBy", "dpv:hasIndicationMethod"],
                "properties": {"@type": {"type": "array", "contains": {"enum": STATES}}},
            },
        },
        "dpv:hasProcess": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": [
                    *("dpv:hasPurpose", "dpv:hasPersonalData", "dpv:hasRecipient", "dpv:hasStorageCondition"),
                ],
                "properties": {
                    "dpv:hasStorageCondition": {
                        "type": "array",
                        "allOf": [
                            {"contains": {"properties": {"@type": {"const": f"dpv:Storage{what}"}}}}
                            for what in ("Duration", "Location")
                        ],
                    }
                },
            },
        },
    },
}
RECEIPT = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": [
        *("@context", "@id", "@type", "dct:identifier", "dct:conformsTo", "dct:created", "dpv:hasRecordOfActivity"),
    ],
    "properties": {
        "@type": {"const": "dpv:ConsentReceipt"},
        "dct:conformsTo": {"const": "https://w3id.org/dpv/schema/dpv-27560#receipt-eu-gdpr"},
        "dct:created": {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT"},
        "dpv:hasRecordOfActivity": {"type": "array", "minItems": 1, "items": RECORD},
    },
}
"""ISO/IEC TS 27560 as the DPV guide reads it, in a schema of our own: none is shipped."""
PURPOSE = {
    "type": "object",
    "required": ["consentType", "purposeCategory", "piiCategory", "termination", "purpose", "primaryPurpose"],
}
PARTY = {
    "type": "object",
    "required": ["piiController", "contact", "address", "email", "phone"],
    "properties": {"address": {"type": "object"}},
}
KANTARA = {
    "type": "object",
    "required": [
        *("version", "jurisdiction", "consentTimestamp", "collectionMethod", "consentReceiptID", "piiPrincipalId"),
        *("piiControllers", "policyUrl", "services", "sensitive", "spiCat"),
    ],
    "properties": {
        "version": {"const": "KI-CR-v1.1.0"},
        "consentTimestamp": {"type": "integer"},
        "piiControllers": {"type": "array", "minItems": 1, "items": PARTY},
        "services": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["service", "purposes"],
                "properties": {"purposes": {"type": "array", "minItems": 1, "items": PURPOSE}},
            },
        },
        "sensitive": {"type": "boolean"},
    },
}
TERMS = {
    "dpv": {
        *("ConsentReceipt", "ConsentRecord", "DataSubject", "DataController", "Process", "PoliticalCampaign"),
        *(
            "ConsentNotice",
            "WithdrawConsent",
            "StorageDuration",
            "StorageLocation",
            "hasLocation",
            "hasRecordOfActivity",
            "hasDataSubject",
        ),
        *(
            "hasDataController",
            "hasName",
            "hasAddress",
            "hasContact",
            "hasJurisdiction",
            "hasLegalBasis",
            "hasProcess",
            "hasNotice",
        ),
        *("hasConsentControl", "isExercisedAt", "hasRight", "hasConsentStatus", "hasPurpose", "hasPersonalData"),
        *("hasRecipient", "hasStorageCondition", "isIndicatedAtTime", "isIndicatedBy", "hasIndicationMethod"),
        *(state.removeprefix("dpv:") for state in STATES),
    },
    "pd": {"EmailAddress", "TelephoneNumber", "PhysicalAddress", "PoliticalOpinion"},
    "eu-gdpr": {"A6-1-a", "A9-2-a", "A7-3", "A13", "A15", "A16", "A17", "A18", "A20", "A21", "A77"},
    "loc": {"EU", "FR"},
}
"""Terms of the Data Privacy Vocabulary 2.3 that receipts may use."""


@pytest.fixture
def world(sqlite_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(sqlite_url, tmp_path) as one:
        yield one


def words(value: Any) -> Iterator[str]:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        for name, part in value.items():
            if name != "@context":
                yield name
                yield from words(part)
    elif isinstance(value, list):
        for part in value:
            yield from words(part)
    elif isinstance(value, str):
        yield value


def receipt(world: World, person: PersonId, form: Form) -> dict[str, Any]:
    with world.register.open(world.actor, "rights_request") as processing:
        return make_receipt(processing, person, form)


def test_a_receipt_tells_all_that_happened_in_both_forms(world: World) -> None:
    person, nobody = recorded(world, marie(world), marie(world, "autre@example.org"))
    keep(world, by_form(world, person, valid_until=date(2028, 1, 1)), own_form=True)
    keep(world, said(world, person, channel="sms"), said(world, person, channel="post", action=Action.REFUSED))
    kantara = receipt(world, person, "kantara")
    later(world, hours=2)
    keep(world, said(world, person, Action.WITHDRAWN))
    dpv = receipt(world, person, "dpv")
    OAS31Validator(RECEIPT).validate(dpv)
    OAS31Validator(KANTARA).validate(kantara)
    assert dpv["@context"] == CONTEXT
    found = [
        [state["@type"] for state in one["dpv:hasConsentStatus"]]
        for one in sorted(dpv["dpv:hasRecordOfActivity"], key=lambda one: str(one["@id"]))
    ]
    assert found == [
        [["dpv:ConsentGiven"], ["dpv:ConsentWithdrawn"]],
        [["dpv:ConsentRefused"]],
        [["dpv:ConsentUnknown"]],
    ]
    used = {match.groups() for word in words(dpv) if (match := re.fullmatch(r"(dpv|pd|loc|eu-gdpr):([\w-]+)", word))}
    assert {(prefix, term) for prefix, term in used if term not in TERMS[prefix]} == set()
    assert "marie@example.org" not in str(dpv) + str(kantara)
    assert [one["service"] for one in kantara["services"]] == ["email"]
    with pytest.raises(NotFound):
        receipt(world, nobody, "dpv")


@pytest.mark.parametrize("taken_back", [{}, {"purpose": "*", "channel": "all"}, {"purpose": "*"}])
def test_a_form_without_a_word_for_withdrawing_tells_of_nothing_that_was_taken_back(
    world: World, taken_back: dict[str, Any]
) -> None:
    (person,) = recorded(world, marie(world))
    keep(world, said(world, person), said(world, person, channel="post", action=Action.REFUSED))
    with pytest.raises(NotFound, match="dpv"):
        receipt(world, person, "kantara")
    keep(world, by_form(world, person), own_form=True)
    assert [one["service"] for one in receipt(world, person, "kantara")["services"]] == ["email"]
    keep(world, said(world, person, Action.WITHDRAWN, occurred_at=world.clock.at, **taken_back))
    with pytest.raises(NotFound, match="dpv"):
        receipt(world, person, "kantara")
