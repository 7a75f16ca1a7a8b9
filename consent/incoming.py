"""Who comes in, and objections: neither misses the other.

Whoever records somebody asks what they objected to, and whoever keeps an objection looks for whom it is about; on
PostgreSQL neither sees what the other has not committed yet. SQLite has one writer at a time.
"""

from audit.processing import Processing

_LOCK = 0x1513


def let_in(processing: Processing) -> None:
    """Begin to record data: wait for objections that are being kept, and let none be until the end.

    Several do so side by side. It is done before index values and rows are locked, so that nobody waits in a circle.
    """
    processing.lock([_number(processing)], shared=True)


def let_nobody_in(processing: Processing) -> None:
    """Begin to keep objections, before anything else is locked: wait for whoever is recording, and let nobody begin."""
    processing.lock([_number(processing)])


def _number(processing: Processing) -> int:
    return _LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)
