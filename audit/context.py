"""What every processing of a campaign needs to know of it."""

from dataclasses import dataclass, field
from uuid import UUID

from crypto.campaign_keys import CampaignKeys
from policy.detect import NO_WORDS, OwnLexicon
from policy.draft import Origin
from policy.edition import Controller
from policy.phase import Phase


@dataclass(frozen=True, slots=True)
class CampaignContext:
    """What every processing of a campaign needs to know of it."""

    keys: CampaignKeys
    controller: Controller
    controller_id: UUID
    phase: Phase
    purposes: frozenset[str] | None
    """The purposes in use; None before activation, when every purpose of the law may be tried."""
    operator: str | None
    """Whether who hosts is ``processor`` or ``controller``; None while nobody said."""
    own: OwnLexicon = NO_WORDS
    """The campaign's own words beside the detector's lexicon."""
    origins: dict[int, Origin] = field(default_factory=dict, compare=False)
    """Origins read before, by number: those that never change."""
    own_fields: dict[str, int] = field(default_factory=dict, compare=False)
    """Numbers of the campaign's own fields read before, by name; they never change."""
    tags: dict[str, int] = field(default_factory=dict, compare=False)
    """Numbers of the campaign's tags read before, by name; they never change."""
