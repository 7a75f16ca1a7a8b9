"""The console script: find the command, run it, print its answer; never a traceback, never a value."""

import contextlib
import importlib
import json
import os
import sys
from collections.abc import Callable, Sequence
from typing import cast

from cli.answer import FAILED, Answer
from cli.loading import load
from cli.parser import make_parser
from cli.words import choose, language_of, say

Command = Callable[..., Answer]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 refused or failed, 2 not understood."""
    os.umask(0o077)  # What we write, we alone read.
    words = sys.argv[1:] if arguments is None else list(arguments)
    choose(language_of(words))
    given = make_parser().parse_args(words)
    as_json = getattr(given, "json", False)
    try:
        answer = _command(given.run)(given)
        _print(answer, as_json=as_json)
    except KeyboardInterrupt:
        print(say("isoloir: interrompu", "isoloir: interrupted"), file=sys.stderr)
        return FAILED
    except BrokenPipeError:
        # Whoever read our output went away; Python would complain again while it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as problem:  # noqa: BLE001 - the last door: any message but ours may quote a value
        _print(importlib.import_module("cli.problems").answer_to(problem), as_json=as_json, stream=sys.stderr)
        return FAILED
    return answer.code


def _command(place: str) -> Command:
    """Import a command when it is called, so that ``--help`` needs neither database nor cryptography."""
    module, _, function = place.partition(":")
    return cast("Command", getattr(load(f"cli.{module}"), function))


def _print(answer: Answer, *, as_json: bool, stream: object = None) -> None:
    if as_json:
        print(json.dumps(answer.data, ensure_ascii=False, default=str))
        return
    with contextlib.suppress(UnicodeEncodeError):
        for line in answer.lines:
            print(line, file=stream or sys.stdout)  # type: ignore[arg-type]  # a text stream
        print(end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
