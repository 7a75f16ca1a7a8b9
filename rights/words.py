"""The words of the rights: how each kind and state is told, and what OpenDSR and the DPV call it."""

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

from policy.request import Reason


class Kind(StrEnum):
    """What may be asked; the words are the pack's, stand in stored rows and never change."""

    ACCESS = "access"
    RECTIFICATION = "rectification"
    ERASURE = "erasure"
    RESTRICTION = "restriction"
    PORTABILITY = "portability"
    OBJECTION = "objection"
    CONSENT_WITHDRAWAL = "consent_withdrawal"
    POST_MORTEM = "post_mortem"


class Way(StrEnum):
    """How a request came in."""

    PAGE = "page"
    LETTER = "letter"
    EMAIL = "email"
    PHONE = "phone"
    IN_PERSON = "in_person"
    TOOL = "tool"


class Asker(StrEnum):
    """Who asks, for themselves or for somebody."""

    SELF = "self"
    MANDATE = "mandate"
    PARENT = "parent"
    HEIR = "heir"


class Identity(StrEnum):
    """How the identity is established; ``mailbox`` alone does not: several persons may share an address."""

    MAILBOX = "mailbox"
    CODE = "code"
    LINK = "link"
    POST = "post"
    STAFF = "staff"


ESTABLISHED = frozenset(Identity) - {Identity.MAILBOX}


@cache
def _words() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    return tomllib.loads((Path(__file__).parent / "words.toml").read_text(encoding="utf-8"))


def label(table: str, word: str, language: str) -> str:
    """Return how a kind, a state, an asker or a way is told in a language."""
    return _words()[table][word][language]


def standard_words(kind: str, state: str, reason: str | None) -> dict[str, str | None]:
    """Return what OpenDSR 2.0 and the DPV 2.3 call a request; None where they have no word."""
    told, where = _words()["kind"][kind], _words()["state"][state]
    return {
        "opendsr_type": told.get("opendsr"),
        "opendsr_status": where.get("opendsr"),
        "dpv_right": told.get("dpv"),
        "dpv_status": where.get("dpv"),
        "dpv_justification": _words()["reason"].get(reason or "", {}).get("dpv"),
    }


def said(reason: Reason, language: str) -> str:
    """Return the sentence of a reason."""
    return reason.text_en if language == "en" else reason.text_fr
