"""Selections are judged clause by clause."""

from datetime import date

from policy.load import load
from policy.selection import Clause, selection_findings
from policy.words import Reader

FRANCE = load("france", date(2026, 11, 22))


def test_a_political_word_is_the_purposes_to_close_and_another_is_the_laws() -> None:
    for value, refused in (("sympathisant socialiste", False), ("musulmane pratiquante", True)):
        clause = Clause("support_level", "is", (value,))
        found = selection_findings(Reader(FRANCE), "contact_management", [clause], second_round_to_come=True)
        assert any(one.rule.startswith("forbidden.") and one.rule != "forbidden.political" for one in found) == refused
