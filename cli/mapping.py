"""Ask what the columns of an unknown file are: only what neither their names nor their values tell."""

import sys
from collections.abc import Callable
from pathlib import Path

from cli.words import say
from files.mappings import header_digest, mapped, recall_mapping, remember_mapping
from files.plan import meanings
from files.propose import Proposal, propose_columns, word_of
from files.reading import Table, open_table
from files.settle import settle_columns
from installation.open import Installation
from kernel.actor import Actor

_DROP = "-"


def mapping_of(installation: Installation, actor: Actor, purpose: str, path: Path) -> dict[str, str]:
    """Return what each column of a file is, as said last time or now; what nobody says is left out of the import."""
    table = open_table(path)
    with installation.register.open(actor, purpose) as processing:
        recalled, reader = recall_mapping(processing, table.header), processing.reader
    if recalled is not None:
        _tell(say("Colonnes : comme la dernière fois.", "Columns: as last time."))
        return recalled
    proposals = propose_columns(table, reader)
    said = _said(table, proposals, _ask if sys.stdin.isatty() else _leave_out)
    settled = settle_columns(proposals, said, reader.edition)
    with installation.register.open(actor, purpose) as processing:
        remember_mapping(processing, header_digest(processing, table.header), settled)
    return mapped(table.header, settled)


def _said(table: Table, proposals: tuple[Proposal, ...], ask: Callable[[str, str], str]) -> dict[int, str | None]:
    """Tell what is settled, and return what is answered of each column that nobody could tell."""
    said: dict[int, str | None] = {}
    for one in proposals:
        name, proposed = table.header[one.position], word_of(one) or _DROP
        if one.sure:
            _tell(f"  {name or one.position + 1} : {one.rule or one.field or proposed}")
        else:
            answer = ask(name, proposed)
            said[one.position] = None if answer == _DROP else answer
    return said


def _ask(name: str, proposed: str) -> str:
    keep = say("Entrée", "Enter")
    drop = say("écarter", "leave out")
    question = f"« {name} » ? [{keep} = {proposed if proposed != _DROP else drop}, {_DROP} = {drop}, ?] "
    while True:
        _tell(question, end="")
        given = sys.stdin.readline().strip()
        if given in {"", proposed}:
            return proposed
        if given == _DROP or given in meanings():
            return given
        _tell("  " + ", ".join(sorted(meanings())))


def _leave_out(name: str, _proposed: str) -> str:
    message = say("on ne sait pas ce que c'est, écartée", "nobody can tell what it is, left out")
    _tell(f"  {name} : {message}")
    return _DROP


def _tell(text: str, end: str = "\n") -> None:
    print(text, end=end, file=sys.stderr, flush=True)
