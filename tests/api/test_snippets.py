"""The programs in docs/clients.md, run as a reader would run them: against a live server."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.api.serving import Server

PAGE = (Path(__file__).parents[2] / "docs" / "clients.md").read_text(encoding="utf-8")
PROGRAMS = {"sh": ["sh"], "python": [sys.executable], "php": ["php"]}


@pytest.mark.parametrize("language", sorted(PROGRAMS))
def test_a_program_of_the_page_records_a_contact_and_reads_it(server: Server, language: str, tmp_path: Path) -> None:
    programs: list[str] = re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    program = next(one for one in programs if "/v1/contacts" in one)
    path = tmp_path / "program"
    path.write_text(program, encoding="utf-8")
    known = server.campaigns[1].client
    ours = {"ISOLOIR_URL": server.url, "CLIENT_ID": known.client_id, "CLIENT_SECRET": known.secret}
    done = subprocess.run(
        [*PROGRAMS[language], path], capture_output=True, text=True, env={**os.environ, **ours}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "anne.durand@example.org" in done.stdout
