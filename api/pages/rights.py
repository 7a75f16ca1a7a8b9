"""What the pages of rights ask, one question a page: their fields, what is wrong with them, and which comes next."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from api.pages.language import Language
from api.pages.render import words
from crypto.normalise import email, phone
from kernel.identity import PersonId
from rights.file import NOBODY, Person, Told
from rights.receive import NewRequest
from rights.words import Asker, Kind, Way, label

Typed = Mapping[str, str]
AT_ONCE = {"opposition": Kind.OBJECTION, "retrait": Kind.CONSENT_WITHDRAWAL}
"""The pages of what takes effect at once."""
CHANNELS = ("all", "email", "sms", "call", "post", "door")
FIELDS: Mapping[str, tuple[str, ...]] = {
    "pour-qui": ("asker",),
    "personne": ("first_names", "last_name", "birth_date"),
    "demandeur": ("asker_first_names", "asker_last_name", "asker_email"),
    "contact": ("email", "phone", "street", "postcode", "city"),
    "details": ("details", "minor"),
    "verifier": (),
}
"""The pages of a request in their order, each with what it asks."""
STOPS = ("channel", "email", "phone", "first_names", "last_name", "street", "postcode", "city")
_WORDS = {"pour-qui": "for", "personne": "who", "demandeur": "asker", "contact": "find", "details": "details"}
_LONGEST = {"details": 4_000}
_USUAL = 200
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_FILLED = {
    "first_names": "given-name",
    "last_name": "family-name",
    "birth_date": "bday",
    "email": "email",
    "phone": "tel",
    "street": "address-line1",
    "postcode": "postal-code",
    "city": "address-level2",
    "asker_first_names": "given-name",
    "asker_last_name": "family-name",
    "asker_email": "email",
}
_TYPES = {"email": "email", "asker_email": "email", "phone": "tel"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose pages these are, and in which language they speak."""

    owner: str
    language: Language

    def say(self, page: str) -> dict[str, str]:
        """Return the words of a page of rights, over those of all of them."""
        every = words("rights_every", self.language, owner=self.owner)
        return every | words(f"rights_{page}", self.language, owner=self.owner) | _footer(every)


def _footer(every: Mapping[str, str]) -> dict[str, str]:
    return {"footer": every["footer"]}


def journey(typed: Typed) -> tuple[str, ...]:
    """Return the pages that this request takes, in order."""
    skipped = {"pour-qui"} if typed.get("kind") == Kind.POST_MORTEM else set()
    if typed.get("asker", Asker.SELF) == Asker.SELF and typed.get("kind") != Kind.POST_MORTEM:
        skipped.add("demandeur")
    return tuple(page for page in FIELDS if page not in skipped)


def next_of(typed: Typed, page: str) -> str:
    """Return the page after this one."""
    pages = journey(typed)
    return pages[pages.index(page) + 1]


def typed_of(form: Mapping[str, list[str]], names: Sequence[str]) -> dict[str, str]:
    """Return what a form brings for these names, none for what it lacks, cut where it cannot be meant."""
    return {name: (form.get(name) or [""])[0].strip()[: _LONGEST.get(name, _USUAL) + 1] for name in names}


def faults_of(page: str, typed: Typed) -> dict[str, str]:
    """Return which fields are to be filled in otherwise, each with the word for it."""
    found = {name: name for name, text in typed.items() if len(text) > _LONGEST.get(name, _USUAL)}
    if page == "pour-qui" and typed.get("asker") not in {"self", "mandate", "parent"}:
        found["asker"] = "asker"
    if page == "personne" and not (typed["first_names"] and typed["last_name"]):
        found["last_name"] = "last_name"
    if page == "personne" and typed["birth_date"] and not _is_day(typed["birth_date"]):
        found["birth_date"] = "birth_date"
    if page == "demandeur":
        found |= (
            {"asker_last_name": "last_name"} if not (typed["asker_first_names"] and typed["asker_last_name"]) else {}
        )
        found |= {} if email(typed["asker_email"]) else {"asker_email": "email"}
    if page in {"contact", *AT_ONCE}:
        found |= _unreachable(typed)
    if page == "details" and typed.get("kind") == Kind.RECTIFICATION and not typed["details"]:
        found["details"] = "details"
    return found


def _unreachable(typed: Typed) -> dict[str, str]:
    found = {}
    if typed["email"] and email(typed["email"]) is None:
        found["email"] = "email"
    if typed["phone"] and phone(typed["phone"]) is None:
        found["phone"] = "phone"
    placed = typed["street"] and typed["postcode"] and typed["city"]
    named = typed.get("last_name", "x") and typed.get("first_names", "x")
    if not (typed["email"] or typed["phone"] or (placed and named)):
        found["email"] = "found"
    return found


def _is_day(text: str) -> bool:
    try:
        return bool(_DAY.fullmatch(text)) and date.fromisoformat(text).year > 1_900  # noqa: PLR2004 - nobody is older
    except ValueError:
        return False


def request_of(typed: Typed, language: Language, contact: PersonId | None) -> NewRequest:
    """Return the request that was typed."""
    kind = Kind(typed["kind"])
    asker = Asker.HEIR if kind is Kind.POST_MORTEM else Asker(typed.get("asker", "self"))
    on_behalf = (
        NOBODY if asker is Asker.SELF else Person(**_named(typed, "asker_", ("first_names", "last_name", "email")))
    )
    told = Told(person=_person(typed), asker=on_behalf, details=typed.get("details", ""))
    minor = typed.get("minor") == "yes"
    return NewRequest(kind=kind, told=told, way=Way.PAGE, asker=asker, language=language, minor=minor, contact=contact)


def stop_of(kind: Kind, typed: Typed, language: Language) -> NewRequest:
    """Return what takes effect at once."""
    channel = typed["channel"] if typed["channel"] in CHANNELS else "all"
    return NewRequest(kind=kind, told=Told(person=_person(typed), channel=channel), way=Way.PAGE, language=language)


def _person(typed: Typed) -> Person:
    names = ("first_names", "last_name", "birth_date", "email", "phone", "street", "postcode", "city")
    return Person(**_named(typed, "", names))


def _named(typed: Typed, prefix: str, names: Sequence[str]) -> dict[str, str]:
    return {name: typed.get(f"{prefix}{name}", "") for name in names}


def choose_parts(say: Mapping[str, str], chosen: str) -> list[dict[str, Any]]:
    """Return the eight rights, the one that needs nothing first."""
    order = (Kind.OBJECTION, Kind.CONSENT_WITHDRAWAL, *(one for one in Kind if one.value not in _FIRST))
    told = [{"value": one.value, "text": say[one.value], "hint": say[f"{one.value}_hint"]} for one in order]
    return [{"name": "kind", "label": say["ask"], "choices": told, "value": chosen}]


_FIRST = frozenset({"objection", "consent_withdrawal"})


def stop_parts(say: Mapping[str, str], typed: Typed, *, channels: bool) -> list[dict[str, Any]]:
    """Return the one form of what takes effect at once."""
    told = [{"value": one, "text": say["all" if one == "all" else f"{one}_channel"], "hint": ""} for one in CHANNELS]
    chosen = {"name": "channel", "label": say["channel"], "choices": told, "value": typed.get("channel") or "all"}
    named = ("first_names", "last_name", "street", "postcode", "city")
    group = {
        "name": "named",
        "label": say["name_legend"],
        "hint": say["name_hint"],
        "fields": [_field(say, one, typed) for one in named],
    }
    reached = [_field(say, one, typed) for one in ("email", "phone")]
    return [*reached, group, *([chosen] if channels else [])]


def parts_of(page: str, say: Mapping[str, str], typed: Typed) -> list[dict[str, Any]]:
    """Return what a page asks."""
    if page == "pour-qui":
        told = [
            {"value": one, "text": say[one], "hint": say.get(f"{one}_hint", "")}
            for one in ("self", "mandate", "parent")
        ]
        return [{"name": "asker", "label": say["title"], "choices": told, "value": typed.get("asker", "")}]
    if page == "details":
        return _details(say, typed)
    if page == "contact":
        group = {
            "name": "placed",
            "label": say["address_legend"],
            "hint": say["address_hint"],
            "fields": [_field(say, one, typed) for one in ("street", "postcode", "city")],
        }
        return [_field(say, "email", typed), _field(say, "phone", typed), group]
    return [_field(say, one, typed) for one in FIELDS[page]]


def _details(say: Mapping[str, str], typed: Typed) -> list[dict[str, Any]]:
    wrong = typed.get("kind") == Kind.RECTIFICATION
    hint = say["details_hint_rectification"] if wrong else say["details_hint"]
    told = {
        "name": "details",
        "type": "words",
        "label": say["details"],
        "hint": hint,
        "value": typed.get("details", ""),
    }
    tick = {"name": "minor", "type": "tick", "label": say["minor"], "value": typed.get("minor", "")}
    return [told, tick] if typed.get("kind") == Kind.ERASURE else [told]


def _field(say: Mapping[str, str], name: str, typed: Typed) -> dict[str, Any]:
    return {
        "name": name,
        "type": _TYPES.get(name, "text"),
        "label": say[name.removeprefix("asker_")],
        "hint": say.get(f"{name}_hint", ""),
        "value": typed.get(name, ""),
        "autocomplete": _FILLED[name],
    }


def heading_of(page: str, say: Mapping[str, str], typed: Typed) -> str:
    """Return the title of a page, which may depend on what is asked for."""
    other = typed.get("asker", Asker.SELF) != Asker.SELF or typed.get("kind") == Kind.POST_MORTEM
    if page == "contact" and other:
        return say["title_other"]
    if page == "details" and typed.get("kind") == Kind.RECTIFICATION:
        return say["title_rectification"]
    return say["title"]


def words_of(page: str) -> str:
    """Return under which name the words of a page stand."""
    return _WORDS[page]


def check_rows(say: Mapping[str, str], typed: Typed, language: Language) -> list[dict[str, str]]:
    """Return what was typed, to be read again, each with the page on which to change it."""
    asker = Asker.HEIR.value if typed["kind"] == Kind.POST_MORTEM else typed.get("asker", "self")
    who = [typed.get(name, "") for name in ("first_names", "last_name", "birth_date")]
    found = [typed.get(name, "") for name in ("email", "phone", "street", "postcode", "city")]
    behalf = [typed.get(name, "") for name in FIELDS["demandeur"]]
    rows = {
        "": (say["kind"], label("kind", typed["kind"], language)),
        "pour-qui": (say["asker"], label("asker", asker, language)),
        "personne": (say["who"], " ".join(filter(None, who))),
        "demandeur": (say["behalf"], " ".join(filter(None, behalf))),
        "contact": (say["find"], "\n".join(filter(None, found))),
        "details": (say["details"], typed.get("details") or say["nothing"]),
    }
    pages = {"", *journey(typed)}
    return [{"page": page, "term": term, "text": text} for page, (term, text) in rows.items() if page in pages]
