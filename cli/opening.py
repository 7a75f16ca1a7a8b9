"""Open the installation a command works on: its settings, its campaign, its operator."""

from argparse import Namespace
from collections.abc import Generator
from contextlib import contextmanager

from campaigns.directory import list_campaigns
from installation.open import Installation, open_installation
from kernel.actor import Actor, operator_in
from kernel.errors import Misconfigured, NotFound
from kernel.identity import CampaignId
from kernel.log import configure_log
from kernel.settings import Settings, load_settings


def settings_of(given: Namespace, **more: object) -> Settings:
    """Read the settings, the command's own options first."""
    if getattr(given, "data_dir", None):
        more["data_dir"] = given.data_dir
    settings = load_settings(**more)
    configure_log(settings.log_level)
    return settings


@contextmanager
def opened(given: Namespace) -> Generator[Installation]:
    """Open the installation; Misconfigured, before anything is made, where there is none."""
    settings = settings_of(given)
    if settings.url.startswith("sqlite") and not settings.data_dir.is_dir():
        message = "there is no installation in this folder: run isoloir init"
        raise Misconfigured(message)
    with open_installation(settings) as installation:
        yield installation


def campaign_of(installation: Installation, given: Namespace, *, closing: bool = False) -> CampaignId:
    """Return the campaign named, or the only one; a closed one only to look at its end again. Raises NotFound."""
    named = getattr(given, "campaign", None)
    if closing and named is not None and any(one.id == named for one in list_campaigns(installation.database)):
        return CampaignId(named)
    if named is None:
        return installation.only_campaign()
    if named not in installation.campaigns():
        message = "no such campaign"
        raise NotFound(message)
    return CampaignId(named)


def operator_of(installation: Installation, given: Namespace, purpose: str | None = None) -> Actor:
    """Return the operator, who acts for the purpose declared on the command line and no other."""
    return operator_in(campaign_of(installation, given), frozenset({purpose} if purpose else ()))
