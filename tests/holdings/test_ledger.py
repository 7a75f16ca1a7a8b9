from pathlib import Path
from uuid import UUID

import pytest

from holdings.ledger import Ledger, person_digest
from kernel.errors import Misconfigured
from kernel.identity import CampaignId, PersonId

CAMPAIGN = CampaignId(UUID(int=1))
ONE, TWO = (person_digest(CAMPAIGN, PersonId(UUID(int=number))) for number in (10, 11))


def test_what_was_meant_and_not_done_is_unfinished(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.mean(CAMPAIGN, [ONE, TWO])
    ledger.complete(CAMPAIGN, [ONE])
    assert Ledger(tmp_path).unfinished(CAMPAIGN).keys() == {TWO}
    assert ledger.size(CAMPAIGN) == 3


def test_who_is_meant_again_after_it_was_done_is_unfinished_again(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.mean(CAMPAIGN, [ONE])
    ledger.complete(CAMPAIGN, [ONE])
    ledger.mean(CAMPAIGN, [ONE])
    assert ledger.unfinished(CAMPAIGN).keys() == {ONE}


def test_the_ledger_names_nobody_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    Ledger(tmp_path).mean(CAMPAIGN, [ONE])
    (path,) = tmp_path.glob("*.ledger")
    assert str(UUID(int=10)) not in path.read_text()
    assert UUID(int=10).hex not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0


def test_campaigns_have_ledgers_of_their_own(tmp_path: Path) -> None:
    Ledger(tmp_path).mean(CAMPAIGN, [ONE])
    assert Ledger(tmp_path).size(CampaignId(UUID(int=2))) == 0


def test_a_ledger_written_over_stops_the_start(tmp_path: Path) -> None:
    Ledger(tmp_path).mean(CAMPAIGN, [ONE])
    (path,) = tmp_path.glob("*.ledger")
    path.write_text("forgotten everybody\n")
    with pytest.raises(Misconfigured):
        Ledger(tmp_path).unfinished(CAMPAIGN)


def test_a_failed_write_leaves_the_ledger_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(tmp_path)
    ledger.mean(CAMPAIGN, [ONE])
    before = ledger.size(CAMPAIGN)

    def full(_: int) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as patched:
        patched.setattr("os.fsync", full)
        with pytest.raises(OSError, match="full"):
            ledger.mean(CAMPAIGN, [TWO])
    assert ledger.size(CAMPAIGN) == before
    assert ledger.unfinished(CAMPAIGN).keys() == {ONE}


@pytest.mark.parametrize(
    "torn", [b"me", b"meant 0123", b"done " + b"0" * 63], ids=["word", "digest", "all but the end"]
)
def test_a_line_that_a_crash_tore_is_no_line_and_the_next_one_takes_its_place(tmp_path: Path, torn: bytes) -> None:
    ledger = Ledger(tmp_path)
    ledger.mean(CAMPAIGN, [ONE])
    with (tmp_path / f"{CAMPAIGN}.ledger").open("ab") as file:
        file.write(torn)
    assert ledger.size(CAMPAIGN) == 1
    ledger.mean(CAMPAIGN, [TWO])
    assert Ledger(tmp_path).unfinished(CAMPAIGN).keys() == {ONE, TWO}
