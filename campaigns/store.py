"""The directory's SQL, and that of what each campaign declares of itself."""

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Column,
    ColumnElement,
    Table,
    and_,
    bindparam,
    exists,
    func,
    insert,
    literal_column,
    select,
    update,
)

from audit.processing import Processing
from campaigns.tables import (
    Activation,
    Arrangement,
    Campaign,
    CampaignController,
    CampaignEnd,
    CampaignOperator,
    CampaignWord,
    ClosureStep,
    Controller,
    Election,
    ElectionChange,
    Handover,
    Recipient,
)
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId
from kernel.prepared import Prepared
from keys.controller import newest

CONTROLLER = table_of(Controller)
CAMPAIGN = table_of(Campaign)
ELECTION = table_of(Election)
ELECTION_CHANGE = table_of(ElectionChange)
CAMPAIGN_CONTROLLER = table_of(CampaignController)
ARRANGEMENT = table_of(Arrangement)
HANDOVER = table_of(Handover)
OPERATOR = table_of(CampaignOperator)
RECIPIENT = table_of(Recipient)
ACTIVATION = table_of(Activation)
CLOSURE = table_of(ClosureStep)
END = table_of(CampaignEnd)
WORD = table_of(CampaignWord)

_ELECTIONS = Prepared(
    select(ELECTION)
    .where(ELECTION.c.campaign_id == bindparam("campaign", required=False))
    .order_by(ELECTION.c.first_round)
)
_ELECTION = Prepared(
    select(ELECTION).where(
        ELECTION.c.campaign_id == bindparam("campaign", required=False),
        ELECTION.c.id == bindparam("election", required=False),
    )
)
_TERRITORIES = Prepared(
    select(ACTIVATION.c.territories)
    .where(ACTIVATION.c.campaign_id == bindparam("campaign", required=False))
    .order_by(ACTIVATION.c.number.desc())
    .limit(literal_column("1"))
)


_LOCK = 0x1507


def hold_registers(processing: Processing) -> None:
    """Let nobody else declare of this campaign until the end: who looks whether a row is there, then writes it."""
    processing.lock([_LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)])


def insert_controller(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a controller."""
    return processing.execute(CONTROLLER, insert(CONTROLLER), values)


def insert_campaign(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a campaign."""
    return processing.execute(CAMPAIGN, insert(CAMPAIGN), values)


def insert_election(processing: Processing, values: dict[str, Any]) -> int:
    """Keep an election."""
    return processing.execute(ELECTION, insert(ELECTION), values)


def standing(transaction: Transaction, campaign: CampaignId) -> Any | None:  # noqa: ANN401 - a row
    """Return what every processing must know: kind of controller, end, purposes in use, the operator's role, words."""
    end = select(func.min(END.c.state)).where(END.c.campaign_id == CAMPAIGN.c.id).scalar_subquery()
    purposes = (
        select(ACTIVATION.c.purposes)
        .where(ACTIVATION.c.campaign_id == CAMPAIGN.c.id)
        .order_by(ACTIVATION.c.number.desc())
        .limit(1)
        .scalar_subquery()
    )
    role = select(OPERATOR.c.role).where(OPERATOR.c.campaign_id == CAMPAIGN.c.id).scalar_subquery()
    joined = CAMPAIGN.join(CONTROLLER, CONTROLLER.c.id == CAMPAIGN.c.controller_id)
    columns = (
        *(CONTROLLER.c.kind, end.label("end"), purposes.label("purposes"), role.label("operator")),
        CONTROLLER.c.id.label("controller_id"),
        exists().where(WORD.c.campaign_id == CAMPAIGN.c.id).label("has_words"),
        newest(CONTROLLER.c.id, "root_version").label("root_version"),
        newest(CONTROLLER.c.id, "wrapped").label("wrapped"),
    )
    rows = transaction.query(select(*columns).select_from(joined).where(CAMPAIGN.c.id == campaign))
    return rows[0] if rows else None


def other_campaigns(processing: Processing) -> list[Any]:
    """Return the ids of the controller's other campaigns, but those that are being closed or are, in their order."""
    ending = exists().where(END.c.campaign_id == CAMPAIGN.c.id)
    own = CAMPAIGN.c.controller_id == processing.controller_id, CAMPAIGN.c.id != processing.campaign
    return list(processing.look_up(CAMPAIGN, select(CAMPAIGN.c.id).where(*own, ~ending).order_by(CAMPAIGN.c.id)))


def all_campaigns(transaction: Transaction) -> list[Any]:
    """Return id, name, controller and end of every campaign, oldest first."""
    joined = CAMPAIGN.join(CONTROLLER, CONTROLLER.c.id == CAMPAIGN.c.controller_id)
    end = select(func.min(END.c.state)).where(END.c.campaign_id == CAMPAIGN.c.id).scalar_subquery().label("end")
    own = CONTROLLER.c.id.label("controller_id"), CONTROLLER.c.name.label("controller"), CONTROLLER.c.kind
    columns = (CAMPAIGN.c.id, CAMPAIGN.c.name, *own, end)
    return list(transaction.query(select(*columns).select_from(joined).order_by(CAMPAIGN.c.created_at, CAMPAIGN.c.id)))


def find_election(processing: Processing, election: UUID) -> Any | None:  # noqa: ANN401 - a row
    """Return an election of the campaign."""
    named = {"campaign": processing.campaign, "election": election}
    rows = processing.look_up_prepared(ELECTION, _ELECTION, named)
    return rows[0] if rows else None


def ask_elections(processing: Processing) -> Callable[[], Sequence[Any]]:
    """Ask for the campaign's elections, the soonest first."""
    return processing.ask(ELECTION, _ELECTIONS, {"campaign": processing.campaign})


def ask_territories(processing: Processing) -> Callable[[], Sequence[Any]]:
    """Ask for the territories of the declaration in force, as they are kept; no row before the first."""
    return processing.ask(ACTIVATION, _TERRITORIES, {"campaign": processing.campaign})


def insert_row(processing: Processing, table: Table, values: dict[str, Any]) -> int:
    """Keep a row of the campaign."""
    return processing.execute(table, insert(table), {"campaign_id": processing.campaign, **values})


def rows_of(processing: Processing, table: Table, order: Column[Any]) -> list[Any]:
    """Return the campaign's rows of a table, in the order of a column."""
    return list(processing.look_up_prepared(table, _all_of(table, order.name), {"campaign": processing.campaign}))


@cache
def _all_of(table: Table, order: str) -> Prepared:
    own = table.c.campaign_id == bindparam("campaign", required=False)
    return Prepared(select(table).where(own).order_by(table.c[order]))


def find_row(processing: Processing, table: Table, **named: object) -> Any | None:  # noqa: ANN401 - a row
    """Return the campaign's row in which these columns have these values."""
    statement = select(table).where(table.c.campaign_id == processing.campaign, _named(table, named))
    rows = processing.look_up(table, statement)
    return rows[0] if rows else None


def change_rows(processing: Processing, table: Table, values: dict[str, Any], **named: object) -> int:
    """Change the campaign's rows in which these columns have these values; return how many."""
    statement = update(table).where(table.c.campaign_id == processing.campaign, _named(table, named))
    return processing.execute(table, statement.values(values))


def closure_steps(transaction: Transaction, campaign: CampaignId) -> list[Any]:
    """Return the steps of a campaign's end, also of a closed one, into which no processing leads any more."""
    steps = select(CLOSURE.c.step, CLOSURE.c.at, CLOSURE.c.told).where(CLOSURE.c.campaign_id == campaign)
    return list(transaction.query(steps.order_by(CLOSURE.c.at)))


def insert_end(processing: Processing, state: str) -> int:
    """Tell the directory that the campaign is being handed back, or is closed."""
    return insert_row(processing, END, {"state": state, "at": processing.at})


def _named(table: Table, named: dict[str, object]) -> ColumnElement[bool]:
    return and_(True, *(table.c[name] == value for name, value in named.items()))  # noqa: FBT003 - SQL's own word


def campaign_name(processing: Processing) -> str:
    """Return how the campaign is called."""
    rows = processing.look_up(CAMPAIGN, select(CAMPAIGN.c.name).where(CAMPAIGN.c.id == processing.campaign))
    return str(rows[0].name)


def own_controller(processing: Processing) -> Any:  # noqa: ANN401 - a row
    """Return name and kind of the campaign's own controller, as the directory has them."""
    joined = CAMPAIGN.join(CONTROLLER, CONTROLLER.c.id == CAMPAIGN.c.controller_id)
    statement = select(CONTROLLER.c.name, CONTROLLER.c.kind).select_from(joined)
    return processing.look_up(CONTROLLER, statement.where(CAMPAIGN.c.id == processing.campaign))[0]
