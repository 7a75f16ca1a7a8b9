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

from crypto.aead import OVERHEAD, TAG_SIZE
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


class Header(NamedTuple):
    """What a record says of a field in clear. Bound by the seal, but not checked until something is opened."""

    generation: int
    code: int
    slot: int
    origin: int
    obtained: int
    length: int


class Layout(NamedTuple):
    """A record cut up: its headers read and as written, where its bodies start and end, their tags, its trailer."""

    rows: list[tuple[int, ...]]
    table: bytes
    edges: list[int]
    tags: bytes
    trailer: bytes

    def header(self, number: int) -> Header:
        """Return one header."""
        _, generation, code, slot, origin, obtained, high, low = self.rows[number]
        return Header(generation, code, slot, origin, obtained, high << 16 | low)

    def written(self, number: int) -> bytes:
        """Return one header as it is written."""
        return self.table[number * _HEADER_SIZE : (number + 1) * _HEADER_SIZE]


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
    table, rows = _read(record)
    start = PREFIX.size + len(table)
    edges, tags = [start], []
    for _, _, _, _, _, _, high, low in rows:
        start += (high << 16 | low) + OVERHEAD
        edges.append(start)
        tags.append(record[start - TAG_SIZE : start])
    return Layout(rows, table, edges, b"".join(tags), record[start:])


def _read(record: bytes) -> tuple[bytes, list[tuple[int, ...]]]:
    """Return the headers as written and read; ``Unopenable`` as ``cut`` says."""
    try:
        form, count = PREFIX.unpack_from(record)
        start = PREFIX.size + count * _HEADER_SIZE
        table = record[PREFIX.size : start]
        rows = list(HEADER.iter_unpack(table))
    except struct.error:
        raise Unopenable from None
    lengths = sum([row[6] << 16 | row[7] for row in rows])
    if form != FORMAT or len(rows) != count or len(record) != start + lengths + (count + 1) * OVERHEAD:
        raise Unopenable
    if any([row[0] != FORMAT for row in rows]):  # noqa: C419 - a generator takes twice the time
        raise Unopenable
    return table, rows


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
    layout = cut(record)
    return [layout.header(number) for number in range(len(layout.rows))]


def origins_of(record: bytes, codes: Collection[int] | None = None) -> frozenset[int]:
    """Return the numbers of the origins that a record's fields, or those of ``codes``, come from: without a proof."""
    return frozenset([row[4] for row in _read(record)[1] if codes is None or row[2] in codes])


def obtained_days(on: date) -> int:
    """Count the days from 2000-01-01, as headers do; ``Invalid`` for a date they cannot hold."""
    days = (on - EPOCH).days
    if not 0 <= days <= _LAST_DAY:
        raise Invalid("the date a datum was obtained on is out of range")
    return days


def obtained_date(days: int) -> date:
    """Return the date a header's number of days stands for."""
    return EPOCH + timedelta(days=days)
