"""The law as people and programs read it."""

import json
from datetime import date
from pathlib import Path
from shutil import copytree

from policy.load import PACKS, load, read_edition
from policy.report import law, markdown, read_proofs

ROOT = Path(__file__).parents[2]
CASES = Path(__file__).parent / "cases"


def test_the_page_of_the_law_is_current() -> None:
    page = (ROOT / "docs" / "law.md").read_text(encoding="utf-8")
    assert page == markdown(load("france", date.max), read_proofs(CASES)), (
        "run: python -m policy.report tests/policy/cases > docs/law.md"
    )


def test_every_rule_on_the_page_names_a_case_that_proves_it() -> None:
    page = markdown(load("france", date.max), read_proofs(CASES))
    for section in page.split("\n### ")[1:]:
        assert "- Proven by: " in section, section.partition("\n")[0]


def test_the_law_as_plain_data_survives_json_and_says_how_far_each_source_was_read() -> None:
    edition = load("france", date(2026, 11, 21))
    told = json.loads(json.dumps(law(edition)))
    assert told["digest"] == edition.digest
    assert told["on"] == "2026-11-21"
    assert set(told["rules"]) == set(edition.rules)
    assert {source["seen"] for source in told["sources"].values()} == set(told["words"]["seen"])
    assert told["rules"]["roll.undertaking"]["articles"][0] == "code électoral, art. L37"


def test_a_rule_that_will_end_says_so_on_the_page(tmp_path: Path) -> None:
    folder = copytree(PACKS / "france", tmp_path / "france")
    rules = folder / "rules.toml"
    text = rules.read_text(encoding="utf-8")
    head = '["roll.undertaking"]\n'
    rules.write_text(text.replace(head, head + "until = 2030-01-01\n"), encoding="utf-8")
    assert "until 2030-01-01" in markdown(read_edition(folder, date(2026, 11, 21)), {})
