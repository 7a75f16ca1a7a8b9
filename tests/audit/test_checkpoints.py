import json
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoints import (
    Checkpoint,
    CheckpointFile,
    check_leaves,
    make_checkpoint,
    open_checkpoint,
    origin_of,
    read_checkpoint,
    sign_checkpoint,
)
from audit.errors import Tampered
from audit.signed_note import public_key, sign
from audit.tree import EMPTY_ROOT, Frontier, leaf_hash
from kernel.errors import Invalid

C2SP = json.loads((Path(__file__).parent / "vectors" / "notes.json").read_text())["c2sp"]
CAMPAIGN = UUID("0b5e7c1e-4a51-4a5e-9d5e-2f6d1c3b7a10")
ORIGIN = origin_of(CAMPAIGN, "2026-11")
SEED = bytes(range(32))
KEY = public_key(SEED)
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]
ROOT_TEXT = C2SP["text"].split("\n")[2]


def at(size: int, erasures: int = 0, origin: str = ORIGIN) -> Checkpoint:
    return make_checkpoint(origin, Frontier(LEAVES[:size]), erasures)


def note(size: int, erasures: int = 0) -> str:
    return sign_checkpoint(at(size, erasures), SEED)


def test_the_checkpoint_of_the_specification_is_read_and_written_alike() -> None:
    checkpoint = read_checkpoint(C2SP["text"])
    assert checkpoint == Checkpoint(C2SP["origin"], C2SP["size"], bytes.fromhex(C2SP["root"]))
    assert checkpoint.to_text() == C2SP["text"]
    assert checkpoint.erasures == 0


def test_our_checkpoint_says_log_size_root_and_erasures() -> None:
    text = at(0, erasures=3).to_text()
    root = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
    assert text == f"isoloir/0b5e7c1e-4a51-4a5e-9d5e-2f6d1c3b7a10/2026-11\n0\n{root}\nerasures 3\n"
    assert read_checkpoint(text).erasures == 3


@given(
    st.integers(1, 10**17),
    st.binary(min_size=32, max_size=32),
    st.lists(st.text("abc /é+=1", min_size=1), max_size=3).map(tuple),
)
def test_every_checkpoint_is_read_back(size: int, root: bytes, extensions: tuple[str, ...]) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root, extensions)
    assert read_checkpoint(checkpoint.to_text()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        f"log\n1\n{ROOT_TEXT}",
        f"log\n1\n{ROOT_TEXT}\nextension without an end",
        f"log\n1\n{ROOT_TEXT}\n\n",
        f"\n1\n{ROOT_TEXT}\n",
        f"log\n1\n\n{ROOT_TEXT}\n",
        "log\n1\n",
        f"log\n01\n{ROOT_TEXT}\n",
        f"log\n+1\n{ROOT_TEXT}\n",
        f"log\n-1\n{ROOT_TEXT}\n",
        f"log\n 1\n{ROOT_TEXT}\n",
        f"log\n1_0\n{ROOT_TEXT}\n",
        f"log\n\u0661\n{ROOT_TEXT}\n",
        f"log\n{10**18}\n{ROOT_TEXT}\n",
        f"log\n0\n{ROOT_TEXT}\n",
        f"log\n1\n{ROOT_TEXT[:-1]}\n",
        f"log\n1\n{ROOT_TEXT[:-2]}J=\n",
        f"log\n1\n {ROOT_TEXT}\n",
        f"log\n1\n{ROOT_TEXT[:-1]}\u00e9\n",
        "log\n1\nAAAA\n",
        f"log\n1\n{ROOT_TEXT}\nerasures 03\n",
        f"log\n1\n{ROOT_TEXT}\nerasures \n",
        f"log\n1\n{ROOT_TEXT}\nerasures 1\nerasures 2\n",
    ],
)
def test_a_text_that_is_not_exactly_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Tampered):
        read_checkpoint(text)


def test_a_signed_checkpoint_opens_for_its_own_log_only() -> None:
    other = origin_of(CAMPAIGN, "2026-12")
    assert open_checkpoint(note(5), ORIGIN, KEY) == at(5)
    with pytest.raises(Tampered, match="no known key"):
        open_checkpoint(note(5), other, KEY)
    with pytest.raises(Tampered, match="another log"):
        open_checkpoint(sign(at(5, origin=other).to_text(), ORIGIN, SEED), ORIGIN, KEY)


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "26-01", "2026-01/..", "2026-01\n", "\u0662026-01"])
def test_a_log_is_named_by_a_real_month(month: str) -> None:
    with pytest.raises(Invalid, match="origin"):
        origin_of(CAMPAIGN, month)


@pytest.mark.parametrize("origin", ["", "../../etc", f"isoloir/{CAMPAIGN}", f"isoloir/../{CAMPAIGN}/2026-11"])
def test_no_origin_leads_out_of_the_directory(tmp_path: Path, origin: str) -> None:
    with pytest.raises(Invalid, match="origin"):
        CheckpointFile(tmp_path).read(origin, KEY)


def test_leaves_are_replayed_through_every_checkpoint() -> None:
    frontier = check_leaves(LEAVES, [at(0), at(3), at(3), at(17)])
    assert (frontier.size, frontier.root()) == (40, Frontier(LEAVES).root())


@pytest.mark.parametrize("changed", [0, 2, 16])
def test_a_changed_leaf_contradicts_a_checkpoint(changed: int) -> None:
    leaves = [*LEAVES[:changed], EMPTY_ROOT, *LEAVES[changed + 1 :]]
    with pytest.raises(Tampered, match="does not agree"):
        check_leaves(leaves, [at(3), at(17)])


@pytest.mark.parametrize("leaves", [LEAVES[:16], LEAVES[1:], LEAVES[::-1], []])
def test_missing_or_moved_leaves_contradict_a_checkpoint(leaves: list[bytes]) -> None:
    with pytest.raises(Tampered, match="does not agree"):
        check_leaves(leaves, [at(17)])


def test_checkpoints_in_the_wrong_order_do_not_agree_with_the_leaves() -> None:
    with pytest.raises(Tampered, match="size 3"):
        check_leaves(LEAVES, [at(17), at(3)])
