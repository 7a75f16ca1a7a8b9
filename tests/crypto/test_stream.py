"""A file in chunks: what was cut, moved, swapped, lengthened or put elsewhere does not open."""

import itertools
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto.stream import (
    CHUNK,
    SEALED_CHUNK,
    WRAPPED_SIZE,
    ChunkSealer,
    new_file_key,
    open_chunk,
    open_chunks,
    unwrap_file_key,
    wrap_file_key,
)
from kernel.errors import Invalid
from tests.crypto.factories import CAMPAIGN, KEY, OTHER_CAMPAIGN, OTHER_KEY, assert_unopenable, flipped

FILE = bytes(range(32, 48))
OTHER_FILE = bytes(range(33, 49))
SIZES = st.sampled_from([0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5])


def sealed(plain: bytes, *, key: bytes = KEY, campaign: bytes = CAMPAIGN, file: bytes = FILE) -> list[bytes]:
    sealer = ChunkSealer(key, campaign=campaign, file=file)
    return [*sealer.add(plain), sealer.end()]


def opened(chunks: list[bytes], *, key: bytes = KEY, campaign: bytes = CAMPAIGN, file: bytes = FILE) -> bytes:
    return b"".join(open_chunks(key, chunks, campaign=campaign, file=file))


def content(size: int) -> bytes:
    return bytes(itertools.islice(itertools.cycle(range(251)), size))


@given(size=SIZES, cuts=st.lists(st.integers(0, 4 * CHUNK), max_size=6))
def test_a_file_opens_to_what_was_sealed_however_it_came_in(size: int, cuts: list[int]) -> None:
    plain = content(size)
    edges = [0, *sorted(cut for cut in cuts if cut <= size), size]
    sealer = ChunkSealer(KEY, campaign=CAMPAIGN, file=FILE)
    chunks = [chunk for start, end in itertools.pairwise(edges) for chunk in sealer.add(plain[start:end])]
    chunks.append(sealer.end())
    assert chunks == sealed(plain)
    assert opened(chunks) == plain
    assert all(len(chunk) == SEALED_CHUNK for chunk in chunks[:-1])
    assert len(chunks) == max(1, -(-size // CHUNK))


@pytest.mark.parametrize("size", [0, CHUNK, 3 * CHUNK + 5])
def test_a_chunk_opens_by_itself_at_its_own_place_alone(size: int) -> None:
    plain, chunks = content(size), sealed(content(size))
    places = range(len(chunks))

    def open_at(place: int, number: int, *, last: bool) -> bytes:
        return open_chunk(KEY, chunks[place], campaign=CAMPAIGN, file=FILE, number=number, last=last)

    assert b"".join(open_at(place, place, last=place == places[-1]) for place in places) == plain
    for place in places:
        assert_unopenable(partial(open_at, place, place + 1, last=place == places[-1]))
        assert_unopenable(partial(open_at, place, place, last=place != places[-1]))


@given(size=SIZES, kept=st.integers(0, 3))
def test_a_file_cut_off_anywhere_does_not_open(size: int, kept: int) -> None:
    chunks = sealed(content(size))
    if kept < len(chunks):
        assert_unopenable(lambda: opened(chunks[:kept]))


@given(size=st.sampled_from([CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 5]), data=st.data())
def test_chunks_in_another_order_do_not_open(size: int, data: st.DataObject) -> None:
    chunks = sealed(content(size))
    order = data.draw(st.permutations(range(len(chunks))))
    if order != list(range(len(chunks))):
        assert_unopenable(lambda: opened([chunks[place] for place in order]))


@given(size=SIZES, place=st.integers(0, 3), what=st.sampled_from(["repeated", "foreign", "empty", "bytes"]))
def test_a_file_made_longer_does_not_open(size: int, place: int, what: str) -> None:
    chunks = sealed(content(size))
    more = {"repeated": chunks[-1], "foreign": sealed(b"x", key=OTHER_KEY)[0], "empty": b"", "bytes": bytes(17)}[what]
    assert_unopenable(lambda: opened([*chunks[:place], more, *chunks[place:]]))


@given(size=st.sampled_from([CHUNK, 2 * CHUNK, 3 * CHUNK + 5]), place=st.integers(0, 3))
def test_a_chunk_of_another_file_of_the_same_key_does_not_open_here(size: int, place: int) -> None:
    chunks, theirs = sealed(content(size)), sealed(content(size), file=OTHER_FILE)
    place = min(place, len(chunks) - 1)
    assert_unopenable(lambda: opened([*chunks[:place], theirs[place], *chunks[place + 1 :]]))


@given(size=SIZES, bit=st.integers(0, 8 * 17 - 1), place=st.integers(0, 3))
def test_a_turned_bit_does_not_open(size: int, bit: int, place: int) -> None:
    chunks = sealed(content(size))
    place = min(place, len(chunks) - 1)
    chunks[place] = flipped(chunks[place], bit % (8 * len(chunks[place])))
    assert_unopenable(lambda: opened(chunks))


@pytest.mark.parametrize(
    "elsewhere",
    [{"key": OTHER_KEY}, {"campaign": OTHER_CAMPAIGN}, {"file": OTHER_FILE}],
    ids=["key", "campaign", "file"],
)
def test_a_file_opens_only_in_its_place(elsewhere: dict[str, bytes]) -> None:
    chunks = sealed(b"mandat")
    assert_unopenable(lambda: opened(chunks, **elsewhere))
    assert_unopenable(lambda: opened([]))


def test_a_sealed_chunk_shortened_and_joined_does_not_open() -> None:
    first, second = sealed(content(CHUNK + 1))
    assert_unopenable(lambda: opened([first + second]))
    assert_unopenable(lambda: opened([first[:-1], second]))
    assert_unopenable(lambda: opened([first, b""]))


def test_nothing_follows_the_end() -> None:
    sealer = ChunkSealer(KEY, campaign=CAMPAIGN, file=FILE)
    sealer.end()
    with pytest.raises(Invalid):
        list(sealer.add(b"x"))
    with pytest.raises(Invalid):
        sealer.end()


def test_a_file_has_a_most_of_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crypto.stream._MOST_CHUNKS", 1)
    assert opened(sealed(content(CHUNK))) == content(CHUNK)
    with pytest.raises(Invalid):
        sealed(content(CHUNK + 1))


@pytest.mark.parametrize("wrong", [{"key": b"short"}, {"campaign": b"short"}, {"file": b"short"}])
def test_keys_and_ids_have_their_sizes(wrong: dict[str, bytes]) -> None:
    with pytest.raises(Invalid):
        ChunkSealer(**{"key": KEY, "campaign": CAMPAIGN, "file": FILE, **wrong})


def test_a_file_key_is_wrapped_for_one_file_of_one_campaign() -> None:
    key = new_file_key()
    wrapped = wrap_file_key(KEY, campaign=CAMPAIGN, file=FILE, key=key)
    assert len(wrapped) == WRAPPED_SIZE
    assert unwrap_file_key(KEY, campaign=CAMPAIGN, file=FILE, wrapped=wrapped) == key
    for owner, campaign, file in (
        (OTHER_KEY, CAMPAIGN, FILE),
        (KEY, OTHER_CAMPAIGN, FILE),
        (KEY, CAMPAIGN, OTHER_FILE),
    ):
        assert_unopenable(
            lambda owner=owner, campaign=campaign, file=file: unwrap_file_key(  # type: ignore[misc]
                owner, campaign=campaign, file=file, wrapped=wrapped
            )
        )
    for spoilt in (wrapped[:-1], b"\2" + wrapped[1:], flipped(wrapped, 99), b""):
        assert_unopenable(lambda spoilt=spoilt: unwrap_file_key(KEY, campaign=CAMPAIGN, file=FILE, wrapped=spoilt))  # type: ignore[misc]
