"""The mailbox that is a person's alone, as far as the file tells: what several persons read proves nothing of one."""

from audit.processing import Processing
from contacts.find import find_holders
from contacts.reveal import reveal_contacts
from crypto.normalise import email
from kernel.identity import PersonId

_EMAIL = "email"


def sole_mailbox(processing: Processing, person: PersonId) -> str | None:
    """Return the first e-mail address of a person that nobody else in the file has; None where there is none.

    What a list brought as an address and is none reaches nobody, and nobody is looked up by it.
    """
    (shown,) = reveal_contacts(processing, [person])
    known = [] if shown is None else [one.value for one in shown.data if one.field == _EMAIL and email(one.value)]
    return next((one for one in known if find_holders(processing, (_EMAIL, one)) == [person]), None)
