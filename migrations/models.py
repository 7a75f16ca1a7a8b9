"""Every table of the project in one metadata, for migrations and for the tests that compare."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import accounts.approvals.tables
import accounts.staff.tables
import accounts.tables
import attachments.tables
import audit.tables
import campaigns.tables
import consent.tables
import contacts.tables
import eligibility.tables
import jobs.tables
import keys.tables
import messages.tables
import notices.tables
import outreach.tables
import reviews.tables
import selections.tables
import signups.tables
import territories.tables

ROOMS = (
    accounts,
    attachments,
    audit,
    campaigns,
    consent,
    contacts,
    jobs,
    keys,
    messages,
    notices,
    outreach,
    reviews,
    eligibility,
    selections,
    signups,
    territories,
)
METADATA: MetaData = SQLModel.metadata
