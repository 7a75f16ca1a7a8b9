"""Nothing that people write freely reaches a table, or the log, around the screen; every other text says what it is."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import Text, delete, insert, update
from sqlalchemy.types import TypeEngine

from audit.context import CampaignContext
from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.walker import REASONS
from kernel.actor import operator_in
from kernel.columns import ColumnClass, free_words
from kernel.database import Transaction
from kernel.identity import CampaignId, random_uuid
from kernel.prepared import Prepared
from migrations.models import METADATA
from policy.findings import Refusal
from policy.load import load
from policy.phase import Phase

FRANCE = load("france", date(2026, 11, 21))
TELLING = "Famille juive pratiquante"
PLAIN = "rappeler en soirée"
WORDS = {"note", "tag", "column", "title"}

CODE = "a word of a closed list or a pattern, a digest, an id"
OURS = "the program writes it itself, from counts and words of its own"
LAW = "words of the law's pack"
NAME = "the public name of an organisation or a candidate, which the law demands to be told: a party may be named so"
PROCESSING = "says how data are processed, of nobody: it names the categories in order to rule them out"
ADDRESS = "an address in the network"
BREACH = "tells of a breach as the CNIL's form asks: it names the categories of data that leaked, of nobody"
OWN = "the person's own words, in the file of their own request: nobody may cut them, and nothing searches them"

TEXTS = {
    "activation": {"edition": CODE, "purposes": LAW, "territories": CODE, "retention": CODE},
    "approval": {"action": CODE, "requested_by": CODE, "decision": CODE, "decided_by": CODE},
    "arrangement": {"informs": CODE, "answers": CODE, "oppositions": CODE}
    | {"essence_fr": PROCESSING, "essence_en": PROCESSING},
    "attachment": {"kind": CODE, "media_type": CODE, "state": CODE},
    "awaited_send": {"channel": CODE, "message_kind": CODE},
    "balancing_test": {"purpose": LAW, "categories": LAW, "interest": PROCESSING, "necessity": PROCESSING}
    | {"expectation": PROCESSING, "safeguards": PROCESSING, "recorded_by": CODE},
    "breach": {"told": BREACH, "role": CODE},
    "campaign": {"name": NAME, "country": CODE},
    "campaign_controller": {"kind": CODE, "name": NAME},
    "campaign_end": {"state": CODE},
    "campaign_key": {"purpose": CODE, "state": CODE},
    "campaign_operator": {"name": NAME, "role": CODE},
    "campaign_word": {"effect": CODE, "sort": CODE, "category": LAW, "reason": CODE, "author": CODE},
    "change": {"kind": CODE, "contacts": OURS},
    "checkpoint": {"note": OURS},
    "client": {"scopes": CODE, "purposes": LAW, "networks": ADDRESS},
    "closure": {"step": CODE, "told": OURS},
    "cohort_sample": {"finding": CODE},
    "column_mapping": {"fields": OURS},
    "consent_cohort": {"wording": PROCESSING, "state": CODE, "declared_by": CODE, "decided_by": CODE},
    "consent_evidence": {"purpose": LAW, "action": CODE, "indicated_by": CODE, "method": CODE}
    | {"notice": "screened with the rest of the evidence, many pieces at once: consent.evidence.check_words"},
    "consent_standing": {"purpose": LAW},
    "contact": {"category": LAW, "commune": CODE, "polling_station": CODE},
    "contact_ending": {"event": LAW},
    "contact_hold": {"reason": CODE, "role": CODE, "actor": CODE},
    "controller": {"kind": CODE, "name": NAME},
    "delivery": {"language": CODE},
    "election": {"type": LAW, "state": CODE, "places": CODE},
    "election_change": {"state": CODE},
    "eligibility": {"purpose": LAW, "message": LAW, "criteria": LAW, "edition": CODE, "reasons": OURS, "signed": OURS},
    "entry": {"event": CODE, "outcome": CODE, "actor_kind": CODE, "actor_id": CODE, "purpose": LAW, "edition": CODE}
    | {"counts": OURS, "fields": OURS},
    "erasure_order": {"ground": LAW, "language": CODE},
    "export_run": {"state": CODE, "actor": CODE, "actor_kind": CODE, "held": CODE, "purpose": LAW, "counts": OURS}
    | {"declared": CODE, "failure": OURS},
    "handover": {"direction": CODE, "controller": NAME, "kind": CODE, "ground": LAW, "articles": LAW},
    "interaction": {"kind": CODE, "channel": CODE, "outcome": CODE, "message_kind": CODE, "role": CODE, "actor": CODE},
    "job": {"kind": CODE, "state": CODE, "declared": OURS},
    "job_chunk": {"result": OURS},
    "message": {"medium": CODE},
    "newsletter_geography": {"places": CODE, "reason": PROCESSING, "recorded_by": CODE},
    "notice": {"text_fr": PROCESSING, "text_en": PROCESSING, "label_fr": LAW, "label_en": LAW, "sha256": CODE}
    | {"edition": CODE, "purposes": LAW, "origins": LAW},
    "opposition": {"purpose": LAW, "kind": CODE},
    "origin": {"kind": LAW, "evidence": LAW, "papers": LAW},
    "origin_notice": {"manner": CODE},
    "import_undo": {"state": CODE, "actor": CODE, "actor_kind": CODE, "purpose": LAW, "place": CODE, "counts": OURS}
    | {"failure": OURS},
    "import_run": {"state": CODE, "actor_kind": CODE, "purpose": LAW, "declared": CODE, "counts": OURS, "failure": CODE}
    | {
        "actor": CODE,
        "plan": "fates of columns by their names, of files whose header is of a known kind or was mapped",
    },
    "outreach_message": {"kind": CODE, "channel": CODE, "exemption": CODE},
    "recipient": {"kind": CODE, "name": NAME, "hosting": CODE, "control": CODE, "transfer_basis": LAW}
    | {"public_key": CODE},
    "recipient_ticket": {"recipient": NAME, "act": CODE, "told_by": CODE, "state": CODE},
    "request_key": {"outcome": OURS},
    "retention_run": {"counts": OURS, "edition": CODE},
    "review": {"field": CODE, "rules": LAW, "purpose": LAW, "source": CODE, "actor": CODE, "lexicon": CODE}
    | {"state": CODE},
    "rescreening": {"lexicon": CODE},
    "rights_document": {"media_type": CODE},
    "rights_request": {"reference": CODE, "kind": CODE, "state": CODE, "way": CODE, "asker": CODE, "language": CODE}
    | {"identity": CODE, "reason": LAW, "ground": LAW},
    "rights_step": {"act": CODE, "role": CODE, "reason": LAW},
    "selection": {"purpose": LAW}
    | {"clauses": "each clause is screened before it is kept, and again before it runs: policy.selection"},
    "sheet": {"commune": CODE, "polling_station": CODE, "purpose": LAW, "made_by": CODE, "printed_by": CODE},
    "sheet_line": {"outcome": CODE},
    "signup": {"wish": CODE},
    "signup_form": {"boxes": CODE},
    "staff_account": {"role": CODE, "state": CODE},
    "targeting": {"channel": CODE, "technique": CODE, "criteria": LAW, "counts": OURS, "purpose": LAW, "role": CODE}
    | {"edition": CODE},
    "task": {"kind": CODE, "payload": OURS, "state": CODE, "failure": CODE},
    "territory_dataset": {"kind": CODE},
    "territory_figure": {"area": CODE},
    "webhook_delivery": {"type": CODE, "outcome": CODE, "status_class": CODE},
    "webhook_endpoint": {"url": ADDRESS, "events": CODE, "disabled_because": CODE},
}
"""Every text in clear that is not screened where it is stored, with the reason why it need not be."""

SEALED = {
    "attachment_chunk.sealed": "a scan; what it is may only be of a closed list, and nothing searches it",
    "consent_evidence.sealed": "screened before it is sealed: consent.evidence.check_words",
    "contact_journal.sealed": "what stood in the contact, and what a file put in its place: both came by the screen",
    "contact.record": "sealed from grounds alone, and these are made of what the screen cleared",
    "delivery_chunk.sealed": "a copy of what is kept already, for its own person",
    "entry.body": "free words of a note are screened when it is told",
    "entry.subject": CODE,
    "import_trace.claims": CODE,
    "import_trace.persons": CODE,
    "import_trace.reviews": CODE,
    "entry.subjects": CODE,
    "campaign_word.sealed": "a word for the detector itself: it is searched for, and says of nobody",
    "message.sealed": "the program's own words, and an address",
    "opposition_carried.sealed": "by what a person is known: hashed there as here, and shown to nobody",
    "recipient_ticket.sealed": "ids by which a recipient knows a person",
    "review.sealed": "what the screen held, for the privacy reviewer and nobody else, and gone in two weeks",
    "rights_document.sealed": "a scan of a closed list of types; nothing searches it, and it goes with the decision",
    "rights_request.sealed": OWN,
    "rights_step.sealed": OWN,
    "rights_visit.sealed": OWN,
    "signup.sealed": "names and addresses; recorded as a contact, screened like one",
    "staff_account.identity": "name and address of a member of staff: a name alone is no attribute",
    "staff_position.place": "two numbers",
}
"""Every sealed column that can hold words, with where they are screened."""


def test_every_text_in_clear_is_screened_when_it_is_stored_or_says_why_not() -> None:
    held = {
        table.name: {one.name for one in table.columns if _is_text(one.type) and "words" not in one.info}
        for table in METADATA.sorted_tables
    }
    assert {name: columns for name, columns in held.items() if columns} == {
        name: set(columns) for name, columns in TEXTS.items()
    }


def test_every_sealed_column_that_can_hold_words_says_where_they_are_screened() -> None:
    held = {
        f"{table.name}.{one.name}"
        for table in METADATA.sorted_tables
        for one in table.columns
        if one.info["class"] is ColumnClass.PERSONAL and type(one.type).__name__ == "LargeBinary"
    }
    assert held == set(SEALED)


def test_whatever_way_free_words_take_into_a_table_they_are_refused_before_anything_is_sent() -> None:
    free = [(table, name) for table in METADATA.sorted_tables for name in free_words(table)]
    assert {kind for table, _ in free for kind in free_words(table).values()} == WORDS
    for table, name in free:
        row = {**dict.fromkeys(table.primary_key.columns.keys()), name: TELLING}
        changes: list[Callable[[], object]] = [
            partial(processing().execute, table, insert(table), row),
            partial(processing().execute, table, insert(table), [row]),
            partial(processing().execute, table, insert(table).values(row)),
            partial(processing().execute, table, update(table).values(row)),
            partial(processing().send, table, Prepared(insert(table), [*row]), [row]),
            partial(processing().copy, table, [*row], [tuple(row.values())]),
        ]
        for change in changes:
            with pytest.raises(Refusal) as refused:
                change()
            assert {one.field for one in refused.value.findings} == {name}


def test_words_that_tell_nothing_and_rows_that_go_pass() -> None:
    for table in METADATA.sorted_tables:
        for name in free_words(table):
            sent = processing()
            sent.execute(table, insert(table), {name: PLAIN})
            sent.execute(table, delete(table))
            sent.copy(table, [name], [(PLAIN,)])
            assert sent.observed[f"{table.name}.insert"] == 1


def test_an_id_among_words_is_read_as_none() -> None:
    table = METADATA.tables["approval"]
    for told in ("b0017a7d-7a01-4e57-a1de-ca5e7a01a4d1", "1a5d1ab0-c0de-4a5e-b17e-7001de7e17a5"):
        processing().execute(table, insert(table), {"parameters": f'{{"staff": "{told}"}}'})
    with pytest.raises(Refusal):
        processing().execute(table, insert(table), {"parameters": TELLING})


def test_a_reason_kept_in_the_log_is_screened_like_any_words() -> None:
    for name in sorted(REASONS):
        with pytest.raises(Refusal):
            processing().note(Note(event=Event.LOG_READ, counts={}, free={name: TELLING}))
        processing().note(Note(event=Event.LOG_READ, counts={}, free={name: PLAIN, "kept": TELLING}))


def _is_text(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, Text)


class _Nothing:
    """A transaction that stores nothing: what reaches it has passed."""

    on_postgresql = False

    def change(self, *_: object) -> int:
        return 1

    def copy(self, *_: object) -> SimpleNamespace:
        return SimpleNamespace(rows=0, due=None)

    send = copy


def processing() -> Processing:
    campaign = CampaignId(random_uuid())
    context = CampaignContext(
        keys=cast("Any", None),
        controller="party",
        controller_id=random_uuid(),
        phase=Phase.PREPARING,
        purposes=None,
        operator=None,
    )
    return Processing(
        cast("Transaction", _Nothing()),
        actor=operator_in(campaign),
        purpose="administration",
        edition=FRANCE,
        context=context,
        at=datetime(2026, 11, 21, 12, tzinfo=UTC),
    )
