"""The declaration of accessibility, read from its file."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from api.pages.language import Language


@cache
def _sections() -> list[dict[str, Any]]:
    text = (Path(__file__).parent / "accessibility.toml").read_text(encoding="utf-8")
    read: list[dict[str, Any]] = tomllib.loads(text)["section"]
    return read


def declaration(language: Language) -> list[dict[str, Any]]:
    """Return the sections of the declaration in a language."""
    return [
        {"title": one["title"][language], "lines": [line[language] for line in one["lines"]]} for one in _sections()
    ]
