"""The development sample, when it lies beside the repository: a floor that only a broken detector falls through."""

import json
from pathlib import Path

import pytest

from policy.detect import screen_lines

SAMPLE = Path(__file__).parents[4] / "shared" / "eval" / "sensitive-dev.jsonl"
STRICT = ("block", "conditional")


@pytest.mark.skipif(not SAMPLE.exists(), reason="the development sample is not part of the product")
def test_most_of_the_sample_is_answered_rightly() -> None:
    cases = [json.loads(line) for line in SAMPLE.read_text("utf-8").splitlines()]
    answers = {answer["id"]: answer["decision"] for answer in screen_lines(cases)}
    forbidden = [case for case in cases if case["label"] == "forbidden"]
    allowed = [case for case in cases if case["label"] == "allowed"]
    caught = [case for case in forbidden if answers[case["id"]] in STRICT]
    alarms = [case for case in allowed if answers[case["id"]] in STRICT]

    assert len(caught) / len(forbidden) > 0.70
    assert len(alarms) / len(allowed) < 0.08
