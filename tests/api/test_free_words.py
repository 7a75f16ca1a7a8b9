"""Every write of the API, from its own description: whatever may be written freely in it goes through the screen."""

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from kernel.columns import free_words
from migrations.models import METADATA
from policy.inside import WORDS_INSIDE
from policy.load import load
from tests.api.serving import Server

WRITES = {"post", "put", "patch", "delete"}
TELLING = ("famille juive pratiquante", "famille-juive")
PERSON = re.compile(r"^(?:contacts\[\]\.|draft\.|oppositions\[\]\.)?(?:(?P<field>fields\.[a-z_]+)|custom|tags)")
DRAFT = "a contact proposed: policy.screen reads it cell by cell, and what it refuses is not kept"
SAID = "screened with the evidence: consent.evidence.check_words"
PROCESSING = "says how data are processed, of nobody (tests/audit/test_walker.py)"
NAME = "the public name of an organisation or a candidate (tests/audit/test_walker.py)"
ONE_OF_OURS = "one of those that are registered: anything else is refused, and registering is screened"
SECRET = "a secret or a login, compared with what is kept and never stored"
NEVER_STORED = "read for the words that stop messages, and not kept"
BREACH = "tells of a breach as the CNIL's form asks, of nobody (tests/audit/test_walker.py)"
OWN = "the file of a person's own request: their words, and what they were answered (tests/audit/test_walker.py)"
IN_THE_LOG = "kept in the log, and screened when it is told (audit.walker.check_free)"
SIGNUP = "the law is asked about it as about a contact, before it waits sealed for its mailbox (signups.begin)"
SEARCHED = "compared exactly with what is kept, and not kept itself"

SCREENED = {
    "POST /v1/arrangements reference": "arrangement.reference",
    "POST /v1/campaign/activation dpia.by": "activation.assessment",
    "POST /v1/campaign/activation dpia.not_required": "activation.assessment",
    "POST /v1/campaign/activation dpia.reference": "activation.assessment",
    "POST /v1/campaign/activation notice.version": "activation.notice",
    "POST /v1/clients name": "client.name",
    "POST /v1/cohorts title": "consent_cohort.title",
    "POST /v1/controllers dpo_contact": "campaign_controller.dpo_contact",
    "POST /v1/controllers dpo_not_required": "campaign_controller.dpo_not_required",
    "POST /v1/controllers rights_contact": "campaign_controller.rights_contact",
    "POST /v1/custom-fields name": "custom_field.name",
    "POST /v1/datasets name": "territory_dataset.name",
    "POST /v1/datasets source": "territory_dataset.source",
    "POST /v1/elections title": "election.title",
    "POST /v1/exports reason": "export_run.reason",
    "POST /v1/handovers evidence": "handover.evidence",
    "POST /v1/holds reference": "contact_hold.reference",
    "POST /v1/mailing-lists name": "mailing_list.name",
    "POST /v1/messages title": "outreach_message.title",
    "POST /v1/notice-clocks reference": "origin_notice.reference",
    "POST /v1/recipients address": "recipient.address",
    "POST /v1/recipients contact": "recipient.contact",
    "POST /v1/recipients contract": "recipient.contract",
    "POST /v1/selections name": "selection.name",
    "POST /v1/tags name": "tag.name",
    "POST /v1/approvals parameters": "approval.parameters",
    "PUT /v1/campaign/controller dpo_contact": "campaign_controller.dpo_contact",
    "PUT /v1/campaign/controller dpo_not_required": "campaign_controller.dpo_not_required",
    "PUT /v1/campaign/controller rights_contact": "campaign_controller.rights_contact",
    "PUT /v1/campaign/operator contract": "campaign_operator.contract",
    "PUT /v1/datasets/{dataset}/figures figures[].measure": "territory_figure.measure",
}
"""What stands in clear in a column: it is screened whenever it is stored (tests/audit/test_walker.py)."""

REASONS = {
    "PATCH /v1/webhook-endpoints/{endpoint} url": "an address in the network",
    "POST /oauth/token client_id": SECRET,
    "POST /oauth/token client_secret": SECRET,
    "POST /oauth/token scope": SECRET,
    "POST /v1/arrangements essence_en": PROCESSING,
    "POST /v1/arrangements essence_fr": PROCESSING,
    "POST /v1/balancing-tests channel": ONE_OF_OURS,
    "POST /v1/balancing-tests expectation": PROCESSING,
    "POST /v1/balancing-tests interest": PROCESSING,
    "POST /v1/balancing-tests necessity": PROCESSING,
    "POST /v1/balancing-tests safeguards": PROCESSING,
    "POST /v1/cohorts wording": PROCESSING,
    "POST /v1/consents channel": ONE_OF_OURS,
    "POST /v1/consents notice": SAID,
    "POST /v1/consents details": SAID,
    "POST /v1/consents/withdrawal channel": ONE_OF_OURS,
    "POST /v1/consents:batch consents[].channel": ONE_OF_OURS,
    "POST /v1/consents:batch consents[].notice": SAID,
    "POST /v1/consents:batch consents[].details": SAID,
    "POST /v1/contacts consents[].channel": ONE_OF_OURS,
    "POST /v1/contacts consents[].notice": SAID,
    "POST /v1/contacts/search external_id.id": SEARCHED,
    "POST /v1/contacts/search external_id.system": SEARCHED,
    "POST /v1/contacts/search first_names": SEARCHED,
    "POST /v1/contacts/search last_name": SEARCHED,
    "POST /v1/contacts/search reason": IN_THE_LOG,
    "POST /v1/contacts:batch consents[].channel": ONE_OF_OURS,
    "POST /v1/contacts:batch consents[].notice": SAID,
    "POST /v1/contacts:batch contacts[].consents[].channel": ONE_OF_OURS,
    "POST /v1/contacts:batch contacts[].consents[].notice": SAID,
    "POST /v1/controllers name": NAME,
    "POST /v1/eligibility channel": ONE_OF_OURS,
    "POST /v1/eligibility criteria[]": ONE_OF_OURS,
    "POST /v1/exports fields[]": ONE_OF_OURS,
    "POST /v1/exports reach.channel": ONE_OF_OURS,
    "POST /v1/exports reach.criteria[]": ONE_OF_OURS,
    "POST /v1/exports recipient": ONE_OF_OURS,
    "POST /v1/handovers controller": NAME,
    "POST /v1/notices controlled_by": NAME,
    "POST /v1/notices interests.en": PROCESSING,
    "POST /v1/notices interests.fr": PROCESSING,
    "POST /v1/notices/draft controlled_by": NAME,
    "POST /v1/notices/draft interests.en": PROCESSING,
    "POST /v1/notices/draft interests.fr": PROCESSING,
    "POST /v1/oppositions oppositions[].channel": ONE_OF_OURS,
    "POST /v1/own-words category": ONE_OF_OURS,
    "POST /v1/own-words text": "a word for the detector itself, sealed: it is searched for, and says of nobody",
    "POST /v1/policy/screen draft.consents[].channel": ONE_OF_OURS,
    "POST /v1/policy/screen draft.consents[].notice": "asked about, and not stored",
    "POST /v1/policy/screen texts[].text": "asked about, and not stored",
    "POST /v1/recipients name": NAME,
    "POST /v1/contacts/{contact}/archive reference": IN_THE_LOG,
    "POST /v1/contacts/{contact}/rewrites field": ONE_OF_OURS,
    "POST /v1/contacts/{contact}/rewrites text": DRAFT,
    "POST /v1/reviews/{review}/decision text": DRAFT,
    "POST /v1/selections clauses[].field": "judged clause by clause (policy.selection)",
    "POST /v1/selections clauses[].values[]": "judged clause by clause (policy.selection)",
    "POST /v1/sheets streets[]": "compared with the streets of addresses, and not kept",
    "POST /v1/sheets/{sheet}/outcomes newcomers[].channels[]": ONE_OF_OURS,
    "POST /v1/sheets/{sheet}/outcomes newcomers[].city": SIGNUP,
    "POST /v1/sheets/{sheet}/outcomes newcomers[].first_names": SIGNUP,
    "POST /v1/sheets/{sheet}/outcomes newcomers[].last_name": SIGNUP,
    "POST /v1/sheets/{sheet}/outcomes newcomers[].postcode": SIGNUP,
    "POST /v1/sheets/{sheet}/outcomes newcomers[].street": SIGNUP,
    "POST /v1/sheets/{sheet}/outcomes outcomes[].note": DRAFT,
    "POST /v1/staff name": "a name alone is no attribute",
    "POST /v1/staff/enrolment invitation": SECRET,
    "POST /v1/staff/enrolment password": SECRET,
    "POST /v1/staff/enrolment/confirmation code": SECRET,
    "POST /v1/staff/enrolment/confirmation invitation": SECRET,
    "POST /v1/staff/me/password code": SECRET,
    "POST /v1/staff/me/password new_password": SECRET,
    "POST /v1/staff/me/password password": SECRET,
    "POST /v1/staff/me/recovery-codes code": SECRET,
    "POST /v1/staff/me/recovery-codes password": SECRET,
    "POST /v1/staff/session code": SECRET,
    "POST /v1/staff/session login": SECRET,
    "POST /v1/staff/session password": SECRET,
    "POST /v1/text-replies/{campaign} text": NEVER_STORED,
    "POST /v1/webhook-endpoints url": "an address in the network",
    "PUT /v1/campaign/operator name": NAME,
    "PUT /v1/signup-form boxes[]": ONE_OF_OURS,
    "PATCH /v1/contacts/{contact} consents[].channel": ONE_OF_OURS,
    "PATCH /v1/contacts/{contact} consents[].notice": SAID,
    "POST /v1/breaches cnil_number": BREACH,
    "POST /v1/breaches complaint": BREACH,
    "POST /v1/breaches consequences": BREACH,
    "POST /v1/breaches cross_border": BREACH,
    "POST /v1/breaches discovered": BREACH,
    "POST /v1/breaches informed_text": BREACH,
    "POST /v1/breaches keys_safe.by": BREACH,
    "POST /v1/breaches keys_safe.on": BREACH,
    "POST /v1/breaches keys_safe.reference": BREACH,
    "POST /v1/breaches late_reason": BREACH,
    "POST /v1/breaches measures_after": BREACH,
    "POST /v1/breaches measures_before": BREACH,
    "POST /v1/breaches organisations": BREACH,
    "POST /v1/breaches/{breach}/reach actor": SEARCHED,
    "POST /v1/newsletter-geography reason": PROCESSING,
    "POST /v1/rights-requests asked_by.city": OWN,
    "POST /v1/rights-requests asked_by.first_names": OWN,
    "POST /v1/rights-requests asked_by.last_name": OWN,
    "POST /v1/rights-requests asked_by.postcode": OWN,
    "POST /v1/rights-requests asked_by.street": OWN,
    "POST /v1/rights-requests changes[].value": OWN,
    "POST /v1/rights-requests/{asked}/decision changes[].value": OWN,
    "POST /v1/rights-requests details": OWN,
    "POST /v1/rights-requests person.city": OWN,
    "POST /v1/rights-requests person.first_names": OWN,
    "POST /v1/rights-requests person.last_name": OWN,
    "POST /v1/rights-requests person.postcode": OWN,
    "POST /v1/rights-requests person.street": OWN,
    "POST /v1/rights-requests/{asked}/decision words": OWN,
    "POST /v1/rights-requests/{asked}/steps first": SEARCHED,
    "POST /v1/rights-requests/{asked}/steps question": OWN,
    "POST /v1/rights-requests/{asked}/steps words": OWN,
    "PUT /v1/breaches/{breach}/form cnil_number": BREACH,
    "PUT /v1/breaches/{breach}/form complaint": BREACH,
    "PUT /v1/breaches/{breach}/form consequences": BREACH,
    "PUT /v1/breaches/{breach}/form cross_border": BREACH,
    "PUT /v1/breaches/{breach}/form discovered": BREACH,
    "PUT /v1/breaches/{breach}/form informed_text": BREACH,
    "PUT /v1/breaches/{breach}/form keys_safe.by": BREACH,
    "PUT /v1/breaches/{breach}/form keys_safe.on": BREACH,
    "PUT /v1/breaches/{breach}/form keys_safe.reference": BREACH,
    "PUT /v1/breaches/{breach}/form late_reason": BREACH,
    "PUT /v1/breaches/{breach}/form measures_after": BREACH,
    "PUT /v1/breaches/{breach}/form measures_before": BREACH,
    "PUT /v1/breaches/{breach}/form organisations": BREACH,
}
"""What is not screened where it is stored, with the reason why it need not be."""

NAMES = {"last_name", "usage_name", "first_names"}
"""Names of persons: a name alone is never an attribute."""
CODES = {"accessibility_need"}
"""One of a closed list, or the contact is recorded without it."""


def test_every_free_word_of_every_write_is_screened_or_says_why_not(server: Server) -> None:
    assert set(places(server.description)) == SCREENED.keys() | REASONS.keys()


def test_what_is_said_to_be_screened_stands_in_a_column_that_screens_itself() -> None:
    screened = {f"{table.name}.{name}" for table in METADATA.sorted_tables for name in free_words(table)}
    assert set(SCREENED.values()) <= screened


def test_every_free_word_of_a_contact_is_read_by_the_screen(server: Server) -> None:
    fields = {match["field"] for match in map(PERSON.search, _all(server.description)) if match and match["field"]}
    told = {field.removeprefix("fields.") for field in fields}
    law = load("france", date(2026, 11, 22)).fields
    read = {name for name, field in law.items() if field.text} | set(WORDS_INSIDE) | NAMES | CODES
    assert told - read == set()


def places(description: dict[str, Any]) -> Iterator[str]:
    """Yield ``METHOD /path field`` for every text of a body in which somebody may say what they like."""
    for place in _all(description, named=True):
        if not PERSON.search(place.split(" ", 2)[2]):
            yield place


def _all(description: dict[str, Any], *, named: bool = False) -> Iterator[str]:
    schemas = description["components"]["schemas"]
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            contents = operation.get("requestBody", {}).get("content", {}) if method in WRITES else {}
            for told in contents.values():
                for field in texts(told.get("schema", {}), schemas):
                    yield f"{method.upper()} {path} {field}" if named else field


def texts(schema: dict[str, Any], schemas: dict[str, Any], name: str = "", seen: tuple[str, ...] = ()) -> Iterator[str]:
    """Yield the names of the free texts in a schema."""
    if (reference := schema.get("$ref", "").rpartition("/")[2]) and reference not in seen:
        yield from texts(schemas[reference], schemas, name, (*seen, reference))
    for part in (*schema.get("anyOf", ()), *schema.get("allOf", ()), *schema.get("oneOf", ())):
        yield from texts(part, schemas, name, seen)
    for field, part in schema.get("properties", {}).items():
        yield from texts(part, schemas, f"{name}.{field}".strip("."), seen)
    for part in schema.get("patternProperties", {}).values():
        yield from texts(part, schemas, name, seen)
    for more, mark in (("items", "[]"), ("additionalProperties", "")):
        if isinstance(part := schema.get(more), dict):
            yield from texts(part, schemas, f"{name}{mark}", seen)
    if schema.get("type") == "string" and _is_free(schema):
        yield name


def _is_free(schema: dict[str, Any]) -> bool:
    if {"enum", "const", "format"} & schema.keys():
        return False
    return any(re.search(schema.get("pattern", ""), text) for text in TELLING)
