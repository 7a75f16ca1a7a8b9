"""Tell the law that is applied: its rules, or one of them with its sources."""

from argparse import Namespace

from cli.answer import Answer
from cli.words import FRENCH, language, say, table
from kernel.clock import SystemClock, today
from kernel.errors import NotFound
from policy.edition import Edition, Rule
from policy.load import countries, load


def show(given: Namespace) -> Answer:
    """Tell every rule of a day's edition, or all there is to know of one."""
    if given.country not in countries():
        message = "no law of that country is in this version"
        raise NotFound(message)
    edition = load(given.country, given.on or today(SystemClock()))
    if given.rule is None:
        return _all(edition)
    if given.rule not in edition.rules:
        message = "there is no rule of that name: isoloir law show lists them"
        raise NotFound(message)
    return _one(edition, edition.rules[given.rule])


def _all(edition: Edition) -> Answer:
    rules = [edition.rules[name] for name in sorted(edition.rules)]
    head = say(
        f"{edition.label_fr}, édition du {edition.on} ({edition.digest[:16]}), {len(rules)} règles",
        f"{edition.label_en}, edition of {edition.on} ({edition.digest[:16]}), {len(rules)} rules",
    )
    purposes = say("Finalités : ", "Purposes: ") + ", ".join(edition.purposes)
    lines = table([(rule.id, rule.decision, rule.kind, "; ".join(rule.articles)) for rule in rules])
    data = {"country": edition.country, "on": edition.on, "edition": edition.digest}
    told = {"purposes": list(edition.purposes), "rules": [_data(edition, rule) for rule in rules]}
    return Answer(data | told, [head, purposes, "", *lines])


def _one(edition: Edition, rule: Rule) -> Answer:
    data = _data(edition, rule)
    rows = [(name, "; ".join(value) if isinstance(value, list) else str(value)) for name, value in data.items()]
    sources = [edition.sources[name] for name in rule.sources]
    lines = [f"  {source.article}, {source.title} ({source.in_force}) {source.link}" for source in sources]
    return Answer(data, [*table([row for row in rows if row[0] != "sources" and row[1] != "None"]), *lines])


def _data(edition: Edition, rule: Rule) -> dict[str, object]:
    french = language() == FRENCH
    return {
        "rule": rule.id,
        "label": rule.label_fr if french else rule.label_en,
        "articles": list(rule.articles),
        "kind": rule.kind,
        "weight": rule.weight,
        "decision": rule.decision,
        "category": rule.category,
        "in_force": str(rule.in_force),
        "until": str(rule.until) if rule.until else None,
        "advice": rule.advice_fr if french else rule.advice_en,
        "sources": [edition.sources[name].link for name in rule.sources],
    }
