"""The erasure ledger: outside the database, so that a restored backup cannot bring back whom it never knew erased.

One append-only file per campaign. A line says that the erasure of a person, named by a digest of its random id, is
*meant* or *done*; intent comes first, so that an erasure interrupted anywhere is completed at the next start, on the
ground it was asked on.
"""

import hashlib
import os
import re
from collections.abc import Iterable
from pathlib import Path

from kernel.errors import Invalid, Misconfigured
from kernel.gate import Gate
from kernel.identity import CampaignId, PersonId

MEANT = "meant"
DONE = "done"
_CONTEXT = b"isoloir erasure v1"
_STAFF_CONTEXT = b"isoloir erasure of staff v1"
_DIGEST_LENGTH = 64
NO_LONGER_NEEDED = "no_longer_needed"
"""The ground that a line stands for when it names none (GDPR art. 17(1)(a))."""
_GROUND = re.compile(r"[a-z_]{1,32}")
_LONGEST_LINE = 2 * (_DIGEST_LENGTH + 40)


class Ledger:
    """Remember who was erased."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._gate = Gate(directory / "ledger.gate")
        self._measured: dict[CampaignId, tuple[int, int]] = {}

    def mean(self, campaign: CampaignId, digests: Iterable[str], ground: str = NO_LONGER_NEEDED) -> None:
        """Write down, durably, that the persons of these digests are to be erased, and on which ground."""
        if not _GROUND.fullmatch(ground):
            message = "a ground of erasure is one of the pack's words"
            raise Invalid(message)
        named = "" if ground == NO_LONGER_NEEDED else f" {ground}"
        self._append(campaign, MEANT, (digest + named for digest in digests))

    def complete(self, campaign: CampaignId, digests: Iterable[str]) -> None:
        """Write down, durably, that they are erased."""
        self._append(campaign, DONE, digests)

    def size(self, campaign: CampaignId) -> int:
        """Return how many lines the ledger of a campaign has; signed checkpoints carry it."""
        return len(self._lines(campaign))

    def holds(self, campaign: CampaignId, lines: int) -> bool:
        """Tell whether the ledger has at least so many lines.

        A file as long as it was when it was last read is not read again. Raises Misconfigured, OSError.
        """
        try:
            length = self._path(campaign).stat().st_size
        except FileNotFoundError:
            return lines == 0
        known = self._measured.get(campaign, (-1, 0))
        if known[0] != length:
            known = self._measured[campaign] = length, self.size(campaign)
        return known[1] >= lines

    def check_writable(self) -> None:
        """Raise OSError unless lines can be added; nothing is written."""
        os.close(os.open(self._directory / "ledger.gate", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
        for path in self._directory.glob("*.ledger"):
            os.close(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC))

    def unfinished(self, campaign: CampaignId) -> dict[str, str]:
        """Return the digests of persons whose erasure was meant and is not known done, each with its ground."""
        meant: dict[str, str] = {}
        for state, digest, ground in self._lines(campaign):
            if state == MEANT:
                meant[digest] = ground
            else:
                meant.pop(digest, None)
        return meant

    def erased(self, campaign: CampaignId) -> dict[str, str]:
        """Return the digest of everybody whose erasure was ever meant, each with its ground: what a restore replays."""
        return {digest: ground for state, digest, ground in self._lines(campaign) if state == MEANT}

    def _append(self, campaign: CampaignId, state: str, digests: Iterable[str]) -> None:
        lines = "".join(f"{state} {digest}\n" for digest in digests).encode()
        path = self._path(campaign)
        with self._gate.held():
            is_new = not path.exists()
            _append_durably(path, lines)
            if is_new:
                _sync_folder(self._directory)

    def _lines(self, campaign: CampaignId) -> list[tuple[str, str, str]]:
        try:
            text = self._path(campaign).read_text(encoding="ascii")
        except FileNotFoundError:
            return []
        # What follows the last line's end is being written, or was when the power went: it was never relied on.
        return [_read(line) for line in text[: text.rfind("\n") + 1].splitlines()]

    def _path(self, campaign: CampaignId) -> Path:
        return self._directory / f"{campaign}.ledger"


def person_digest(campaign: CampaignId, person: PersonId, *, staff: bool = False) -> str:
    """Name a person in the ledger: the digest of an id that is itself random, another for staff than for a contact."""
    return hashlib.sha256((_STAFF_CONTEXT if staff else _CONTEXT) + campaign.bytes + person.bytes).hexdigest()


def _read(line: str) -> tuple[str, str, str]:
    state, _, told = line.partition(" ")
    digest, named, ground = told.partition(" ")
    is_known = state == MEANT or (state == DONE and not named)
    if not is_known or len(digest) != _DIGEST_LENGTH or (named and not _GROUND.fullmatch(ground)):
        message = "a line of the erasure ledger has another form: it was cut or written over"
        raise Misconfigured(message)
    return state, digest, ground or NO_LONGER_NEEDED


def _append_durably(path: Path, lines: bytes) -> None:
    """Append all of ``lines`` or nothing: half a line would stop every later start."""
    with open(path, "ab", buffering=0, opener=_open_private) as file:
        end = _whole_lines(path)
        file.truncate(end)
        try:
            written = file.write(lines)
            os.fsync(file.fileno())
        except OSError:
            file.truncate(end)
            raise
        if written != len(lines):
            file.truncate(end)
            message = "the erasure ledger could not be written whole"
            raise Misconfigured(message)


def _whole_lines(path: Path) -> int:
    """Return where the last whole line ends: half a line is what a crash left of an intent nobody acted on."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(max(0, size - _LONGEST_LINE))
        tail = file.read()
    return size - len(tail) + tail.rfind(b"\n") + 1


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
