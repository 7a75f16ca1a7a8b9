"""Whether the installation can answer now: a few named checks, cheap enough to be asked every second.

The checks say no more than their names: why one fails is in the technical log and told by ``isoloir doctor``.
"""

import shutil
import threading
import time
from collections.abc import Mapping
from datetime import timedelta

import structlog
from sqlalchemy.exc import SQLAlchemyError

from audit.standing import LogStanding, log_standing
from crypto.campaign_keys import PURPOSES, CampaignKeys
from crypto.provider import KeyProvider
from installation.open import Installation
from kernel.database import Transaction
from kernel.errors import IsoloirError, Misconfigured, Unopenable
from kernel.identity import CampaignId
from kernel.rate import Policy
from kernel.settings import Settings
from keys.load import load_campaign_keys
from migrations.run import is_current

events = structlog.get_logger("readiness")

CHECKS = ("database", "keys", "ledger", "sequencer", "disk", "rates", "serving")
_REMEMBERED = 1.0
_AT_ONCE = 32
"""Campaigns looked at by one probe; the next probe goes on with the others, and comes back to those that failed."""
_MEBIBYTE = 1 << 20
_PROBE = Policy(name="probe", quota=1)


class Readiness:
    """Check the installation, at most once a second."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._lock = threading.Lock()
        self._known: tuple[float, Mapping[str, bool]] = (float("-inf"), {})
        self._failing: frozenset[CampaignId] = frozenset()
        self._next = 0
        self._draining = False

    @property
    def is_draining(self) -> bool:
        """Tell whether the server was told to stop, and only serves on until it does."""
        return self._draining

    def drain(self) -> None:
        """Be ready no more."""
        self._draining = True

    def check(self) -> Mapping[str, bool]:
        """Return each check's name, and whether it holds."""
        with self._lock:
            read_at, found = self._known
            if time.monotonic() - read_at >= _REMEMBERED:
                found = self._look()
                self._known = time.monotonic(), found
        return {**found, "serving": not self._draining}

    def _look(self) -> Mapping[str, bool]:
        failing = set()
        if not self._has_room():
            failing.add("disk")
        try:
            self._installation.eraser.ledger.check_writable()
        except OSError:
            failing.add("ledger")
        try:
            self._installation.buckets.look(_PROBE, "")
        except OSError:
            failing.add("rates")
        try:
            self._installation.provider.current()
        except IsoloirError:
            failing.add("keys")
        try:
            failing |= self._look_at_campaigns()
        except (SQLAlchemyError, IsoloirError, OSError) as error:
            events.warning("readiness_failed", exc_info=error)
            failing.add("database")
        return {name: name not in failing for name in CHECKS}

    def _has_room(self) -> bool:
        settings = self._installation.settings
        try:
            return shutil.disk_usage(settings.data_dir).free >= settings.disk_free_mib * _MEBIBYTE
        except OSError:
            return False

    def _look_at_campaigns(self) -> set[str]:
        failing: set[str] = set()
        failed: set[CampaignId] = set()
        with self._installation.database.directory() as reading:
            if not is_current(reading):
                return {"database"}
            for campaign in self._due(self._installation.campaigns()):
                found = self._look_at(reading, campaign)
                failing |= found
                failed |= {campaign} if found else set()
        self._failing = frozenset(failed)
        return failing

    def _due(self, campaigns: list[CampaignId]) -> list[CampaignId]:
        """Return the campaigns whose turn it is, and those that failed the last time."""
        start = self._next if self._next < len(campaigns) else 0
        self._next = start + _AT_ONCE
        turn = campaigns[start : start + _AT_ONCE]
        return [*turn, *(one for one in campaigns if one in self._failing and one not in turn)]

    def _look_at(self, reading: Transaction, campaign: CampaignId) -> set[str]:
        reading.enter(campaign)
        try:
            keys = open_all_keys(reading, self._installation.provider, campaign)
        except IsoloirError as error:
            events.warning("readiness_failed", campaign=campaign, exc_info=error)
            return {"keys"}
        try:
            standing = log_standing(reading, campaign, keys)
        except IsoloirError as error:
            events.warning("readiness_failed", campaign=campaign, exc_info=error)
            return {"sequencer"}
        failing = set() if self._ledger_holds(campaign, standing) else {"ledger"}
        if standing.lag(self._installation.clock.now()) > longest_lag(self._installation.settings):
            failing.add("sequencer")
        return failing

    def _ledger_holds(self, campaign: CampaignId, standing: LogStanding) -> bool:
        """Tell whether the ledger is as long as the log knew it: a shorter one would bring erased persons back."""
        try:
            return self._installation.eraser.ledger.holds(campaign, standing.erasures)
        except (Misconfigured, OSError):
            return False


def open_all_keys(reading: Transaction, provider: KeyProvider, campaign: CampaignId) -> CampaignKeys:
    """Return a campaign's keys. Raises Unopenable if one does not open, or none is active for a purpose."""
    keys = load_campaign_keys(reading, provider, campaign)
    if {purpose for purpose, _ in keys.active_versions()} != PURPOSES:
        raise Unopenable
    return keys


def longest_lag(settings: Settings) -> timedelta:
    """Return how long an entry may wait for its number before somebody should look."""
    return timedelta(seconds=60 + 6 * settings.checkpoint_seconds)
