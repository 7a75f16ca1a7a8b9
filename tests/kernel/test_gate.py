import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from kernel.errors import Conflict
from kernel.gate import Gate, only_one

ROOT = Path(__file__).parents[2]
COUNTING = """
import sys
from pathlib import Path
from kernel.gate import Gate
gate, number = Gate(Path(sys.argv[1])), Path(sys.argv[2])
for _ in range(200):
    with gate.held():
        number.write_text(str(int(number.read_text()) + 1))
"""
HOLDING = """
import sys
from pathlib import Path
from kernel.gate import Gate
with Gate(Path(sys.argv[1])).held():
    print("held", flush=True)
    sys.stdin.read()
"""


def start(program: str, *arguments: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", program, *map(str, arguments)]
    return subprocess.Popen(command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def test_processes_and_threads_pass_one_at_a_time(tmp_path: Path) -> None:
    path, number = tmp_path / "gate", tmp_path / "number"
    number.write_text("0")
    others = [start(COUNTING, path, number) for _ in range(2)]
    gate = Gate(path)

    def count() -> None:
        for _ in range(200):
            with gate.held():
                number.write_text(str(int(number.read_text()) + 1))

    threads = [threading.Thread(target=count) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for other in others:
        other.communicate()
        assert other.returncode == 0
    assert number.read_text() == "800"


def test_a_process_that_dies_holding_the_gate_leaves_it_open(tmp_path: Path) -> None:
    holder = start(HOLDING, tmp_path / "gate")
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.communicate()
    with Gate(tmp_path / "gate").held():
        assert holder.returncode != 0


def test_an_error_inside_gives_the_gate_back(tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    with pytest.raises(KeyError), gate.held():
        raise KeyError
    with gate.held():
        assert os.stat(tmp_path / "gate").st_mode & 0o077 == 0  # noqa: PTH116 - the mode is the point


def test_a_second_process_is_told_that_the_first_is_there(tmp_path: Path) -> None:
    with (
        only_one(tmp_path / "serve", "serve"),
        pytest.raises(Conflict, match="serve"),
        only_one(tmp_path / "serve", "serve"),
    ):
        pass
    with only_one(tmp_path / "serve", "serve"):
        pass
