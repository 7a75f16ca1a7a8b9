"""The directory: which campaigns there are, before any of them is entered."""

from dataclasses import dataclass
from uuid import UUID

from audit.processing import Processing
from campaigns.store import all_campaigns, other_campaigns
from kernel.database import Database
from kernel.errors import NotFound
from kernel.identity import CampaignId
from policy.edition import Controller


@dataclass(frozen=True, slots=True)
class CampaignView:
    """A campaign and who answers for it."""

    id: CampaignId
    name: str
    controller_id: UUID
    controller: str
    kind: Controller
    end: str | None
    """``closing`` while it is handed back, ``closed`` when nothing of it opens any more."""


def list_campaigns(database: Database) -> list[CampaignView]:
    """Return every campaign, oldest first."""
    with database.directory() as reading:
        return [
            CampaignView(CampaignId(row.id), row.name, row.controller_id, row.controller, row.kind, row.end)
            for row in all_campaigns(reading)
        ]


def find_campaign(database: Database, campaign: UUID) -> CampaignView:
    """Return a campaign, also one that is closed. Raises NotFound."""
    found = next((one for one in list_campaigns(database) if one.id == campaign), None)
    if found is None:
        raise NotFound("no such campaign")
    return found


def list_siblings(processing: Processing) -> list[CampaignId]:
    """Return the controller's other campaigns, but those that are being closed or are."""
    return [CampaignId(row.id) for row in other_campaigns(processing)]
