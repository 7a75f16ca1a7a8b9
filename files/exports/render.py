"""Write lines in the format of a file, piece by piece."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO

from files.export_file import disarmed
from files.exports.parts import Line


def render_lines(columns: Sequence[str], parts: Iterable[Sequence[Line]]) -> Iterator[bytes]:
    """Yield a CSV file: its header, then the lines of each part."""
    yield _written(columns, [], head=True)
    for lines in parts:
        yield _written(columns, lines, head=False)


def _written(columns: Sequence[str], lines: Sequence[Line], *, head: bool) -> bytes:
    text = StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    if head:
        writer.writeheader()
    writer.writerows(map(disarmed, lines))
    return text.getvalue().encode()
