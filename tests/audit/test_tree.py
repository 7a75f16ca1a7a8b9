import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.errors import Tampered
from audit.tree import (
    EMPTY_ROOT,
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    node_hash,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from kernel.errors import Invalid

VECTORS = json.loads((Path(__file__).parent / "vectors" / "tree.json").read_text())
ENTRIES = [bytes.fromhex(entry) for entry in VECTORS["entries"]]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
ROOTS = [bytes.fromhex(root) for root in VECTORS["roots"]]
SIZES = range(1, 34)
MANY = [leaf_hash(index.to_bytes(2, "big")) for index in range(SIZES[-1])]


def hashes(proof: list[str]) -> list[bytes]:
    return [bytes.fromhex(value) for value in proof]


def recursive_root(leaves: list[bytes]) -> bytes:
    """Follow the definition of RFC 6962, section 2.1, word for word: the largest power of two below n splits."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    split = max(2**power for power in range(len(leaves)) if 2**power < len(leaves))
    return node_hash(recursive_root(leaves[:split]), recursive_root(leaves[split:]))


def flipped(value: bytes, bit: int) -> bytes:
    changed = bytearray(value)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_the_four_hashes_of_the_reference_are_ours() -> None:
    known = {name: bytes.fromhex(value) for name, value in VECTORS["hashes"].items()}
    assert known["empty"] == EMPTY_ROOT
    assert leaf_hash(b"") == known["empty_leaf"]
    assert leaf_hash(b"L123456") == known["leaf_L123456"]
    assert node_hash(b"N123", b"N456") == known["node_N123_N456"]


@pytest.mark.parametrize("size", range(9))
def test_the_roots_of_the_reference_tree_are_ours(size: int) -> None:
    assert root_of(LEAVES[:size]) == Frontier(LEAVES[:size]).root() == ROOTS[size]


@pytest.mark.parametrize("case", VECTORS["inclusion"], ids=lambda case: f"{case['index']} in {case['size']}")
def test_the_inclusion_proofs_of_the_reference_are_ours(case: dict[str, list[str] | int]) -> None:
    index, size, proof = case["index"], case["size"], case["proof"]
    assert isinstance(index, int)
    assert isinstance(size, int)
    assert isinstance(proof, list)
    assert inclusion_proof(LEAVES[:size], index) == hashes(proof)
    verify_inclusion(LEAVES[index], index, size, hashes(proof), ROOTS[size])


@pytest.mark.parametrize("case", VECTORS["consistency"], ids=lambda case: f"{case['old']} to {case['new']}")
def test_the_consistency_proofs_of_the_reference_are_ours(case: dict[str, list[str] | int]) -> None:
    old, new, proof = case["old"], case["new"], case["proof"]
    assert isinstance(old, int)
    assert isinstance(new, int)
    assert isinstance(proof, list)
    assert consistency_proof(LEAVES[:new], old) == hashes(proof)
    verify_consistency(old, new, hashes(proof), ROOTS[old], ROOTS[new])


@given(st.lists(st.binary(max_size=4).map(leaf_hash), max_size=70))
def test_levels_and_frontier_give_the_root_of_the_definition(leaves: list[bytes]) -> None:
    assert root_of(leaves) == Frontier(leaves).root() == recursive_root(leaves)


@pytest.mark.parametrize("size", SIZES)
def test_the_proof_of_every_leaf_holds_for_that_leaf_only(size: int) -> None:
    leaves = MANY[:size]
    root = root_of(leaves)
    for index, leaf in enumerate(leaves):
        proof = inclusion_proof(leaves, index)
        verify_inclusion(leaf, index, size, proof, root)
        for other in set(range(-1, size + 1)) - {index}:
            with pytest.raises(Tampered):
                verify_inclusion(leaf, other, size, proof, root)


@pytest.mark.parametrize("new", SIZES)
def test_every_older_tree_is_shown_to_begin_the_newer_and_no_other_is(new: int) -> None:
    leaves = MANY[:new]
    root = root_of(leaves)
    for old in range(new + 1):
        proof, old_root = consistency_proof(leaves, old), root_of(leaves[:old])
        verify_consistency(old, new, proof, old_root, root)
        for other in set(range(-1, new + 2)) - {old}:
            with pytest.raises(Tampered):
                verify_consistency(other, new, proof, old_root, root)


@given(st.data())
def test_no_bit_of_an_inclusion_proof_may_change(data: st.DataObject) -> None:
    size = data.draw(st.sampled_from(SIZES))
    index = data.draw(st.integers(0, size - 1))
    values = [MANY[index], root_of(MANY[:size]), *inclusion_proof(MANY[:size], index)]
    place, bit = data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, 255))
    leaf, root, *proof = [flipped(value, bit) if at == place else value for at, value in enumerate(values)]
    with pytest.raises(Tampered):
        verify_inclusion(leaf, index, size, proof, root)


@given(st.data())
def test_no_bit_of_a_consistency_proof_may_change(data: st.DataObject) -> None:
    new = data.draw(st.sampled_from(SIZES))
    old = data.draw(st.integers(1, new))
    values = [root_of(MANY[:old]), root_of(MANY[:new]), *consistency_proof(MANY[:new], old)]
    place, bit = data.draw(st.integers(0, len(values) - 1)), data.draw(st.integers(0, 255))
    old_root, new_root, *proof = [flipped(value, bit) if at == place else value for at, value in enumerate(values)]
    with pytest.raises(Tampered):
        verify_consistency(old, new, proof, old_root, new_root)


@given(st.data())
def test_a_proof_with_a_hash_more_or_less_does_not_hold(data: st.DataObject) -> None:
    new = data.draw(st.sampled_from(SIZES))
    old, index = data.draw(st.integers(1, new)), data.draw(st.integers(0, new - 1))
    root, old_root = root_of(MANY[:new]), root_of(MANY[:old])
    extra = data.draw(st.sampled_from([root, old_root, EMPTY_ROOT, b"", b"short", root * 2]))
    for proof in resized(inclusion_proof(MANY[:new], index), extra):
        with pytest.raises(Tampered):
            verify_inclusion(MANY[index], index, new, proof, root)
    for proof in resized(consistency_proof(MANY[:new], old), extra):
        with pytest.raises(Tampered):
            verify_consistency(old, new, proof, old_root, root)


def resized(proof: list[bytes], extra: bytes) -> list[list[bytes]]:
    shorter = [proof[:-1], proof[1:]] if proof else []
    return [*shorter, [*proof, extra], [extra, *proof]]


def test_a_root_made_to_fit_a_longer_proof_is_not_believed() -> None:
    leaf, extra = LEAVES[:2]
    with pytest.raises(Tampered, match="too long"):
        verify_inclusion(leaf, 0, 1, [extra], node_hash(extra, leaf))
    made = node_hash(extra, node_hash(LEAVES[0], LEAVES[1]))
    with pytest.raises(Tampered, match="too long"):
        verify_consistency(1, 2, [LEAVES[1], extra], LEAVES[0], made)


def test_the_bytes_of_two_hashes_cannot_be_cut_elsewhere() -> None:
    left, right = LEAVES[:2]
    root = node_hash(left, right)
    with pytest.raises(Tampered, match="32 bytes"):
        verify_inclusion(left[:16], 0, 2, [left[16:] + right], root)
    with pytest.raises(Tampered, match="32 bytes"):
        verify_consistency(1, 2, [left[16:] + right], left[:16], root)


def test_an_empty_tree_begins_every_tree_and_contains_nothing() -> None:
    verify_consistency(0, 0, [], EMPTY_ROOT, EMPTY_ROOT)
    verify_consistency(0, 3, [], EMPTY_ROOT, ROOTS[3])
    with pytest.raises(Tampered):
        verify_inclusion(LEAVES[0], 0, 0, [], EMPTY_ROOT)


@pytest.mark.parametrize(
    ("old", "new", "old_root", "new_root"),
    [
        (0, 0, ROOTS[1], ROOTS[1]),
        (0, 0, EMPTY_ROOT, ROOTS[1]),
        (0, 3, ROOTS[1], ROOTS[3]),
        (3, 3, ROOTS[2], ROOTS[3]),
        (3, 2, ROOTS[3], ROOTS[2]),
        (-1, 2, EMPTY_ROOT, ROOTS[2]),
        (1, 2, ROOTS[1], ROOTS[2]),
        (0, 0, b"", b""),
    ],
)
def test_an_empty_proof_shows_nothing_between_different_trees(
    old: int, new: int, old_root: bytes, new_root: bytes
) -> None:
    with pytest.raises(Tampered):
        verify_consistency(old, new, [], old_root, new_root)


@pytest.mark.parametrize("index", [-1, 8])
def test_a_proof_is_made_only_for_a_leaf_that_exists(index: int) -> None:
    with pytest.raises(Invalid, match="no such leaf"):
        inclusion_proof(LEAVES, index)


@pytest.mark.parametrize("old", [-1, 9])
def test_consistency_is_shown_only_with_an_older_tree(old: int) -> None:
    with pytest.raises(Invalid, match="not shorter"):
        consistency_proof(LEAVES, old)


@given(st.integers(0, 70), st.integers(0, 70))
def test_a_frontier_stored_and_read_back_grows_like_the_first(stored: int, further: int) -> None:
    leaves = [leaf_hash(bytes([index])) for index in range(stored + further)]
    frontier = Frontier.from_bytes(Frontier(leaves[:stored]).to_bytes())
    for leaf in leaves[stored:]:
        frontier.append(leaf)
    assert frontier.size == len(leaves)
    assert frontier.root() == root_of(leaves)
    assert frontier.to_bytes() == Frontier(leaves).to_bytes()


def test_a_frontier_of_another_length_is_not_read() -> None:
    stored = Frontier(LEAVES[:7]).to_bytes()
    for wrong in (b"", stored[:5], stored[:-1], stored + b"\0", stored + bytes(32), bytes(7) + b"\x08" + stored[8:]):
        with pytest.raises(Tampered):
            Frontier.from_bytes(wrong)


def test_a_frontier_takes_hashes_only() -> None:
    with pytest.raises(Invalid, match="32 bytes"):
        Frontier([b"an entry instead of its hash"])


def test_the_reference_tree_grows_consistently_step_by_step() -> None:
    for old, new in pairwise(range(1, 9)):
        verify_consistency(old, new, consistency_proof(LEAVES[:new], old), ROOTS[old], ROOTS[new])
