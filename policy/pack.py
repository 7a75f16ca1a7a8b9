"""The files of a pack, read strictly: a key that is absent, empty, unknown or of the wrong kind names its place."""

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NoReturn, TypeVar

from kernel.errors import Misconfigured

Content = dict[str, object]
Value = TypeVar("Value")


class Table:
    """One table of a pack file, which remembers its place and which of its keys were read."""

    def __init__(self, file: str, name: str, content: Content) -> None:
        self.file, self.name, self._left = file, name, dict(content)

    def fail(self, key: str, problem: str) -> NoReturn:
        """Name the file and the key that are wrong."""
        raise Misconfigured(f"{self.file}: {self.name}.{key}: {problem}")

    def _take(self, key: str, kind: type[Value]) -> Value:
        if key not in self._left:
            self.fail(key, "missing")
        value = self._left.pop(key)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            self.fail(key, f"not a {kind.__name__}")
        return value

    def has(self, key: str) -> bool:
        """Say whether the key is still to be read."""
        return key in self._left

    def names(self) -> tuple[str, ...]:
        """List the keys still to be read."""
        return tuple(self._left)

    def is_text(self, key: str) -> bool:
        """Say whether the key holds a text."""
        return isinstance(self._left.get(key), str)

    def words(self, key: str) -> str:
        """Read a text that may not be empty."""
        text = self._take(key, str)
        if not text.strip():
            self.fail(key, "empty")
        return text

    def optional_words(self, key: str) -> str | None:
        """Read a text, or None when the key is absent."""
        return self.words(key) if self.has(key) else None

    def day(self, key: str) -> date:
        """Read a date."""
        return self._take(key, date)

    def optional_day(self, key: str) -> date | None:
        """Read a date, or None when the key is absent."""
        return self.day(key) if self.has(key) else None

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Read true or false."""
        return default if default is not None and not self.has(key) else self._take(key, bool)

    def number(self, key: str, *, default: int | None = None) -> int:
        """Read a whole number, zero or more."""
        if default is not None and not self.has(key):
            return default
        number = self._take(key, int)
        if number < 0:
            self.fail(key, "negative")
        return number

    def listed(self, key: str) -> tuple[str, ...]:
        """Read a list of texts."""
        items = self._take(key, list)
        texts = tuple(item for item in items if isinstance(item, str) and item)
        if len(texts) != len(items):
            self.fail(key, "not a list of texts")
        if len(set(texts)) != len(texts):
            self.fail(key, "says the same twice")
        return texts

    def optional_listed(self, key: str) -> tuple[str, ...]:
        """Read a list of texts, or an empty one when the key is absent."""
        return self.listed(key) if self.has(key) else ()

    def mapping(self, key: str) -> Content:
        """Read an inner table as it is."""
        return self._take(key, dict)

    def texts(self, key: str) -> dict[str, str]:
        """Read an inner table of texts."""
        inner = Table(self.file, f"{self.name}.{key}", self.mapping(key))
        return {name: inner.words(name) for name in inner.names()}

    def tables(self, key: str) -> Iterator["Table"]:
        """Read a list of inner tables, none when the key is absent."""
        items = self._take(key, list) if self.has(key) else []
        for item in items:
            if not isinstance(item, dict):
                self.fail(key, "not a list of tables")
            yield Table(self.file, f"{self.name}.{key}", item)

    def one_of(self, key: str, choices: tuple[Value, ...]) -> Value:
        """Read one of a few words."""
        word = self.words(key)
        found = [choice for choice in choices if choice == word]
        if not found:
            self.fail(key, f"not one of {', '.join(map(str, choices))}")
        return found[0]

    def close(self) -> None:
        """Refuse keys that nobody read: a misspelt key would otherwise be a rule that does not exist."""
        for key in self._left:
            self.fail(key, "unknown key")


def read_file(folder: Path, stem: str) -> list[Table]:
    """Read the tables of one file. A table is one version; a list of tables is several, by date."""
    path = folder / f"{stem}.toml"
    name = f"{folder.name}/{path.name}"
    tables: list[Table] = []
    for key, value in _parse(path, name).items():
        for version in value if isinstance(value, list) else [value]:
            if not isinstance(version, dict):
                Table(name, "", {}).fail(key, "not a table")
            tables.append(Table(name, key, version))
    return tables


def read_head(folder: Path) -> Table:
    """Read what holds for the whole pack."""
    name = f"{folder.name}/pack.toml"
    return Table(name, "pack", _parse(folder / "pack.toml", name))


def _parse(path: Path, name: str) -> Content:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        problem = "missing"
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        problem = f"not TOML: {error}"
    raise Misconfigured(f"{name}: {problem}")
