"""What is held, at the command line: it is listed and refused without a word of it."""

from pathlib import Path

from tests.cli.console import Console, begin, bring_in

DOUBTFUL = "Fédération CFDT du Rhône"


def test_what_an_import_held_is_listed_counted_and_refused_without_its_words(tmp_path: Path) -> None:
    console = Console(tmp_path)
    begin(console)
    path = tmp_path / "people.csv"
    head = "nationbuilder_id,first_name,last_name,email,note\n"
    path.write_text(f"{head}1,Ana,Petit,ana@example.org,{DOUBTFUL}\n", encoding="utf-8")
    console.json(*bring_in(path))
    (held,) = console.json("review", "list")["reviews"]
    assert (held["field"], held["source"], held["own"]) == ("note", "import", True)
    counted = console.json("review", "refusals")["refusals"]
    assert [(one["rule"], one["count"]) for one in counted] == [("forbidden.trade_union", 1)]
    assert DOUBTFUL not in str((held, counted))
    refused = console.run("review", "refuse", held["id"], "--reason", "doubtful")
    _a_word_is_forbidden_listed_and_removed(console)
    assert refused.returncode == 1  # The operator brought it in: another decides.


def _a_word_is_forbidden_listed_and_removed(console: Console) -> None:
    forbid = ("review", "forbid", "bergerie des lys", "--category", "religion", "--reason", "telling_place")
    word = console.json(*forbid, "--days", "30")["word"]
    assert console.run(*forbid).returncode == 1  # It is there already.
    (listed,) = console.json("review", "words")["words"]
    assert (listed["id"], listed["category"], listed["text"]) == (word, "religion", None)
    assert console.json("review", "forget", word)["word"] == word
    assert console.json("review", "words")["words"] == []
