"""The repository runs anywhere: its files name no machine, its locks no host."""

import re

import pytest

from tests.project.places import ROOT, kept_files

# Put together here, so that this file is clean itself.
MACHINE_PATHS = re.compile("|".join(f"/{name}" for name in ("work/", "root/", "opt/pypi", "opt/wheels", "tmp/team")))
NEIGHBOUR = "../" + "shared"

PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+) \\$", re.MULTILINE)
LOCKS = ["runtime", "dev"]


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def lock(name: str) -> str:
    return (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> dict[str, str]:
    return dict(PIN.findall(lock(name)))


def wishes(name: str) -> set[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text(encoding="utf-8").splitlines()
    return {canonical(line.partition("[")[0]) for line in lines if line and line[0] not in "#-"}


def test_no_file_names_a_path_of_a_machine() -> None:
    named = []
    for path in kept_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        neighbourly = path.is_relative_to(ROOT / "tests")
        if MACHINE_PATHS.search(text) or (NEIGHBOUR in text and not neighbourly):
            named.append(str(path.relative_to(ROOT)))
    assert named == []


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_names_no_host_and_no_path(name: str) -> None:
    lines = [line for line in lock(name).splitlines() if not line.startswith("#")]
    assert [line for line in lines if re.search(r"://|file:/| @ |^-|--(?!hash=sha256:)", line)] == []


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_of_a_lock_has_its_digests(name: str) -> None:
    text = lock(name)
    pinned = pins(name)
    assert text.count("==") == len(pinned)
    assert len(re.findall(r"^\S+==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)) == len(pinned)


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_all_that_was_wished_for(name: str) -> None:
    assert wishes(name)
    assert wishes(name) <= {canonical(pinned) for pinned in pins(name)}


def test_developers_run_the_versions_that_operators_run() -> None:
    developers = pins("dev")
    assert {name: developers.get(name) for name in pins("runtime")} == pins("runtime")
