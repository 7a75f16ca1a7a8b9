"""How the operations follow from one another (OpenAPI's links): where an id that was given leads.

A link is drawn from an answer's own id to every operation that takes it, so that a reader sees a thing's whole life,
and a tester can walk it: what was erased or removed must not be read again.
"""

from typing import Any, NamedTuple

Part = dict[str, Any]


class Link(NamedTuple):
    """What one answer leads to."""

    source: str
    status: int
    name: str
    given: str
    targets: tuple[str, ...]


_CONTACT = ("reveal_contact", "amend_contact", "restrict_contact", "release_contact", "erase_contact")
_ABOUT_CONTACT = ("list_attachments_of", "add_attachment")
_ENDPOINT = (
    "get_webhook_endpoint",
    "change_webhook_endpoint",
    "rotate_webhook_secret",
    "try_webhook_endpoint",
    "get_webhook_deliveries",
    "remove_webhook_endpoint",
)
_CLIENT = ("show_client", "rotate_client_secret", "revoke_client_program")
_STAFF = ("change_staff_role", "reset_staff", "unlock_account", "disable_account")
_APPROVAL = ("decide_request", "object_to_request")
_SHEET = ("print_door_sheet", "key_in_door_sheet", "remove_door_sheet")
_NEWEST = "$response.body#/{}/0/{}"
_ID = "$response.body#/id"
_JOB = "$response.body#/job"
LINKS = (
    Link("record_contact", 201, "contact", _ID, _CONTACT + _ABOUT_CONTACT),
    Link("record_contact", 200, "contact", _ID, _CONTACT + _ABOUT_CONTACT),
    Link("record_batch", 200, "contact", _NEWEST.format("results", "id"), _CONTACT),
    Link("list_contacts", 200, "contact", _NEWEST.format("contacts", "id"), _CONTACT),
    Link("find_contact", 200, "contact", _NEWEST.format("contacts", "id"), _CONTACT),
    Link("reveal_contact", 200, "contact", "$request.path.contact", _CONTACT[1:]),
    Link("erase_contact", 204, "contact", "$request.path.contact", ("reveal_contact",)),
    Link("add_attachment", 201, "attachment", _ID, ("reveal_attachment", "remove_attachment")),
    Link(
        "list_attachments_of",
        200,
        "attachment",
        _NEWEST.format("attachments", "id"),
        ("reveal_attachment", "remove_attachment"),
    ),
    Link("remove_attachment", 204, "attachment", "$request.path.attachment", ("reveal_attachment",)),
    Link("add_webhook_endpoint", 201, "endpoint", _ID, _ENDPOINT),
    Link("get_webhook_endpoints", 200, "endpoint", _NEWEST.format("webhook_endpoints", "id"), _ENDPOINT),
    Link(
        "remove_webhook_endpoint",
        204,
        "endpoint",
        "$request.path.endpoint",
        ("get_webhook_endpoint", "get_webhook_deliveries"),
    ),
    Link("try_webhook_endpoint", 202, "job", _JOB, ("get_job",)),
    Link("get_jobs", 200, "job", _NEWEST.format("jobs", "id"), ("get_job",)),
    Link("get_dead_letters", 200, "job", _NEWEST.format("jobs", "id"), ("get_job", "replay_dead_letter")),
    Link("replay_dead_letter", 202, "job", _JOB, ("get_job",)),
    Link("add_election", 201, "election", _ID, ("change_election",)),
    Link("get_elections", 200, "election", _NEWEST.format("elections", "id"), ("change_election",)),
    Link("add_controller", 201, "controller", _ID, ("end_controller",)),
    Link("record_arrangement", 201, "arrangement", _ID, ("end_arrangement",)),
    Link("get_arrangements", 200, "arrangement", _NEWEST.format("arrangements", "id"), ("end_arrangement",)),
    Link("add_recipient", 201, "recipient", _ID, ("end_recipient",)),
    Link("get_recipients", 200, "recipient", _NEWEST.format("recipients", "id"), ("end_recipient",)),
    Link("create_client_program", 201, "client", "$response.body#/client_id", _CLIENT),
    Link("get_clients", 200, "client", _NEWEST.format("clients", "client_id"), ("show_client",)),
    Link("revoke_client_program", 204, "client", "$request.path.client", ("show_client",)),
    Link("invite_staff", 201, "staff", _ID, _STAFF),
    Link("get_own_sessions", 200, "session", _NEWEST.format("sessions", "id"), ("end_own_session",)),
    Link("request_approval", 201, "approval", _ID, _APPROVAL),
    Link("make_door_sheets", 201, "sheet", _NEWEST.format("sheets", "id"), _SHEET),
    Link("get_door_sheets", 200, "sheet", _NEWEST.format("sheets", "id"), _SHEET),
    Link("remove_door_sheet", 204, "sheet", "$request.path.sheet", _SHEET[:2]),
    Link("get_approvals", 200, "approval", _NEWEST.format("approvals", "id"), _APPROVAL),
)


def add_links(described: Part) -> None:
    """Draw every link; the operations take the id in their path, or else in their query."""
    known = {
        operation["operationId"]: operation for found in described["paths"].values() for operation in found.values()
    }
    for link in LINKS:
        told = known[link.source]["responses"][str(link.status)]
        told.setdefault("links", {}).update(
            {target: {"operationId": target, "parameters": {link.name: link.given}} for target in link.targets}
        )
