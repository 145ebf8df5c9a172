"""A meeting of the year: its call, who is there, what becomes of each case, and its minutes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contracts.commands import council as do
from contracts.commands import minutes
from contracts.queries.minutes import DraftMinutes
from contracts.ruleset import FORMS
from interfaces.demo.council_year.book import at, book, cases, holder, meetings, name, person
from interfaces.demo.council_year.telling import manager, of, say, staff, step
from interfaces.demo.step import Reading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from contracts.events.council import Vote
    from interfaces.demo.council_year.book import Case, Meeting
    from interfaces.demo.step import Step

MINUTE = timedelta(minutes=1)
ITEM = 15 * MINUTE
"""How long a case is up."""

MOTIONS = {"deferred": "deferral", "returned": "return", "referred": "referral"}
"""What is voted on by the outcome that is asked for; otherwise the substance."""

UNREAD = "0" * 64
"""The digest of a draft before it is read."""


def called(meeting: Meeting) -> Step:
    """The call goes out with the agenda."""
    call = do.CallMeeting(
        at=meeting.called,
        starts=meeting.starts,
        place=meeting.place,
        remote=meeting.remote,
        agenda=tuple(case.id for case in meeting.agenda()),
    )
    day = f"{meeting.day:%d.%m.%Y}"
    return step(staff("secretary"), call, say("called", day=day, cases=len(call.agenda)))


def held(meeting: Meeting) -> Iterator[Step]:
    """The meeting from its opening to its end."""
    secretary, starts = staff("secretary"), meeting.starts
    substitutes = [who for who in meeting.present if meeting.absent and who == meeting.voters[-1]]
    there = tuple(person(who) for who in meeting.present if who not in substitutes)
    opening = do.OpenMeeting(at=starts, meeting=meeting.id, present=there)
    yield step(secretary, opening, say("opened", present=len(there)))
    for substitute, member in zip(substitutes, meeting.absent, strict=False):
        seat = do.SeatSubstitute(
            at=starts + MINUTE, meeting=meeting.id, substitute=person(substitute), instead_of=person(member)
        )
        yield step(secretary, seat, say("seated", substitute=name(substitute), member=name(member)))
    for place, case in enumerate(case for case in meeting.agenda() if case.course != "withdrawn"):
        yield from _item(meeting, case, starts + ITEM * place + 5 * MINUTE)
    end = starts + ITEM * (len(meeting.agenda()) + 1)
    if any(case.course == "leader" and case.first_meeting == meeting.number for case in cases()):
        report = do.ReportLeaderDecisions(at=end - MINUTE, meeting=meeting.id)
        yield step(secretary, report, say("leader_reported"))
    yield step(secretary, do.CloseMeeting(at=end, meeting=meeting.id), say("closed"))


def _item(meeting: Meeting, case: Case, up: datetime) -> Iterator[Step]:
    secretary, on = staff("secretary"), {"case": case.id}
    ground: Any = {"member": person(case.concerns) if case.concerns else "", "ground": "party"}
    if case.course == "pointed-out":
        ground["ground"] = "kin"
    if case.course in {"declared", "dismissed"} and case.concerns:
        declare = do.DeclareRecusal(at=up - MINUTE, **on, **ground, note=case.turn("recused_declared"))
        yield step(case.concerns, declare, of(case, "declared", case.concerns))
    if case.course == "pointed-out" and case.concerns:
        point_out = do.PointOutRecusal(at=up - MINUTE, **on, **ground, note=case.turn("recused_pointed-out"))
        by = name(meeting.chair)
        yield step(meeting.chair, point_out, of(case, "pointed_out", case.concerns, by=by))
    yield step(secretary, do.TakeUpCase(at=up, **on, meeting=meeting.id), of(case, "taken_up"))
    if case.concerns:
        recused = case.course != "dismissed"
        reasons = case.turn("found" if recused else "dismissed")
        find = do.DecideRecusal(at=up + MINUTE, **on, **ground, recused=recused, reasons=reasons)
        yield step(secretary, find, of(case, "found_recused" if recused else "found_unbiased", case.concerns))
    yield from _decided(meeting, case, up + 2 * MINUTE)


def _decided(meeting: Meeting, case: Case, moment: datetime) -> Iterator[Step]:
    """The votes, which members cast themselves where they are not in one room or do not agree, and the decision."""
    ballots, outcome = votes(meeting, case), outcome_at(meeting, case)
    motion: Any = MOTIONS.get(outcome, "substance")
    registered: dict[str, Any] = {}
    if meeting.remote or len(set(ballots.values())) > 1:
        for number, (who, vote) in enumerate(ballots.items()):
            cast = do.CastVote(
                at=moment + number * MINUTE / 2, case=case.id, member=person(who), vote=vote, motion=motion
            )
            yield step(who, cast, of(case, f"vote_{vote}", who))
    else:
        registered["votes"] = tuple(do.Ballot(member=person(who), vote=vote) for who, vote in ballots.items())
    reasons = case.turn(_why(meeting, case, outcome))
    on: Any = {"at": moment + 5 * MINUTE, "case": case.id, "reasons": reasons, **registered}
    command: do.CaseCommand
    match outcome:
        case "deferred":
            command = do.DeferCase(**on)
        case "returned":
            command = do.ReturnCase(**on)
        case _:
            command = do.DecideCase(**on, outcome=outcome, **terms(meeting, case, outcome))
    sentence = "referred_on" if outcome == "referred" else outcome  # ideas are referred to the council, too
    yield step(staff("secretary"), command, of(case, sentence, reference=book()["formal"]["reference"]))


def _why(meeting: Meeting, case: Case, outcome: str) -> str:
    """Which reasons are given: to whom a case is handed on, or what was wrong with the decision before."""
    anew = case.course in {"corrected", "reversed"} and meeting.number > case.first_meeting
    return case.course if outcome == "referred" or anew else outcome


def outcome_at(meeting: Meeting, case: Case) -> str:
    """What the council makes of a case in a meeting: what is put off or returned comes back and is approved."""
    first = meeting.number == case.first_meeting
    match case.course:
        case "deferred" | "returned" if first:
            return case.course
        case "declined" | "declined-dissent":
            return "declined"
        case "reversed" if not first:
            return "declined"
        case "line" | "suppliers":
            return "referred"
        case "formal":
            return "formal"
        case "mandate":
            return "adopted"
        case _:
            return "approved"


def votes(meeting: Meeting, case: Case) -> dict[str, Vote]:
    """Who votes what: the one who does not agree is another each time, and never who chairs."""
    voters = [who for who in meeting.voters if who != case.concerns or case.course == "dismissed"]
    others = [who for who in voters if who != meeting.chair]
    lone = others[case.number % len(others)]
    match case.course:
        case "dissent":
            return {who: "against" if who == lone else "for" for who in voters}
        case "declined":
            return dict.fromkeys(voters, "against")
        case "reversed" if meeting.number > case.first_meeting:
            return dict.fromkeys(voters, "against")
        case "declined-dissent":
            return {who: "for" if who == lone else "against" for who in voters}
        case "tie":
            against = others[-(len(voters) // 2) :]
            return {who: "against" if who in against else "for" for who in voters}
        case _:
            return dict.fromkeys(voters, "for")


def terms(meeting: Meeting, case: Case, outcome: str) -> dict[str, Any]:
    """The terms of going on: form, route, strength, priorities, who is responsible, by when."""
    if outcome == "formal":
        return {"formal": do.Formal(**book()["formal"])}
    if outcome in {"declined", "adopted"}:
        return {}
    if outcome == "referred":
        return {"referral": do.Referred(to=case.course, whom=case.turn(f"{case.course}_whom"))}
    anew = meeting.day >= book()["edition"]["in_force"] and case.number % 4 == 0
    conditions = {"conditions": (case.turn("condition"),)} if case.number % 5 == 0 else {}
    return {
        "form": "service-design" if anew else FORMS[case.number % len(FORMS)],
        "route": "inter-municipal" if case.number % 3 == 0 else "pilot",
        "strength": "should" if case.number % 2 else "shall",
        "priorities": (book()["priorities"][case.area],),
        "responsible": person(manager(case)),
        "responsible_name": name(manager(case)),
        "deadline": meeting.day + timedelta(days=150),
        **conditions,
    }


def decided_alone(case: Case) -> Step:
    """The leader decides it the day after the call to the meeting that is told of it."""
    meeting = meetings()[case.first_meeting]
    moment = at(meeting.called.date() + timedelta(days=1), 9)
    decide = do.DecideAsLeader(
        at=moment, case=case.id, outcome="approved", reasons=case.turn("leader"), **terms(meeting, case, "approved")
    )
    return step(holder("leader", moment.date()), decide, of(case, "decided_alone"))


def reopened(case: Case) -> Step:
    """What was decided wrongly is taken up anew."""
    moment = at(meetings()[case.first_meeting].day + timedelta(days=5), 9)
    reopen = do.ReopenCase(at=moment, case=case.id, reasons=case.turn(case.course))
    return step(staff("secretary"), reopen, of(case, "reopened"))


def minuted(meeting: Meeting) -> Iterator[Step]:
    """The minutes are drafted, approved as they are read, and published."""
    secretary, day = staff("secretary"), meeting.day + timedelta(days=6)
    draft = Reading(
        DraftMinutes(meeting=meeting.id, media_type="application/json"), lambda file: {"digest": file["sha256"]}
    )
    approvers = (person(meeting.chair), person(secretary))
    approve = minutes.ApproveMinutes(at=at(day, 9), meeting=meeting.id, digest=UNREAD, approved_by=approvers)
    about = f"{meeting.day:%d.%m.%Y}"
    yield step(secretary, approve, say("approved_minutes", day=about), draft)
    publish = minutes.PublishMinutes(at=at(day, 10), meeting=meeting.id)
    yield step(secretary, publish, say("published_minutes", day=about))


def last_of(case: Case) -> Meeting:
    """The meeting in which a case was last up."""
    return [meeting for meeting in meetings() if case in meeting.agenda()][-1]


def approved() -> list[Case]:
    """The cases that something was set going for."""
    met_on = [case for case in cases() if case.course not in {"withdrawn", "leader"}]
    return [case for case in met_on if outcome_at(last_of(case), case) == "approved"]
