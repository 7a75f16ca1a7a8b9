"""What the demonstration carries from chapter to chapter: the campaign, what was found, and which promises held."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from campaigns.create import NewCampaign, create_campaign
from cli.words import say, table
from installation.open import Installation
from kernel.actor import Actor, operator_in
from kernel.identity import PersonId
from policy.draft import Origin

PURPOSES = frozenset({"contact_management", "canvassing", "rights_request"})
FEW = 3


@dataclass(slots=True)
class Story:
    """The demonstration under way: it prints what it computes, and keeps it."""

    installation: Installation
    silent: bool
    facts: dict[str, Any] = field(default_factory=dict)
    promises: dict[str, bool] = field(default_factory=dict)
    chapters: int = 0
    campaign: Any = None
    origins: dict[str, Origin] = field(default_factory=dict)
    person: PersonId | None = None

    @property
    def actor(self) -> Actor:
        """Return the operator, allowed for the purposes of the demonstration only."""
        return operator_in(self.campaign, PURPOSES)

    @property
    def folder(self) -> Path:
        """Return the folder of everything durable."""
        return self.installation.settings.data_dir

    @property
    def contact(self) -> PersonId:
        """Return the person the demonstration is about."""
        if self.person is None:
            message = "the demonstration recorded nobody"
            raise LookupError(message)
        return self.person

    def chapter(self, french: str, english: str) -> None:
        """Begin a chapter."""
        self.chapters += 1
        self.tell("", f"{self.chapters}. {say(french, english)}")

    def tell(self, *lines: str) -> None:
        """Print lines, unless only data are wanted."""
        if not self.silent:
            print(*lines, sep="\n", flush=True)

    def promise(self, name: str, *, kept: bool) -> None:
        """Remember whether something the product promises came true."""
        self.promises[name] = kept

    def create(self, name: str) -> None:
        """Create the campaign."""
        new = NewCampaign(
            controller=say("Parti d'essai", "Trial party"),
            kind="party",
            name=name,
            country="FR",
        )
        self.campaign = create_campaign(self.installation.register, self.installation.provider, new)

    def in_the_file(self, question: str, *given: object) -> list[Any]:
        """Ask the database file itself, read only, as anybody could who got hold of it."""
        return ask(self.installation.database.path, question, *given)


def ask(path: Path, question: str, *given: object) -> list[Any]:
    """Ask an SQLite file, read only."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return connection.execute(question, given).fetchall()


def by_rule(summary: Mapping[str, Any]) -> list[str]:
    """Return what was dropped or refused, one line a rule: decision, cells, columns, rule, articles."""
    columns: dict[tuple[str, str], set[str]] = defaultdict(set)
    cells: dict[tuple[str, str], int] = defaultdict(int)
    for decision, told in summary["cells"].items():
        for column, rules in told.items():
            for rule, count in rules.items():
                columns[decision, rule].add(column)
                cells[decision, rule] += count
    for one in summary["columns"]:
        if one["rule"] and one["decision"] != "kept":
            columns[one["decision"], one["rule"]].add(one["column"])
    rows = [
        (decision, str(cells[decision, rule] or "*"), rule, _few(sorted(named)), _articles(summary, rule))
        for (decision, rule), named in sorted(columns.items())
    ]
    head = [say("décision;cellules;règle;colonnes;articles", "decision;cells;rule;columns;articles").split(";")]
    return [f"   {line}" for line in table(head + [list(row) for row in rows])]


def _few(names: Sequence[str]) -> str:
    more = f" +{len(names) - FEW}" if len(names) > FEW else ""
    return ", ".join(names[:FEW]) + more


def _articles(summary: Mapping[str, Any], rule: str) -> str:
    return _few(summary["articles"].get(rule, ()))
