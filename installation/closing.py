"""Close a campaign: its file is returned to the controller, then destroyed, then certified.

Killed anywhere, the same call goes on where it was.
"""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.approvals.actions import Action, fingerprint_of
from accounts.approvals.demand import demand_approval
from audit.events import Event
from audit.handback import hand_back_checkpoints
from audit.note import Note
from audit.register import RESTITUTION
from campaigns.closing import Step, begin_closing, done_steps, keep_end, keep_step
from campaigns.directory import CampaignView, list_campaigns
from eligibility.carry_over import carry_over
from files.exports.parts import room_of
from files.handback import REQUESTS, check_handed_back, hand_back
from files.sealed import spool_of
from holdings.destroy import check_returned, destroy_persons, empty_campaign
from installation.certificate import write_certificate
from installation.open import Installation
from installation.work import worker_of
from kernel.actor import Actor, operator_in
from kernel.errors import Conflict, NotFound
from kernel.identity import CampaignId
from keys.destroy import destroy_campaign_keys
from policy.phase import Phase
from rights.hand_back import return_requests

ADMINISTRATION = "administration"


@dataclass(frozen=True, slots=True)
class Closed:
    """Where the return is, the digests of its files, and the certificate once everything is destroyed."""

    folder: Path
    files: dict[str, Any]
    certificate: str | None


def close_campaign(
    installation: Installation, campaign: CampaignId, folder: Path, *, confirmed: str, destroy: bool
) -> Closed:
    """Return the file of a campaign into ``folder`` and, if ``destroy``, destroy it all and write the certificate.

    From its beginning on nothing else is processed in the campaign; the beginning takes four eyes, and uses the
    approval once, so that whatever interrupts what follows, the same call goes on without another. Raises
    ApprovalMissing; Conflict unless ``confirmed`` is the campaign's name, and when what was returned is not in
    ``folder`` any more.
    """
    known = _find(installation, campaign)
    confirm_closing(known, confirmed)
    if known.end is None:
        _begin(installation, campaign)
    if known.end != Phase.CLOSED and carry_over(installation.register, campaign, all_of_it=True):
        raise Conflict("objections have not reached another campaign of the controller: see the log, then do it again")
    actor = operator_in(campaign, frozenset({RESTITUTION}))
    if known.end != Phase.CLOSED and Step.RETURNED not in done_steps(installation.database, campaign):
        more = {REQUESTS: return_requests}
        hand_back(installation.register, actor, folder, installation.settings.upload_dir, more)
    files = dict(done_steps(installation.database, campaign)[Step.RETURNED].told["files"])
    if not destroy:
        return Closed(folder, files, None)
    check_handed_back(folder, files)
    if known.end != Phase.CLOSED:
        _destroy(installation, actor, files)
    steps = done_steps(installation.database, campaign)
    return Closed(folder, files, str(write_certificate(folder, known, steps)))


def confirm_closing(campaign: CampaignView, confirmed: str) -> None:
    """Let a campaign be closed, or raise Conflict: whoever asks must have typed its exact name."""
    if confirmed != campaign.name:
        message = "confirm with the exact name of the campaign: --yes NAME"
        raise Conflict(message)


def _find(installation: Installation, campaign: CampaignId) -> CampaignView:
    for one in list_campaigns(installation.database):
        if one.id == campaign:
            return one
    message = "no such campaign"
    raise NotFound(message)


def _begin(installation: Installation, campaign: CampaignId) -> None:
    """Complete what was under way, let nothing else begin, wait until every process knows, try the last messages."""
    operator = operator_in(campaign)
    installation.eraser.complete_unfinished(operator)
    with installation.register.open(operator, ADMINISTRATION) as processing:
        demand_approval(processing, Action.CAMPAIGN_CLOSE, fingerprint_of(Action.CAMPAIGN_CLOSE, {}))
        begin_closing(processing)
    installation.wait_for_all_processes()
    worker_of(installation).work_off(campaign)


def _destroy(installation: Installation, actor: Actor, files: Collection[str]) -> None:
    """Erase persons, empty the tables, sign the log a last time, destroy the keys; each step is done once."""
    with installation.register.open(actor, RESTITUTION) as processing:
        check_returned(processing, files)
    destroy_persons(installation.eraser, actor)
    if Step.EMPTIED not in done_steps(installation.database, actor.campaign):
        with installation.register.open(actor, RESTITUTION) as processing:
            empty_campaign(processing)
    spool_of(installation.settings, actor.campaign).drop_all()
    room_of(installation.settings, actor.campaign).spool.drop_all()
    installation.database.truncate_wal()
    installation.sequencer.run(actor.campaign, whole=True)
    with installation.register.open(actor, RESTITUTION) as processing:
        notes, publics = hand_back_checkpoints(processing)
        counts = destroy_campaign_keys(processing)
        told = {
            "keys": counts["campaign_key.update"],
            "root_versions": list(installation.provider.versions()),
            "public_keys": list(publics),
            "checkpoint": notes[-1],
        }
        counts |= keep_step(processing, Step.CLOSED, told) | keep_end(processing)
        processing.note(Note(event=Event.CAMPAIGN_CLOSED, counts=counts))
    installation.database.truncate_wal()
