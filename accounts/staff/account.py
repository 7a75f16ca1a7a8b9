"""An account as the room sees it: its row, and what is sealed in it under the person's own key."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Any
from uuid import UUID

from accounts.roles import Role, role_of
from audit.processing import Processing
from crypto.person_keys import subject_references, unwrap_person_keys
from crypto.personal import open_personal, seal_personal
from kernel.actor import Actor, ActorKind
from kernel.errors import Forbidden
from kernel.identity import CampaignId, StaffId
from keys.create import Compartment

PURPOSE = "staff_account"
IDENTITY = "identity"
_REFERENCE = "audit:reference"


class State(StrEnum):
    """Where an account stands: only an active one acts."""

    INVITED = "invited"
    ACTIVE = "active"
    LEFT = "left"


class Part(IntEnum):
    """The sealed parts of an account; the numbers are bound by the seal and never change."""

    IDENTITY = 1
    PASSWORD = 2
    TOTP = 3
    POSITION = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a member of staff is."""

    name: str = field(repr=False)
    email: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class StaffView:
    """An account as managers, the DPO and auditors see it; the identity only for a purpose that may read it."""

    id: StaffId
    role: str
    state: State
    identity: Identity | None
    created_at: Any
    left_on: date | None
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Account:
    """A row with its person key unwrapped."""

    campaign: CampaignId
    row: Any = field(repr=False)
    key: bytes = field(repr=False)

    @property
    def id(self) -> StaffId:
        """Return the account's id."""
        return StaffId(self.row.id)

    @property
    def state(self) -> State:
        """Return where the account stands."""
        return State(self.row.state)

    @property
    def role(self) -> Role:
        """Return the role it has now."""
        return role_of(self.row.role)

    def identity(self) -> Identity:
        """Open name and e-mail."""
        told = json.loads(self._opened(Part.IDENTITY, self.row.identity))
        return Identity(told["name"], told["email"])

    def password(self) -> str | None:
        """Open the password's hash."""
        return None if self.row.password is None else self._opened(Part.PASSWORD, self.row.password).decode()

    def totp(self) -> bytes | None:
        """Open the authenticator's secret."""
        return None if self.row.totp is None else self._opened(Part.TOTP, self.row.totp)

    def place(self, sealed: bytes) -> bytes:
        """Open the position that its owner shares."""
        return self._opened(Part.POSITION, sealed)

    def sealed(self, part: Part, plain: bytes) -> bytes:
        """Seal a part anew."""
        return seal_part(self.key, self.campaign, self.id, part, plain)

    def view(self, *, with_identity: bool) -> StaffView:
        """Return what is shown."""
        row = self.row
        identity = self.identity() if with_identity else None
        return StaffView(self.id, row.role, self.state, identity, row.created_at, row.left_on, row.due_on)

    def _opened(self, part: Part, sealed: bytes) -> bytes:
        return open_personal(
            self.key,
            sealed,
            campaign=self.campaign.bytes,
            person=self.id.bytes,
            compartment=Compartment.STAFF.value,
            field=part.value,
        )


def open_accounts(processing: Processing, rows: Sequence[Any]) -> list[Account]:
    """Unwrap the key of each row."""
    wrapped = [
        (row.id.bytes, Compartment.STAFF.value, row.generation, row.kek_version, row.wrapped_key) for row in rows
    ]
    keys = unwrap_person_keys(processing.keys, wrapped)
    return [Account(processing.campaign, row, key) for row, key in zip(rows, keys, strict=True)]


def seal_part(key: bytes, campaign: CampaignId, staff: StaffId, part: Part, plain: bytes) -> bytes:
    """Seal one part of an account under the person's key."""
    return seal_personal(
        key,
        plain,
        campaign=campaign.bytes,
        person=staff.bytes,
        compartment=Compartment.STAFF.value,
        field=part.value,
    )


def seal_identity(key: bytes, campaign: CampaignId, staff: StaffId, identity: Identity) -> bytes:
    """Seal name and e-mail."""
    told = json.dumps({"name": identity.name, "email": identity.email}, ensure_ascii=False)
    return seal_part(key, campaign, staff, Part.IDENTITY, told.encode())


def references_of(processing: Processing, accounts: Sequence[Account]) -> list[bytes]:
    """Name members of staff in the log, when an entry is about them; it dies with their keys."""
    key = processing.keys.active(_REFERENCE)
    return subject_references(key, [(one.id.bytes, one.key) for one in accounts])


def actor_of(campaign: CampaignId, staff: StaffId, role: Role) -> Actor:
    """Return the actor that a member of staff is, with what the role allows today."""
    return Actor(
        id=str(staff),
        kind=ActorKind.STAFF,
        campaign=campaign,
        scopes=role.scopes,
        purposes=role.purposes,
        staff_role=role.id,
    )


def oneself(campaign: CampaignId, staff: StaffId) -> Actor:
    """Return the actor that may do nothing yet but sign in or enrol."""
    return Actor(
        id=str(staff), kind=ActorKind.STAFF, campaign=campaign, scopes=frozenset(), purposes=frozenset({PURPOSE})
    )


def doorkeeper(campaign: CampaignId) -> Actor:
    """Return the actor under which tries are counted before anybody is known."""
    return Actor(
        id="sign-in", kind=ActorKind.SYSTEM, campaign=campaign, scopes=frozenset(), purposes=frozenset({PURPOSE})
    )


def staff_id_of(actor: Actor) -> StaffId:
    """Return the account of the actor. Raises Forbidden for whoever has none."""
    if actor.kind is not ActorKind.STAFF:
        message = "only a member of staff has an account of one's own"
        raise Forbidden(message)
    return StaffId(UUID(actor.id))


def takes_four_eyes(processing: Processing, account: Account) -> bool:
    """Tell whether to reset or to close an account takes another person: not one only invited, at the command line."""
    only_invited = account.state is State.INVITED and processing.actor.kind is ActorKind.OPERATOR
    return account.role.four_eyes and not only_invited


def demand_scope(actor: Actor, scope: str) -> None:
    """Raise Forbidden unless the actor holds the scope; whoever runs the installation holds all of the staff's."""
    if actor.kind is not ActorKind.OPERATOR and not actor.may(scope):
        message = f"this actor lacks the scope {scope}"
        raise Forbidden(message)
