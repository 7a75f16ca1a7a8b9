"""Salesforce's two forms of one id."""

from hypothesis import given
from hypothesis import strategies as st

from files.rows import Layout, Use, compile_rows
from files.salesforce import whole_id

SHORT = st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", min_size=15, max_size=15)
"""Worked by hand from the rule that the module states."""
VECTORS = {
    "000000000000000": "000000000000000AAA",
    "aaaaabbbbbccccc": "aaaaabbbbbcccccAAA",
    "AAAAABBBBBCCCCC": "AAAAABBBBBCCCCC555",
    "Aaaaaaaaaaaaaaa": "AaaaaaaaaaaaaaaBAA",  # 1
    "aaaaAaaaaaaaaaa": "aaaaAaaaaaaaaaaQAA",  # 16
    "0035e00000QzXyB": "0035e00000QzXyBAAV",  # The third: Q, X and B, 1 + 4 + 16.
    "001A0000006Vm9r": "001A0000006Vm9rIAC",  # A in the first, 8; V in the third, 2.
}


def test_an_id_of_fifteen_characters_becomes_the_one_of_eighteen() -> None:
    for short, whole in VECTORS.items():
        assert (whole_id(short), whole_id(whole)) == (whole, whole)
    for other in (None, "", "12", "0035e00000QzXy-", "0035e00000QzXyB999", "0035e00000QzXyBAAVA"):
        assert whole_id(other) == other


@given(SHORT, SHORT)
def test_ids_that_differ_by_case_alone_stay_two_and_a_whole_one_says_its_case(short: str, other: str) -> None:
    whole = whole_id(short)
    assert whole is not None
    assert whole[:15] == short
    assert {whole_id(whole.lower()), whole_id(whole.upper()), whole_id(whole)} == {whole}
    assert (whole_id(other) == whole) == (other == short)
    assert whole_id(short.swapcase()) != whole or short == short.swapcase()


def test_two_exports_of_one_base_mean_one_person_and_other_systems_keep_their_ids() -> None:
    def read(system: str, value: str) -> tuple[str, str] | None:
        use = Use(meaning="external_id", column="Id", positions=(0,))
        (row,) = compile_rows(Layout(uses=(use,), external=(system, ("external_id",))), 1)([[value]])
        return row.external

    short, whole = next(reversed(VECTORS.items()))
    assert read("salesforce", short) == read("salesforce", whole) == ("salesforce", whole)
    assert read("nationbuilder", short) == ("nationbuilder", short)
