"""When each datum leaves: a table of cases, of the roll and of the person, by how the election went."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from policy.activation import Period
from policy.leaving import Course, Life, Source, Stage, last_day_of, may_stay, needs_person, term_of
from policy.load import load

LAW = load("france", date(2026, 11, 21))
FINAL = date(2027, 3, 21)
GIVEN = date(2026, 11, 1)
PLANNED = Course(final_round=FINAL, second_round=FINAL, second_held=False, over_on=None)
FIRST = replace(PLANNED, final_round=date(2027, 3, 14), second_round=None, over_on=date(2027, 3, 15))
SECOND = replace(PLANNED, second_held=True)
DECIDED = replace(SECOND, over_on=date(2027, 3, 22))
ANNULLED = replace(PLANNED, over_on=date(2027, 1, 10))
TOLD_LATE = replace(SECOND, over_on=date(2028, 1, 1))
ROLL, TURNOUT, LETTER = "electoral_roll", "turnout_list", "newsletter"
UNSAID = date(2027, 4, 21)
THREE_YEARS = date(2029, 11, 2)

CASES: tuple[tuple[str, Course | None, str, dict[str, Any], date | None], ...] = (
    # origin, course, category, what is known of the person -> the first day on which it is not used
    (ROLL, PLANNED, "roll", {}, UNSAID),
    (ROLL, FIRST, "roll", {}, date(2027, 3, 15)),
    (ROLL, SECOND, "roll", {}, UNSAID),
    (ROLL, DECIDED, "roll", {}, date(2027, 3, 22)),
    (ROLL, ANNULLED, "roll", {}, date(2027, 1, 10)),
    (ROLL, TOLD_LATE, "roll", {}, UNSAID),
    (ROLL, DECIDED, "regular", {"last_act": date(2027, 3, 20)}, date(2027, 3, 22)),
    (ROLL, DECIDED, "member", {}, date(2027, 3, 22)),
    (ROLL, None, "roll", {}, date(2026, 11, 2)),
    (TURNOUT, SECOND, "turnout", {}, date(2027, 3, 22)),
    (TURNOUT, PLANNED, "turnout", {}, UNSAID),
    (TURNOUT, FIRST, "turnout", {}, date(2027, 3, 15)),
    (TURNOUT, DECIDED, "turnout", {}, date(2027, 3, 22)),
    ("rented_file", DECIDED, "rented", {}, date(2027, 3, 22)),
    (LETTER, None, "regular", {}, THREE_YEARS),
    (LETTER, None, "regular", {"last_act": date(2027, 5, 3)}, date(2030, 5, 4)),
    (LETTER, None, "regular", {"last_act": date(2020, 5, 3)}, THREE_YEARS),
    (LETTER, DECIDED, "prospect", {}, date(2027, 3, 22)),
    (LETTER, DECIDED, "prospect", {"beyond": True}, THREE_YEARS),
    (LETTER, None, "prospect", {}, THREE_YEARS),
    (LETTER, replace(PLANNED, final_round=date(2035, 1, 1)), "prospect", {}, THREE_YEARS),
    ("petition", None, "occasional", {}, date(2026, 12, 2)),
    ("petition", None, "occasional", {"invited_on": date(2026, 11, 20)}, date(2026, 12, 21)),
    ("membership_form", None, "member", {}, None),
    ("membership_form", None, "member", {"endings": {"end_of_membership": date(2027, 1, 31)}}, date(2027, 1, 31)),
    ("membership_form", None, "former_member", {}, THREE_YEARS),
    ("membership_form", None, "former_member", {"endings": {"end_of_membership": GIVEN}}, date(2029, 11, 1)),
    ("public_office_register", None, "office_holder", {"endings": {"end_of_mandate": GIVEN}}, GIVEN),
    (LETTER, None, "regular", {"endings": {"death_notice": date(2026, 12, 24)}}, date(2026, 12, 24)),
)


def source(kind: str, course: Course | None) -> Source:
    return Source(kind=kind, obtained_on=GIVEN, course=course)


def test_each_datum_leaves_on_its_own_day() -> None:
    found = [
        term_of(LAW, source(kind, course), Life(category=category, **known), {}).leaves_on
        for kind, course, category, known, _ in CASES
    ]
    assert found == [case[-1] for case in CASES]


def test_a_datum_is_used_until_its_day_then_archived_where_the_line_says_so_then_gone() -> None:
    ended = Life(category="member", endings={"end_of_membership": date(2027, 1, 31)})
    member = term_of(LAW, source("membership_form", None), ended, {})
    roll = term_of(LAW, source(ROLL, DECIDED), Life(category="roll"), {})
    never = term_of(LAW, source("membership_form", None), Life(category="member"), {})
    days = (date(2027, 1, 30), date(2027, 1, 31), date(2030, 1, 31), date(2030, 2, 1))
    assert [member.stage(day) for day in days] == [Stage.ACTIVE, Stage.ARCHIVE, Stage.ARCHIVE, Stage.GONE]
    assert [roll.stage(day) for day in (FINAL, date(2027, 3, 22))] == [Stage.ACTIVE, Stage.GONE]
    assert never.stage(date(2099, 1, 1)) is Stage.ACTIVE
    assert last_day_of([member, roll]) == FINAL
    assert last_day_of([never, roll]) is None
    assert last_day_of([]) is None


def test_the_controllers_shorter_period_holds() -> None:
    life = Life(category="regular")
    chosen = {"regular": Period(months=12)}
    assert term_of(LAW, source(LETTER, None), life, chosen).last_day == date(2027, 11, 1)


def test_only_lines_of_the_person_ask_for_the_person() -> None:
    asked = [
        needs_person(LAW, source(kind, None), Life(category=category))
        for kind, category in ((ROLL, "roll"), (LETTER, "regular"), ("petition", "occasional"), (LETTER, "prospect"))
    ]
    assert asked == [False, True, True, True]


def test_only_what_a_prospect_gave_for_an_election_may_stay_beyond_it() -> None:
    cases = ((ROLL, "prospect", PLANNED), (LETTER, "regular", PLANNED), (LETTER, "prospect", None))
    asked = [may_stay(LAW, source(kind, course), Life(category=category)) for kind, category, course in cases]
    assert asked == [False, False, False]
    assert may_stay(LAW, source(LETTER, PLANNED), Life(category="prospect", beyond=True))


@given(day=st.dates(date(2026, 1, 1), date(2030, 1, 1)), act=st.dates(date(2020, 1, 1), date(2040, 1, 1)))
def test_nothing_the_person_does_keeps_a_value_of_the_roll(day: date, act: date) -> None:
    course = replace(PLANNED, over_on=day)
    kinds: dict[str, Any] = {"last_act": act, "invited_on": act, "beyond": True}
    leaves = term_of(LAW, source(ROLL, course), Life(category="regular", **kinds), {}).leaves_on
    assert leaves is not None
    assert leaves <= max(FINAL, min(day, FINAL)) + timedelta(days=31)
    assert leaves == min(day, UNSAID)
