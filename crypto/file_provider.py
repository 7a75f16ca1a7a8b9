"""The root key in a file of the operator's: the embedded default."""

import base64
import fcntl
import json
import os
import stat
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from crypto.aead import draw_keys
from crypto.provider import decode_root, unwrap_under, wrap_under
from kernel.errors import Conflict, Misconfigured, NotFound

_FORMAT = 1
_PRIVATE = 0o600
_OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class _Held:
    """What one state of the file holds, and which state of the file it was."""

    mark: tuple[int, int, int]
    roots: Mapping[int, bytes] = field(repr=False)

    @property
    def current(self) -> int:
        return max(self.roots)


class FileProvider:
    """Holds versioned root keys in a JSON file of mode 0600; the highest version is current.

    Other processes see a rotation at their next call. Writers and readers meet at a lock file beside it. What a
    destroyed version leaves on a journalled or copy-on-write disk, or in a copy of the file, is out of our reach.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._held = self._read()

    def __repr__(self) -> str:
        """Show the path, never a key."""
        return f"FileProvider({str(self._path)!r})"

    @classmethod
    def create(cls, path: Path) -> Self:
        """Make the file with one new root, or raise ``Conflict`` if something is there."""
        try:
            _write_new(path, {1: draw_keys(1)[0]})
        except FileExistsError:
            raise Conflict("the root key file exists") from None
        return cls(path)

    def current(self) -> int:
        """Return the highest version."""
        return self._fresh().current

    def versions(self) -> tuple[int, ...]:
        """Return the versions held, oldest first."""
        return tuple(sorted(self._fresh().roots))

    def wrap(self, plain: bytes, context: bytes) -> tuple[int, bytes]:
        """Wrap under the highest version."""
        held = self._fresh()
        return wrap_under(held.roots, held.current, plain, context)

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap under the version named, or raise ``Unopenable``."""
        return unwrap_under(self._fresh().roots, version, wrapped, context)

    def rotate(self) -> int:
        """Add a new root, which becomes current, and return its version."""
        with _locked(self._path, fcntl.LOCK_EX):
            held = _load(self._path)
            version = held.current + 1
            self._held = _replace(self._path, {**held.roots, version: draw_keys(1)[0]})
        return version

    def destroy(self, version: int) -> None:
        """Remove a root for ever. ``Conflict`` for the current one, ``NotFound`` for one not held."""
        with _locked(self._path, fcntl.LOCK_EX):
            held = _load(self._path)
            if version not in held.roots:
                raise NotFound(f"no root key has version {version}")
            if version == held.current:
                raise Conflict("the current root key cannot be destroyed: rotate first")
            self._held = _replace(self._path, {kept: root for kept, root in held.roots.items() if kept != version})

    def _fresh(self) -> _Held:
        if _mark_of(self._path) != self._held.mark:
            self._held = self._read()
        return self._held

    def _read(self) -> _Held:
        with _locked(self._path, fcntl.LOCK_SH):
            return _load(self._path)


@contextmanager
def _locked(path: Path, kind: int) -> Iterator[None]:
    try:
        lock = os.open(path.with_name(path.name + ".lock"), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, _PRIVATE)
    except OSError:
        raise Misconfigured("the lock file beside the root key file cannot be opened") from None
    try:
        fcntl.flock(lock, kind)
        yield
    finally:
        os.close(lock)


def _load(path: Path) -> _Held:
    mark = _mark_of(path)
    try:
        content = json.loads(path.read_bytes())
        known, versions = content["format"] == _FORMAT, content["versions"].items()
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise Misconfigured("the root key file cannot be read") from None
    roots = dict(decode_root(version, encoded) for version, encoded in versions)
    if not known or not roots:
        raise Misconfigured("the root key file has another format, or holds no key")
    return _Held(mark, roots)


def _mark_of(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        raise Misconfigured("the root key file is missing or out of reach") from None
    if not stat.S_ISREG(found.st_mode) or found.st_mode & _OTHERS:
        raise Misconfigured("the root key file must be a plain file that only its owner can read (mode 0600)")
    return found.st_ino, found.st_mtime_ns, found.st_size


def _write_new(path: Path, roots: Mapping[int, bytes]) -> None:
    versions = {str(version): base64.b64encode(root).decode() for version, root in sorted(roots.items())}
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _PRIVATE), "w") as file:
        json.dump({"format": _FORMAT, "versions": versions}, file)
        file.flush()
        os.fsync(file.fileno())
    _sync_directory(path)


def _replace(path: Path, roots: Mapping[int, bytes]) -> _Held:
    """Put a new file in place of the old in one step, then blank the old one's bytes on the disk."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)  # A writer that died left it; the lock says that no other is at work.
    _write_new(fresh, roots)
    with path.open("r+b") as old:
        fresh.replace(path)
        _sync_directory(path)
        old.write(bytes(os.fstat(old.fileno()).st_size))
        old.flush()
        os.fsync(old.fileno())
    return _load(path)


def _sync_directory(path: Path) -> None:
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
