"""Activate a campaign: from then on its file takes real persons, and no synthetic one any more."""

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.activation import Declaration, dossier_of, keep_declaration
from contacts.store.pages import count_synthetic, page_of_synthetic
from kernel.database import keys_lock
from kernel.identity import PersonId
from policy.activation import activation_findings
from policy.findings import Refusal

_PAGE = 1_000


def activate_campaign(processing: Processing, declaration: Declaration) -> None:
    """Make the campaign active, or replace what was declared of an active one.

    Raises Refusal with everything that is missing at once, each with its article; synthetic contacts are among it.
    """
    # Whoever writes now ends first: nothing synthetic comes in between this count and the commit.
    processing.lock([keys_lock(processing.campaign)])
    synthetic = count_synthetic(processing)
    dossier = dossier_of(processing, declaration, synthetic_contacts=synthetic)
    findings = activation_findings(processing.edition, dossier, on=processing.today)
    if findings:
        raise Refusal(findings)
    counts = keep_declaration(processing, declaration) | {"contact.read": 1}
    processing.note(Note(event=Event.CAMPAIGN_ACTIVATED, counts=counts, free={"purposes": sorted(dossier.purposes)}))


def list_synthetic(processing: Processing) -> list[PersonId]:
    """Return some of the contacts that came from a synthetic origin, none when none is left."""
    page = page_of_synthetic(processing, _PAGE)
    processing.note(Note(event=Event.CONTACT_LISTED, counts={"contact.read": len(page)}))
    return page
