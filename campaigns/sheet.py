"""The campaign as a whole: where it is in its life, who answers for it, what was declared."""

from collections.abc import Sequence
from dataclasses import dataclass

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from campaigns.activation import ActivationView, activation_of
from campaigns.controllers import ControllerView, list_controllers
from campaigns.hosting import Operator, operator_of
from campaigns.store import campaign_name
from kernel.identity import CampaignId
from policy.phase import Phase


@dataclass(frozen=True, slots=True, kw_only=True)
class CampaignSheet:
    """What a campaign says of itself."""

    id: CampaignId
    name: str
    phase: Phase
    controllers: Sequence[ControllerView]
    operator: Operator | None
    activation: ActivationView | None


def read_campaign(processing: Processing) -> CampaignSheet:
    """Return what the campaign says of itself; the reading is noted."""
    processing.note(Note(event=Event.REGISTRY_READ, counts={}))
    return campaign_sheet(processing, processing.phase)


def campaign_sheet(processing: Processing, phase: Phase) -> CampaignSheet:
    """Return the sheet within a processing that notes itself."""
    return CampaignSheet(
        id=processing.campaign,
        name=campaign_name(processing),
        phase=phase,
        controllers=list_controllers(processing),
        operator=operator_of(processing),
        activation=activation_of(processing),
    )
