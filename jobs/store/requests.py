"""The SQL of requests that are done once."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Text, bindparam, delete, false, insert, or_, select, true, update

from audit.books import Books
from audit.processing import Processing
from jobs.tables import RequestKey
from kernel.columns import table_of
from kernel.identity import CampaignId
from kernel.prepared import Prepared

REQUEST_KEY = table_of(RequestKey)
_FEW = 16
_NOBODY = str(UUID(int=0))
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")

_INSERT_REQUEST_KEY = Prepared(insert(REQUEST_KEY), REQUEST_KEY.columns.keys())
_NAMING = Prepared(
    select(REQUEST_KEY.c.digest, REQUEST_KEY.c.outcome).where(
        REQUEST_KEY.c.campaign_id == bindparam("campaign", required=False),
        REQUEST_KEY.c.outcome.contains(bindparam("sought", required=False, type_=Text)),
    )
)


def kept_request(processing: Processing, digest: bytes, since: datetime) -> Any | None:  # noqa: ANN401 - a row
    """Return what became of a request, if it was kept after ``since``."""
    key = REQUEST_KEY.c
    here = key.campaign_id == processing.campaign, key.digest == digest, key.created_at > since
    rows = processing.look_up(REQUEST_KEY, select(REQUEST_KEY).where(*here))
    return rows[0] if rows else None


def insert_request(processing: Processing, values: Mapping[str, Any]) -> int:
    """Keep what became of a request."""
    return processing.send(REQUEST_KEY, _INSERT_REQUEST_KEY, [values])


def delete_requests(processing: Processing, until: datetime, digest: bytes | None = None) -> int:
    """Forget requests kept until then: all of them, or one."""
    key = REQUEST_KEY.c
    statement = delete(REQUEST_KEY).where(key.campaign_id == processing.campaign, key.created_at <= until)
    return processing.execute(REQUEST_KEY, statement if digest is None else statement.where(key.digest == digest))


def blank_ids(processing: Processing, ids: Sequence[str]) -> int:
    """Put nobody in the place of these ids, whatever request's outcome names them; return how many did."""
    key, sought = REQUEST_KEY.c, set(ids)
    own = key.campaign_id == processing.campaign
    if len(ids) == 1:
        given = {"campaign": processing.campaign, "sought": ids[0]}
        rows = processing.look_up_prepared(REQUEST_KEY, _NAMING, given)
    else:
        named = or_(false(), *(key.outcome.contains(one) for one in ids)) if len(ids) <= _FEW else true()
        rows = processing.look_up(REQUEST_KEY, select(key.digest, key.outcome).where(own, named))
    blanked = [
        {"b_digest": row.digest, "outcome": _ID.sub(lambda one: _NOBODY if one[0] in sought else one[0], row.outcome)}
        for row in rows
        if not sought.isdisjoint(_ID.findall(row.outcome))
    ]
    statement = update(REQUEST_KEY).where(own, key.digest == bindparam("b_digest"))
    return processing.execute(REQUEST_KEY, statement.values(outcome=bindparam("outcome")), blanked)


def is_any_old(books: Books, campaign: CampaignId, until: datetime) -> bool:
    """Tell whether a request was kept until then."""
    key = REQUEST_KEY.c
    old = select(key.digest).where(key.campaign_id == campaign, key.created_at <= until)
    return bool(books.look_up(old.limit(1)))
