"""Make the forms of a lemma by rule: French genders and plurals, English plurals, and the spellings people slip into.

Rules are enough here because a form that does not exist never occurs: too many forms cost memory, not precision.
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from policy.detect.fold import LIGATURE, fold

Inflection = Literal["adjective", "noun", "none"]

_FEMININES = (
    ("eux", "euse"), ("teur", "trice"), ("eur", "euse"), ("ien", "ienne"), ("een", "eenne"), ("on", "onne"),
    ("if", "ive"), ("er", "ere"), ("el", "elle"), ("et", "ette"), ("que", "que"), ("c", "que"), ("x", "se"),
)  # fmt: skip
_SMALL = frozenset(b"a au aux d de des du en et l la le les un une sans non pas the of in on".split())
_SHORTEST_SLIP = 7
_SHORTEST_GLUED = 4
_ELIDED = re.compile(rb"\b([dl]) (?=[aeiouyh])")
_BY_EAR = tuple(
    (re.compile(right), wrong)
    for right, wrong in (
        (rb"y", b"i"), (rb"ph", b"f"), (rb"th", b"t"), (rb"rh", b"r"), (rb"ch", b"k"), (rb"qu", b"k"),
        (rb"que(?:s|)$", b"k"), (rb"que(?:s|)$", b"q"), (rb"c(?=[aou])", b"k"), (rb"eau", b"o"), (rb"au", b"o"),
        (rb"ai", b"e"), (rb"en", b"an"), (rb"an", b"en"), (rb"in", b"ain"), (rb"ain", b"in"), (rb"z", b"s"),
        (rb"(?<=[aeiou])s(?=[aeiou])", b"z"), (rb"h", b""), (rb"ti(?=on)", b"ssi"), (rb"ss", b"c"),
        (rb"ee?s?$", b"er"), (rb"ll", b"y"), (rb"ge", b"je"),
    )
)  # fmt: skip
"""What the ear hears and the hand writes: k for qu, f for ph, a lost h."""


def forms(lemma: str, how: Inflection) -> set[bytes]:
    """Return every folded form of a lemma, without the surrounding spaces."""
    words = {_plain(lemma)}
    head, space, rest = _plain(lemma).partition(b" ")
    if how == "adjective":
        words |= {feminine for word in tuple(words) for feminine in _feminines(word)}
        words |= {_each(word, _feminines) for word in tuple(words)}
        words |= {word + space + rest for word in (head, *_feminines(head))}
    if how != "none":
        words |= {_each(word, _plurals) for word in tuple(words)} | {
            plural for word in tuple(words) for plural in _plurals(word)
        }
        heads = {word.partition(b" ")[0] for word in words if word.endswith(space + rest)}
        words |= {plural + space + rest for word in heads for plural in _plurals(word)}
    return {variant for word in words for variant in _ligatures(word)}


def slips(form: bytes) -> Iterator[bytes]:
    """Yield how a long word is misspelt: by ear, or with one letter lost, doubled or exchanged with the next."""
    if len(form) < _SHORTEST_SLIP or b" " in form:
        return
    for right, wrong in _BY_EAR:
        heard = right.sub(wrong, form)
        if heard != form:
            yield heard
    for at in range(1, len(form)):
        before, letter, after = form[:at], form[at : at + 1], form[at + 1 :]
        yield before + after
        yield before + letter + letter + after
        yield before + after[:1] + letter + after[1:]


def glued(form: bytes) -> Iterator[bytes]:
    """Yield how a form is written without apostrophes, as telephones do: "lunsa", "dorigine kabyle"."""
    joined = _ELIDED.sub(rb"\1", form)
    if joined != form:
        yield joined
    elif b" " not in form and len(form) >= _SHORTEST_GLUED and form[:1] in b"aeiouyh":
        yield from (b"l" + form, b"d" + form)


def _plain(lemma: str) -> bytes:
    return b" ".join(fold(lemma).split())


def _each(phrase: bytes, step: Callable[[bytes], Iterator[bytes]]) -> bytes:
    """Return a phrase with all its words in agreement: "libre penseur" makes "libres penseurs"."""
    words = phrase.split()
    return b" ".join(word if word in _SMALL else next(step(word), word) for word in words)


def _feminines(word: bytes) -> Iterator[bytes]:
    if word.endswith(b"e"):
        yield word  # The lexicon has no accents: "catholique" stays, and "refugie" below is also "refugiee".
    yield word + b"e"
    text = word.decode("latin-1")
    for masculine, feminine in _FEMININES:
        if text.endswith(masculine):
            yield (text[: len(text) - len(masculine)] + feminine).encode("latin-1")


def _plurals(word: bytes) -> Iterator[bytes]:
    if not word.endswith((b"s", b"x", b"z")):
        yield word + b"s"
    if word.endswith(b"al"):
        yield word[:-1] + b"ux"
    if word.endswith((b"eau", b"eu")):
        yield word + b"x"


def _ligatures(word: bytes) -> Iterator[bytes]:
    yield word
    if b"oe" in word:
        yield word.replace(b"oe", LIGATURE)
