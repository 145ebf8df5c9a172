"""What holds through any sequence of commands to any council, whoever sends them and however often."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant

from contracts.acting import Acting, Role
from contracts.commands import council as do
from contracts.events import council as events
from contracts.events.assessment import SolutionAssessed
from contracts.events.council import Ground, Outcome
from contracts.events.minutes import CaseExempted, CaseOpenedToPublic
from contracts.publicity import Exempt, Part, ground_of
from contracts.ruleset import MATURITY, Majority, Quorum, Tie
from runtime.ledger import Origin
from runtime.work import Work
from services.council import doors
from services.council.domain import publicity, room
from services.council.domain.dossier import TakenUp
from services.council.domain.ids import unreported_id
from tests.services.council.any_council import ASSESSED, CASES, COUNCIL, REASONS, AnyCouncil
from tests.services.council.given import AT
from tests.services.council.record import Record

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

CLOSING = {Outcome.APPROVED, Outcome.DECLINED, Outcome.REFERRED, Outcome.FORMAL, Outcome.ADOPTED}
YES = {Outcome.ADOPTED, Outcome.FORMAL}
AFTERWARDS = (events.StatementRecorded, events.PoliticalDecisionNoted, CaseExempted, CaseOpenedToPublic)
"""What may come after the decision, and does not touch it."""


def decided_on(history: list[events.CaseEvent]) -> list[tuple[events.CaseTakenUp | None, events.CouncilDecided]]:
    """Each decision of a case with how the case was last taken up before it; with nothing, if nobody met on it."""
    up, found = None, []
    for event in history:
        if isinstance(event, events.CaseTakenUp):
            up = event
        elif isinstance(event, events.CouncilDecided):
            found.append((None if event.by_leader else up, event))
    return found


class Holding(AnyCouncil):
    """The council with what holds of it after each command."""

    @invariant()
    def what_is_done_in_a_meeting_is_done_on_its_day_and_in_its_order(self) -> None:
        for meeting in self.meetings:
            called = room.called(self.meeting_of(meeting)).starts
            opened = ended = None
            for event in self.events_of(meeting):
                match event:
                    case events.MeetingOpened():
                        opened = ended = event.opened
                        assert opened.date() == called.date()
                    case events.MemberArrived(arrived=moment) | events.MemberLeft(left=moment):
                        assert opened is not None
                        assert moment >= opened
                        ended = max(moment, ended or moment)
                    case events.MeetingClosed(closed=moment):
                        assert ended is not None
                        assert moment >= ended
            for case in CASES:
                there = [event for event in self.events_of(case) if getattr(event, "meeting", None) == meeting]
                up = [event.since for event in there if isinstance(event, events.CaseTakenUp)]
                made = [event.made for event in there if isinstance(event, events.CouncilDecided)]
                assert opened is not None or not up
                assert all(since >= opened for since in up)
                assert len(made) <= 1, "a meeting deals with a case once"
                assert all(moment >= up[-1] for moment in made)

    @invariant()
    def a_council_holds_one_meeting_at_a_time(self) -> None:
        held: list[tuple[datetime, datetime]] = []
        for meeting in self.meetings:
            begun = None
            for event in self.events_of(meeting):
                match event:
                    case events.MeetingOpened(opened=begun):
                        held.append((begun, begun))  # when it ends is not known yet
                    case events.MeetingClosed(closed=end) | events.MeetingAdjourned(adjourned=end) if begun:
                        held[-1] = (begun, end)
        assert all(end <= begins for (_, end), (begins, _) in pairwise(sorted(held)))
        assert sum(isinstance(self.meeting_of(meeting), room.Open) for meeting in self.meetings) <= 1

    @invariant()
    def nothing_is_decided_without_the_quorum_that_the_rules_of_its_day_ask_for(self) -> None:
        for case in CASES:
            for up, decision in decided_on(self.events_of(case)):
                if up is None:
                    assert (decision.seats, decision.votes, decision.meeting) == (0, (), None)
                    continue
                (opened,) = [each for each in self.events_of(up.meeting) if isinstance(each, events.MeetingOpened)]
                assert (decision.seats, up.rules) == (opened.seats, opened.rules)
                assert decision.present is not None
                assert 1 <= len(decision.votes) <= decision.present <= decision.seats == up.seats
                taking_part = {
                    Quorum.HALF_VOTED: len(decision.votes),
                    Quorum.HALF_PRESENT: decision.present,
                    Quorum.NONE: decision.seats,
                }
                assert 2 * taking_part[up.rules.quorum] >= decision.seats

    @invariant()
    def a_decision_is_what_its_votes_say_by_the_rules_of_its_day(self) -> None:
        for case in CASES:
            for up, decision in decided_on(self.events_of(case)):
                if up is None:
                    continue
                votes = Counter(record.vote for record in decision.votes)
                wanted, other = ("against", "for") if decision.outcome is Outcome.DECLINED else ("for", "against")
                chair = {record.member: record.vote for record in decision.votes}.get(str(decision.chair))
                assert decision.unanimous == (not votes[other])
                assert votes[wanted] >= votes[other]
                if up.rules.majority is Majority.CONSENSUS:
                    assert decision.unanimous
                if votes[wanted] > votes[other]:
                    assert decision.tie_broken_by is None
                elif up.rules.tie is Tie.FALLS:
                    assert wanted == "against"
                else:
                    assert (chair, decision.tie_broken_by) == (wanted, decision.chair)

    @invariant()
    def whoever_votes_holds_a_voting_seat_or_sits_in_one_and_no_seat_votes_twice(self) -> None:
        for case in CASES:
            there: dict[str, events.Substitution | None] = {}
            for event in self.events_of(case):
                match event:
                    case events.CaseTakenUp() | events.FloorChanged():
                        there = dict.fromkeys(event.voters)
                        there |= {pair.substitute: pair for pair in event.substitutions if pair.substitute in there}
                        there |= {pair.substitute: pair for pair in getattr(event, "called_in", ())}
                    case events.SubstituteCalledIn():
                        there[event.substitute] = event.pair()
                    case events.VoteCast():
                        assert event.member in there
                        assert event.seat == there[event.member]
                    case events.CouncilDecided(by_leader=None):
                        seats = [record.instead_of or record.vacancy or record.member for record in event.votes]
                        assert len(set(seats)) == len(seats)
            for up, decision in decided_on(self.events_of(case)):
                voted = {record.member for record in decision.votes}
                assert "ror" not in voted or (up is not None and up.rules.ror_votes)

    @invariant()
    def the_council_is_told_once_of_what_was_decided_alone(self) -> None:
        alone = [case for case in CASES for _, each in decided_on(self.events_of(case)) if each.by_leader]
        listed = self.events_of(unreported_id(COUNCIL))
        made = {event.case: event.made for event in listed if isinstance(event, events.LeaderDecisionMade)}
        told = [event for event in listed if isinstance(event, events.LeaderDecisionReported)]
        assert sorted(made) == sorted(alone)
        assert len({event.case for event in told}) == len(told)
        assert {event.case for event in told} <= set(made)

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
                        assert event.chair not in kept_out
                        assert set(event.recused) == kept_out
                        assert {each.member for each in event.recusals if each.recused} == kept_out

    @invariant()
    def no_party_decides_unnoticed(self) -> None:
        for case in CASES:
            state = self.state_of(case)
            if isinstance(state, TakenUp):
                asked = {member for member, _ in state.dossier.questions}
                assert not state.dossier.parties & set(state.voters()) - asked

    @invariant()
    def nothing_changes_after_the_decision(self) -> None:
        for case in CASES:
            ended = False
            for event in self.events_of(case):
                if isinstance(event, events.CaseReopened):
                    assert ended
                    ended = False
                elif ended:
                    assert isinstance(event, AFTERWARDS)
                elif isinstance(event, events.CouncilDecided):
                    ended = event.outcome in CLOSING
                else:
                    ended = isinstance(event, events.CaseWithdrawn | events.ReopeningWithdrawn)

    @invariant()
    def one_decision_holds_and_each_later_one_points_to_the_one_it_puts_right(self) -> None:
        for case in CASES:
            held: UUID | None = None
            for kept in self.record.history(case):
                if isinstance(kept.data, events.CouncilDecided) and kept.data.outcome in CLOSING:
                    assert kept.data.corrects == held
                    held = kept.id

    @invariant()
    def only_what_is_brought_in_goes_on_and_an_edition_rests_on_a_decision_of_its_own(self) -> None:
        matters = {case: self.events_of(case)[0].matter for case in CASES if self.events_of(case)}
        for case, matter in matters.items():
            for _, decision in decided_on(self.events_of(case)):
                assert not (matter and decision.goes_on)
                assert (decision.outcome is not Outcome.ADOPTED) or matter
        editions = [event for event in self.events_of(COUNCIL) if isinstance(event, events.MandateAdopted)]
        assert [edition.edition for edition in editions] == list(range(1, len(editions) + 1))
        assert all(edition.in_force >= edition.adopted for edition in editions[1:])
        borne = [edition.decision for edition in editions if edition.case]
        assert len(set(borne)) == len(borne)
        made = {kept.id: kept.data for case in CASES for kept in self.record.history(case)}
        assert all(made[each].outcome in YES for each in borne if each)  # type: ignore[attr-defined]

    @invariant()
    def an_edition_is_withdrawn_once_by_the_decision_that_says_otherwise_and_by_no_other(self) -> None:
        said = self.events_of(COUNCIL)
        ended = [(event.edition, event.decision) for event in said if isinstance(event, events.MandateWithdrawn)]
        expected = []
        for edition in (event for event in said if isinstance(event, events.MandateAdopted) and event.case):
            history = self.record.history(edition.case)
            since = next(place for place, kept in enumerate(history) if kept.id == edition.decision)
            noes = (
                kept.id
                for kept in history[since:]
                if isinstance(kept.data, events.CouncilDecided) and kept.data.outcome in CLOSING - YES
            )
            expected += [(edition.edition, no) for no in list(noes)[:1]]
        assert sorted(ended) == sorted(expected)

    @invariant()
    def what_is_exempt_is_not_written_in_the_clear_from_then_on(self) -> None:
        for case in CASES:
            exempt: tuple[Exempt, ...] = ()
            for event in self.events_of(case):
                if isinstance(event, CaseExempted | CaseOpenedToPublic):
                    exempt = publicity.after(exempt, event)
                elif ground_of(Part.REASONS, exempt):
                    assert REASONS not in {getattr(event, "reasons", None), getattr(event, "text", None)}

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


TestAnyCouncil = Holding.TestCase
TestAnyCouncil.settings = settings(
    max_examples=settings.default.max_examples // 3, stateful_step_count=50, deadline=None
)
