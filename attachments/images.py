"""Check the form of pictures as they come in: from the first byte to the last, so that nothing rides behind."""

import re
import struct
from abc import ABC, abstractmethod

from attachments.errors import WrongContent

_NO_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_IMAGE, _SCAN, _END = 0xD8, 0xDA, 0xD9
_BARE = frozenset({0x01, *range(0xD0, 0xD8)})
_PNG = b"\x89PNG\r\n\x1a\n"
_CHUNK = struct.Struct(">I4s")
_TIFF = (b"II*\0", b"MM\0*")
_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"mif1"))
_BOXES = frozenset((b"ftyp", b"meta", b"mdat", b"free", b"skip"))
_LARGE = struct.Struct(">Q")


class _Walker(ABC):
    """Walk through a file part by part; ``_step`` takes the next part off the buffer, or says it needs more."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._to_skip = 0

    def take(self, piece: bytes) -> None:
        """Look at more of the file. Raises WrongContent."""
        self._buffer += piece
        while self._skip() and self._step():
            pass

    def end(self) -> None:
        """Check that the file ends where its form does. Raises WrongContent."""
        if self._buffer or self._to_skip or not self._is_whole():
            raise WrongContent("the file breaks off, or something follows its end")

    def _skip(self) -> bool:
        skipped = min(self._to_skip, len(self._buffer))
        del self._buffer[:skipped]
        self._to_skip -= skipped
        return not self._to_skip

    @abstractmethod
    def _step(self) -> bool: ...

    @abstractmethod
    def _is_whole(self) -> bool: ...


class JpegChecker(_Walker):
    """Check a JPEG (ITU T.81): markers and segments; after its end only zeros, or more pictures of a telephone."""

    def __init__(self) -> None:
        super().__init__()
        self._in_picture = False
        self._in_scan = False
        self._pictures = 0

    def _is_whole(self) -> bool:
        return self._pictures > 0 and not self._in_picture

    def _step(self) -> bool:
        if not self._in_picture:
            return self._begin()
        return self._through_scan() if self._in_scan else self._marker()

    def _begin(self) -> bool:
        if self._pictures:
            del self._buffer[: len(self._buffer) - len(self._buffer.lstrip(b"\0"))]
        if len(self._buffer) < 2:  # noqa: PLR2004 - a marker has two bytes
            return False
        if self._buffer[:2] != bytes((0xFF, _IMAGE)):
            raise WrongContent("the file is no JPEG, or something follows its end")
        del self._buffer[:2]
        self._in_picture = True
        return True

    def _marker(self) -> bool:
        if len(self._buffer) < 4 and self._buffer[:2] != bytes((0xFF, _END)):  # noqa: PLR2004
            return False
        if self._buffer[0] != 0xFF:  # noqa: PLR2004
            raise WrongContent("the JPEG is damaged")
        marker = self._buffer[1]
        if marker == 0xFF:  # noqa: PLR2004 - a byte to fill
            del self._buffer[:1]
        elif marker == _END or marker in _BARE:
            del self._buffer[:2]
            self._in_picture = marker != _END
            self._pictures += marker == _END
        else:
            length = int.from_bytes(self._buffer[2:4], "big")
            if length < 2 or marker in {0x00, _IMAGE}:  # noqa: PLR2004 - a length counts itself
                raise WrongContent("the JPEG is damaged")
            self._to_skip = 2 + length
            self._in_scan = marker == _SCAN
        return True

    def _through_scan(self) -> bool:
        found = _NO_MARKER.search(self._buffer)
        if found is None:
            held = self._buffer[-1:] == b"\xff"
            del self._buffer[: len(self._buffer) - held]
            return False
        del self._buffer[: found.start()]
        self._in_scan = False
        return True


class PngChecker(_Walker):
    """Check a PNG (ISO 15948): its chunks, from IHDR to IEND."""

    def __init__(self) -> None:
        super().__init__()
        self._last = b""

    def _is_whole(self) -> bool:
        return self._last == b"IEND"

    def _step(self) -> bool:
        if len(self._buffer) < _CHUNK.size:
            return False
        if not self._last:
            if self._buffer[: len(_PNG)] != _PNG:
                raise WrongContent("the file is no PNG")
            del self._buffer[: len(_PNG)]
            self._last = _PNG
            return True
        length, name = _CHUNK.unpack_from(self._buffer)
        if self._is_whole() or not name.isalpha() or length >> 31 or (name == b"IHDR") != (self._last == _PNG):
            raise WrongContent("the PNG is damaged, or something follows its end")
        self._last = name
        self._to_skip = _CHUNK.size + length + 4
        return True


class HeicChecker(_Walker):
    """Check a HEIC (ISO 23008-12): the boxes at the top, of the kinds that a picture has."""

    def __init__(self) -> None:
        super().__init__()
        self._seen: set[bytes] = set()
        self._to_the_end = False

    def _is_whole(self) -> bool:
        return {b"ftyp", b"meta"} <= self._seen

    def _step(self) -> bool:
        if self._to_the_end:
            self._buffer.clear()
            return False
        if len(self._buffer) < 16:  # noqa: PLR2004 - size, name, and a large size or a brand
            return self._short()
        size, name = _CHUNK.unpack_from(self._buffer)
        if name not in _BOXES or (name == b"ftyp") != (not self._seen):
            raise WrongContent("the file is no HEIC picture, or something follows its end")
        if name == b"ftyp" and bytes(self._buffer[8:12]) not in _BRANDS:
            raise WrongContent("the file is no HEIC picture")
        self._seen.add(name)
        return self._measure(name, size)

    def _measure(self, name: bytes, size: int) -> bool:
        self._to_the_end = size == 0 and name == b"mdat"
        if size == 1:
            size = _LARGE.unpack_from(self._buffer, 8)[0]
        if size < _CHUNK.size and not self._to_the_end:
            raise WrongContent("the HEIC picture is damaged")
        self._to_skip = size
        return True

    def _short(self) -> bool:
        """Take an empty box at the very end, which has no more than a size and a name."""
        if len(self._buffer) == _CHUNK.size and self._seen:
            size, name = _CHUNK.unpack_from(self._buffer)
            if size == _CHUNK.size and name in {b"free", b"skip"}:
                self._to_skip = size
                return True
        return False


class TiffChecker(_Walker):
    """Check how a TIFF begins; its parts stand in any order, so that only marks of other formats can be looked for."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = False

    def _is_whole(self) -> bool:
        return self._begun

    def _step(self) -> bool:
        if self._begun:
            self._buffer.clear()
        elif len(self._buffer) >= 8:  # noqa: PLR2004 - a header
            if self._buffer[:4] not in _TIFF:
                raise WrongContent("the file is no TIFF")
            self._begun = True
            return True
        return False
