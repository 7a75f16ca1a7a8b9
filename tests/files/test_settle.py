"""What the columns of a file are, from what was proposed and what somebody decided."""

from datetime import date

import pytest

from files.propose import Proposal
from files.settle import settle_columns
from kernel.errors import Invalid
from policy.findings import Refusal
from policy.load import load

EDITION = load("france", date(2026, 1, 1))
PROPOSED = (
    Proposal(position=0, decision="kept", field="last_name", because="name", sure=True),
    Proposal(position=1, decision="objection", field="call", because="name", sure=True),
    Proposal(position=2, decision="dropped", rule="field.unknown", because="nothing", sure=False, confidence=0),
    Proposal(position=3, decision="kept", field="birth_date", because="values", sure=False, confidence=0.9),
    Proposal(position=4, decision="refused", rule="forbidden.religion", because="name", sure=True),
    Proposal(position=5, decision="dropped", rule="field.unknown", because="nothing", sure=True, named=False),
    Proposal(position=6, decision="flag", field="accepts_email", because="name", sure=True),
)


@pytest.mark.parametrize(
    ("decided", "settled"),
    [
        ({2: None, 3: "birth_date"}, ("last_name", "objection.call", None, "birth_date", None, None)),
        (
            {2: "objection.email", 3: None, 0: "usage_name"},
            ("usage_name", "objection.call", "objection.email", *[None] * 3),
        ),
        (
            {2: "first_names", 3: None, 0: None, 4: None, 5: None},
            (None, "objection.call", "first_names", None, None, None),
        ),
        ({2: None, 3: None, 1: "objection.sms"}, ("last_name", "objection.sms", None, None, None, None)),
        ({2: "objection.call", 3: None}, ("last_name", "objection.call", "objection.call", None, None, None)),
    ],
)
def test_what_is_sure_needs_no_decision_and_may_have_another(
    decided: dict[int, str | None], settled: tuple[str | None, ...]
) -> None:
    assert settle_columns(PROPOSED, decided, EDITION) == (*settled, None)


def test_a_file_of_which_nothing_would_be_kept_is_told() -> None:
    with pytest.raises(Invalid, match="nothing of the file"):
        settle_columns(PROPOSED[2:4], {2: None, 3: None}, EDITION)


@pytest.mark.parametrize(
    ("decided", "message"),
    [
        ({2: None}, "left out: 4"),
        ({}, "left out: 3, 4"),
        ({2: None, 3: None, 7: "email"}, "has not"),
        ({2: "Dupont", 3: None}, "no field"),
        ({2: "last_name", 3: None}, "holds one value"),
        ({2: None, 3: None, 5: "email"}, "without a name"),
        ({2: None, 3: None, 1: None}, "never left out"),
        ({2: None, 3: None, 1: "note"}, "never left out"),
        ({2: None, 3: None, 6: "note"}, "never left out"),
    ],
)
def test_a_decision_that_cannot_be_is_told(decided: dict[int, str | None], message: str) -> None:
    with pytest.raises(Invalid, match=message) as caught:
        settle_columns(PROPOSED, decided, EDITION)
    assert "Dupont" not in str(caught.value)


def test_nobody_keeps_what_the_law_refuses() -> None:
    with pytest.raises(Refusal) as caught:
        settle_columns(PROPOSED, {2: None, 3: None, 4: "note"}, EDITION)
    (finding,) = caught.value.findings
    assert (finding.rule, finding.field) == ("forbidden.religion", "columns.5")
    assert finding.articles
