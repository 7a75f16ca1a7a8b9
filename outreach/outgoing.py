"""Lists that go out, and persons who are taken out of use: one chunk of a list and one such act never cross.

A chunk reads who may leave and tells of it only with its commit: whoever is restricted, objects, withdraws or is erased
in between would be in it, and nothing that looks for the files they are in would find it. SQLite has one writer at a
time.
"""

from audit.processing import Processing

_LOCK = 0x1512


def let_go_out(processing: Processing) -> None:
    """Begin a chunk of a list: wait for whoever is being taken out of use, and let nobody be until the chunk ends."""
    processing.lock([_number(processing)])


def take_out_of_use(processing: Processing) -> None:
    """Begin to take persons out of use: wait for the chunk that is being written, and let none begin until the end.

    Several do so side by side. It is done before rows are locked; an import does it once a row says so, and where that
    meets an erasure of the same person PostgreSQL itself sees that neither waits for ever.
    """
    processing.lock([_number(processing)], shared=True)


def _number(processing: Processing) -> int:
    return _LOCK ^ (processing.campaign.int & 0x7FFF_FFFF_FFFF_0000)
