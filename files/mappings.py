"""Remember what the columns of a header were said to be, so that the same file is asked about once."""

import hmac
import json
from collections.abc import Sequence

from sqlalchemy import delete, insert, select

from audit.events import Event
from audit.note import Note
from audit.processing import Processing
from files.course import FINGERPRINT
from files.plan import LEFT_OUT
from files.profiles import fold
from files.tables import ColumnMapping
from kernel.columns import table_of

MAPPING = table_of(ColumnMapping)


def recall_mapping(processing: Processing, header: Sequence[str]) -> dict[str, str] | None:
    """Return which field each column of a header became last time, None for a header never mapped."""
    here = MAPPING.c.campaign_id == processing.campaign, MAPPING.c.header == header_digest(processing, header)
    found = processing.read(MAPPING, select(MAPPING.c.fields).where(*here))
    processing.note(Note(event=Event.MAPPING_READ, counts=processing.reads()))
    settled = json.loads(found[0].fields) if found else []
    return mapped(header, settled) if any(settled) else None


def remember_mapping(processing: Processing, header: bytes, settled: Sequence[str | None]) -> None:
    """Keep which field each column is of the header that a digest names, in the place of what was said before."""
    here = delete(MAPPING).where(MAPPING.c.campaign_id == processing.campaign, MAPPING.c.header == header)
    deleted = processing.execute(MAPPING, here)
    row = {
        "campaign_id": processing.campaign,
        "header": header,
        "fields": json.dumps(settled),
        "said_at": processing.at,
    }
    inserted = processing.execute(MAPPING, insert(MAPPING), row)
    counts = {"column_mapping.delete": deleted, "column_mapping.insert": inserted}
    processing.note(Note(event=Event.MAPPING_SAID, counts=counts))


def mapped(header: Sequence[str], settled: Sequence[str | None]) -> dict[str, str]:
    """Return which field each named column of a header is, or that it is left out."""
    return {name: field or LEFT_OUT for name, field in zip(header, settled, strict=True) if name}


def header_digest(processing: Processing, header: Sequence[str]) -> bytes:
    """Name a header, keyed: the names of its columns may say more than they should."""
    words = json.dumps([fold(name) for name in header]).encode()
    return hmac.digest(processing.keys.active(FINGERPRINT).secret, b"header" + words, "sha256")
