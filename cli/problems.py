"""Turn a problem into one plain line that says what to do next; a refusal also names rules, articles and advice."""

import errno
import re
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import structlog

from cli.answer import FAILED, Answer
from cli.words import FRENCH, language, say, table
from kernel.errors import (
    Forbidden,
    IsoloirError,
    Refused,
    SilentWrite,
    Unavailable,
    Unopenable,
)
from kernel.log import configure_log
from policy.findings import Finding, Refusal

_DATABASE = (
    "vérifiez ISOLOIR_DATABASE_URL et que la base répond",
    "check ISOLOIR_DATABASE_URL and that the database answers",
)

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def answer_to(problem: Exception) -> Answer:
    """Return what is said of a problem; only our own errors are quoted, because they never hold a value."""
    if isinstance(problem, Refusal):
        return _refusal(problem)
    if isinstance(problem, IsoloirError):
        text = in_our_words(str(problem))
        return _told(type(problem).__name__, text, _next(problem))
    if isinstance(problem, OSError):
        return _told(type(problem).__name__, _system(problem), None)
    if not structlog.is_configured():
        # A logger left to itself prints the values of every variable.
        configure_log("error")
    structlog.get_logger("cli").error("command_failed", exc_info=problem)
    text = say("la commande a échoué", "the command failed") + f" ({type(problem).__name__})"
    return _told(type(problem).__name__, text, _unexpected(problem))


def told_of(findings: tuple[Finding, ...] | list[Finding]) -> list[dict[str, Any]]:
    """Return findings as data: field, rule, articles, why, and what to do next."""
    advice = "advice_fr" if language() == FRENCH else "advice_en"
    return [
        {
            "field": one.field,
            "rule": one.rule,
            "articles": list(one.articles),
            "kind": one.kind,
            "decision": one.decision,
            "missing": one.missing,
            "advice": getattr(one, advice),
        }
        for one in findings
    ]


def lines_of(findings: list[dict[str, Any]]) -> list[str]:
    """Return findings for people."""
    rows = [(one["field"], one["rule"], "; ".join(one["articles"]), one["advice"]) for one in findings]
    return [f"  {line}" for line in table(rows)] if rows else []


def in_our_words(message: str) -> str:
    """Return one of our own messages in the language spoken; what has no translation stays as it is."""
    if language() != FRENCH:
        return message
    for english, french in _translations():
        found = english.fullmatch(message)
        if found:
            return found.expand(french)
    return message


def _refusal(problem: Refusal) -> Answer:
    findings = told_of(problem.findings)
    line = "isoloir: " + say("refusé par la règle de droit ou la nôtre :", "refused by the law's rule or ours:")
    data: dict[str, Any] = {"error": "Refusal", "message": str(problem), "findings": findings}
    notice = told_of([problem.notice]) if problem.notice else []
    if notice:
        data["notice"] = notice[0]
    return Answer(data, [line, *lines_of(findings), *(f"  {one['advice']}" for one in notice)], FAILED)


def _told(kind: str, text: str, advice: str | None) -> Answer:
    line = f"isoloir: {text}" + (f" - {advice}" if advice else "")
    return Answer({"error": kind, "message": text, "next": advice}, [line], FAILED)


def _next(problem: IsoloirError) -> str | None:
    """Say what to do about a family of problems whose message does not."""
    advice: dict[type[IsoloirError], tuple[str, str]] = {
        Forbidden: ("déclarez une finalité permise", "declare a purpose that is allowed"),
        Unopenable: (
            "vérifiez que la clé racine est bien celle de cette base",
            "check that the root key is the one of this database",
        ),
        SilentWrite: ("rien n'a été écrit ; signalez ce défaut", "nothing was stored; report this fault"),
        Unavailable: _DATABASE,
        Refused: ("isoloir law show dit les règles et les finalités", "isoloir law show tells rules and purposes"),
    }
    return next((say(*texts) for kind, texts in advice.items() if isinstance(problem, kind)), None)


def _system(problem: OSError) -> str:
    kinds: dict[type[OSError], tuple[str, str]] = {
        FileNotFoundError: ("fichier ou dossier introuvable", "no such file or folder"),
        FileExistsError: ("ce fichier existe déjà : nommez-en un autre", "this file exists already: name another"),
        PermissionError: ("accès refusé à un fichier ou un dossier", "access to a file or folder was denied"),
        IsADirectoryError: ("un dossier, là où il faut un fichier", "a folder where a file is needed"),
    }
    if problem.errno in _FULL:
        return say(
            "le disque est plein : libérez de la place, puis relancez", "the disk is full: make room, run it again"
        )
    texts = kinds.get(type(problem))
    return say(*texts) if texts else say("erreur du système", "system error") + f" ({problem.errno})"


def _unexpected(problem: Exception) -> str:
    if type(problem).__module__.startswith(("sqlalchemy", "psycopg", "sqlite3")):
        return say(*_DATABASE)
    return say("le journal technique ci-dessus dit où", "the technical log above says where")


@cache
def _translations() -> list[tuple[re.Pattern[str], str]]:
    text = (Path(__file__).parent / "messages_fr.toml").read_text("utf-8")
    return [(re.compile(one["en"], re.DOTALL), one["fr"]) for one in tomllib.loads(text)["message"]]
