"""The layout says where things stand, and refuses what does not add up."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.layout import headers, highest_code, obtained_date, obtained_days, origins_of, padding, unpad
from crypto.record import Field
from kernel.errors import Invalid, Unopenable
from tests.crypto.factories import assert_unopenable
from tests.crypto.records import ANY_FIELDS, seal


@given(st.dates(date(2000, 1, 1), date(2179, 6, 6)))
def test_a_date_comes_back_from_its_number_of_days(on: date) -> None:
    assert obtained_date(obtained_days(on)) == on


@pytest.mark.parametrize("on", [date(1999, 12, 31), date(2179, 6, 7)], ids=str)
def test_a_date_a_header_cannot_hold_is_refused(on: date) -> None:
    with pytest.raises(Invalid):
        obtained_days(on)


def test_an_empty_record_has_no_headers() -> None:
    assert headers(b"\x01\x00\x00" + bytes(28)) == []


def test_a_record_of_another_format_is_unopenable() -> None:
    assert_unopenable(lambda: headers(b"\x02\x00\x00" + bytes(28)))


def test_a_field_of_another_format_is_unopenable() -> None:
    assert headers(b"\x01\x00\x01\x01" + bytes(13) + bytes(56))[0].length == 0
    assert_unopenable(lambda: headers(b"\x01\x00\x01\x02" + bytes(13) + bytes(56)))


def test_more_fields_counted_than_there_are_is_unopenable() -> None:
    assert_unopenable(lambda: headers(b"\x01\x00\x09\x01" + bytes(13)))
    assert_unopenable(lambda: headers(b"\x01\x00\x02\x01" + bytes(13) + bytes(56)))


@given(st.binary(max_size=300))
def test_a_padded_value_comes_back_and_shows_its_length_only_as_a_power_of_two(value: bytes) -> None:
    padded = value + padding(len(value))
    assert unpad(padded) == value
    assert len(padded) >= 16
    assert len(padded).bit_count() == 1


@pytest.mark.parametrize("spoilt", [b"", bytes(16), b"abc".ljust(16, b"\0")], ids=["empty", "zeros", "no mark"])
def test_bytes_without_the_mark_of_padding_do_not_open(spoilt: bytes) -> None:
    with pytest.raises(Unopenable):
        unpad(spoilt)


@given(ANY_FIELDS)
def test_a_record_tells_where_its_fields_come_from_without_a_key(fields: list[Field]) -> None:
    assert origins_of(seal(fields)) == {field.origin for field in fields}


def test_the_highest_code_is_read_without_a_key() -> None:
    assert highest_code(seal([Field(3, 1, 1, b"a"), Field(70, 1, 1, b"b"), Field(5, 1, 1, b"c")])) == 70
    assert highest_code(seal([])) == 0
    assert_unopenable(lambda: highest_code(b"\1"))


def test_more_headers_than_are_kept_are_read_as_well() -> None:
    many = [Field(code, 1, 1, b"a") for code in range(1, 90)]
    assert [header.code for header in headers(seal(many))] == list(range(1, 90))
