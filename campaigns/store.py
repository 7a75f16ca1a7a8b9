"""The directory's SQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import insert, select

from audit.processing import Processing
from campaigns.tables import Campaign, Controller, Election
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId

CONTROLLER = table_of(Controller)
CAMPAIGN = table_of(Campaign)
ELECTION = table_of(Election)


def insert_controller(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a controller."""
    return processing.execute(CONTROLLER, insert(CONTROLLER), values)


def insert_campaign(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a campaign."""
    return processing.execute(CAMPAIGN, insert(CAMPAIGN), values)


def insert_election(processing: Processing, values: dict[str, Any]) -> int:
    """Keep an election."""
    return processing.execute(ELECTION, insert(ELECTION), values)


def controller_kind(transaction: Transaction, campaign: CampaignId) -> str | None:
    """Return the kind of a campaign's controller."""
    joined = CAMPAIGN.join(CONTROLLER, CONTROLLER.c.id == CAMPAIGN.c.controller_id)
    rows = transaction.query(select(CONTROLLER.c.kind).select_from(joined).where(CAMPAIGN.c.id == campaign))
    return rows[0][0] if rows else None


def all_campaigns(transaction: Transaction) -> list[Any]:
    """Return id, name and controller of every campaign, oldest first."""
    joined = CAMPAIGN.join(CONTROLLER, CONTROLLER.c.id == CAMPAIGN.c.controller_id)
    columns = (CAMPAIGN.c.id, CAMPAIGN.c.name, CONTROLLER.c.name.label("controller"), CONTROLLER.c.kind)
    return list(transaction.query(select(*columns).select_from(joined).order_by(CAMPAIGN.c.created_at, CAMPAIGN.c.id)))


def find_election(processing: Processing, election: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return an election of the campaign."""
    statement = select(ELECTION).where(ELECTION.c.campaign_id == processing.campaign, ELECTION.c.id == election)
    rows = processing.look_up(ELECTION, statement)
    return rows[0] if rows else None


def elections_of(processing: Processing) -> list[Any]:
    """Return the campaign's elections, the soonest first."""
    statement = select(ELECTION).where(ELECTION.c.campaign_id == processing.campaign)
    return list(processing.look_up(ELECTION, statement.order_by(ELECTION.c.first_round)))
