"""Every table of the project in one metadata, for migrations and for the tests that compare."""

from sqlalchemy import MetaData
from sqlmodel import SQLModel

import accounts.approvals.tables
import accounts.staff.tables
import accounts.tables
import attachments.tables
import audit.tables
import breaches.tables
import campaigns.tables
import consent.tables
import contacts.journal.tables
import contacts.lasting.tables
import contacts.tables
import deliveries.tables
import eligibility.tables
import files.exports.tables
import files.tables
import holdings.tables
import jobs.tables
import keys.tables
import messages.tables
import notices.tables
import outreach.tables
import recipients.tables
import retention.tables
import reviews.tables
import rights.tables
import selections.tables
import sheets.tables
import signups.tables
import territories.tables

ROOMS = (
    accounts,
    attachments,
    audit,
    breaches,
    campaigns,
    consent,
    contacts,
    deliveries,
    holdings,
    jobs,
    keys,
    messages,
    notices,
    outreach,
    reviews,
    rights,
    recipients,
    retention,
    eligibility,
    files,
    selections,
    sheets,
    signups,
    territories,
)
METADATA: MetaData = SQLModel.metadata
