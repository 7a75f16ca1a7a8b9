from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from policy.standing import NO_END, OPT_OUTS, WHOLE_DAY, Action, Grant, Level, Said, Standing, Status, fold, lift

DAY = datetime(2026, 1, 1, tzinfo=UTC)


def said(action: Action, day: int, level: Level = Level.PROVEN, **more: object) -> Said:
    return Said(action=action, level=level, at=DAY + timedelta(days=day), **more)  # type: ignore[arg-type]


SAID = some.builds(
    Said,
    action=some.sampled_from(Action),
    level=some.sampled_from(Level),
    at=some.integers(0, 6).map(lambda day: DAY + timedelta(days=day)),
    valid_until=some.none() | some.integers(0, 6).map(lambda day: date(2026, 2, 1) + timedelta(days=day)),
    window=some.none() | some.sampled_from([(540, 1080), (600, 1200)]),
    parental=some.booleans(),
)
OUT = SAID.filter(lambda one: one.action in OPT_OUTS)
TABLE = [
    ("nothing was said", [], Status.UNKNOWN),
    ("a box in another tool", [said(Action.GIVEN, 1, Level.CLAIMED)], Status.CLAIMED),
    ("a whole list, proven", [said(Action.GIVEN, 1, Level.COHORT)], Status.COHORT),
    ("a form", [said(Action.GIVEN, 1)], Status.PROVEN),
    ("confirmed by mail", [said(Action.REQUESTED, 1), said(Action.CONFIRMED, 2)], Status.PROVEN),
    ("not confirmed", [said(Action.REQUESTED, 1)], Status.REQUESTED),
    ("a tool cannot ask for a confirmation", [said(Action.REQUESTED, 1, Level.CLAIMED)], Status.UNKNOWN),
    ("withdrawn", [said(Action.GIVEN, 1), said(Action.WITHDRAWN, 2)], Status.WITHDRAWN),
    ("refused", [said(Action.REFUSED, 2)], Status.REFUSED),
    ("refused, then withdrawn", [said(Action.REFUSED, 2), said(Action.WITHDRAWN, 3)], Status.WITHDRAWN),
    ("given again, and proven", [said(Action.WITHDRAWN, 2), said(Action.GIVEN, 3)], Status.PROVEN),
    ("at the same instant the refusal wins", [said(Action.WITHDRAWN, 2), said(Action.GIVEN, 2)], Status.WITHDRAWN),
    (
        "claimed after a refusal is nothing",
        [said(Action.REFUSED, 2), said(Action.GIVEN, 3, Level.CLAIMED)],
        Status.REFUSED,
    ),
    ("nor is a list", [said(Action.REFUSED, 2), said(Action.GIVEN, 3, Level.COHORT)], Status.REFUSED),
    ("asked anew after a refusal", [said(Action.REFUSED, 2), said(Action.REQUESTED, 3)], Status.REFUSED),
    ("expired", [said(Action.GIVEN, 1), said(Action.EXPIRED, 2)], Status.EXPIRED),
    ("renewed", [said(Action.GIVEN, 1), said(Action.EXPIRED, 2), said(Action.RENEWED, 3)], Status.PROVEN),
    ("invalidated", [said(Action.GIVEN, 1), said(Action.INVALIDATED, 2)], Status.INVALIDATED),
    ("a list invalidated", [said(Action.GIVEN, 1, Level.COHORT), said(Action.INVALIDATED, 2)], Status.INVALIDATED),
    ("expired, asked anew", [said(Action.EXPIRED, 2), said(Action.REQUESTED, 3)], Status.REQUESTED),
    ("claimed, then expired", [said(Action.GIVEN, 1, Level.CLAIMED), said(Action.EXPIRED, 2)], Status.EXPIRED),
    ("a parent alone permits nothing", [said(Action.GIVEN, 1, parental=True)], Status.UNKNOWN),
]


@pytest.mark.parametrize(("name", "evidence", "status"), TABLE, ids=[row[0] for row in TABLE])
def test_a_standing_is_what_the_evidence_says(name: str, evidence: list[Said], status: Status) -> None:
    assert fold(evidence).status is status, name
    assert fold(reversed(evidence)).status is status, name


@given(some.lists(SAID, max_size=8), some.randoms(use_true_random=False))
def test_the_order_and_repetitions_do_not_matter(evidence: list[Said], chance: object) -> None:
    shuffled = [*evidence, *evidence[:2]]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert fold(shuffled) == fold(evidence)


@given(some.lists(SAID, max_size=6), some.lists(SAID, max_size=6))
def test_a_part_at_a_time_comes_to_the_same_as_all_at_once(first: list[Said], second: list[Said]) -> None:
    assert fold(first).joined(fold(second)) == fold([*first, *second])


@given(some.lists(SAID, max_size=8), OUT)
def test_nothing_but_a_later_proof_lifts_a_refusal(evidence: list[Said], out: Said) -> None:
    standing = fold([*evidence, out])
    proofs = [
        one
        for one in evidence
        if one.level is Level.PROVEN and one.at > out.at and one.action in set(Action) - OPT_OUTS and not one.parental
    ]
    if standing.permission is not None:
        assert proofs, standing
        assert standing.permission.at > out.at


@given(some.lists(SAID, max_size=8))
def test_a_status_that_permits_has_its_permission_and_no_other_has(evidence: list[Said]) -> None:
    standing = fold(evidence)
    assert (standing.permission is not None) == (standing.status in {Status.PROVEN, Status.COHORT})


def test_what_two_at_one_instant_both_allow_is_kept() -> None:
    until, window = date(2026, 3, 1), (540, 1080)
    evidence = [said(Action.GIVEN, 1, valid_until=until), said(Action.GIVEN, 1, window=window)]
    assert fold(evidence).permission == Grant(evidence[0].at, until, window)
    assert lift(said(Action.GIVEN, 1)).proven == Grant(DAY + timedelta(days=1), NO_END, WHOLE_DAY)


def test_a_parent_agrees_until_anything_is_taken_back() -> None:
    agreed = [said(Action.GIVEN, 1), said(Action.GIVEN, 1, parental=True)]
    assert fold(agreed).parents_agree
    assert not fold([*agreed, said(Action.WITHDRAWN, 2)]).parents_agree
    assert not fold([*agreed, said(Action.EXPIRED, 2)]).parents_agree
    assert not fold([said(Action.GIVEN, 1), said(Action.GIVEN, 1, Level.CLAIMED, parental=True)]).parents_agree
    assert not Standing().parents_agree
