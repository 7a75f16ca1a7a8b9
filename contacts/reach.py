"""Which fields an actor reaches: what its purpose reads, within the data categories of its scopes."""

from collections.abc import Callable, Iterable

from accounts.scopes import CONTACTS_READ, CONTACTS_WRITE, OWN_WORDS, reach
from audit.processing import Processing
from audit.register import field_names
from contacts.vocabulary import CUSTOM
from kernel.errors import Forbidden
from policy.draft import Draft
from policy.edition import Edition

PLACE = "address"
"""The field whose data category holds commune and polling station too."""
STANDING = "membership"
"""The data category that is told with the category of person: to be a member is an opinion."""


def readable(processing: Processing) -> Callable[[str], bool]:
    """Return what tells whether a field may be shown to this actor for this purpose."""
    edition, purpose = processing.edition, processing.edition.purposes[processing.purpose]
    within = reach(processing.actor, CONTACTS_READ)
    if within is None:
        return purpose.discloses
    return lambda field: purpose.discloses(field) and data_category(edition, field) in within


def tells_standing(processing: Processing) -> bool:
    """Tell whether the category of person may be shown to this actor."""
    within = reach(processing.actor, CONTACTS_READ)
    return within is None or STANDING in within


def check_writable(processing: Processing, drafts: Iterable[Draft], removed: Iterable[str] = ()) -> None:
    """Raise Forbidden, naming the fields, where drafts set or remove what the actor's scopes do not reach."""
    within = reach(processing.actor, CONTACTS_WRITE)
    if within is None:
        return
    touched = {*removed, *(name for draft in drafts for name in _touched(draft))}
    beyond = [name for name in touched if data_category(processing.edition, name) not in within]
    if beyond:
        message = f"the client's scopes do not reach: {', '.join(field_names(beyond))}"
        raise Forbidden(message)


def data_category(edition: Edition, field: str) -> str:
    """Return the data category of a field; the campaign's own fields and tags have one of their own."""
    known = edition.fields.get(field)
    return OWN_WORDS if known is None or field.startswith(CUSTOM) else known.row


def _touched(draft: Draft) -> Iterable[str]:
    yield from (name for name, _ in draft.data)
    if draft.tags:
        yield CUSTOM
    if draft.commune is not None or draft.polling_station is not None:
        yield PLACE
