"""Read the names of columns as their author meant them: abbreviations written out, words run together parted.

Exports of campaign tools are full of both: ``natio_parents``, ``adh_synd``, ``typehandicap``, ``relig2``. What is
written out is judged like any other name, so that a topic, a street or a trade excuses it in the same way.
"""

import re
from functools import cache

from policy.detect.fold import fold
from policy.detect.inflect import forms
from policy.detect.lexicon import lexicon

_WORD = re.compile(r"\w+")
_SHORTEST_JOINED, _LONGEST_JOINED = 7, 40
_SHORTEST_PIECE = 5
"""Shorter words of the lexicon stand in too many others to be looked for inside them."""
_SHORTEST_FILLER = 3
"""So short a word stands first or nowhere in a joined one: "invalid" is no "inval id"."""
_MOST_WORDS = 60
"""A name or a segment of more words than this is read as written only."""


def spelt_out(name: str) -> str | None:
    """Return the name of a column or tag as it was meant, or None when it says no more than it did."""
    words = fold(name).decode("latin-1").split()
    if len(words) > _MOST_WORDS:
        return None
    read = [piece for word in words for piece in _read(word)]
    return None if read == words else " ".join(read)


def fields_spelt_out(segment: str) -> str | None:
    """Return a segment with the names of its fields as they were meant, or None; what they are compared with stays."""
    found = list(_WORD.finditer(segment))
    if len(found) > _MOST_WORDS:
        return None
    pieces: list[str] = []
    at = 0
    for word in found:
        following = segment[word.end() : word.end() + 2].lstrip()[:1]
        if "_" in word.group() or (following and following in "=<>!"):
            pieces += segment[at : word.start()], spelt_out(word.group()) or word.group()
            at = word.end()
    read = "".join((*pieces, segment[at:]))
    return None if read == segment else read


def _read(word: str) -> tuple[str, ...]:
    word = word.rstrip("0123456789") or word
    written = lexicon().abbreviations.get(word)
    if written is not None:
        return (written,)
    if not _SHORTEST_JOINED <= len(word) <= _LONGEST_JOINED or word in telling():
        return (word,)
    return _parted(word) or (word,)


def _parted(word: str) -> tuple[str, ...]:
    """Return the fewest known words that make up this one, one of them telling, or nothing."""
    shorthand, neutral = lexicon().abbreviations, lexicon().column_words
    ways: dict[int, tuple[str, ...]] = {0: ()}
    for end in range(1, len(word) + 1):
        for start, before in tuple(ways.items()):
            piece = word[start:end]
            known = (piece in neutral and (not start or len(piece) >= _SHORTEST_FILLER)) or piece in shorthand
            known = known or piece in telling()
            if known and (end not in ways or len(before) + 1 < len(ways[end])):
                ways[end] = (*before, piece)
    found = ways.get(len(word), ())
    if not any(piece in telling() or piece in shorthand for piece in found):
        return ()
    return tuple(shorthand.get(piece, piece) for piece in found)


@cache
def telling() -> frozenset[str]:
    """Return the single words of the lexicon that tell an attribute wherever they stand in a name; made once."""
    words = ((word, group.inflect) for group in lexicon().groups for word in group.words if not group.anchors)
    return frozenset(
        form.decode("latin-1")
        for word, inflect in words
        if " " not in word and len(word) >= _SHORTEST_PIECE
        for form in forms(word, inflect)
        if b" " not in form
    )
