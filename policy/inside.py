"""The words inside values that are no words as a whole: what stands beside a street, an identifier that speaks.

An institution named in an address is where the post goes, and is read as a place; what stands beside it is read.
"""

import json
import re
from collections.abc import Callable
from typing import Any

_COMPLEMENT = '"complement'
_INSTITUTION = re.compile(
    r"\b(?:ehpad|usld|cada|chrs|esat|ime|adoma|sonacotra|foyer(?: logement| d['’]accueil)?|maison d['’]arr[eê]t"
    r"|centre (?:p\S+tiaire|de d\S+tion|hospitalier)|h[ôo]pital|clinique)\b",
    re.IGNORECASE,
)
_SPOKEN = re.compile(r"[^\W\d_]{3}.*[^\w.:/@-]|[^\W\d_]{4}")
"""Letters enough to say something: identifiers of figures, and most others, say nothing."""


def complements(address: str) -> str:
    """Return what is written beside the street of an address, institutions left out."""
    if _COMPLEMENT not in address:
        return ""
    try:
        read: Any = json.loads(address)
    except ValueError:
        return address
    told = [text for name, text in read.items() if name.startswith("complement") and text]
    return _INSTITUTION.sub(" ", ", ".join(told))


def spoken(identifier: str) -> str:
    """Return an identifier that says something, and nothing for one that cannot."""
    return identifier if _SPOKEN.search(identifier) else ""


WORDS_INSIDE: dict[str, Callable[[str], str]] = {
    "address": complements,
    "external_id": spoken,
    "roll_number": spoken,
}
"""What is read of the values of a field that is not read whole."""
