"""Seal a file in chunks, so that it is never whole in memory, and nothing can be cut, moved, swapped or added.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizár, "Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance", CRYPTO 2015), with the chunks and nonces of the payload of age (C2SP ``age``, v1): 64 KiB of plain
bytes a chunk; the nonce is the chunk's number in eleven bytes and one byte that says whether it is the last. So no
nonce is stored, and none repeats: a file key is random, and seals one file once. Unlike age the chunks are bound to
their place too: campaign, file, number and the flag are associated data.

A file key is kept wrapped by its owner's key: 61 bytes, format, nonce, ciphertext, tag.
"""

import struct
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.aead import (
    IDENTIFIER_SIZE,
    KEY_SIZE,
    NONCE_SIZE,
    OVERHEAD,
    TAG_SIZE,
    draw_keys,
    open_sealed,
    require_size,
    seal,
    unsafe_seal,
)
from kernel.errors import Invalid, Unopenable

FORMAT = 1
CHUNK = 1 << 16
SEALED_CHUNK = CHUNK + TAG_SIZE
WRAPPED_SIZE = 1 + KEY_SIZE + OVERHEAD
_MOST_CHUNKS = 1 << 32
_CHUNK_CONTEXT = struct.Struct(">8sB16s16sIB")
_KEY_CONTEXT = struct.Struct(">8sB16s16s")
_CHUNK_MAGIC = b"isoloirS"
_KEY_MAGIC = b"isoloirF"


def new_file_key() -> bytes:
    """Draw the key of one file."""
    return draw_keys(1)[0]


def wrap_file_key(owner_key: bytes, *, campaign: bytes, file: bytes, key: bytes) -> bytes:
    """Wrap a file's key under its owner's key."""
    require_size(key, KEY_SIZE, "a file key")
    return bytes((FORMAT,)) + seal(owner_key, key, _key_context(campaign, file))


def unsafe_wrap_file_key(owner_key: bytes, *, campaign: bytes, file: bytes, key: bytes, nonce: bytes) -> bytes:
    """Wrap under a given nonce: for vectors only."""
    return bytes((FORMAT,)) + unsafe_seal(owner_key, key, _key_context(campaign, file), nonce)


def unwrap_file_key(owner_key: bytes, *, campaign: bytes, file: bytes, wrapped: bytes) -> bytes:
    """Unwrap a file's key, or raise ``Unopenable``."""
    if len(wrapped) != WRAPPED_SIZE or wrapped[0] != FORMAT:
        raise Unopenable
    return open_sealed(owner_key, wrapped[1:], _key_context(campaign, file))


class ChunkSealer:
    """Seal one file, piece by piece. A chunk is held back until it is known whether it is the last."""

    def __init__(self, key: bytes, *, campaign: bytes, file: bytes) -> None:
        self._place = _Place(key, campaign, file)
        self._held = bytearray()
        self._number = 0
        self._ended = False

    def add(self, piece: bytes) -> Iterator[bytes]:
        """Take more of the file; yield the sealed chunks that this fills and that are not the last."""
        if self._ended:
            raise Invalid("the file has ended: nothing can be added")
        self._held += piece
        while len(self._held) > CHUNK:
            yield self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]

    def end(self) -> bytes:
        """Return the last chunk. It is empty only if the whole file is."""
        if self._ended:
            raise Invalid("the file has ended already")
        self._ended = True
        return self._seal(bytes(self._held), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> bytes:
        sealed = self._place.seal(self._number, plain, last=last)
        self._number += 1
        return sealed


def open_chunks(key: bytes, sealed: Iterable[bytes], *, campaign: bytes, file: bytes) -> Iterator[bytes]:
    """Yield the plain chunks of a file in order, or raise ``Unopenable``.

    That the end is missing is known only at the end: whoever must not show a part opens all chunks first.
    """
    place = _Place(key, campaign, file)
    held: bytes | None = None
    number = 0
    for chunk in sealed:
        if held is not None:
            yield place.open(number, held, last=False)
            number += 1
        held = chunk
    if held is None:
        raise Unopenable
    yield place.open(number, held, last=True)


def open_chunk(key: bytes, sealed: bytes, *, campaign: bytes, file: bytes, number: int, last: bool) -> bytes:
    """Open the one chunk of a file that has this number, or raise ``Unopenable``: for reading from the middle.

    Whether it is the last the caller knows from the length of the sealed whole: what was cut does not open.
    """
    return _Place(key, campaign, file).open(number, sealed, last=last)


class _Place:
    """Where a chunk stands, bound by its seal."""

    def __init__(self, key: bytes, campaign: bytes, file: bytes) -> None:
        require_size(key, KEY_SIZE, "a file key")
        require_size(campaign, IDENTIFIER_SIZE, "a campaign id")
        require_size(file, IDENTIFIER_SIZE, "a file id")
        self._cipher = AESGCM(key)
        self._campaign = campaign
        self._file = file

    def seal(self, number: int, plain: bytes, *, last: bool) -> bytes:
        if number >= _MOST_CHUNKS:
            raise Invalid("a file has too many chunks")
        return self._cipher.encrypt(_nonce(number, last=last), plain, self._context(number, last=last))

    def open(self, number: int, sealed: bytes, *, last: bool) -> bytes:
        # The lengths are part of the form: all chunks but the last are full, and an empty one stands alone.
        length = len(sealed) - TAG_SIZE
        if length > CHUNK or (not last and length != CHUNK) or (last and number and length <= 0):
            raise Unopenable
        try:
            return self._cipher.decrypt(_nonce(number, last=last), sealed, self._context(number, last=last))
        except (InvalidTag, ValueError):
            raise Unopenable from None

    def _context(self, number: int, *, last: bool) -> bytes:
        return _CHUNK_CONTEXT.pack(_CHUNK_MAGIC, FORMAT, self._campaign, self._file, number, last)


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NONCE_SIZE - 1, "big") + bytes((last,))


def _key_context(campaign: bytes, file: bytes) -> bytes:
    require_size(campaign, IDENTIFIER_SIZE, "a campaign id")
    require_size(file, IDENTIFIER_SIZE, "a file id")
    return _KEY_CONTEXT.pack(_KEY_MAGIC, FORMAT, campaign, file)
