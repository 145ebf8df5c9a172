"""Any council under any rules, and any order of commands to it: what hypothesis draws for the properties."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any, Literal

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from contracts.acting import Acting, Role
from contracts.commands import council as do
from contracts.commands import minutes
from contracts.commands.assessment import RankCase
from contracts.events import council as events
from contracts.events.council import Ground, Matter, Motion, Outcome, Purpose
from contracts.publicity import ExemptionGround, Part
from contracts.refusals import Refused
from contracts.ruleset import Majority, Quorum, Tie
from runtime.ledger import Origin
from runtime.work import Work
from services.council import assessing, doors, proceedings
from services.council.domain import composition, deciding, dossier, room
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
from tests.services.council.record import Record
from tests.services.council.town import ESTABLISH, START, appoint

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

SECRETARY = Acting("molde", "portal", "siv", frozenset({Role.SECRETARY}))
COUNCIL = council_id("molde")
DAY = timedelta(days=1)
STEPS = (-28 * DAY, -DAY, -timedelta(hours=2), timedelta(hours=1), DAY, 28 * DAY)
FIRST, LAST = AT - 30 * DAY, AT + 250 * DAY
KEYS = ("nattilsyn", "lys", "drone", "mandat")
CASES = tuple(case_id(COUNCIL, key) for key in KEYS)
STARTS = tuple(AT + timedelta(days=28 * month) for month in range(2))
ASSESSED = {assessment_id(case): case for case in CASES}
MEMBERS = (ADA, BO, CAN, DAG)
STAND_INS = (EVA, "fia")
PEOPLE = (*MEMBERS, *STAND_INS, "gro", "ror")
REASONS = "Fordi det trengst."
FORMAL = do.Formal(body="Kommunestyret", reference="PS 1/26", decided=START)

a_case = st.sampled_from(CASES)
a_person = st.sampled_from(PEOPLE)
a_vote = st.sampled_from(["for", "for", "against"])
a_motion = st.sampled_from(list(Motion))
Divided = Literal["agreed", "one", "half", "silent"]
how_divided = st.sampled_from(["agreed", "silent", "one", "half"])
"""How many of the voters want another outcome than the rest, or that all but the first say nothing."""
a_meeting = st.integers(0, 3)
"""Which of the meetings there are: counted round."""
rule_sets = st.builds(
    do.Rules,
    seats=st.sampled_from([None, 4, 5, 6]),
    quorum=st.sampled_from(Quorum),
    majority=st.sampled_from(Majority),
    tie=st.sampled_from(Tie),
    ror_votes=st.booleans(),
    leader_decides=st.booleans(),
    remote=st.booleans(),
    notice_days=st.sampled_from([None, None, 7]),
)


@dataclass(frozen=True)
class Held:
    """A case that is met on: who is away, what most want, how many do not, and whose recusal is a question."""

    key: str
    starts: datetime
    away: set[str]
    outcome: Outcome
    divided: Divided
    asked: str | None


any_meeting = st.builds(
    Held,
    key=st.sampled_from(KEYS),
    starts=st.sampled_from(STARTS),
    away=st.sets(a_person, max_size=2),
    outcome=st.sampled_from([Outcome.APPROVED, *Outcome]),
    divided=how_divided,
    asked=st.none() | a_person,
)


class AnyCouncil(RuleBasedStateMachine):
    """A council of four with ROR-IKT's seat and two substitutes to begin with; four cases, any order of commands."""

    def __init__(self) -> None:
        super().__init__()
        self.record = Record()
        self.clock = AT

    @initialize(rules=rule_sets)
    def establish(self, *, rules: do.Rules) -> None:
        self.send(ESTABLISH.model_copy(update={"rules": rules}))
        for member in MEMBERS:
            self.send(appoint(member))
        self.send(appoint("ror", ror=True))
        for order, member in enumerate(STAND_INS, start=1):
            self.send(appoint(member, substitute=True, order=order))
        self.send(do.AppointLeader(at=AT, member=ADA, from_=START))

    # --- how a command is sent, and what there is

    def send(self, command: do.CouncilCommand) -> bool:
        """Whether it was accepted; a second time it records nothing."""
        if not self.sent(command):
            return False
        head = self.head
        self.sent(command)
        assert self.head == head, f"{type(command).__name__} sent again recorded something"
        return True

    def send_of(self, case: UUID, command: do.CouncilCommand) -> bool:
        """Once only where the case is exempt: what is sealed is not known again, for the record has no vault."""
        held = self.state_of(case)
        exempt = not isinstance(held, dossier.Unopened) and held.dossier.exempt
        return self.sent(command) if exempt else self.send(command)

    def sent(self, command: do.CouncilCommand) -> bool:
        work = Work(self.record, Origin("molde", SECRETARY.actor, command.moment, "c", "c"))  # type: ignore[arg-type]
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
        of_minutes = {minutes_id(meeting): meeting for meeting in self.meetings}
        return {
            "council": doors.councils(SECRETARY),
            "meeting": doors.meetings(SECRETARY, of),
            "register": doors.registers(SECRETARY, AT.year),
            "case": doors.cases(SECRETARY, of),
            "assessment": assessing.assessments(SECRETARY, ASSESSED.get(of, of)),
            "ranking": assessing.rankings(SECRETARY, "queue" if of == ranking_id(COUNCIL, "queue") else "portfolio"),
            "unreported": leaders_decisions(SECRETARY),
            "minutes": proceedings.all_minutes(SECRETARY, of_minutes.get(of, of)),
        }

    @property
    def head(self) -> int:
        return sum(map(len, self.record.histories.values()))

    @property
    def meetings(self) -> list[UUID]:
        """The meetings there are, in the order they were planned or called."""
        first = (events.MeetingPlanned, events.MeetingCalled)
        return [of for of, history in self.record.histories.items() if isinstance(history[0].data, first)]

    def one_of_the_meetings(self, number: int) -> UUID:
        return self.meetings[number % len(self.meetings)] if self.meetings else meeting_id(COUNCIL, STARTS[0])

    def meeting_of(self, meeting: UUID) -> room.State:
        decider = doors.meetings(SECRETARY, meeting)
        return reduce(decider.evolve, self.events_of(meeting), decider.initial)

    def council(self) -> composition.State:
        decider = doors.councils(SECRETARY)
        return reduce(decider.evolve, self.events_of(COUNCIL), decider.initial)

    def state_of(self, case: UUID) -> dossier.State:
        decider = doors.cases(SECRETARY, case)
        return reduce(decider.evolve, self.events_of(case), decider.initial)

    def events_of(self, of: UUID) -> list[Any]:
        return [kept.data for kept in self.record.history(of)]

    # --- time

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

    # --- who sits, and by which rules

    @rule(member=a_person, days=st.integers(-2, 30), substitute=st.booleans(), votes=st.booleans())
    def appoint(self, member: str, days: int, *, substitute: bool, votes: bool) -> None:
        from_ = self.clock.date() + days * DAY
        said = {"substitute": substitute, "voting": votes, "ror": member == "ror" and not substitute}
        self.send(appoint(member, from_=from_, **said).model_copy(update={"at": self.now()}))

    @rule(member=a_person, days=st.integers(-1, 30))
    def release(self, member: str, days: int) -> None:
        self.send(do.ReleaseMember(at=self.now(), member=member, until=self.clock.date() + days * DAY))

    @rule(member=a_person, leads=st.booleans(), days=st.integers(-2, 30))
    def appoint_to_office(self, member: str, *, leads: bool, days: int) -> None:
        kind = do.AppointLeader if leads else do.AppointDeputy
        self.send(kind(at=self.now(), member=member, from_=self.clock.date() + days * DAY))

    @rule(rules=rule_sets, days=st.integers(0, 30), case=st.none() | a_case)
    def adopt(self, rules: do.Rules, days: int, case: UUID | None) -> None:
        today = self.clock.date()
        said = {"adopted": today, "in_force": today + days * DAY, "change": f"Utgåve {self.head}", "mandate": "Meir."}
        on = {"case": case} if case else {"case_reference": "PS 9/26", "body": "Kommunestyret"}
        self.send(do.AdoptMandate.model_validate({"at": self.now(), "rules": rules, **said, **on}))

    @rule(starts=st.sampled_from(STARTS), rules=rule_sets, again=st.sampled_from([Outcome.ADOPTED, Outcome.DECLINED]))
    def amend(self, starts: datetime, rules: do.Rules, again: Outcome) -> None:
        """An edition on a decision of the council's own, and what it rests on decided again in another meeting."""
        held = Held("mandat", starts, set(), Outcome.ADOPTED, "agreed", None)
        case = case_id(COUNCIL, held.key)
        self.meet(held)
        self.adopt(rules=rules, days=3, case=case)
        self.end_the_others(case)
        self.reopen(case)
        self.meet(replace(held, outcome=again))

    # --- the queue and the agenda

    @rule(key=st.sampled_from(KEYS))
    def open_case(self, key: str) -> None:
        matter = Matter.MANDATE if key == "mandat" else None
        self.send(do.OpenCase(at=self.now(), key=key, title=key, matter=matter))

    @rule(case=a_case, part=st.integers(0, len(prepared(CASES[0])) - 1))
    def prepare(self, case: UUID, part: int) -> None:
        self.send(prepared(case)[part])

    @rule(case=a_case, level=st.integers(1, 9))
    def assess_technology(self, case: UUID, level: int) -> None:
        self.send(solution(case, level))

    @rule(case=a_case, place=st.none() | st.integers(1, 3))
    def rank(self, case: UUID, place: int | None) -> None:
        self.send_of(case, RankCase(at=self.now(), case=case, place=place, reason="Haster."))

    @rule(case=a_case, parts=st.sampled_from([(Part.CASE,), (Part.REASONS,), (Part.VOTES,)]), opens=st.booleans())
    def exempt(self, case: UUID, parts: tuple[Part, ...], *, opens: bool) -> None:
        command: Any = minutes.ExemptFromPublicity(
            at=self.now(), case=case, parts=parts, ground=ExemptionGround.PERSONAL
        )
        if opens:
            command = minutes.OpenToPublic(at=self.now(), case=case, parts=parts, reason="Saka er avslutta.")
        self.send(command)

    @rule(starts=st.sampled_from(STARTS), agenda=st.lists(a_case, max_size=3, unique=True))
    def call(self, starts: datetime, agenda: list[UUID]) -> None:
        self.send(do.CallMeeting(at=self.now(), starts=starts, agenda=tuple(agenda), urgent="Haster"))

    @rule(starts=st.sampled_from(STARTS))
    def plan(self, starts: datetime) -> None:
        self.send(do.PlanMeeting(at=self.now(), starts=starts))

    @rule(number=a_meeting, starts=st.sampled_from(STARTS), hours=st.integers(-1, 30))
    def move_meeting(self, number: int, starts: datetime, hours: int) -> None:
        said: dict[str, Any] = {"starts": starts + timedelta(hours=hours), "reason": "Kollisjon", "urgent": "Haster"}
        self.send(do.MoveMeeting(at=self.now(), meeting=self.one_of_the_meetings(number), **said))

    @rule(number=a_meeting)
    def call_off(self, number: int) -> None:
        self.send(do.CancelMeeting(at=self.now(), meeting=self.one_of_the_meetings(number), reason="Ingen saker"))

    @rule(case=a_case, number=a_meeting)
    def table(self, case: UUID, number: int) -> None:
        self.send(do.TableCase(at=self.now(), case=case, meeting=self.one_of_the_meetings(number)))

    @rule(case=a_case, number=a_meeting)
    def strike(self, case: UUID, number: int) -> None:
        self.send(
            do.StrikeCase(at=self.now(), case=case, meeting=self.one_of_the_meetings(number), reason="Ikkje klar.")
        )

    @rule(number=a_meeting, agenda=st.lists(a_case, min_size=1, unique=True))
    def arrange(self, number: int, agenda: list[UUID]) -> None:
        self.send(do.ArrangeAgenda(at=self.now(), meeting=self.one_of_the_meetings(number), agenda=tuple(agenda)))

    # --- in the meeting

    @rule(number=a_meeting, present=st.lists(a_person, min_size=1, unique=True))
    def open_meeting(self, number: int, present: list[str]) -> None:
        meeting = self.one_of_the_meetings(number)
        self.send(do.OpenMeeting(at=self.now(), meeting=meeting, present=tuple(present), chair=present[0]))

    @rule(case=a_case, number=a_meeting)
    def take_up(self, case: UUID, number: int) -> None:
        self.send(do.TakeUpCase(at=self.now(), case=case, meeting=self.one_of_the_meetings(number)))

    @rule(key=st.sampled_from(KEYS), starts=st.sampled_from(STARTS), away=st.sets(a_person, max_size=2))
    def bring_up(self, key: str, starts: datetime, away: set[str]) -> None:
        self.up_in_a_meeting(key, starts, away)

    def up_in_a_meeting(self, key: str, starts: datetime, away: set[str]) -> UUID:
        """The shortest way to a vote, which chance seldom finds: in another meeting that day if the first is over."""
        self.open_case(key)
        case, begins = case_id(COUNCIL, key), starts
        while isinstance(self.meeting_of(meeting_id(COUNCIL, begins)), room.Over):
            begins += timedelta(minutes=30)
        meeting = meeting_id(COUNCIL, begins)
        self.send(do.CallMeeting(at=min(self.now(), begins), starts=begins, urgent="Haster"))
        self.clock = max(self.clock, begins) if self.clock.date() == begins.date() else begins
        self.end_the_others(meeting)
        roll = composition.roll_on(self.council(), begins.date())
        present = tuple(person for person in (*roll.voting, *roll.substitutes) if person not in away)
        self.send(do.OpenMeeting(at=self.now(), meeting=meeting, present=present, chair=present[0] if present else ADA))
        for substitute, member in zip(roll.substitutes, (*sorted(away & {*roll.voting}), None), strict=False):
            on = {"meeting": meeting, "substitute": substitute, "instead_of": member}
            self.send(do.SeatSubstitute.model_validate({"at": self.now(), **on}))
        self.send(do.TableCase(at=self.now(), case=case, meeting=meeting))
        self.send(do.TakeUpCase(at=self.now(), case=case, meeting=meeting))
        return case

    def end_the_others(self, meeting: UUID) -> None:
        """One meeting is held at a time."""
        for other in self.meetings:
            held = self.meeting_of(other)
            if other != meeting and isinstance(held, room.Open):
                at = max(held.sitting.latest(), self.clock)
                self.send(do.ReportLeaderDecisions(at=at, meeting=other))
                self.send(do.CloseMeeting(at=at, meeting=other))

    def meet(self, held: Held) -> None:
        """A case from the queue to a decision."""
        case, outcome = self.up_in_a_meeting(held.key, held.starts, held.away), held.outcome
        if held.asked is not None:
            self.ask(case, held.asked, Ground.KIN)
            self.find(case, recused=True)
        motion, wanted = deciding.MOTIONS.get(outcome, Motion.SUBSTANCE), deciding.vote_for(outcome)
        self.all_vote(case, motion, held.divided, wanted)
        if outcome in {Outcome.DEFERRED, Outcome.RETURNED}:
            self.put_off(case, later=outcome is Outcome.DEFERRED)
        else:
            own = held.key == "mandat" and outcome is Outcome.APPROVED
            self.decide(case, Outcome.ADOPTED if own else outcome)

    hold = rule(held=any_meeting)(meet)
    hold_another = rule(held=any_meeting)(meet)
    hold_a_third = rule(held=any_meeting)(meet)
    """Three times, so that hypothesis seldom leaves all of them out."""

    @rule(number=a_meeting, member=a_person, leaves=st.booleans())
    def move(self, number: int, member: str, *, leaves: bool) -> None:
        kind = do.RecordDeparture if leaves else do.RecordArrival
        self.send(kind(at=self.now(), meeting=self.one_of_the_meetings(number), member=member))

    @rule(number=a_meeting, substitute=st.sampled_from(STAND_INS), member=st.none() | a_person)
    def substitute(self, number: int, substitute: str, member: str | None) -> None:
        """In a member's seat, or in a vacant one."""
        meeting = self.one_of_the_meetings(number)
        self.send(do.SeatSubstitute(at=self.now(), meeting=meeting, substitute=substitute, instead_of=member))

    @rule(number=a_meeting, member=a_person)
    def chair(self, number: int, member: str) -> None:
        self.send(do.TakeChair(at=self.now(), meeting=self.one_of_the_meetings(number), chair=member))

    @rule(number=a_meeting)
    def report(self, number: int) -> None:
        self.send(do.ReportLeaderDecisions(at=self.now(), meeting=self.one_of_the_meetings(number)))

    @rule(number=a_meeting)
    def close(self, number: int) -> None:
        meeting, before = self.one_of_the_meetings(number), self.head
        if self.send(do.CloseMeeting(at=self.now(), meeting=meeting)) and self.head > before:
            self.the_council_was_told(meeting)

    def the_council_was_told(self, meeting: UUID) -> None:
        """Of everything its leader had decided alone before the meeting was opened."""
        over, listed = self.meeting_of(meeting), self.events_of(unreported_id(COUNCIL))
        assert isinstance(over, room.Over)
        assert over.sitting is not None
        told = {event.case for event in listed if isinstance(event, events.LeaderDecisionReported)}
        made = [event for event in listed if isinstance(event, events.LeaderDecisionMade)]
        assert all(event.case in told or event.made >= over.sitting.opened for event in made)

    @rule(number=a_meeting)
    def adjourn(self, number: int) -> None:
        self.send(do.AdjournMeeting(at=self.now(), meeting=self.one_of_the_meetings(number), reason="Uvêr"))

    # --- recusal

    @rule(case=a_case, member=a_person, ground=st.sampled_from([Ground.KIN, Ground.PARTY]))
    def ask(self, case: UUID, member: str, ground: Ground) -> None:
        self.send(do.PointOutRecusal(at=self.now(), case=case, member=member, ground=ground))

    @rule(case=a_case, recused=st.booleans())
    def find(self, case: UUID, *, recused: bool) -> None:
        """The body decides every question that stands, as it does before it comes to the matter."""
        held = self.state_of(case)
        questions = [] if isinstance(held, dossier.Unopened) else [*held.dossier.questions]
        for member, ground in questions:
            said = {"member": member, "ground": ground, "recused": recused, "reasons": REASONS}
            self.send(do.DecideRecusal(at=self.now(), case=case, **said))

    @rule(case=a_case, member=a_person)
    def name_party(self, case: UUID, member: str) -> None:
        self.send(do.NameParty(at=self.now(), case=case, party=member))

    @rule(case=a_case, substitute=st.sampled_from(STAND_INS), member=a_person)
    def call_in(self, case: UUID, substitute: str, member: str) -> None:
        self.send(do.CallInSubstitute(at=self.now(), case=case, substitute=substitute, instead_of=member))

    # --- votes and decisions

    @rule(case=a_case, votes=st.dictionaries(a_person, a_vote), motion=a_motion)
    def vote(self, case: UUID, votes: dict[str, Any], motion: Motion) -> None:
        for member, vote in votes.items():
            self.send(do.CastVote(at=self.now(), case=case, member=member, vote=vote, motion=motion))

    @rule(case=a_case, motion=a_motion, divided=how_divided, most=a_vote)
    def all_vote(self, case: UUID, motion: Motion, divided: Divided, most: Any) -> None:
        """Everybody who is there with a vote casts it, or only the chair, who is the first."""
        held = self.state_of(case)
        voters = held.voters() if isinstance(held, dossier.TakenUp) else ()
        others = {"one": 1, "half": len(voters) // 2}.get(divided, 0)
        for place, member in enumerate(voters[: 1 if divided == "silent" else None], start=1):
            other = "against" if most == "for" else "for"
            vote = other if place > len(voters) - others else most
            self.send(do.CastVote(at=self.now(), case=case, member=member, vote=vote, motion=motion))

    @rule(case=a_case, outcome=st.sampled_from(sorted(deciding.ENDING)))
    def decide(self, case: UUID, outcome: Any) -> None:
        self.send(do.DecideCase(at=self.now(), case=case, outcome=outcome, **terms(outcome)))

    @rule(case=a_case, leader=st.sampled_from([ADA, ADA, *PEOPLE]), days=st.sampled_from([-1, 0, 1]))
    def decide_as_leader(self, case: UUID, leader: str, days: int) -> None:
        at, before = self.now() + days * DAY, self.head
        command = do.DecideAsLeader(
            at=at, case=case, outcome=Outcome.APPROVED, leader=leader, **terms(Outcome.APPROVED)
        )
        if self.send(command) and self.head > before:
            self.only_who_leads_decided_alone(leader, at.date())

    def only_who_leads_decided_alone(self, leader: str, day: date) -> None:
        roll = composition.roll_on(self.council(), day)
        assert roll.rules.leader_decides
        assert leader == (roll.leader or roll.deputy)

    @rule(case=a_case, later=st.booleans())
    def put_off(self, case: UUID, *, later: bool) -> None:
        before = self.head
        command = (do.DeferCase if later else do.ReturnCase)(at=self.now(), case=case, reasons=REASONS)
        if self.sent(command) and self.head == before:  # it was done already: then, or before, or it is returned
            last = self.state_of(case).dossier.last  # type: ignore[union-attr]  # there is no decision without a case
            assert last is not None
            told = last.made is not None and command.at is not None and command.at <= last.made
            assert told or command.day <= last.decided or last.outcome is Outcome.RETURNED

    @rule(case=a_case)
    def reopen(self, case: UUID) -> None:
        self.send(do.ReopenCase(at=self.now(), case=case, reasons=REASONS))

    @rule(case=a_case, member=a_person)
    def state_for_the_record(self, case: UUID, member: str) -> None:
        self.send(do.RecordStatement(at=self.now(), case=case, member=member, text=REASONS))

    @rule(case=a_case, purpose=st.sampled_from(Purpose))
    def note_political(self, case: UUID, purpose: Purpose) -> None:
        said = do.Political(purpose=purpose, **FORMAL.model_dump())
        self.send_of(case, do.NotePoliticalDecision(at=self.now(), case=case, political=said))

    @rule(case=a_case)
    def withdraw(self, case: UUID) -> None:
        self.send(do.WithdrawCase(at=self.now(), case=case))


def terms(outcome: Outcome) -> dict[str, Any]:
    """What a decision with this outcome can say."""
    said: dict[Outcome, dict[str, Any]] = {
        Outcome.APPROVED: {"form": "project", "priorities": ("Trygg oppvekst",), "responsible": BO},
        Outcome.FORMAL: {"formal": FORMAL},
        Outcome.REFERRED: {"referral": do.Referred(to="line", whom="Teknisk drift")},
    }
    return {"reasons": REASONS, **said.get(outcome, {})}
