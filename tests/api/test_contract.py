"""The served description, held against outside tools: two linters and a generated client."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.engines import ON_SQLITE
from tests.api.serving import Server

ROOT = Path(__file__).parents[2]
LINTERS = ROOT / "tests" / "openapi"
# The description is made from the routes, which know no engine; that answers are as described is tried on both.
pytestmark = ON_SQLITE


@pytest.fixture
def described(server: Server, tmp_path: Path) -> Path:
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(server.description), encoding="utf-8")
    return path


def run(*command: str | Path, folder: Path = ROOT) -> None:
    path = f"{ROOT / '.venv/bin'}:{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true"}
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment, check=False)
    assert done.returncode == 0, (done.stdout + done.stderr)[-20000:]


def test_spectral_finds_nothing_in_its_rules_nor_in_ours(described: Path) -> None:
    program = LINTERS / "node_modules" / ".bin" / "spectral"
    run(program, "lint", described, "--ruleset", LINTERS / "spectral.yaml", "--fail-severity", "hint")


def test_redocly_finds_nothing(described: Path) -> None:
    run(LINTERS / "node_modules" / ".bin" / "redocly", "lint", described, "--config", LINTERS / "redocly.yaml")


def test_the_typed_client_is_generated_compiles_and_talks_to_the_server(
    server: Server, described: Path, tmp_path: Path
) -> None:
    python = ROOT / ".venv-client" / "bin" / "python"
    made = tmp_path / "client"
    run(
        python.with_name("openapi-python-client"), "generate", "--path", described, "--output-path", made, "--meta=none"
    )
    script = shutil.copy(ROOT / "tests" / "openapi" / "talk.py", tmp_path)
    run(python, "-m", "compileall", "-q", made)
    # The generator's own files do not all pass strict checks; what a program sees of them must.
    silent = "--follow-imports=silent"
    run(sys.executable, "-m", "mypy", "--strict", silent, "--cache-dir", tmp_path / "mypy", script, folder=tmp_path)
    credentials = server.campaigns[1].client
    run(python, script, server.url, credentials.client_id, credentials.secret, folder=tmp_path)
