"""The page of one request: what its buttons do, and what they never do."""

from pathlib import Path

from rights.steps import ask_details
from tests.rights.asking import URL
from tests.rights.test_pages import moved, walking


def test_an_empty_answer_is_asked_for_again_and_withdraws_nothing(sqlite_url: str, tmp_path: Path) -> None:
    with walking(sqlite_url, tmp_path) as walker:
        code = walker.ask("access")
        assert moved(walker.post("code", code=code)) == "demande"
        (line,) = walker.desk.board()
        walker.desk.do(ask_details, line.id, "de quelle période ?", URL)
        for reply in ({"words": "", "do": "go"}, {"words": "  ", "do": "go"}, {"do": "go"}, {}):
            answer = walker.post("demande", **reply)
            assert answer.status_code == 422, reply
            assert "Écrivez votre réponse." in answer.text
            assert walker.desk.show(line.id).line.state == "awaiting_details"
        assert moved(walker.post("demande", words="toute", do="go")) == "demande"
        assert walker.desk.show(line.id).line.state == "received"
