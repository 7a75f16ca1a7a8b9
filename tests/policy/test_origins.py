"""Whether an origin may be declared, before any contact comes from it."""

from dataclasses import replace
from datetime import date

from policy.draft import Origin
from policy.load import load
from policy.origins import origin_findings
from policy.phase import Phase

TODAY = date(2026, 11, 21)
FRANCE = load("france", TODAY)
ROLL = Origin(kind="electoral_roll", obtained_on=TODAY, number=1)


def told(origin: Origin, phase: Phase = Phase.ACTIVE) -> list[tuple[str, str | None]]:
    return [(finding.rule, finding.missing) for finding in origin_findings(FRANCE, origin, phase=phase, on=TODAY)]


def test_an_origin_with_all_its_proofs_may_be_declared() -> None:
    assert told(replace(ROLL, final_round=TODAY, evidence=frozenset({"undertaking"}))) == []


def test_an_origin_is_of_the_campaigns_phase() -> None:
    proven = replace(ROLL, final_round=TODAY, evidence=frozenset({"undertaking"}))
    assert told(proven, Phase.PREPARING) == [("activation.synthetic_only", "activation")]
    assert told(replace(proven, synthetic=True)) == [("activation.real_only", None)]
    assert told(replace(proven, synthetic=True), Phase.PREPARING) == []


def test_a_forbidden_and_an_unknown_origin_may_not() -> None:
    assert told(replace(ROLL, kind="school")) == [("origin.public_file", None)]
    assert told(replace(ROLL, kind="somewhere")) == [("origin.unknown", "origin")]


def test_every_missing_proof_and_a_day_to_come_are_told() -> None:
    assert told(replace(ROLL, obtained_on=date(2026, 11, 23))) == [
        ("roll.undertaking", "undertaking"),
        ("roll.final_round", "final_round"),
        ("origin.future", None),
    ]


def test_every_forbidden_origin_is_refused_with_its_article() -> None:
    penal = {kind.id for kind in FRANCE.origins.values() if kind.forbidden}
    assert len(penal) >= 12
    for kind in sorted(penal):
        (finding,) = origin_findings(FRANCE, replace(ROLL, kind=kind), phase=Phase.ACTIVE, on=TODAY)
        law = "cpce, art. l34" if kind == "directory" else "code pénal, art. 226-"
        assert any(article.lower().startswith(law) for article in finding.articles), (kind, finding.articles)


def test_a_turnout_list_is_of_the_election_it_names() -> None:
    last = date(2026, 11, 29)
    listed = replace(ROLL, kind="turnout_list", first_round=TODAY, second_round=last, final_round=last)
    assert told(listed) == []
    assert told(replace(listed, obtained_on=date(2026, 11, 20))) == [("turnout.between_rounds", None)]
    assert told(replace(listed, first_round=None)) == []
