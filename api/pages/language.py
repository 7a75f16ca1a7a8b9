"""Which language a page begins with: the one asked for, French where none is."""

from typing import Literal

Language = Literal["fr", "en"]
LANGUAGES: tuple[Language, ...] = ("fr", "en")


def preferred(accepted: str) -> Language:
    """Return the language to begin with, of an Accept-Language header (RFC 9110, 12.5.4)."""
    weights: dict[str, float] = dict.fromkeys(LANGUAGES, 0.0)
    for one in accepted.lower().split(","):
        name, _, weight = one.partition(";q=")
        language = name.strip().partition("-")[0]
        if language in weights:
            weights[language] = max(weights[language], _number(weight))
    return max(LANGUAGES, key=lambda language: weights[language])


def _number(weight: str) -> float:
    try:
        return float(weight) if weight else 1.0
    except ValueError:
        return 0.0
