"""The forms in which a dossier leaves: a PDF for people, JSON with its schema and CSV for programs, in one archive.

Names of files say what is in them and never whose; no part of a name comes from the data.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from dossiers.readable import LANGUAGES, Document, Reader, Section
from kernel.typeset import typeset

_HERE = Path(__file__).parent
_NAMES = (
    ("data", "donnees"),
    ("evidence", "consentements"),
    ("communications", "communications"),
    ("visits", "visites"),
    ("recipients", "destinataires"),
    ("consultations", "consultations"),
)
_PLACES = ("data", "standing", "purposes", "recipients", "transfers", "retention", "evidence", "standings")
_COMPUTED = ("=", "+", "-", "@", "\t", "\r")
Paper = tuple[str, bytes]
"""The extension and the content of an enclosed paper."""


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a dossier."""
    told: dict[str, Any] = json.loads((_HERE / "schema.json").read_text(encoding="utf-8"))
    return told


def as_json(document: Document) -> bytes:
    """Write a dossier for programs."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def as_pdf(document: Document) -> bytes:
    """Write a dossier for people: French first, then English; tagged."""
    own = next(one for one in document["controllers"] if one["own"])
    told = {"controller": own["name"], "languages": [Reader(document, one).page() for one in LANGUAGES]}
    return typeset(_HERE / "dossier.typ", told, datetime.fromisoformat(document["made_at"]))


def as_csv(section: Section) -> bytes:
    """Write a table for programs that open tables; no cell is computed by them."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(section["head"])
    writer.writerows([disarmed(cell) for cell in row] for row in section["rows"])
    return out.getvalue().encode("utf-8-sig")


def disarmed(cell: str) -> str:
    """Keep a program from computing a cell."""
    is_number = cell[:1] in "+-" and cell[1:].isdigit()
    return f"'{cell}" if cell.startswith(_COMPUTED) and not is_number else cell


def portable(document: Document) -> dict[str, Any]:
    """Return what the person gave themselves, and no more (art. 20)."""
    given = [one for one in document["data"] if one["origin"]["given_by_you"]]
    return {
        "format": "isoloir portability 1",
        "made_at": document["made_at"],
        "campaign": document["campaign"],
        "data": [{name: one[name] for name in ("field", "value", "obtained_on")} for one in given],
        "consents": [
            {"at": one["at"], **{name: one[name]["code"] for name in ("action", "purpose", "channel")}}
            for one in document["evidence"]
            if one["detail"]["indicated_by"] == "person"
        ],
    }


def as_archive(document: Document, papers: Sequence[Paper] = ()) -> bytes:
    """Put every form into one archive, with a manifest of digests."""
    files = _files(document, papers)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    files["MANIFEST.json"] = json.dumps(digests, indent=1).encode()
    at = datetime.fromisoformat(document["made_at"]).timetuple()[:6]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            entry = zipfile.ZipInfo(name, at)
            entry.external_attr = 0o600 << 16
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(document: Document, papers: Sequence[Paper]) -> dict[str, bytes]:
    reader = Reader(document, "fr")
    sections = dict(zip(_section_names(), reader.sections(), strict=True))
    sections["consultations"] = reader.each_consultation()
    moved = portable(document)
    rows = [[one["field"], one["value"], one["obtained_on"]] for one in moved["data"]]
    table: Section = {"head": ["field", "value", "obtained_on"], "rows": rows}
    files = {
        "LISEZMOI.txt": (_HERE / "readme.txt").read_bytes(),
        "vos-donnees.pdf": as_pdf(document),
        "vos-donnees.json": as_json(document),
        "schema.json": (_HERE / "schema.json").read_bytes(),
        **{f"tableaux/{file}.csv": as_csv(sections[name]) for name, file in _NAMES},
        "portabilite/donnees.json": as_json(moved),
        "portabilite/donnees.csv": as_csv(table),
    }
    for one in document["notices"]:
        number = int(one["version"])
        files[f"mentions/{number}.txt"] = f"{one['text']['fr']}\n\n{one['text']['en']}\n".encode()
    files |= {f"pieces/{place}.{extension}": content for place, (extension, content) in enumerate(papers, 1)}
    return files


def _section_names() -> tuple[str, ...]:
    return (
        *_PLACES,
        *("oppositions", "communications", "visits", "waiting", "attachments", "others"),
        *("consultations", "decisions", "rights", "remedies"),
    )
