"""The walker: whatever people wrote freely is put before the detector on its way into a table, wherever it came from.

A column says of itself that it holds free words (``kernel.columns``); no use-case, no door and no job can store into it
around this. Words about persons have their own way, because a contact is kept without them: ``policy.screen``.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Table
from sqlalchemy.sql.dml import Delete, Insert, Update

from kernel.columns import free_words
from policy.findings import Finding, Refusal
from policy.words import Reader


def check_change(
    reader: Reader,
    table: Table,
    statement: Insert | Update | Delete,
    rows: Sequence[Mapping[str, Any]] | Mapping[str, Any] | None,
) -> None:
    """Raise Refusal for free words that may not be stored, in the rows of a change or in the change itself."""
    free = free_words(table)
    if not free or isinstance(statement, Delete):
        return
    given = [rows] if isinstance(rows, Mapping) else list(rows or ())
    if not given:
        given = [statement.compile().params]
    check_rows(reader, table, ({name: row[name] for name in free if name in row} for row in given))


def check_rows(reader: Reader, table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Raise Refusal for free words that may not be stored; each text is read once."""
    free = free_words(table)
    texts = dict.fromkeys((name, row[name]) for row in rows for name in free if row.get(name))
    findings = [finding for name, text in texts for finding in _read(reader, free[name], name, text)]
    if findings:
        raise Refusal(findings)


def check_free(reader: Reader, free: Mapping[str, Any] | None) -> None:
    """Raise Refusal for a reason, kept in the log, that says of somebody what may not be noted of them."""
    texts = [(name, text) for name, text in (free or {}).items() if name in REASONS and isinstance(text, str)]
    findings = [finding for name, text in texts for finding in _read(reader, "note", name, text)]
    if findings:
        raise Refusal(findings)


REASONS = frozenset({"reason"})
"""What people write freely into an entry of the log; the rest of its sealed part is the program's own."""


_IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def without_ids(text: str) -> str:
    """Leave ids out: drawn at random and read as words in disguise, one in some four hundred says something."""
    return _IDS.sub("", text)


def _read(reader: Reader, kind: str, field: str, text: str) -> Iterator[Finding]:
    ask = {"tag": reader.tag, "column": reader.name, "title": reader.title}.get(kind, reader.note)
    # The finding does not repeat the words: what was proposed may itself be personal.
    return iter(ask(without_ids(text)).findings(field))
