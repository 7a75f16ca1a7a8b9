from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from files.tags import UNREGISTERED, TagSorter, slug
from policy.load import load
from policy.words import Reader

EDITION = load("france", date(2026, 11, 21))


def test_only_registered_tags_are_kept_whatever_their_spelling() -> None:
    sorter = TagSorter(Reader(EDITION), {"benevole", "porte-a-porte"})
    kept, left = sorter.sort(["Bénévole", "BENEVOLE", "Porte à porte", "fanfare"])
    assert kept == ("benevole", "porte-a-porte")
    assert left == (UNREGISTERED,)


def test_a_forbidden_tag_is_refused_by_its_rule_even_if_its_slug_is_registered() -> None:
    kept, left = TagSorter(Reader(EDITION), {"musulman"}).sort(["Musulman"])
    assert kept == ()
    assert left == ("forbidden.religion",)


def test_the_same_tag_is_told_each_time() -> None:
    sorter = TagSorter(Reader(EDITION), set())
    assert sorter.sort(["fanfare"]) == sorter.sort(["fanfare"]) == ((), (UNREGISTERED,))


@given(st.text(max_size=40))
def test_a_slug_is_its_own_slug_and_only_small_letters_figures_and_hyphens(text: str) -> None:
    once = slug(text)
    assert slug(once) == once
    assert set(once) <= set("abcdefghijklmnopqrstuvwxyz0123456789_-")
    assert not once.startswith("-")
    assert not once.endswith("-")
