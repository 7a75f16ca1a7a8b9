"""Talk to a server through the generated client: token, origin, a contact recorded and read, a refusal."""

import sys
from datetime import date

from client import AuthenticatedClient, Client
from client.api.access import issue_token
from client.api.campaign import declare_origin
from client.api.contacts import record_contact, reveal_contact
from client.models import (
    Category,
    Contact,
    ContactFields,
    DeclaredOrigin,
    NewContact,
    NewOrigin,
    OriginKind,
    Problem,
    Purpose,
    RecordedContact,
    Token,
    TokenOrder,
)

PURPOSE = Purpose.CONTACT_MANAGEMENT


def talk(url: str, client_id: str, secret: str) -> None:
    """Go through the first steps of an integration, and stop at the first answer that is not what it should be."""
    order = TokenOrder(grant_type="client_credentials", client_id=client_id, client_secret=secret)
    token = issue_token.sync(client=Client(base_url=url), body=order)
    assert isinstance(token, Token), token
    known = AuthenticatedClient(base_url=url, token=token.access_token)
    origin = declare_origin.sync(
        client=known,
        processing_purpose=PURPOSE,
        body=NewOrigin(kind=OriginKind.NEWSLETTER, obtained_on=date(2026, 1, 1)),
    )
    assert isinstance(origin, DeclaredOrigin), origin
    fields = ContactFields(last_name="Durand", first_names="Anne", email=["anne.durand@example.org"])
    contact = NewContact(category=Category.REGULAR, origin=origin.number, fields=fields)
    recorded = record_contact.sync(client=known, processing_purpose=PURPOSE, body=contact)
    assert isinstance(recorded, RecordedContact), recorded
    assert recorded.id is not None
    revealed = reveal_contact.sync(recorded.id, client=known, processing_purpose=PURPOSE)
    assert isinstance(revealed, Contact), revealed
    refused = record_contact.sync(
        client=known,
        processing_purpose=PURPOSE,
        prefer="handling=strict",
        body=NewContact(
            category=Category.REGULAR, origin=origin.number, fields=ContactFields(note=["elle est musulmane"])
        ),
    )
    assert isinstance(refused, Problem), refused
    assert refused.code == "forbidden-attribute"


if __name__ == "__main__":
    talk(*sys.argv[1:])
