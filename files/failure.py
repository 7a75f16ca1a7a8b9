"""What is told of an import, its undoing or an export that cannot go on, and which errors end them at once."""

from typing import Any

from kernel.errors import Forbidden, Invalid, IsoloirError, NotFound, Refused, Unopenable
from policy.findings import Refusal

LASTING = (Invalid, Refused, Forbidden, NotFound, Unopenable)
"""What trying again does not change."""


def failure_of(error: BaseException) -> dict[str, Any]:
    """Return the message and the rules of an error; of one that nobody foresaw only that it was ours."""
    findings = error.findings if isinstance(error, Refusal) else ()
    message = str(error) if isinstance(error, IsoloirError) else "an error of ours, told to the operator"
    return {"message": message, "rules": [{"rule": one.rule, "articles": list(one.articles)} for one in findings]}
