"""Hand a campaign's whole file back to its controller (GDPR art. 28(3)(g)): docs/handback.md describes the format.

One folder of JSON files, one object a line where there are many, and a manifest with the digest of each. A page is
noted and committed before a line of it is written. Written anew from its beginning after a crash.
"""

import dataclasses
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from accounts.approvals.decide import list_approvals
from accounts.clients import list_clients
from accounts.staff.manage import list_staff
from audit.events import Event
from audit.handback import hand_back_checkpoints, hand_back_entries
from audit.note import Note
from audit.processing import Processing
from audit.register import RESTITUTION, Register
from campaigns.arrangements import list_arrangements
from campaigns.closing import Step, keep_step
from campaigns.elections import list_election_changes, list_elections
from campaigns.handovers import list_handovers
from campaigns.recipients import list_recipients
from campaigns.sheet import campaign_sheet
from consent.balancing import list_balancing_tests
from consent.channels import list_lists
from consent.cohorts import list_cohorts
from consent.listing import page_of_evidence
from consent.newsletters import list_geographies
from contacts.listing import Selection, list_contacts
from contacts.registries import list_custom_fields, list_origins, list_tags
from contacts.reveal import Revealed
from eligibility.answer import list_records
from files.handback_attachments import ATTACHMENTS, check_attachments, check_file, write_attachments
from jobs.webhooks import list_endpoints
from kernel.actor import Actor
from kernel.errors import Invalid
from notices.clock import list_tellings
from notices.publish import list_notices
from outreach.listing import list_interactions
from outreach.messages import list_messages
from outreach.targeting import list_targetings
from selections.save import list_selections
from signups.forms import list_forms

FORMAT = "isoloir handback 1"
MANIFEST = "manifest.json"
_PAGE = 1_000
_MOST_APPROVALS = 1_000_000
_MOST_RECORDS = 1_000_000
Line = Mapping[str, Any]
Lines = Callable[[Register, Actor], Iterable[Line]]
"""What writes the lines of one file."""


@dataclass(frozen=True, slots=True)
class Written:
    """A file of the return: its digest, and how many lines it has."""

    sha256: str
    lines: int


REQUESTS = "rights-requests.ndjson"
"""A file that a room above writes: whoever asks for the return brings what writes it."""
RETURNED = {
    "activation": "campaign.json",
    "approval": "approvals.ndjson",
    "arrangement": "campaign.json",
    "balancing_test": "balancing-tests.ndjson",
    "cohort_sample": "cohorts.ndjson",
    "consent_cohort": "cohorts.ndjson",
    "consent_evidence": "consents.ndjson",
    "eligibility": "eligibility.ndjson",
    "mailing_list": "lists.ndjson",
    "newsletter_geography": "newsletter-geography.ndjson",
    "selection": "selections.ndjson",
    "attachment": ATTACHMENTS,
    "attachment_chunk": ATTACHMENTS,
    "campaign_controller": "campaign.json",
    "campaign_operator": "campaign.json",
    "client": "clients.ndjson",
    "contact": "contacts.ndjson",
    "contact_tag": "contacts.ndjson",
    "custom_field": "custom-fields.ndjson",
    "election": "elections.ndjson",
    "election_change": "elections.ndjson",
    "handover": "campaign.json",
    "notice": "notices.ndjson",
    "origin": "origins.ndjson",
    "origin_notice": "notices.ndjson",
    "interaction": "interactions.ndjson",
    "outreach_message": "messages.ndjson",
    "recipient": "campaign.json",
    "rights_request": REQUESTS,
    "rights_step": REQUESTS,
    "signup_form": "notices.ndjson",
    "staff_account": "staff.ndjson",
    "tag": "tags.ndjson",
    "targeting": "targeting.ndjson",
    "webhook_endpoint": "webhooks.ndjson",
}
"""Which file of the return tells what a table holds: nothing else is destroyed but what holdings.destroy excepts."""


def hand_back(
    register: Register, actor: Actor, folder: Path, uploads: Path, more: Mapping[str, Lines]
) -> dict[str, Written]:
    """Write everything the campaign holds into ``folder``, opened; keep the digests as a step that is done.

    In ``uploads`` sealed copies of attachments stand for a moment. ``more``: files of rooms above, by name.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    campaign, registries = _declared(register, actor)
    written = {"campaign.json": _write(folder / "campaign.json", [campaign])}
    written |= {f"{name}.ndjson": _write(folder / f"{name}.ndjson", lines) for name, lines in registries.items()}
    written["contacts.ndjson"] = _write(folder / "contacts.ndjson", _contacts(register, actor))
    written["consents.ndjson"] = _write(folder / "consents.ndjson", _consents(register, actor))
    written["interactions.ndjson"] = _write(folder / "interactions.ndjson", _interactions(register, actor))
    written[ATTACHMENTS] = _write(folder / ATTACHMENTS, write_attachments(register, actor, folder, uploads))
    written |= {name: _write(folder / name, lines(register, actor)) for name, lines in more.items()}
    written["log.ndjson"] = _write(folder / "log.ndjson", _log(register, actor))
    with register.open(actor, RESTITUTION) as processing:
        notes, publics = hand_back_checkpoints(processing)
        checkpoints = [*({"public_key": one} for one in publics), *({"checkpoint": note} for note in notes)]
        written["checkpoints.ndjson"] = _write(folder / "checkpoints.ndjson", checkpoints)
        files = {name: dataclasses.asdict(one) for name, one in sorted(written.items())}
        manifest = {"format": FORMAT, "campaign": processing.campaign, "returned_at": processing.at, "files": files}
        _write(folder / MANIFEST, [manifest])
        counts = keep_step(processing, Step.RETURNED, {"files": files})
        processing.note(Note(event=Event.CAMPAIGN_RETURNED, counts=counts, free={"files": files}))
    return written


def check_handed_back(folder: Path, files: Mapping[str, Mapping[str, Any]]) -> None:
    """Raise Conflict unless every file of the return stands in ``folder`` as it was written."""
    for name, told in files.items():
        check_file(folder, name, told["sha256"])
        if name == ATTACHMENTS:
            check_attachments(folder)


def _declared(register: Register, actor: Actor) -> tuple[Line, dict[str, list[Line]]]:
    with register.open(actor, RESTITUTION) as processing:
        campaign = dataclasses.asdict(campaign_sheet(processing, processing.phase)) | {
            "arrangements": _plain(list_arrangements(processing)),
            "handovers": _plain(list_handovers(processing)),
            "recipients": _plain(list_recipients(processing)),
        }
        return campaign, _registries(processing)


def _registries(processing: Processing) -> dict[str, list[Line]]:
    changes = _plain(list_election_changes(processing))
    elections = [
        one | {"changes": [step for step in changes if step["election"] == one["id"]]}
        for one in _plain(list_elections(processing))
    ]
    return {
        "elections": list(elections),
        "origins": list(_plain(list_origins(processing))),
        "custom-fields": _numbered(list_custom_fields(processing)),
        "tags": _numbered(list_tags(processing)),
        "clients": list(_plain(list_clients(processing))),
        "staff": list(_plain(list_staff(processing))),
        "approvals": list(_plain(list_approvals(processing, limit=_MOST_APPROVALS))),
        "messages": list(_plain(list_messages(processing))),
        "targeting": list(_plain(list_targetings(processing))),
        "webhooks": list(_plain(list_endpoints(processing))),
        "notices": [
            *({"notice": one} for one in _plain(list_notices(processing))),
            *({"told": one} for one in _plain(list_tellings(processing))),
            *({"form": one} for one in _plain(list_forms(processing))),
        ],
        "balancing-tests": list(_plain(list_balancing_tests(processing))),
        "cohorts": list(list_cohorts(processing)),
        "lists": _numbered(list_lists(processing)),
        "newsletter-geography": list(_plain(list_geographies(processing))),
        "selections": list(_plain(list_selections(processing))),
        "eligibility": [
            row._asdict() | {"digest": row.digest.hex()} for row in list_records(processing, limit=_MOST_RECORDS)
        ],
    }


def _consents(register: Register, actor: Actor) -> Iterator[Line]:
    after = None
    while True:
        with register.open(actor, RESTITUTION) as processing:
            page = page_of_evidence(processing, after=after, limit=_PAGE)
        yield from map(dataclasses.asdict, page)
        if len(page) < _PAGE:
            return
        after = page[-1].id


def _contacts(register: Register, actor: Actor) -> Iterator[Line]:
    after = None
    while True:
        with register.open(actor, RESTITUTION) as processing:
            page = list_contacts(
                processing, Selection(), after=after, limit=_PAGE, free={}, event=Event.CONTACT_RETURNED
            )
        yield from map(_contact, page.contacts)
        if page.next is None:
            return
        after = page.next


def _interactions(register: Register, actor: Actor) -> Iterator[Line]:
    walk = None
    while True:
        with register.open(actor, RESTITUTION) as processing:
            page = list_interactions(processing, walk, limit=_PAGE)
        if not page.interactions:
            return
        yield from _plain(page.interactions)
        walk = page.walk


def _contact(one: Revealed) -> Line:
    return {
        "id": one.person,
        "category": one.category,
        "commune": one.commune,
        "polling_station": one.polling_station,
        "tags": list(one.tags),
        "flagged": one.flagged,
        "restricted": one.restricted,
        "due_on": one.due_on,
        "created_at": one.created_at,
        "updated_at": one.updated_at,
        "revision": one.revision,
        "data": [
            {"field": datum.field, "value": datum.value, "origin": datum.origin, "obtained_on": datum.obtained_on}
            for datum in one.data
        ],
    }


def _log(register: Register, actor: Actor) -> Iterator[Line]:
    before = None
    while True:
        with register.open(actor, RESTITUTION) as processing:
            page, before = hand_back_entries(processing, before, _PAGE)
        yield from (dataclasses.asdict(view) | {"free": free} for view, free in page)
        if before is None:
            return


def _plain(found: Iterable[Any]) -> list[dict[str, Any]]:
    return [dataclasses.asdict(one) for one in found]


def _numbered(names: Mapping[str, int]) -> list[Line]:
    return [{"name": name, "number": number} for name, number in sorted(names.items(), key=lambda one: one[1])]


def _write(path: Path, lines: Iterable[Line]) -> Written:
    """Write a file whole under its name, or not at all, for its owner only."""
    if path.is_symlink():
        message = f"{path.name} is a link: name another folder"
        raise Invalid(message)
    part, digest, count = path.with_name(path.name + ".part"), hashlib.sha256(), 0
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for line in lines:
            written = json.dumps(line, ensure_ascii=False, default=str).encode() + b"\n"
            digest.update(written)
            file.write(written)
            count += 1
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
    return Written(digest.hexdigest(), count)
