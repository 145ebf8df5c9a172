"""What an installation decides: read from the environment (`LOYPA_…`) or from mounted secrets, never a command line."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Language = Literal["nb", "nn", "en"]
"""Bokmål, nynorsk, English."""

SECRETS = Path("/run/secrets")
"""Where containers mount secrets; a file `loypa_ledger_url` there is the setting of that name."""


class Settings(BaseSettings):
    """The same settings for the embedded default (none given) and for production."""

    model_config = SettingsConfigDict(env_prefix="LOYPA_", frozen=True, extra="ignore")

    data: Path = Path(".data/loypa")
    """The data directory: ledgers, views, registry, keys and the embedded server's streams."""
    nats: Annotated[tuple[str, ...], NoDecode] = ()
    """URLs of the servers, separated by commas; none: the embedded one."""
    nats_servers: Annotated[tuple[str, ...], NoDecode] = ()
    """The names these servers give, separated by commas; none: any."""
    nats_port: int = Field(default=-1, ge=-1, le=65535)
    """The embedded server's port on this machine; -1 or 0: any free one."""
    ledger_url: SecretStr | None = None
    """Where ledgers are; `{service}` stands for the service. None: a SQLite file a service in the data directory."""
    views_url: SecretStr | None = None
    """Where views are; as `ledger_url`."""
    sync: Literal["always"] | Annotated[str, Field(pattern=r"^\d+(ms|s|m)$")] = "always"
    """When the embedded server writes to disk for sure: `always` before it acknowledges, or so often."""
    replicas: Literal[1, 3] = 1
    """On how many NATS nodes a stream is kept."""
    tls_ca: Path | None = None
    """The certificate authority of the servers; where it is given, nothing is said to a server without TLS."""
    tls_cert: Path | None = None
    """Our certificate, where servers ask for one; `tls_key` is its key."""
    tls_key: Path | None = None
    keys: Path | None = None
    """The directory of signing keys; none: `keys` in the data directory. Only provisioning and `up` need it."""
    credentials: Path | None = None
    """The directory of NATS credentials; none: `credentials` in the data directory."""
    registry: Path | None = None
    """The tenant registry; none: `tenants.json` in the data directory."""
    feed_quota: int = Field(default=256 * 1024 * 1024, ge=-1)
    """How many bytes a municipality's events may take in a FEED; -1: any number. A network's FEED has its members'."""
    ingest_quota: int = Field(default=256 * 1024 * 1024, ge=1)
    """How many bytes of claims a tenant may have waiting; its publishers are told when it has no more room."""
    reference_patience: float = Field(default=60, ge=0)
    """For how many seconds after it was published a claim is tried again when what it refers to is not known."""
    language: Language = "en"
    """In which language the command line tells of refusals."""
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    @field_validator("nats", "nats_servers", mode="before")
    @classmethod
    def _listed(cls, given: object) -> object:
        return tuple(part.strip() for part in given.split(",") if part.strip()) if isinstance(given, str) else given

    @field_validator("replicas", mode="before")
    @classmethod
    def _number(cls, given: object) -> object:
        return int(given) if isinstance(given, str) and given.isdigit() else given

    @classmethod
    def read(cls, **given: Any) -> Settings:  # noqa: ANN401 - the settings' own names and types
        """The settings of this process; `given` (such as `data=…`) goes before environment and secrets."""
        return cls(**given, _secrets_dir=SECRETS if SECRETS.is_dir() else None)

    @property
    def embedded(self) -> bool:
        """Whether the NATS server is our own, in the data directory."""
        return not self.nats

    @property
    def keys_directory(self) -> Path:
        """Where signing keys are."""
        return self.keys or self.data / "keys"

    @property
    def credentials_directory(self) -> Path:
        """Where credentials are."""
        return self.credentials or self.data / "credentials"

    @property
    def registry_file(self) -> Path:
        """Where the tenant registry is."""
        return self.registry or self.data / "tenants.json"

    def ledger(self, service: str) -> str:
        """The URL of a service's ledger. It may hold a password: do not log it."""
        return self._url(self.ledger_url, service, "ledger")

    def views(self, service: str) -> str:
        """The URL of a service's views. It may hold a password: do not log it."""
        return self._url(self.views_url, service, "views")

    def tls(self) -> ssl.SSLContext | None:
        """What to trust and to show, when TLS is asked for. Raises `OSError` when a file cannot be read."""
        if self.tls_ca is None and self.tls_cert is None:
            return None
        context = ssl.create_default_context(cafile=self.tls_ca)
        if self.tls_cert is not None:
            context.load_cert_chain(self.tls_cert, self.tls_key)
        return context

    def _url(self, given: SecretStr | None, service: str, kind: str) -> str:
        if given is None:
            return f"sqlite:///{self.data.resolve() / f'{service}.{kind}.sqlite'}"
        return given.get_secret_value().replace("{service}", service)
