"""Who holds the root key: the protocol, and the provider that reads it from the environment."""

import base64
import os
import struct
from collections.abc import Mapping
from typing import Protocol

from crypto.aead import KEY_SIZE, NONCE_SIZE, open_sealed, unsafe_seal
from kernel.errors import Misconfigured, Unopenable

_MAGIC = b"isoloirR"
_FORMAT = 1
_CONTEXT = struct.Struct(">8sBI")
HIGHEST_VERSION = 0xFFFFFFFF


class KeyProvider(Protocol):
    """Wraps campaign keys under a versioned root that never leaves it."""

    def current(self) -> int:
        """Return the version that wraps now."""
        ...

    def versions(self) -> tuple[int, ...]:
        """Return the versions that still unwrap, oldest first."""
        ...

    def wrap(self, plain: bytes, context: bytes) -> tuple[int, bytes]:
        """Wrap under the current version; the context is bound, not stored."""
        ...

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap under the version named, or raise ``Unopenable``."""
        ...

    def rotate(self) -> int:
        """Make a new version current and return it; older ones go on unwrapping."""
        ...

    def destroy(self, version: int) -> None:
        """Remove a version for ever. ``Conflict`` for the current one, ``NotFound`` for one not held."""
        ...


class EnvironmentProvider:
    """Holds root keys given as text, ``1:<base64>,2:<base64>``; the highest version is current."""

    def __init__(self, text: str) -> None:
        self._roots = _parse(text)

    def __repr__(self) -> str:
        """Show the versions, never a key."""
        return f"EnvironmentProvider({list(self._roots)})"

    def current(self) -> int:
        """Return the highest version."""
        return max(self._roots)

    def versions(self) -> tuple[int, ...]:
        """Return the versions held, oldest first."""
        return tuple(sorted(self._roots))

    def wrap(self, plain: bytes, context: bytes) -> tuple[int, bytes]:
        """Wrap under the highest version."""
        return wrap_under(self._roots, self.current(), plain, context)

    def unwrap(self, version: int, wrapped: bytes, context: bytes) -> bytes:
        """Unwrap under the version named, or raise ``Unopenable``."""
        return unwrap_under(self._roots, version, wrapped, context)

    def rotate(self) -> int:
        """Refuse: a program cannot change the environment it was started with."""
        raise Misconfigured(
            "the root key comes from the environment: append ,<version>:<32 random bytes in base64> there,"
            " restart, and run the rotation again"
        )

    def destroy(self, version: int) -> None:
        """Refuse: a program cannot change the environment it was started with."""
        raise Misconfigured(
            f"the root key comes from the environment: remove version {version} there and wherever it is kept,"
            " then restart"
        )


def wrap_under(roots: Mapping[int, bytes], version: int, plain: bytes, context: bytes) -> tuple[int, bytes]:
    """Wrap under one of the roots."""
    return version, unsafe_wrap_under(roots, version, plain, context, os.urandom(NONCE_SIZE))


def unsafe_wrap_under(roots: Mapping[int, bytes], version: int, plain: bytes, context: bytes, nonce: bytes) -> bytes:
    """Wrap under a given nonce: for vectors only."""
    return unsafe_seal(roots[version], plain, _associated(version, context), nonce)


def unwrap_under(roots: Mapping[int, bytes], version: int, wrapped: bytes, context: bytes) -> bytes:
    """Unwrap under one of the roots, or raise ``Unopenable``, also for a version destroyed or never held."""
    root = roots.get(version)
    if root is None:
        raise Unopenable
    return open_sealed(root, wrapped, _associated(version, context))


def decode_root(version: str, encoded: str) -> tuple[int, bytes]:
    """Read one version and its key in base64, or raise ``Misconfigured``."""
    try:
        number, root = int(version), base64.b64decode(encoded, validate=True)
    except (ValueError, TypeError):
        raise Misconfigured("a root key is not written as <version>:<base64>") from None
    if not 1 <= number <= HIGHEST_VERSION or len(root) != KEY_SIZE:
        raise Misconfigured(f"a root key has a version from 1 and {KEY_SIZE} bytes")
    return number, root


def _parse(text: str) -> dict[int, bytes]:
    roots: dict[int, bytes] = {}
    for part in text.split(","):
        version, _, encoded = part.strip().partition(":")
        number, root = decode_root(version, encoded)
        if number in roots:
            raise Misconfigured(f"two root keys have version {number}")
        roots[number] = root
    return roots


def _associated(version: int, context: bytes) -> bytes:
    return _CONTEXT.pack(_MAGIC, _FORMAT, version) + context
