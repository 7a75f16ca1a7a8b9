"""The demonstration keeps its promises, leaves nothing behind, and what it tells people to paste works."""

import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.console import Console, wait_for


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def is_ready(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


@contextmanager
def served(console: Console, *words: str, port: int) -> Iterator[list[str]]:
    """Serve until the test has what it wants; yield what was printed, and stop as Ctrl-C does."""
    process = console.start_cold(*words, "--port", str(port))
    printed: list[str] = []
    try:
        wait_for(lambda: is_ready(port), process)
        yield printed
    finally:
        process.send_signal(2)
        out, err = process.communicate(timeout=30)
        printed += out.splitlines()
    assert process.returncode == 0, err
    assert "Traceback" not in err


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_demonstration_keeps_every_promise_and_leaves_nothing(tmp_path: Path, language: str) -> None:
    console = Console(tmp_path, more={"TMPDIR": str(tmp_path)})
    done = console.run("demo", "--lang", language)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    for told in ("matrix.birthplace", "donations.apart", "forbidden.religion", "RGPD, art. 9(1)"):
        assert told in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_the_demonstration_answers_in_json(tmp_path: Path) -> None:
    told = Console(tmp_path).json("demo")
    assert all(told["promises"].values())
    assert told["electoral-roll"]["rows"] == {"created": 3000}
    assert told["erased"]["after"] == {"contact": 0, "person_key": 0, "contact_index": 0}
    assert told["forged"]["problems"] != []
    assert set(told["fields"]["canvassing"]) < set(told["fields"]["contact_management"])


def test_the_lines_to_paste_work_and_a_second_start_gives_the_same_client(tmp_path: Path) -> None:
    assert shutil.which("curl"), "this test needs curl: apt-get install curl"
    console, port = Console(tmp_path), free_port()
    with served(console, "demo", "--serve", port=port):
        pass
    kept = json.loads((console.data / "demo-client.json").read_text("utf-8"))
    assert (console.data / "demo-client.json").stat().st_mode & 0o777 == 0o600
    assert (console.data / "root.key").stat().st_mode & 0o777 == 0o600
    with served(console, "demo", "--serve", port=port) as first:
        pass
    pasted = "\n".join(first[first.index(next(line for line in first if line.startswith("ISOLOIR="))) :][:4])
    assert kept["client_id"] in pasted
    with served(console, "demo", "--serve", port=port):
        done = subprocess.run(["bash", "-eu"], input=pasted, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    created, found = map(json.loads, done.stdout.splitlines())
    assert created["refused"][0]["rule"] == "forbidden.religion"
    assert found["contacts"][0]["id"] == created["id"]
    assert found["contacts"][0]["fields"]["note"] == ["disponible le samedi"]


def test_a_folder_with_other_campaigns_is_left_alone(tmp_path: Path) -> None:
    console = Console(tmp_path)
    console.json("init")
    console.json(*"campaign create --name Vraie --controller Parti --kind party".split())
    done = console.run("demo", "--serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert "--data-dir" in done.stderr
    assert len(console.json("campaign", "list")["campaigns"]) == 1


def test_a_busy_port_is_a_plain_error(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as busy:
        done = Console(tmp_path).run("demo", "--serve", "--port", str(busy.getsockname()[1]))
    assert done.returncode == 1
    assert "est pris" in done.stderr
    assert not (tmp_path / "data").exists()


def test_sqlite_has_one_server_and_says_so_to_the_second(tmp_path: Path) -> None:
    console, port = Console(tmp_path), free_port()
    console.json("init")
    with served(console, "serve", port=port) as printed:
        second = console.run("serve", "--port", str(free_port()))
        assert (second.returncode, "isoloir serve" in second.stderr) == (1, True)
    assert f"127.0.0.1:{port}" in printed[0]
    assert console.run("serve", "--processes", "2").returncode == 1


def test_postgresql_is_served_by_several_processes(tmp_path: Path, postgresql_url: str) -> None:
    console, port = Console(tmp_path, postgresql_url), free_port()
    console.json("init")
    with served(console, "serve", "--processes", "2", port=port):
        assert is_ready(port)


def test_a_database_behind_the_code_is_not_served(tmp_path: Path) -> None:
    console = Console(tmp_path)
    console.data.mkdir()
    done = console.run("serve", "--port", str(free_port()))
    assert done.returncode == 1
    assert "isoloir migrate" in done.stderr
