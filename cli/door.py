"""The door at the command line: sheets made and printed, and keyed in by a number and a letter for each line."""

import sys
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from audit.processing import Processing
from cli.answer import FAILED, Answer
from cli.dossiers import write_file
from cli.opening import opened, operator_of
from cli.parser_door import CANVASSING
from cli.words import FRENCH, language, say, table
from installation.open import Installation
from kernel.errors import Invalid, NotFound
from sheets import key_in as keying
from sheets.make import SheetView, Wanted, list_sheets, make_sheets
from sheets.newcomers import Asking, Newcomer
from sheets.notes import Kept
from sheets.outcomes import KeyedLine, read_typed, zone_of
from sheets.printing import print_sheet
from sheets.sweep import remove_sheet
from signups.wish import Wish

_PARTS = 4
_NEWCOMER = "+"


@dataclass(slots=True)
class _Input:
    """What was typed: lines, newcomers, and the places of what was not understood."""

    lines: list[KeyedLine] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    unread: list[int] = field(default_factory=list)


def make(given: Namespace) -> Answer:
    """Make sheets of a place."""
    streets = tuple(given.street)
    wanted = Wanted(
        commune=given.commune, polling_station=given.station, streets=streets, lines=given.lines, days=given.days
    )
    with opened(given) as installation, _canvassing(installation, given) as processing:
        made = make_sheets(processing, wanted)
    left = sum(made.refused.values())
    lines = [*table([_row(one) for one in made.sheets])]
    lines += [say(f"{left} personnes écartées par le droit.", f"{left} persons left out by the law.")] if left else []
    lines += _unopened(made.unopened)
    told = {"sheets": [_data(one) for one in made.sheets], "refused": dict(made.refused), "unopened": made.unopened}
    return Answer(told, lines)


def _unopened(count: int) -> list[str]:
    """Say how many records were spoilt; the doctor tells whether it is the keys."""
    if not count:
        return []
    text = say("fiches ne s'ouvrent pas : isoloir doctor", "records do not open: isoloir doctor")
    return [f"{count} {text}"]


def list_all(given: Namespace) -> Answer:
    """List the sheets that may be keyed in."""
    with opened(given) as installation, _canvassing(installation, given) as processing:
        found = list(_sheets(processing))
    none = [say("Aucune feuille.", "No sheet.")]
    return Answer({"sheets": [_data(one) for one in found]}, table([_row(one) for one in found]) if found else none)


def print_one(given: Namespace) -> Answer:
    """Write a sheet to a new file, for its owner only."""
    with opened(given) as installation:
        sheet = _named(installation, given)[0].id
        with _canvassing(installation, given) as processing:
            paper = print_sheet(processing, sheet, installation.settings.public_url)
    write_file(Path(given.out), paper.pdf())
    text = say("Feuille écrite ; détruisez le fichier après l'impression.", "Written; destroy the file once printed.")
    told = {"file": given.out, "mark": paper.mark, "unopened": paper.unopened}
    return Answer(told, [text, *_unopened(paper.unopened)])


def remove(given: Namespace) -> Answer:
    """Delete a sheet that is back and keyed in."""
    with opened(given) as installation:
        sheet = _named(installation, given)[0].id
        with _canvassing(installation, given) as processing:
            remove_sheet(processing, sheet)
    return Answer({"removed": sheet}, [say("Feuille supprimée.", "Sheet deleted.")])


def key_in(given: Namespace) -> Answer:
    """Key in what came of a sheet; what cannot be kept is told, and takes nothing else with it."""
    with opened(given) as installation:
        view, now, zone = _named(installation, given)
        typed = _read(given, now, zone)
        settings = installation.settings
        asking = Asking(settings.public_url, texts=bool(settings.sms_url))
        with _canvassing(installation, given) as processing:
            keyed = keying.key_in(processing, view.id, typed.lines, typed.newcomers, asking)
    wrong = [*_wrong(keyed), *_unread(typed)]
    return Answer(_told(keyed, typed), [*_summary(keyed), *wrong], FAILED if wrong else 0)


def _canvassing(installation: Installation, given: Namespace) -> AbstractContextManager[Processing]:
    return installation.register.open(operator_of(installation, given, CANVASSING), CANVASSING)


def _named(installation: Installation, given: Namespace) -> tuple[SheetView, datetime, ZoneInfo]:
    """Return the sheet that its mark or its id names, and the clock of its place. Raises NotFound."""
    with _canvassing(installation, given) as processing:
        named = given.sheet.strip().lower()
        for one in _sheets(processing):
            if named in {str(one.id), one.mark.lower()}:
                zone = zone_of(processing.edition, one.commune)
                return one, processing.at.astimezone(zone), zone
    message = "no such sheet in this campaign"
    raise NotFound(message)


def _sheets(processing: Processing) -> Iterator[SheetView]:
    """Yield every sheet that may be keyed in, page by page."""
    page = list_sheets(processing)
    while page:
        yield from page
        page = list_sheets(processing, (page[-1].made_at, page[-1].id))


def _read(given: Namespace, now: datetime, zone: ZoneInfo) -> _Input:
    """Read what is typed; at a terminal, until an empty line, and what is not understood is said at once."""
    found = _Input()
    on, at = given.on or now.date(), given.at or now.time().replace(second=0, microsecond=0, tzinfo=None)
    for place, text in enumerate(_texts(given), 1):
        try:
            if text.startswith(_NEWCOMER):
                found.newcomers.append(Newcomer(_wish(given, text), datetime.combine(on, at, zone)))
            else:
                found.lines.append(read_typed(text, on=on, at=at, zone=zone))
        except Invalid:
            found.unread.append(place)
            if given.file == "-" and sys.stdin.isatty():
                print(say("  pas compris : 12 a", "  not understood: 12 a"), file=sys.stderr)
    return found


def _texts(given: Namespace) -> Iterator[str]:
    if given.file != "-":
        yield from filter(None, map(str.strip, Path(given.file).read_text(encoding="utf-8").splitlines()))
        return
    terminal = sys.stdin.isatty()
    if terminal:
        print(say("Une ligne à la fois, puis une ligne vide.", "A line at a time, then an empty one."), file=sys.stderr)
    for line in sys.stdin:
        if text := line.strip():
            yield text
        elif terminal:
            return


def _wish(given: Namespace, text: str) -> Wish:
    """Read a newcomer: first names; name; e-mail or mobile; boxes. Raises Invalid, which repeats nothing of it."""
    parts = [one.strip() for one in text.removeprefix(_NEWCOMER).split(";")]
    if len(parts) != _PARTS:
        message = "a newcomer is four parts with ; between them"
        raise Invalid(message)
    first_names, last_name, reached, boxes = parts
    return Wish(
        email=reached if "@" in reached else "",
        phone="" if "@" in reached else reached,
        first_names=first_names,
        last_name=last_name,
        channels=tuple(one for one in (each.strip() for each in boxes.split(",")) if one),
        language="fr",
        canvasser=str(given.canvasser) if given.canvasser else "",
    )


def _summary(keyed: keying.Keyed) -> Iterator[str]:
    counted = Counter(one.result for one in keyed.lines)
    recorded, already = counted[keying.LineResult.RECORDED], counted[keying.LineResult.ALREADY]
    asked = sum(not one for one in keyed.newcomers)
    yield say(
        f"{recorded} lignes notées, {already} déjà notées.", f"{recorded} lines recorded, {already} there already."
    )
    refusals = sum(one.effect is not None for one in keyed.lines)
    if refusals:
        yield say(f"{refusals} refus pris en compte dès maintenant.", f"{refusals} refusals hold from now on.")
    if asked:
        yield say(f"{asked} personnes vont recevoir un message à confirmer.", f"{asked} persons are asked to confirm.")


def _wrong(keyed: keying.Keyed) -> Iterator[str]:
    """Say which lines, notes and newcomers are to be said otherwise; never what was said."""
    words = {
        keying.LineResult.UNKNOWN: say("n'est plus sur la feuille", "is on the sheet no more"),
        keying.LineResult.REPEATED: say("est là deux fois", "stands there twice"),
        keying.LineResult.TO_COME: say("n'est pas encore passée", "has not come yet"),
        keying.LineResult.BEFORE_SHEET: say("est d'avant la feuille", "is from before the sheet"),
    }
    for one in keyed.lines:
        if one.result in words:
            yield say(f"Ligne {one.line} : {words[one.result]}", f"Line {one.line}: {words[one.result]}")
        elif one.note is not None and one.note.kept in {Kept.REFUSED, Kept.RESTRICTED}:
            yield say(f"Ligne {one.line} : note non gardée.", f"Line {one.line}: the note is not kept.")
            advice = [each.advice_fr if language() == FRENCH else each.advice_en for each in one.note.findings]
            yield from (f"  {text}" for text in dict.fromkeys(one.note.neutral_fr or advice))
    for place, faults in enumerate(keyed.newcomers, 1):
        if faults:
            told = ", ".join(faults)
            yield say(f"Nouveau contact {place} : à corriger ({told})", f"Newcomer {place}: to correct ({told})")


def _unread(typed: _Input) -> Iterator[str]:
    if typed.unread:
        places = ", ".join(map(str, typed.unread))
        yield say(f"Lignes tapées non comprises : {places}", f"Lines typed that were not understood: {places}")


def _told(keyed: keying.Keyed, typed: _Input) -> dict[str, object]:
    lines = [
        {
            "line": one.line,
            "result": one.result,
            "effect": one.effect,
            "note": None if one.note is None else {"kept": one.note.kept, "neutral_fr": one.note.neutral_fr},
        }
        for one in keyed.lines
    ]
    return {"outcomes": lines, "newcomers": [{"faults": one} for one in keyed.newcomers], "unread": typed.unread}


def _data(one: SheetView) -> dict[str, object]:
    return {"mark": one.mark, **asdict(one)}


def _row(one: SheetView) -> tuple[str, ...]:
    station = one.polling_station or ""
    lines = say(f"{one.lines} lignes", f"{one.lines} lines")
    return one.mark, one.commune, station, lines, say(f"jusqu'au {one.expires_on}", f"until {one.expires_on}")
