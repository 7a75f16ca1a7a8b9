"""Selections are judged clause by clause."""

from datetime import date

from policy.load import load
from policy.selection import CLEAR, NAMES, PLACES, Clause, field_behind, may_match, selection_findings
from policy.words import Reader

FRANCE = load("france", date(2026, 11, 22))
MANAGING = "contact_management"
CLOSED = {
    Clause("last_name", "matches", ("^Ben",)): ["matrix.origin_score"],
    Clause("birthplace", "is", ("Alger",)): ["matrix.birthplace", "forbidden.ethnic_origin"],
    Clause("territory_score", "from", ("3",)): ["field.unknown"],
    Clause("event", "is", ("messe",)): ["forbidden.religion"],
    Clause("custom:religion", "is", ("x",)): ["forbidden.religion"],
    Clause("tag", "in", ("jardin", "musulman")): ["forbidden.religion"],
    Clause("turnout", "is", ("voted",)): ["turnout.second_round"],
}


def rules(*clauses: Clause, purpose: str = MANAGING, second_round_to_come: bool = False) -> list[tuple[str, str]]:
    found = selection_findings(Reader(FRANCE), purpose, clauses, second_round_to_come=second_round_to_come)
    return [(one.field, one.rule) for one in found]


def test_each_closed_clause_is_refused_by_its_rules_and_named() -> None:
    for clause, refused in CLOSED.items():
        assert rules(Clause("category", "is", ("regular",)), clause) == [("clauses.1", rule) for rule in refused]


def test_no_value_hides_behind_another() -> None:
    for values in (("débat public", "iftar"), ("messe", *("x" * 200 for _ in range(99)))):
        assert rules(Clause("event", "in", values)) == [("clauses.0", "forbidden.religion")]
    for pattern in ("m[e]sse", "^(messe)$", "me.?sse"):
        assert rules(Clause("event", "matches", (pattern,))) == [("clauses.0", "forbidden.religion")]
    for unread in ("x" * 20_001, "\ud800"):
        assert rules(Clause("event", "is", (unread,))) == [("clauses.0", "name.unreadable")]


def test_a_place_or_a_gathering_chooses_by_what_it_is() -> None:
    assert rules(Clause("street", "is", ("Maison d'arrêt",))) == [("clauses.0", "forbidden.criminal_record")]
    assert rules(Clause("event", "matches", ("paroisse.*",))) == [("clauses.0", "forbidden.religion")]
    for field, plain in (("street", "rue de la Prison"), ("event", "débat salle du temple"), ("theme", "laïcité")):
        assert rules(Clause(field, "is", (plain,))) == []


def test_what_is_in_clear_and_what_the_purpose_reads_may_choose() -> None:
    clauses = [Clause(field, "is", ("x",)) for field in sorted(CLEAR - {"tag"} | PLACES)]
    assert rules(*clauses, Clause("age", "from", ("60",)), Clause("custom:langue", "is", ("breton",))) == []
    assert rules(Clause("turnout", "is", ("voted",)), second_round_to_come=True) == []


def test_a_purpose_chooses_by_nothing_that_it_does_not_read() -> None:
    found = rules(Clause("city", "is", ("Lyon",)), Clause("age", "from", ("60",)), purpose="canvassing")
    assert found == [("clauses.1", "purpose.undeclared")]
    named = rules(Clause("custom:langue", "is", ("breton",)), purpose="canvassing")
    assert named == [("clauses.0", "purpose.undeclared")]


def test_a_clause_opens_the_field_that_it_is_about() -> None:
    assert [field_behind(Clause(field, "is", ())) for field in ("age", "city", "sex")] == [
        "birth_date",
        "address",
        "sex",
    ]


def test_a_pattern_is_given_for_places_and_themes_and_never_for_a_name() -> None:
    assert all(map(may_match, [*PLACES, "theme", "custom:langue"]))
    assert not any(map(may_match, [*NAMES, "email", "tag"]))


def test_tags_and_own_fields_choose_only_where_the_purpose_is_shown_them() -> None:
    for purpose, refused in (("email_campaign", ["purpose.undeclared"]), ("contact_management", [])):
        for clause in (Clause("tag", "is", ("benevole",)), Clause("custom:team", "is", ("nord",))):
            found = selection_findings(Reader(FRANCE), purpose, [clause], second_round_to_come=True)
            assert [one.rule for one in found] == refused
        place = Clause("commune", "is", ("69123",))
        assert selection_findings(Reader(FRANCE), purpose, [place], second_round_to_come=True) == ()


def test_a_political_word_is_the_purposes_to_close_and_another_is_the_laws() -> None:
    for value, refused in (("sympathisant socialiste", False), ("musulmane pratiquante", True)):
        clause = Clause("support_level", "is", (value,))
        found = selection_findings(Reader(FRANCE), "contact_management", [clause], second_round_to_come=True)
        assert any(one.rule.startswith("forbidden.") and one.rule != "forbidden.political" for one in found) == refused
