"""Every command to the council is accepted in some state: a story that sends each once."""

from __future__ import annotations

from datetime import timedelta

from contracts.commands import council as do
from contracts.commands import minutes
from contracts.events.council import Ground, Outcome, Purpose
from contracts.publicity import ExemptionGround, Part
from services.council import doors
from services.council.domain.ids import case_id, council_id, meeting_id
from tests.services.council.any_council import COUNCIL, STARTS, AnyCouncil
from tests.services.council.given import ADA, AT, BO, CAN, DAG, EVA
from tests.services.council.preparing import prepared
from tests.services.council.town import START

KEYS = ("nattilsyn", "lys", "drone")
CASES = tuple(case_id(COUNCIL, key) for key in KEYS)
MEETINGS = tuple(meeting_id(COUNCIL, starts) for starts in STARTS)


def test_every_command_is_accepted_in_some_state() -> None:
    council = AnyCouncil()
    council.establish(rules=do.Rules(ror_votes=True, leader_decides=True))
    first, second, third = CASES
    meeting, other = MEETINGS
    planned = meeting_id(council_id("molde"), STARTS[1] + timedelta(days=7))
    on = {"at": AT, "meeting": meeting}
    fourth = case_id(COUNCIL, "tilskot")
    rules = do.Rules(ror_votes=True, leader_decides=True)
    adopt = do.AdoptMandate(
        at=AT, adopted=START, case_reference="PS-1/26", change="Ny", mandate="Rådet prioriterer.", rules=rules
    )
    votes = tuple(do.Ballot(member=member, vote="for") for member in (BO, CAN, DAG))
    story: tuple[do.CouncilCommand, ...] = (
        adopt,
        do.AppointDeputy(at=AT, member=BO, from_=START),
        do.AppointSecretary(at=AT, person="siv", name="Siv", from_=START),
        *(do.OpenCase(at=AT, key=key, title=key) for key in KEYS),
        *prepared(second),
        do.CallMeeting(at=AT, starts=STARTS[0], agenda=(first,)),
        do.TableCase(**on, case=second),
        do.StrikeCase(**on, case=second, reason="Ikkje klar."),
        do.TableCase(at=AT + timedelta(minutes=1), meeting=meeting, case=second),
        do.ArrangeAgenda(**on, agenda=(second,)),
        do.OpenMeeting(**on, present=(ADA, BO)),
        do.RecordArrival(**on, member=DAG),
        do.SeatSubstitute(**on, substitute=EVA, instead_of=CAN),
        do.TakeChair(**on, chair=BO),
        do.RecordDeparture(**on, member=EVA),
        do.RecordArrival(**on, member=CAN),
        do.DeclareRecusal(at=AT, case=first, member=ADA, ground=Ground.PARTY),
        do.PointOutRecusal(at=AT, case=first, member="ror", ground=Ground.KIN),
        do.NameParty(at=AT, case=first, party=ADA),
        do.TakeUpCase(**on, case=first),
        do.DecideRecusal(at=AT, case=first, member=ADA, ground=Ground.PARTY, recused=True, reasons="Part."),
        do.DecideRecusal(at=AT, case=first, member="ror", ground=Ground.KIN, recused=False, reasons="Fjern."),
        do.RecordArrival(at=AT + timedelta(minutes=2), meeting=meeting, member=EVA),
        do.CallInSubstitute(at=AT, case=first, substitute=EVA, instead_of=ADA),
        do.CastVote(at=AT, case=first, member=BO, vote="against"),
        do.DeferCase(at=AT, case=first, reasons="Må greiast ut.", votes=votes),
        do.TakeUpCase(**on, case=second),
        do.ReturnCase(at=AT, case=second, reasons="Kva er problemet?", votes=votes),
        do.TableCase(**on, case=third),
        do.TakeUpCase(**on, case=third),
        do.DecideCase(
            at=AT,
            case=third,
            outcome=Outcome.APPROVED,
            reasons="Fordi.",
            form="experiment",
            priorities=("Trygg oppvekst",),
            responsible=BO,
            votes=votes,
        ),
        do.RecordStatement(at=AT, case=third, member=BO, text="Eg ville hatt eit prosjekt."),
        do.NotePoliticalDecision(
            at=AT,
            case=third,
            political=do.Political(purpose=Purpose.CARRY_OUT, body="Kommunestyret", reference="PS 1/26", decided=START),
        ),
        do.OpenCase(at=AT, key="tilskot", title="Tilskot"),
        do.DecideAsLeader(
            at=AT - timedelta(minutes=1), case=fourth, outcome=Outcome.DECLINED, reasons="Fristen er ute.", leader=ADA
        ),
        do.ReportLeaderDecisions(**on),
        do.CloseMeeting(at=AT + timedelta(minutes=2), meeting=meeting),
        do.CallMeeting(at=AT, starts=STARTS[1]),
        do.AdjournMeeting(at=AT, meeting=other, reason="Uvêr"),
        do.PlanMeeting(at=AT, starts=STARTS[1] + timedelta(days=7)),
        do.MoveMeeting(at=AT, meeting=planned, starts=STARTS[1] + timedelta(days=8), reason="Kollisjon"),
        do.CancelMeeting(at=AT, meeting=planned, reason="Ingen saker"),
        minutes.ExemptFromPublicity(at=AT, case=third, parts=(Part.VOTES,), ground=ExemptionGround.PERSONAL),
        minutes.OpenToPublic(at=AT, case=third, parts=(Part.VOTES,), reason="Saka er avslutta"),
        minutes.RecordArchiveReference(**on, journal_post="26/0123-7", archive_case="26/0123"),
        do.WithdrawCase(at=AT, case=first),
        do.ReopenCase(at=AT, case=third, reasons="Kostnaden var feil."),
        do.ReleaseMember(at=AT, member=DAG, until=AT.date()),
    )
    for command in story:
        head = council.head
        council.send(command)
        assert council.head > head, f"{command!r} was not accepted"
    by_establishing = {do.EstablishCouncil, do.AppointMember, do.AppointLeader}
    of_a_real_record = {minutes.ApproveMinutes, minutes.PublishMinutes}  # test_minutes_approval.py
    assert {type(command) for command in story} | by_establishing | of_a_real_record == set(doors.COMMANDS)
