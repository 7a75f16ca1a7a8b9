"""Keep Python's cycle collector from walking a bulk job's millions of live values over and over."""

import gc
from collections.abc import Generator
from contextlib import contextmanager

_RARELY = (1_000_000, 20, 100)
"""More than a chunk of rows makes: looking through those of one that is alive costs 2 us a row and finds nothing."""


@contextmanager
def collecting_rarely() -> Generator[None]:
    """Collect cycles rarely: bulk rows hold none, and looking for them took a third of an import's time."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(*_RARELY)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
