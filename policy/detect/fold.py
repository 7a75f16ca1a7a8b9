"""Fold a text to plain lower-case bytes, one byte a character, so that every offset stays the original one.

Accents and case disappear, whatever is neither letter nor digit becomes a space, and the ligature oe becomes one
private byte (the patterns carry a variant with it). Most texts fit Latin-1 or Windows-1252 and take one table;
only the rest pays for a look at each character.
"""

import re
import unicodedata

LIGATURE = b"\x01"
"""Stands for the ligature oe, which no single ASCII letter can."""

UNKNOWN = 0x02
"""Stands for a letter of a script we do not read; it is no space, so it never makes a word boundary."""

# Homoglyphs that a keyboard or a joker puts in place of Latin letters: Cyrillic, then Greek.
_LOOKALIKES = dict(
    zip(
        "авекмнорстухіјѕԁһӏαβεικνορτυχ",
        "abekmhopctyxijsdhlabeiknoptux",
        strict=True,
    )
)


def _folded(character: str) -> int:
    character = character.lower()
    if character == "œ":
        return LIGATURE[0]
    character = unicodedata.normalize("NFKD", _LOOKALIKES.get(character, character))[0]
    character = _LOOKALIKES.get(character, character)
    if character.isascii():
        return ord(character) if character.isalnum() else 0x20
    return UNKNOWN if character.isalpha() else 0x20


def _table(codec: str) -> bytes:
    row = bytearray()
    for value in range(256):
        text = bytes([value]).decode(codec, errors="replace")
        row.append(_folded(text) if text != "\ufffd" else 0x20)
    return bytes(row)


_LATIN = _table("latin-1")
_WINDOWS = _table("cp1252")
_LEET = bytes.maketrans(b"0134578@$!", b"oieastbasi")  # the euro sign is added where cp1252 is read
_LEET_WINDOWS = _LEET[:0x80] + b"e" + _LEET[0x81:]
_SUSPECT = re.compile(r"[^\W\d_][0134578@$!€][^\W\d_]|(?<!\w)[0134578@$€][^\W\d_]{3}")
_SPACED = re.compile(rb"(?<= )(?:[a-z0-9] ){2,}[a-z0-9](?= )")


def fold(text: str) -> bytes:
    """Return the folded bytes of a text, with one space before and one after.

    The character at position ``i`` of the text is the byte at ``i + 1``. Raises UnicodeEncodeError for lone surrogates.
    """
    try:
        body = text.encode("latin-1").translate(_LATIN)
    except UnicodeEncodeError:
        body = _fold_beyond_latin(text)
    return b" " + body + b" "


def _fold_beyond_latin(text: str) -> bytes:
    try:
        return text.encode("cp1252").translate(_WINDOWS)
    except UnicodeEncodeError:
        text.encode("utf-8")  # A lone surrogate is no text at all: let the error reach the one who decides.
        return bytes(map(_folded, text))


def plain_of_leet(text: str) -> bytes | None:
    """Return the folded bytes with digits and signs read as letters, or None when nothing looks like that."""
    if _SUSPECT.search(text) is None:
        return None
    raw = text.encode("cp1252", errors="replace").translate(_LEET_WINDOWS)
    return b" " + raw.translate(_WINDOWS) + b" "


def spaced_letters(folded: bytes) -> list[tuple[int, int, bytes]]:
    """Return the runs of single letters ("c f d t"), each as (start, end, joined word in spaces)."""
    return [
        (found.start(), found.end(), b" " + found.group().replace(b" ", b"") + b" ")
        for found in _SPACED.finditer(folded)
    ]
