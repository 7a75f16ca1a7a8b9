"""Checkpoints (C2SP tlog-checkpoint): the signed size and root of a month's log, and the file that keeps them.

The file stands outside the database, best on another volume: a database rolled back to an older state then contradicts
it. What the file alone cannot show is that its own last checkpoints were cut off; pass ``at_least`` the size known from
elsewhere (a witness, a receipt, the database).
"""

import os
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from errno import ENOSPC
from io import FileIO
from itertools import pairwise
from pathlib import Path
from uuid import UUID

from audit.errors import Tampered
from audit.signed_note import sign, verify
from audit.tree import EMPTY_ROOT, HASH_SIZE, Frontier
from kernel.errors import Invalid

ERASURES = "erasures "
MIN_LINES = 3
MAX_NOTE_BYTES = 8192
ORIGIN = re.compile(r"isoloir/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})/([0-9]{4}-(?:0[1-9]|1[0-2]))")
NUMBER = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """State that the log ``origin`` held ``size`` leaves under ``root``.

    ``extensions`` are further lines; ours is ``erasures <n>``, the size of the erasure ledger at that moment.
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    @property
    def erasures(self) -> int:
        """Return the size of the erasure ledger, 0 where the checkpoint does not say."""
        return next((int(line.removeprefix(ERASURES)) for line in self.extensions if line.startswith(ERASURES)), 0)

    def to_text(self) -> str:
        """Return the note text: origin, size, root, extensions, one a line."""
        lines = (self.origin, str(self.size), b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def origin_of(campaign: UUID, month: str) -> str:
    """Name the log of ``campaign`` in ``month`` (``yyyy-mm``)."""
    origin = f"isoloir/{campaign}/{month}"
    _place_of(origin)
    return origin


def make_checkpoint(origin: str, frontier: Frontier, erasures: int) -> Checkpoint:
    """Describe the present state of a log's tree."""
    return Checkpoint(origin, frontier.size, frontier.root(), (f"{ERASURES}{erasures}",))


def read_checkpoint(text: str) -> Checkpoint:
    """Read a note text back; anything that is not exactly a checkpoint is ``Tampered``."""
    *lines, end = text.split("\n")
    if end or "" in lines or len(lines) < MIN_LINES:
        raise Tampered("this is not the text of a checkpoint")
    origin, size, root, *extensions = lines
    counts = [line.removeprefix(ERASURES) for line in extensions if line.startswith(ERASURES)]
    if len(counts) > 1 or not all(NUMBER.fullmatch(number) for number in (size, *counts)):
        raise Tampered("a number in the checkpoint is malformed")
    checkpoint = Checkpoint(origin, int(size), _read_root(root), tuple(extensions))
    if checkpoint.size == 0 and checkpoint.root != EMPTY_ROOT:
        raise Tampered("an empty log has another root")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, seed: bytes) -> str:
    """Sign a checkpoint under its origin as key name, as the specification advises."""
    return sign(checkpoint.to_text(), checkpoint.origin, seed)


def open_checkpoint(note: str, origin: str, *publics: bytes) -> Checkpoint:
    """Return the checkpoint in ``note`` if one of ``publics`` signed it for the log ``origin``."""
    checkpoint = read_checkpoint(verify(note, origin, *publics))
    if checkpoint.origin != origin:
        raise Tampered("the checkpoint belongs to another log")
    return checkpoint


def check_leaves(leaves: Iterable[bytes], checkpoints: Iterable[Checkpoint]) -> Frontier:
    """Replay ``leaves`` through every checkpoint, oldest first, and return the tree they make.

    Raises ``Tampered`` at the first checkpoint whose root the leaves do not give, or that they do not reach.
    """
    frontier, rest = Frontier(), iter(leaves)
    for checkpoint in checkpoints:
        while frontier.size < checkpoint.size and (leaf := next(rest, None)) is not None:
            frontier.append(leaf)
        if (frontier.size, frontier.root()) != (checkpoint.size, checkpoint.root):
            raise Tampered(f"the log does not agree with its checkpoint of size {checkpoint.size}")
    for leaf in rest:
        frontier.append(leaf)
    return frontier


class CheckpointFile:
    """Keep every checkpoint ever signed, one file per campaign and month, append only.

    One writer at a time: the sequencer, which holds the log's lock.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    def append(self, note: str, origin: str, *publics: bytes) -> Checkpoint:
        """Store ``note`` durably and return its checkpoint.

        Raises ``Tampered`` when it contradicts the last one. A failed write leaves the file as it was.
        """
        checkpoint = open_checkpoint(note, origin, *publics)
        stored = f"{note}\n".encode()
        if len(stored) > MAX_NOTE_BYTES:
            raise Invalid("the signed checkpoint is too long")
        latest = self.latest(origin, *publics)
        if latest is not None:
            _check_order(latest, checkpoint)
        _append_durably(self._path(origin), stored)
        return checkpoint

    def latest(self, origin: str, *publics: bytes) -> Checkpoint | None:
        """Return the last checkpoint, reading only the end of the file; None when the log has none."""
        pieces = _pieces(self._path(origin), last=MAX_NOTE_BYTES)
        return open_checkpoint(_note(*pieces[-2:]), origin, *publics) if pieces else None

    def read(self, origin: str, *publics: bytes, at_least: int = 0) -> tuple[Checkpoint, ...]:
        """Return all checkpoints, oldest first, each verified and none behind the one before.

        Raises ``Tampered`` otherwise, and when the last is smaller than ``at_least``.
        """
        pieces = _pieces(self._path(origin))
        notes = [_note(*pieces[start : start + 2]) for start in range(0, len(pieces), 2)]
        checkpoints = tuple(open_checkpoint(note, origin, *publics) for note in notes)
        for older, newer in pairwise(checkpoints):
            _check_order(older, newer)
        if max((checkpoint.size for checkpoint in checkpoints), default=0) < at_least:
            raise Tampered("the checkpoint file ends before a size that was known")
        return checkpoints

    def set_aside(self, origin: str, mark: str) -> None:
        """Put the checkpoints of a month aside under another name: a restored, older log would contradict them."""
        path = self._path(origin)
        path.rename(path.with_name(f"{path.name}.{mark}"))
        _sync_folders(path.parent)

    def months(self, campaign: UUID) -> tuple[str, ...]:
        """Name the months (``yyyy-mm``) of which checkpoints are kept, oldest first."""
        return tuple(sorted(path.stem for path in (self._directory / str(campaign)).glob("????-??.checkpoints")))

    def _path(self, origin: str) -> Path:
        campaign, month = _place_of(origin)
        return self._directory / campaign / f"{month}.checkpoints"


def _check_order(older: Checkpoint, newer: Checkpoint) -> None:
    if newer.size < older.size or newer.erasures < older.erasures:
        raise Tampered(f"a checkpoint goes back behind size {older.size}")
    if newer.size == older.size and newer.root != older.root:
        raise Tampered(f"two checkpoints of size {older.size} differ")


def _pieces(path: Path, last: int | None = None) -> list[bytes]:
    # Neither a checkpoint's text nor its signatures hold a blank line, so blank lines separate all of them. A note is
    # never longer than ``last``: the final two pieces are whole even when the first was cut by reading only the end.
    try:
        with path.open("rb") as file:
            if last is not None:
                file.seek(max(0, file.seek(0, os.SEEK_END) - last))
            *pieces, end = file.read().split(b"\n\n")
    except FileNotFoundError:
        return []
    if end:
        raise Tampered("the checkpoint file was cut or written over")
    return pieces


def _note(text: bytes, signatures: bytes = b"") -> str:
    try:
        return (text + b"\n\n" + signatures + b"\n").decode()
    except UnicodeDecodeError:
        raise Tampered("the checkpoint file was cut or written over") from None


def _place_of(origin: str) -> tuple[str, str]:
    place = ORIGIN.fullmatch(origin)
    if place is None:
        raise Invalid("this is not the origin of one of our logs")
    return place[1], place[2]


def _read_root(encoded: str) -> bytes:
    try:
        root = b64decode(encoded)
    except ValueError:
        raise Tampered("the root of the checkpoint is malformed") from None
    # Decoders forgive foreign characters and stray last bits: write it again and compare.
    if len(root) != HASH_SIZE or b64encode(root).decode() != encoded:
        raise Tampered("the root of the checkpoint is malformed")
    return root


def _append_durably(path: Path, stored: bytes) -> None:
    is_new = not path.exists()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with open(path, "ab", buffering=0, opener=_open_private) as file:
        end = file.tell()
        try:
            _write_whole(file, stored)
            os.fsync(file.fileno())
        except OSError:
            # Half a note would stop the log for ever; a full disk should stop it only until there is room.
            file.truncate(end)
            raise
    if is_new:
        _sync_folders(path.parent, path.parent.parent)


def _write_whole(file: FileIO, stored: bytes) -> None:
    if file.write(stored) < len(stored):
        raise OSError(ENOSPC, "the checkpoint was not written whole")


def _open_private(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NOFOLLOW, 0o600)


def _sync_folders(*folders: Path) -> None:
    for folder in folders:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
