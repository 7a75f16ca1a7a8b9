"""Publish a version of the notice, for ever as it is; list the versions; read one that is published."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from kernel.database import Transaction
from kernel.errors import NotFound, Unopenable
from kernel.identity import CampaignId
from notices.draft import digest_of, write_draft
from notices.gather import NoticePlan
from notices.store import find_notice, insert_notice, notices_of
from policy.findings import Refusal
from policy.notice import Told

_LOCK = 0x1506


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeVersion:
    """A published version; nothing of it ever changes."""

    number: int
    text: Told
    label: Told
    sha256: str
    edition: str
    purposes: tuple[str, ...]
    origins: tuple[str, ...]
    published_at: datetime


def publish_notice(processing: Processing, plan: NoticePlan) -> NoticeVersion:
    """Publish the notice as it is now. Raises Refusal naming every datum that is missing."""
    processing.lock([_LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)])
    draft = write_draft(processing, plan)
    if draft.findings:
        raise Refusal(draft.findings)
    published = NoticeVersion(
        number=draft.number,
        text=draft.text,
        label=draft.label,
        sha256=draft.sha256,
        edition=processing.edition.digest,
        purposes=draft.purposes,
        origins=draft.origins,
        published_at=processing.at,
    )
    insert_notice(processing, _row(processing, published))
    free = {"notice": published.number, "sha256": published.sha256}
    processing.note(Note(event=Event.NOTICE_PUBLISHED, counts={"notice.insert": 1}, free=free))
    return published


def list_notices(processing: Processing) -> list[NoticeVersion]:
    """Return every published version, oldest first."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return published_notices(processing)


def published_notices(processing: Processing) -> list[NoticeVersion]:
    """Return every published version within a processing that notes itself."""
    return [_version(row) for row in notices_of(processing)]


def newest_notice(processing: Processing) -> NoticeVersion | None:
    """Return the version in force within a processing that notes itself; None where none was published."""
    found = published_notices(processing)
    return found[-1] if found else None


def read_published(reading: Transaction, campaign: CampaignId, number: int | None = None) -> NoticeVersion:
    """Return a published version, the newest for None, to anybody. Raises NotFound."""
    row = find_notice(reading, campaign, number)
    if row is None:
        message = "no such notice was published"
        raise NotFound(message)
    return _version(row)


def _row(processing: Processing, one: NoticeVersion) -> dict[str, Any]:
    return {
        "campaign_id": processing.campaign,
        "number": one.number,
        "text_fr": one.text.fr,
        "text_en": one.text.en,
        "label_fr": one.label.fr,
        "label_en": one.label.en,
        "sha256": one.sha256,
        "edition": one.edition,
        "purposes": json.dumps(one.purposes),
        "origins": json.dumps(one.origins),
        "published_at": one.published_at,
    }


def _version(row: Any) -> NoticeVersion:  # noqa: ANN401 - a row
    text = Told(row.text_fr, row.text_en)
    if digest_of(text) != row.sha256:
        raise Unopenable  # Somebody changed the row: what persons agreed to is not what stands there.
    return NoticeVersion(
        number=row.number,
        text=text,
        label=Told(row.label_fr, row.label_en),
        sha256=row.sha256,
        edition=row.edition,
        purposes=tuple(json.loads(row.purposes)),
        origins=tuple(json.loads(row.origins)),
        published_at=row.published_at,
    )
