"""The sign-ups' SQL."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select

from audit.processing import Processing
from kernel.columns import table_of
from kernel.database import Transaction
from kernel.identity import CampaignId
from signups.tables import Signup, SignupForm

FORM = table_of(SignupForm)
SIGNUP = table_of(Signup)


def insert_form(processing: Processing, values: dict[str, Any]) -> int:
    """Keep the form as it is from now on."""
    return processing.execute(FORM, insert(FORM), values)


def forms_of(processing: Processing) -> list[Any]:
    """Return the campaign's form as it was and is, oldest first."""
    statement = select(FORM).where(FORM.c.campaign_id == processing.campaign)
    return list(processing.look_up(FORM, statement.order_by(FORM.c.number)))


def find_form(reading: Transaction, campaign: CampaignId) -> Any | None:  # noqa: ANN401 - a row
    """Return the form as it is, in a reading that no processing needs: it is public."""
    statement = select(FORM).where(FORM.c.campaign_id == campaign)
    rows = reading.query(statement.order_by(FORM.c.number.desc()).limit(1))
    return rows[0] if rows else None


def insert_signup(processing: Processing, values: dict[str, Any]) -> int:
    """Keep what waits for its mailbox."""
    return processing.execute(SIGNUP, insert(SIGNUP), values)


def find_signup(processing: Processing, signup: UUID, wish: str) -> Any | None:  # noqa: ANN401 - a row
    """Return what waits, and let nobody else take it before the end; the caller notes ``signup.read``."""
    own = SIGNUP.c.campaign_id == processing.campaign, SIGNUP.c.id == signup, SIGNUP.c.wish == wish
    rows = processing.read(SIGNUP, select(SIGNUP).where(*own).with_for_update())
    return rows[0] if rows else None


def delete_signup(processing: Processing, signup: UUID) -> int:
    """Delete what waited."""
    own = SIGNUP.c.campaign_id == processing.campaign, SIGNUP.c.id == signup
    return processing.execute(SIGNUP, delete(SIGNUP).where(*own))


def delete_expired(processing: Processing, before: datetime) -> int:
    """Delete what nobody confirmed in time."""
    own = SIGNUP.c.campaign_id == processing.campaign, SIGNUP.c.expires_at <= before
    return processing.execute(SIGNUP, delete(SIGNUP).where(*own))


def is_any_expired(reading: Transaction, campaign: CampaignId, before: datetime) -> bool:
    """Tell whether there is anything that nobody confirmed in time."""
    late = select(SIGNUP.c.id).where(SIGNUP.c.campaign_id == campaign, SIGNUP.c.expires_at <= before)
    return bool(reading.query(late.limit(1)))
