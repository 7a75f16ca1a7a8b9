"""The vocabulary: each file's own examples, its size, and the digest that names it."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from typing import cast

import pytest

from kernel.errors import Misconfigured
from policy.detect import Detection, Kind, detect, lexicon_version
from policy.detect.examine import examine
from policy.detect.lexicon import CATEGORIES, VERSION, _raw, lexicon, parsed
from policy.detect.verdict import CONDITIONAL, KINDS, conclude

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


_Examples = tuple[list[str], list[str]]


def _examples() -> Iterator[tuple[str, str, _Examples]]:
    """Yield each entry with its category and with what must hit and must pass for it."""
    for category, table in FILES.items():
        own = {word: ([hit], [allowed]) for word, (hit, allowed) in table["examples"]["of"].items()}
        for group in table["terms"]:
            ruled = (group.get("hits", []), group.get("passes", []))
            for word in group["words"]:
                hits, passes = own.get(word, ruled)
                yield category, word, ([_put(word, one) for one in hits], [_put(word, one) for one in passes])


def _put(word: str, sentence: str) -> str:
    return sentence.replace("{_}", word.replace(" ", "_")).replace("{}", word)


def _answer(example: str) -> Detection:
    kind, _, text = example.partition(": ")
    return conclude(examine(cast("Kind", kind), text) if kind in KINDS else examine("note", example))


def test_every_entry_has_examples_that_must_hit_and_must_pass() -> None:
    assert [(category, word) for category, word, (hits, passes) in _examples() if not hits or not passes] == []


def test_every_example_of_every_entry_is_answered_as_it_must_be() -> None:
    wrong: list[str] = []
    for category, word, (hits, passes) in _examples():
        for example in hits:
            answer = _answer(example)
            told = ("block", "conditional") if category == CONDITIONAL else ("block",)
            if category not in answer.categories or answer.decision not in told:
                wrong.append(f"{category}, {word}: missed in {example!r}")
        wrong += [f"{category}, {word}: {one!r} is alarmed" for one in passes if _answer(one).decision != "allow"]
    assert wrong == []


def test_words_that_have_examples_of_their_own_are_entries() -> None:
    for table in FILES.values():
        assert set(table["examples"]["of"]) <= {word for group in table["terms"] for word in group["words"]}


def test_a_word_that_means_two_things_has_sentences_of_its_own() -> None:
    for table in FILES.values():
        for group in table["terms"]:
            if group["strength"] == "weak" and group.get("inflect") == "noun" and not group.get("structure_only"):
                assert set(group["words"]) <= set(table["examples"]["of"])


def test_examples_are_neither_read_nor_digested_when_the_detector_runs() -> None:
    assert all("examples" not in parsed(name, raw) for name, raw in _raw().items())


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_says_what_may_be_written_instead(category: str) -> None:
    neutral = lexicon().neutral[category]
    assert "Écrivez plutôt" in neutral
    assert detect("note", neutral.partition("Écrivez plutôt")[2]).decision == "allow"
