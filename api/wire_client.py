"""Client programs, their tokens and what a token endpoint says of itself, on the wire."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from api.wire import NEXT, Line, PurposeWord, Wire

Scope = Annotated[str, StringConstraints(pattern=r"^[a-z]+:[a-z]+(:[a-z_]+)?$", max_length=80)]
Network = Annotated[str, StringConstraints(pattern=r"^[0-9a-fA-F:.]+(/[0-9]{1,3})?$", max_length=50)]
_DAY = 86_400


class NewClient(Wire):
    """A program that may act in this campaign: what, why, from where, until when."""

    name: Line = Field(examples=["newsletter tool"])
    scopes: list[Scope] = Field(
        description="May be narrowed to a data category of GET /v1/law: contacts:read:phone",
        max_length=100,
        examples=[["contacts:read:identity", "contacts:read:email"]],
    )
    purposes: list[PurposeWord] = Field(max_length=50, examples=[["email_campaign"]])
    networks: list[Network] = Field(
        default=[], max_length=50, description="None means from anywhere", examples=[["192.0.2.0/24", "2001:db8::/32"]]
    )
    expires_at: AwareDatetime | None = Field(default=None, examples=["2027-04-01T00:00:00Z"])


class Rotation(Wire):
    """How long the secrets that a client has go on beside the new one."""

    overlap_seconds: int = Field(default=7 * _DAY, ge=0, le=90 * _DAY, examples=[604800])


class NewSecret(Wire):
    """The secret, shown this once."""

    client_id: str = Field(examples=["isoloir_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"])
    client_secret: str = Field(examples=["shown once, when the client was created"])


class KeptSecret(Wire):
    """Since when a secret holds, and until when; never the secret."""

    created_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    expires_at: datetime | None = Field(examples=[None])


class Client(Wire):
    """A client program. Its last use is written at most once an hour."""

    client_id: str = Field(examples=["isoloir_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"])
    name: str = Field(examples=["newsletter tool"])
    scopes: list[str] = Field(examples=[["contacts:read:email"]])
    purposes: list[str] = Field(examples=[["email_campaign"]])
    networks: list[str] = Field(examples=[["192.0.2.0/24"]])
    created_at: datetime = Field(examples=["2026-11-21T20:15:00Z"])
    expires_at: datetime | None = Field(examples=[None])
    last_used_at: datetime | None = Field(examples=["2026-11-21T20:15:00Z"])
    revoked_at: datetime | None = Field(examples=[None])
    secrets: list[KeptSecret] = Field(examples=[[{"created_at": "2026-11-21T20:15:00Z", "expires_at": None}]])


class Clients(Wire):
    """Clients of the campaign, oldest first."""

    clients: list[Client]
    next: str = NEXT


class AuthorizationServer(Wire):
    """What the token endpoint offers (RFC 8414)."""

    issuer: str = Field(examples=["http://127.0.0.1:8000"])
    token_endpoint: str = Field(examples=["http://127.0.0.1:8000/oauth/token"])
    token_endpoint_auth_methods_supported: list[str] = Field(examples=[["client_secret_basic", "client_secret_post"]])
    grant_types_supported: list[str] = Field(examples=[["client_credentials"]])
    response_types_supported: list[str] = Field(examples=[[]])
    scopes_supported: list[str] = Field(examples=[["contacts:read", "contacts:write"]])
    service_documentation: str = Field(examples=["http://127.0.0.1:8000/openapi.json"])


class Token(Wire):
    """An access token (RFC 6749, 5.1)."""

    access_token: str = Field(examples=["eyJhbGciOiJFUzI1NiIsInR5cCI6ImF0K2p3dCJ9.e30.c2ln"])
    token_type: Literal["Bearer"] = Field(examples=["Bearer"])
    expires_in: int = Field(examples=[600])
    scope: str = Field(examples=["contacts:read contacts:write"])


class TokenError(Wire):
    """Why there is no token (RFC 6749, 5.2)."""

    error: Literal["invalid_request", "invalid_client", "unsupported_grant_type", "invalid_scope"] = Field(
        examples=["invalid_client"]
    )
    error_description: str = Field(examples=["the client is not known"])


class TokenOrder(Wire):
    """A form (RFC 6749, 4.4.2); id and secret may stand in HTTP Basic instead."""

    grant_type: Literal["client_credentials"] = Field(examples=["client_credentials"])
    client_id: str | None = Field(default=None, examples=["isoloir_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"])
    scope: str | None = Field(default=None, description="Fewer scopes than the client has", examples=["contacts:read"])
    client_secret: str | None = Field(default=None, examples=["shown once, when the client was created"])
