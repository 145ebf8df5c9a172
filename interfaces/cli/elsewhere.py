"""What can be read without a data directory: a FEED with a read credential, or a file that `loypa feed` wrote."""

from __future__ import annotations

import os
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from interfaces.cli.common import Wrong

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from runtime.reading import Page

_CREDENTIALS, _SERVERS = "LOYPA_CREDENTIALS", "LOYPA_NATS"


@Parameter(name="*")
@dataclass(frozen=True)
class Elsewhere:
    """Where to read from instead of a running installation's data directory."""

    credentials: Annotated[Path | None, Parameter(env_var=_CREDENTIALS)] = None
    """A read credential's file (.creds): read that municipality's or network's FEED, from anywhere."""
    server: Annotated[str | None, Parameter(env_var=_SERVERS)] = None
    """The NATS server to read the FEED from, such as nats://loypa.example:4222; several separated by commas."""
    from_file: Path | None = None
    """A file of one event a line, as `loypa feed --output ndjson` writes it; no server is needed."""

    def source(self) -> Source | None:
        """What to read, if anything was named. A directory of credentials is an installation's. Raises `Wrong`."""
        credentials = self.credentials
        if credentials is not None and credentials.is_dir() and str(credentials) == os.environ.get(_CREDENTIALS):
            credentials = None
        if self.from_file is not None:
            if not self.from_file.is_file():
                raise Wrong(f"there is no file {self.from_file}")
            return Source(file=self.from_file)
        if credentials is None:
            if self.server is not None and self.server != os.environ.get(_SERVERS):
                raise Wrong("--server: it is read with --credentials")
            return None
        if not credentials.is_file():
            raise Wrong(f"--credentials: there is no file {credentials}")
        servers = tuple(part.strip() for part in (self.server or "").split(",") if part.strip())
        if not servers:
            raise Wrong("--credentials: name the server too, with --server or LOYPA_NATS")
        return Source(credentials=credentials, servers=servers)


@dataclass(frozen=True)
class Source:
    """One record: a FEED, or a file. `where` is what its messages are counted in."""

    file: Path | None = None
    credentials: Path | None = None
    servers: tuple[str, ...] = ()

    @property
    def where(self) -> str:
        """What a place in it is called, such as `FEED message`."""
        return "FEED message" if self.file is None else f"{self.file}, line"

    @asynccontextmanager
    async def pages(self, *, follow: bool = False) -> AsyncIterator[AsyncIterator[Page]]:
        """Its messages, for as long as the block lasts; a file's in the order they were recorded.

        Raises `Wrong` for a file or credentials that are none, `NotReachable`, `NoAnswer`.
        """
        from runtime import reading  # noqa: PLC0415 - `--help` must not wait for NATS and SQLAlchemy
        from runtime.nats import BadCredentials, connect  # noqa: PLC0415 - see above
        from runtime.settings import Settings  # noqa: PLC0415 - see above

        try:
            if self.file is not None:
                yield reading.paged(reading.in_order(reading.from_file(self.file), self.where))
                return
            if self.credentials is None:
                raise AssertionError("a source is a file or a FEED")
            tls = Settings.read().tls()
            client = await connect(list(self.servers), self.credentials, label="loypa", within=5, tls=tls)
            try:
                yield reading.from_feed(client, follow=follow)
            finally:
                await client.close()
        except (reading.Damaged, BadCredentials) as error:
            raise Wrong(str(error)) from error
