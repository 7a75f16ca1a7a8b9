"""Write lines in the format of a file, piece by piece: whatever reads them holds one chunk in memory."""

from collections.abc import Iterable, Iterator, Sequence

from files.exports.parts import Line
from files.writers import Format, open_writer


def render_lines(kind: Format, columns: Sequence[str], parts: Iterable[Sequence[Line]]) -> Iterator[bytes]:
    """Yield a file of this format: its head, the lines of each part, its end."""
    out = _Pieces()
    writer = open_writer(kind, columns, out)
    for lines in parts:
        writer.write(lines)
        yield out.taken()
    writer.finish()
    yield out.taken()


class _Pieces:
    """A stream that is only written forward, emptied as it fills."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, piece: bytes, /) -> int:
        """Take a piece."""
        self._held += piece
        return len(piece)

    def taken(self) -> bytes:
        """Return what was written since the last time."""
        piece = bytes(self._held)
        self._held.clear()
        return piece
