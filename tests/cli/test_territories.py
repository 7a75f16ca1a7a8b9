"""Open data at the command line."""

from pathlib import Path

import pytest

from tests.cli.console import Console, begin

RESULTS = (
    "Code commune;Code B.Vote;Candidat;Voix\n75056;0001;Liste A;312\n75056;0001;Liste B;1 288\n2A004;12;Liste A;7,5\n"
)


def test_a_file_of_results_comes_in_whole_or_not_at_all(tmp_path: Path) -> None:
    console = Console(tmp_path)
    begin(console)
    file = tmp_path / "resultats.csv"
    file.write_text(RESULTS, encoding="utf-8")
    words = (
        "territory",
        "import",
        str(file),
        "--name",
        "T1",
        "--source",
        "data.gouv.fr",
        "--obtained-on",
        "2026-11-01",
    )
    assert console.json(*words)["figures"] == 3
    assert console.ask("SELECT area, figure FROM territory_figure ORDER BY figure") == [
        ("station/2A004_0012", 7.5),
        ("station/75056_0001", 312.0),
        ("station/75056_0001", 1288.0),
    ]
    file.write_text(RESULTS + "75056;0002;Liste A;secret\n", encoding="utf-8")
    refused = console.run(*words)
    assert (refused.returncode, "ligne 5" in refused.stderr, "secret" in refused.stderr) == (1, True, False)
    [kept] = console.json("territory", "list")["datasets"]
    console.json("territory", "remove", kept["id"])
    assert console.count("territory_figure") == 0


@pytest.mark.parametrize("header", ["commune;voix", "liste;voix", "commune;liste"])
def test_a_file_without_area_choice_or_figure_is_not_understood(header: str, tmp_path: Path) -> None:
    file = tmp_path / "autre.csv"
    file.write_text(f"{header}\n1;2\n", encoding="utf-8")
    words = ("territory", "import", str(file), "--name", "T1", "--source", "s", "--obtained-on", "2026-11-01")
    assert Console(tmp_path).run(*words).returncode == 1
