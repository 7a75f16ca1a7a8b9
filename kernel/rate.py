"""How much somebody may still ask, counted by all processes of a host together in one small file.

A bucket is one number: the instant at which it is full again (the generic cell rate algorithm). A bucket that is full
needs no place, so the file never grows, and a place is free again by itself. The file names nobody: its names are
keyed digests. It is read and written under an advisory lock, which the kernel drops when a process dies, and by plain
reads and writes, because a mapping of a file that somebody cuts ends the process (docs/adr/0015-rate-file.md).
"""

import fcntl
import os
import secrets
import struct
import threading
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import structlog

from kernel.clock import Clock

_MAGIC = b"isoloir rate 1\0\0"
_KEY = slice(16, 48)
_NAME_SIZE = 16
_HEADER_SIZE = 64
_NUMBER = struct.Struct("=Q")
_SLOT = struct.Struct("=16sQ")
_WAYS = 8
_SET_SIZE = _WAYS * _SLOT.size
_SETS = 4_096
_PART_SIZE = _SETS * _SET_SIZE
_FILE_SIZE = _HEADER_SIZE + 2 * _PART_SIZE
_SECOND = 1_000_000
LONGEST = 7 * 86_400
"""No policy looks further back, in seconds: a number beyond it was not written by us."""

events = structlog.get_logger("rate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How much in how many seconds. Whoever is ``known`` has a part of the file that strangers cannot fill."""

    name: str
    quota: int
    seconds: int = 60
    known: bool = True


class Standing(NamedTuple):
    """What is left, in how many seconds all of it is back, and how long to wait; no wait means granted."""

    policy: Policy
    remaining: int
    reset: int
    wait: int


class Buckets:
    """Count what was taken, by all processes that name the same file."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self._threads = threading.Lock()
        self._file: int | None = None
        self._owner = 0
        self._key = b""
        self._checked = 0

    def take(self, policy: Policy, who: str, cost: int = 1) -> Standing:
        """Take ``cost`` from a bucket, or nothing at all if less is left. A cost above the quota takes all of it."""
        now = int(self._clock.now().timestamp() * _SECOND)
        with self._threads:
            file = self._file
            if file is None or abs(now - self._checked) >= _SECOND or self._owner != os.getpid():
                file = self._checked_file(now)
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                return self._take(file, now, policy, who, cost)
            finally:
                fcntl.flock(file, fcntl.LOCK_UN)

    def _take(self, file: int, now: int, policy: Policy, who: str, cost: int) -> Standing:
        text = f"{policy.name}\0{who}".encode(errors="replace")
        name = blake2b(text, digest_size=_NAME_SIZE, key=self._key).digest()
        start = _HEADER_SIZE + policy.known * _PART_SIZE + int.from_bytes(name[:4], "big") % _SETS * _SET_SIZE
        found = os.pread(file, _SET_SIZE, start)
        if len(found) != _SET_SIZE:
            raise OSError("the file of rates was cut")
        place, full_at = _find(found, name, now)
        standing, after = _count(policy, now, full_at, min(cost, policy.quota))
        if (cost and not standing.wait) or after < full_at:
            owner = found[place : place + _NAME_SIZE] if full_at > now else name
            os.pwrite(file, _SLOT.pack(owner, after), start + place)
        return standing

    def look(self, policy: Policy, who: str) -> Standing:
        """Tell how a bucket stands, taking nothing; one unit is waited for if none is left."""
        standing = self.take(policy, who, 0)
        return standing if standing.remaining else Standing(policy, 0, standing.reset, _pause(policy))

    def close(self) -> None:
        """Give the file back."""
        with self._threads:
            self._forget()

    def _checked_file(self, now: int) -> int:
        """Return the file, opened again unless it is still the whole one that its name stands for."""
        if self._file is None or self._owner != os.getpid() or not self._is_whole(self._file):
            self._forget()
            self._file = self._opened()
            self._owner = os.getpid()
        self._checked = now
        return self._file

    def _is_whole(self, file: int) -> bool:
        same = _same_file(file, self._path) and os.fstat(file).st_size == _FILE_SIZE
        return same and os.pread(file, _HEADER_SIZE, 0) == _header_of(self._key)

    def _opened(self) -> int:
        """Open the file, or build it anew, empty, if it is not one of ours: whoever comes later finds it whole."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            size, header = os.fstat(file).st_size, os.pread(file, _HEADER_SIZE, 0)
            if size != _FILE_SIZE or header != _header_of(header[_KEY]):
                if size or self._key:
                    events.warning("rate_file_rebuilt", size=size)
                header = _header_of(secrets.token_bytes(_KEY.stop - _KEY.start))
                os.ftruncate(file, 0)
                os.ftruncate(file, _FILE_SIZE)
                os.pwrite(file, header, 0)
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)
        if self._key and self._key != header[_KEY]:
            events.warning("rate_file_replaced")
        self._key = header[_KEY]
        return file

    def _forget(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None


def _header_of(key: bytes) -> bytes:
    return _MAGIC + key + blake2b(_MAGIC + key, digest_size=_HEADER_SIZE - _KEY.stop).digest()


def _same_file(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _find(found: bytes, name: bytes, now: int) -> tuple[int, int]:
    """Return the place of a bucket and its number: its own, a free one, or, if all are taken, one that it shares.

    Sharing grants less than was promised, never more; throwing somebody else's number out would grant more.
    """
    place = found.find(name)
    if place >= 0 and place % _SLOT.size == 0:
        return place, _NUMBER.unpack_from(found, place + _NAME_SIZE)[0]
    for place in range(0, len(found), _SLOT.size):
        number = _NUMBER.unpack_from(found, place + _NAME_SIZE)[0]
        if not now < number <= now + LONGEST * _SECOND:
            return place, 0
    place = name[-1] % _WAYS * _SLOT.size
    return place, _NUMBER.unpack_from(found, place + _NAME_SIZE)[0]


def _count(policy: Policy, now: int, full_at: int, cost: int) -> tuple[Standing, int]:
    """Return how the bucket stands after ``cost``, and the instant at which it is full again."""
    each = _each(policy)
    most = now + each * policy.quota
    # A number further away than a whole quota is a clock put back or damage: nothing is left then, for one window.
    full_at = now if full_at < now else min(full_at, most)
    lacking = full_at + cost * each - most
    wait = 0
    if lacking > 0:
        wait = _seconds(lacking)
    else:
        full_at += cost * each
    return Standing(policy, (most - full_at) // each, _seconds(full_at - now), wait), full_at


def _each(policy: Policy) -> int:
    return -(-policy.seconds * _SECOND // policy.quota)


def _pause(policy: Policy) -> int:
    return max(1, _seconds(_each(policy)))


def _seconds(microseconds: int) -> int:
    return -(-microseconds // _SECOND)
