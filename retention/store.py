"""The SQL of the sweep's runs, which tell of nobody."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import insert, select, update

from audit.processing import Processing
from kernel.columns import table_of
from retention.tables import RetentionRun

RUN = table_of(RetentionRun)


def insert_run(processing: Processing, values: dict[str, Any]) -> int:
    """Keep a run that begins."""
    return processing.execute(RUN, insert(RUN), {"campaign_id": processing.campaign, **values})


def unfinished_run(processing: Processing, *, simulated: bool) -> Any | None:  # noqa: ANN401 - a row
    """Return the newest run of this kind that has not ended."""
    mine = RUN.c.campaign_id == processing.campaign, RUN.c.simulated.is_(simulated), RUN.c.finished_at.is_(None)
    rows = processing.look_up(RUN, select(RUN).where(*mine).order_by(RUN.c.started_at.desc()).limit(1))
    return rows[0] if rows else None


def advance_run(processing: Processing, run: UUID, chunks: int, values: dict[str, Any]) -> int:
    """Write how far a run is, if it still has so many chunks: nobody else took it further meanwhile."""
    same = RUN.c.campaign_id == processing.campaign, RUN.c.id == run, RUN.c.chunks == chunks
    return processing.execute(RUN, update(RUN).where(*same).values(values))


def runs_between(processing: Processing, since: datetime, until: datetime, limit: int) -> list[Any]:
    """Return the runs that began within a time, the newest first."""
    within = RUN.c.campaign_id == processing.campaign, RUN.c.started_at >= since, RUN.c.started_at < until
    ordered = select(RUN).where(*within).order_by(RUN.c.started_at.desc(), RUN.c.id).limit(limit)
    return list(processing.look_up(RUN, ordered))
