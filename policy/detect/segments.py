"""Find what a segment does, besides what it says: choosing people by the sound of a name, or by two equal sexes.

The operator is the forbidden attribute here; no word of any lexicon need appear.
"""

import re
from collections.abc import Iterator

from policy.detect.verdict import Hit

_NAME = (
    r"\b(?:pre)?nom(?:s|_de_famille|_naissance|_usage)?\b|\b(?:first|last|sur|family|given)_?names?\b|\bpatronymes?\b"
)
_PICKS = (
    r"\b(?:i?like|contenant|contient|contains?|containing|finissant|termin\w+|ends?|ending|rlike|regexp?|similar|"
    r"sonorit\w+|conson\w+|soundex|metaphone|in)\b|~"
)
_BY_NAME = re.compile(rf"(?:{_NAME})[^;]{{0,40}}?(?:{_PICKS})")
_INITIAL = re.compile(r"like\s*'[a-z]%'|\bin\s*\(\s*(?:'[a-z]'\s*,?\s*)+\)")
_SEX = r"(?:sexe|genre|gender|sex)"
_PARTNER = r"(?:spouse|conjoint|conjointe|partner|partenaire|epoux)"
_SAME_SEX = re.compile(
    rf"\b{_SEX}\w*\s*=+\s*(?:{_PARTNER}\w*[._]{_SEX}|{_SEX}_\w*{_PARTNER})|\b(?:{_PARTNER}\w*[._]{_SEX}|{_SEX}_\w*{_PARTNER})\w*\s*=+\s*{_SEX}\b"
)


def operators(plain: str) -> Iterator[Hit]:
    """Yield a hit for each operator that selects by origin or orientation; ``plain`` is lower case without accents."""
    by_name = _BY_NAME.search(plain)
    if by_name and not _INITIAL.search(plain):
        yield _hit("ethnic_origin", by_name, "segment.name")
    same_sex = _SAME_SEX.search(plain)
    if same_sex:
        yield _hit("sexual_orientation", same_sex, "segment.same_sex")


def _hit(category: str, found: re.Match[str], reason: str) -> Hit:
    return Hit(category, f"forbidden.{category}", found.start(), found.end(), 0.9, reason)
