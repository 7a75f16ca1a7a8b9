"""A worker as a process of its own that writes exports, and is killed in the middle of a chunk of one.

``python -m tests.files.sending FOLDER URL CAMPAIGN CHUNK``: it kills itself at that chunk, counted from one, which is
written, in the spool too, and not committed.
"""

import os
import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import files.export_file
import files.exports.run
import jobs.run
from files.exports.order import RUN
from installation.open import Installation
from installation.work import kinds_of_task, worker_of
from kernel.identity import CampaignId
from tests.factories import opened

CHUNK = 3


def work_off(installation: Installation, campaign: CampaignId) -> int:
    """Do what there is to do for exports."""
    kinds = {RUN: kinds_of_task(installation)[RUN]}
    return replace(worker_of(installation), kinds=kinds).work_off(campaign)


def run(folder: Path, url: str, campaign: CampaignId, at: int) -> None:
    left = at

    def keep_chunk(*given: Any) -> Any:  # noqa: ANN401
        nonlocal left
        kept, left = jobs.run.keep_chunk(*given), left - 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        return kept

    files.export_file.CHUNK = CHUNK
    vars(files.exports.run)["keep_chunk"] = keep_chunk
    with opened(url, folder) as installation:
        work_off(installation, campaign)


if __name__ == "__main__":
    run(Path(sys.argv[1]), sys.argv[2], CampaignId(UUID(sys.argv[3])), int(sys.argv[4]))
