"""Does what is said of an opinion speak of somebody else? Nobody's card holds what a neighbour or a spouse thinks.

No door of art. 9 opens for them: they are no members, and agreed to nothing. A word for somebody else counts where it
stands in the sentence of the opinion; too many refused harm nobody, for the contact's own opinion can be said alone.
"""

import re
import unicodedata
from collections.abc import Iterable

_OWN = r"son|sa|ses|leurs?|mon|ma|mes|ton|ta|tes|notre|nos|votre|vos|his|her|their|my|your|our"
_ANY = rf"{_OWN}|l|le|la|les|un|une|des|du|de la|deux|the|a|an|two"
_NEAR = (
    r"maris?|epou(?:x|ses?)|conjointe?s?|compagnes?|compagnons?|concubine?s?|fils|peres?|meres?|freres?|soeurs?|gendre|bru"
    r"|beaux?[- ]\w+|belles?[- ]\w+|oncles?|tantes?|neveux?|nieces?|cousine?s?|grands?[- ]?(?:peres?|meres?|parents)"
    r"|voisine?s?|amie?s?|collegues?|concierge|colocataires?|husband|wife|spouse|sons?|daughters?|father|mother|brothers?"
    r"|sisters?|uncle|aunt|cousins?|neighbou?rs?|friends?|colleagues?|flatmates?|roommates?"
)
"""Words for somebody else after any article."""
_HERS = (
    r"femme|filles?|parents?|enfants?|petits?[- ]enfants?|copine?s?|patronn?e?|famille|entourage|partner|family|kids"
    r"|children|boss"
)
"""Words that may mean the contact after an article, and somebody else after a possessive only."""
_ANOTHER = re.compile(rf"\b(?:(?:{_ANY})['’ ]\s*(?:ex[- ]|\w+ )?(?:{_NEAR})|(?:{_OWN}) (?:ex[- ]|\w+ )?(?:{_HERS}))\b")
_END = re.compile(r"[.!?;\n]")


def speaks_of_another(text: str, places: Iterable[int]) -> bool:
    """Tell whether a sentence in which something stands at one of these places names somebody else."""
    return any(_ANOTHER.search(_plain(_sentence(text, place))) for place in places)


def _sentence(text: str, place: int) -> str:
    begins = max((found.end() for found in _END.finditer(text, 0, place)), default=0)
    ends = _END.search(text, place)
    return text[begins : ends.start() if ends else len(text)]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold().replace("œ", "oe"))
    return "".join(one for one in folded if not unicodedata.combining(one))
