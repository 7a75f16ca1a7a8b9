import pytest
from hypothesis import given
from hypothesis import strategies as st

from files import cells


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("01/02/1953", "1953-02-01"),
        (" 1/2/1953 ", "1953-02-01"),
        ("01-02-1953", "1953-02-01"),
        ("00/00/1953", "1953-00-00"),
        ("00/05/1953", "1953-05-00"),
        ("29/02/2000", "2000-02-29"),
        ("1953-02-01", "1953-02-01"),
        ("1953-02-01T00:00:00", "1953-02-01"),
        ("", ""),
        ("  ", ""),
        ("31/02/1953", None),
        ("29/02/1900", None),
        ("12/13/1953", None),
        ("12/00/1953", None),
        ("01/02/53", None),
        ("01/02/0000", None),
        ("01/02/9999", None),
        ("né en 1953", None),
        ("\u0660\u0661/\u0660\u0662/\u0661\u0669\u0665\u0663", None),
    ],
)
def test_a_french_date_keeps_what_is_unknown_unknown(raw: str, expected: str | None) -> None:
    assert cells.day_first(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12/31/1990", "1990-12-31"),
        ("12/31/1990 09:30 AM", "1990-12-31"),
        ("31/12/1990", None),
        ("1990-12-31", "1990-12-31"),
    ],
)
def test_an_american_date_has_its_month_first(raw: str, expected: str | None) -> None:
    assert cells.month_first(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("75104", "75104"),
        ("2a004", "2A004"),
        ("2B033", "2B033"),
        ("1053", "01053"),
        ("97411", "97411"),
        ("98735", "98735"),
        ("1 53", "01053"),
        ("01 053", "01053"),
        ("2A 004", "2A004"),
        ("974 11", "97411"),
        ("974 411", "97411"),
        ("974 97411", "97411"),
        ("75 75104", "75104"),
        ("", ""),
        (" ", ""),
        ("75", None),
        ("751040", None),
        ("00123", None),
        ("2C004", None),
        ("Paris", None),
        ("Mme Martin", None),
    ],
)
def test_a_commune_is_an_insee_code_or_nothing(raw: str, expected: str | None) -> None:
    assert cells.commune(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("1", "0001"),
        ("0012", "0012"),
        ("a12", "A12"),
        ("75104_0012", "75104_0012"),
        ("", ""),
        ("Martin", None),
        ("1 rue", None),
    ],
)
def test_a_polling_station_stored_in_clear_is_a_code_and_never_a_word(raw: str, expected: str | None) -> None:
    assert cells.polling_station(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("Liste principale", "LP"),
        (" LISTE  COMPLÉMENTAIRE municipale", "LCM"),
        ("lce", "LCE"),
        ("", ""),
        ("liste verte", None),
    ],
)
def test_the_lists_of_the_roll_have_their_three_codes(raw: str, expected: str | None) -> None:
    assert cells.list_type(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"), [("F", "F"), ("masculin", "M"), ("", ""), ("O", None), ("non-binaire", None)]
)
def test_of_sex_only_the_civil_letters_are_kept(raw: str, expected: str | None) -> None:
    assert cells.sex(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (" zoe@example.org ", "zoe@example.org"),
        ("mailto:zoe@example.org", "zoe@example.org"),
        ("zoé.l’hostis+liste@sous.example.fr", "zoé.l’hostis+liste@sous.example.fr"),
        ("", ""),
        ("zoe@example", None),
        ("zoe example.org", None),
        ("zoe@@example.org", None),
        ("a@b.org, c@d.org", None),
        ("zoe@exa mple.org", None),
        ("zoe@-.", None),
    ],
)
def test_an_address_must_have_the_form_of_one(raw: str, expected: str | None) -> None:
    assert cells.email(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("06 39 98 12 34", "06 39 98 12 34"),
        ("+33 (0)6.39-98/12.34", "+33 (0)6.39-98/12.34"),
        ("\u00a006\u00a039981234", "06 39981234"),
        ("", ""),
        ("voir Mme Martin", None),
        ("06", None),
        ("1234567890123456", None),
    ],
)
def test_a_number_must_have_the_form_of_one(raw: str, expected: str | None) -> None:
    assert cells.phone(raw) == expected


def test_words_stand_on_one_line() -> None:
    assert cells.text("  D’Été\u00a0 du\n\tPré\x1f\x07 ") == "D’Été du Pré"


def test_a_note_keeps_its_lines_and_loses_its_control_characters() -> None:
    assert cells.note(" un\ndeux\x1f\x00\u00a0trois ") == "un\ndeux\u00a0trois"


@given(st.text())
def test_no_text_carries_a_control_character_or_an_outer_blank(raw: str) -> None:
    value = cells.text(raw)
    assert value == value.strip()
    assert not any(ord(c) < 32 or 127 <= ord(c) < 160 for c in value)
    assert cells.text(value) == value


@given(st.dates())
def test_every_day_of_our_time_reads_back(day: object) -> None:
    iso = str(day)
    year, month, date = iso.split("-")
    expected = iso if 1850 <= int(year) <= 2150 else None
    assert cells.day_first(f"{date}/{month}/{year}") == expected
    assert cells.month_first(f"{month}/{date}/{year}") == expected


@pytest.mark.parametrize("raw", ["", "false", "No", "non", "0", " F ", "-"])
def test_a_clear_no_is_a_no(raw: str) -> None:
    assert cells.denied(raw)


@pytest.mark.parametrize("raw", ["true", "Y", "oui", "1", "x", "03/04/2024", "peut-être"])
def test_anything_else_is_a_yes(raw: str) -> None:
    assert not cells.denied(raw)
