"""Where things stand in a packed record, format 1; all numbers big-endian.

::

    record  = format u8, count u16, header * count, body * count, trailer
    header  = format u8, generation u8, code u16, slot u8, origin u32, obtained u16, length u24
    body    = nonce 12, ciphertext (length, of the padded value), tag 16
    trailer = nonce 12, tag 16

Nothing here is secret and nothing is proved: ``crypto.record`` seals and checks.
"""

import struct
from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import lru_cache
from typing import NamedTuple

from crypto.aead import NONCE_SIZE, OVERHEAD, TAG_SIZE
from kernel.errors import Invalid, Unopenable

FORMAT = 1
EPOCH = date(2000, 1, 1)
_LAST_DAY = 0xFFFF
_LEAST_ROOM = 16
_END = b"\x80"
_SHORT = 256
_SLOT_BITS = 16  # Wider than a slot: the header refuses the slot that does not fit before it could meet the next code.

PREFIX = struct.Struct(">BH")
HEADER = struct.Struct(">BBHBIHBH")  # The length is a byte and two bytes: struct has no u24.
_HEADER_SIZE = HEADER.size
_SHORT_TABLE = 64 * _HEADER_SIZE
"""What is kept of headers is kept of so many at most, so that it stays small."""


class Header(NamedTuple):
    """What a record says of a field in clear. Bound by the seal, but not checked until something is opened."""

    generation: int
    code: int
    slot: int
    origin: int
    obtained: int
    length: int


class Spot(NamedTuple):
    """One field in a record: its header as it is written and read, where its nonce, its body and its tag stand."""

    written: bytes
    header: Header
    nonce: slice
    body: slice
    tag: slice
    whole: slice


class Chosen(NamedTuple):
    """Some fields of all records with the same headers, column by column; a place is header, nonce and body."""

    places: tuple[tuple[bytes, slice, slice], ...]
    codes: tuple[int, ...]
    slots: tuple[int, ...]
    origins: tuple[int, ...]
    obtained: tuple[int, ...]


class Layout(NamedTuple):
    """A record cut up: its headers as they are written, where its fields stand, their tags, its trailer."""

    table: bytes
    spots: tuple[Spot, ...]
    tags: bytes
    trailer: bytes


Kind = tuple[int, int, int]
"""What a header says before the value is known: code, number of the origin, days since 2000-01-01."""


class Form(dict[int, tuple[bytes, bytes]]):
    """The padding and the header of one field, by the length of its value; those of short values are kept."""

    __slots__ = ("_generation", "_kind", "_slot")

    def __init__(self, kind: Kind, slot: int, generation: int) -> None:
        super().__init__()
        self._kind = kind
        self._slot = slot
        self._generation = generation

    def __missing__(self, length: int) -> tuple[bytes, bytes]:
        code, origin, obtained = self._kind
        filling = padding(length)
        room = length + len(filling)
        try:
            header = HEADER.pack(
                FORMAT, self._generation, code, self._slot, origin, obtained, room >> 16, room & 0xFFFF
            )
        except struct.error:
            raise Invalid("a field's code, slot, origin, date or length does not fit the record") from None
        if length < _SHORT:
            self[length] = filling, header
        return filling, header


Frame = tuple[Form, ...]
"""The fields of a record, in order, without their values; the records of one import share one or a few."""


@lru_cache(128)
def frame(kinds: tuple[Kind, ...], generation: int) -> Frame:
    """Return the frame of a record with these fields and no others."""
    return frame_beside((), kinds, generation)


def frame_beside(headers: Collection[Header], kinds: Sequence[Kind], generation: int) -> Frame:
    """Return the frame of fields that join those of ``headers``, each in the lowest slot of its code that is free."""
    taken = {(header.code << _SLOT_BITS) + header.slot for header in headers}
    forms = []
    for kind in kinds:
        spot = first = kind[0] << _SLOT_BITS
        while spot in taken:
            spot += 1
        taken.add(spot)
        forms.append(Form(kind, spot - first, generation))
    return tuple(forms)


def cut(record: bytes) -> Layout:
    """Cut a record up, or raise ``Unopenable`` if its formats are unknown or its lengths do not add up exactly."""
    table, spots, end = _read(record)
    return Layout(table, spots, b"".join([record[spot.tag] for spot in spots]), record[end:])


def _read(record: bytes) -> tuple[bytes, tuple[Spot, ...], int]:
    """Return the headers as written and read, and where the trailer begins; ``Unopenable`` as ``cut`` says."""
    try:
        form, count = PREFIX.unpack_from(record)
    except struct.error:
        raise Unopenable from None
    table = record[PREFIX.size : PREFIX.size + count * _HEADER_SIZE]
    spots = spots_of(table)
    end = spots[-1].body.stop if spots else PREFIX.size
    if form != FORMAT or len(spots) != count or len(record) != end + OVERHEAD:
        raise Unopenable
    return table, spots, end


def spots_of(table: bytes) -> tuple[Spot, ...]:
    """Return where the fields of these headers stand, or raise ``Unopenable``; records of one import share few."""
    return _kept_spots(table) if len(table) <= _SHORT_TABLE else _spots(table)


def chosen_among(table: bytes, codes: frozenset[int] | None) -> Chosen:
    """Return those fields of these headers whose code is one of ``codes``, or all; ``Unopenable`` as ``spots_of``."""
    return _kept_chosen(table, codes) if len(table) <= _SHORT_TABLE else _chosen(table, codes)


def _chosen(table: bytes, codes: frozenset[int] | None) -> Chosen:
    spots = [spot for spot in spots_of(table) if codes is None or spot.header.code in codes]
    return Chosen(
        places=tuple([(spot.written, spot.nonce, spot.body) for spot in spots]),
        codes=tuple([spot.header.code for spot in spots]),
        slots=tuple([spot.header.slot for spot in spots]),
        origins=tuple([spot.header.origin for spot in spots]),
        obtained=tuple([spot.header.obtained for spot in spots]),
    )


def _spots(table: bytes) -> tuple[Spot, ...]:
    try:
        rows = list(HEADER.iter_unpack(table))
    except struct.error:
        raise Unopenable from None
    spots, start = [], PREFIX.size + len(table)
    for number, (form, generation, code, slot, origin, obtained, high, low) in enumerate(rows):
        if form != FORMAT:
            raise Unopenable
        written = table[number * _HEADER_SIZE : (number + 1) * _HEADER_SIZE]
        header = Header(generation, code, slot, origin, obtained, high << 16 | low)
        middle, end = start + NONCE_SIZE, start + header.length + OVERHEAD
        body, tag = slice(middle, end), slice(end - TAG_SIZE, end)
        spots.append(Spot(written, header, slice(start, middle), body, tag, slice(start, end)))
        start = end
    return tuple(spots)


_kept_spots = lru_cache(1 << 12)(_spots)
_kept_chosen = lru_cache(1 << 12)(_chosen)


def padding(length: int) -> bytes:
    """Return what lengthens a value to 16, 32, 64... bytes (a one-bit and zeros, ISO/IEC 9797-1 method 2).

    Exact lengths named seven rows in eight of a stolen roll to whoever had the public one (bench/small_cells.py).
    """
    room = max(_LEAST_ROOM, 1 << length.bit_length())
    return _END.ljust(room - length, b"\0")


def unpad(padded: bytes) -> bytes:
    """Return the value that was padded, or raise ``Unopenable``."""
    value = padded.rstrip(b"\0")
    if value[-1:] != _END:
        raise Unopenable
    return value[:-1]


def headers(record: bytes) -> list[Header]:
    """Read what a record says of its fields, without a key and so without a proof."""
    return [spot.header for spot in cut(record).spots]


def highest_code(record: bytes) -> int:
    """Return the highest code among a record's fields, 0 where it has none; without a key and so without a proof."""
    try:
        _, count = PREFIX.unpack_from(record)
    except struct.error:
        raise Unopenable from None
    return _highest(record[PREFIX.size : PREFIX.size + count * _HEADER_SIZE])


@lru_cache(1 << 12)
def _highest(table: bytes) -> int:
    return max([spot.header.code for spot in spots_of(table)], default=0)


def origins_of(record: bytes, codes: Collection[int] | None = None) -> frozenset[int]:
    """Return the numbers of the origins that a record's fields, or those of ``codes``, come from: without a proof."""
    table = _read(record)[0]
    return _origins(table, None if codes is None else frozenset(codes))


@lru_cache(1 << 12)
def _origins(table: bytes, codes: frozenset[int] | None) -> frozenset[int]:
    return frozenset([one.header.origin for one in spots_of(table) if codes is None or one.header.code in codes])


def obtained_days(on: date) -> int:
    """Count the days from 2000-01-01, as headers do; ``Invalid`` for a date they cannot hold."""
    days = (on - EPOCH).days
    if not 0 <= days <= _LAST_DAY:
        raise Invalid("the date a datum was obtained on is out of range")
    return days


@lru_cache(1 << 12)
def obtained_date(days: int) -> date:
    """Return the date a header's number of days stands for."""
    return EPOCH + timedelta(days=days)
