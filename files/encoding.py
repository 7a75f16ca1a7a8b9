"""Tell the one encoding every byte of a file agrees with, or say on which line it contradicts itself.

A guess from a sample mojibakes the file whose first accent comes late, and nobody notices until letters are printed.
So the whole file is read once, a piece at a time, before a single row is.
"""

import codecs
import re
from typing import BinaryIO, Final, Literal, Protocol

from kernel.errors import Invalid

ENCODINGS: Final = ("utf-8", "utf-16", "cp1252", "latin-1", "iso8859-15", "cp850", "mac_roman")
"""What a person may name. Only the first three are ever detected; Latin-1 text is read, the same, as cp1252."""

PIECE: Final = 1 << 20
"""Bytes held at once, and the length no line may reach: a file without line ends must not fill the memory."""

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_UTF8_LETTER: Final = re.compile(rb"[\xc2-\xc5][\x80-\xbf]|\xe2[\x80-\x82][\x80-\xbf]")
"""A European letter or sign written in UTF-8. In cp1252 it would read as a letter like Ã followed by a sign."""
_FOREIGN: Final = re.compile(rb"[A-Za-z][\x81-\x84\x86-\x88\x8b\x8d\x8f\x90\x98\x9d]")
"""A letter followed by what cp1252 leaves undefined or no French word holds: DOS and old Macintosh accents."""


class Readable(Protocol):
    """A file of bytes that can be read more than once: a path, what is wrapped in it, an upload that stays sealed."""

    def open(self, mode: Literal["rb"], /) -> BinaryIO:
        """Open it from the beginning."""
        ...


def detect_encoding(file: Readable, named: str | None = None) -> str:
    """Return the codec that reads the whole file without doubt.

    Raise `Invalid` when the file is empty, holds NUL or a line of a mebibyte, contradicts the encoding it began with
    (the line is given), or is in one that only a person can name.
    """
    if named is not None and named not in ENCODINGS:
        raise Invalid(f"unknown encoding; name one of {', '.join(ENCODINGS)}")
    marked = _mark(file)
    if marked and named and marked.removesuffix("-sig") != named:
        raise Invalid(f"the file begins with the mark of {marked.removesuffix('-sig')}, not of {named}")
    encoding = marked or named or "utf-8"
    line = _contradiction(file, encoding)
    if line is None:
        return encoding
    if marked or named:
        raise Invalid(f"line {line}: bytes that are not {encoding.removesuffix('-sig')}")
    return _single_byte(file, line)


def _mark(readable: Readable) -> str | None:
    with readable.open("rb") as file:
        start = file.read(4)
    if not start:
        raise Invalid("the file is empty")
    if start in {codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE}:
        raise Invalid("UTF-32 is not read; save the file as UTF-8")
    return next((encoding for mark, encoding in _MARKS if start.startswith(mark)), None)


def _contradiction(readable: Readable, encoding: str) -> int | None:
    """Return the first line the encoding cannot read, None when it reads them all."""
    decoder = codecs.getincrementaldecoder(encoding)()
    line = 1
    with readable.open("rb") as file:
        while True:
            piece = file.read(PIECE)
            try:
                text = decoder.decode(piece, not piece)
            except UnicodeDecodeError as error:
                return line + error.object[: error.start].count(b"\n")
            if not piece:
                return None
            ends = text.count("\n") or text.count("\r")
            _refuse_hostile(text, line, endless=not ends and len(piece) == PIECE)
            line += ends


def _refuse_hostile(text: str, line: int, *, endless: bool) -> None:
    if endless:
        raise Invalid(f"line {line} is longer than {PIECE} bytes")
    nul = text.find("\0")
    if nul >= 0:
        line += text.count("\n", 0, nul)
        raise Invalid(f"line {line} holds a NUL character: not a text file, or UTF-16 without its mark")


def _single_byte(readable: Readable, line: int) -> str:
    """Return cp1252 for a file that is not UTF-8 from `line` on, unless parts of it are, or it is neither."""
    tail = b""
    with readable.open("rb") as file:
        while piece := file.read(PIECE):
            # The last bytes are looked at again: a sequence may lie across two pieces.
            piece = tail + piece
            if _UTF8_LETTER.search(piece):
                raise Invalid(f"line {line}: bytes that are not utf-8 in a file that is utf-8 elsewhere")
            if _FOREIGN.search(piece):
                raise Invalid(f"neither UTF-8 nor Windows-1252: name the encoding ({', '.join(ENCODINGS)})")
            tail = piece[-2:]
    if _contradiction(readable, "cp1252") is not None:
        raise Invalid(f"line {line}: neither UTF-8 nor Windows-1252: name the encoding ({', '.join(ENCODINGS)})")
    return "cp1252"
