"""The staff on the wire: signing in, accounts, roles, requests for approval."""

from datetime import date, datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints, WithJsonSchema

from accounts.roles import roles
from accounts.staff.positions import MOST_HOURS
from api.wire import NEXT, Email, Line, Wire, Word

Secret = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Code = Annotated[str, StringConstraints(min_length=6, max_length=40)]
PlainWord = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:~+-]{1,100}$")]
RoleWord = Annotated[Word, WithJsonSchema({"type": "string", "enum": sorted(roles().roles)})]
ActionName = Literal[
    "campaign.close", "export.large", "key.destroy", "staff.role_change", "staff.reset", "request.refuse"
]
_ID = "7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"
_AT = "2026-11-21T20:15:00Z"
_STAFF = "isoloir_staff_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"


class SignIn(Wire):
    """Who signs in: a staff id, or an e-mail address with its campaign; the code is an authenticator's, or a spare."""

    login: Line = Field(examples=[_STAFF])
    campaign: UUID | None = Field(default=None, examples=[_ID])
    password: Secret = Field(examples=["seven words that nobody would guess here"])
    code: Code = Field(examples=["123456"])


class SignedIn(Wire):
    """A session: its token, until when at most, and what the role allows."""

    token: str = Field(examples=["isoloir_session_AAECAwQFBgcICQoL"])
    token_type: Literal["Bearer"] = Field(examples=["Bearer"])
    expires_at: datetime = Field(examples=[_AT])
    idle_minutes: int = Field(description="An unused session ends after so many minutes", examples=[30])
    staff: str = Field(examples=[_STAFF])
    role: str = Field(examples=["manager"])
    scopes: list[str] = Field(examples=[["contacts:read"]])
    purposes: list[str] = Field(examples=[["contact_management"]])


class Credentials(Wire):
    """What one signs in with, asked for again."""

    password: Secret = Field(examples=["seven words that nobody would guess here"])
    code: Code = Field(examples=["123456"])


class PasswordChange(Credentials):
    """One's present password and a code, and the password to have from now on."""

    new_password: Secret = Field(examples=["nine other words that nobody would ever guess here"])


class Session(Wire):
    """One of the caller's sessions; no address and no device are kept."""

    id: UUID = Field(examples=[_ID])
    created_at: datetime = Field(examples=[_AT])
    used_at: datetime = Field(examples=[_AT])
    expires_at: datetime = Field(examples=[_AT])


class Sessions(Wire):
    """The caller's sessions, newest first."""

    sessions: list[Session]


class Ended(Wire):
    """How many sessions were ended."""

    ended: int = Field(examples=[1])


class Enrolment(Wire):
    """The invitation, and the password that its holder chose."""

    invitation: Secret = Field(examples=["isoloir_invitation_AAECAwQFBgcICQoL"])
    password: Secret = Field(examples=["seven words that nobody would guess here"])


class NoticePart(Wire):
    """One part of the notice."""

    title: str = Field(examples=["Vos droits"])
    text: str = Field(examples=["Voir tout ce qui est conservé sur vous."])


class NoticeText(Wire):
    """The notice in one language."""

    title: str = Field(examples=["Vos données de membre de l'équipe"])
    parts: list[NoticePart]


class StaffNotice(Wire):
    """What staff are told of the data kept on them, in French and English."""

    fr: NoticeText
    en: NoticeText


class EnrolmentBegun(Wire):
    """What to set the authenticator up with, and the notice on one's own data."""

    setup: str = Field(examples=["otpauth://totp/Isoloir:7b1cfa1e?secret=ORSXG5A&issuer=Isoloir&digits=6&period=30"])
    notice: StaffNotice


class EnrolmentConfirmation(Wire):
    """The invitation, and the authenticator's present code."""

    invitation: Secret = Field(examples=["isoloir_invitation_AAECAwQFBgcICQoL"])
    code: Code = Field(examples=["123456"])


class RecoveryCodes(Wire):
    """Codes for the day the authenticator is lost: each for one sign-in, shown this once."""

    recovery_codes: list[str] = Field(examples=[["ABCD-EFGH-JKLM-NPQR"]])


class RenewedCodes(SignedIn):
    """The one session that is left, and the codes that replace all others, shown this once."""

    recovery_codes: list[str] = Field(examples=[["ABCD-EFGH-JKLM-NPQR"]])


class NewStaff(Wire):
    """Somebody to invite."""

    name: Line = Field(examples=["Camille Martin"])
    email: Email = Field(examples=["camille.martin@example.org"])
    role: RoleWord = Field(examples=["canvasser"])


class Invitation(Wire):
    """The invitation to hand over: it is good for one enrolment, and is shown this once."""

    id: UUID = Field(examples=[_ID])
    staff: str = Field(examples=[_STAFF])
    invitation: str = Field(examples=["isoloir_invitation_AAECAwQFBgcICQoL"])
    expires_at: datetime = Field(examples=[_AT])


class StaffMember(Wire):
    """An account; name and address only for a purpose that may read them."""

    id: UUID = Field(examples=[_ID])
    role: str = Field(examples=["canvasser"])
    state: Literal["invited", "active", "left"] = Field(examples=["active"])
    name: str | None = Field(examples=["Camille Martin"])
    email: str | None = Field(examples=["camille.martin@example.org"])
    created_at: datetime = Field(examples=[_AT])
    left_on: date | None = Field(examples=[None])
    due_on: date | None = Field(
        description="Once they left, the last day on which the account is kept", examples=[None]
    )


class StaffMembers(Wire):
    """The accounts, oldest first."""

    staff: list[StaffMember]
    next: str = NEXT


class NewPosition(Wire):
    """Where one is, and for how many hours one chooses to share it; without hours a shared position moves."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False, examples=[48.8566])
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False, examples=[2.3522])
    hours: int | None = Field(default=None, ge=1, le=MOST_HOURS, examples=[2])


class SharedUntil(Wire):
    """Until when a position is shared, unless it is withheld before."""

    until: datetime = Field(examples=[_AT])


class Position(Wire):
    """Where a member of staff was last, to some ten metres."""

    staff: UUID = Field(examples=[_ID])
    latitude: float = Field(examples=[48.8566])
    longitude: float = Field(examples=[2.3522])
    until: datetime = Field(examples=[_AT])


class Positions(Wire):
    """Where those are who share it now."""

    positions: list[Position]
    next: str = NEXT


class StaffData(Wire):
    """Everything kept on the caller."""

    account: StaffMember
    sessions: list[Session]
    recovery_codes: int = Field(description="How many are left", examples=[10])
    requests: int = Field(description="Requests for approval made or decided", examples=[0])
    entries: dict[str, int] = Field(description="Entries of the log, by event", examples=[{"staff.signed_in": 2}])
    position: Position | None = Field(description="What one shares now", examples=[None])


class RoleChange(Wire):
    """The role to give."""

    role: RoleWord = Field(examples=["manager"])


class Unlocked(Wire):
    """How many locks were lifted."""

    lifted: int = Field(examples=[1])


class Role(Wire):
    """A role and what it may do."""

    role: str = Field(examples=["canvasser"])
    label_fr: str = Field(examples=["Militant"])
    label_en: str = Field(examples=["Canvasser"])
    does_fr: str = Field(examples=["Va voir ou appelle les personnes."])
    does_en: str = Field(examples=["Visits or calls people."])
    four_eyes: bool = Field(description="Whether giving it takes another person's approval", examples=[False])
    scopes: list[str] = Field(examples=[["contacts:read"]])
    purposes: list[str] = Field(examples=[["canvassing"]])


class Scope(Wire):
    """A scope in words."""

    scope: str = Field(examples=["contacts:read"])
    label_fr: str = Field(examples=["Lire et chercher des contacts"])
    label_en: str = Field(examples=["Reveal and find contacts"])


class RoleTable(Wire):
    """Who may do what."""

    roles: list[Role]
    scopes: list[Scope]


class NewApproval(Wire):
    """What is asked for: an action with its exact parameters, ids and plain words only."""

    action: ActionName = Field(examples=["staff.role_change"])
    parameters: dict[Word, PlainWord] = Field(default={}, max_length=10, examples=[{"staff": _ID, "role": "manager"}])


class RequestedApproval(Wire):
    """A request that was made."""

    id: UUID = Field(examples=[_ID])
    expires_at: datetime = Field(examples=[_AT])
    alone_from: datetime | None = Field(
        description="Nobody else can decide: it may be done from then on, unless the DPO objects", examples=[None]
    )


class Approval(Wire):
    """A request for approval."""

    id: UUID = Field(examples=[_ID])
    action: str = Field(examples=["staff.role_change"])
    parameters: dict[str, str] = Field(examples=[{"staff": _ID, "role": "manager"}])
    standing: Literal["waiting", "approved", "refused", "objected", "used", "expired"] = Field(examples=["waiting"])
    requested_by: str = Field(examples=[_ID])
    requested_at: datetime = Field(examples=[_AT])
    expires_at: datetime = Field(examples=[_AT])
    alone_from: datetime | None = Field(examples=[None])
    decided_by: str | None = Field(examples=[None])
    decided_at: datetime | None = Field(examples=[None])


class Approvals(Wire):
    """The requests that nobody else can decide first, then others still open, then the rest; newest first."""

    approvals: list[Approval]
    next: str = NEXT


class ApprovalDecision(Wire):
    """What somebody else says of a request."""

    decision: Literal["approve", "refuse"] = Field(examples=["approve"])
