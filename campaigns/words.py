"""What is declared of organisations: words that stand in clear, because the notice publishes them."""

import re

from kernel.errors import Invalid

_MOST = 2_000
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
_COUNTRY = re.compile(r"[A-Z]{2}")


def told(name: str, text: str, *, required: bool = True) -> str:
    """Return a declared text without its margins. Raises Invalid where it is missing, too long or unreadable."""
    trimmed = text.strip()
    if required and not trimmed:
        message = f"{name} is missing"
        raise Invalid(message)
    if len(trimmed) > _MOST or _CONTROLS.search(trimmed):
        message = f"{name} is too long or holds unreadable signs"
        raise Invalid(message)
    return trimmed


def country(name: str, code: str) -> str:
    """Return a country's two letters. Raises Invalid."""
    if not _COUNTRY.fullmatch(code):
        message = f"{name} is a country's two letters, such as FR"
        raise Invalid(message)
    return code


def one_of(name: str, word: str, words: tuple[str, ...]) -> str:
    """Return one of a few words. Raises Invalid."""
    if word not in words:
        message = f"{name} is one of: {', '.join(words)}"
        raise Invalid(message)
    return word
