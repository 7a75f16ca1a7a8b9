"""Words of a dossier: codes become French and English, in that order."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from accounts.roles import roles
from policy.edition import Edition
from policy.notice import Told


@cache
def _tables() -> Mapping[str, Mapping[str, list[str]]]:
    text = (Path(__file__).parent / "words.toml").read_text(encoding="utf-8")
    return cast("Mapping[str, Mapping[str, list[str]]]", tomllib.loads(text))


def word(table: str, code: str) -> Told:
    """Return what a code is called; what has no name stands as it is written."""
    french, english = _tables()[table].get(code, (code, code))
    return Told(french, english)


def pair(told: Told) -> dict[str, str]:
    """Return both languages as a dossier's data hold them."""
    return {"fr": told.fr, "en": told.en}


def labelled(table: str, code: str) -> dict[str, Any]:
    """Return a code with what it is called."""
    return {"code": code, "label": pair(word(table, code))}


def field_label(name: str) -> Told:
    """Return what a field is called; the campaign's own by its own name."""
    return word("fields", name.removeprefix("custom:"))


def purpose_label(edition: Edition, code: str) -> Told:
    """Return what a purpose is called."""
    rule = edition.rules.get(f"purpose.{code}")
    return word("scopes", code) if rule is None else Told(rule.label_fr, rule.label_en)


def channel_label(edition: Edition, code: str) -> Told:
    """Return what a channel is called; a list by its own name."""
    rule = edition.rules.get(f"channel.{code}")
    return word("scopes", code) if rule is None else Told(rule.label_fr, rule.label_en)


def role_label(code: str) -> Told:
    """Return what a role of the staff, or a kind of actor, is called."""
    known = roles().roles.get(code) if code != "operator" else None
    return word("roles", code) if known is None else Told(known.label_fr, known.label_en)
