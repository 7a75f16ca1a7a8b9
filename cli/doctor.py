"""Tell what is wrong with the installation, and change nothing."""

from argparse import Namespace
from dataclasses import asdict

from cli.answer import DONE, FAILED, Answer
from cli.opening import settings_of
from cli.problems import in_our_words
from cli.words import say, table
from installation.diagnosis import Check, Diagnosis
from installation.doctor import examine
from kernel.clock import SystemClock
from kernel.errors import Misconfigured

_NAMES: dict[Check, str] = {
    "settings": "réglages",
    "hosting": "hébergement",
    "folder": "dossier",
    "disk": "disque",
    "root_key": "clé racine",
    "ledger": "effacements",
    "database": "base",
    "schema": "schéma",
    "guards": "cloisons",
    "clock": "horloge",
    "keys": "clés",
    "log": "journal",
    "campaigns": "campagnes",
    "outbox": "tâches",
    "staff": "équipe",
}


def doctor(given: Namespace) -> Answer:
    """Look everything over; fail if a check does."""
    try:
        found = examine(settings_of(given), SystemClock())
    except Misconfigured as problem:
        found = [Diagnosis("settings", "fail", str(problem))]
    failed = any(one.state == "fail" for one in found)
    verdict = say("À réparer.", "To be repaired.") if failed else say("Rien à réparer.", "Nothing to repair.")
    data = {"healthy": not failed, "checks": [asdict(one) for one in found]}
    return Answer(data, [*table([_row(one) for one in found]), verdict], FAILED if failed else DONE)


def _row(one: Diagnosis) -> tuple[str, str, str]:
    states = {"ok": "ok", "warn": say("à voir", "warn"), "fail": say("ÉCHEC", "FAIL")}
    return states[one.state], say(_NAMES[one.name], one.name), in_our_words(one.text)
