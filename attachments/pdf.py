"""Check a PDF (ISO 32000) as it comes in: what could act in it, what comes along in it, what hides in it.

Names are looked for in every byte, inside streams too, because a table of references may point anywhere; and in the
streams of compressed objects, which are inflated for it. Readers know such a stream by its entry First, whatever it
calls itself. What cannot be looked into is refused: encrypted files, and objects under any other filter than Flate.
Only names of five letters or more (and XFA) count, so that the chance bytes of an image hardly look like one; an action
cannot do without such a name.
"""

import re
import zlib
from collections.abc import Iterator

from attachments.errors import ActiveContent, WrongContent

_HEADER = b"%PDF-"
_END = b"%%EOF"
_TAIL = 2048
_NEAR = 8192
"""How far from the entry First its dictionary begins, and its stream."""
_NAME = re.compile(rb"/([^\x00\t\n\f\r ()<>\[\]{}/%]{1,64})")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = frozenset(
    b"JavaScript Launch EmbeddedFile EmbeddedFiles RichMedia RichMediaContent XFA SubmitForm ImportData GoToE "
    b"Rendition".split()
)
_OBJECTS = b"First"
_ENCRYPTED = b"Encrypt"
_NEXT = re.compile(rb"\((?:[^()\\]|\\.)*\)|%[^\r\n]*|endobj|stream\r?\n|\(", re.DOTALL)
"""What may follow in a dictionary: a text or comment, which may say anything, its end, its stream, nested brackets."""
_FLATE = re.compile(rb"/Filter\s*(?:/FlateDecode|\[\s*/FlateDecode\s*\])")
_PREDICTED = re.compile(rb"/(?:DecodeParms|DP)\b")
_MOST_INFLATED = 64 << 20
_MOST_OPEN = 16


class PdfChecker:
    """Check a PDF, piece by piece."""

    def __init__(self) -> None:
        self._window = b""
        self._looked = 0
        """How much of the window was looked at already, and is there for what follows to refer to."""
        self._started = False
        self._streams: list[_Objects] = []
        self._inflated = 0

    def take(self, piece: bytes) -> None:
        """Look at more of the file. Raises WrongContent, ActiveContent."""
        self._feed(piece)
        self._window += piece
        if not self._started and len(self._window) >= len(_HEADER):
            if not self._window.startswith(_HEADER):
                raise WrongContent("the file does not begin like a PDF")
            self._started = True
        self._look(len(self._window) - _NEAR)
        dropped = self._looked - _NEAR
        if dropped > 0:
            self._window, self._looked = self._window[dropped:], _NEAR

    def end(self) -> None:
        """Look at the rest. Raises WrongContent, ActiveContent."""
        if not self._started:
            raise WrongContent("the file does not begin like a PDF")
        self._look(len(self._window))
        if self._streams:
            raise ActiveContent("compressed objects break off, and cannot be checked")
        _, mark, after = self._window[-_TAIL:].rpartition(_END)
        if not mark or after.strip(b"\0\t\n\f\r "):
            raise WrongContent("the file does not end like a PDF")

    def _look(self, until: int) -> None:
        """Look at the names that begin before ``until``."""
        for found in _NAME.finditer(self._window, self._looked):
            if found.start() >= until:
                break
            name = _unescaped(found[1])
            _check_name(name)
            if name == _OBJECTS:
                self._inflate(found.start())
        self._looked = max(self._looked, until)

    def _inflate(self, place: int) -> None:
        """Begin to inflate the stream that follows; where none does, the entry is an outline's."""
        begin = self._window.rfind(b"obj", max(0, place - _NEAR), place)
        told = (found for found in _NEXT.finditer(self._window, place, place + _NEAR) if found[0][:1] not in b"%(")
        start = next(told, None)
        if begin < 0 or start is None or _is_nested(self._window[place : start.start()]):
            raise ActiveContent("objects are not written plainly, and cannot be checked")
        if start[0] == b"endobj":
            return
        dictionary = _ESCAPE.sub(_unescape, self._window[begin : start.start()])
        if b"/Filter" not in dictionary:
            return  # Plain objects: every byte of the file is looked at anyway.
        plain = _FLATE.search(dictionary) and dictionary.count(b"/Filter") == 1 and not _PREDICTED.search(dictionary)
        if not plain or len(self._streams) >= _MOST_OPEN:
            raise ActiveContent("objects are compressed in a way that cannot be checked")
        self._streams.append(_Objects())
        self._feed(self._window[start.end() :], self._streams[-1:])

    def _feed(self, piece: bytes, streams: "list[_Objects] | None" = None) -> None:
        for stream in self._streams[:] if streams is None else streams:
            for size in stream.take(piece):
                self._inflated += size
                if self._inflated > _MOST_INFLATED:
                    raise ActiveContent("compressed objects are too large to be checked")
            if stream.has_ended:
                self._streams.remove(stream)


class _Objects:
    """One stream of compressed objects, inflated a piece at a time and looked at."""

    def __init__(self) -> None:
        self._inflater = zlib.decompressobj()
        self._rest = b""

    @property
    def has_ended(self) -> bool:
        return self._inflater.eof

    def take(self, piece: bytes) -> Iterator[int]:
        """Inflate more, and yield how much came out; a bomb is put out by who counts."""
        try:
            while piece and not self._inflater.eof:
                plain = self._inflater.decompress(piece, 1 << 16)
                piece = self._inflater.unconsumed_tail
                text = self._rest + plain
                for found in _NAME.finditer(text):
                    _check_name(_unescaped(found[1]))
                self._rest = text[-2 * 64 :]
                yield len(plain)
        except zlib.error:
            raise ActiveContent("compressed objects are damaged, and cannot be checked") from None


def _is_nested(text: bytes) -> bool:
    """Tell whether a text in brackets has brackets in it: what it hides, only a reader could tell."""
    return any(found[0] == b"(" for found in _NEXT.finditer(text))


def _check_name(name: bytes) -> None:
    if name in _ACTIVE:
        raise ActiveContent("the PDF can act, or brings another file along: print it, and scan it")
    if name == _ENCRYPTED:
        raise ActiveContent("the PDF is encrypted, and cannot be checked")


def _unescaped(name: bytes) -> bytes:
    return _ESCAPE.sub(_unescape, name) if b"#" in name else name


def _unescape(found: re.Match[bytes]) -> bytes:
    return bytes((int(found[1], 16),))
