import errno
import os
import resource
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.checkpoints import (
    MAX_NOTE_BYTES,
    Checkpoint,
    CheckpointFile,
    make_checkpoint,
    origin_of,
    sign_checkpoint,
)
from audit.errors import Tampered
from audit.signed_note import public_key
from audit.tree import Frontier, leaf_hash
from kernel.errors import Invalid

CAMPAIGN = UUID("0b5e7c1e-4a51-4a5e-9d5e-2f6d1c3b7a10")
ORIGIN = origin_of(CAMPAIGN, "2026-11")
SEED = bytes(range(32))
KEY = public_key(SEED)
LEAVES = [leaf_hash(bytes([number])) for number in range(40)]


def at(size: int, erasures: int = 0) -> Checkpoint:
    return make_checkpoint(ORIGIN, Frontier(LEAVES[:size]), erasures)


def note(size: int, erasures: int = 0) -> str:
    return sign_checkpoint(at(size, erasures), SEED)


def stored(directory: Path) -> Path:
    return directory / str(CAMPAIGN) / "2026-11.checkpoints"


def filled(directory: Path, *sizes: int) -> CheckpointFile:
    file = CheckpointFile(directory)
    for size in sizes:
        file.append(note(size), ORIGIN, KEY)
    return file


def test_checkpoints_are_stored_and_read_back_in_order(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path)
    assert file.latest(ORIGIN, KEY) is None
    assert file.read(ORIGIN, KEY) == ()
    for size in (0, 3, 17):
        assert file.append(note(size, erasures=size), ORIGIN, KEY) == at(size, size)
    assert file.read(ORIGIN, KEY, at_least=17) == (at(0), at(3, 3), at(17, 17))
    assert file.latest(ORIGIN, KEY) == at(17, 17)


def test_the_file_is_its_owners_alone(tmp_path: Path) -> None:
    filled(tmp_path, 3)
    assert stat.S_IMODE(stored(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(stored(tmp_path).parent.stat().st_mode) == 0o700


def test_the_latest_is_found_behind_many(tmp_path: Path) -> None:
    file = filled(tmp_path, *range(40))
    assert stored(tmp_path).stat().st_size > MAX_NOTE_BYTES
    assert file.latest(ORIGIN, KEY) == at(39)
    assert len(file.read(ORIGIN, KEY)) == 40


def test_an_accented_text_cut_by_reading_the_end_only_does_not_hide_the_latest(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path)
    for size in range(1, 30):
        lines = (*at(size).extensions, "é" * 400)
        file.append(sign_checkpoint(Checkpoint(ORIGIN, size, at(size).root, lines), SEED), ORIGIN, KEY)
        latest = file.latest(ORIGIN, KEY)
        assert latest is not None
        assert latest.size == size


def test_the_longest_note_is_still_found_as_the_latest(tmp_path: Path) -> None:
    file = filled(tmp_path, 3)
    room = MAX_NOTE_BYTES - len(f"{note(17)}\n\n".encode())
    longest = Checkpoint(ORIGIN, 17, at(17).root, (*at(17).extensions, "x" * room))
    file.append(sign_checkpoint(longest, SEED), ORIGIN, KEY)
    assert file.latest(ORIGIN, KEY) == longest
    longer = Checkpoint(ORIGIN, 18, at(18).root, (*at(18).extensions, "x" * (room + 1)))
    with pytest.raises(Invalid, match="too long"):
        file.append(sign_checkpoint(longer, SEED), ORIGIN, KEY)


def test_a_checkpoint_that_contradicts_the_last_is_not_stored(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path)
    file.append(note(17, erasures=2), ORIGIN, KEY)
    before = stored(tmp_path).read_bytes()
    fork = sign_checkpoint(make_checkpoint(ORIGIN, Frontier(LEAVES[1:18]), 2), SEED)
    for contradiction in (note(16, erasures=2), note(18, erasures=1), fork):
        with pytest.raises(Tampered):
            file.append(contradiction, ORIGIN, KEY)
    assert stored(tmp_path).read_bytes() == before


def test_only_a_verified_checkpoint_is_stored(tmp_path: Path) -> None:
    file = CheckpointFile(tmp_path)
    with pytest.raises(Tampered):
        file.append(note(3), ORIGIN, public_key(bytes(32)))
    assert not stored(tmp_path).exists()


def test_a_file_cut_anywhere_but_between_two_checkpoints_is_refused(tmp_path: Path) -> None:
    file = filled(tmp_path, 3, 17)
    whole = stored(tmp_path).read_bytes()
    between = {0, len(f"{note(3)}\n".encode()), len(whole)}
    for end in set(range(len(whole))) - between:
        stored(tmp_path).write_bytes(whole[:end])
        for reading in (file.read, file.latest):
            with pytest.raises(Tampered):
                reading(ORIGIN, KEY)


def test_a_file_cut_between_two_checkpoints_is_known_by_the_size_that_was_seen(tmp_path: Path) -> None:
    file = filled(tmp_path, 3, 17)
    stored(tmp_path).write_bytes(f"{note(3)}\n".encode())
    assert file.read(ORIGIN, KEY) == (at(3),)
    with pytest.raises(Tampered, match="known"):
        file.read(ORIGIN, KEY, at_least=17)
    stored(tmp_path).unlink()
    with pytest.raises(Tampered, match="known"):
        file.read(ORIGIN, KEY, at_least=1)


def test_checkpoints_put_in_another_order_are_refused(tmp_path: Path) -> None:
    file = filled(tmp_path, 3)
    stored(tmp_path).write_text(f"{note(17)}\n{note(3)}\n", encoding="utf-8")
    with pytest.raises(Tampered, match="goes back"):
        file.read(ORIGIN, KEY)


@given(st.data())
def test_no_byte_of_the_file_may_change(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    directory = tmp_path_factory.mktemp("log")
    file = filled(directory, 3, 17)
    content = bytearray(stored(directory).read_bytes())
    content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
    stored(directory).write_bytes(content)
    with pytest.raises(Tampered):
        file.read(ORIGIN, KEY)


@contextmanager
def no_file_beyond(size: int) -> Iterator[None]:
    """Stand in for a full disk: the kernel refuses to let any file grow beyond ``size``."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@pytest.mark.parametrize("room", [0, 1, 100])
def test_a_full_disk_leaves_the_file_as_it_was_and_the_log_goes_on_when_there_is_room(
    tmp_path: Path, room: int
) -> None:
    file = filled(tmp_path, 3)
    before = stored(tmp_path).read_bytes()
    with no_file_beyond(len(before) + room), pytest.raises(OSError, match=r"File too large|not written whole"):
        file.append(note(17), ORIGIN, KEY)
    assert stored(tmp_path).read_bytes() == before
    file.append(note(17), ORIGIN, KEY)
    assert file.read(ORIGIN, KEY) == (at(3), at(17))


def test_a_link_in_the_place_of_the_file_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    stored(tmp_path).parent.mkdir()
    stored(tmp_path).symlink_to(elsewhere)
    with pytest.raises(OSError, match=os.strerror(errno.ELOOP)):
        filled(tmp_path, 3)
    assert not elsewhere.exists()


def test_what_is_set_aside_is_kept_under_another_name_and_contradicts_nothing(tmp_path: Path) -> None:
    file = filled(tmp_path, 3, 17)
    content = stored(tmp_path).read_bytes()
    file.set_aside(ORIGIN, "before-restore")
    assert (file.latest(ORIGIN, KEY), file.months(CAMPAIGN)) == (None, ())
    assert stored(tmp_path).with_name("2026-11.checkpoints.before-restore").read_bytes() == content
    file.append(note(2), ORIGIN, KEY)
    assert file.read(ORIGIN, KEY) == (at(2),)
