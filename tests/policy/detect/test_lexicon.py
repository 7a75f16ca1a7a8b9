"""The vocabulary: each file's own examples, its size, and the digest that names it."""

import tomllib
from importlib.resources import files

import pytest

from kernel.errors import Misconfigured
from policy.detect import Kind, detect, lexicon_version
from policy.detect.examine import examine
from policy.detect.lexicon import CATEGORIES, VERSION, lexicon, parsed
from policy.detect.verdict import CONDITIONAL, conclude

FILES = {name: tomllib.loads((files("policy") / "lexicon" / f"{name}.toml").read_text("utf-8")) for name in CATEGORIES}
HITS = [(name, *example) for name, table in FILES.items() for example in table["examples"]["hit"]]
PASSES = [(name, *example) for name, table in FILES.items() for example in table["examples"]["pass"]]


@pytest.mark.parametrize(("category", "kind", "text"), HITS)
def test_what_must_hit_hits_in_its_category(category: str, kind: Kind, text: str) -> None:
    answer = detect(kind, text)

    assert answer.decision == ("conditional" if category == CONDITIONAL else "block")
    assert category in answer.categories
    assert f"forbidden.{category}" in answer.rules


@pytest.mark.parametrize(("category", "kind", "text"), PASSES)
def test_what_only_looks_the_same_passes(category: str, kind: Kind, text: str) -> None:
    assert detect(kind, text).decision == "allow", f"a false alarm of the {category} file"


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_a_vocabulary_and_examples_of_both_sorts(category: str) -> None:
    assert sum(len(group.words) for group in lexicon().groups if group.category == category) >= 300
    assert len(FILES[category]["examples"]["hit"]) >= 8
    assert len(FILES[category]["examples"]["pass"]) >= 7


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_file_names_its_own_category(category: str) -> None:
    assert FILES[category]["category"] == category


def test_the_version_carries_the_digest_of_the_vocabulary() -> None:
    assert lexicon_version() == f"{VERSION}-{lexicon().digest[:16]}"
    assert len(lexicon().digest) == 64


@pytest.mark.parametrize("raw", [b"terms = [", b"\xff"])
def test_a_malformed_file_stops_the_start_and_is_named(raw: bytes) -> None:
    with pytest.raises(Misconfigured, match=r"health\.toml"):
        parsed("health", raw)


ENTRIES = [
    (group.category, group.id, word)
    for group in lexicon().groups
    for word in group.words
    if group.strength != "weak" and not (group.anchors or group.partner or group.structure_only)
]
STRUCTURES = [
    (group.category, group.id, word) for group in lexicon().groups if group.structure_only for word in group.words
]


def _found(kind: Kind, text: str) -> tuple[str, ...]:
    return conclude(examine(kind, text)).categories


def test_every_entry_is_found_in_a_note_unless_a_mask_of_its_own_covers_it() -> None:
    missed = [
        f"{place}: {word}"
        for category, place, word in ENTRIES
        if category not in _found("note", f"Voisine du 3e : {word}.")
    ]
    assert len(missed) <= len(ENTRIES) * 0.03, missed


def test_every_word_that_asks_for_an_attribute_is_found_as_the_name_of_a_column() -> None:
    missed = [
        f"{place}: {word}"
        for category, place, word in STRUCTURES
        if category not in _found("column", word.replace(" ", "_"))
    ]
    assert len(missed) <= len(STRUCTURES) * 0.03, missed


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_says_what_may_be_written_instead(category: str) -> None:
    neutral = lexicon().neutral[category]
    assert "Écrivez plutôt" in neutral
    assert detect("note", neutral.partition("Écrivez plutôt")[2]).decision == "allow"
