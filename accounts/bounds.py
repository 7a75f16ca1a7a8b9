"""How far a program reaches: from which networks, until when; none looks after one that reaches further."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from accounts.networks import Network, read_networks
from accounts.scopes import check_grants
from accounts.store import read_client
from audit.processing import Processing
from kernel.actor import ActorKind
from kernel.errors import Forbidden
from kernel.identity import ClientId


def check_bounds(processing: Processing, networks: Sequence[Network], expires_at: datetime | None) -> None:
    """Raise Forbidden where a program would make or renew one that calls from elsewhere, or for longer, than itself."""
    if processing.actor.kind is not ActorKind.CLIENT:
        return
    own = read_client(processing, ClientId(UUID(processing.actor.id)))
    if own is None:
        raise Forbidden("the client is not known")
    outlives = own.expires_at is not None and (expires_at is None or expires_at > own.expires_at)
    if outlives or not _are_within(networks, read_networks(json.loads(own.networks))):
        raise Forbidden("no program reaches, through another, further networks or a later end than its own")


def check_reach(processing: Processing, row: Any) -> None:  # noqa: ANN401 - a row
    """Raise Forbidden where the actor would act on a client that may do more than itself, from elsewhere or longer."""
    check_grants(processing.actor, json.loads(row.scopes), json.loads(row.purposes))
    check_bounds(processing, read_networks(json.loads(row.networks)), row.expires_at)


def _are_within(inner: Sequence[Network], outer: Sequence[Network]) -> bool:
    """Tell whether every address of ``inner`` is one of ``outer``; no list is every address."""
    return not outer or (bool(inner) and all(any(_is_part(one, whole) for whole in outer) for one in inner))


def _is_part(one: Network, whole: Network) -> bool:
    return one.version == whole.version and one.network_address in whole and one.prefixlen >= whole.prefixlen
