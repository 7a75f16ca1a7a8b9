"""An import over the API that waits until somebody has said what its columns are.

The same proposals, the same decisions and the same memory as on the command line. Until a name of the header is known
to some kind of file, or refused, the first row may be a person: then columns are told by their position alone.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from uuid import UUID

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from audit.register import Register
from files.imports import RUN
from files.mappings import header_digest, recall_mapping, remember_mapping
from files.order import ImportOrder
from files.profiles import detect_profile, known_profile
from files.propose import Proposal, propose_columns
from files.reading import Table, open_table
from files.settle import settle_columns
from files.store import AWAITING, QUEUED, change_open_run, locked_run
from files.turn import Stopped
from jobs.enqueue import enqueue_tasks
from kernel.actor import Actor
from kernel.errors import Conflict, NotFound

_NAME_LENGTH: Final = 100


def with_mapping(
    register: Register,
    actor: Actor,
    row: Any,  # noqa: ANN401 - a row
    order: ImportOrder,
    *,
    asking: bool,
) -> ImportOrder | None:
    """Return the order with what its columns are said to be, or None once it waits for somebody to say it.

    What was said of the same header before is taken. Only a file that no profile knows is asked about, or one whose
    import asks for it. Raises Invalid for a file that cannot be read, Stopped where the import ended meanwhile.
    """
    if row.state != QUEUED or order.mapping or (order.profile and not asking):
        return order
    table = open_table(order.path)
    if not asking and detect_profile(table.header).name is not None:
        return order
    with register.open(actor, row.purpose) as processing:
        recalled, reader = recall_mapping(processing, table.header), processing.reader
        if recalled is not None:
            _change(processing, row.id, {"declared": json.dumps(json.loads(row.declared) | {"mapping": recalled})})
            return replace(order, mapping=recalled)
    proposals = propose_columns(table, reader)
    if len(proposals) == 1 and proposals[0].field is None:
        known_profile(table.header)  # One column that says nothing is a list parted by some other sign.
    with register.open(actor, row.purpose) as processing:
        told = _told(processing, table, proposals)
        waiting = {"profile": order.profile, "columns": [], "proposals": told}
        waiting["header"] = header_digest(processing, table.header).hex()
        _change(processing, row.id, {"state": AWAITING, "plan": json.dumps(waiting)})
        return None


def decide_mapping(processing: Processing, one: UUID, decided: Mapping[int, str | None]) -> None:
    """Say what the columns of an import are that waits for it: it goes on, and the next file of this header is known.

    ``decided`` speaks by position, from 1: a field, ``objection.`` and a channel, or None for what is left out.
    Raises NotFound, Conflict where it does not wait, Refusal for what the law refuses, Invalid.
    """
    row = locked_run(processing, one)
    if row is None:
        raise NotFound("no such import in this campaign")
    if row.state != AWAITING:
        raise Conflict("the import does not wait for its columns to be told")
    plan = json.loads(row.plan)
    proposals = [_proposal(told) for told in plan["proposals"]]
    settled = settle_columns(proposals, {at - 1: word for at, word in decided.items()}, processing.edition)
    remember_mapping(processing, bytes.fromhex(plan["header"]), settled)
    goes_on = {"state": QUEUED, "plan": json.dumps({"profile": plan["profile"], "columns": []})}
    counts = {"import_run.update": change_open_run(processing, one, goes_on)}
    processing.note_also(counts | enqueue_tasks(processing, RUN, [{"import": str(one)}]))


def _change(processing: Processing, one: UUID, values: Mapping[str, str]) -> None:
    if not change_open_run(processing, one, values):
        raise Stopped("the import ended meanwhile")
    processing.note(Note(event=Event.IMPORT_PREPARED, counts={"import_run.update": 1}, job=one))


def _told(processing: Processing, table: Table, proposals: tuple[Proposal, ...]) -> list[dict[str, Any]]:
    """Return the proposals as they are kept and shown: no value, and no name where the first row may be a person."""
    is_header = any(one.because == "name" for one in proposals)
    rules = processing.edition.rules
    return [
        {
            "position": one.position + 1,
            "column": table.header[one.position][:_NAME_LENGTH] if is_header and one.named else None,
            "named": one.named,
            "decision": one.decision,
            "field": one.field,
            "rule": one.rule,
            "articles": list(rules[one.rule].articles) if one.rule and one.rule in rules else [],
            "reason": one.because,
            "confidence": one.confidence,
            "asked": not one.sure,
        }
        for one in proposals
    ]


def _proposal(told: Mapping[str, Any]) -> Proposal:
    return Proposal(
        position=told["position"] - 1,
        decision=told["decision"],
        field=told["field"],
        rule=told["rule"],
        because=told["reason"],
        sure=not told["asked"],
        confidence=told["confidence"],
        named=told["named"],
    )
