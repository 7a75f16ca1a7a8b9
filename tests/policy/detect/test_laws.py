"""What holds for every text: no wording around a refused phrase frees it, and no text is slow or loud."""

import json
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import cast
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policy.detect import Kind, detect, innocents, screen_lines
from policy.detect.couples import couples, may_tell_of_couples
from policy.detect.decide import MAX_CHARACTERS
from policy.detect.examine import are_plainly_innocent
from policy.detect.fold import fold
from policy.detect.lexicon import lexicon
from policy.detect.place import Place
from policy.detect.verdict import KINDS

ROOT = Path(__file__).parents[3]
TEXTS = Path(__file__).parent / "texts"
BLOCKED = (
    "Elle est musulmane pratiquante",
    "Il est diabétique",
    "C'est une famille juive",
    "Adhérent de la CGT",
    "Il sort de prison",
    "Elle est lesbienne",
    "D'origine algérienne",
    "Franc-maçon notoire",
    "A fait un test ADN",
)
INNOCENT = st.sampled_from(
    "rappeler jeudi matin banc lampadaire vélo piste jardin trottoir piscine boulanger merci volontiers prend "
    "deux balcon étage sonnette digicode potager fleurs chaise table café soir dimanche".split()
)
STRICT = ("block", "conditional")


@given(st.sampled_from(BLOCKED), st.lists(INNOCENT, max_size=30), st.lists(INNOCENT, max_size=30))
def test_innocent_words_around_a_blocked_phrase_do_not_unblock_it(
    phrase: str, before: list[str], after: list[str]
) -> None:
    assert detect("note", f"{' '.join(before)}. {phrase}, {' '.join(after)}.").decision == "block"
    inside = phrase[0].lower() + phrase[1:]  # A capital after "jardin" would be the name of a garden.
    assert detect("note", f"{' '.join(before)} {inside} {' '.join(after)}").decision == "block"


@pytest.mark.parametrize("phrase", BLOCKED)
def test_case_accents_and_apostrophes_change_nothing(phrase: str) -> None:
    folded = phrase.translate(str.maketrans("éèêàç", "eeeac"))
    for same in (phrase.upper(), phrase.lower(), folded, folded.upper(), phrase.replace("'", "’"), f"  {phrase}\n"):
        assert detect("note", same).decision == "block", same


@given(st.sampled_from(["note", "tag", "column", "value", "segment"]), st.text(max_size=60))
def test_the_same_text_gets_the_same_answer(kind: Kind, text: str) -> None:
    assert detect(kind, text) == detect(kind, text)


HEAVY = (
    "a", "é", "\u0301", "\u202e", "\u200d", "0", "@", "œ", "Ж", "😀", "\ud800", "a ", "a.", "a1", "juif ", "il et ",
    "elle vit avec ", "est ", "rue ", "(", "nom like ", "aaa", "🤰", "a\u0301",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_no_text_of_any_length_takes_long(kind: Kind) -> None:
    detect("note", "Famille juive")  # Presidio is imported once.
    for piece in HEAVY:
        for length in (MAX_CHARACTERS, 1_000_000):
            text = (piece * length)[:length]
            started = time.thread_time()
            detect(kind, text)
            assert time.thread_time() - started < 5.0, repr(piece)


_PIECES = st.sampled_from(
    (*BLOCKED, "m u s", "u l m a n e", "mu$ulm4ne", "muuusulmane", "juif", "ju1f", "\u00ad", "mu\u00adsulmane",
     "\u0301", "\u0081", "œ", "Ж", "😀", "🤰", "\ud800", "3bis", "A", "1", "rue des Lilas", "", "\n", "x" * 600)
)  # fmt: skip
_COUPLED = st.sampled_from(
    (*("Paul", "Marc", "Julie", "Mme", "M. Paul", "il", "elle", "et", "avec", "à", "pacsé", "mariée", "mariés"),
     *("sort avec", "un", "une", "infirmier", "aime", "le mari de", "les mères de", "Lina", "vit", "couple", "."))
)  # fmt: skip
_TEXTS_READ = st.one_of(st.lists(_PIECES, max_size=4).map(" ".join), st.text(max_size=12))


@given(st.lists(_TEXTS_READ, max_size=12))
def test_what_is_innocent_among_others_is_innocent_alone(texts: list[str]) -> None:
    for text in innocents(texts):
        assert are_plainly_innocent([text])
        assert detect("note", text).decision == detect("value", text).decision == "allow"


def test_of_many_texts_only_those_that_say_something_are_left() -> None:
    ids = [f"roll\x1f13055/{number:04}/LP/{number}" for number in range(500)]
    said = ["Famille juive", "🤰", "m u s u l m a n e", "\ud800", "x" * (MAX_CHARACTERS + 1)]
    assert innocents([*ids, *said, "passer jeudi"]) == {*ids, "passer jeudi"}


_LONG = "Rappelée jeudi, préfère être appelée après 18 h, a déjà reçu le programme et les horaires de la permanence. "


@pytest.mark.parametrize("said", ["Peut tenir un bureau de vote.", "Habite rue du Moulin, près du bureau de vote."])
def test_a_long_text_whose_words_masks_cover_is_innocent_too(said: str) -> None:
    assert detect("note", said).decision == "allow"
    assert innocents([_LONG + said]) == {_LONG + said}


@pytest.mark.parametrize(
    "said",
    [
        "Tient un bureau de vote et vote pour le maire.",
        "Peut tenir un bureau de vote. Paul et Marc sont mariés.",
        "Peut tenir un bureau de vote. Il est pacsé avec Marc.",
        "Peut tenir un bureau de vote. Le mari de Marc aussi.",
        "bureau de vote " * 17,
    ],
)
def test_what_a_mask_does_not_cover_is_looked_at_and_so_is_who_is_a_couple(said: str) -> None:
    assert innocents([_LONG + said]) == set()


@given(st.lists(_COUPLED, min_size=1, max_size=8).map(" ".join))
def test_nobody_is_a_couple_where_no_word_tells_of_one(text: str) -> None:
    place = Place(text, fold(text))
    if not may_tell_of_couples(place):
        with mock.patch("policy.detect.couples.may_tell_of_couples", return_value=True):
            assert list(couples(place)) == []


def test_no_sign_that_stands_for_a_word_is_written_in_a_usual_encoding() -> None:
    # Were one, a text in such an encoding, which is not searched for signs, would say more among others than alone.
    for sign in lexicon().signs:
        assert not sign.encode("latin-1", "ignore") + sign.encode("cp1252", "ignore")


def _answers(name: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    cases = [json.loads(line) for line in (TEXTS / f"{name}.jsonl").read_text("utf-8").splitlines()]
    return cases, {answer["id"]: answer["decision"] for answer in screen_lines(cases)}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("first", 0.93),
        ("second", 0.90),
        ("third", 0.90),
        ("fourth", 0.85),
        ("fifth", 0.95),
        ("sixth", 0.95),
        ("seventh", 0.95),
        ("eighth", 0.95),
        ("ninth", 0.95),
        ("tenth", 0.95),
    ],
)
def test_the_texts_of_our_own_are_answered_rightly(name: str, least: float) -> None:
    cases, decided = _answers(name)
    count: Counter[tuple[str, bool]] = Counter((case["label"], decided[case["id"]] in STRICT) for case in cases)
    caught, missed = count["forbidden", True], count["forbidden", False]
    assert caught / (caught + missed) >= least
    assert count["allowed", True] / (count["allowed", True] + count["allowed", False]) <= 0.03


ANY = st.text(
    st.one_of(
        st.characters(exclude_categories=["Cs"]),
        st.sampled_from("\u0301\u0300\u20dd\u202e\u2066\u200d\u200c\ufeff\u00ad\ufe0f🧕$@0œﬁﬀ"),
        st.characters(categories=["Cs"]),
    ),
    max_size=200,
)


@given(st.sampled_from(KINDS), ANY)
def test_nested_marks_joiners_direction_controls_and_lone_surrogates_never_make_it_raise(kind: str, text: str) -> None:
    answer = detect(cast("Kind", kind), text)
    assert all(0 <= hit.start <= hit.end <= len(text) for hit in answer.hits)
    if any("\ud800" <= character <= "\udfff" for character in text):
        assert answer.decision != "allow"


@given(st.sampled_from(BLOCKED), st.sampled_from("\u0301\u200d\u200b\u202e\u00ad\u2066\ufeff"), st.data())
def test_a_sign_that_nobody_sees_does_not_unblock_a_phrase(phrase: str, unseen: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(phrase)))
    assert detect("note", phrase[:at] + unseen + phrase[at:]).decision == "block"


@given(ANY.filter(lambda text: not any("\ud800" <= one <= "\udfff" for one in text)))
def test_folding_what_was_folded_changes_nothing(text: str) -> None:
    folded = fold(text).replace(b"\x01", b"oe").replace(b"\x02", b" ").decode("ascii")
    assert fold(folded)[1:-1].decode("ascii") == folded


def test_one_vocabulary_gives_the_same_answers_in_every_process() -> None:
    program = (
        "import sys, json\nfrom policy.detect import lexicon_version\nfrom policy.detect.examine import examine\n"
        "print(lexicon_version(), [examine('note', text) for text in json.load(sys.stdin)])"
    )
    texts = json.dumps([*BLOCKED, "Vote communiste", "va souvent à la clinique", "Veut un banc"])
    seeds = ("1", "2")
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            input=texts,
            env={**os.environ, "PYTHONHASHSEED": seed},
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in seeds
    }
    assert len(told) == 1
