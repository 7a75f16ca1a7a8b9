"""Set a page: a template of ours with data becomes a tagged PDF (PDF/UA-1), with the fonts that typst brings along.

Nothing is fetched and no font of the machine is read, so that the same data give the same pages everywhere.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst


def typeset(template: Path, told: Mapping[str, Any], at: datetime) -> bytes:
    """Return the PDF of a template; the data reach it as ``sys.inputs.told``, and are never read as mark-up."""
    return typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"told": json.dumps(told, ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )
