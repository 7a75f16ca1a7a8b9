"""A campaign whose notice can be published: everything that no register keeps."""

from dataclasses import replace
from typing import Any

from notices.gather import NoticePlan
from notices.publish import NoticeVersion, publish_notice
from policy.notice import Told
from tests.factories import World

ADMINISTRATION = "administration"
PLAN = NoticePlan(
    origins=("newsletter",),
    interests=Told("faire connaître notre programme.", "making our programme known."),
    controlled_by="",
    targeting=False,
    transparency="https://example.org/transparence",
)


def published(world: World, **changed: Any) -> NoticeVersion:  # noqa: ANN401 - of a plan
    """Publish the campaign's notice."""
    with world.register.open(world.actor, ADMINISTRATION) as processing:
        return publish_notice(processing, replace(PLAN, **changed))
