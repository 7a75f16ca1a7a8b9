"""Access tokens by client credentials (RFC 6749, 4.4), with the errors of that RFC."""

from fastapi import APIRouter, Request, Response

from accounts.authenticate import AccessToken, ScopeNotHeld, TokenOrder, authenticate_client
from accounts.scopes import SCOPES
from api import wire_client
from api.answers import json_answer
from api.caller import installation_of, throttle_of
from api.credentials import TokenForm, token_form
from api.describe import gives, refuses, takes
from api.requests import FORM, check_media_type
from api.throttle import TOKEN_PATH
from kernel.errors import Unauthenticated

router = APIRouter(tags=["access"])
GRANT = "client_credentials"


@router.post(
    TOKEN_PATH,
    summary="Get an access token",
    responses=gives(200, wire_client.Token)
    | gives(400, wire_client.TokenError)
    | gives(401, wire_client.TokenError, "WWW-Authenticate")
    | {
        status: told
        for status, told in refuses("unsupported-media-type", "too-many-requests", known=False).items()
        if status != 400  # noqa: PLR2004
    },
    openapi_extra=takes(wire_client.TokenOrder, FORM),
)
def issue_token(request: Request) -> Response:
    """Exchange a client's id and secret, from the form or HTTP Basic, for a token of ten minutes."""
    check_media_type(request, FORM)
    form = token_form(request.scope)
    grant = form.fields.get("grant_type")
    if grant != GRANT:
        return _no_token("invalid_request" if grant is None else "unsupported_grant_type", f"grant_type is {GRANT}")
    if form.client_id is None:
        return _no_token("invalid_request", "send client_id and client_secret once: in the form or in HTTP Basic")
    # Once more: while this request waited for a thread, others of its address may have failed.
    throttle_of(request).check_proof(request.scope, form)
    try:
        token = _token(request, form, form.client_id)
    except Unauthenticated as error:
        throttle_of(request).count_failure(request.scope, form)
        return _no_token("invalid_client", str(error), 401, {"WWW-Authenticate": 'Basic realm="isoloir"'})
    except ScopeNotHeld as error:
        return _no_token("invalid_scope", str(error))
    told = {"access_token": token.token, "token_type": "Bearer", "expires_in": token.seconds}
    return json_answer(told | {"scope": " ".join(token.scopes)})


def _token(request: Request, form: TokenForm, client_id: str) -> AccessToken:
    installation, throttle = installation_of(request), throttle_of(request)
    proven = throttle.is_proven(form)
    if proven:
        throttle.admit_token(request.scope, client_id)
    scope = form.fields.get("scope")
    order = TokenOrder(
        client_id=client_id,
        secret=form.secret,
        address=throttle.address(request.scope),
        scopes=None if scope is None else frozenset(scope.split(" ")),
    )
    token = authenticate_client(
        installation.register, installation.refusals, order, issuer=installation.settings.public_url
    )
    throttle.keep_proof(form, token.token)
    if not proven:
        throttle.admit_token(request.scope, client_id)
    return token


@router.get(
    "/.well-known/oauth-authorization-server",
    summary="Describe the token endpoint",
    responses=gives(200, wire_client.AuthorizationServer) | refuses(known=False),
)
def get_authorization_server(request: Request) -> Response:
    """Say where tokens are given and how a client proves who it is (RFC 8414)."""
    url = installation_of(request).settings.public_url.rstrip("/")
    told = {
        "issuer": installation_of(request).settings.public_url,
        "token_endpoint": url + TOKEN_PATH,
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        "grant_types_supported": [GRANT],
        "response_types_supported": [],
        "scopes_supported": sorted(SCOPES),
        "service_documentation": f"{url}/openapi.json",
    }
    return json_answer(told)


def _no_token(error: str, text: str, status: int = 400, headers: dict[str, str] | None = None) -> Response:
    return json_answer({"error": error, "error_description": text}, status, headers)
