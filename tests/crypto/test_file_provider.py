"""The root key in a file: made once, private, replaced in one step, seen by every process."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from crypto.file_provider import FileProvider
from kernel.errors import Conflict, Misconfigured, NotFound
from tests.crypto.factories import KEY, assert_unopenable

ROOT = Path(__file__).parents[2]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    FileProvider.create(tmp_path / "root.json")
    return tmp_path / "root.json"


def key_in(path: Path, version: int) -> str:
    return str(json.loads(path.read_text())["versions"][str(version)])


def test_the_file_is_made_private_with_one_version(path: Path) -> None:
    assert path.stat().st_mode & 0o777 == 0o600
    assert FileProvider(path).versions() == (1,)
    assert len(base64.b64decode(key_in(path, 1))) == 32


def test_the_file_is_private_even_under_a_generous_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        provider = FileProvider.create(tmp_path / "root.json")
        provider.rotate()
    finally:
        os.umask(before)
    assert {each.stat().st_mode & 0o777 for each in tmp_path.iterdir()} == {0o600}


def test_a_file_that_exists_is_never_made_again(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Conflict):
        FileProvider.create(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o602], ids=oct)
def test_a_file_others_can_read_or_write_is_refused(path: Path, mode: int) -> None:
    provider = FileProvider(path)
    path.chmod(mode)
    with pytest.raises(Misconfigured, match="0600"):
        FileProvider(path)
    with pytest.raises(Misconfigured, match="0600"):
        provider.rotate()


def test_a_missing_file_and_a_directory_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="missing"):
        FileProvider(tmp_path / "root.json")
    (tmp_path / "root.json").mkdir(mode=0o700)
    with pytest.raises(Misconfigured, match="plain file"):
        FileProvider(tmp_path / "root.json")


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="lock"):
        FileProvider(tmp_path / "nowhere" / "root.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"format": 1, "versions": []}',
        '{"format": 1, "versions": {}}',
        '{"format": 1, "versions": {"1": 7}}',
        '{"format": 1, "versions": {"1": "AAAA"}}',
        json.dumps({"format": 2, "versions": {"1": base64.b64encode(KEY).decode()}}),
    ],
    ids=["empty", "list", "no format", "versions a list", "no versions", "number", "short key", "format 2"],
)
def test_a_file_with_another_content_is_refused(path: Path, content: str) -> None:
    path.write_text(content)
    with pytest.raises(Misconfigured):
        FileProvider(path)


def test_what_was_wrapped_before_a_rotation_unwraps_after_it(path: Path) -> None:
    provider = FileProvider(path)
    before = provider.wrap(b"key", b"context")
    assert provider.rotate() == 2
    after = provider.wrap(b"key", b"context")
    assert (before[0], after[0], provider.current(), provider.versions()) == (1, 2, 2, (1, 2))
    for version, wrapped in (before, after):
        assert provider.unwrap(version, wrapped, b"context") == b"key"
        assert_unopenable(lambda: provider.unwrap(version, wrapped, b"other"))  # noqa: B023


def test_a_destroyed_version_opens_nothing_and_leaves_no_byte(path: Path) -> None:
    provider = FileProvider(path)
    version, wrapped = provider.wrap(b"key", b"")
    provider.rotate()
    destroyed, kept = key_in(path, 1), key_in(path, 2)
    provider.destroy(1)
    assert provider.versions() == (2,)
    assert_unopenable(lambda: provider.unwrap(version, wrapped, b""))
    left = b"".join(each.read_bytes() for each in path.parent.iterdir())
    assert destroyed.encode() not in left
    assert kept.encode() in left


def test_the_bytes_of_the_file_replaced_are_blanked(path: Path) -> None:
    provider = FileProvider(path)
    provider.rotate()
    os.link(path, path.with_name("link"))
    size = path.stat().st_size
    provider.destroy(1)
    assert path.with_name("link").read_bytes() == bytes(size)


def test_the_current_version_is_never_destroyed_and_an_unknown_one_is_not_found(path: Path) -> None:
    provider = FileProvider(path)
    with pytest.raises(Conflict):
        provider.destroy(1)
    with pytest.raises(NotFound):
        provider.destroy(2)
    assert provider.versions() == (1,)


def test_a_version_destroyed_is_never_numbered_again(path: Path) -> None:
    provider = FileProvider(path)
    provider.rotate()
    provider.destroy(1)
    assert provider.rotate() == 3


def test_what_a_writer_that_died_left_does_not_stop_the_next(path: Path) -> None:
    path.with_name("root.json.new").write_text("half a file")
    assert FileProvider(path).rotate() == 2
    assert not path.with_name("root.json.new").exists()


def test_another_process_s_rotation_is_seen_at_the_next_call(path: Path) -> None:
    here = FileProvider(path)
    program = (
        "from pathlib import Path; from crypto.file_provider import FileProvider; import sys;"
        "provider = FileProvider(Path(sys.argv[1])); provider.rotate(); print(provider.wrap(b'key', b'')[1].hex())"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert here.unwrap(2, bytes.fromhex(done.stdout), b"") == b"key"
    assert here.current() == 2


def test_writers_at_once_lose_no_version_and_readers_meet_no_half_file(path: Path) -> None:
    failures: list[Exception] = []

    def attempt(act: Callable[[FileProvider], object]) -> None:
        try:
            for _ in range(10):
                act(FileProvider(path))
        except Exception as failure:  # noqa: BLE001 - whatever it is, the test shows it
            failures.append(failure)

    acts: list[Callable[[FileProvider], object]] = [FileProvider.rotate] * 3 + [FileProvider.versions] * 3
    threads = [Thread(target=attempt, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert FileProvider(path).versions() == tuple(range(1, 32))


def test_no_key_is_shown(path: Path) -> None:
    provider = FileProvider(path)
    assert repr(provider) == f"FileProvider('{path}')"
    assert key_in(path, 1) not in repr(vars(provider))
    assert repr(base64.b64decode(key_in(path, 1)))[2:-1] not in repr(vars(provider))
