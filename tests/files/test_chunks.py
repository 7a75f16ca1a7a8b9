"""Where the ids of a chunk are drawn: of a roll in a part of all ids, as long as its part of the file."""

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path

import pytest

from files.chunks import Chunk, cut
from files.plan import make_plan
from files.profiles import detect_profile, load_profile
from files.reading import Delimited, open_table
from files.sample import write_roll
from files.sample_people import write_nationbuilder_people
from files.traces import unpacked
from kernel.identity import EVERYWHERE, Stretch
from tests.factories import World, raw
from tests.files.importing import run


def chunks(
    path: Path, size: int, wanted: frozenset[int] = frozenset(range(100)), mapping: Mapping[str, str] | None = None
) -> list[Chunk]:
    table = open_table(path)
    plan = make_plan(load_profile(detect_profile(table.header).name or ""), table.header, mapping)
    return list(cut(table, plan, size, wanted.__contains__))


def test_the_chunks_of_a_roll_follow_one_another_among_all_ids(tmp_path: Path) -> None:
    write_roll(tmp_path / "roll.csv", 7_010)
    cuts = chunks(tmp_path / "roll.csv", 1_000)
    stretches = [one.stretch for one in cuts]
    assert [len(one.rows) for one in cuts] == [1_000] * 7 + [10]
    assert (stretches[0].start, stretches[-1].end) == EVERYWHERE
    assert all(before.end >= after.start for before, after in pairwise(stretches))
    assert stretches == sorted(stretches)
    assert len({*stretches}) > 3


def test_few_rows_at_the_end_share_the_stretch_of_the_chunk_before(tmp_path: Path) -> None:
    write_roll(tmp_path / "roll.csv", 7_010)
    *_, earlier, before, last = [one.stretch for one in chunks(tmp_path / "roll.csv", 1_000)]
    assert before == last
    assert before.end == EVERYWHERE.end
    assert before.start >= earlier.start


def test_every_part_of_all_ids_holds_about_as_many_rows_of_a_roll(tmp_path: Path) -> None:
    """About: a file is read some kibibytes at a time, and rows differ in length."""
    write_roll(tmp_path / "roll.csv", 21_000)
    held = dict.fromkeys(range(7), 0.0)
    for one in chunks(tmp_path / "roll.csv", 4_000):
        for part in held:
            low, high = part * EVERYWHERE.end // 7, (part + 1) * EVERYWHERE.end // 7
            within = max(0, min(high, one.stretch.end) - max(low, one.stretch.start))
            held[part] += len(one.rows) * within / (one.stretch.end - one.stretch.start)
    assert sum(held.values()) == pytest.approx(21_000)
    assert list(held.values()) == pytest.approx([3_000] * 7, rel=0.08)


def test_a_roll_of_one_chunk_has_ids_everywhere(tmp_path: Path) -> None:
    write_roll(tmp_path / "roll.csv", 90)
    assert [one.stretch for one in chunks(tmp_path / "roll.csv", 100)] == [EVERYWHERE]
    assert [one.stretch for one in chunks(tmp_path / "roll.csv", 80)] == [EVERYWHERE] * 2


def test_a_chunk_is_the_same_whether_those_before_it_were_read_or_passed_over(tmp_path: Path) -> None:
    write_roll(tmp_path / "roll.csv", 7_000)
    every, some = chunks(tmp_path / "roll.csv", 1_000), chunks(tmp_path / "roll.csv", 1_000, frozenset({3, 6}))
    assert [(one.number, one.rows, one.stretch) for one in some] == [
        (one.number, one.rows, one.stretch) for one in (every[3], every[6])
    ]


def test_where_the_order_of_a_file_is_its_makers_own_no_id_tells_of_it(tmp_path: Path) -> None:
    write_nationbuilder_people(tmp_path / "people.csv", 3_000)
    cuts = chunks(tmp_path / "people.csv", 1_000)
    assert len(cuts) == 3
    assert {one.stretch for one in cuts} == {EVERYWHERE}


@pytest.mark.parametrize("mapping", [{}, {"soutien": "note"}])
def test_a_roll_with_a_column_of_somebodys_own_tells_no_order_by_its_ids(
    tmp_path: Path, mapping: dict[str, str]
) -> None:
    """Sorted by support, it would tell of it; with a mapping somebody has worked on it, too."""
    header = "nom de naissance;prénoms;numéro d'ordre dans le bureau de vote;date de naissance"
    lines = [f"Durand{number};Jeanne;{number};01/02/1960" for number in range(3_000)]
    for path, own in ((tmp_path / "roll.csv", ""), (tmp_path / "sorted.csv", ";soutien")):
        path.write_text("\n".join([header + own, *(line + (own and ";5") for line in lines)]) + "\n")
    assert len({one.stretch for one in chunks(tmp_path / "roll.csv", 500)}) > 3
    assert {one.stretch for one in chunks(tmp_path / "sorted.csv", 500, mapping=mapping)} == {EVERYWHERE}


def test_a_chunk_that_was_read_ahead_shares_the_stretch_of_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Newer readers of gzip take 128 KiB at a time, in which a small chunk lies whole."""
    write_roll(tmp_path / "roll.csv", 7_010)
    exactly = vars(Delimited)["consumed"].fget
    step = 1 << 19
    monkeypatch.setattr(
        Delimited, "consumed", property(lambda table: min(-(-exactly(table) // step) * step, table.total_bytes))
    )
    stretches = [one.stretch for one in chunks(tmp_path / "roll.csv", 1_000)]
    assert len(stretches) == 8
    assert min(one.end - one.start for one in stretches) > EVERYWHERE.end // 8
    assert (stretches[0].start, stretches[-1].end) == EVERYWHERE


def test_newcomers_get_their_ids_where_their_chunk_says(world: World, tmp_path: Path) -> None:
    write_roll(tmp_path / "roll.csv", 3_000)
    parts = [one.stretch for one in chunks(tmp_path / "roll.csv", 1_000)]
    run(world, tmp_path / "roll.csv", origin=world.roll.number, category=None, chunk=1_000)
    with raw(world.url, world.campaign) as database:
        told = database.run("SELECT chunk, persons FROM import_trace ORDER BY chunk")
    assert [chunk for chunk, _ in told] == [0, 1, 2]
    for stretch, (_, persons) in zip(parts, told, strict=True):
        assert all(_stands_in(stretch, one.int) for one in unpacked(persons))


def _stands_in(stretch: Stretch, one: int) -> bool:
    return stretch.start <= one >> 80 < stretch.end
