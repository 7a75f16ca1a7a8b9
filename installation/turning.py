"""The schedule of the root key, so that the day which certificates of erasure name is kept.

A version wraps for half of ``root_rotation_days`` and only opens for the other half: then it is destroyed, and with it
every copy of keys made while it was in force. Whoever was erased meanwhile is in none that opens.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from installation.open import Installation
from kernel.actor import operator_in
from kernel.clock import today
from keys.ages import root_since
from keys.rotate_root import rotate_root


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What the schedule asked for: the version in force, those destroyed, and the day of the next turn."""

    version: int
    destroyed: tuple[int, ...]
    is_new: bool
    next_on: date | None
    """None where no campaign is there yet."""


def turn_root(installation: Installation) -> Turned:
    """Destroy the version whose day has come and bring in a new one; before its day, do nothing.

    A turn that was interrupted is finished first. Done daily, no version outlives its day.
    """
    provider = installation.provider
    current = provider.current()
    since = _since(installation, current)
    if since is None and len(provider.versions()) > 1:
        rotate_root(installation.register, provider, installation.campaigns, operator_in, destroy=False)
        since = _since(installation, current)
    half = timedelta(days=installation.settings.root_rotation_days // 2)
    on = today(installation.clock)
    if since is None or on < since + half:
        return Turned(version=current, destroyed=(), is_new=False, next_on=None if since is None else since + half)
    older = tuple(one for one in provider.versions() if one != current)
    if older:
        rotate_root(installation.register, provider, installation.campaigns, operator_in)
    done = rotate_root(installation.register, provider, installation.campaigns, operator_in, destroy=False)
    return Turned(version=done.version, destroyed=older, is_new=True, next_on=on + half)


def _since(installation: Installation, version: int) -> date | None:
    with installation.database.directory() as reading:
        since = root_since(reading, version)
    return None if since is None else since.date()
