"""The directory: which campaigns there are, before any of them is entered."""

from dataclasses import dataclass

from campaigns.store import all_campaigns
from kernel.database import Database
from kernel.identity import CampaignId


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign and who answers for it."""

    id: CampaignId
    name: str
    controller: str
    kind: str
    end: str | None
    """``closing`` while it is handed back, ``closed`` when nothing of it opens any more."""


def list_campaigns(database: Database) -> list[CampaignView]:
    """Return every campaign, oldest first."""
    with database.directory() as reading:
        return [
            CampaignView(CampaignId(row.id), row.name, row.controller, row.kind, row.end)
            for row in all_campaigns(reading)
        ]
