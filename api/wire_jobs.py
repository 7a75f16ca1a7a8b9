"""Webhooks, their deliveries, jobs and dead letters on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from api.wire import NEXT, Wire
from audit.announce import Announcement

Url = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
Events = Annotated[list[Announcement], Field(min_length=1, max_length=50)]
_ID = ["7b1cfa1e-6c5e-4d3d-9c0c-3f2f0e6f6f10"]
_AT = ["2026-11-21T20:15:00.000000Z"]
_URL = ["https://hooks.example.org/isoloir"]
_EVENTS = [["contact.created", "contact.erased"]]
_SECRET = ["whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="]


class NewWebhookEndpoint(Wire):
    """An address that is to be told, and of what."""

    url: Url = Field(description="https, a public host, no user, no fragment", examples=_URL)
    events: Events = Field(examples=_EVENTS)


class WebhookEndpointChange(Wire):
    """What is to change of an endpoint; what is absent stays."""

    url: Url | None = Field(default=None, examples=_URL)
    events: Events | None = Field(default=None, examples=_EVENTS)
    enabled: bool | None = Field(default=None, examples=[True])


class WebhookEndpoint(Wire):
    """An endpoint; its secrets are not shown again."""

    id: UUID = Field(examples=_ID)
    url: str = Field(examples=_URL)
    events: list[str] = Field(examples=_EVENTS)
    enabled: bool = Field(examples=[True])
    disabled_because: Literal["request", "gone", "dead_letters"] | None = Field(examples=[None])
    created_at: datetime = Field(examples=_AT)
    active_from: datetime = Field(description="It hears of what happens from then on", examples=_AT)


class AddedWebhookEndpoint(WebhookEndpoint):
    """A new endpoint with its secret, shown this once."""

    secret: str = Field(examples=_SECRET)


class WebhookEndpoints(Wire):
    """Endpoints of the campaign, oldest first."""

    webhook_endpoints: list[WebhookEndpoint]
    next: str = NEXT


class SecretRotation(Wire):
    """How long the secret before signs too."""

    overlap_hours: int = Field(default=24, ge=0, le=168, examples=[24])


class WebhookSecret(Wire):
    """A new secret, shown this once."""

    secret: str = Field(examples=_SECRET)


class Delivery(Wire):
    """One attempt to deliver a message."""

    id: UUID = Field(examples=_ID)
    message: UUID = Field(description="The task; webhook-id is msg_ and its digits", examples=_ID)
    type: str = Field(examples=["contact.created"])
    attempt: int = Field(examples=[1])
    at: datetime = Field(examples=_AT)
    milliseconds: int = Field(examples=[84])
    outcome: str = Field(examples=["delivered"])
    status_class: str | None = Field(examples=["2xx"])


class Deliveries(Wire):
    """A page of the attempts to deliver to an endpoint, newest first."""

    deliveries: list[Delivery]
    next: str = NEXT


class Job(Wire):
    """A job or a task of the outbox."""

    id: UUID = Field(examples=_ID)
    kind: str = Field(examples=["webhook.deliver"])
    state: Literal["waiting", "running", "dead", "finished", "failed", "cancelled"] = Field(examples=["dead"])
    endpoint: UUID | None = Field(examples=_ID)
    attempts: int = Field(examples=[10])
    created_at: datetime = Field(examples=_AT)
    due_at: datetime | None = Field(examples=_AT)
    finished_at: datetime | None = Field(examples=[None])
    failure: str | None = Field(description="Why the last attempt failed, in a word", examples=["timed_out"])


class Jobs(Wire):
    """A page of jobs, newest first."""

    jobs: list[Job]
    next: str = NEXT


class Queued(Wire):
    """What was put in the outbox."""

    job: UUID = Field(examples=_ID)
