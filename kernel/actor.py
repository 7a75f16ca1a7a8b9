"""Who acts: a client program, a member of staff, the operator at the command line."""

from dataclasses import dataclass
from enum import StrEnum

from kernel.identity import CampaignId


class ActorKind(StrEnum):
    """The kinds of actor the log distinguishes."""

    CLIENT = "client"
    STAFF = "staff"
    OPERATOR = "operator"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Name who acts, in which campaign, with which scopes and for which purposes.

    ``id`` is a random identifier or a role's name, never a person's name.
    """

    id: str
    kind: ActorKind
    campaign: CampaignId
    scopes: frozenset[str]
    purposes: frozenset[str]

    def may(self, scope: str) -> bool:
        """Tell whether the actor holds ``scope``."""
        return scope in self.scopes


OPERATOR_PURPOSES = frozenset({"administration"})


def operator_in(campaign: CampaignId, purposes: frozenset[str] = OPERATOR_PURPOSES) -> Actor:
    """Return the operator at the command line, acting in ``campaign`` for ``purposes``."""
    return Actor(
        id="operator",
        kind=ActorKind.OPERATOR,
        campaign=campaign,
        scopes=frozenset({"*"}),
        purposes=OPERATOR_PURPOSES | purposes,
    )
