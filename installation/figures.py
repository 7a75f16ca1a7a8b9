"""What can be measured of a running installation: sums over all campaigns, never one campaign's own."""

import shutil
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from accounts.staff.standing import count_without_second_factor
from audit.standing import log_standing
from campaigns.standing import is_activated
from installation.open import Installation
from jobs.depth import count_jobs, count_tasks
from kernel.database import Transaction
from kernel.identity import CampaignId
from keys.ages import active_since
from keys.load import load_campaign_keys


@dataclass(slots=True)
class Figures:
    """Sums and extremes over the campaigns of an installation."""

    campaigns: int = 0
    waiting: int = 0
    lag_seconds: float = 0.0
    disk_free_bytes: int = 0
    root_versions: int = 0
    preparing: int = 0
    without_second_factor: int = 0
    jobs: Counter[str] = field(default_factory=Counter)
    tasks: Counter[str] = field(default_factory=Counter)
    key_ages: dict[str, float] = field(default_factory=dict)


def measure(installation: Installation) -> Figures:
    """Measure once; the cost grows with the number of campaigns, so that the caller chooses how often."""
    figures = Figures(
        disk_free_bytes=shutil.disk_usage(installation.settings.data_dir).free,
        root_versions=len(installation.provider.versions()),
    )
    campaigns = installation.campaigns()
    figures.campaigns = len(campaigns)
    with installation.database.directory() as reading:
        for campaign in campaigns:
            reading.enter(campaign)
            _add(figures, installation, reading, campaign)
    return figures


def _add(figures: Figures, installation: Installation, reading: Transaction, campaign: CampaignId) -> None:
    now = installation.clock.now()
    keys = load_campaign_keys(reading, installation.provider, campaign)
    standing = log_standing(reading, campaign, keys)
    figures.waiting += standing.waiting
    figures.lag_seconds = max(figures.lag_seconds, standing.lag(now).total_seconds())
    figures.jobs.update(count_jobs(reading, campaign))
    figures.tasks.update(count_tasks(reading, campaign))
    figures.preparing += not is_activated(reading, campaign)
    figures.without_second_factor += count_without_second_factor(reading, campaign)
    since: Mapping[str, float] = {
        purpose: (now - at).total_seconds() for purpose, at in active_since(reading, campaign).items()
    }
    for purpose, age in since.items():
        figures.key_ages[purpose] = max(age, figures.key_ages.get(purpose, 0.0))
