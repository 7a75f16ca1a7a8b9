"""The board of requests, page by page."""

from datetime import date, timedelta
from pathlib import Path

from rights.words import Kind
from tests.rights.asking import RIGHTS, asking


def test_the_board_is_walked_page_by_page_in_the_order_of_receipt(sqlite_url: str, tmp_path: Path) -> None:
    from rights.board import list_requests  # noqa: PLC0415

    with asking(sqlite_url, tmp_path) as desk:
        days = [date(2026, 11, 21) - timedelta(days=back) for back in (1, 3, 2, 3)]
        for day in days:
            desk.receive(Kind.ACCESS, received_on=day)
        seen, after = [], None
        while page := desk.do(list_requests, None, after=after, limit=3):
            seen += page
            after = (page[-1].received_on, page[-1].id)
        assert [one.received_on for one in seen] == sorted(days)
        assert len({one.id for one in seen}) == 4
        assert RIGHTS == "rights_request"
