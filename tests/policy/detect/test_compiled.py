"""The compiled lexicon: kept between starts, and compiled again whenever what was kept cannot be believed."""

import hashlib
from pathlib import Path

import pytest

from policy.detect import automaton, compiled
from policy.detect.compiled import Compiled
from policy.detect.lexicon import lexicon, read_lexicon


@pytest.fixture(scope="module")
def fresh() -> Compiled:
    return compiled.compile_lexicon()


@pytest.fixture
def counted(fresh: Compiled, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    calls: list[str] = []

    def compile_lexicon() -> Compiled:
        calls.append("compiled")
        return fresh

    monkeypatch.setattr(compiled, "compile_lexicon", compile_lexicon)
    return calls


def test_what_is_kept_is_what_was_compiled(tmp_path: Path, fresh: Compiled, counted: list[str]) -> None:
    folder = tmp_path / "cache"
    assert compiled.compiled(folder) == fresh == compiled.compiled(folder)
    assert counted == ["compiled"]
    assert lexicon() == read_lexicon()
    (kept,) = folder.iterdir()
    assert kept.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("end", [0, 100, -1])
def test_a_file_cut_short_is_compiled_again(tmp_path: Path, counted: list[str], end: int) -> None:
    compiled.compiled(tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:end])
    compiled.compiled(tmp_path)
    assert counted == ["compiled", "compiled"]


def test_a_folder_that_cannot_be_written_costs_only_the_time(
    tmp_path: Path, fresh: Compiled, counted: list[str]
) -> None:
    (tmp_path / "file").touch()
    assert compiled.compiled(tmp_path / "file" / "cache") == fresh
    assert counted == ["compiled"]


def test_without_a_folder_it_is_compiled_each_time(fresh: Compiled, counted: list[str]) -> None:
    assert compiled.compiled() is fresh is compiled.compiled()
    assert counted == ["compiled", "compiled"]


def test_the_vocabulary_is_built_once() -> None:
    assert automaton.vocabulary() is automaton.vocabulary()


def test_no_slip_of_the_pen_is_a_word_of_the_language_or_of_the_lexicon(fresh: Compiled) -> None:
    slips = set(fresh.slips.forms)
    assert slips.isdisjoint({b" commune ", b" minute ", b" humanite ", b" marcher "})
    assert slips.isdisjoint(form.strip() for form in fresh.terms.forms)


def test_a_whole_file_of_another_make_is_compiled_again(tmp_path: Path, counted: list[str]) -> None:
    compiled.compiled(tmp_path)
    (kept,) = tmp_path.iterdir()
    body = b'{"lexicon": {}}'
    kept.write_bytes(hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    compiled.compiled(tmp_path)
    assert counted == ["compiled", "compiled"]
