"""Records by hand: seal, open and cut them as the decision record draws them."""

from collections.abc import Sequence

from hypothesis import strategies as st

from crypto.record import Field, Opened, Sealing, amend_record, frame, open_record, seal_record
from tests.crypto.factories import CAMPAIGN, FIELDS, KEY, PERSON

HEADER = 14
OVERHEAD = 28
ANY_FIELDS = st.lists(
    st.builds(Field, st.integers(0, 65535), st.integers(0, 2**32 - 1), st.integers(0, 65535), st.binary(max_size=40)),
    max_size=6,
)


def seal(fields: Sequence[Field] = FIELDS, *, person: bytes = PERSON, revision: int = 4) -> bytes:
    return seal_record(KEY, campaign=CAMPAIGN, person=person, revision=revision, fields=fields)


def framed(key: bytes, person: bytes, revision: int, fields: Sequence[Field], generation: int = 1) -> Sealing:
    """Part the values from what stands in clear, as bulk sealing takes them."""
    kinds = tuple((field.code, field.origin, field.obtained) for field in fields)
    return key, person, revision, frame(kinds, generation), [field.value for field in fields]


def reopen(record: bytes, codes: set[int] | None = None, revision: int = 4) -> list[Opened]:
    return open_record(KEY, campaign=CAMPAIGN, person=PERSON, revision=revision, record=record, codes=codes)


def amend(record: bytes, leave_out: set[int], add: Sequence[Field], generation: int = 1) -> bytes:
    return amend_record(
        KEY,
        campaign=CAMPAIGN,
        person=PERSON,
        revision=4,
        record=record,
        remove=lambda header: header.code in leave_out,
        add=add,
        generation=generation,
    )


def fields_of(opened: Sequence[Opened]) -> list[Field]:
    return [Field(field.code, field.origin, field.obtained, field.value) for field in opened]


def pieces(record: bytes) -> tuple[list[bytes], list[bytes], bytes]:
    """Cut a record by the format as the decision record draws it, without the code under test."""
    count = int.from_bytes(record[1:3], "big")
    tops = [record[3 + HEADER * number : 3 + HEADER * (number + 1)] for number in range(count)]
    start, bodies = 3 + HEADER * count, []
    for top in tops:
        end = start + int.from_bytes(top[-3:], "big") + OVERHEAD
        bodies.append(record[start:end])
        start = end
    return tops, bodies, record[start:]


def put_together(tops: Sequence[bytes], bodies: Sequence[bytes], trailer: bytes) -> bytes:
    return b"\x01" + len(tops).to_bytes(2, "big") + b"".join(tops) + b"".join(bodies) + trailer
