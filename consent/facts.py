"""The standings as higher rooms may join them, for reading only."""

from consent.store import STANDING

__all__ = ["STANDING"]
