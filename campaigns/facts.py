"""The steps of elections as higher rooms may ask whether there is a new one, for reading only."""

from campaigns.store import ELECTION_CHANGE

__all__ = ["ELECTION_CHANGE"]
