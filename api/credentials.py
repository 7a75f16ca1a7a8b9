"""Read what a client shows at the token endpoint: id and secret, in the form or in HTTP Basic (RFC 6749, 2.3.1)."""

import base64
import binascii
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote_plus

from starlette.requests import Request
from starlette.types import Scope

from api.boundary import BODY

_BASIC = "basic "
_READ = "isoloir.token_form"
_MOST_FIELDS = 10
_LONGEST = 4_096


@dataclass(frozen=True, slots=True)
class TokenForm:
    """A form as it came: each field once, and the credentials if they were given once, in one way."""

    fields: dict[str, str] = field(repr=False)
    client_id: str | None
    secret: str = field(repr=False)


def token_form(scope: Scope) -> TokenForm:
    """Read the form of a request, once."""
    read: TokenForm | None = scope.get(_READ)
    if read is None:
        fields = _fields(scope[BODY])
        client_id, secret = _credentials(Request(scope).headers.get("authorization", ""), fields) or (None, "")
        read = scope[_READ] = TokenForm(fields, client_id, secret)
    return read


def _credentials(header: str, fields: dict[str, str]) -> tuple[str, str] | None:
    if not header:
        return (fields["client_id"], fields["client_secret"]) if {"client_id", "client_secret"} <= set(fields) else None
    if "client_secret" in fields or not header.lower().startswith(_BASIC):
        return None
    try:
        client, _, secret = base64.b64decode(header[len(_BASIC) :].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    named = unquote_plus(client)
    return (named, unquote_plus(secret)) if fields.get("client_id", named) == named else None


def _fields(body: bytes) -> dict[str, str]:
    """Read a form; what is repeated, or not in UTF-8, is left out, and a long one is none."""
    try:
        fields = parse_qs(body.decode(), errors="strict", max_num_fields=_MOST_FIELDS) if len(body) <= _LONGEST else {}
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items() if len(values) == 1}
