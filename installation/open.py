"""Open an installation: settings become database, keys, register, sequencer and eraser."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import structlog

from accounts.authorise import TokenReader
from accounts.staff.sessions import SessionReader
from audit.checkpoints import CheckpointFile
from audit.register import Register
from audit.sequence import Sequencer
from campaigns.directory import list_campaigns
from campaigns.load import CampaignLoader
from crypto.file_provider import FileProvider
from crypto.provider import EnvironmentProvider, KeyProvider
from holdings.erase import Eraser
from holdings.ledger import Ledger
from kernel.actor import operator_in
from kernel.clock import Clock, SystemClock
from kernel.database import Database
from kernel.errors import IsoloirError, NotFound
from kernel.identity import CampaignId
from kernel.settings import Settings
from keys.complete import complete_keys
from keys.load import load_campaign_keys
from migrations.run import check_current
from policy.load import load

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
    sessions: SessionReader
    checkpoints: CheckpointFile
    sequencer: Sequencer
    eraser: Eraser

    def campaigns(self) -> list[CampaignId]:
        """Return every campaign."""
        return [one.id for one in list_campaigns(self.database)]

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

    def _complete_keys(self, campaign: CampaignId) -> None:
        """Give a campaign of an earlier version the keys it lacks; one that has them all is not written to."""
        with self.database.transaction(campaign) as transaction:
            present = load_campaign_keys(transaction, self.provider, campaign)
        if present.lacking():
            complete_keys(self.register, self.provider, operator_in(campaign))

    def wait_for_all_processes(self) -> None:
        """Wait longer than any process uses keys without reading them again."""
        time.sleep(1.25 * self.settings.keys_seconds)

    def recover(self) -> int:
        """Complete what a crash or an update left undone: new keys, erasures that were meant, the log's numbers."""
        campaigns = self.campaigns()
        for campaign in campaigns:
            self._complete_keys(campaign)
        erased = sum(self.eraser.complete_unfinished(operator_in(campaign)) for campaign in campaigns)
        for campaign in campaigns:
            self._sequence(campaign, whole=True)
        return erased


@contextmanager
def open_installation(settings: Settings, clock: Clock | None = None) -> Generator[Installation]:
    """Open an installation that was initialised; on leaving, give its connections back.

    Raises Misconfigured when the database is behind the code or the root key is missing.
    """
    check_current(settings.url)
    clock = clock or SystemClock()
    database = Database(settings)
    try:
        yield _assemble(settings, clock, database)
    finally:
        database.close()


def _assemble(settings: Settings, clock: Clock, database: Database) -> Installation:
    provider = open_provider(settings)
    load_campaign = CampaignLoader(provider, settings.keys_seconds)
    load_law = partial(load, settings.law_country)
    register = Register(database, load_campaign=load_campaign, load_law=load_law, clock=clock)
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
        checkpoints=checkpoints,
        sequencer=Sequencer(register, checkpoints, ledger.size),
        eraser=Eraser(register, ledger, database),
    )


def open_provider(settings: Settings) -> KeyProvider:
    """Open the key provider that the settings name."""
    if settings.key_provider == "environment":
        return EnvironmentProvider(settings.root_keys)
    return FileProvider(settings.root_key_file)
