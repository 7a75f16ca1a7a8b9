"""What is told of an import or an export that cannot go on."""

from typing import Any

from kernel.errors import IsoloirError
from policy.findings import Refusal


def failure_of(error: Exception) -> dict[str, Any]:
    """Return the message and the rules of an error; of one that nobody foresaw only that it was ours."""
    findings = error.findings if isinstance(error, Refusal) else ()
    message = str(error) if isinstance(error, IsoloirError) else "an error of ours, told to the operator"
    return {"message": message, "rules": [{"rule": one.rule, "articles": list(one.articles)} for one in findings]}
