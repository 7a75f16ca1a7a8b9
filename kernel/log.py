"""The technical log: an event is a short word with allow-listed keys; nothing else passes.

The log and the audit log are different things and never share a sink. Whatever a library logs is reduced to its name,
level and, for an exception, its class and the places in the code: messages may quote values, so none is kept.
"""

import logging
import re
import sys
import threading
import traceback
from types import TracebackType
from uuid import UUID

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED = frozenset(
    "event level timestamp logger exception frames request_id actor_id actor_kind campaign purpose method route status "
    "milliseconds processing rows seconds job chunk kind size version engine rule".split(),
)
"""The keys that may appear; a new one is added here, in review, or it is dropped."""

_WORD = re.compile(r"[A-Za-z0-9_.:/{}<>\-]{1,120}")
_REMOVED = "[removed]"
_HARMLESS = (bool, int, float, type(None))


def scrub(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Drop every key outside the allow-list and every text that is not one plain word."""
    return {name: _harmless(name, value) for name, value in event.items() if name in ALLOWED}


def _harmless(name: str, value: object) -> object:
    if isinstance(value, _HARMLESS):
        return value
    if isinstance(value, UUID):
        return str(value)
    if name == "frames" and isinstance(value, list):
        return [frame for frame in value if isinstance(frame, str) and _WORD.fullmatch(frame)]
    if isinstance(value, str) and _WORD.fullmatch(value):
        return value
    return _REMOVED


def reduce_exception(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace an exception by its class and the code places it went through."""
    event.pop("frames", None)  # Places come from a traceback alone, never from a caller.
    problem = event.pop("exc_info", None)
    if problem is True:
        problem = sys.exc_info()
    if isinstance(problem, BaseException):
        problem = (type(problem), problem, problem.__traceback__)
    if isinstance(problem, tuple) and isinstance(problem[0], type):
        event["exception"] = problem[0].__name__
        event["frames"] = _frames(problem[2])
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    places = traceback.extract_tb(trace)[-12:]
    return [f"{place.filename.rsplit('/', 1)[-1]}:{place.lineno}:{place.name}" for place in places]


class _Foreign(logging.Handler):
    """Turn a library's record into an event of ours that carries no message."""

    def emit(self, record: logging.LogRecord) -> None:
        event = structlog.get_logger("foreign").bind(logger=record.name)
        event.log(max(record.levelno, logging.DEBUG), "library_event", exc_info=record.exc_info or None)


def _tell_uncaught(kind: type[BaseException], problem: BaseException | None, trace: TracebackType | None) -> None:
    """Log an exception nobody caught like any other: the interpreter would print its message."""
    if not issubclass(kind, KeyboardInterrupt):
        structlog.get_logger().error("uncaught", exc_info=(kind, problem, trace))


def _to_standard_error(*_given: object) -> structlog.WriteLogger:
    """Write to the standard error of the moment: the one at the start may have been exchanged, and closed, since."""
    return structlog.WriteLogger(sys.stderr)


def configure_log(level: str) -> None:
    """Send every event, ours and the libraries', through the scrubber to standard error as JSON lines."""
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            reduce_exception,
            scrub,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=_to_standard_error,
        cache_logger_on_first_use=False,
    )
    sys.excepthook = _tell_uncaught
    threading.excepthook = lambda told: _tell_uncaught(told.exc_type, told.exc_value, told.exc_traceback)
    root = logging.getLogger()
    root.handlers = [_Foreign()]
    root.setLevel(max(least, logging.WARNING))
