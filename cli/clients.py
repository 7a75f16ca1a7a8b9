"""Client programs of the API: create, list, show, give a new secret, revoke."""

from argparse import Namespace
from datetime import UTC, datetime, time

from accounts.authorise import REMEMBERED
from accounts.clients import ClientView, Credentials, create_client, list_clients, revoke_client, rotate_secret
from accounts.clients import show_client as show_one
from accounts.scopes import ADMINISTRATION
from cli.answer import Answer
from cli.opening import opened, operator_of
from cli.words import plain, say, table


def create(given: Namespace) -> Answer:
    """Create a client program; its secret is shown this once."""
    end = None if given.expires_on is None else datetime.combine(given.expires_on, time.min, UTC)
    with opened(given) as installation:
        made = create_client(
            installation.register,
            operator_of(installation, given),
            name=given.name,
            scopes=given.scope,
            purposes=given.purpose,
            networks=given.network,
            expires_at=end,
        )
    return _shown_once(made)


def list_all(given: Namespace) -> Answer:
    """List the client programs of the campaign."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            found = list_clients(processing)
    rows = [(one.client_id, _state(one), plain(one.name)) for one in found]
    none = [say("Aucun programme client.", "No client program.")]
    return Answer({"clients": [_data(one) for one in found]}, table(rows) if rows else none)


def show(given: Namespace) -> Answer:
    """Show one client program."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            found = show_one(processing, given.id)
    return Answer(_data(found), table(_rows(found)))


def rotate(given: Namespace) -> Answer:
    """Give a client a new secret, shown this once; those it has hold for the overlap."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            made = rotate_secret(processing, given.id, overlap=given.overlap)
    return _shown_once(made)


def revoke(given: Namespace) -> Answer:
    """Revoke a client at once."""
    with opened(given) as installation:
        actor = operator_of(installation, given)
        with installation.register.open(actor, ADMINISTRATION) as processing:
            revoke_client(processing, given.id)
    seconds = int(REMEMBERED.total_seconds())
    lines = [
        say(
            f"Programme révoqué : plus aucun jeton, et ceux qu'il a seront refusés dans les {seconds} secondes.",
            f"Client revoked: no more tokens, and those it has are refused within {seconds} seconds.",
        )
    ]
    return Answer({"revoked": given.id, "tokens_end_within_seconds": seconds}, lines)


def _shown_once(made: Credentials) -> Answer:
    lines = [
        f"client_id      {made.client_id}",
        f"client_secret  {made.secret}",
        say("Le secret n'est montré qu'ici : gardez-le.", "The secret is shown only here: keep it."),
    ]
    return Answer({"client_id": made.client_id, "client_secret": made.secret}, lines)


def _state(client: ClientView) -> str:
    if client.revoked_at is not None:
        return say("révoqué", "revoked")
    return say("sans secret", "no secret") if not client.secrets else say("actif", "active")


def _rows(client: ClientView) -> list[tuple[str, str]]:
    never, always = say("jamais", "never"), say("sans fin", "no end")
    return [
        ("client_id", client.client_id),
        (say("nom", "name"), client.name),
        (say("état", "state"), _state(client)),
        (say("droits", "scopes"), " ".join(client.scopes)),
        (say("finalités", "purposes"), " ".join(client.purposes)),
        (say("réseaux", "networks"), " ".join(client.networks) or say("tous", "any")),
        (say("créé", "created"), _told(client.created_at, never)),
        (say("expire", "expires"), _told(client.expires_at, always)),
        (say("dernier usage", "last use"), _told(client.last_used_at, never)),
        (say("révoqué", "revoked"), _told(client.revoked_at, never)),
        *((say("secret", "secret"), f"{_told(one[0], never)} - {_told(one[1], always)}") for one in client.secrets),
    ]


def _told(at: datetime | None, otherwise: str) -> str:
    return otherwise if at is None else at.isoformat(timespec="minutes")


def _data(client: ClientView) -> dict[str, object]:
    told = {name: _written(getattr(client, name)) for name in ClientView.__slots__}
    kept = [{"created_at": _written(one[0]), "expires_at": _written(one[1])} for one in client.secrets]
    return told | {"secrets": kept}


def _written(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
