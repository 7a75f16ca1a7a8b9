import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

import files.hand_over
from contacts.listing import Selection
from eligibility.answer import eligibility_record
from files.export_file import ExportOrder
from files.hand_over import HandedOver, Handover, hand_over
from kernel.errors import Invalid
from policy.standing import Action
from tests.consent_making import PURPOSE, by_form, keep, said
from tests.factories import World, later, opened_world, recorded, supporter

ORDER = ExportOrder(reason="lettre de novembre", recipient="équipe", selection=Selection(category="regular"))
EMAIL = Handover(channel="email", criteria=())


class Watched(BytesIO):
    """A file during whose writing something happens once, after its first chunk was written."""

    def __init__(self, happens: Callable[[], None]) -> None:
        super().__init__()
        self._happens: Callable[[], None] | None = happens

    def write(self, content: Any) -> int:  # noqa: ANN401 - whatever a stream takes
        size = super().write(content)
        if b"@" in content and self._happens is not None:
            happens, self._happens = self._happens, None
            happens()
        return size


@pytest.fixture
def world(database_url: str, tmp_path: Path) -> Iterator[World]:
    with opened_world(database_url, tmp_path) as one:
        yield one


def handed(world: World, out: BytesIO, order: ExportOrder = ORDER) -> tuple[HandedOver, set[str]]:
    done = hand_over(world.register, world.actor, PURPOSE, order, EMAIL, out)
    return done, {row["id"] for row in csv.DictReader(StringIO(out.getvalue().decode()))}


def test_who_withdraws_while_a_list_is_written_is_in_no_later_chunk(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files.hand_over, "CHUNK", 2)
    names = ("Dupont", "Martin", "Bernard", "Petit", "Robert")
    drafts = [supporter(world, ("last_name", name), ("email", f"{name}@example.org")) for name in names]
    first, second, third, fourth, last = sorted(recorded(world, *drafts), key=lambda one: one.bytes)
    keep(world, *(by_form(world, one) for one in (first, second, fourth, last)), own_form=True)
    later(world, minutes=1)

    def withdraw() -> None:
        keep(world, *(said(world, one, Action.WITHDRAWN, occurred_at=world.clock.at) for one in (second, last)))

    done, ids = handed(world, Watched(withdraw))
    assert ids == {str(first), str(second), str(fourth)}, "what left before cannot be called back"
    assert (done.contacts, done.refused) == (3, {"gate.no_interest": 1, "gate.withdrawn": 1})
    assert len(done.records) == 3
    with world.register.open(world.actor, PURPOSE) as processing:
        assert [eligibility_record(processing, one).allowed for one in done.records] == [2, 1, 0]
    again, ids = handed(world, BytesIO())
    assert (again.contacts, ids) == (2, {str(first), str(fourth)})
    assert str(third) not in ids


def test_a_list_for_sending_needs_what_any_export_needs(world: World) -> None:
    for missing in (replace(ORDER, reason=" "), replace(ORDER, recipient=" ")):
        with pytest.raises(Invalid):
            handed(world, BytesIO(), missing)
