"""Import files and export lists."""

import os
import sys
from argparse import Namespace
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, BinaryIO
from uuid import UUID

from audit.register import Register
from cli import exports
from cli.answer import DONE, FAILED, Answer
from cli.mapping import mapping_of
from cli.opening import opened, operator_of
from cli.words import say, table
from contacts.listing import Selection
from files.export_file import Exported, ExportOrder, export_file
from files.exports.at_once import FILE, end_at_once
from files.exports.order import AGE, LINK, Wanted
from files.hand_over import HandedOver, Handover, hand_over
from files.import_file import import_file
from files.order import Imported, ImportOrder
from files.profiles import load_profile
from files.sealed import spool_of
from files.undo import begin_undo, show_undo, stop_import
from files.writers import Format
from installation.chores import undoer_of
from installation.open import Installation
from kernel.actor import Actor
from kernel.errors import Invalid

_WIDTH = 40
_MOST = 4
_TURN_SECONDS = 60.0
_PARTS = {
    "contacts": ("contacts", "contacts"),
    "kept": ("conservés", "kept"),
    "data": ("données", "data"),
    "others": ("autres", "others"),
}
_OUTCOMES = {
    "erased": ("effacés, l'import les avait créés", "erased, the import had made them"),
    "restored": ("rétablis", "restored"),
    "removed": ("retirées", "removed"),
    "left": ("laissés : modifiés depuis", "left: changed since"),
    "kept": ("conservés tels quels", "kept as they are"),
    "gone": ("déjà partis", "gone before"),
    "consented": ("un consentement a été donné", "somebody gave consent"),
    "contacted": ("la personne a été contactée", "the person was contacted"),
    "asked": ("la personne a fait une demande", "the person made a request"),
    "held": ("une conservation est ordonnée", "a legal hold is on them"),
    "documented": ("une pièce les concerne", "an attachment concerns them"),
    "changed": ("modifiés depuis", "changed since"),
    "restricted": ("limités à un autre titre", "restricted for another reason"),
    "claims": ("accords déclarés retirés", "claims of consent taken back"),
    "words": ("mots en attente écartés", "words held for review let go"),
    "oppositions": ("refus conservés en opposition", "refusals kept as oppositions"),
}


def bring_in(given: Namespace) -> Answer:
    """Import a file; the same command after an interruption goes on where it was."""
    path = Path(given.file)
    report = _report(given.report, path)
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        progress = _Bar() if sys.stderr.isatty() else _silent
        order = ImportOrder(
            path=path,
            origin=given.origin,
            report=report,
            profile=given.profile,
            category=given.category,
            dry_run=given.dry_run,
            strict=given.strict,
            processes=given.processes or min(os.cpu_count() or 1, _MOST),
            cohort=given.cohort,
            mapping=mapping_of(installation, actor, given.purpose, path) if given.map else {},
        )
        done = import_file(installation.register, actor, given.purpose, order, progress)
    refused = load_profile(done.profile).refused is not None
    return Answer(_data(done, order), _lines(done, order), FAILED if refused else DONE)


def undo(given: Namespace) -> Answer:
    """Undo an import as a whole; the same command after an interruption goes on where it was."""
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        with installation.register.open(actor, given.purpose) as processing:
            begin_undo(processing, given.id)
        undoer = undoer_of(installation, _TURN_SECONDS)
        while undoer.run(actor.campaign, given.id):
            pass
        with installation.register.open(actor, given.purpose) as processing:
            told = asdict(show_undo(processing, given.id))
    lines = [f"  {line}" for line in table(_undone(told))]
    if told["failure"] is not None:
        why = (
            say("Cet import n'a pas pu être défait : ", "This import could not be undone: ")
            + told["failure"]["message"]
        )
        return Answer(told, [why, *lines], FAILED)
    return Answer(told, [say("Import défait : ", "Import undone: ") + str(given.id), *lines])


def cancel(given: Namespace) -> Answer:
    """End an import that runs, wherever it was begun; what was stored stays."""
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        with installation.register.open(actor, given.purpose) as processing:
            stop_import(processing, given.id)
        spool_of(installation.settings, actor.campaign).drop(given.id)
    text = say("Import arrêté ; ce qui était enregistré reste : ", "Import cancelled; what was stored stays: ")
    return Answer({"id": given.id, "state": "cancelled"}, [f"{text}{given.id}"])


def _undone(told: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return what became of contacts and data, count by count, in the words of the language."""
    parts = [(part, name, count) for part in _PARTS for name, count in told[part].items()]
    return [(say(*_PARTS[part]), say(*_OUTCOMES[name]), str(count)) for part, name, count in parts]


def send_out(given: Namespace) -> Answer:
    """Export a list to a new file that only its owner can read; nothing is left of it if the export fails.

    What is to be encrypted or fetched by a link, and what is too large for one person alone, becomes a job.
    """
    if (given.out is None) != given.link:
        raise Invalid(say("--out FICHIER ou --link, l'un des deux", "--out FILE or --link, one of them"))
    selection = Selection(category=given.category, commune=given.commune, polling_station=given.polling_station)
    with opened(given) as installation:
        actor = operator_of(installation, given, given.purpose)
        order = ExportOrder(
            reason=given.reason,
            recipient=given.recipient,
            selection=selection,
            saved=given.selection,
            cap=exports.left(installation, actor, given.purpose) if given.cap is None else given.cap,
            format=Format(given.format),
            only=None if given.field is None else tuple(given.field),
        )
        secured = AGE if given.encrypted else LINK if given.link else FILE
        wanted = Wanted(order=order, reach=_reach(given), secured=secured, hours=given.hours)
        one = exports.begin_at_once(installation, actor, given.purpose, wanted) if secured == FILE else None
        if one is None:
            secured = LINK if secured == FILE else secured
            return exports.order(installation, actor, given, replace(wanted, secured=secured))
        out = Path(given.out)
        done = _written_at_once(installation, actor, given, order, one)
    text = say(
        f"{done.contacts} contacts exportés dans {out}, {done.withheld} retenus.",
        f"{done.contacts} contacts exported to {out}, {done.withheld} withheld.",
    )
    if not isinstance(done, HandedOver):
        return Answer({"contacts": done.contacts, "withheld": done.withheld, "out": str(out)}, [text])
    told = {"contacts": done.contacts, "withheld": done.withheld, "out": str(out), "refused": done.refused}
    reasons = table(sorted((str(count), rule) for rule, count in done.refused.items()))
    return Answer(told | {"records": list(map(str, done.records))}, [text, *reasons])


def _written_at_once(
    installation: Installation, actor: Actor, given: Namespace, order: ExportOrder, one: UUID
) -> Exported | HandedOver:
    """Write the list to a new file and keep what it came to; where that fails, nothing is left of the file."""
    out, register = Path(given.out), installation.register
    with exports.told_if_it_fails(register, actor, given.purpose, one, left=False):
        opened_once = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with exports.told_if_it_fails(register, actor, given.purpose, one, left=True):
        try:
            with os.fdopen(opened_once, "wb") as lines:
                done = _sent_out(register, actor, given, order, one, lines)
        except BaseException:
            out.unlink()
            raise
    refused = dict(done.refused) if isinstance(done, HandedOver) else {}
    told = {"contacts": done.contacts, "withheld": done.withheld, "refused": refused}
    with register.open(actor, given.purpose) as processing:
        end_at_once(processing, one, told, out.stat().st_size)
    return done


def _sent_out(
    register: Register, actor: Actor, given: Namespace, order: ExportOrder, one: UUID, lines: BinaryIO
) -> Exported | HandedOver:
    """Export the list, or where a channel is named only those who may be reached through it."""
    reach = _reach(given)
    if reach is None:
        return export_file(register, actor, given.purpose, order, lines, export=one)
    return hand_over(register, actor, given.purpose, order, reach, lines, export=one)


def _reach(given: Namespace) -> Handover | None:
    if given.channel is None:
        return None
    return Handover(channel=given.channel, message=given.kind, sends=given.message, criteria=given.criterion)


def summary_lines(summary: Mapping[str, Any]) -> list[str]:
    """Return what became of rows, columns and cells, each with its rule and articles."""
    rows = ", ".join(f"{outcome} {count}" for outcome, count in summary["rows"].items())
    articles = summary["articles"]
    cells = [
        (decision, column, str(count), rule, "; ".join(articles.get(rule, ())))
        for decision, columns in summary["cells"].items()
        for column, rules in columns.items()
        for rule, count in rules.items()
    ]
    told = {column: rules for columns in summary["cells"].values() for column, rules in columns.items()}
    cells += [
        (one["decision"], one["column"], "*", one["rule"], "; ".join(one["articles"]))
        for one in summary["columns"]
        if one["rule"] and one["column"] not in told
    ]
    return [say("Lignes : ", "Rows: ") + (rows or "0"), *(f"  {line}" for line in table(sorted(cells)) if cells)]


def _report(named: str | None, path: Path) -> Path:
    """Name the report: beside the file unless told otherwise, and never in the place of the file itself."""
    wanted = Path(named.removesuffix(".csv").removesuffix(".json")) if named else path.with_name(f"{path.stem}-report")
    report = wanted.with_name(wanted.name.replace(".", "-"))
    if path.resolve() in {report.with_suffix(".csv").resolve(), report.with_suffix(".json").resolve()}:
        message = "the report would stand in the place of the file itself: name another"
        raise Invalid(message)
    return report


def _data(done: Imported, order: ImportOrder) -> dict[str, Any]:
    told = {"job": done.job, "profile": done.profile, "resumed": done.resumed, "dry_run": order.dry_run}
    return {**told, **done.summary, "report": str(order.report)}


def _lines(done: Imported, order: ImportOrder) -> list[str]:
    head = say(f"Profil {done.profile}", f"Profile {done.profile}")
    if done.resumed:
        head += say(", reprise d'un import interrompu", ", an interrupted import taken up again")
    if order.dry_run:
        head += say(", à blanc : rien n'est écrit", ", dry run: nothing is stored")
    where = say("Rapport : ", "Report: ") + f"{order.report}.csv, {order.report}.json"
    undo = say("Pour le défaire, pendant sept jours : ", "To undo it, for seven days: ")
    back = [] if done.job is None else [f"{undo}isoloir import undo {done.job}"]
    return [head, *summary_lines(done.summary), where, *back]


class _Bar:
    """A bar on the terminal's error stream, drawn over itself."""

    def __call__(self, done: int, whole: int) -> None:
        part = min(done / whole, 1.0) if whole else 1.0
        full = round(part * _WIDTH)
        end = "\n" if full == _WIDTH else ""
        print(f"\r[{'#' * full}{'.' * (_WIDTH - full)}] {part:4.0%}", end=end, file=sys.stderr, flush=True)


def _silent(_done: int, _whole: int) -> None:
    """Draw nothing where nobody looks."""
