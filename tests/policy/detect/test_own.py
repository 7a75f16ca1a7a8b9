"""A campaign's own words: they excuse and forbid for it alone, until their day, and never hide a core term."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from policy.detect import Kind, OwnLexicon, OwnWord, OwnWords, detect, lexicon_version, rewritten, vocabulary_version
from policy.detect.own import NO_WORDS, core_terms, version_of
from policy.names import name_verdict

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TELLING = "Voit du monde à la Bergerie des Lys chaque lundi"


def word(
    text: str, effect: str = "allow", sort: str = "place", category: str | None = None, number: int = 1
) -> OwnWord:
    return OwnWord(
        id=UUID(int=number),
        effect=effect,  # type: ignore[arg-type]  # one of two words
        sort=sort,  # type: ignore[arg-type]  # one of five
        category=category,
        text=text,
        until=NOW + timedelta(days=30),
    )


def own(*words: OwnWord) -> OwnWords:
    return OwnWords([replace(one, id=UUID(int=number)) for number, one in enumerate(words, start=1)])


PLACES = own(
    word("Chez Feuj Burger"),
    word("le Bar du Ramadan", sort="organisation"),
    word("Bigotte", sort="surname"),
    word("Le Ghetto", sort="street"),
    word("bergerie des lys", "forbid", "word", "religion"),
    word("mickey", "forbid", "word", "ethnic_origin"),
)


@pytest.mark.parametrize("kind", ["note", "tag", "column", "value", "segment", "title"])
def test_a_forbidden_word_is_found_in_every_kind_and_reading(kind: Kind) -> None:
    for text in (
        "bergerie des lys",
        "Bergeries des Lys",
        "BERGERIE DES LYS",
        "m i c k e y",
        "m1ckey",
        "mickeeey",
        "mîckéy",
    ):
        answer = detect(kind, text, own=PLACES)
        assert answer.decision == "block", text
        assert answer.hits[0].reason == "own words"
        assert detect(kind, text).decision == "allow"


def test_a_forbidden_word_points_at_itself_and_no_mask_or_topic_frees_it() -> None:
    (hit,) = detect("note", f"Débat sur le vélo, loi. {TELLING}.", own=PLACES).hits
    assert f"Débat sur le vélo, loi. {TELLING}."[hit.start : hit.end] == "Bergerie des Lys"
    (hit,) = detect("note", "un vrai mickeeey", own=PLACES).hits
    assert "un vrai mickeeey"[hit.start : hit.end] == "mickeeey"
    allowed = own(word("bergerie des lys"), word("bergerie des lys", "forbid", "word", "religion"))
    assert detect("note", TELLING, own=allowed).decision == "block"
    assert detect(
        "note", TELLING, own=own(word("bergerie des lys", "forbid", "word", "political_opinion"))
    ).decision == ("conditional")


def test_what_only_hints_passes_where_the_campaign_lets_it() -> None:
    hinting = {"Boit au café des deux cannes": "deux cannes", "Un fort accent de Marseille": "fort accent"}
    for text, place in hinting.items():
        assert detect("note", text).decision != "allow", text
        assert detect("note", text, own=own(word(place))).decision == "allow", text
        assert detect("note", f"{text}, diabétique", own=own(word(place))).categories == ("health",), text


def test_a_core_term_under_a_word_let_pass_is_held_and_never_simply_allowed() -> None:
    text = "Dîne Chez Feuj Burger le soir"
    assert detect("note", text).decision == "block"
    held = detect("note", text, own=PLACES)
    assert (held.decision, held.hits[0].reason.endswith("+own words")) == ("review", True)
    assert detect("note", "Très catho, dîne Chez Feuj Burger", own=PLACES).decision == "block"
    # What is a condition stays one.
    party = own(word("brasserie communiste"))
    assert detect("note", "brasserie communiste").decision == detect("note", "brasserie communiste", own=party).decision


def test_a_surname_counts_as_one_only_where_names_stand() -> None:
    assert detect("note", "Voir Paul Bigotte lundi").decision == "block"
    assert detect("note", "Voir Paul Bigotte lundi", own=PLACES).decision == "review"
    assert detect("note", "une bigotte", own=PLACES).decision == "block"
    assert detect("note", "Une Bigotte", own=own(word("Bigotte", sort="surname"))).decision == "review"
    assert detect("note", "très Bigotte", own=PLACES).decision == "block"


def test_a_word_holds_until_its_day_and_the_version_tells_which_held() -> None:
    first, second = word("un", number=1), replace(word("deux", number=2), until=NOW + timedelta(days=60))
    lexicon = OwnLexicon([second, first])
    held = lexicon.at(NOW)
    assert held is not None
    assert held.words == (first, second)
    assert lexicon.at(NOW) is held
    later = lexicon.at(NOW + timedelta(days=30))
    assert later == OwnWords([second])
    assert later != held
    assert len({held, later, OwnWords([second])}) == 2
    assert lexicon.at(NOW + timedelta(days=60)) is None is NO_WORDS.at(NOW)
    assert vocabulary_version(held.version) == f"{lexicon_version()}+{held.version}"
    assert vocabulary_version() == lexicon_version()
    assert version_of([]) == ""
    assert held != "deux"


def test_a_phrase_that_says_nothing_but_a_core_term_is_known() -> None:
    assert core_terms("les Musulmans") == (("religion",), True)
    assert core_terms("Chez Feuj Burger") == (("religion",), False)
    assert core_terms("rue des Lilas") == ((), False)


def test_names_of_columns_and_rewriting_follow_the_campaigns_words_too() -> None:
    assert name_verdict("bergerie_des_lys").verdict == "free"
    assert name_verdict("bergerie_des_lys", PLACES).category == "religion"
    assert rewritten(f"Rappeler lundi. {TELLING}.", PLACES) == "Rappeler lundi."
    assert rewritten(f"Rappeler lundi. {TELLING}.") is None
