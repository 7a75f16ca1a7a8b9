"""Screen texts: one JSON object a line in, one answer a line out; no database is needed."""

import json
import os
from argparse import Namespace
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from cli.answer import Answer
from cli.words import say
from kernel.errors import Invalid
from policy.detect import screen_lines


def screen(given: Namespace) -> Answer:
    """Answer each line of the file with block, review, conditional or allow; bytes that are no text are held."""
    decisions: Counter[str] = Counter()
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    with (
        # Bytes that are no UTF-8 become lone surrogates, which the detector holds and JSON has a way to write.
        Path(given.file).open(encoding="utf-8-sig", errors="surrogateescape") as lines,
        os.fdopen(os.open(given.out, writing, 0o600), "w", encoding="utf-8", errors="backslashreplace") as out,
    ):
        for answer in screen_lines(_objects(lines)):
            decisions[answer["decision"]] += 1
            out.write(json.dumps(answer, ensure_ascii=False) + "\n")
    counted = ", ".join(f"{decision} {count}" for decision, count in sorted(decisions.items()))
    text = say(f"{decisions.total()} textes jugés : {counted}", f"{decisions.total()} texts screened: {counted}")
    return Answer({"texts": decisions.total(), "decisions": dict(decisions)}, [text])


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            read = json.loads(line)
        except ValueError:
            read = None
        if not isinstance(read, dict):
            message = f"line {number} is not a JSON object"
            raise Invalid(message)
        yield read
