"""The project's own lint holds for the product, and each rule tells good from bad."""

import ast
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest

from tests.project import lint
from tests.project.places import ROOT, rooms

Rule = Callable[[PurePosixPath, ast.Module], Iterator[lint.Fault]]


def faults(rule: Rule, path: str, text: str) -> list[lint.Fault]:
    return list(rule(PurePosixPath(path), ast.parse(text)))


RULES: tuple[Rule, ...] = (
    lint.forged_proofs,
    lint.clock_readings,
    lint.swallowed_errors,
    lint.trespasses,
    lint.commits,
)


def test_the_product_keeps_each_rule_and_commits_once_in_the_register() -> None:
    files = [path.relative_to(ROOT) for room in rooms() for path in sorted((ROOT / room).rglob("*.py"))]
    assert len(files) > len(rooms())
    found: list[str] = []
    for path in files:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        for rule in RULES:
            found += [f"{path}:{line}: {fault}" for line, fault in rule(PurePosixPath(path), tree)]
    (only,) = found
    assert only.startswith("audit/register.py:")
    assert only.endswith(lint.COMMITS)


BAD = [
    (lint.forged_proofs, "contacts/record.py", "Clearance(drafts=())"),
    (lint.forged_proofs, "contacts/record.py", "policy.screen.Clearance()"),
    (lint.forged_proofs, "policy/screen.py", "Grounds(items=())"),
    (lint.forged_proofs, "contacts/record.py", "Sealed()"),
    (lint.forged_proofs, "contacts/record.py", "class Mine(Clearance): ..."),
    (lint.forged_proofs, "contacts/record.py", "from policy.screen import Clearance as Harmless"),
    (lint.forged_proofs, "contacts/record.py", "object.__new__(Clearance)"),
    (lint.commits, "contacts/store.py", "transaction.commit()"),
    (lint.commits, "contacts/store.py", "self._session.commit()"),
    (lint.clock_readings, "audit/note.py", "datetime.now(UTC)"),
    (lint.clock_readings, "audit/note.py", "datetime.datetime.utcnow()"),
    (lint.clock_readings, "audit/note.py", "date.today()"),
    (lint.clock_readings, "audit/note.py", "default_factory = datetime.now"),
    (lint.clock_readings, "audit/note.py", "time.time()"),
    (lint.clock_readings, "audit/note.py", "from time import time_ns"),
    (lint.swallowed_errors, "audit/note.py", "try: f()\nexcept: pass"),
    (lint.swallowed_errors, "audit/note.py", "try: f()\nexcept Exception: pass"),
    (lint.swallowed_errors, "audit/note.py", "try: f()\nexcept (ValueError, Exception): ..."),
    (lint.swallowed_errors, "audit/note.py", "with contextlib.suppress(Exception): f()"),
    (lint.trespasses, "api/contacts.py", "from contacts.tables import Contact"),
    (lint.trespasses, "api/contacts.py", "from contacts import store"),
    (lint.trespasses, "holdings/list.py", "import audit.tables"),
    (lint.trespasses, "holdings/list.py", "from accounts.staff.store import read_account"),
]

GOOD = [
    (lint.forged_proofs, "policy/screen.py", "Clearance(drafts=())"),
    (lint.forged_proofs, "policy/ground.py", "Grounds(items=())"),
    (lint.forged_proofs, "contacts/seal.py", "Sealed()"),
    (lint.forged_proofs, "contacts/record.py", "def record(clearance: Clearance) -> Grounds: return ground(clearance)"),
    (lint.commits, "contacts/store.py", "def commit(self): ..."),
    (lint.clock_readings, "kernel/clock.py", "datetime.now(UTC)"),
    (lint.clock_readings, "audit/note.py", "clock.now()"),
    (lint.clock_readings, "audit/note.py", "time.monotonic(); time.perf_counter(); from time import sleep"),
    (lint.swallowed_errors, "audit/note.py", "try: f()\nexcept KeyError: pass"),
    (lint.swallowed_errors, "audit/note.py", "try: f()\nexcept Exception: raise Unopenable() from None"),
    (lint.swallowed_errors, "audit/note.py", "with contextlib.suppress(FileNotFoundError): f()"),
    (lint.trespasses, "contacts/record.py", "from contacts.store import insert"),
    (lint.trespasses, "migrations/env.py", "from contacts.tables import Contact"),
    (lint.trespasses, "api/contacts.py", "from contacts.record import record_contacts"),
]


@pytest.mark.parametrize(("rule", "path", "text"), BAD)
def test_a_bad_sample_is_found(rule: Rule, path: str, text: str) -> None:
    assert len(faults(rule, path, text)) == 1


@pytest.mark.parametrize(("rule", "path", "text"), GOOD)
def test_a_good_sample_passes(rule: Rule, path: str, text: str) -> None:
    assert faults(rule, path, text) == []
