"""Read a form that brings a file (RFC 7578): few parts, each once, and nothing that its name says is believed."""

import re
from dataclasses import dataclass, field

from starlette.requests import Request

from api.boundary import BODY

_TYPE = re.compile(r'multipart/form-data; ?boundary="?([0-9A-Za-z\'()+_,./:=?-]{1,70})"?', re.IGNORECASE)
_NAMED = re.compile(rb'content-disposition: form-data; name="([a-z]{1,30})"(?:;[^\r\n]*)?', re.IGNORECASE)
_KIND = re.compile(rb"content-type: ?([a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60})", re.IGNORECASE)
_MOST_PARTS = 8
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Uploaded:
    """What a form brought: its fields, and one file with the type that the browser gave it."""

    fields: dict[str, str] = field(repr=False)
    media_type: str
    content: bytes = field(repr=False)


NOTHING = Uploaded({}, "", b"")


def read_upload(request: Request, name: str) -> Uploaded:
    """Return what a form brings, its file under ``name``; nothing of what is not such a form, or says a thing twice."""
    told = _TYPE.fullmatch(request.headers.get("content-type", ""))
    if told is None:
        return NOTHING
    mark = b"\r\n--" + told[1].encode()
    first, *parts = (b"\r\n" + request.scope[BODY]).split(mark, _MOST_PARTS)
    if first or not parts or not parts.pop().startswith(b"--"):
        return NOTHING
    read = [_part(one) for one in parts]
    if len({part[0] for part in read}) != len(read) or b"" in {part[0] for part in read}:
        return NOTHING
    fields = {one.decode(): text.decode("utf-8", "replace")[:_LONGEST] for one, _, text in read if one != name.encode()}
    _, kind, content = next((part for part in read if part[0] == name.encode()), (b"", b"", b""))
    return Uploaded(fields, kind.decode().lower(), content)


def _part(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Return the name, the type and the content of a part; no name for one that has none, or a strange one."""
    head, found, content = raw.removeprefix(b"\r\n").partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    names = [named[1] for line in lines if (named := _NAMED.fullmatch(line))]
    kinds = [kind[1] for line in lines if (kind := _KIND.fullmatch(line))]
    if not found or len(names) != 1 or len(kinds) > 1:
        return b"", b"", b""
    return names[0], kinds[0] if kinds else b"", content
