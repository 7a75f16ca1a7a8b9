# ruff: noqa: RUF009 - an identifier is a value
"""The bytes a leaf commits to: frozen, and different for different entries."""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.announce import OF_CONTACTS, Announcement
from audit.events import Event
from audit.note import Note, entry_bytes
from kernel.errors import SilentWrite


@dataclass
class Row:
    campaign_id: UUID = UUID(int=1)
    id: UUID = UUID(int=2)
    at: datetime = datetime(2026, 11, 21, 12, 0, 0, 123456, tzinfo=UTC)
    event: str = "contact.revealed"
    outcome: str = "done"
    actor_kind: str = "operator"
    actor_id: str = "operator"
    purpose: str = "canvassing"
    edition: str = "0123456789abcdef"
    counts: str = '{"contact.read":1}'
    fields: str = '["last_name"]'
    subject: bytes | None = bytes(16)
    subjects: bytes | None = None
    body: bytes | None = b"sealed"
    job_id: UUID | None = None
    chunk: int | None = 3


def test_the_bytes_of_an_entry_never_change() -> None:
    digest = hashlib.sha256(entry_bytes(Row())).hexdigest()
    assert digest == "0764d5ce1274940e0b8daa09422ed56d14d2c7c312446d4ad632246194d5d271"


texts = st.text("ab\x00\xff", max_size=4)
blobs = st.none() | st.binary(max_size=4)
rows = st.builds(
    Row,
    campaign_id=st.sampled_from([UUID(int=1), UUID(int=9)]),
    at=st.integers(0, 10**9).map(lambda us: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(microseconds=us)),
    event=texts,
    actor_id=texts,
    purpose=texts,
    counts=texts,
    fields=texts,
    subject=blobs,
    subjects=blobs,
    body=blobs,
    job_id=st.none() | st.just(UUID(int=0)),
    chunk=st.none() | st.integers(0, 3),
)


@given(rows, rows)
def test_two_entries_have_the_same_bytes_only_if_they_are_the_same(one: Row, other: Row) -> None:
    assert (entry_bytes(one) == entry_bytes(other)) == (one == other)


@given(rows, st.sampled_from(["event", "actor_id", "purpose", "counts", "fields", "subject", "subjects", "body"]))
def test_every_column_counts(row: Row, column: str) -> None:
    value = getattr(row, column)
    changed: Any = "changed" if isinstance(value, str) else b"changed"
    other = replace(row, **{column: changed})
    assert entry_bytes(other) != entry_bytes(row)


def test_a_note_about_contacts_says_whom_or_nobody_and_announces_what_its_event_may() -> None:
    for event, may in OF_CONTACTS.items():
        with pytest.raises(SilentWrite, match="say whom"):
            Note(event=event, counts={})
        assert Note(event=event, counts={}, announced={}).announced == {}
        for announcement in Announcement:
            if announcement in may:
                Note(event=event, counts={}, announced={announcement: [UUID(int=1)]})
            else:
                with pytest.raises(SilentWrite, match="does not announce"):
                    Note(event=event, counts={}, announced={announcement: [UUID(int=1)]})
    with pytest.raises(SilentWrite, match="does not announce"):
        Note(event=Event.LOG_READ, counts={}, announced={Announcement.CONTACT_CREATED: [UUID(int=1)]})
