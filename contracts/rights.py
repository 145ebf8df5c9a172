"""Who may send, ask and publish what: the only place that says so. What is not here is refused (R56)."""

from __future__ import annotations

from contracts.acting import Role

S, C, Y, L, M = Role.SUBMITTER, Role.CASEWORKER, Role.SECRETARY, Role.LEADER, Role.MEMBER
P, D, R, A, X = Role.MANAGER, Role.DIRECTOR, Role.COORDINATOR, Role.AUDITOR, Role.SYSTEM

STAFF = frozenset({C, Y, L, D, R})
SECRETARIAT = frozenset({Y, L})
READERS = frozenset({C, Y, L, M, P, D, R, A})

COMMANDS: dict[str, frozenset[Role]] = {
    "intake.SubmitIdea": frozenset({S, C, Y, L, M, P, D, R}),
    "intake.CorrectIdea": frozenset({S, C}),
    "intake.RequestClarification": STAFF,
    "intake.ClarifyIdea": frozenset({S, C}),
    "intake.MergeIdea": STAFF,
    "intake.LinkIdea": STAFF,
    "intake.ReferIdea": STAFF,
    "intake.WithdrawIdea": frozenset({S, C}),
    "intake.EraseSubmitter": frozenset({C, D}),
    "intake.ErasePersonalData": frozenset({C, D}),
    "council.EstablishCouncil": frozenset({D}),
    "council.AdoptMandate": frozenset({D, Y, L}),
    "council.AppointLeader": frozenset({D}),
    "council.AppointDeputy": frozenset({D}),
    "council.AppointSecretary": frozenset({D}),
    "council.AppointMember": frozenset({D}),
    "council.ReleaseMember": frozenset({D}),
    "council.OpenCase": SECRETARIAT,
    "council.TableCase": SECRETARIAT,
    "council.WithdrawCase": SECRETARIAT,
    "council.CallMeeting": SECRETARIAT,
    "council.OpenMeeting": SECRETARIAT,
    "council.RecordArrival": SECRETARIAT,
    "council.RecordDeparture": SECRETARIAT,
    "council.SeatSubstitute": SECRETARIAT,
    "council.TakeChair": SECRETARIAT,
    "council.CloseMeeting": SECRETARIAT,
    "council.AdjournMeeting": SECRETARIAT,
    "council.DeclareRecusal": frozenset({M, L, Y, R}),
    "council.RecuseMember": SECRETARIAT,
    "council.TakeUpCase": SECRETARIAT,
    "council.CastVote": frozenset({M, L, Y, R}),
    "council.DecideCase": SECRETARIAT,
    "council.DeferCase": SECRETARIAT,
    "council.ReturnCase": SECRETARIAT,
    "council.ErasePersonalData": frozenset({Y, D}),
    "portfolio.ErasePersonalData": frozenset({P, D}),
    "reporting.ErasePersonalData": frozenset({D}),
    "portfolio.JoinActivity": frozenset({P, D}),
    "portfolio.DescribeActivity": frozenset({P, Y}),
    "portfolio.EnterPhase": frozenset({P}),
    "portfolio.ReportStatus": frozenset({P}),
    "portfolio.PlanBenefit": frozenset({P}),
    "portfolio.RealiseBenefit": frozenset({P}),
    "portfolio.EvidenceInnovation": frozenset({P}),
    "portfolio.ChangeResponsible": frozenset({P, Y, L, D}),
    "portfolio.MoveDeadline": frozenset({P, Y, L, D}),
    "portfolio.StopActivity": frozenset({P, Y, L, D}),
    "portfolio.HandOverActivity": frozenset({P, D}),
    "portfolio.CompleteActivity": frozenset({P}),
    "reporting.DefineKpi": frozenset({P, Y, D}),
    "reporting.RecordKpi": frozenset({P, Y, D}),
    "reporting.CorrectKpi": frozenset({P, Y, D}),
}
"""Roles by `service.Command`. Commands that only a service's own policies send are not here."""

QUERIES: dict[str, frozenset[Role]] = {
    "reporting.CouncilHistory": READERS,
    "reporting.Coordination": READERS,
    "reporting.Portfolio": READERS,
    "reporting.Kpis": READERS,
    "intake.ShowIdea": READERS | {S},
    "council.ShowCase": READERS,
    "council.ShowCouncil": READERS | {S},
    "council.ShowMeeting": READERS,
    "portfolio.ShowActivity": READERS,
    **{f"{service}.ClaimStatus": frozenset({X}) for service in ("intake", "council", "portfolio", "reporting")},
    "intake.Unseal": frozenset({C, Y, L, D}),
    "council.Unseal": frozenset({Y, L, D}),
    "portfolio.Unseal": frozenset({P, D}),
    "reporting.Unseal": frozenset({D}),
}
"""Roles by `service.Query`."""

NOBODY: frozenset[Role] = frozenset()


def may_send(service: str, command: str) -> frozenset[Role]:
    """The roles that may send the command; empty when nobody may."""
    return COMMANDS.get(f"{service}.{command}", NOBODY)


def may_ask(service: str, query: str) -> frozenset[Role]:
    """The roles that may ask the query; empty when nobody may."""
    return QUERIES.get(f"{service}.{query}", NOBODY)
