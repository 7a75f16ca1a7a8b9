"""The actions that take four eyes: a closed list, read with its deciders from actions.toml."""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from audit.note import canonical_json
from kernel.errors import Invalid

_VALUE = re.compile(r"[A-Za-z0-9_.:~+-]{1,100}")


class Action(StrEnum):
    """What takes four eyes; the words stand in stored rows and never change."""

    CAMPAIGN_CLOSE = "campaign.close"
    EXPORT_LARGE = "export.large"
    KEY_DESTROY = "key.destroy"
    STAFF_ROLE_CHANGE = "staff.role_change"
    STAFF_RESET = "staff.reset"
    REQUEST_REFUSE = "request.refuse"


@dataclass(frozen=True, slots=True)
class ActionRule:
    """What an action is, which parameters it is asked for with, and which roles decide."""

    label_fr: str
    label_en: str
    parameters: frozenset[str]
    deciders: frozenset[str]


def rule_of(action: Action) -> ActionRule:
    """Return the rule of an action."""
    return _rules()[action.value]


def check_parameters(action: Action, parameters: Mapping[str, str]) -> None:
    """Raise Invalid unless these are the action's parameters: ids and plain words, nothing that names a person."""
    wanted = rule_of(action).parameters
    if set(parameters) != wanted or not all(_VALUE.fullmatch(value) for value in parameters.values()):
        message = f"{action.value} takes ids and plain words: {', '.join(sorted(wanted)) or 'none'}"
        raise Invalid(message)


def fingerprint_of(action: Action, parameters: Mapping[str, str]) -> bytes:
    """Digest an action with its exact parameters: another parameter is another request. Raises Invalid."""
    check_parameters(action, parameters)
    return hashlib.sha256(canonical_json({"action": action.value, "parameters": dict(parameters)}).encode()).digest()


@cache
def _rules() -> dict[str, ActionRule]:
    told = tomllib.loads((Path(__file__).parent / "actions.toml").read_text(encoding="utf-8"))
    return {
        name: ActionRule(row["label_fr"], row["label_en"], frozenset(row["parameters"]), frozenset(row["deciders"]))
        for name, row in told.items()
    }
