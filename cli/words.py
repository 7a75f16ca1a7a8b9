"""The two languages of the command line: French first, English with ``--lang en`` or a machine that speaks it."""

import os
from collections.abc import Sequence

FRENCH = "fr"
ENGLISH = "en"
LANGUAGES = (FRENCH, ENGLISH)

_chosen = [FRENCH]


def choose(language: str) -> None:
    """Speak this language from now on."""
    _chosen[0] = language


def language() -> str:
    """Return the language spoken."""
    return _chosen[0]


def language_of(arguments: Sequence[str]) -> str:
    """Find the language before the arguments are parsed: their help is written in it."""
    for place, word in enumerate(arguments):
        given = word.removeprefix("--lang=") if word.startswith("--lang=") else ""
        if word == "--lang":
            given = next(iter(arguments[place + 1 :]), "")
        if given in LANGUAGES:
            return given
    wanted = os.environ.get("ISOLOIR_LANG") or os.environ.get("LANG", "")
    return ENGLISH if wanted.lower().startswith(ENGLISH) else FRENCH


def say(french: str, english: str) -> str:
    """Return the text in the language spoken."""
    return english if _chosen[0] == ENGLISH else french


def plain(text: str) -> str:
    """Replace what could steer a terminal: values and names of columns come from files of others."""
    return "".join(sign if sign.isprintable() else "�" for sign in text)


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Align rows of cells into lines; the last column is as wide as it likes."""
    cells = [[plain(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)][:-1]
    return [
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[-1]]).rstrip()
        for row in cells
    ]
