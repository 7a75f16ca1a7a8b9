"""What the screen promises: all findings, stripped cells, one judge for each shape, and a proof nobody can forge."""

from copy import copy
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.draft import Draft, Origin
from policy.edition import Edition
from policy.findings import Refusal
from policy.load import load
from policy.screen import Clearance, screen

TODAY = date(2026, 11, 21)
FRANCE: Edition = load("france", TODAY)
ROLL = Origin(
    kind="electoral_roll",
    obtained_on=TODAY,
    number=1,
    final_round=date(2027, 4, 25),
    evidence=frozenset({"undertaking"}),
)
NEWSLETTER = Origin(kind="newsletter", obtained_on=TODAY, number=2)
PERSON = Origin(kind="person", obtained_on=TODAY, number=3)
STORED = sorted(name for name, field in FRANCE.fields.items() if field.code is not None)


def regular(*data: tuple[str, str], tags: tuple[str, ...] = ()) -> Draft:
    return Draft(category="regular", origin=NEWSLETTER, data=data, tags=tags)


def test_only_the_screen_makes_a_clearance() -> None:
    with pytest.raises(TypeError, match=r"only policy\.screen\.screen"):
        Clearance(drafts=(), findings=(), edition=FRANCE.digest, shapes=(), examined={}, token=object())


def test_a_clearance_is_not_changed_by_copying() -> None:
    clearance = screen(FRANCE, [], on=TODAY)
    with pytest.raises((TypeError, ValueError)):
        replace(clearance, drafts=(regular(),))  # type: ignore[call-arg]
    with pytest.raises(AttributeError):
        copy(clearance).drafts = ()  # type: ignore[misc]


def test_an_empty_batch_is_cleared_and_empty() -> None:
    clearance = screen(FRANCE, [], on=TODAY)
    assert (clearance.drafts, clearance.findings, clearance.edition) == ((), (), FRANCE.digest)


def test_every_finding_is_told_not_only_the_first() -> None:
    draft = Draft(
        category="prospect",
        origin=Origin(kind="patients", obtained_on=date(2026, 11, 23), number=4),
        data=(
            ("birthplace", "Lyon"),
            ("shoe_size", "42"),
            ("birth_date", "2013-01-01"),
            ("note", "Musulman pratiquant"),
        ),
        tags=("musulmans",),
    )
    clearance = screen(FRANCE, [draft], on=TODAY)
    assert clearance.drafts == (None,)
    assert {(finding.field, finding.rule) for finding in clearance.findings[0]} == {
        ("*", "origin.other_capacity"),
        ("*", "origin.future"),
        ("*", "matrix.minor_under_15"),
        ("birthplace", "matrix.birthplace"),
        ("shoe_size", "field.unknown"),
        ("note", "forbidden.religion"),
        ("tags.0", "forbidden.religion"),
    }


def test_an_unknown_category_and_an_unknown_origin_are_both_told() -> None:
    draft = Draft(category="friend", origin=Origin(kind="somewhere", obtained_on=TODAY, number=5), data=())
    (findings,) = screen(FRANCE, [draft], on=TODAY).findings
    assert [(finding.rule, finding.missing) for finding in findings] == [
        ("category.unknown", "category"),
        ("origin.unknown", "origin"),
    ]


def test_a_category_is_told_even_when_nothing_else_is_wrong() -> None:
    draft = Draft(category="friend", origin=PERSON, data=())
    assert [finding.rule for finding in screen(FRANCE, [draft], on=TODAY).findings[0]] == ["category.unknown"]


def test_a_refused_cell_goes_and_the_others_stay_in_order() -> None:
    draft = regular(
        ("note", "Passer samedi"), ("note", "Musulman pratiquant"), ("last_name", "Martin"), tags=("a", "juifs")
    )
    clearance = screen(FRANCE, [draft], on=TODAY)
    kept = clearance.drafts[0]
    assert kept is not None
    assert kept.data == (("note", "Passer samedi"), ("last_name", "Martin"))
    assert kept.tags == ("a",)
    assert [finding.field for finding in clearance.findings[0]] == ["note.1", "tags.1"]


def test_words_read_with_those_of_others_are_judged_as_though_alone() -> None:
    long = "Passer samedi, elle sera là toute la matinée, puis de nouveau en fin de journée, avant le dîner de son club"
    words = ("Passer samedi", "Musulman pratiquant", long, f"{long}, musulman pratiquant", "")
    drafts = [regular(("note", note), tags=tags) for note in words for tags in ((), ("tractage",))]
    together = screen(FRANCE, drafts, on=TODAY)
    alone = [screen(FRANCE, [draft], on=TODAY) for draft in drafts]
    assert together.drafts == tuple(one.drafts[0] for one in alone)
    assert together.findings == tuple(one.findings[0] for one in alone)
    assert [len(found) for found in together.findings] == [0, 0, 1, 1, 0, 0, 1, 1, 0, 0]


def test_what_the_reviewer_accepted_stays_and_what_is_forbidden_goes_even_so() -> None:
    held, refused = ("note", "Fédération CFDT du Rhône"), ("note", "Musulman pratiquant")
    draft = regular(("last_name", "Petit"), held, refused)
    accepted = replace(draft, accepted=frozenset({held, refused}))
    clearance = screen(FRANCE, [draft, accepted], on=TODAY)
    assert [one and one.data for one in clearance.drafts] == [draft.data[:1], draft.data[:2]]
    assert [{one.rule for one in found} for found in clearance.findings] == [
        {"forbidden.trade_union", "forbidden.religion"},
        {"forbidden.religion"},
    ]


def test_commune_and_polling_station_go_where_no_address_may_be() -> None:
    origin = Origin(kind="social_interaction", obtained_on=TODAY, number=6)
    draft = Draft(category="occasional", origin=origin, data=(), commune="75056", polling_station="12")
    clearance = screen(FRANCE, [draft], on=TODAY)
    kept = clearance.drafts[0]
    assert kept is not None
    assert (kept.commune, kept.polling_station) == (None, None)
    assert [(finding.field, finding.rule) for finding in clearance.findings[0]] == [
        ("commune", "social.content"),
        ("polling_station", "social.content"),
    ]
    nowhere = replace(draft, commune=None, polling_station=None)
    assert screen(FRANCE, [nowhere], on=TODAY).findings == ((),)


def test_a_donor_has_no_place_in_the_contacts() -> None:
    draft = Draft(category="donor", origin=PERSON, data=(), commune="75056")
    fields = [(finding.field, finding.rule) for finding in screen(FRANCE, [draft], on=TODAY).findings[0]]
    assert fields == [("*", "donor.isolated"), ("commune", "matrix.postal_address")]


def test_rows_of_one_shape_are_judged_alike_wherever_they_stand() -> None:
    rows = [
        Draft(
            category="roll",
            origin=ROLL,
            data=(("last_name", f"Nom{n}"), ("birth_date", "1980-05-01"), ("sex", "F"), ("list_type", "LP")),
        )
        for n in range(50)
    ]
    child = replace(
        rows[0], data=(("last_name", "Petit"), ("birth_date", "2015-01-01"), ("sex", "F"), ("list_type", "LP"))
    )
    odd = replace(
        rows[0], data=(("last_name", "Rare"), ("birth_date", "hier"), ("sex", "musulmane"), ("list_type", "LP"))
    )
    clearance = screen(FRANCE, [*rows, child, odd, *rows], on=TODAY)
    assert clearance.drafts[:50] == tuple(rows)
    assert clearance.drafts[52:] == tuple(rows)
    assert clearance.drafts[50] is None
    assert clearance.drafts[51] == replace(odd, data=(("last_name", "Rare"), ("list_type", "LP")))
    assert sorted(clearance.examined) == [50, 51]


def test_two_origins_of_one_kind_are_not_taken_for_each_other() -> None:
    bare = replace(ROLL, evidence=frozenset())
    rows = [Draft(category="roll", origin=origin, data=(("last_name", "Martin"),)) for origin in (ROLL, bare, ROLL)]
    assert [draft is None for draft in screen(FRANCE, rows, on=TODAY).drafts] == [False, True, False]


@given(
    category=st.sampled_from(sorted(FRANCE.categories)),
    kind=st.sampled_from(sorted(FRANCE.origins)),
    names=st.lists(st.sampled_from(sorted(FRANCE.fields)), max_size=8),
)
def test_nothing_the_matrix_forbids_is_ever_cleared(category: str, kind: str, names: list[str]) -> None:
    origin = replace(ROLL, kind=kind, second_round=date(2027, 4, 25))
    draft = Draft(category=category, origin=origin, data=tuple((name, "") for name in names))
    clearance = screen(FRANCE, [draft], on=TODAY)
    kept = clearance.drafts[0]
    if kept is None:
        assert any(finding.field == "*" for finding in clearance.findings[0])
        return
    column = FRANCE.categories[category].column
    for name, _ in kept.data:
        assert FRANCE.rows[FRANCE.fields[name].row].cells[column].code in {"A", "C", "D", "E"}
        assert name in STORED
    assert FRANCE.origins[kind].forbidden is None
    assert len(kept.data) + len([f for f in clearance.findings[0] if f.field != "*"]) >= len(draft.data)


@given(value=st.text(min_size=1, max_size=30))
def test_a_finding_never_repeats_the_value(value: str) -> None:
    secret = f"Zyx{value}"
    draft = regular(("birthplace", secret), ("birth_date", secret), ("accessibility_need", secret), ("shoe", secret))
    clearance = screen(FRANCE, [draft], on=TODAY)
    told = f"{clearance.findings} {Refusal(clearance.findings[0])} {clearance!r} {draft!r}"
    assert clearance.findings[0]
    assert secret not in told


def test_a_refusal_names_its_rules_once_and_carries_all_its_findings() -> None:
    (findings,) = screen(FRANCE, [regular(("birthplace", "x"), ("birthplace", "y"))], on=TODAY).findings
    refusal = Refusal(findings)
    assert str(refusal) == "refused: matrix.birthplace"
    assert refusal.findings == findings


def test_the_advice_of_a_finding_is_in_both_languages() -> None:
    (finding,) = screen(FRANCE, [regular(("birthplace", "x"))], on=TODAY).findings[0]
    assert finding.advice_fr.startswith("La donnée est laissée à la porte")
    assert finding.advice_en.startswith("The datum is left at the door")


def test_a_value_that_many_share_is_judged_as_a_value_and_a_note_of_the_same_words_as_a_note() -> None:
    # "language: fr" holds a word of the lexicon's, and says nothing; as a value its field speaks for it.
    same = [regular(("last_name", "Martin"), ("language", "fr")) for _ in range(3)]
    said = regular(("last_name", "Martin"), ("note", "profession: imam"))
    trade = regular(("last_name", "Martin"), ("profession", "imam"))
    together = screen(FRANCE, [*same, trade, said], on=TODAY)
    alone = [screen(FRANCE, [draft], on=TODAY) for draft in (*same, trade, said)]
    assert together.drafts == tuple(one.drafts[0] for one in alone)
    assert together.findings == tuple(one.findings[0] for one in alone)
    assert not together.examined.keys() & {0, 1, 2}


@given(st.lists(st.sampled_from(["fr", "arabe", "imam", "Musulman", "vote", "bureau de vote"]), min_size=2, max_size=6))
def test_a_draft_is_judged_among_others_as_it_is_alone(texts: list[str]) -> None:
    fields = ("language", "profession", "note", "support_level")
    drafts = [regular((name, text)) for text in texts for name in fields]
    drafts += [regular(("note", f"{name}: {text}")) for text in texts for name in fields]
    together = screen(FRANCE, drafts, on=TODAY)
    alone = [screen(FRANCE, [draft], on=TODAY) for draft in drafts]
    assert together.drafts == tuple(one.drafts[0] for one in alone)
    assert together.findings == tuple(one.findings[0] for one in alone)
