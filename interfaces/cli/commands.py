"""The commands of `loypa`. Each is a few lines here and a module of its own where it does more."""

from __future__ import annotations

import os
from collections.abc import Sequence  # noqa: TC003 - cyclopts reads the annotations
from datetime import date, datetime  # noqa: TC003 - cyclopts reads the annotations
from pathlib import Path  # noqa: TC003 - cyclopts reads the annotations
from typing import Annotated, Literal
from uuid import UUID  # noqa: TC003 - cyclopts reads the annotations

from cyclopts import App, Parameter, Token

from interfaces.cli.common import Common, Wrong, say
from interfaces.cli.council import council
from interfaces.cli.elsewhere import Elsewhere
from interfaces.cli.imports import imports
from interfaces.cli.minutes import minutes
from interfaces.cli.quarantine import quarantine
from interfaces.cli.refusals import OptionUnreadable
from interfaces.cli.tenants import tenants

app = App(
    name="loypa",
    help=(
        "Løypa: an idea's way through a municipality's innovation council.\n\n"
        "Data goes to stdout, everything else to stderr. Exit codes: 0 done; 1 done, but something is not as it should"
        " be; 2 the call or its input is wrong; 3 refused by a rule; 4 not running, not answering or in use;"
        " 130 interrupted.\n\n"
        "Example: `loypa up --data .data/loypa`"
    ),
    version="0.1.0",
    help_format="markdown",
)

DEFAULT = Common()
HERE = Elsewhere()
Service = Literal["intake", "council", "portfolio", "reporting"]
PORTS = range(1, 65536)
View = Literal["council-history", "coordination", "portfolio", "kpis", "queue", "follow-up"]


def _port(_: object, tokens: Sequence[Token]) -> int:
    """A port as it is written: cyclopts would take 4.5 for 4. Raises `OptionUnreadable`."""
    given = tokens[0].value
    if not (given.isascii() and given.isdigit() and int(given) in PORTS):
        raise OptionUnreadable("--port", given, (f"{PORTS[0]}–{PORTS[-1]}",))
    return int(given)


@app.command
def up(*, port: Annotated[int | None, Parameter(converter=_port)] = None, common: Common = DEFAULT) -> None:
    """Run everything in one data directory: the embedded NATS server and the four services, until Ctrl-C.

    Example: `loypa up --data .data/loypa`

    Parameters
    ----------
    port
        The NATS server's port on this machine; any free one when left out.
    """
    from interfaces.cli import supervisor  # noqa: PLC0415 - `--help` must not wait for it

    if port is not None:
        os.environ["LOYPA_NATS_PORT"] = str(port)
    installation = common.installation()
    supervisor.up(installation, lambda here: say(f"Løypa runs in {here.settings.data} on {here.settings.nats[0]}"))


@app.command
def serve(service: Service, *, common: Common = DEFAULT) -> None:
    """Run one service in this process, against the NATS server and databases of the environment (`LOYPA_…`).

    Example: `LOYPA_NATS=nats://n1:4222 loypa serve council`
    """
    from interfaces.cli import serving  # noqa: PLC0415 - `--help` must not wait for it

    serving.serve(service, common)


@app.command
def provision(
    *,
    prepare: Path | None = None,
    route: Annotated[list[str], Parameter(negative=())] = [],  # noqa: B006 - cyclopts' own way; never changed
    common: Common = DEFAULT,
) -> None:
    """Create the accounts, streams and consumers that are missing, and report what differs from its declaration.

    Streams are never changed or emptied. Exit code 1 when something differs.

    Example: `loypa provision --data /var/lib/loypa`

    Parameters
    ----------
    prepare
        Before any server runs, and instead of the above: make keys, passwords and registry, and put what each container
        may hold in a directory of its own in this one.
    route
        HOST:PORT where a NATS node of the cluster finds another; once for each node.
    """
    from interfaces.cli import operating  # noqa: PLC0415 - `--help` must not wait for it

    if prepare is None:
        operating.provision(common)
    else:
        operating.prepare(prepare, route, common)


@app.command
def demo(*, year: bool = False, once: bool = False, common: Common = DEFAULT) -> None:
    """Play a year in Romsdal through the real doors, print what came of it, and serve until Ctrl-C.

    Example: `loypa demo --data .data/demo --once`

    Example: `loypa demo --year --data .data/year --once`

    Parameters
    ----------
    year
        Play a whole year of one municipality's council instead: ten meetings, sixty cases, and changes of members and
        of the mandate on the way.
    once
        End when the story has been told.
    """
    from interfaces.cli import demonstrating  # noqa: PLC0415 - `--help` must not wait for it

    demonstrating.demo(common, year=year, once=once)


@app.command
def status(service: Service | None = None, *, common: Common = DEFAULT) -> None:
    """How every relay, inbox and view stands against the stream's head. Exit code 1 when something is unhealthy.

    Example: `loypa status --data .data/loypa --output json`

    Parameters
    ----------
    service
        Only this one, asked with its own credential: the health check of its container.
    """
    from interfaces.cli import operating  # noqa: PLC0415 - `--help` must not wait for it

    if service is None:
        operating.status(common)
    else:
        operating.status_of(service, common)


app.command(tenants)
app.command(imports)
app.command(minutes)
app.command(council)


@app.command
def feed(  # noqa: PLR0913 - what to read, from where, how to print
    *,
    municipality: str | None = None,
    type_: Annotated[str | None, Parameter(name="--type")] = None,
    from_: Annotated[list[str], Parameter(name="--from", negative=())] = [],  # noqa: B006 - cyclopts' own way; never changed
    follow: bool = False,
    elsewhere: Elsewhere = HERE,
    common: Common = DEFAULT,
) -> None:
    """The events, in the order of the stream, as they are stored; with `--follow`, JSON is one object a line.

    With a read credential it is the FEED of that municipality or network. What is sealed shows as its reference and
    digest; every opening of it is an event, `PersonalDataUnsealed`.

    Example: `loypa feed --municipality 1506 --type IdeaSubmitted --output ndjson --follow`

    Example: `loypa feed --credentials molde-auditor.creds --server nats://loypa.example:4222 --output ndjson`

    Parameters
    ----------
    municipality
        Only those of this one; its short name or kommunenummer.
    type_
        Only those with this name, such as CouncilDecided.
    from_
        SERVICE:POSITION: only what each service recorded after this position, such as `intake:812`. Where the record
        has not come so far, that is said, and where it is; it is no error: with `--follow` it is waited for, else the
        exit code is 0.
    follow
        Go on with what is recorded from now on.
    """
    from interfaces.cli import following  # noqa: PLC0415 - `--help` must not wait for it

    following.feed(municipality, type_, tuple(from_), common, follow=follow, source=elsewhere.source())


@app.command
def view(  # noqa: PLR0913 - what to tell, from where, how to print
    name: View,
    *,
    municipality: str | None = None,
    known_at: datetime | None = None,
    as_of: date | datetime | None = None,
    elsewhere: Elsewhere = HERE,
    common: Common = DEFAULT,
) -> None:
    """What a view tells: now, as the record stood at a time, or as things stood on a day.

    With a read credential or a file the view is made anew here, from what that record holds, by the services' own code.
    What is sealed shows as `[sealed]`, in JSON as its reference and digest.

    Example: `loypa view council-history --municipality molde --known-at 2026-06-30T12:00:00Z`

    Example: `loypa view coordination --from-file events.ndjson`

    Parameters
    ----------
    municipality
        Only this one; its short name or kommunenummer.
    known_at
        What the record held at this time (ISO 8601, UTC when it has no offset), which has to have been: the answer
        never changes.
    as_of
        What was so on this day, as known now: a date, or a time, whose date in UTC it is.
    """
    from interfaces.cli import viewing  # noqa: PLC0415 - `--help` must not wait for it

    viewing.view(name, municipality, known_at, as_of, common, elsewhere.source())


@app.command
def calendar(*, municipality: str, meeting: UUID | None = None, common: Common = DEFAULT) -> None:
    """A council's meetings as an iCalendar (RFC 5545), for any calendar to subscribe to or take in.

    A meeting that is moved or called off keeps its UID and counts its SEQUENCE up.

    Example: `loypa calendar --municipality molde > innovasjonsraadet.ics`

    Parameters
    ----------
    municipality
        Whose council.
    meeting
        Only this meeting.
    """
    from interfaces.cli import viewing  # noqa: PLC0415 - `--help` must not wait for it

    viewing.calendar(municipality, meeting, common)


@app.command
def show(
    kind: Literal["idea", "case", "activity"],
    id_: Annotated[str, Parameter(name="ID")],
    *,
    municipality: str | None = None,
    common: Common = DEFAULT,
) -> None:
    """One idea, case or activity with its whole way. A case also goes by its number, with its municipality.

    Example: `loypa show case PS-3/26 --municipality molde`

    Parameters
    ----------
    municipality
        Whose it is; looked for in all when left out.
    """
    from interfaces.cli import viewing  # noqa: PLC0415 - `--help` must not wait for it

    viewing.show(kind, id_, municipality, common)


@app.command
def send(
    name: Annotated[str, Parameter(name="COMMAND")],
    *said: Annotated[str, Parameter(name="FIELD=VALUE")],
    municipality: str,
    person: str,
    common: Common = DEFAULT,
) -> None:
    """Send a command as a person: what they may do, and what the rules say, is decided as for any front end.

    Whoever holds the data directory can act as anybody; it is on record as done from the command line.

    A `case` also goes by its number, and a `meeting` by its day.

    Example: `loypa send CastVote case=PS-3/26 member=ada vote=for --municipality molde --person siv --language nn`

    Parameters
    ----------
    said
        What the command says: text as it is, or JSON where it begins as JSON does: `priorities='["Plan 4.2"]'`.
    municipality
        Where; its short name or kommunenummer.
    person
        As whom: the pseudonym that the municipality's front ends know them by.
    """
    from interfaces.cli import sending  # noqa: PLC0415 - `--help` must not wait for it

    sending.send(name, said, municipality, person, common)


@app.command
def rebuild(name: View | None = None, *, common: Common = DEFAULT) -> None:
    """Build a view (or all) anew from the events beside the live one, then swap.

    Example: `loypa rebuild coordination`
    """
    from interfaces.cli import operating  # noqa: PLC0415 - `--help` must not wait for it

    operating.rebuild(name, common)


@app.command
def verify(*, kept: Path | None = None, elsewhere: Elsewhere = HERE, common: Common = DEFAULT) -> None:
    """Compare the content of every live view with a full replay. Exit code 1 when a row differs, and which.

    With a read credential or a file instead: what that record proves of itself, trusting nobody. Every message is an
    event of its published contract; ids follow from what they are about, and no version of anything is left out;
    positions and recorded times increase; causes come before their effects; sealed texts, openings and erasures fit
    together; two replays in different orders give the same views. It cannot prove that words in an event are those
    first written, nor that the record's end or the whole of some aggregate was not withheld: for that, keep a copy and
    compare (`--kept`), or compare fingerprints with somebody who reads the same. Exit code 1 when something does not
    hold, and what.

    Example: `loypa verify --output json`

    Example: `loypa verify --credentials molde-auditor.creds --server nats://loypa.example:4222 --kept events.ndjson`

    Parameters
    ----------
    kept
        A copy of before, one event a line: every event in it must still be there, byte for byte.
    """
    source = elsewhere.source()
    if source is None:
        from interfaces.cli import operating  # noqa: PLC0415 - `--help` must not wait for it

        if kept is not None:
            raise Wrong("--kept: it is compared with a FEED or a file; name --credentials or --from-file")
        operating.verify(common)
    else:
        from interfaces.cli import auditing  # noqa: PLC0415 - `--help` must not wait for it

        auditing.verify(source, kept, common)


app.command(quarantine)


@app.command
def republish(common: Common = DEFAULT) -> None:
    """Fill a lost stream again from every ledger, in the order things were recorded.

    Example: `loypa republish`
    """
    from interfaces.cli import operating  # noqa: PLC0415 - `--help` must not wait for it

    operating.republish(common)
