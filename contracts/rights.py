"""Who may send, ask, open and publish what: the only place that says so. What is not here is refused (R56)."""

from __future__ import annotations

from contracts.acting import Kind, Role
from contracts.catalogue import SERVICES

S, C, Y, L, M = Role.SUBMITTER, Role.CASEWORKER, Role.SECRETARY, Role.LEADER, Role.MEMBER
P, D, R, A, X = Role.MANAGER, Role.DIRECTOR, Role.COORDINATOR, Role.AUDITOR, Role.SYSTEM

STAFF = frozenset({C, Y, L, D, R})
SECRETARIAT = frozenset({Y, L})
READERS = frozenset({C, Y, L, M, P, D, R, A})
ASSESSORS = frozenset({C, Y, L, R})
"""Who prepares a case: the municipality's caseworkers and secretary, the leader, and ROR-IKT where it is named."""
IN_FULL = frozenset({Y, L, M, D, R, A})
"""Who reads what is exempt from publicity: those who decide on it, prepare it or answer for it, and auditors."""

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
    "council.StrikeCase": SECRETARIAT,
    "council.WithdrawCase": SECRETARIAT,
    "council.DescribeProblem": ASSESSORS,
    "council.AssessNovelty": ASSESSORS,
    "council.InvolvePeople": ASSESSORS,
    "council.AssessSolution": ASSESSORS,
    "council.EstimateProfitability": ASSESSORS,
    "council.AssessCapacity": ASSESSORS,
    "council.StateGrounds": ASSESSORS,
    "council.ScoreCase": ASSESSORS | {M},
    "council.RecommendOutcome": frozenset({C, Y, L}),
    "council.RankCase": SECRETARIAT,
    "council.PlanMeeting": SECRETARIAT,
    "council.CallMeeting": SECRETARIAT,
    "council.MoveMeeting": SECRETARIAT,
    "council.CancelMeeting": SECRETARIAT,
    "council.ArrangeAgenda": SECRETARIAT,
    "council.OpenMeeting": SECRETARIAT,
    "council.RecordArrival": SECRETARIAT,
    "council.RecordDeparture": SECRETARIAT,
    "council.SeatSubstitute": SECRETARIAT,
    "council.TakeChair": SECRETARIAT,
    "council.CloseMeeting": SECRETARIAT,
    "council.AdjournMeeting": SECRETARIAT,
    "council.DeclareRecusal": frozenset({M, L, Y, R}),
    "council.PointOutRecusal": frozenset({M, L, Y, R}),
    "council.NameParty": SECRETARIAT,
    "council.RecordStatement": frozenset({M, L, Y, R}),
    "council.NotePoliticalDecision": SECRETARIAT,
    "council.ReopenCase": SECRETARIAT,
    "council.DecideRecusal": SECRETARIAT,
    "council.CallInSubstitute": SECRETARIAT,
    "council.TakeUpCase": SECRETARIAT,
    "council.CastVote": frozenset({M, L, Y, R}),
    "council.DecideCase": SECRETARIAT,
    "council.DecideAsLeader": frozenset({M, L, Y}),
    "council.ReportLeaderDecisions": SECRETARIAT,
    "council.DeferCase": SECRETARIAT,
    "council.ReturnCase": SECRETARIAT,
    "council.ExemptFromPublicity": SECRETARIAT,
    "council.OpenToPublic": SECRETARIAT,
    "council.RecordArchiveReference": SECRETARIAT,
    "council.ApproveMinutes": SECRETARIAT,
    "council.PublishMinutes": SECRETARIAT,
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
"""Roles by `service.Command`."""

BY_POLICIES = frozenset(
    {
        "intake.InformSubmitter",
        "portfolio.StartActivity",
        "council.NoticeLateFollowUp",
        "council.NoticeLongWait",
        "council.NoticeMissingCall",
        "council.NoticeMissedCadence",
        "portfolio.NoticeLateActivity",
        "portfolio.NoticeLateBenefit",
        "portfolio.NoticeLateReport",
    }
)
"""Commands that only a service's own policies and deadlines send; through a door nobody may."""

NOBODY: frozenset[Role] = frozenset()

CONTENT = STAFF | {M, P}
"""Who works on what an idea says: handles it, votes on it or runs what came of it."""

SEALED: dict[str, frozenset[Role]] = {
    "intake.IdeaSubmitted.problem": CONTENT | {S},
    "intake.IdeaSubmitted.proposal": CONTENT | {S},
    "intake.IdeaSubmitted.name": frozenset({C, S}),
    "intake.IdeaSubmitted.contact": frozenset({C, S}),
    "intake.IdeaCorrected.problem": CONTENT | {S},
    "intake.IdeaCorrected.proposal": CONTENT | {S},
    "intake.ClarificationRequested.text": CONTENT | {S},
    "intake.IdeaClarified.answer": CONTENT | {S},
    "intake.IdeaLinked.note": STAFF,
    "intake.IdeaWithdrawn.reason": frozenset({C, Y, L, S}),
    "council.MemberAppointed.name": READERS,
    "council.SecretaryAppointed.name": READERS,
    "council.RecusalRaised.note": SECRETARIAT,
    "council.PeopleInvolved.note": CONTENT,
    "council.ProblemDescribed.written": IN_FULL,
    "council.NoveltyAssessed.written": IN_FULL,
    "council.PeopleInvolved.written": IN_FULL,
    "council.SolutionAssessed.written": IN_FULL,
    "council.ProfitabilityEstimated.written": IN_FULL,
    "council.CapacityAssessed.written": IN_FULL,
    "council.GroundsStated.written": IN_FULL,
    "council.CaseScored.written": IN_FULL,
    "council.OutcomeRecommended.written": IN_FULL,
    "council.CaseRanked.sealed_reason": IN_FULL,
    "council.AgendaReduced.sealed_reason": IN_FULL,
    "council.CaseReopened.sealed_reasons": IN_FULL,
    "council.CouncilDecided.sealed_priorities": IN_FULL,
    "council.CouncilDecided.sealed_whom": IN_FULL,
    "council.CouncilDecided.sealed_formal": IN_FULL,
    "council.CouncilDecided.sealed_political": IN_FULL,
    "council.CouncilDecided.sealed_elsewhere": IN_FULL,
    "council.PoliticalDecisionNoted.sealed_political": IN_FULL,
    "council.CouncilDecided.responsible_name": READERS,
    "council.OutcomeRecommended.sealed_priorities": IN_FULL,
    "council.MemberRecused.sealed_reasons": IN_FULL,
    "council.StatementRecorded.sealed_text": IN_FULL,
    "council.RecusalDismissed.sealed_reasons": IN_FULL,
    "council.OutcomeRecommended.sealed_reasons": IN_FULL,
    "council.OutcomeRecommended.sealed_conditions": IN_FULL,
    "council.CouncilDecided.sealed_reasons": IN_FULL,
    "council.CouncilDecided.sealed_conditions": IN_FULL,
    "council.MinutesApproved.documents": IN_FULL,
    "council.MinutesApproved.public": READERS,
    # What an outside system sent as it came: an operator mends it, nobody reads it by asking.
    **{f"{service}.ClaimRejected.original": NOBODY for service in SERVICES},
    **{f"{service}.ClaimRejected.value": NOBODY for service in SERVICES},
    **{f"{service}.ClaimQuarantined.original": NOBODY for service in SERVICES},
}
"""Roles by `service.Event.field`. A submitter opens what belongs to an idea of their own, and no other."""


def openers(service: str) -> frozenset[Role]:
    """The roles that may open something of what a service keeps sealed."""
    return NOBODY.union(*(roles for name, roles in SEALED.items() if name.split(".")[0] == service))


QUERIES: dict[str, frozenset[Role]] = {
    "reporting.CouncilHistory": READERS,
    "reporting.Coordination": READERS,
    "reporting.Portfolio": READERS,
    "reporting.Kpis": READERS,
    "reporting.Queue": READERS,
    "reporting.FollowUp": READERS,
    "intake.ShowIdea": READERS | {S},
    "council.ShowCase": READERS,
    "council.ShowCouncil": READERS | {S},
    "council.ShowMeeting": READERS,
    "council.DraftMinutes": IN_FULL,
    "council.ReadMinutes": READERS | {S},
    "council.ShowMinutes": READERS | {S},
    "portfolio.ShowActivity": READERS,
    **{f"{service}.ClaimStatus": frozenset({X}) for service in SERVICES},
    **{f"{service}.Validate": frozenset({X}) for service in SERVICES},
    **{f"{service}.Unseal": openers(service) for service in SERVICES},
    **{f"{service}.UnsealingLog": frozenset({A, D}) for service in SERVICES},
}
"""Roles by `service.Query`."""

IN_A_NETWORK = frozenset(
    {
        "reporting.CouncilHistory",
        "reporting.Coordination",
        "reporting.Portfolio",
        "reporting.Kpis",
        "reporting.Queue",
        "reporting.FollowUp",
    }
    | {f"{service}.ClaimStatus" for service in SERVICES}
)
"""What can be asked in a network's own name: it sees its members, and has no idea, council or activity of its own.

Nothing can be commanded in its name: ROR-IKT acts in a municipality as the coordinator that municipality has named.
"""


def may_send(service: str, command: str, kind: Kind = Kind.MUNICIPALITY) -> frozenset[Role]:
    """The roles that may send the command in a tenant of this kind; empty when nobody may."""
    return COMMANDS.get(f"{service}.{command}", NOBODY) if kind is Kind.MUNICIPALITY else NOBODY


def may_ask(service: str, query: str, kind: Kind = Kind.MUNICIPALITY) -> frozenset[Role]:
    """The roles that may ask the query in a tenant of this kind; empty when nobody may."""
    name = f"{service}.{query}"
    return QUERIES.get(name, NOBODY) if kind is Kind.MUNICIPALITY or name in IN_A_NETWORK else NOBODY


def may_open(service: str, event: str, field: str, *, own: bool) -> frozenset[Role]:
    """The roles that may open a sealed field of an event; `own`: the idea is the acting person's own."""
    return SEALED.get(f"{service}.{event}.{field}", NOBODY) - (NOBODY if own else {S})
