"""Pages: every listing has a limit, a sealed cursor and a link to what follows; its end is an empty page.

A cursor belongs to one campaign, one listing and one filter. It is always given, so that a poller keeps the last one
and asks again later; the link (RFC 8288) stands only on pages that hold something, so that who follows links ends.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

import orjson
from fastapi import Query
from starlette.responses import Response

from api.answers import json_answer
from api.errors import BadShape
from api.requests import fault
from audit.processing import Processing
from crypto.cursor import open_cursor, seal_cursor
from kernel.errors import Unopenable

MOST = 200
Limit = Annotated[int, Query(ge=1, le=MOST, description="The most that one page holds", examples=[50])]
Cursor = Annotated[
    str | None,
    Query(max_length=400, description="The `next` of the page before", examples=[None]),
]
DEFAULT = 50
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Listing:
    """One listing: its path and what narrows it, to which its cursors are bound."""

    path: str
    limit: int
    filters: Mapping[str, str | None] = field(default_factory=dict)

    def place(self, processing: Processing, cursor: str | None) -> list[Any] | None:
        """Return the place that a cursor means, None at the beginning. Raises BadShape for one of another listing."""
        if cursor is None:
            return None
        try:
            plain = open_cursor(processing.keys, context=self._context(), text=cursor)
        except Unopenable:
            raise BadShape([fault("cursor", ("cursor",))]) from None
        place: list[Any] | None = orjson.loads(plain)
        return place

    def cursor(self, processing: Processing, place: Sequence[Any] | None) -> str:
        """Seal a place."""
        return seal_cursor(processing.keys, context=self._context(), plain=orjson.dumps(place))

    def answer(self, name: str, items: Sequence[Any], following: str) -> Response:
        """Answer with a page; the empty one has no link."""
        told = json_answer({name: items, "next": following})
        if items:
            asked = {key: value for key, value in self.filters.items() if value is not None}
            query = urlencode({**asked, "limit": self.limit, "cursor": following})
            told.headers["Link"] = f'<{self.path}?{query}>; rel="next"'
        return told

    def _context(self) -> bytes:
        bound = {name: value for name, value in self.filters.items() if value is not None}
        return hashlib.sha256(orjson.dumps([self.path, bound], option=orjson.OPT_SORT_KEYS)).digest()


def since(at: datetime, one: object) -> list[str]:
    """Return what orders an item by its instant, then by its id."""
    return [at.isoformat(timespec="microseconds"), str(one)]


def since_of(place: Sequence[Any] | None) -> tuple[datetime, UUID] | None:
    """Return the instant and the id of the item whose place ``since`` wrote."""
    return None if place is None else (datetime.fromisoformat(place[0]), UUID(place[1]))


def page_of_registry(
    processing: Processing,
    listing: Listing,
    cursor: str | None,
    items: Sequence[Item],
    number: Callable[[Item], Any],
) -> tuple[list[Item], str]:
    """Cut a page out of a registry, which is small and read whole anyway; return it and the cursor of the next.

    ``number`` is what orders the items: a number, or a list of plain values.
    """
    (after,) = listing.place(processing, cursor) or [None]
    page = sorted((one for one in items if after is None or number(one) > after), key=number)[: listing.limit]
    return page, listing.cursor(processing, [number(page[-1]) if page else after])
