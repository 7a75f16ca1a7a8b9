"""Fold a text to plain lower-case bytes, one byte a character, so that every offset stays the original one.

Accents and case disappear, whatever is neither letter nor digit becomes a space, and the ligature oe becomes one
private byte (the patterns carry a variant with it). Most texts fit Latin-1 or Windows-1252 and take one table;
only the rest pays for a look at each character.
"""

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
_LETTER, _LEET_SIGN, _OTHER = b"LDS"
_READ_AS = dict(zip("0134578@$!€", "oieastbasie", strict=True))
"""What a joker's digits and signs stand for."""


def _folded(character: str) -> int:
    character = character.lower()
    if character == "œ":
        return LIGATURE[0]
    character = unicodedata.normalize("NFKD", _LOOKALIKES.get(character, character))[0]
    character = _LOOKALIKES.get(character, character).lower()
    if character.isascii():
        return ord(character) if character.isalnum() else 0x20
    return UNKNOWN if character.isalpha() else 0x20


def _shape(character: str) -> int:
    if character in _READ_AS:
        return _LEET_SIGN
    return _OTHER if _folded(character) == ord(" ") or character.isdigit() else _LETTER


def _unleet(character: str) -> int:
    return ord(_READ_AS[character]) if character in _READ_AS else _folded(character)


class _Tables:
    """The three readings of a one-byte encoding: folded, shape, and with a joker's digits read as letters."""

    def __init__(self, codec: str) -> None:
        characters = [bytes([value]).decode(codec, errors="replace") for value in range(256)]
        readable = ["\0" if character == "\ufffd" else character for character in characters]
        self.fold, self.shape, self.unleet = (bytes(map(read, readable)) for read in (_folded, _shape, _unleet))


_LATIN = _Tables("latin-1")
_WINDOWS = _Tables("cp1252")
_ORDINARY = (("latin-1", _LATIN), ("cp1252", _WINDOWS))
_SPACED = b"SLSLSLS"
SOFT_HYPHEN = b"\xad"
"""The one invisible sign of the usual encodings, in both."""


class Views:
    """The readings of one text, each one byte a character with one space before and one after.

    The character at position ``i`` of the text is the byte at ``i + 1`` of ``folded``. Raises UnicodeEncodeError for
    lone surrogates, which are no text at all.
    """

    __slots__ = ("_raw", "_tables", "folded", "is_ordinary", "shape")

    def __init__(self, text: str) -> None:
        ordinary = _encoded(text)
        self.is_ordinary = ordinary is not None and SOFT_HYPHEN not in ordinary[0]
        """Whether the text is written in one of two usual encodings, and without their one invisible sign."""
        if ordinary is None:
            self._tables, self._raw = _WINDOWS, text.encode("cp1252", errors="replace")
            body = _fold_beyond_latin(text)
        else:
            self._raw, self._tables = ordinary
            body = self._raw.translate(self._tables.fold)
        self.folded = b" " + body + b" "
        self.shape = b"S" + self._raw.translate(self._tables.shape) + b"S"
        """One letter a character: L for a letter, D for a digit or sign that may stand for one, S for the rest."""

    @property
    def is_leet(self) -> bool:
        """Tell whether a digit or sign stands where a letter would."""
        # Most texts have no such sign at all, and to look for one byte costs next to nothing.
        return b"D" in self.shape and (b"LDL" in self.shape or b"SDLLL" in self.shape)

    @property
    def is_spaced(self) -> bool:
        """Tell whether single letters stand in a row."""
        return _SPACED in self.shape

    def unleeted(self) -> bytes:
        """Return the folded bytes with digits and signs read as letters."""
        return b" " + self._raw.translate(self._tables.unleet) + b" "


def fold(text: str) -> bytes:
    """Return the folded bytes of a text, with one space before and one after, as ``Views.folded`` has them."""
    ordinary = _encoded(text)
    body = _fold_beyond_latin(text) if ordinary is None else ordinary[0].translate(ordinary[1].fold)
    return b" " + body + b" "


def _encoded(text: str) -> tuple[bytes, _Tables] | None:
    """Return a text in the first of the two usual encodings that has all of it."""
    for codec, tables in _ORDINARY:
        try:
            return text.encode(codec), tables
        except UnicodeEncodeError:
            continue
    return None


def _fold_beyond_latin(text: str) -> bytes:
    text.encode("utf-8")  # A lone surrogate is no text at all: let the error reach the one who decides.
    return bytes(map(_folded, text))
