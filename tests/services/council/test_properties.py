"""What holds through any sequence of commands to a council, whoever sends them and however often."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from contracts.acting import Acting, Role
from contracts.commands import council as do
from contracts.commands import minutes
from contracts.commands.assessment import RankCase
from contracts.events import council as events
from contracts.events.assessment import SolutionAssessed
from contracts.events.council import Ground, Motion, Outcome, Purpose
from contracts.identity import derive
from contracts.publicity import ExemptionGround, Part
from contracts.refusals import Refused
from contracts.ruleset import MATURITY
from runtime.ledger import Origin
from runtime.work import Work
from services.council import assessing, doors, proceedings
from services.council.domain import dossier
from services.council.domain.ids import (
    assessment_id,
    case_id,
    council_id,
    meeting_id,
    minutes_id,
    ranking_id,
    unreported_id,
)
from services.council.loading import leaders_decisions
from tests.services.council.given import ADA, AT, BO, CAN, DAG, EVA
from tests.services.council.preparing import prepared, solution
from tests.services.council.town import ESTABLISH, START, appoint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from contracts.message import Event

SECRETARY = Acting("molde", "portal", "siv", frozenset({Role.SECRETARY}))
COUNCIL = council_id("molde")
DAY = timedelta(days=1)
STEPS = (-28 * DAY, -DAY, -timedelta(hours=2), timedelta(hours=1), DAY, 28 * DAY)
FIRST, LAST = AT - 30 * DAY, AT + 250 * DAY
KEYS = ("nattilsyn", "lys", "drone")
CASES = tuple(case_id(COUNCIL, key) for key in KEYS)
STARTS = tuple(AT + timedelta(days=28 * month) for month in range(2))
MEETINGS = tuple(meeting_id(COUNCIL, starts) for starts in STARTS)
MINUTES = {minutes_id(meeting): meeting for meeting in MEETINGS}
ASSESSED = {assessment_id(case): case for case in CASES}
MEMBERS = (ADA, BO, CAN, DAG)
PEOPLE = (*MEMBERS, EVA, "ror")
CLOSING = {Outcome.APPROVED, Outcome.DECLINED, Outcome.REFERRED, Outcome.FORMAL}

a_case = st.sampled_from(CASES)
a_meeting = st.sampled_from(MEETINGS)
a_person = st.sampled_from(PEOPLE)
a_vote = st.sampled_from(["for", "for", "against"])
a_motion = st.sampled_from(list(Motion))


@dataclass(frozen=True)
class Kept:
    """An event as the record gives it back: read from its JSON."""

    data: Event
    id: UUID


@dataclass
class Record:
    """A ledger in memory."""

    histories: dict[UUID, list[Kept]] = field(default_factory=dict)

    def history(self, of: UUID) -> list[Kept]:
        return list(self.histories.get(of, ()))

    def unseal(self, _refs: Iterable[UUID]) -> dict[UUID, Any]:
        """What is sealed stays so: the record has no vault, as after erasure."""
        return {}

    def append(self, entries: list[Any]) -> None:
        for entry in entries:
            history = self.histories.setdefault(entry.aggregate, [])
            assert len(history) == entry.expected
            for version, event in enumerate(entry.events, start=len(history) + 1):
                history.append(Kept(reread(event), derive("event", "council", entry.aggregate, version)))


def reread(event: Any) -> Any:
    if any(getattr(event, name, None) is not None for name in ("name", "note")) and not hasattr(event, "tenant"):
        return event  # it holds sealed text, which only the vault's references let through
    return type(event).model_validate_json(event.model_dump_json())


class AnyCouncil(RuleBasedStateMachine):
    """A council of four with ROR-IKT's seat and a substitute; three cases, two meetings, any order of commands."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.clock = AT

    @initialize(ror_votes=st.booleans())
    def establish(self, *, ror_votes: bool) -> None:
        rules = do.Rules(ror_votes=ror_votes, leader_decides=True)
        self.send(ESTABLISH.model_copy(update={"rules": rules}))
        for member in MEMBERS:
            self.send(appoint(member))
        self.send(appoint("ror", ror=True))
        self.send(appoint(EVA, substitute=True))
        self.send(do.AppointLeader(at=AT, member=ADA, from_=START))

    def send(self, command: do.CouncilCommand) -> None:
        if not self.sent(command):
            return
        head = self.head
        self.sent(command)
        assert self.head == head, f"{type(command).__name__} sent again recorded something"

    def sent(self, command: do.CouncilCommand) -> bool:
        work = Work(self.record, Origin("molde", SECRETARY.actor, AT, "c", "c"))  # type: ignore[arg-type]
        try:
            doors.COMMANDS[type(command)](work, command, SECRETARY)
        except Refused:
            return False
        self.record.append(work.entries)
        for (name, of), loaded in work._loaded.items():  # noqa: SLF001 - what was decided on, beside what was recorded
            decider = self.deciders(of)[name]
            replayed = reduce(decider.evolve, (kept.data for kept in self.record.history(of)), decider.initial)
            assert replayed == loaded.state, "replay differs from live"
        return True

    def deciders(self, of: UUID) -> dict[str, Any]:
        return {
            "council": doors.councils(SECRETARY),
            "meeting": doors.meetings(SECRETARY, of),
            "register": doors.registers(SECRETARY, AT.year),
            "case": doors.cases(SECRETARY, of),
            "assessment": assessing.assessments(SECRETARY, ASSESSED.get(of, of)),
            "ranking": assessing.rankings(SECRETARY, "queue" if of == ranking_id(COUNCIL, "queue") else "portfolio"),
            "unreported": leaders_decisions(SECRETARY),
            "minutes": proceedings.all_minutes(SECRETARY, MINUTES.get(of, of)),
        }

    @property
    def head(self) -> int:
        return sum(map(len, self.record.histories.values()))

    def now(self) -> datetime:
        """A minute later than the last time."""
        self.clock += timedelta(minutes=1)
        return self.clock

    @rule(step=st.sampled_from(STEPS))
    def pass_time(self, step: timedelta) -> None:
        """Time goes on, and what is entered next may be of an earlier one."""
        self.clock = min(max(self.clock + step, FIRST), LAST)

    @rule(starts=st.sampled_from(STARTS))
    def come_to(self, starts: datetime) -> None:
        self.clock = starts

    def state_of(self, case: UUID) -> dossier.State:
        decider = doors.cases(SECRETARY, case)
        return reduce(decider.evolve, self.events_of(case), decider.initial)

    def events_of(self, of: UUID) -> list[Any]:
        return [kept.data for kept in self.record.history(of)]

    @rule(key=st.sampled_from(KEYS))
    def open_case(self, key: str) -> None:
        self.send(do.OpenCase(at=self.now(), key=key, title=key))

    @rule(case=a_case, part=st.integers(0, len(prepared(CASES[0])) - 1))
    def prepare(self, case: UUID, part: int) -> None:
        self.send(prepared(case)[part])

    @rule(case=a_case, level=st.integers(1, 9))
    def assess_technology(self, case: UUID, level: int) -> None:
        self.send(solution(case, level))

    @rule(case=a_case, place=st.none() | st.integers(1, 3))
    def rank(self, case: UUID, place: int | None) -> None:
        self.send(RankCase(at=self.now(), case=case, place=place, reason="Haster."))

    @rule(starts=st.sampled_from(STARTS), agenda=st.lists(a_case, max_size=3, unique=True))
    def call(self, starts: Any, agenda: list[UUID]) -> None:
        self.send(do.CallMeeting(at=self.now(), starts=starts, agenda=tuple(agenda)))

    @rule(meeting=a_meeting, present=st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True))
    def open_meeting(self, meeting: UUID, present: list[str]) -> None:
        self.send(do.OpenMeeting(at=self.now(), meeting=meeting, present=tuple(present), chair=present[0]))

    @rule(case=a_case, meeting=a_meeting)
    def table(self, case: UUID, meeting: UUID) -> None:
        self.send(do.TableCase(at=self.now(), case=case, meeting=meeting))

    @rule(case=a_case, meeting=a_meeting)
    def strike(self, case: UUID, meeting: UUID) -> None:
        self.send(do.StrikeCase(at=self.now(), case=case, meeting=meeting, reason="Ikkje klar."))

    @rule(meeting=a_meeting, agenda=st.lists(a_case, min_size=1, unique=True))
    def arrange(self, meeting: UUID, agenda: list[UUID]) -> None:
        self.send(do.ArrangeAgenda(at=self.now(), meeting=meeting, agenda=tuple(agenda)))

    @rule(case=a_case, meeting=a_meeting)
    def take_up(self, case: UUID, meeting: UUID) -> None:
        self.send(do.TakeUpCase(at=self.now(), case=case, meeting=meeting))

    @rule(key=st.sampled_from(KEYS), starts=st.sampled_from(STARTS), present=st.integers(1, len(MEMBERS)))
    def bring_up(self, key: str, starts: Any, present: int) -> None:
        """The shortest way to a vote, which chance alone seldom finds."""
        case, meeting = case_id(COUNCIL, key), meeting_id(COUNCIL, starts)
        self.send(do.OpenCase(at=self.now(), key=key, title=key))
        self.send(do.CallMeeting(at=min(self.now(), starts), starts=starts))
        self.clock = max(self.clock, starts) if self.clock.date() == starts.date() else starts
        self.send(do.OpenMeeting(at=self.now(), meeting=meeting, present=MEMBERS[:present]))
        self.send(do.TableCase(at=self.now(), case=case, meeting=meeting))
        self.send(do.TakeUpCase(at=self.now(), case=case, meeting=meeting))

    @rule(meeting=a_meeting, member=a_person, leaves=st.booleans())
    def move(self, meeting: UUID, member: str, *, leaves: bool) -> None:
        kind = do.RecordDeparture if leaves else do.RecordArrival
        self.send(kind(at=self.now(), meeting=meeting, member=member))

    @rule(meeting=a_meeting, member=a_person)
    def substitute(self, meeting: UUID, member: str) -> None:
        self.send(do.SeatSubstitute(at=self.now(), meeting=meeting, substitute=EVA, instead_of=member))

    @rule(meeting=a_meeting, member=a_person)
    def chair(self, meeting: UUID, member: str) -> None:
        self.send(do.TakeChair(at=self.now(), meeting=meeting, chair=member))

    @rule(case=a_case, member=a_person, ground=st.sampled_from([Ground.KIN, Ground.PARTY]))
    def ask(self, case: UUID, member: str, ground: Ground) -> None:
        self.send(do.PointOutRecusal(at=self.now(), case=case, member=member, ground=ground))

    @rule(case=a_case, recused=st.booleans())
    def find(self, case: UUID, *, recused: bool) -> None:
        """The body decides every question that stands, as it does before it comes to the matter."""
        held = self.state_of(case)
        questions = [] if isinstance(held, dossier.Unopened) else [*held.dossier.questions]
        for member, ground in questions:
            said = {"member": member, "ground": ground, "recused": recused, "reasons": "Søsken."}
            self.send(do.DecideRecusal(at=self.now(), case=case, **said))

    @rule(case=a_case, member=a_person)
    def name_party(self, case: UUID, member: str) -> None:
        self.send(do.NameParty(at=self.now(), case=case, party=member))

    @rule(case=a_case, member=a_person)
    def call_in(self, case: UUID, member: str) -> None:
        self.send(do.CallInSubstitute(at=self.now(), case=case, substitute=EVA, instead_of=member))

    @rule(case=a_case, votes=st.dictionaries(a_person, a_vote), motion=a_motion)
    def vote(self, case: UUID, votes: dict[str, Any], motion: Motion) -> None:
        for member, vote in votes.items():
            self.send(do.CastVote(at=self.now(), case=case, member=member, vote=vote, motion=motion))

    @rule(case=a_case, outcome=st.sampled_from([Outcome.APPROVED, Outcome.DECLINED]))
    def decide(self, case: UUID, outcome: Any) -> None:
        approved = outcome is Outcome.APPROVED
        self.send(
            do.DecideCase(
                at=self.now(),
                case=case,
                outcome=outcome,
                reasons="Fordi.",
                form="project" if approved else None,
                priorities=("Trygg oppvekst",),
                responsible=BO,
            )
        )

    @rule(case=a_case, leader=a_person, days=st.sampled_from([-1, 0, 1]))
    def decide_as_leader(self, case: UUID, leader: str, days: int) -> None:
        said = {"form": "project", "priorities": ("Trygg oppvekst",), "responsible": BO, "reasons": "Det hastar."}
        at = self.now() + timedelta(days=days)
        self.send(do.DecideAsLeader(at=at, case=case, outcome=Outcome.APPROVED, leader=leader, **said))

    @rule(meeting=a_meeting)
    def report(self, meeting: UUID) -> None:
        self.send(do.ReportLeaderDecisions(at=self.now(), meeting=meeting))

    @rule(case=a_case, later=st.booleans())
    def put_off(self, case: UUID, *, later: bool) -> None:
        before = self.head
        command = (do.DeferCase if later else do.ReturnCase)(at=self.now(), case=case, reasons="Må greiast ut.")
        if self.sent(command) and self.head == before:  # it was done already: then, or before, or it is returned
            last = self.state_of(case).dossier.last  # type: ignore[union-attr]  # there is no decision without a case
            assert last is not None
            told = last.made is not None and command.at is not None and command.at <= last.made
            assert told or command.day <= last.decided or last.outcome is Outcome.RETURNED

    @rule(case=a_case)
    def reopen(self, case: UUID) -> None:
        self.send(do.ReopenCase(at=self.now(), case=case, reasons="Kostnaden var feil."))

    @rule(case=a_case, member=a_person)
    def state_for_the_record(self, case: UUID, member: str) -> None:
        self.send(do.RecordStatement(at=self.now(), case=case, member=member, text="Eg ville noko anna."))

    @rule(case=a_case, purpose=st.sampled_from(Purpose))
    def note_political(self, case: UUID, purpose: Purpose) -> None:
        said = do.Political(purpose=purpose, body="Kommunestyret", reference="PS 1/26", decided=START)
        self.send(do.NotePoliticalDecision(at=self.now(), case=case, political=said))

    @rule(case=a_case)
    def withdraw(self, case: UUID) -> None:
        self.send(do.WithdrawCase(at=self.now(), case=case))

    @rule(meeting=a_meeting)
    def close(self, meeting: UUID) -> None:
        head = self.head
        self.send(do.CloseMeeting(at=self.now(), meeting=meeting))
        if self.head > head:  # the council has been told of all its leader decided before
            told = self.events_of(unreported_id(COUNCIL))
            untold = {event.case: event.made for event in told if isinstance(event, events.LeaderDecisionMade)}
            for event in told:
                if isinstance(event, events.LeaderDecisionReported):
                    del untold[event.case]
            starts = dict(zip(MEETINGS, STARTS, strict=True))[meeting]
            assert all(made >= starts for made in untold.values())

    @invariant()
    def what_is_done_in_a_meeting_is_done_on_its_day_and_in_its_order(self) -> None:
        for meeting, starts in zip(MEETINGS, STARTS, strict=True):
            opened = ended = None
            for event in self.events_of(meeting):
                match event:
                    case events.MeetingOpened():
                        opened = ended = event.opened
                        assert opened.date() == starts.date()
                    case events.MemberArrived(arrived=moment) | events.MemberLeft(left=moment):
                        assert opened is not None
                        assert moment >= opened
                        ended = max(moment, ended or moment)
                    case events.MeetingClosed(closed=moment):
                        assert ended is not None
                        assert moment >= ended
            for case in CASES:
                up = [e for e in self.events_of(case) if isinstance(e, events.CaseTakenUp) and e.meeting == meeting]
                made = [
                    e for e in self.events_of(case) if isinstance(e, events.CouncilDecided) and e.meeting == meeting
                ]
                assert opened is None or all(each.since >= opened for each in up if each.since)
                assert all(each.made >= up[-1].since for each in made if each.made and up[-1].since)

    @invariant()
    def nothing_is_decided_without_a_quorum_of_votes(self) -> None:
        for case in CASES:
            for event in self.events_of(case):
                if isinstance(event, events.CouncilDecided):
                    assert 2 * len(event.votes) >= event.seats
                    assert len(event.votes) <= event.seats
                    assert event.seats or event.by_leader

    @invariant()
    def the_leader_alone_decides_alone_and_the_council_is_told_once(self) -> None:
        alone: dict[UUID, str | None] = {
            case: event.by_leader
            for case in CASES
            for event in self.events_of(case)
            if isinstance(event, events.CouncilDecided) and event.by_leader
        }
        assert set(alone.values()) <= {ADA}
        listed = self.events_of(unreported_id(COUNCIL))
        made = [event.case for event in listed if isinstance(event, events.LeaderDecisionMade)]
        told = [event.case for event in listed if isinstance(event, events.LeaderDecisionReported)]
        assert sorted(made) == sorted(alone)
        assert len(told) == len(set(told))
        assert set(told) <= set(made)

    @invariant()
    def the_recused_neither_vote_nor_count(self) -> None:
        for case in CASES:
            out: dict[tuple[str, Ground], str] = {}
            for event in self.events_of(case):
                kept_out = {member for member, _ in out}
                match event:
                    case events.RecusalRaised():
                        out[event.member, event.ground] = "in question"
                    case events.MemberRecused():
                        out[event.member, event.ground] = "recused"
                    case events.RecusalDismissed():
                        del out[event.member, event.ground]
                    case events.VoteCast():
                        assert event.member not in kept_out
                    case events.CouncilDecided(by_leader=str() as leader):
                        assert leader not in kept_out
                    case events.CouncilDecided():
                        assert "in question" not in out.values()
                        assert not kept_out & {record.member for record in event.votes}
                        assert set(event.recused) == kept_out

    @invariant()
    def no_party_decides_unnoticed(self) -> None:
        for case in CASES:
            state = self.state_of(case)
            if isinstance(state, dossier.TakenUp):
                asked = {member for member, _ in state.dossier.questions}
                assert not state.dossier.parties & set(state.voters()) - asked

    @invariant()
    def each_seat_votes_once(self) -> None:
        for case in CASES:
            for event in self.events_of(case):
                if isinstance(event, events.CouncilDecided):
                    seats = [record.instead_of or record.member for record in event.votes]
                    assert len(set(seats)) == len(seats)

    @invariant()
    def nothing_changes_after_the_decision(self) -> None:
        for case in CASES:
            ended = False
            for event in self.events_of(case):
                if isinstance(event, events.CaseReopened):
                    assert ended
                    ended = False
                elif ended:
                    assert isinstance(event, events.StatementRecorded | events.PoliticalDecisionNoted)
                elif isinstance(event, events.CouncilDecided):
                    ended = event.outcome in CLOSING
                else:
                    ended = isinstance(event, events.CaseWithdrawn)

    @invariant()
    def one_decision_holds_and_each_later_one_points_to_the_one_it_puts_right(self) -> None:
        for case in CASES:
            held: UUID | None = None
            for kept in self.record.history(case):
                if isinstance(kept.data, events.CouncilDecided) and kept.data.outcome in CLOSING:
                    assert kept.data.corrects == held
                    held = kept.id

    @invariant()
    def no_project_rests_on_technology_that_was_immature_and_no_solution_comes_before_its_problem(self) -> None:
        for assessed, case in ASSESSED.items():
            parts = self.events_of(assessed)
            solved = [event for event in parts if isinstance(event, SolutionAssessed)]
            kinds = [type(event).__name__ for event in parts]
            assert not solved or kinds.index("ProblemDescribed") < kinds.index("SolutionAssessed")
            approved = [event for event in self.events_of(case) if getattr(event, "form", None) == "project"]
            if approved and solved:  # what was assessed is fixed by the decision
                assert min(each.level for each in solved[-1].technologies) >= MATURITY

    @invariant()
    def numbers_have_no_gap_and_no_repeat(self) -> None:
        numbered = [
            kept.data
            for history in self.record.histories.values()
            for kept in history
            if isinstance(kept.data, events.CaseNumbered)
        ]
        assert [event.number for event in numbered] == list(range(1, len(numbered) + 1))
        opened = {self.events_of(case)[0].number for case in CASES if self.events_of(case)}
        assert opened == {event.label for event in numbered}


@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from(["molde", "aukra"]), st.integers(2026, 2028), st.integers(0, 5)), max_size=20)
)
def test_each_council_numbers_each_year_s_cases_from_one_without_gap_or_repeat(
    opened: list[tuple[str, int, int]],
) -> None:
    record, given_out = Record(), Counter[tuple[str, int]]()
    numbers: dict[tuple[str, int], str] = {}
    for tenant, year, key in opened:
        acting = Acting(tenant, "portal", "siv", frozenset({Role.SECRETARY}))
        work = Work(record, Origin(tenant, acting.actor, AT, "c", "c"))  # type: ignore[arg-type]
        case = doors.open_case(work, do.OpenCase(at=AT.replace(year=year), key=str(key), title="Lys"), acting)
        record.append(work.entries)
        if (tenant, key) not in numbers:
            given_out[tenant, year] += 1
            numbers[tenant, key] = f"PS-{given_out[tenant, year]}/{year % 100}"
        assert [kept.data.number for kept in record.history(case)] == [numbers[tenant, key]]  # type: ignore[attr-defined]


def test_every_command_is_accepted_in_some_state() -> None:
    council = AnyCouncil()
    council.establish(ror_votes=True)
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
        do.RecordArrival(at=AT + timedelta(minutes=1), meeting=meeting, member=CAN),
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
        do.DecideAsLeader(at=AT, case=fourth, outcome=Outcome.DECLINED, reasons="Fristen er ute.", leader=ADA),
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


TestAnyCouncil = AnyCouncil.TestCase
TestAnyCouncil.settings = settings(max_examples=40, stateful_step_count=40, deadline=None)
