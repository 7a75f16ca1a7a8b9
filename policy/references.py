"""Whether every id a pack names exists: a hole must be seen at start, not on the day somebody asks."""

from collections.abc import Collection, Iterator
from typing import get_args

from kernel.errors import Misconfigured
from policy.edition import Controller, Edition
from policy.gate import HOLDS
from policy.notice import FACTS, placeholders

Named = tuple[str, str, str, Collection[str]]
"""File, key, the id that is named, and where it must be found."""

REQUESTS = (
    *("access", "rectification", "erasure", "restriction", "portability"),
    *("objection", "consent_withdrawal", "post_mortem"),
)
"""What the program knows how to answer."""

STAFF_DATA = frozenset({"identity", "activity", "position"})
ACTIVITY_PURPOSES = frozenset({"accountability"})
"""The only purposes that may see who of the staff did what: no pack can open the log to ranking or monitoring them."""

CLOSED_RULES = (
    "accessibility.event_date",
    "accessibility.vocabulary",
    "activation.arrangement",
    "activation.contract",
    "activation.dpia",
    "activation.dpo",
    "activation.election",
    "activation.notice",
    "activation.operator",
    "activation.purposes",
    "activation.real_only",
    "activation.retention",
    "activation.rights_contact",
    "activation.synthetic_left",
    "activation.synthetic_only",
    "birth_date.meaning",
    "category.unknown",
    "door.explicit_consent",
    "door.opt_in",
    "door.public_statement",
    "field.unknown",
    "forbidden.political_opinion",
    "third_person.opinion",
    "handover.ground",
    "name.unreadable",
    "notice.interpretation",
    "notice.other",
    "notice.unpublished",
    "operator.instruction",
    "origin.future",
    "origin.unknown",
    "purpose.category",
    "purpose.undeclared",
    "recipient.unregistered",
    "text.unread",
    "matrix.custom",
    "matrix.minor_under_15",
    "matrix.minor_under_17",
    "matrix.postal_address",
    "retention.accessibility",
    "retention.prospect_beyond_election",
    "staff.monitoring",
    "transfer.basis",
)
"""The rules the questions themselves ask for by name."""


def check_references(edition: Edition, country: str) -> None:
    """Raise Misconfigured for the first id that names nothing, and for a matrix with a hole."""
    for file, key, name, where in _named(edition):
        if name not in where:
            raise Misconfigured(f"{country}/{file}.toml: {key}: unknown id {name!r}")


def _named(edition: Edition) -> Iterator[Named]:
    yield from (("rules", name, name, edition.rules) for name in CLOSED_RULES)
    yield from _of_matrix(edition)
    yield from _of_categories(edition)
    yield from _of_origins(edition)
    yield from _of_purposes(edition)
    yield from _of_compartments(edition)
    yield from _of_handovers(edition)
    yield from _of_notices(edition)
    yield from _of_reach(edition)
    yield from (("zones", name, name, edition.zones) for name in ("eea", "adequate"))
    yield from _of_dates(edition)
    yield from _of_requests(edition)


def _of_requests(edition: Edition) -> Iterator[Named]:
    yield from (("requests", name, name, edition.requests) for name in REQUESTS)
    for one in edition.refusals.values():
        yield from (("refusals", f"{one.id}.kinds", name, edition.requests) for name in sorted(one.kinds))


def _of_dates(edition: Edition) -> Iterator[Named]:
    for place in edition.places.values():
        yield from (("places", f"{place.id}.saturday", kind, edition.elections) for kind in place.saturday)
    yield "calendar", "account", "account", edition.reminders
    for one in edition.reminders.values():
        yield from (("calendar", f"{one.id}.types", kind, edition.elections) for kind in one.types)
        yield from (("calendar", f"{one.id}.controllers", kind, get_args(Controller)) for kind in one.controllers)
        if one.retention:
            yield "calendar", f"{one.id}.retention", one.retention, edition.retention


def _of_handovers(edition: Edition) -> Iterator[Named]:
    for one in edition.handovers.values():
        yield from (("handovers", f"{one.id}.requires", asked.rule, edition.rules) for asked in one.requires)
        if one.forbidden:
            yield "handovers", f"{one.id}.forbidden", one.forbidden, edition.rules


def _of_notices(edition: Edition) -> Iterator[Named]:
    for mention in edition.mentions.values():
        yield from (("mentions", f"{mention.id}.facts", name, FACTS) for name in mention.facts)
        for key, text in (("text_fr", mention.text_fr), ("text_en", mention.text_en)):
            used = placeholders(text)
            yield from (("mentions", f"{mention.id}.{key}", name, mention.facts) for name in sorted(used))
            yield from (("mentions", f"{mention.id}.{key}", name, used) for name in mention.facts)
    yield from (("clocks", name, name, edition.origins) for name in edition.clocks)
    for kind in edition.origins.values():
        if not kind.direct and not kind.forbidden:
            yield "clocks", kind.id, kind.id, edition.clocks


def _of_reach(edition: Edition) -> Iterator[Named]:
    yield from (("channels", name, name, edition.channels) for name in ("list", "online_targeting"))
    for channel in edition.channels.values():
        yield from (("channels", f"{channel.id}.purposes", name, edition.purposes) for name in sorted(channel.purposes))
        yield from (("channels", f"{channel.id}.grounds", name, edition.categories) for name in channel.grounds)
    for message in edition.messages.values():
        yield from (("messages", f"{message.id}.purposes", name, edition.purposes) for name in sorted(message.purposes))
    yield from (("gate", name, name, HOLDS) for name in edition.reasons)


def _of_matrix(edition: Edition) -> Iterator[Named]:
    columns = {category.column for category in edition.categories.values()}
    for row in edition.rows.values():
        yield "matrix", f"{row.id}.consent_rule", row.consent_rule, edition.rules
        yield from (("matrix", f"{row.id}.cells", column, row.cells) for column in sorted(columns))
        yield from (("matrix", f"{row.id}.cells", column, columns) for column in row.cells)


def _of_categories(edition: Edition) -> Iterator[Named]:
    for category in edition.categories.values():
        file = "categories"
        yield file, f"{category.id}.retention", category.retention, edition.retention
        yield from ((file, f"{category.id}.requires", asked.rule, edition.rules) for asked in category.requires)
        if category.closed:
            yield file, f"{category.id}.closed", category.closed, edition.rules


def _of_origins(edition: Edition) -> Iterator[Named]:
    for kind in edition.origins.values():
        file = "origins"
        rules = {"category_rule": kind.category_rule, "field_rule": kind.field_rule}
        if kind.forbidden:
            rules["forbidden"] = kind.forbidden
        if kind.after_first_round:
            rules["after_first_round"] = kind.after_first_round
        yield from ((file, f"{kind.id}.{key}", name, edition.rules) for key, name in rules.items())
        yield from ((file, f"{kind.id}.requires", asked.rule, edition.rules) for asked in kind.requires)
        yield from ((file, f"{kind.id}.categories", name, edition.categories) for name in sorted(kind.categories))
        yield from ((file, f"{kind.id}.fields", name, edition.fields) for name in sorted(kind.fields or ()))
        if kind.retention:
            yield file, f"{kind.id}.retention", kind.retention, edition.retention


def _of_purposes(edition: Edition) -> Iterator[Named]:
    for purpose in edition.purposes.values():
        yield from (("purposes", f"{purpose.id}.bases", name, edition.categories) for name in purpose.bases)
        stored = [name for name, field in edition.fields.items() if field.code is not None]
        yield from (("purposes", f"{purpose.id}.reads", name, stored) for name in sorted(purpose.reads))
        if purpose.consent:
            yield "purposes", f"{purpose.id}.consent", purpose.consent, edition.rows
        allowed = STAFF_DATA if purpose.id in ACTIVITY_PURPOSES else STAFF_DATA - {"activity"}
        yield from (("purposes", f"{purpose.id}.staff", name, allowed) for name in sorted(purpose.staff))


def _of_compartments(edition: Edition) -> Iterator[Named]:
    for compartment in edition.compartments.values():
        file = "compartments"
        yield from ((file, f"{compartment.id}.keeps", name, edition.grounds) for name in compartment.keeps)
        yield from ((file, f"{compartment.id}.keeps", letter, "abcde") for letter in compartment.keeps.values())
        if compartment.retention:
            yield file, f"{compartment.id}.retention", compartment.retention, edition.retention
