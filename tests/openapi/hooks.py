"""What the fuzzer cannot guess: files that are files, lines that are lines, and the origin that is declared."""

import json
import os
from typing import Any

import schemathesis
from hypothesis import strategies as st

PDF = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"
CONTACT = b'{"category": "regular", "origin": 1, "fields": {"email": ["essai@example.org"]}}'
LINES = "application/x-ndjson"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ORIGIN = 1
"""The number of the one origin that the campaign has declared."""
CONTROLLER = os.environ["ISOLOIR_FUZZ_CONTROLLER"]
"""The joint controller that the campaign has."""

for image in ("image/heic", "image/jpeg", "image/png", "image/tiff"):
    schemathesis.openapi.media_type(image, st.binary(max_size=64))
schemathesis.openapi.media_type("application/pdf", st.sampled_from((PDF, PDF, PDF, b"", PDF[:9])))
schemathesis.openapi.media_type(LINES, st.lists(st.sampled_from((CONTACT, b"", b"[]", b"{"))).map(b"\n".join))


@schemathesis.serializer("application/gzip", "application/zip", WORKBOOK)
def as_it_is(_context: object, value: object) -> bytes:
    """Send what was made up as it is: a worker finds out later what it is worth."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@schemathesis.deserializer(LINES)
def first_line(_context: object, response: Any) -> object:  # noqa: ANN401 - the fuzzer's own type
    """Hold the first line against the shape of a line; an empty stream has none to hold."""
    line: object = json.loads(response.content.splitlines()[0])
    return line


@schemathesis.hook
def map_query(_context: object, query: object) -> object:
    """Name a kind that concerns no contact where none is named."""
    if isinstance(query, dict) and query.get("kind") in {"form", "mandate"} and not query.get("contact"):
        query["kind"] = "undertaking"
    return query


@schemathesis.hook
def map_body(_context: object, body: object) -> object:
    """Name what there is where chance names what there is not; what is wrong on purpose stays wrong."""
    if isinstance(body, dict):
        if isinstance(body.get("origin"), int) and ORIGIN < body["origin"] < 2**31:
            body["origin"] = ORIGIN
        if {"controller", "informs"} <= set(body) and len(str(body["controller"])) == len(CONTROLLER):
            body["controller"] = CONTROLLER
        if {"category", "origin"} <= set(body) and body.get("fields") == {}:
            body |= json.loads(CONTACT)  # A contact of whom nothing is known is refused by the law.
    return body
