"""Screen lines of texts, as `isoloir screen` reads and writes them."""

from collections.abc import Iterable, Iterator
from typing import Any

from policy.detect.decide import detect


def screen_lines(lines: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield one answer for each line {"id", "kind", "text"}; a malformed line is held, like any text not readable."""
    for line in lines:
        kind: Any = line.get("kind")
        text: Any = line.get("text")
        answer = detect(kind, text)
        yield {
            "id": line.get("id"),
            "decision": answer.decision,
            "categories": list(answer.categories),
            "rules": list(answer.rules),
        }
