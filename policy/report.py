"""The law as people and programs read it: one plain structure, and one page of Markdown.

Written to docs/law.md by ``python -m policy.report tests/policy/cases > docs/law.md``.
"""

import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path

from policy.edition import Edition, Rule
from policy.load import load
from policy.plain import Plain, plain
from policy.report_dates import date_tables

SEEN: Mapping[str, tuple[str, str]] = {
    "text": ("lu dans le texte", "read in the text"),
    "secondary": ("vu dans une source secondaire", "seen in a secondary source"),
    "memory": ("de mémoire, à vérifier", "from memory, to be verified"),
    "inference": ("notre lecture, une proposition", "our reading, a proposal"),
}
KINDS: Mapping[str, tuple[str, str]] = {
    "law": ("la loi", "the law"),
    "law_except_consent": ("la loi, sauf consentement explicite", "the law, but for explicit consent"),
    "our_policy": ("notre règle", "our policy"),
}
WEIGHTS: Mapping[str, tuple[str, str]] = {
    "binding": ("obligatoire", "binding"),
    "recommendation": ("recommandation", "recommendation"),
    "proposal": ("proposition, modifiable en la motivant", "proposal, may be changed with a reason"),
}
Proofs = Mapping[str, Sequence[str]]
"""For each rule, the names of the cases that prove it."""


def law(edition: Edition) -> dict[str, Plain]:
    """Give an edition as plain data, with its codes in words: what GET /v1/law and ``isoloir law show --json`` tell."""
    content = {name: plain(getattr(edition, name)) for name in Edition.__dataclass_fields__}
    words: dict[str, Plain] = {"seen": _pairs(SEEN), "kind": _pairs(KINDS), "weight": _pairs(WEIGHTS)}
    return {**content, "words": words}


def _pairs(table: Mapping[str, tuple[str, str]]) -> dict[str, Plain]:
    return {code: {"fr": french, "en": english} for code, (french, english) in table.items()}


def markdown(edition: Edition, proofs: Proofs) -> str:
    """Write the page: sources, matrix, rules with the cases that prove them, and the tables."""
    parts = (
        _head(edition),
        _matrix(edition),
        _rules(edition, proofs),
        _categories(edition),
        _origins(edition),
        _purposes(edition),
        _channels(edition),
        _gate(edition),
        _retention(edition),
        _erasure(edition),
        _elections(edition),
        _disclosures(edition),
        _notices(edition),
        _requests(edition),
        _dates(edition),
        _sources(edition),
    )
    return "\n".join(line for part in parts for line in part)


def _table(head: str, rows: Iterable[Sequence[str]]) -> Iterator[str]:
    columns = head.split("|")
    yield "| " + " | ".join(name.strip() for name in columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
    yield ""


def _head(edition: Edition) -> Iterator[str]:
    changed = max(rule.in_force for rule in edition.rules.values())
    yield f"# The law that Isoloir applies: {edition.label_en}"
    yield ""
    yield "Generated from `policy/packs/`; a test compares. To write it again:"
    yield "`python -m policy.report tests/policy/cases > docs/law.md`"
    yield ""
    yield f"The last rule came into force on {changed}. Digest of the edition: `{edition.digest}`."
    yield ""
    yield "This is engineering, not legal advice. Each rule says whether the law speaks or we do, how strongly, since"
    yield "when, on which texts, how far we read those texts ourselves, what to do next, and which cases prove it."
    yield ""


def _matrix(edition: Edition) -> Iterator[str]:
    yield "## Matrix: category of data by category of person"
    yield ""
    yield "A ordinary basis. D art. 9(2)(d) for a party or association, explicit consent for a candidate. C consent."
    yield "E made public by the person. L legal duty, in a separate register. X never. drop: left at the door."
    yield "tracker: consent to the tracker. no_targeting, parental: minors. n/a: does not arise, refused."
    yield "† never a criterion for political advertising on line."
    yield ""
    columns = list(dict.fromkeys(category.column for category in edition.categories.values()))
    rows = []
    for row in edition.rows.values():
        label = edition.rules[row.rule].label_fr + ("" if row.targeting else " †")
        cells = [row.cells[column] for column in columns]
        rows.append((label, *(f"{cell.code} ({cell.note_fr})" if cell.note_fr else cell.code for cell in cells)))
    yield from _table("data|" + "|".join(columns), rows)


def _rules(edition: Edition, proofs: Proofs) -> Iterator[str]:
    yield f"## Rules ({len(edition.rules)})"
    yield ""
    for rule in edition.rules.values():
        yield from _rule(edition, rule, proofs.get(rule.id, ()))


def _rule(edition: Edition, rule: Rule, cases: Sequence[str]) -> Iterator[str]:
    yield f"### `{rule.id}`"
    yield ""
    yield f"**{rule.label_fr}** ({rule.label_en})"
    yield ""
    until = f" until {rule.until}" if rule.until else ""
    yield f"- {KINDS[rule.kind][1]}; {WEIGHTS[rule.weight][1]}; decision: {rule.decision}; since {rule.in_force}{until}"
    cited = [edition.sources[name] for name in rule.sources]
    yield "- " + "; ".join(f"{source.article} ({SEEN[source.seen][1]})" for source in cited)
    yield f"- À faire : {rule.advice_fr}"
    yield f"- What to do: {rule.advice_en}"
    yield from (f"- Proven by: {name}" for name in cases)
    yield ""


def _categories(edition: Edition) -> Iterator[str]:
    yield "## Categories of person"
    yield ""
    rows = []
    for category in edition.categories.values():
        asked = ", ".join(f"{requirement.fact} (`{requirement.rule}`)" for requirement in category.requires)
        closed = f"closed (`{category.closed}`)" if category.closed else ""
        rows.append((f"`{category.id}`", category.label_fr, category.label_en, asked or closed, category.retention))
    yield from _table("id|fr|en|must be proven|retention", rows)


def _origins(edition: Edition) -> Iterator[str]:
    yield "## Origins"
    yield ""
    rows = []
    for kind in edition.origins.values():
        whom = f"forbidden (`{kind.forbidden}`)" if kind.forbidden else ", ".join(sorted(kind.categories))
        asked = ", ".join(
            f"{requirement.fact}{', with its paper' if requirement.paper else ''} (`{requirement.rule}`)"
            for requirement in kind.requires
        )
        fields = ", ".join(sorted(kind.fields)) if kind.fields is not None else ""
        rows.append((f"`{kind.id}`", kind.label_fr, kind.label_en, whom, asked, fields, "yes" if kind.direct else ""))
    yield from _table("id|fr|en|for|must be proven|only these fields|from the person", rows)


def _purposes(edition: Edition) -> Iterator[str]:
    yield "## Purposes and what they may read"
    yield ""
    rows = []
    for purpose in edition.purposes.values():
        label = edition.rules[f"purpose.{purpose.id}"].label_fr
        bases = ", ".join(f"{category} {basis}" for category, basis in purpose.bases.items())
        reads = ", ".join(sorted(purpose.reads)) + (", the campaign's own fields" if purpose.custom else "")
        rows.append((f"`{purpose.id}`", label, bases, reads or "nothing"))
    yield from _table("id|fr|legal basis|reads", rows)


def _channels(edition: Edition) -> Iterator[str]:
    yield "## Channel gate: who may be reached through which channel, and on what"
    yield ""
    yield "consent: given by the person and proven. broker: proven by whoever rented the file. interest: documented"
    yield "legitimate interest, untargeted. opt_out: legitimate interest, nobody objected. Empty: not reached."
    yield ""
    channels = edition.channels.values()
    rows = [
        (f"`{name}`", *(", ".join(channel.grounds.get(name, ())) for channel in channels))
        for name, category in edition.categories.items()
        if not category.closed
    ]
    yield from _table("category|" + "|".join(channel.id for channel in channels), rows)
    told = [
        (
            f"`{one.id}`",
            edition.rules[one.rule].label_fr,
            ", ".join(sorted(one.purposes)),
            "stops" if one.silent else "",
            "art. 18" if one.online else "",
            ", ".join(one.carries),
        )
        for one in channels
    ]
    yield from _table("channel|fr|purposes|silence before a ballot|on line|must say", told)
    messages = [
        (
            f"`{one.id}`",
            one.label_fr,
            one.label_en,
            one.needs,
            "stops" if one.silent else "",
            ", ".join(sorted(one.purposes)),
        )
        for one in edition.messages.values()
    ]
    yield from _table("message|fr|en|needs|silence|purposes", messages)


def _gate(edition: Edition) -> Iterator[str]:
    yield "## Why somebody may not be reached, in the order in which it is told"
    yield ""
    reasons = sorted(edition.reasons.values(), key=lambda one: one.rank)
    rows = [
        (str(one.rank), f"`{one.id}`", edition.rules[one.rule].label_fr, edition.rules[one.rule].label_en, one.step)
        for one in reasons
    ]
    yield from _table("rank|id|fr|en|step", rows)


def _retention(edition: Edition) -> Iterator[str]:
    yield "## Retention"
    yield ""
    rows = []
    for row in edition.retention.values():
        rule = edition.rules[f"retention.{row.id}"]
        active = f"{row.months} months" if row.months else f"{row.days} days" if row.days else "until then"
        archive = f"{row.archive_months} months" if row.archive_months else ""
        rows.append((f"`{row.id}`", rule.label_fr, row.trigger, active, archive, row.after_fr, WEIGHTS[rule.weight][1]))
    yield from _table("id|fr|from|active|archive|then|weight", rows)


def _erasure(edition: Edition) -> Iterator[str]:
    yield "## Erasure: what is shredded, what stands"
    yield ""
    grounds = sorted(edition.grounds.items(), key=lambda ground: ground[1])
    rows = [
        (
            f"`{part.id}`",
            *(f"kept, 17(3)({part.letter(name)})" if part.letter(name) else "shredded" for name, _ in grounds),
        )
        for part in edition.compartments.values()
    ]
    yield from _table("compartment|" + "|".join(f"{name} 17(1)({letter})" for name, letter in grounds), rows)


def _elections(edition: Edition) -> Iterator[str]:
    yield "## Types of election"
    yield ""
    yield "Only a type whose rules were researched lets a campaign become active."
    yield ""
    found = edition.elections.values()
    rows = [(f"`{one.id}`", one.label_fr, one.label_en, "yes" if one.researched else "no") for one in found]
    yield from _table("id|fr|en|researched", rows)


def _disclosures(edition: Edition) -> Iterator[str]:
    yield "## Disclosures: hand-over between controllers, transfers"
    yield ""
    rows = []
    for one in edition.handovers.values():
        asked = ", ".join(f"{requirement.fact} (`{requirement.rule}`)" for requirement in one.requires)
        forbidden = f"forbidden (`{one.forbidden}`)" if one.forbidden else ""
        rows.append((f"`{one.id}`", one.label_fr, one.label_en, forbidden or asked))
    yield from _table("ground|fr|en|must be proven", rows)
    bases = [(f"`{one.id}`", one.label_fr, one.label_en) for one in edition.transfers.values()]
    yield from _table("basis of transfer|fr|en", bases)
    zones = [(f"`{name}`", ", ".join(sorted(edition.zones[name]))) for name in sorted(edition.zones)]
    yield from _table("zone|countries", zones)


def _notices(edition: Edition) -> Iterator[str]:
    yield "## Notices: what they must say, and by when"
    yield ""
    rows = []
    for mention in edition.mentions.values():
        rule = edition.rules[f"notice.{mention.id}"]
        facts = ", ".join(mention.facts)
        rows.append((f"`{mention.id}`", rule.label_fr, facts, "" if mention.always else "where it arises"))
    yield from _table("mention|fr|facts|when", rows)
    clocks = [
        (f"`{one.id}`", f"{one.months} months", "may be assessed: an interpretation" if one.assessed else "")
        for one in edition.clocks.values()
    ]
    yield from _table("origin|art. 14(3)|art. 14(5)(b)", clocks)


def _requests(edition: Edition) -> Iterator[str]:
    yield "## Requests: what a person may ask, and by when it is answered"
    yield ""
    rows = []
    for one in edition.requests.values():
        label = edition.rules[f"request.{one.id}"].label_fr
        more, minor = f"{one.extension_months} months", f"{one.minor_extension_months} months"
        rows.append((f"`{one.id}`", label, f"{one.months} months", more, minor, "yes" if one.at_once else ""))
    yield from _table("id|fr|answered within|may be put off by|of a minor|takes effect at once", rows)
    reasons = [
        (f"`{one.id}`", one.use, ", ".join(sorted(one.kinds)) or "all but those at once", one.text_fr)
        for one in edition.refusals.values()
    ]
    yield from _table("reason|use|said to|what the person reads", reasons)


def _dates(edition: Edition) -> Iterator[str]:
    for title, text, head, rows in date_tables(edition):
        yield from (f"## {title}", "", text, "")
        yield from _table(head, rows)


def _sources(edition: Edition) -> Iterator[str]:
    yield "## Sources"
    yield ""
    rows = [
        (f"`{text.id}`", text.title, f"<{text.link}>", str(text.in_force), SEEN[text.seen][1])
        for text in edition.sources.values()
    ]
    yield from _table("id|title|link|in force|how far we read it", rows)


def read_proofs(folder: Path) -> dict[str, list[str]]:
    """Read, for each rule, the names of the cases that prove it."""
    proofs: dict[str, list[str]] = {}
    for path in sorted(folder.glob("*.toml")):
        for case in tomllib.loads(path.read_text(encoding="utf-8"))["case"]:
            for rule in dict.fromkeys((*case["rules"], *case["expect"].get("findings", ()))):
                proofs.setdefault(rule, []).append(case["name"])
    return proofs


if __name__ == "__main__":  # pragma: no cover - the test calls what it calls
    # Everything adopted, whatever the day: each rule tells its own date.
    sys.stdout.write(markdown(load("france", date.max), read_proofs(Path(sys.argv[1]))))
