"""The straight lane: routes that take nothing from a request but itself and identifiers in the path.

The framework describes every route, checks paths and queries, and keeps stacks for dependencies we do not use; for
what needs none of it that was a fifth of a request's CPU. Whatever is not surely of this kind goes the framework's way:
another method, an identifier written otherwise, a route with a query.

A query that a route of the API does not know is refused, which the framework would leave out: a filter whose name is
written wrongly would else answer about everybody. Pages may be asked for with whatever a mail program adds.
"""

import inspect
import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import parse_qsl
from uuid import UUID

from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from api.errors import BadShape
from api.requests import fault
from api.threads import Threads

_API = "/v1/"
_ID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_PART = re.compile(r"\{(\w+)\}")


class _Route(NamedTuple):
    """A route as the framework would match it, and as we do; ``strict`` is None where we must not."""

    loose: re.Pattern[str]
    strict: re.Pattern[str] | None
    route: APIRoute


class Lane:
    """Answer plain routes in threads of our own, and hand everything else on."""

    def __init__(self, app: ASGIApp, *, routes: Sequence[APIRoute], threads: Threads) -> None:
        self._app = app
        self._threads = threads
        self._by_method: dict[str, list[_Route]] = {}
        for route in routes:
            for method in route.methods or ():
                self._by_method.setdefault(method, []).append(_Route(route.path_regex, _strict(route), route))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the framework do so."""
        call = self._call(scope, receive) if scope["type"] == "http" else None
        if call is None:
            await self._app(scope, receive, send)
            return
        response = await self._threads.run(call)
        await response(scope, receive, send)

    def _call(self, scope: Scope, receive: Receive) -> Callable[[], Any] | None:
        """Return what answers, if the first route that fits is plain and every identifier is written our way."""
        path = scope["path"]
        if scope["query_string"] and path.startswith(_API):
            self._check_query(scope)
        for loose, strict, route in self._by_method.get(scope["method"], ()):
            if loose.match(path):
                found = None if strict is None else strict.fullmatch(path)
                if found is None:
                    return None
                scope["route"] = route
                ids = {name: UUID(text) for name, text in found.groupdict().items()}
                return partial(route.endpoint, Request(scope, receive), **ids)
        return None

    def _check_query(self, scope: Scope) -> None:
        """Raise BadShape for a name in the query that the route which answers does not take, or takes once."""
        for loose, _, route in self._by_method.get(scope["method"], ()):
            if loose.match(scope["path"]):
                known = {one.alias for one in route.dependant.query_params}
                given = [name for name, _ in parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)]
                if set(given) - known or len(given) > len(set(given)):
                    scope["route"] = route  # For the log, which names no path.
                    raise BadShape([fault("extra_forbidden", ("query", "*"))])
                return


def _strict(route: APIRoute) -> re.Pattern[str] | None:
    """Return the pattern of a plain route's paths, or None for any other route."""
    parts = _PART.findall(route.path_format)
    expected = {"request": Request} | dict.fromkeys(parts, UUID)
    taken = {name: one.annotation for name, one in inspect.signature(route.endpoint).parameters.items()}
    if taken != expected or route.dependencies or inspect.iscoroutinefunction(route.endpoint):
        return None
    return re.compile("".join(_fixed(text) for text in re.split(r"(\{\w+\})", route.path_format)))


def _fixed(text: str) -> str:
    part = _PART.fullmatch(text)
    return f"(?P<{part[1]}>{_ID})" if part else re.escape(text)
