"""The packed record: a person's fields, each sealed by itself, and a trailer that binds them together.

The bytes are drawn in ``crypto.layout``. Each body is bound to campaign, table, person and its own header. The trailer
seals nothing and is bound to campaign, table, person, revision, all headers and all tags. A purpose opens only the
fields it discloses, and every opening checks the trailer, so that a field moved, removed, added or put back from an
older revision is noticed. A ciphertext spoilt in its own place is noticed when that field is opened.
"""

import struct
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from crypto.aead import IDENTIFIER_SIZE, KEY_SIZE, NONCE_SIZE, TAG_SIZE, draw_nonces
from crypto.layout import (
    FORMAT,
    PREFIX,
    Chosen,
    Frame,
    Header,
    Layout,
    chosen_among,
    cut,
    frame,
    frame_beside,
    headers,
    obtained_date,
    obtained_days,
    unpad,
)
from kernel.errors import Invalid, Unopenable

__all__ = [
    "Field",
    "Frame",
    "Header",
    "Opened",
    "amend_record",
    "frame",
    "headers",
    "obtained_date",
    "obtained_days",
    "open_record",
    "open_values",
    "seal_record",
    "seal_records",
]

CONTACT_TABLE = 1

_PLACE = struct.Struct(">B16sH16s")
_COUNTED = struct.Struct(">IH")
_FIELD_MAGIC = b"isoloirF"
_TRAILER_MAGIC = b"isoloirT"


class Field(NamedTuple):
    """A field to seal: code, number of its origin, days since 2000-01-01, value."""

    code: int
    origin: int
    obtained: int
    value: bytes

    def __repr__(self) -> str:
        """Show where it comes from, never the value."""
        return f"Field(code={self.code}, origin={self.origin}, obtained={self.obtained})"


class Opened(NamedTuple):
    """A field opened; its slot is its number among those of one code."""

    code: int
    slot: int
    origin: int
    obtained: int
    value: bytes

    def __repr__(self) -> str:
        """Show where it comes from, never the value."""
        return f"Opened(code={self.code}, slot={self.slot}, origin={self.origin}, obtained={self.obtained})"


_Encrypt = Callable[[bytes, bytes, bytes], bytes]
Sealing = tuple[bytes, bytes, int, Frame, Sequence[bytes]]
"""What one record is sealed from: key, person, revision, frame, the value of each field of the frame."""


def seal_record(
    key: bytes, *, campaign: bytes, person: bytes, revision: int, fields: Sequence[Field], generation: int = 1
) -> bytes:
    """Seal a person's fields into one record; ``Invalid`` if one does not fit the format."""
    framed = frame(tuple([field[:3] for field in fields]), generation)
    return seal_records([(key, person, revision, framed, [field.value for field in fields])], campaign=campaign)[0]


def seal_records(entries: Sequence[Sealing], *, campaign: bytes) -> list[bytes]:
    """Seal many records with one call for randomness."""
    nonces = draw_nonces(sum([len(values) + 1 for _, _, _, _, values in entries]))
    return unsafe_seal_records(entries, campaign=campaign, nonces=iter(nonces))


def unsafe_seal_records(entries: Sequence[Sealing], *, campaign: bytes, nonces: Iterator[bytes]) -> list[bytes]:
    """Seal under given nonces, one a field and one for the trailer, record by record: for vectors only."""
    records = []
    for key, person, revision, framed, values in entries:
        place = _place(campaign, person)
        encrypt = _cipher(key).encrypt
        fields = _seal_fields(encrypt, place, framed, values, nonces)
        records.append(_bind(encrypt, place, revision, fields, next(nonces)))
    return records


def open_record(
    key: bytes,
    *,
    campaign: bytes,
    person: bytes,
    revision: int,
    record: bytes,
    codes: Collection[int] | None = None,
) -> list[Opened]:
    """Open the fields of these codes, or all, in their order; ``Unopenable`` if anything is not as it was sealed."""
    chosen, values = open_values(key, campaign=campaign, person=person, revision=revision, record=record, codes=codes)
    return list(map(Opened, chosen.codes, chosen.slots, chosen.origins, chosen.obtained, values))


def open_values(
    key: bytes,
    *,
    campaign: bytes,
    person: bytes,
    revision: int,
    record: bytes,
    codes: Collection[int] | None = None,
) -> tuple[Chosen, list[bytes]]:
    """Open as ``open_record`` does; return what the headers say, column by column, and the values."""
    place = _place(campaign, person)
    cipher = _cipher(key)
    layout = _check(cipher, place, revision, record)
    chosen = chosen_among(layout.table, None if codes is None else frozenset(codes))
    decrypt, field_place = cipher.decrypt, _FIELD_MAGIC + place
    try:
        padded = [decrypt(record[nonce], record[body], field_place + written) for written, nonce, body in chosen.places]
    except InvalidTag:
        raise Unopenable from None
    return chosen, list(map(unpad, padded))


def amend_record(
    key: bytes,
    *,
    campaign: bytes,
    person: bytes,
    revision: int,
    record: bytes,
    remove: Callable[[Header], bool],
    add: Sequence[Field],
    generation: int = 1,
) -> bytes:
    """Take fields out of the record of this revision and add others; the result has the next revision.

    The fields that stay are neither opened nor sealed again: their bytes stay the same.
    """
    place = _place(campaign, person)
    cipher = _cipher(key)
    layout = _check(cipher, place, revision, record)
    kept = [spot for spot in layout.spots if not remove(spot.header)]
    if any(spot.header.generation != generation for spot in kept):
        raise Invalid("the fields of one record are sealed under one generation of the person's key")
    nonces = iter(draw_nonces(len(add) + 1))
    framed = frame_beside([spot.header for spot in kept], [field[:3] for field in add], generation)
    added = _seal_fields(cipher.encrypt, place, framed, [field.value for field in add], nonces)
    bodies = [record[spot.whole] for spot in kept]
    fields = _Fields(
        [spot.written for spot in kept] + added.headers,
        bodies + added.bodies,
        [body[-TAG_SIZE:] for body in bodies] + added.tags,
    )
    return _bind(cipher.encrypt, place, revision + 1, fields, next(nonces))


def _cipher(key: bytes) -> AESGCM:
    if len(key) != KEY_SIZE:
        raise Invalid("a person's key is 32 bytes")
    return AESGCM(key)


def _place(campaign: bytes, person: bytes) -> bytes:
    if len(campaign) != IDENTIFIER_SIZE or len(person) != IDENTIFIER_SIZE:
        raise Invalid("the ids of a campaign and of a person are 16 bytes")
    return _PLACE.pack(FORMAT, campaign, CONTACT_TABLE, person)


class _Fields(NamedTuple):
    """Sealed fields: their headers, their bodies in pieces, and the tags in which the bodies end."""

    headers: list[bytes]
    bodies: list[bytes]
    tags: list[bytes]


def _seal_fields(
    encrypt: _Encrypt, place: bytes, framed: Frame, values: Sequence[bytes], nonces: Iterator[bytes]
) -> _Fields:
    """Seal each value into its field of the frame."""
    place = _FIELD_MAGIC + place
    written: list[bytes] = []
    bodies: list[bytes] = []
    tags = []
    for form, value, nonce in zip(framed, values, nonces):  # noqa: B905 - counted below, so that it costs once
        padding, header = form[len(value)]
        sealed = encrypt(nonce, value + padding, place + header)
        written.append(header)
        bodies += nonce, sealed
        tags.append(sealed[-TAG_SIZE:])
    if not len(tags) == len(values) == len(framed):
        raise Invalid("a record has one value and one nonce for each field of its frame")
    return _Fields(written, bodies, tags)


def _bind(encrypt: _Encrypt, place: bytes, revision: int, fields: _Fields, nonce: bytes) -> bytes:
    """Put the record together and seal its trailer."""
    written, bodies, tags = fields
    table = b"".join(written)
    bound = _bound(place, revision, len(written), table, b"".join(tags))
    return b"".join((PREFIX.pack(FORMAT, len(written)), table, *bodies, nonce, encrypt(nonce, b"", bound)))


def _check(cipher: AESGCM, place: bytes, revision: int, record: bytes) -> Layout:
    """Check the trailer, or raise ``Unopenable``."""
    layout = cut(record)
    bound = _bound(place, revision, len(layout.spots), layout.table, layout.tags)
    try:
        cipher.decrypt(layout.trailer[:NONCE_SIZE], layout.trailer[NONCE_SIZE:], bound)
    except InvalidTag:
        raise Unopenable from None
    return layout


def _bound(place: bytes, revision: int, count: int, table: bytes, tags: bytes) -> bytes:
    try:
        return _TRAILER_MAGIC + place + _COUNTED.pack(revision, count) + table + tags
    except struct.error:
        raise Invalid("a revision or a number of fields does not fit the record") from None
