"""Open an installation: settings become database, keys, register, sequencer and eraser."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog

from accounts.authorise import TokenReader
from accounts.refusals import Refusals
from accounts.staff.sessions import SessionReader
from audit.checkpoints import CheckpointFile
from audit.register import Register
from audit.sequence import Sequencer
from campaigns.directory import list_campaigns
from campaigns.load import CampaignLoader
from crypto.file_provider import FileProvider
from crypto.provider import EnvironmentProvider, KeyProvider
from holdings.erase import RIGHTS, Eraser
from holdings.ledger import Ledger
from jobs.announcer import Announcer
from jobs.target import TargetRules
from kernel.actor import operator_in
from kernel.clock import Clock, SystemClock
from kernel.database import Database
from kernel.errors import IsoloirError, Misconfigured, NotFound
from kernel.identity import CampaignId
from kernel.rate import Buckets
from kernel.settings import Settings
from keys.complete import complete_campaign_keys
from migrations.run import check_current
from policy.load import load
from policy.phase import Phase

events = structlog.get_logger("installation")


@dataclass(frozen=True, slots=True)
class Installation:
    """The parts of a running installation."""

    settings: Settings
    clock: Clock
    database: Database
    provider: KeyProvider
    register: Register
    tokens: TokenReader
    refusals: Refusals
    buckets: Buckets
    sessions: SessionReader
    checkpoints: CheckpointFile
    sequencer: Sequencer
    eraser: Eraser

    def campaigns(self) -> list[CampaignId]:
        """Return every campaign that is not closed."""
        return [one.id for one in list_campaigns(self.database) if one.end != Phase.CLOSED]

    def only_campaign(self) -> CampaignId:
        """Return the campaign where there is just one. Raises NotFound otherwise."""
        found = self.campaigns()
        if len(found) != 1:
            message = f"there are {len(found)} campaigns: name one"
            raise NotFound(message)
        return found[0]

    def sequence(self) -> int:
        """Give numbers to what is new in every campaign's log and sign it; return how many entries."""
        return sum(self._sequence(campaign) for campaign in self.campaigns())

    def _sequence(self, campaign: CampaignId, *, whole: bool = False) -> int:
        """Sequence one campaign; a log that does not hold stops its own numbering, not everybody's."""
        try:
            return self.sequencer.run(campaign, whole=whole)
        except IsoloirError:
            events.exception("sequencing_failed", campaign=campaign)
            return 0

    def complete_keys(self, campaign: CampaignId) -> int:
        """Give a campaign the keys of purposes that came after it, and wait until they are used; return how many."""
        completed = complete_campaign_keys(self.register, self.provider, operator_in(campaign))
        if completed:
            self.wait_for_all_processes()
        return completed

    @property
    def target_rules(self) -> TargetRules:
        """Return what the address of a webhook may be here."""
        return TargetRules(self.settings.webhook_port_numbers, self.settings.webhook_development)

    @property
    def until_all_announce(self) -> timedelta:
        """Return after how long every process surely tells a new endpoint of what happens."""
        return timedelta(seconds=2 * self.settings.keys_seconds + 1)

    def wait_for_all_processes(self) -> None:
        """Wait longer than any process uses keys without reading them again."""
        time.sleep(1.25 * self.settings.keys_seconds)

    def recover(self) -> int:
        """Complete what a crash or an update left undone: new keys, erasures that were meant, the log's numbers."""
        campaigns = self.campaigns()
        # What is being handed back is completed by its own command, which goes on where it was.
        running = [one.id for one in list_campaigns(self.database) if one.end is None]
        for campaign in running:
            self.complete_keys(campaign)
        rights = frozenset({RIGHTS})
        erased = sum(self.eraser.complete_orders(operator_in(campaign, rights)) for campaign in running)
        erased += sum(self.eraser.complete_unfinished(operator_in(campaign)) for campaign in running)
        for campaign in campaigns:
            self._sequence(campaign, whole=True)
        return erased


@contextmanager
def open_installation(
    settings: Settings, clock: Clock | None = None, *, restoring: bool = False, provider: KeyProvider | None = None
) -> Generator[Installation]:
    """Open an installation that was initialised; on leaving, give its connections back.

    Raises Misconfigured when the database is behind the code, the root key is missing, or a restoration has not ended:
    only ``restoring`` sees what the ledger was not replayed on yet. ``provider`` stands for the settings' own.
    """
    if not restoring and settings.restoring_file.exists():
        message = "a restoration has not ended, and erased persons may be back: run isoloir restore again"
        raise Misconfigured(message)
    check_current(settings.url)
    clock = clock or SystemClock()
    database = Database(settings)
    buckets = Buckets(settings.rate_file, clock)
    try:
        yield _assemble(settings, clock, database, buckets, provider or open_provider(settings))
    finally:
        buckets.close()
        database.close()


def _assemble(
    settings: Settings, clock: Clock, database: Database, buckets: Buckets, provider: KeyProvider
) -> Installation:
    load_campaign = CampaignLoader(provider, settings.keys_seconds)
    load_law = partial(load, settings.law_country)
    announce = Announcer(settings.keys_seconds)
    register = Register(database, load_campaign=load_campaign, load_law=load_law, clock=clock, announce=announce)
    ledger = Ledger(settings.ledger_dir)
    checkpoints = CheckpointFile(settings.checkpoint_dir)
    return Installation(
        settings=settings,
        clock=clock,
        database=database,
        provider=provider,
        register=register,
        sessions=SessionReader(register, database, load_campaign=load_campaign, clock=clock),
        tokens=TokenReader(database, load_campaign=load_campaign, clock=clock, issuer=settings.public_url),
        refusals=Refusals(register, buckets),
        buckets=buckets,
        checkpoints=checkpoints,
        sequencer=Sequencer(register, checkpoints, ledger.size),
        eraser=Eraser(register, ledger, database, settings.public_url, timedelta(days=settings.root_rotation_days)),
    )


def open_provider(settings: Settings) -> KeyProvider:
    """Open the key provider that the settings name."""
    if settings.key_provider == "environment":
        return EnvironmentProvider(settings.root_keys)
    return FileProvider(settings.root_key_file)
