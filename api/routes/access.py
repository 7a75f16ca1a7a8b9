"""Access tokens by client credentials (RFC 6749, 4.4), with the errors of that RFC."""

import base64
import binascii
from urllib.parse import parse_qs, unquote_plus

from fastapi import APIRouter, Request, Response

from accounts.authenticate import authenticate_client
from api.answers import json_answer
from api.boundary import BODY
from api.caller import installation_of
from api.describe import gives, refuses, takes
from api.requests import FORM, check_media_type
from api.wire_campaign import Token, TokenError, TokenOrder
from kernel.errors import Unauthenticated

router = APIRouter(tags=["access"])
GRANT = "client_credentials"
_BASIC = "basic "


@router.post(
    "/oauth/token",
    summary="Get an access token",
    responses=gives(200, Token)
    | gives(400, TokenError)
    | gives(401, TokenError, "WWW-Authenticate")
    | {status: told for status, told in refuses("unsupported-media-type", known=False).items() if status != 400},  # noqa: PLR2004
    openapi_extra=takes(TokenOrder, FORM),
)
def issue_token(request: Request) -> Response:
    """Exchange a client's id and secret, from the form or HTTP Basic, for a token of ten minutes."""
    check_media_type(request, FORM)
    order = _form(request.scope[BODY])
    grant = order.get("grant_type")
    if grant != GRANT:
        return _no_token("invalid_request" if grant is None else "unsupported_grant_type", f"grant_type is {GRANT}")
    credentials = _credentials(request, order)
    if credentials is None:
        return _no_token("invalid_request", "send client_id and client_secret once: in the form or in HTTP Basic")
    installation = installation_of(request)
    try:
        token = authenticate_client(
            installation.register,
            client_id=credentials[0],
            secret=credentials[1],
            issuer=installation.settings.public_url,
        )
    except Unauthenticated as error:
        return _no_token("invalid_client", str(error), 401, {"WWW-Authenticate": 'Basic realm="isoloir"'})
    told = {"access_token": token.token, "token_type": "Bearer", "expires_in": token.seconds}
    return json_answer(told | {"scope": " ".join(token.scopes)})


def _credentials(request: Request, order: dict[str, str]) -> tuple[str, str] | None:
    """Return id and secret, given once, in one way; None otherwise."""
    header = request.headers.get("authorization", "")
    named = "client_id" in order, "client_secret" in order
    if not header:
        return (order["client_id"], order["client_secret"]) if all(named) else None
    if named[1] or not header.lower().startswith(_BASIC):
        return None
    try:
        client, _, secret = base64.b64decode(header[len(_BASIC) :].strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return unquote_plus(client), unquote_plus(secret)


def _form(body: bytes) -> dict[str, str]:
    """Read a form; what is repeated or not in UTF-8 is left out."""
    try:
        fields = parse_qs(body.decode(), errors="strict", max_num_fields=10)
    except ValueError:
        return {}
    return {name: values[0] for name, values in fields.items() if len(values) == 1}


def _no_token(error: str, text: str, status: int = 400, headers: dict[str, str] | None = None) -> Response:
    return json_answer({"error": error, "error_description": text}, status, headers)
