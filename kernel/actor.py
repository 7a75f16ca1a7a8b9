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
    staff_role: str | None = None
    """What a member of staff is in the campaign; nobody else has one."""

    @property
    def role(self) -> str:
        """Return what the actor is, as registers tell it: the role of a member of staff, or the kind of actor."""
        return self.staff_role or self.kind.value

    def may(self, scope: str) -> bool:
        """Tell whether the actor holds ``scope``, whole or narrowed to a part such as ``contacts:read:phone``."""
        return scope in self.scopes or any(one.startswith(f"{scope}:") for one in self.scopes)


WORKER = "worker"
_WORKER_PURPOSES = frozenset({"administration"})


def worker_in(campaign: CampaignId) -> Actor:
    """Return the program itself, which does in ``campaign`` what the outbox holds."""
    return Actor(id=WORKER, kind=ActorKind.SYSTEM, campaign=campaign, scopes=frozenset(), purposes=_WORKER_PURPOSES)


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
