"""Answers made once, as bytes."""

from collections.abc import Mapping
from typing import Any

import orjson
from starlette.responses import Response


def json_answer(content: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:  # noqa: ANN401
    """Answer with JSON."""
    return Response(orjson.dumps(content), status, headers, media_type="application/json")


def no_content() -> Response:
    """Answer that it is done."""
    return Response(status_code=204)
