"""Settings: environment variables ``ISOLOIR_*`` or one TOML file, read once, at a door."""

import os
import tomllib
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from kernel.errors import Misconfigured

EEA = frozenset(
    "AT BE BG HR CY CZ DE DK EE ES FI FR GR HU IE IT LT LU LV MT NL PL PT RO SE SI SK IS LI NO".split(),
)
"""The 27 member states and Iceland, Liechtenstein, Norway. Switzerland and the United Kingdom are not in it."""


_SHORTEST_TOKEN = 32


class _FromFile(PydanticBaseSettingsSource):
    """Read the TOML file that ``ISOLOIR_CONFIG`` names; the environment wins over it."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002, ANN401
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        path = os.environ.get("ISOLOIR_CONFIG")
        if not path:
            return {}
        try:
            return tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, tomllib.TOMLDecodeError) as problem:
            message = f"the settings file named by ISOLOIR_CONFIG cannot be read: {type(problem).__name__}"
            raise Misconfigured(message) from None


class Settings(BaseSettings):
    """Hold every setting of an installation; docs/settings.md explains each, a test compares."""

    model_config = SettingsConfigDict(env_prefix="ISOLOIR_", extra="forbid", frozen=True, hide_input_in_errors=True)

    data_dir: Path = Field(default=Path("var"), description="Folder of database, keys, checkpoints, ledger")
    database_url: str = Field(default="", description="SQLAlchemy URL; empty means SQLite in data_dir", repr=False)
    database_pool: int = Field(default=3, ge=2, le=200, description="Connections a process may hold to PostgreSQL")
    database_prepare: bool = Field(default=True, description="Prepare statements; false behind a pooler that cannot")
    backup_url: str = Field(default="", description="URL for dumps: a role that row-level security spares", repr=False)
    key_provider: Literal["file", "environment"] = Field(default="file", description="Where the root key lives")
    root_keys: str = Field(default="", description="Root keys for environment: 1:base64,2:base64", repr=False)
    hosting: str = Field(default="", description="Country (ISO 3166) where the data are hosted; must be in the EEA")
    public_url: str = Field(default="http://127.0.0.1:8000", description="Address under which the API is reached")
    law_country: Literal["france"] = Field(default="france", description="Country whose policy pack applies")
    second_opinion: str = Field(default="", description="A model asked beside the detector: spacy:NAME, module:Class")
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", description="Least level logged")
    checkpoint_seconds: float = Field(default=10, ge=0.1, description="Pause between two sequencings of the log")
    keys_seconds: float = Field(default=2, ge=0.05, description="How long keys are used before they are read again")
    rate_reads: int = Field(default=6_000, ge=1, le=1_000_000, description="Units of reading a minute, a client")
    rate_writes: int = Field(default=3_000, ge=1, le=1_000_000, description="Units of writing a minute, a client")
    rate_tokens: int = Field(default=60, ge=1, le=1_000_000, description="Access tokens a minute, a client")
    rate_failures: int = Field(default=60, ge=1, le=1_000_000, description="Failed proofs a minute, an address")
    rate_guesses: int = Field(default=10, ge=1, le=1_000_000, description="Failed proofs a minute, client and address")
    rate_sign_ins: int = Field(default=60, ge=1, le=1_000_000, description="Sign-ins, enrolments a minute, an address")
    trusted_proxies: str = Field(default="", description="Networks of proxies whose X-Forwarded-For is believed")
    work_threads: int = Field(default=2, ge=0, le=64, description="Threads of the server that do the outbox's tasks")
    work_seconds: float = Field(default=1, ge=0.02, description="Pause of a worker that found nothing to do")
    webhook_ports: str = Field(
        default="443", pattern=r"^[0-9]{1,5}(,[0-9]{1,5})*$", description="Ports that webhooks may name, with commas"
    )
    webhook_development: bool = Field(default=False, description="Let webhooks reach this machine, also by http")
    root_rotation_days: int = Field(
        default=30, ge=1, le=366, description="Days after which a root version is destroyed"
    )
    mail_url: str = Field(default="", description="Mail server: smtps:// or smtp:// with user and password", repr=False)
    mail_from: str = Field(default="", description="Address from which e-mails come")
    sms_url: str = Field(default="", description="Address of the gateway of text messages")
    sms_secret: str = Field(default="", description="Secret that signs between gateway and installation", repr=False)
    attachment_bytes: int = Field(default=10 << 20, ge=1 << 10, le=1 << 30, description="Most bytes of an attachment")
    import_bytes: int = Field(default=1 << 30, ge=1 << 10, le=1 << 36, description="Most bytes of an uploaded list")
    export_alone: int = Field(
        default=10_000,
        ge=0,
        description="Contacts that one actor may export in a day without another's approval",
    )
    metrics_token: str = Field(default="", description="Secret that GET /metrics asks for; none closes it", repr=False)
    disk_free_mib: int = Field(default=256, ge=0, description="Free disk below which the installation is not ready")
    drain_seconds: float = Field(default=1.0, ge=0, le=300, description="Serving on after a stop, already not ready")
    shutdown_seconds: int = Field(default=20, ge=1, le=3600, description="Most time that requests have to end")
    approval_delay_hours: float = Field(
        default=24, ge=1, description="Hours before what nobody else can approve may be done, unless the DPO objects"
    )
    processes: int = Field(default=1, ge=1, le=64, description="Server processes; more than one needs PostgreSQL")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - part of the library's signature
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Prefer arguments, then the environment, then the file."""
        return init_settings, env_settings, _FromFile(settings_cls)

    @model_validator(mode="after")
    def _hosted_in_the_eea(self) -> Self:
        if self.hosting not in EEA:
            message = "ISOLOIR_HOSTING must name the country of the EEA that hosts the data, such as FR"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _one_process_on_sqlite(self) -> Self:
        if self.processes > 1 and self.url.startswith("sqlite"):
            message = "ISOLOIR_PROCESSES above 1 needs PostgreSQL: SQLite has exactly one server process"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _proxies_are_networks(self) -> Self:
        try:
            _ = self.proxies
        except ValueError:
            message = "ISOLOIR_TRUSTED_PROXIES lists networks such as 10.0.0.0/8, parted by commas"
            raise ValueError(message) from None
        return self

    @property
    def proxies(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """Return the networks of the proxies that are trusted."""
        return tuple(ip_network(one.strip()) for one in self.trusted_proxies.split(",") if one.strip())

    @property
    def url(self) -> str:
        """Return the SQLAlchemy URL in force, with the driver we ship."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'isoloir.db').absolute()}"
        scheme = urlsplit(self.database_url).scheme
        if scheme in {"postgresql", "postgres"}:
            return "postgresql+psycopg" + self.database_url[len(scheme) :]
        return self.database_url

    @property
    def webhook_port_numbers(self) -> frozenset[int]:
        """Return the ports that the address of a webhook may name."""
        return frozenset(map(int, self.webhook_ports.split(",")))

    @property
    def root_key_file(self) -> Path:
        """Return the root key's file, for the file provider."""
        return self.data_dir / "root.key"

    @model_validator(mode="after")
    def _metrics_token_not_guessable(self) -> Self:
        if self.metrics_token and len(self.metrics_token) < _SHORTEST_TOKEN:
            message = f"ISOLOIR_METRICS_TOKEN is a secret of at least {_SHORTEST_TOKEN} characters"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _gateway_secret_not_guessable(self) -> Self:
        if bool(self.sms_url) != bool(self.sms_secret) or 0 < len(self.sms_secret) < _SHORTEST_TOKEN:
            message = f"ISOLOIR_SMS_URL needs ISOLOIR_SMS_SECRET, a secret of at least {_SHORTEST_TOKEN} characters"
            raise ValueError(message)
        return self

    @property
    def upload_dir(self) -> Path:
        """Return the folder where sealed chunks wait, in files without a name, until a file is whole."""
        return self.data_dir / "uploads"

    @property
    def import_dir(self) -> Path:
        """Return the folder where uploaded lists wait, sealed, until they are imported."""
        return self.data_dir / "imports"

    @property
    def export_dir(self) -> Path:
        """Return the folder where exports wait, sealed, until they are collected."""
        return self.data_dir / "exports"

    @property
    def metrics_dir(self) -> Path:
        """Return the folder where several server processes put their counts together."""
        return self.data_dir / "metrics"

    @property
    def rate_file(self) -> Path:
        """Return the file in which all processes count requests together."""
        return self.data_dir / "rates"

    @property
    def checkpoint_dir(self) -> Path:
        """Return the folder of signed checkpoints, outside the database."""
        return self.data_dir / "checkpoints"

    @property
    def dump_url(self) -> str:
        """Return the URL under which a dump sees every row."""
        return self.backup_url or self.url

    @property
    def restoring_file(self) -> Path:
        """Return the mark of a restoration under way: while it is there, nothing is served."""
        return self.data_dir / "restoring"

    @property
    def ledger_dir(self) -> Path:
        """Return the folder of the erasure ledger, outside the database."""
        return self.data_dir / "erasures"


def load_settings(**given: object) -> Settings:
    """Read the settings, ``given`` first.

    Raises Misconfigured naming the settings at fault, never their values.
    """
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as problem:
        faults = "; ".join(f"{'.'.join(map(str, one['loc'])) or 'settings'}: {one['msg']}" for one in problem.errors())
        raise Misconfigured(faults) from None
