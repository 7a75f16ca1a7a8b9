"""The operator of a campaign: who hosts it, as processor under a contract (GDPR art. 28) or as controller."""

from dataclasses import dataclass

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.store import OPERATOR, change_rows, find_row, hold_registers, insert_row
from campaigns.words import one_of, told

ROLES = ("controller", "processor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """Who hosts, in which role, and the reference of the contract where it is a processor."""

    name: str
    role: str
    contract: str = ""


def describe_operator(processing: Processing, operator: Operator) -> None:
    """Say who hosts the campaign; said again, it replaces what was said. Raises Invalid."""
    values = {
        "name": told("the operator's name", operator.name),
        "role": one_of("the operator's role", operator.role, ROLES),
        "contract": told("the contract", operator.contract, required=False),
        "updated_at": processing.at,
    }
    hold_registers(processing)
    known = find_row(processing, OPERATOR) is not None
    if known:
        change_rows(processing, OPERATOR, values)
    else:
        insert_row(processing, OPERATOR, values)
    counts = {f"campaign_operator.{'update' if known else 'insert'}": 1}
    processing.note(Note(event=Event.OPERATOR_DESCRIBED, counts=counts))


def operator_of(processing: Processing) -> Operator | None:
    """Return who hosts the campaign, if somebody said."""
    row = find_row(processing, OPERATOR)
    return None if row is None else Operator(name=row.name, role=row.role, contract=row.contract)
