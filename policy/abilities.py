"""What campaign tools do with personal data, and how it is done here or which rule refuses it: one page of Markdown."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kernel.errors import Misconfigured
from policy.edition import Edition
from policy.pack import Table

HEAD = """# What you can do

Each function of {tools} that touches
personal data: its allowed form here, or the rule that refuses it, the articles, and the call. Generated from
`docs/what-you-can-do.toml`; a test compares. To write it again:
`python -m tests.project.abilities > docs/what-you-can-do.md`

What tools do was read in their public pages in 2026; it may have changed. "Not yet" is what is decided and not served.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """A function of campaign tools: how it is done here, or why not."""

    what: str
    tools: tuple[str, ...]
    refused: bool
    form: str
    rules: tuple[str, ...]
    sources: tuple[str, ...]
    calls: tuple[str, ...]


def read_abilities(content: Mapping[str, Any], edition: Edition, served: Collection[str]) -> list[Ability]:
    """Read the rows. Raises Misconfigured for an unknown tool, rule or source, a call neither served nor planned."""
    head = Table("what-you-can-do.toml", "", dict(content))
    tools, planned = head.listed("tools"), head.listed("planned")
    known = {"tools": tools, "rules": edition.rules, "sources": edition.sources, "calls": {*served, *planned}}
    found = []
    for table in head.tables("function"):
        ability = Ability(
            what=table.words("what"),
            tools=table.listed("tools"),
            refused=table.flag("refused", default=False),
            form=table.words("form"),
            rules=table.listed("rules"),
            sources=table.optional_listed("sources"),
            calls=table.listed("calls"),
        )
        table.close()
        for key, words in known.items():
            if unknown := [one for one in getattr(ability, key) if one not in words]:
                table.fail(key, f"unknown: {unknown[0]} ({ability.what})")
        if not ability.tools or not ability.calls or not (ability.rules or (ability.sources and not ability.refused)):
            raise Misconfigured(f"what-you-can-do.toml: {ability.what}: a tool, a call, and a rule or a source")
        found.append(ability)
    head.close()
    return found


def page(content: Mapping[str, Any], edition: Edition, served: Collection[str]) -> str:
    """Write the page: what is allowed, then what is refused."""
    abilities = read_abilities(content, edition, served)
    return "\n".join(_lines(edition, abilities, content["tools"], served))


def _lines(edition: Edition, abilities: list[Ability], tools: list[str], served: Collection[str]) -> Iterator[str]:
    yield HEAD.format(tools=f"{', '.join(tools[:-1])} and {tools[-1]}")
    for refused, title in ((False, "Allowed, in this form"), (True, "Refused")):
        rows = [one for one in abilities if one.refused is refused]
        yield f"## {title} ({len(rows)})\n"
        yield "| function | in | here | rules | articles | calls |\n| --- | --- | --- | --- | --- | --- |"
        yield from (_row(edition, one, served) for one in rows)
        yield ""


def _row(edition: Edition, ability: Ability, served: Collection[str]) -> str:
    cited = [*(source for rule in ability.rules for source in edition.rules[rule].sources), *ability.sources]
    articles = ", ".join(dict.fromkeys(edition.sources[one].article for one in cited))
    rules = ", ".join(f"`{one}`" for one in ability.rules)
    calls = ", ".join(f"`{one}`" if one in served else f"not yet: `{one}`" for one in ability.calls)
    return f"| {ability.what} | {', '.join(ability.tools)} | {ability.form} | {rules} | {articles} | {calls} |"
