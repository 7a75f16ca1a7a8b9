"""Who comes in, and objections: neither misses the other.

Whoever records somebody asks what they objected to, and whoever keeps an objection looks for whom it is about; on
PostgreSQL neither sees what the other has not committed yet. SQLite has one writer at a time.
"""

from audit.processing import Processing

_LOCK = 0x1513
_TURNS = 0x6F70
_HIGH_BITS = 0x7FFF_FFFF_FFFF_0000


def let_in(processing: Processing) -> None:
    """Begin to record data: wait for objections that are being kept, and let none be until the end.

    Several do so side by side. It is done before origins are declared, before index values and rows are locked, so that
    nobody waits in a circle.
    """
    processing.lock([_incoming(processing)], shared=True)


def let_nobody_in(processing: Processing) -> None:
    """Begin to keep objections and to look for whom they are about: wait for whoever is recording, let nobody begin.

    It is done before keys and contacts are locked, and takes its turn among those who keep objections.
    """
    processing.lock([_incoming(processing), _turns(processing)])


def take_turns(processing: Processing) -> None:
    """Begin to keep objections of one person who is known: one keeper after the other, of all the controller's.

    It is done before that person's key is locked: whoever looks for persons locks theirs afterwards.
    """
    processing.lock([_turns(processing)])


def _incoming(processing: Processing) -> int:
    return _LOCK ^ (processing.campaign.int & _HIGH_BITS)


def _turns(processing: Processing) -> int:
    return _TURNS ^ (processing.controller_id.int & _HIGH_BITS)
