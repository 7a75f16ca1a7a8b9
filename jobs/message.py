"""A message as Standard Webhooks has it: ``type``, ``timestamp``, ``data``; thin, the receiver fetches the rest."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kernel.identity import CampaignId

DELIVER = "webhook.deliver"
"""The kind of task that delivers a message."""
TEST = "webhook.test"
"""The type of the message that only shows that an endpoint works."""


def message(kind: str, campaign: CampaignId, at: datetime, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a message; its data always name the campaign."""
    return {
        "type": str(kind),
        "timestamp": at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
        "data": {"campaign": str(campaign), **data},
    }


def message_id(task: UUID) -> str:
    """Return the id of a task's message: the same for every attempt."""
    return f"msg_{task.hex}"
