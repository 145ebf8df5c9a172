"""The page of rights, `docs/rights.md`: what the table in `contracts/rights.py` says, as three matrices to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from contracts import catalogue, rights
from contracts.acting import Role
from contracts.sealed import sealed_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PAGE = Path(__file__).parents[2] / "docs" / "rights.md"

BEFORE = """\
# Who may do what

*Generated from `contracts/rights.py` by `make generate`. That table is the only place that says who may do
what; what is not in it is refused, in the service, whatever the server's own permissions let through.*

## Who somebody is

- **A municipality and a system** follow from the credentials: a system is the one user of an account that can
  name nobody but its tenant and itself. A kommunenummer in a subject is no municipality.
- **A person** is whom a registered front end names in a signed assertion: for this tenant, by this front end,
  for this one message, once, and for minutes (ADR {adr}). Without one the system acts by itself, as `system`.
- **Roles** are granted in the tenant registry from a day to a day, or follow from the council's composition:
  its leader and deputy, secretary, members, and `coordinator` for whoever holds ROR-IKT's seat. Everybody a
  front end vouches for is a `submitter`.
- **A network acts nowhere by being one.** Somebody from ROR-IKT acts in a municipality when that municipality
  has granted them `coordinator` or seated them in its council, and then through one of that municipality's own
  systems. In the network's own name nothing can be commanded, and only these can be asked: {network}.
- **A claim** is taken from a system that its municipality has registered for that type of claim. That list is
  in the registry, not here.
- `operator` runs the installation and may nothing of what follows.

"""

AFTER = """\
## What may be seen of other municipalities

Everything here is asked in the name of one tenant, and a tenant sees its own. Beyond that:

- **A network** sees its members as its feed does: as they see themselves, but not what is sealed, and of what
  is visible to its `own` municipality neither title nor tags; a notice stands in their place.
- **A municipality** sees of the others in its networks what is visible to the network or to the public: an
  idea's title, kind, tags, dates and how far it has come, the council's decision on it and the activity that
  came of it; of persons nothing, not their pseudonyms. What is visible to its `own` municipality leaves no
  trace in another: no row, no number in a count, no end of a link. Counts of another municipality count what may
  be seen of it. KPIs do not cross.
- **`public`** reaches the same municipalities as `network` does; whoever publishes pages to everybody shows
  only these.
- **Ideas are linked** only within a common network, and only when both may be seen there: a link is on record
  in both.
- **A submitter** sees their own idea and opens what they wrote and were asked; of others' ideas there is no
  answer to tell whether they exist.
- **No answer tells more than that.** What is another tenant's is answered exactly like what does not exist,
  whatever it is: a command, a query, a reference to sealed text. An id says nothing of what it is of.
- **Who carries on for a municipality**, from the day of the merger, reads what was its, opens and erases what it
  left sealed, as far as a role there opens such things at home, and has its openings in `UnsealingLog`; each
  opening and erasing stands on the record of the one whose text it is. Nothing else of it is theirs to change, and
  the other way nothing is open. A pseudonym of the one is nobody's own in the other.
- `Unseal` tells of its own municipality's references that they are erased, or not for the one who asks; of all
  others that they are unknown. What is opened is recorded before it is given (`PersonalDataUnsealed`: who,
  which, why), and auditors read it in the feed or by `UnsealingLog`.

Who is turned away, for want of rights or of a believable identity, is logged in one line (`loypa.denied`):
rule, tenant, system, person, service and message; nothing of what the message said.
"""

NAMES: Mapping[Role, str] = {
    Role.SUBMITTER: "submitter (innmelder)",
    Role.CASEWORKER: "caseworker (saksbehandler)",
    Role.SECRETARY: "secretary (sekretær)",
    Role.LEADER: "leader (leder)",
    Role.MEMBER: "member (medlem)",
    Role.MANAGER: "manager (prosjektleder)",
    Role.DIRECTOR: "director (kommunedirektør)",
    Role.COORDINATOR: "coordinator (ROR-IKT)",
    Role.AUDITOR: "auditor (revisor)",
    Role.SYSTEM: "system, by itself",
}
"""The columns."""


def page() -> str:
    """The whole page."""
    commands = {f"{service}.{name}": rights.may_send(service, name) for service, name in sorted(catalogue.commands())}
    queries = {f"{service}.{name}": rights.may_ask(service, name) for service, name in sorted(catalogue.queries())}
    network = ", ".join(f"`{name}`" for name in sorted(rights.IN_A_NETWORK) if not name.endswith("ClaimStatus"))
    return "".join(
        (
            BEFORE.format(adr=ADR, network=f"{network} and each service's `ClaimStatus`"),
            f"## Commands\n\n{_table('command', commands)}\n",
            f"## Queries\n\n{_table('query', queries)}\n",
            f"## Sealed fields\n\n{SEALED}\n\n{_table('field', rights.SEALED)}\n",
            AFTER,
        )
    )


ADR = "[0030](adr/0030-an-assertion-is-for-one-message.md)"
SEALED = "Who may open what by `Unseal`. A submitter: what belongs to an idea of their own, or one they assisted with."


def unsaid() -> list[str]:
    """What is in the catalogue and not in the table, or the other way round; commands of policies may be left out."""
    queries = {f"{service}.{name}" for service, name in catalogue.queries()}
    commands = {f"{service}.{name}" for service, name in catalogue.commands()}
    return [
        *(f"nobody is said to ask {name}" for name in sorted(queries - rights.QUERIES.keys())),
        *(f"there is no query {name}" for name in sorted(rights.QUERIES.keys() - queries)),
        *(f"nobody is said to send {name}" for name in sorted(commands - rights.COMMANDS.keys() - rights.BY_POLICIES)),
        *(f"there is no command {name}" for name in sorted(rights.COMMANDS.keys() - commands)),
        *(f"nobody is said to open {name}" for name in sorted(fields() - rights.SEALED.keys())),
        *(f"there is no sealed {name}" for name in sorted(rights.SEALED.keys() - fields())),
    ]


def fields() -> set[str]:
    """Every sealed field as `service.Event.field`."""
    return {
        f"{type_.split('.')[2]}.{kind.__name__}.{name}"
        for type_, kind in catalogue.events().items()
        for name in sealed_fields(kind)
    }


def _table(what: str, rows: Mapping[str, frozenset[Role]]) -> str:
    heads = [what, *NAMES.values()]
    lines = [_line(heads), _line(["---", *[":-:"] * len(NAMES)])]
    for name, roles in rows.items():
        marks = ["●" if role in roles else "" for role in NAMES]
        nobody = " *(nobody)*" if not roles else ""
        lines.append(_line([f"`{name}`{nobody}", *marks]))
    return "\n".join(lines) + "\n"


def _line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(cells) + " |"
