"""The end of a campaign, step by step: each is kept when it is done, so that a crash between two goes on there."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.store import CLOSURE, closure_steps, insert_end, insert_row
from kernel.database import Database
from kernel.identity import CampaignId
from policy.phase import Phase


class Step(StrEnum):
    """What is done of a campaign's end."""

    RETURNED = "returned"
    EMPTIED = "emptied"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class DoneStep:
    """A step that is done, and what the certificate tells of it."""

    at: datetime
    told: Mapping[str, Any]


def begin_closing(processing: Processing) -> None:
    """Let nothing be processed in the campaign any more but its return and its destruction."""
    insert_end(processing, Phase.CLOSING)
    processing.note(Note(event=Event.CAMPAIGN_CLOSING, counts={"campaign_end.insert": 1}))


def keep_step(processing: Processing, step: Step, told: Mapping[str, Any]) -> dict[str, int]:
    """Keep that a step is done; return the rows to note. ``told`` holds counts and digests, nothing of a person."""
    insert_row(processing, CLOSURE, {"step": step, "at": processing.at, "told": json.dumps(told, default=str)})
    return {"closure.insert": 1}


def keep_end(processing: Processing) -> dict[str, int]:
    """Tell the directory that the campaign is closed; return the rows to note."""
    return {"campaign_end.insert": insert_end(processing, Phase.CLOSED)}


def done_steps(database: Database, campaign: CampaignId) -> dict[Step, DoneStep]:
    """Return the steps that are done; they can be read when the keys are gone, because they are in clear."""
    with database.transaction(campaign) as transaction:
        rows = closure_steps(transaction, campaign)
    return {Step(row.step): DoneStep(row.at, json.loads(row.told)) for row in rows}
