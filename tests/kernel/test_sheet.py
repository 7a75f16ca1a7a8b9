"""Rows held column by column read like rows, and travel in PostgreSQL's own form."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import BigInteger, Boolean, Column, Date, Integer, LargeBinary, Text

from kernel.columns import Identifier, Instant
from kernel.sheet import Same, Sheet

CAMPAIGN = UUID(int=1)


def test_a_sheet_reads_like_the_rows_it_was_made_of() -> None:
    rows = [(CAMPAIGN, 1, "a"), (CAMPAIGN, 2, None)]
    for sheet in (Sheet.of_rows(rows), Sheet(2, [Same(CAMPAIGN), [1, 2], ["a", None]])):
        assert (len(sheet), list(sheet), sheet[1], sheet[:1]) == (2, rows, rows[1], rows[:1])
    assert list(Sheet(2, [Same(1), Same(2)])) == [(1, 2), (1, 2)]
    assert len(Sheet(0, [Same(1), []])) == 0


def test_columns_of_different_lengths_make_no_sheet() -> None:
    with pytest.raises(ValueError, match="one value for each row"):
        Sheet(2, [Same(1), [1, 2], [1]])


def test_a_sheet_shows_no_value() -> None:
    assert repr(Sheet(1, [["Durand"]])) == "Sheet(1 rows)"


def test_the_binary_form_is_postgresqls() -> None:
    columns: list[Column[Any]] = [
        Column("campaign", Identifier(), nullable=False),
        Column("number", BigInteger(), nullable=False),
        Column("count", Integer(), nullable=False),
        Column("is_so", Boolean(), nullable=False),
        Column("name", Text(), nullable=True),
        Column("day", Date(), nullable=True),
        Column("at", Instant(), nullable=False),
        Column("sealed", LargeBinary(), nullable=False),
    ]
    second = datetime(2000, 1, 1, 0, 0, 1, tzinfo=UTC)
    parts = [Same(CAMPAIGN), [-1, 2], [7, 7], [True, False], ["é", None], [None, date(2000, 1, 2)], Same(second)]
    written = Sheet(2, [*parts, [b"ab", b""]]).binary(columns)
    start = b"PGCOPY\n\xff\r\n\0" + bytes(8)
    head = b"\0\x08" + b"\0\0\0\x10" + CAMPAIGN.bytes + b"\0\0\0\x08"
    at = b"\0\0\0\x08" + (1_000_000).to_bytes(8, "big")
    one = head + b"\xff" * 8 + b"\0\0\0\x04\0\0\0\x07" + b"\0\0\0\x01\x01" + b"\0\0\0\x02\xc3\xa9" + b"\xff" * 4 + at
    two = head + bytes(7) + b"\x02" + b"\0\0\0\x04\0\0\0\x07" + b"\0\0\0\x01\0" + b"\xff" * 4
    two += b"\0\0\0\x04\0\0\0\x01" + at
    assert written == start + one + b"\0\0\0\x02ab" + two + b"\0\0\0\0" + b"\xff\xff"


def test_an_identifier_may_come_as_its_sixteen_bytes() -> None:
    columns: list[Column[Any]] = [Column("person", Identifier(), nullable=False)]
    assert Sheet(1, [[CAMPAIGN]]).binary(columns) == Sheet(1, [[CAMPAIGN.bytes]]).binary(columns)
