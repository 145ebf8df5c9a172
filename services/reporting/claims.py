"""What reporting makes of claims: a data warehouse's figures, by the municipality's own keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import claims
from contracts.commands import reporting as commands
from contracts.door import UnknownReference
from contracts.events.intake import Key
from contracts.events.reporting import KpiCorrected, KpiRecorded, Period
from contracts.figure import Figure
from contracts.message import Command, Line
from runtime.claims import accepted, identity
from runtime.decider import Decider
from services.reporting.domain import refusals
from services.reporting.domain.kpi import INITIAL, Defined, Kpi, Undefined, decide, evolve, kpi_id

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Claim
    from runtime.declaration import Adoption, UseCase
    from runtime.work import Work

KPI: Decider[Kpi] = Decider("kpi", INITIAL, decide, evolve)

DEFINED = "the key or the id of a KPI that your municipality has defined"
LATEST = "the id of an accepted claim of yours about this KPI and period"


class ClaimFigure(Command):
    """A KPI stood at a value in a period, or did not stand at what an earlier claim said; `reason` says why not."""

    kpi: Key
    period: Period
    value: Figure
    source: Line | None = None
    corrects: Key | None = None
    reason: Line | None = None


def from_claim(claim: claims.KpiRecorded, _tenant: str, system: str, _claim_id: str) -> ClaimFigure:
    """The command that a claim amounts to; without a source of its own, the figure comes from the system."""
    return ClaimFigure(**claim.model_dump(exclude={"source"}), source=claim.source or system)


def take_in(work: Work, command: ClaimFigure, acting: Acting) -> UUID:
    """Record the figure, or correct what the publisher said of the period before.

    Raises `UnknownReference` for a KPI or an earlier claim that is not known here (yet).
    """
    kpi, of = _kpi(work, command.kpi, acting)
    told = {"at": command.at, "kpi": of, "period": command.period, "value": command.value}
    if command.corrects is None:
        work.do(KPI, of, commands.RecordKpi(**told, source=command.source))
        return of
    if not _said(work, command.corrects, command.period, of, acting):
        raise UnknownReference("corrects", command.corrects, LATEST)
    standing = kpi.figures.get(command.period)
    if standing is None:
        raise refusals.NothingToCorrect(of, command.period, tuple(sorted(kpi.figures)))
    reason = command.reason or f"{acting.system}: {command.corrects}"
    work.do(KPI, of, commands.CorrectKpi(**told, was=standing, reason=reason[:300]))
    return of


def _kpi(work: Work, named: str, acting: Acting) -> tuple[Defined, UUID]:
    """The tenant's KPI by key or id. Raises `UnknownReference`."""
    direct = claims.loypas(named)
    for of in (kpi_id(acting.tenant, named), *([direct] if direct else [])):
        kpi = work.state(KPI, of)
        if not isinstance(kpi, Undefined) and kpi.definition.tenant == acting.tenant:
            return kpi, of
    raise UnknownReference("kpi", named, DEFINED)


def _said(work: Work, corrects: str, period: str, of: UUID, acting: Acting) -> bool:
    """Whether an accepted claim of the publisher's was about this KPI and, where it led to an event, this period."""
    if accepted(work, acting.tenant, acting.system, corrects) != of:
        return False
    cause = str(identity(acting.tenant, acting.system, corrects))
    told = (each.data for each in work.ledger.history(of) if each.causationid == cause)
    return all(each.period == period for each in told if isinstance(each, KpiRecorded | KpiCorrected))


COMMANDS: Mapping[type[Command], UseCase] = {ClaimFigure: take_in}
CLAIMS: Mapping[type[Claim], Adoption] = {claims.KpiRecorded: from_claim}
