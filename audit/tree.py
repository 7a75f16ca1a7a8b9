"""The Merkle tree of RFC 6962 (RFC 9162, section 2.1): roots and proofs as pure functions over bytes.

Leaves are given as *leaf hashes*, because the log keeps those when the entries themselves have expired. Nothing here
returns a verdict: a proof that does not hold raises ``Tampered``.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Self

from audit.errors import Tampered
from kernel.errors import Invalid

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Hash one entry; the prefix keeps leaves and nodes apart (RFC 6962, 2.1)."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into the node above them."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Compute the root over ``leaves``."""
    level = list(leaves)
    while len(level) > 1:
        level = _level_above(level)
    return level[0] if level else EMPTY_ROOT


def inclusion_proof(leaves: Sequence[bytes], index: int) -> list[bytes]:
    """Return the siblings on the way from leaf ``index`` to the root, lowest first (PATH of RFC 6962, 2.1.1)."""
    if not 0 <= index < len(leaves):
        raise Invalid("the tree has no such leaf")
    proof = []
    level = list(leaves)
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            proof.append(level[sibling])
        level = _level_above(level)
        index >>= 1
    return proof


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that ``leaf`` stands at ``index`` of the tree with this ``size`` and ``root`` (RFC 9162, 2.1.3.2).

    Raises ``Tampered`` when the proof does not show it.
    """
    _check_hashes(leaf, root, *proof)
    if not 0 <= index < size:
        raise Tampered("the proof names a leaf outside the tree")
    here, last, computed = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise Tampered("the inclusion proof is too long")
        if here & 1 or here == last:
            computed = node_hash(sibling, computed)
            here, last = _climb_to_right_child(here, last)
        else:
            computed = node_hash(computed, sibling)
        here, last = here >> 1, last >> 1
    if last or computed != root:
        raise Tampered("the inclusion proof does not lead to the root")


def consistency_proof(leaves: Sequence[bytes], old: int) -> list[bytes]:
    """Return what shows that the first ``old`` leaves still begin the tree (PROOF of RFC 6962, 2.1.2)."""
    if not 0 <= old <= len(leaves):
        raise Invalid("the older tree is not shorter than the newer")
    return _subproof(leaves, old, known=True) if old else []


def verify_consistency(old: int, new: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of size ``new`` only appends to the tree of size ``old`` (RFC 9162, 2.1.4.2).

    Stricter than the RFC on one point: a tree of size 0 must have the empty root. Raises ``Tampered``.
    """
    _check_hashes(old_root, new_root, *proof)
    if not 0 <= old <= new or (old in {0, new}) != (not proof):
        raise Tampered("the consistency proof does not fit these sizes")
    if old in {0, new}:
        if old_root != (EMPTY_ROOT if old == 0 else new_root) or (new == 0 and new_root != EMPTY_ROOT):
            raise Tampered("the two roots cannot belong to trees of these sizes")
        return
    # A full older tree is itself a node of the newer one, so the proof leaves its root out.
    path = proof if old & (old - 1) else [old_root, *proof]
    if _roots_along(path, old, new) != (old_root, new_root):
        raise Tampered("the consistency proof does not lead to the two roots")


class Frontier:
    """Grow a tree leaf by leaf, keeping only the roots of its full subtrees (a compact range), largest first."""

    __slots__ = ("_peaks", "size")

    def __init__(self, leaves: Iterable[bytes] = ()) -> None:
        self.size = 0
        self._peaks: list[bytes] = []
        for leaf in leaves:
            self.append(leaf)

    def append(self, leaf: bytes) -> None:
        """Add one leaf hash: one node hash on average, log2(size) at most."""
        if len(leaf) != HASH_SIZE:
            raise Invalid("a leaf hash has 32 bytes")
        peaks, merges = self._peaks, self.size
        # Each low one-bit of the size is a full subtree as large as the one in hand: they merge, as a counter carries.
        while merges & 1:
            leaf = sha256(b"\x01" + peaks.pop() + leaf).digest()
            merges >>= 1
        peaks.append(leaf)
        self.size += 1

    def root(self) -> bytes:
        """Return the root over all leaves appended so far."""
        if not self._peaks:
            return EMPTY_ROOT
        *larger, root = self._peaks
        for peak in reversed(larger):
            root = node_hash(peak, root)
        return root

    def to_bytes(self) -> bytes:
        """Return the size (8 bytes, big-endian) and the subtree roots, largest first."""
        return self.size.to_bytes(8, "big") + b"".join(self._peaks)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Self:
        """Read back what ``to_bytes`` wrote; any other length raises ``Tampered``."""
        size = int.from_bytes(stored[:8], "big")
        if len(stored) != 8 + HASH_SIZE * size.bit_count():
            raise Tampered("the stored frontier does not fit its size")
        frontier = cls()
        frontier.size = size
        frontier._peaks = [stored[start : start + HASH_SIZE] for start in range(8, len(stored), HASH_SIZE)]
        return frontier


def _level_above(level: list[bytes]) -> list[bytes]:
    # A node without a neighbour moves up unchanged: the RFC's split at the largest power of two, seen from below.
    lone = level[-1:] if len(level) & 1 else []
    pairs = zip(level[::2], level[1::2], strict=False)
    return [sha256(b"\x01" + left + right).digest() for left, right in pairs] + lone


def _subproof(leaves: Sequence[bytes], old: int, *, known: bool) -> list[bytes]:
    size = len(leaves)
    if old == size:
        return [] if known else [root_of(leaves)]
    split = 1 << (size - 1).bit_length() - 1
    if old <= split:
        return [*_subproof(leaves[:split], old, known=known), root_of(leaves[split:])]
    return [*_subproof(leaves[split:], old - split, known=False), root_of(leaves[:split])]


def _roots_along(path: Sequence[bytes], old: int, new: int) -> tuple[bytes, bytes]:
    here, last = old - 1, new - 1
    while here & 1:
        here, last = here >> 1, last >> 1
    old_root = new_root = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise Tampered("the consistency proof is too long")
        if here & 1 or here == last:
            old_root, new_root = node_hash(sibling, old_root), node_hash(sibling, new_root)
            here, last = _climb_to_right_child(here, last)
        else:
            new_root = node_hash(new_root, sibling)
        here, last = here >> 1, last >> 1
    if last:
        raise Tampered("the consistency proof is too short")
    return old_root, new_root


def _climb_to_right_child(here: int, last: int) -> tuple[int, int]:
    # A lone node has no sibling on these levels, so the proof holds none.
    while here and not here & 1:
        here, last = here >> 1, last >> 1
    return here, last


def _check_hashes(*hashes: bytes) -> None:
    if any(len(value) != HASH_SIZE for value in hashes):
        raise Tampered("a hash in a proof has 32 bytes")
