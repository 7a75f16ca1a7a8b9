"""The cases a lawyer can read: what is proposed, what the law answers, on which articles."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from policy import calendar as dates
from policy.activation import Assessment, Dossier, Period, PublishedNotice, activation_findings
from policy.draft import Draft, Origin
from policy.edition import Edition
from policy.findings import Finding
from policy.gate import Question, Situation, may
from policy.ground import Grounded, ground
from policy.handover import handover_findings, transfer_findings
from policy.load import load
from policy.notice import FACTS, Told, compose, notice_due
from policy.phase import Phase, phase_finding
from policy.request_clock import Course, may_extend, resumed
from policy.request_clock import due_on as answered_by
from policy.retention import archived_until, due_on
from policy.screen import screen
from policy.silence import Round, silences
from policy.standing import Status

CASES = Path(__file__).parent / "cases"
TODAY = date(2026, 11, 21)
Case = Mapping[str, Any]


def read_cases() -> list[Case]:
    return [
        {"file": path.name, "ask": "contact", **case}
        for path in sorted(CASES.glob("*.toml"))
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]
    ]


def asking(question: str) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in read_cases() if case["ask"] == question]


def draft_of(given: Case, on: date) -> Draft:
    data: list[tuple[str, str]] = []
    for name, value in given.get("data", {}).items():
        times = given.get("note_repeated", 1) if name == "note" else 1
        data.extend((name, text * times) for text in (value if isinstance(value, list) else [value]))
    origin = Origin(
        kind=given["origin"],
        obtained_on=given.get("obtained_on", on),
        number=1,
        first_round=given.get("first_round"),
        final_round=given.get("final_round"),
        second_round=given.get("second_round"),
        evidence=frozenset(given.get("evidence", ())),
    )
    return Draft(
        category=given["category"],
        origin=origin,
        data=tuple(data),
        tags=tuple(given.get("tags", ())),
        commune=given.get("commune"),
        polling_station=given.get("polling_station"),
        consents=frozenset(given.get("consents", ())),
    )


def answer(edition: Edition, given: Case, on: date) -> tuple[Grounded | None, tuple[Finding, ...]]:
    clearance = screen(edition, [draft_of(given, on)], on=on)
    grounds = ground(
        edition,
        clearance,
        controller=given.get("controller", "candidate"),
        purpose=given.get("purpose", "contact_management"),
        phase=Phase.ACTIVE,
        on=on,
    )
    return grounds.items[0], grounds.findings[0]


@pytest.mark.parametrize("case", asking("contact"))
def test_the_law_answers_as_the_case_says(case: Case) -> None:
    given, expect = case["given"], case["expect"]
    on = given.get("on", TODAY)
    edition = load("france", on)
    item, findings = answer(edition, given, on)
    rules = set(expect.get("findings", case["rules"])) if expect["verdict"] != "allowed" else set()
    assert {finding.rule for finding in findings} == rules
    articles = {article for finding in findings for article in finding.articles}
    assert set(expect.get("articles", ())) <= articles
    assert not set(expect.get("not_articles", ())) & articles
    assert {finding.missing for finding in findings} - {None} == set(expect.get("missing", ()))
    if expect["verdict"] in ("refused", "cannot tell"):
        assert item is None
        assert "*" in {finding.field for finding in findings}
        return
    assert item is not None
    assert {finding.field for finding in findings} == set(expect.get("fields", ()))
    if "decision" in expect:
        assert {finding.decision for finding in findings} == {expect["decision"]}
    check_what_is_kept(item, draft_of(given, on), set(expect.get("fields", ())))
    check_footing(item, expect)


def check_what_is_kept(item: Grounded, proposed: Draft, refused: set[str]) -> None:
    assert item.draft.data == tuple(datum for datum in proposed.data if datum[0] not in refused)
    assert item.draft.tags == tuple(tag for place, tag in enumerate(proposed.tags) if f"tags.{place}" not in refused)
    assert (item.draft.commune, item.draft.polling_station) == (proposed.commune, proposed.polling_station)


def check_footing(item: Grounded, expect: Case) -> None:
    for name in ("basis", "door", "due", "consent_from", "target_from"):
        if name in expect:
            assert getattr(item, name) == expect[name]
        if f"no_{name}" in expect:
            assert getattr(item, name) is None
    if "dues" in expect:
        assert " ".join(f"{name} {day}" for name, day in item.dues) == expect["dues"]


@pytest.mark.parametrize("case", asking("disclosure"))
def test_a_purpose_reads_its_fields_and_no_others(case: Case) -> None:
    purpose = load("france", TODAY).purposes[case["given"]["purpose"]]
    assert [name for name in case["expect"]["reads"] if not purpose.discloses(name)] == []
    assert [name for name in case["expect"]["hides"] if purpose.discloses(name)] == []


@pytest.mark.parametrize("case", asking("staff"))
def test_only_the_purposes_named_read_of_the_staff(case: Case) -> None:
    found = [
        purpose.id for purpose in load("france", TODAY).purposes.values() if case["given"]["data"] in purpose.staff
    ]
    assert sorted(found) == case["expect"]["purposes"]


@pytest.mark.parametrize("case", asking("retention"))
def test_a_period_ends_on_its_day(case: Case) -> None:
    row = load("france", TODAY).retention[case["given"]["row"]]
    start, expect = case["given"]["start"], case["expect"]
    assert due_on(row, start) == expect["due"]
    assert archived_until(row, start) == expect.get("archived_until", expect["due"])


@pytest.mark.parametrize("case", asking("deadline"))
def test_a_request_is_due_on_its_day(case: Case) -> None:
    given, expect, edition = dict(case["given"]), case["expect"], load("france", TODAY)
    today, back = given.pop("today", TODAY), given.pop("resumed_on", None)
    course = Course(received_on=given.pop("received"), places=tuple(given.pop("places", ())), **given)
    if back is not None:
        course = resumed(course, back)
    assert answered_by(edition, course) == (None if expect.get("suspended") else expect["due"])
    if "may_extend" in expect:
        assert may_extend(edition, course, today) is expect["may_extend"]


@pytest.mark.parametrize("case", asking("reason"))
def test_a_reason_of_the_closed_list_is_said_to_its_requests_only(case: Case) -> None:
    edition = load("france", TODAY)
    reason = edition.refusals[case["given"]["reason"]]
    assert reason.use == case["expect"]["use"]
    assert sorted(one.id for one in edition.requests.values() if reason.holds_against(one)) == case["expect"]["kinds"]


@pytest.mark.parametrize("case", asking("erasure"))
def test_an_erasure_shreds_or_keeps_a_compartment(case: Case) -> None:
    compartment = load("france", TODAY).compartments[case["given"]["compartment"]]
    letter = compartment.letter(case["given"]["ground"])
    assert ("kept" if letter else "shredded", letter) == (case["expect"]["verdict"], case["expect"].get("letter"))


COMPLETE: dict[str, Any] = {
    "rights_contact": "droits@example.org",
    "dpo_contact": "dpo@example.org",
    "dpo_not_required": "",
    "joint_without_arrangement": (),
    "operator": "processor",
    "contract": "C-1",
    "dpia": {"reference": "AIPD-1", "on": TODAY, "by": "présidente"},
    "notice": {"address": "https://example.org/donnees", "version": "1", "on": TODAY, "sha256": "ab" * 32},
    "purposes": ["contact_management"],
    "retention": {},
    "elections": ["municipal"],
    "synthetic_contacts": 0,
}


def dossier_of(given: Case) -> Dossier:
    told = {**COMPLETE, **given}
    unsaid = told.pop("retention_unsaid", False)
    return Dossier(
        assessment=Assessment(**told.pop("dpia")),
        notice=PublishedNotice(**told.pop("notice")),
        purposes=frozenset(told.pop("purposes")),
        retention=None if unsaid else {name: Period(**one) for name, one in told.pop("retention").items()},
        elections=tuple(None if one == "none" else one for one in told.pop("elections")),
        joint_without_arrangement=tuple(told.pop("joint_without_arrangement")),
        **{name: value for name, value in told.items() if name != "retention"},
    )


def check_findings(case: Case, findings: tuple[Finding, ...]) -> None:
    assert sorted({finding.rule for finding in findings}) == sorted(case["rules"])
    assert set(case["expect"]["articles"]) <= {article for finding in findings for article in finding.articles}


@pytest.mark.parametrize("case", asking("activation"))
def test_activation_tells_what_is_missing(case: Case) -> None:
    check_findings(case, activation_findings(load("france", TODAY), dossier_of(case["given"]), on=TODAY))


@pytest.mark.parametrize("case", asking("phase"))
def test_a_phase_takes_its_kind_of_data(case: Case) -> None:
    given = case["given"]
    finding = phase_finding(load("france", TODAY), Phase(given["phase"]), "*", synthetic=given["synthetic"])
    check_findings(case, () if finding is None else (finding,))


@pytest.mark.parametrize("case", asking("handover"))
def test_a_hand_over_needs_its_ground(case: Case) -> None:
    check_findings(case, handover_findings(load("france", TODAY), case["given"]["ground"], case["given"]["facts"]))


@pytest.mark.parametrize("case", asking("transfer"))
def test_a_transfer_needs_its_basis(case: Case) -> None:
    given = case["given"]
    found = transfer_findings(load("france", TODAY), given["hosting"], given["control"], given.get("basis"))
    check_findings(case, found)


def told_facts(given: Case) -> dict[str, Told | None]:
    return {
        name: None if name in given["missing"] else Told(f"<{name}>", f"<{name}>")
        for name in FACTS
        if name not in given.get("absent", ())
    }


@pytest.mark.parametrize("case", asking("notice"))
def test_a_notice_names_what_is_missing_of_it(case: Case) -> None:
    composed = compose(load("france", TODAY), told_facts(case["given"]))
    check_findings(case, composed.findings)
    named = {f"notice.{section.mention}" for section in composed.sections}
    assert named.isdisjoint(case["rules"])
    assert {finding.missing for finding in composed.findings} == {
        *case["given"]["missing"],
        *(case["given"].get("absent", ()) if case["rules"] else ()),
    }


@pytest.mark.parametrize("case", asking("mention"))
def test_a_mention_is_always_said(case: Case) -> None:
    composed = compose(load("france", TODAY), told_facts({"missing": []}))
    (section,) = [one for one in composed.sections if one.mention == case["given"]["mention"]]
    assert case["expect"]["says"] in section.text.fr
    assert section.text.en != section.text.fr
    assert set(case["expect"]["articles"]) <= set(section.articles)


@pytest.mark.parametrize("case", asking("clock"))
def test_persons_are_told_by_their_day(case: Case) -> None:
    edition, given = load("france", TODAY), case["given"]
    assert notice_due(edition, given["origin"], given["obtained_on"]) == case["expect"].get("due")
    check_findings(case, tuple(edition.rules[name].finding("origin") for name in case["rules"]))


@pytest.mark.parametrize("case", asking("said"))
def test_a_rule_that_a_use_case_says_has_its_articles(case: Case) -> None:
    check_findings(case, tuple(load("france", TODAY).rules[name].finding("*") for name in case["rules"]))


def question_of(given: Case) -> Question:
    names = ("controller", "purpose", "channel", "message", "targeted", "silence", "newsletter", "places_target")
    sets: dict[str, Any] = {name: frozenset(given.get(name, ())) for name in ("criteria", "interest")}
    return Question(**{name: given[name] for name in names if name in given}, **sets)


def situation_of(given: Case) -> Situation:
    told = {name: given[name] for name in Situation.__dataclass_fields__ if name in given}
    return Situation(**told | {"status": Status[given["status"].upper()]})


@pytest.mark.parametrize("case", asking("gate"))
def test_the_gate_answers_as_the_case_says(case: Case) -> None:
    given, expect = case["given"], case["expect"]
    edition = load("france", date.fromisoformat(given.get("on", TODAY.isoformat())))
    answer = may(edition, question_of(given), situation_of(given))
    assert [answer.rule] == case["rules"]
    assert (answer.allowed, answer.ground, answer.step) == (expect["allowed"], expect.get("ground"), expect.get("step"))
    if answer.allowed:
        assert answer.door == expect.get("door")
    assert set(expect.get("articles", ())) <= set(answer.articles)
    assert expect.get("carries", list(answer.carries)) == list(answer.carries)


@pytest.mark.parametrize("case", asking("silence"))
def test_silence_begins_and_ends_by_the_clocks_of_the_place(case: Case) -> None:
    given, expect = case["given"], case["expect"]
    held = Round(on=given["round"], type=given.get("type"))
    [found] = silences(load("france", TODAY), [held], given["places"])
    assert (found.begins, found.ends) == (expect["begins"], expect["ends"])


@pytest.mark.parametrize("case", asking("calendar"))
def test_a_ballot_has_its_dates(case: Case) -> None:
    given, expect = case["given"], case["expect"]
    ballot = dates.Ballot(
        type=given["type"],
        first_round=given["first_round"],
        second_round=given.get("second_round"),
        annulled=given.get("annulled", False),
        places=tuple(given["places"]),
        controller=given.get("controller", "candidate"),
    )
    found = {one.id: [one.on, one.until] for one in dates.calendar(load("france", TODAY), ballot)}
    assert {name: found.get(name) for name in expect["dates"]} == expect["dates"]
    assert [name for name in expect.get("absent", ()) if name in found] == []


def test_every_rule_of_the_pack_has_a_case_and_every_case_a_rule() -> None:
    proven = {rule for case in read_cases() for rule in case["rules"]}
    proven |= {rule for case in read_cases() for rule in case["expect"].get("findings", ())}
    assert proven == set(load("france", date.max).rules)


def test_no_two_cases_have_the_same_name() -> None:
    names = [case["name"] for case in read_cases()]
    assert sorted(names) == sorted(set(names))
