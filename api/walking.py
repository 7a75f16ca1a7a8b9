"""Walks on the wire: where one begins, and the place that its sealed cursor holds."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query

from api.errors import BadShape
from api.requests import fault
from api.wire import INSTANT
from audit.walk import Walk

UpdatedSince = Annotated[
    str | None,
    Query(pattern=INSTANT, description="RFC 3339; a cursor goes before it", examples=["2026-11-21T20:15:00Z"]),
]


def place_of(walk: Walk) -> list[str | None]:
    """Return a walk as plain values, for a cursor."""
    moving = walk.moving_from
    return [walk.at.isoformat(), str(walk.after), None if moving is None else moving.isoformat()]


def walk_at(place: list[Any]) -> Walk:
    """Return the walk that a cursor holds."""
    at, after, moving = place
    return Walk(datetime.fromisoformat(at), UUID(after), None if moving is None else datetime.fromisoformat(moving))


def instant_of(text: str, name: str) -> datetime:
    """Return the instant that a text means. Raises BadShape for a day or an hour that there is not."""
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadShape([fault("datetime", (name,))]) from None


def walk_since(text: str | None) -> Walk | None:
    """Return the walk that begins at an instant, None for none. Raises BadShape."""
    return None if text is None else Walk(instant_of(text, "updated_since"))
