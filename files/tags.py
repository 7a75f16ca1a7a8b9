"""Tags in files: only those the campaign registered are kept, whatever a tool put there."""

import re
import unicodedata
from collections.abc import Collection, Sequence

from policy.words import Reader

UNREGISTERED = "tag.unregistered"
_REST = re.compile(r"[^a-z0-9_]+")


def slug(tag: str) -> str:
    """Write a tag as a registered name may be written: small letters without accents, parts joined by a hyphen."""
    plain = unicodedata.normalize("NFKD", tag.casefold()).encode("ascii", "ignore").decode()
    return _REST.sub("-", plain).strip("-")


class TagSorter:
    """Sort a file's tags into registered ones and rules by which the others are left out; each text asked once."""

    def __init__(self, reader: Reader, registered: Collection[str]) -> None:
        self._registered = registered
        self._reader = reader
        self._known: dict[str, tuple[str | None, str]] = {}

    def sort(self, tags: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names to keep, and the rule of each tag that is left out."""
        fates = [self._fate(tag) for tag in tags]
        kept = dict.fromkeys(name for name, _ in fates if name is not None)
        return tuple(kept), tuple(rule for name, rule in fates if name is None)

    def _fate(self, tag: str) -> tuple[str | None, str]:
        fate = self._known.get(tag)
        if fate is None:
            fate = self._known[tag] = self._ask(tag)
        return fate

    def _ask(self, tag: str) -> tuple[str | None, str]:
        findings = self._reader.tag(tag).findings("tags")
        if findings:
            return None, findings[0].rule
        name = slug(tag)
        return (name, "") if name in self._registered else (None, UNREGISTERED)
