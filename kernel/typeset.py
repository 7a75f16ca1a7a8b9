"""Set a page: a template of ours with data becomes a tagged PDF (PDF/UA-1), with the fonts that typst brings along.

Nothing is fetched and no font of the machine is read, so that the same data give the same pages everywhere.
"""

import json
import unicodedata
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import typst

_SHOWN = ((0x0020, 0x0500), (0x1E00, 0x2000), (0x2010, 0x2040))
"""The signs that the fonts have: Latin, Greek, Cyrillic and punctuation; a test sets every one."""
_WITHOUT = "\u00b7"


def typeset(template: Path, told: Mapping[str, Any], at: datetime) -> bytes:
    """Return the PDF of a template; the data reach it as ``sys.inputs.told``, and are never read as mark-up.

    A sign that no font has becomes a middle dot: one name in another script would leave everybody without the page.
    """
    return typst.compile(
        str(template),
        root=str(template.parent),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"told": json.dumps(_shown(told), ensure_ascii=False)},
        pdf_standards="ua-1",
        timestamp=int(at.timestamp()),
    )


def _shown(told: Any) -> Any:  # noqa: ANN401 - what JSON can say
    if isinstance(told, str):
        return "".join(map(_sign, unicodedata.normalize("NFC", told)))
    if isinstance(told, Mapping):
        return {name: _shown(one) for name, one in told.items()}
    return [_shown(one) for one in told] if isinstance(told, list | tuple) else told


def _sign(sign: str) -> str:
    if sign.isspace():
        return sign if sign in "\n\u00a0\u202f" else " "
    if unicodedata.category(sign) in {"Cf", "Cc"}:
        return ""
    known = any(first <= ord(sign) < end for first, end in _SHOWN) and unicodedata.category(sign) != "Cn"
    return sign if known else _WITHOUT
