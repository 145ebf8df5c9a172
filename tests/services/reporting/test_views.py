"""What the views tell of a year in Romsdal."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from contracts.events.council import (
    Addressee,
    CaseCarriedOver,
    CaseReopened,
    CouncilEstablished,
    Ground,
    LeaderDecisionReported,
    MandateWithdrawn,
    Raised,
    Referral,
    ReopeningWithdrawn,
    SubstituteSeated,
)
from contracts.events.intake import Kind
from contracts.publicity import Part
from contracts.queries.reporting import Coordination, CouncilHistory, Kpis, Portfolio, State
from contracts.ruleset import RuleSet
from runtime.declaration import Scope
from runtime.projector import Projector
from services.reporting.views import TOLD, VIEWS
from tests.services.reporting.story import Story, exempted, ident, year

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.envelope import Recorded

NOW = datetime(2026, 12, 1, tzinfo=UTC)
EVERYBODY = Scope(own=frozenset({"molde", "aukra", "rauma"}))
ROR = Scope(own=frozenset({"ror"}), others=frozenset({"molde", "aukra", "rauma"}))


@pytest.fixture(scope="module")
def projector() -> Iterator[Projector]:
    opened = over(year().events)
    yield opened
    opened.close()


def over(events: list[Recorded[Any]]) -> Projector:
    opened = Projector("sqlite://", VIEWS, clock=lambda: NOW)
    opened.apply(events)
    return opened


def ask(projector: Projector, query: Any, scope: Scope = EVERYBODY) -> Any:
    view, tell = TOLD[type(query)]
    with projector.read(view) as reader:
        return tell(reader, query, scope)


def state_on(projector: Projector, day: str, title: str = "Robot i heimetenesta") -> State:
    told = ask(projector, Coordination(as_of=date.fromisoformat(day)))
    return next(idea.state for idea in told.ideas if idea.title == title)


# --- coordination


@pytest.mark.parametrize(
    ("day", "state"),
    [
        ("2026-01-10", State.SUBMITTED),
        ("2026-01-11", State.CLARIFYING),
        ("2026-01-13", State.SUBMITTED),
        ("2026-01-15", State.REFERRED),
        ("2026-01-20", State.TABLED),
        ("2026-02-01", State.DEFERRED),
        ("2026-02-19", State.DECIDED),
        ("2026-02-20", State.STARTED),
        ("2026-04-01", State.FOLLOWED_UP),
        ("2026-09-15", State.BENEFIT_REALISED),
    ],
)
def test_an_idea_is_in_the_state_of_the_day_asked_for(projector: Projector, day: str, state: State) -> None:
    assert state_on(projector, day) is state


def test_a_case_that_its_meeting_did_not_reach_is_tabled_no_more() -> None:
    told = Story()
    idea = told.submit("molde", "2026-01-10", "Robot i heimetenesta")
    case = told.refer("molde", "2026-01-11", idea, "Robot i heimetenesta", "PS-1/26")
    meeting = told.table("molde", "2026-01-12", case, "PS-1/26")
    told.tell(
        "molde",
        "2026-02-01",
        CaseCarriedOver(council=ident("council", "molde"), case=case, meeting=meeting, quorate=False),
    )
    projector = over(told.events)
    assert state_on(projector, "2026-01-31") is State.TABLED
    assert state_on(projector, "2026-02-01") is State.REFERRED
    projector.close()


def test_an_idea_whose_case_was_reopened_is_before_the_council_again() -> None:
    told = Story()
    idea = told.submit("molde", "2026-01-10", "Robot i heimetenesta")
    case = told.refer("molde", "2026-01-11", idea, "Robot i heimetenesta", "PS-1/26")
    decision = told.decide("molde", "2026-02-01", case, "declined", idea=idea)
    again = {"decision": decision.id, "reopened": date(2026, 3, 1), "reasons": "Nye opplysninger."}
    told.tell("molde", "2026-03-01", CaseReopened(council=ident("council", "molde"), case=case, **again))
    told.table("molde", "2026-03-10", case, "PS-1/26")
    told.decide("molde", "2026-04-01", case, "declined", idea=idea, corrects=decision.id)
    projector = over(told.events)
    days = ("2026-02-28", "2026-03-01", "2026-03-10", "2026-04-01")
    assert [state_on(projector, day) for day in days] == [
        State.DECIDED,
        State.REFERRED,
        State.TABLED,
        State.DECIDED,
    ]
    projector.close()


def test_an_idea_whose_case_was_reopened_and_left_is_decided() -> None:
    told = Story()
    idea = told.submit("molde", "2026-01-10", "Robot i heimetenesta")
    case = told.refer("molde", "2026-01-11", idea, "Robot i heimetenesta", "PS-1/26")
    decision = told.decide("molde", "2026-02-01", case, "declined", idea=idea)
    about = {"council": ident("council", "molde"), "case": case, "decision": decision.id}
    told.tell("molde", "2026-03-01", CaseReopened(**about, reopened=date(2026, 3, 1), reasons="Nytt."))
    told.tell("molde", "2026-03-09", ReopeningWithdrawn(**about, withdrawn=date(2026, 3, 9)))
    projector = over(told.events)
    assert [state_on(projector, day) for day in ("2026-03-08", "2026-03-09")] == [State.REFERRED, State.DECIDED]
    projector.close()


def test_an_idea_shows_by_the_public_title_of_its_case_where_that_is_exempt() -> None:
    told = Story()
    idea = told.submit("molde", "2026-01-10", "Naboen i Storgata")
    case = told.refer("molde", "2026-01-11", idea, "Naboen i Storgata", "PS-1/26")
    told.tell("molde", "2026-01-12", exempted(case, Part.TITLE))
    projector = over(told.events)
    for scope in (EVERYBODY, ROR):
        assert [row.title for row in ask(projector, Coordination(), scope).ideas] == ["Sak om en nabo"]
    projector.close()


def test_waiting_runs_from_submission_to_the_decision_that_ends_it_r10(projector: Projector) -> None:
    told = {idea.title: idea for idea in ask(projector, Coordination()).ideas}
    assert (told["Robot i heimetenesta"].waiting, told["Robot i heimetenesta"].waiting_days) == (False, 40)
    waiting = told["Heimeteneste med robot"]
    assert (waiting.waiting, waiting.waiting_days) == (True, (NOW.date() - date(2026, 1, 12)).days)
    then = ask(projector, Coordination(as_of=date(2026, 1, 12), municipality="aukra")).ideas[0]
    assert (then.waiting, then.waiting_days) == (True, 0)


@pytest.mark.requirement("R11", "R12")
def test_the_course_the_council_chose_is_shown_with_the_idea(projector: Projector) -> None:
    robot = next(idea for idea in ask(projector, Coordination()).ideas if idea.municipality == "molde")
    assert (robot.number, robot.outcome, robot.form) == ("PS-1/26", "approved", "experiment")
    assert (robot.route, robot.strength, robot.responsible, robot.phase) == ("pilot", "should", "kari", "innsikt")


@pytest.mark.requirement("R7")
def test_linked_needs_of_several_municipalities_are_one_group(projector: Projector) -> None:
    (group,) = ask(projector, Coordination()).needs
    assert group.municipalities == ("aukra", "molde")
    assert group.titles == ("Heimeteneste med robot", "Robot i heimetenesta")
    assert ask(projector, Coordination(as_of=date(2026, 1, 13))).needs == ()


@pytest.mark.requirement("R7")
def test_a_title_for_its_own_municipality_does_not_cross_r7(projector: Projector) -> None:
    told = ask(projector, Coordination(), ROR)
    titles = {idea.municipality: idea.title for idea in told.ideas}
    assert titles == {"molde": "Robot i heimetenesta", "rauma": "Drone over Trollstigen"}
    counts = {one.municipality: one.submitted for one in told.municipalities}
    assert counts == {"aukra": 0, "molde": 1, "rauma": 1, "ror": 0}
    assert told.total == 2
    assert {idea.responsible for idea in told.ideas} == {None}
    assert told.needs[0].titles == ("Robot i heimetenesta",)
    assert [idea.title for idea in ask(projector, Coordination(), Scope(own=frozenset({"rauma"}))).ideas] == [
        "Drone over Trollstigen"
    ]


def test_counts_are_by_municipality_and_zero_is_zero(projector: Projector) -> None:
    counts = {each.municipality: each for each in ask(projector, Coordination()).municipalities}
    assert counts["molde"].by_kind == {Kind.IDEA: 0, Kind.NEED: 1, Kind.WISH: 0}
    molde = counts["molde"]
    assert (molde.submitted, molde.waiting, molde.decided, molde.running) == (1, 0, 1, 1)
    assert (molde.benefits_planned, molde.benefits_realised, molde.stopped_with_lesson) == (1, 1, 0)
    assert (counts["rauma"].stopped_with_lesson, counts["rauma"].running, counts["rauma"].decided) == (1, 0, 0)
    assert (counts["aukra"].waiting, counts["aukra"].submitted) == (1, 1)


def test_a_part_of_the_ideas_comes_with_the_counts_of_all(projector: Projector) -> None:
    told = ask(projector, Coordination(limit=1, offset=1))
    assert [idea.municipality for idea in told.ideas] == ["molde"]
    assert (told.total, len(told.municipalities)) == (3, 3)


# --- council history


def test_the_history_holds_mandates_composition_meetings_and_cases(projector: Projector) -> None:
    (council,) = ask(projector, CouncilHistory(municipality="molde")).councils
    assert [edition.edition for edition in council.mandates] == [1, 2]
    assert {seat.member: (seat.until, seat.sits) for seat in council.seats} == {
        "ada": (None, True),
        "bo": (date(2026, 4, 30), False),
        "ror": (None, True),
    }
    assert [(seat.member, seat.voting) for seat in council.seats if seat.ror] == [("ror", False)]
    assert [(office.office, office.member, office.holds) for office in council.offices] == [("leader", "ada", True)]
    (meeting,) = council.meetings
    assert (meeting.state, meeting.present, meeting.absent) == ("closed", ("ada", "bo"), ("ror",))
    assert [(move.what, move.member) for move in meeting.movements] == [("left", "bo")]
    (case,) = council.cases
    assert (case.number, case.meetings, case.recusals[0].member) == ("PS-1/26", (meeting.meeting,), "bo")
    assert [decision.outcome for decision in case.decisions] == ["deferred", "approved"]
    assert [(vote.member, vote.vote) for vote in case.decisions[1].votes] == [("ada", "for")]
    assert case.decisions[1].priorities == ("Bu heime",)


def test_a_case_that_is_exempt_as_a_whole_tells_neither_to_whom_it_is_handed_on_nor_why_somebody_is_recused() -> None:
    told = year()
    case = ident("case", ident("molde", "Robot i heimetenesta"))
    whom = Referral(to=Addressee.LINE, whom="Barnevernet, for naboen")
    told.decide("molde", "2026-11-01", case, "referred", referral=whom)
    for public in (True, False):
        if not public:
            told.tell("molde", "2026-11-02", exempted(case, Part.CASE))
        projector = over(told.events)
        (known,) = ask(projector, CouncilHistory(municipality="molde")).councils[0].cases
        projector.close()
        shown = (known.decisions[-1].referral, known.recusals[0].ground, known.recusals[0].how)
        assert shown == ((whom, Ground.KIN, Raised.DECLARED) if public else (None, None, None))


def test_a_substitute_who_sat_there_from_the_start_counts_for_the_quorum_of_the_meeting() -> None:
    told, council, meeting = year(), ident("council", "molde"), ident("meeting", "molde", "2026-01-20")
    seat = {"council": council, "meeting": meeting, "instead_of": "bo"}
    for quorate in (False, None):
        told.tell("molde", "2026-02-01", SubstituteSeated(**seat, substitute="stig", quorate=quorate))
        projector = over(told.events)
        (known,) = ask(projector, CouncilHistory(municipality="molde")).councils[0].meetings
        projector.close()
        assert known.quorate is False


def test_a_decision_of_the_leader_alone_tells_when_the_council_was_told_and_to_others_not_by_whom() -> None:
    told = Story()
    idea = told.submit("molde", "2026-01-10", "Tilskot")
    case = told.refer("molde", "2026-01-11", idea, "Tilskot", "PS-1/26")
    council = ident("council", "molde")
    established = CouncilEstablished(council=council, tenant="molde", name="Rådet", established=date(2026, 1, 1))
    told.tell("molde", "2026-01-11", established)
    told.decide("molde", "2026-01-12", case, "declined", by_leader="ada", seats=0)
    meeting = ident("meeting", "molde", "februar")
    moment = datetime(2026, 2, 4, 9, 0, tzinfo=UTC)
    reported = {"council": council, "case": case, "number": "PS-1/26", "meeting": meeting, "reported": moment}
    told.tell("molde", "2026-02-04", LeaderDecisionReported(**reported))
    projector = over(told.events)
    for query, scope, by, to in (
        (CouncilHistory(), EVERYBODY, "ada", meeting),
        (CouncilHistory(), ROR, None, meeting),
        (CouncilHistory(as_of=date(2026, 2, 3)), EVERYBODY, "ada", None),
    ):
        (decision,) = ask(projector, query, scope).councils[0].cases[0].decisions
        assert (decision.by_leader, decision.reported) == (by, to)
    projector.close()


@pytest.mark.requirement("R19")
def test_an_edition_that_was_taken_back_says_so_from_that_day_and_the_one_before_holds_again() -> None:
    told, council = year(), ident("council", "molde")
    rests = {"council": council, "case": ident("mandate")}
    adopted = told.events[[event.name for event in told.events].index("MandateAdopted")].data
    votes = {"edition": 3, "in_force": date(2026, 8, 1), "rules": RuleSet(ror_votes=True)}
    told.tell("molde", "2026-08-01", adopted.model_copy(update=rests | votes))
    ended = {"edition": 3, "withdrawn": date(2026, 9, 1), "decision": ident("decision")}
    told.tell("molde", "2026-09-02", MandateWithdrawn(**rests, **ended))
    projector = over(told.events)
    for day, votes_then, withdrawn in (
        (date(2026, 7, 31), False, None),
        (date(2026, 8, 31), True, None),
        (date(2026, 9, 1), False, date(2026, 9, 1)),
        (None, False, date(2026, 9, 1)),
    ):
        (shown,) = ask(projector, CouncilHistory(as_of=day, municipality="molde")).councils
        assert [seat.voting for seat in shown.seats if seat.ror] == [votes_then]
        assert [edition.withdrawn for edition in shown.mandates if edition.edition == 3] == [withdrawn]
    projector.close()


@pytest.mark.requirement("R19")
def test_the_history_as_of_a_day_holds_what_was_so_then(projector: Projector) -> None:
    (council,) = ask(projector, CouncilHistory(as_of=date(2026, 1, 25))).councils
    assert [edition.edition for edition in council.mandates] == [1]
    assert all(seat.sits for seat in council.seats)
    assert (council.meetings[0].state, council.meetings[0].present) == ("called", ())
    assert (council.cases[0].decisions, council.cases[0].recusals) == ((), ())


def test_a_case_of_another_municipality_without_network_visibility_leaves_no_trace() -> None:
    told = Story()
    idea = told.submit("molde", "2026-01-10", "Hemmeleg", visibility="own")
    case = told.refer("molde", "2026-01-11", idea, "Hemmeleg", "PS-1/26", visibility="own")
    told.decide("molde", "2026-01-12", case, "declined", visibility="own", title="Hemmeleg")
    established = CouncilEstablished(
        council=ident("council", "molde"), tenant="molde", name="Rådet", established=date(2026, 1, 1)
    )
    told.tell("molde", "2026-01-13", established)
    projector = over(told.events)
    answer = ask(projector, CouncilHistory(), ROR)
    assert answer.councils[0].cases == ()
    assert str(case) not in answer.model_dump_json()
    assert "Hemmeleg" not in answer.model_dump_json()
    assert "behovet" not in answer.model_dump_json()
    assert "Hemmeleg" in ask(projector, CouncilHistory()).model_dump_json()
    projector.close()


def test_counts_of_another_municipality_are_of_what_may_be_seen_of_it_r7() -> None:
    told = Story()
    for visibility in ("own", "network"):
        idea = told.submit("molde", "2026-01-10", visibility, visibility=visibility)
        case = told.refer("molde", "2026-01-11", idea, visibility, f"PS-{len(visibility)}/26", visibility=visibility)
        told.decide("molde", "2026-01-12", case, "declined", visibility=visibility, title=visibility)
    projector = over(told.events)
    for scope, submitted in ((EVERYBODY, 2), (ROR, 1)):
        (molde,) = (m for m in ask(projector, Coordination(), scope).municipalities if m.municipality == "molde")
        assert (molde.submitted, molde.decided) == (submitted, submitted)
    projector.close()


@pytest.mark.requirement("R7")
def test_what_runs_elsewhere_is_told_without_persons_and_kpis_are_not_told_r7(projector: Projector) -> None:
    ours, elsewhere = ask(projector, Portfolio()), ask(projector, Portfolio(), ROR)
    assert any(activity.responsible for activity in ours.activities)
    assert elsewhere.activities
    assert {activity.responsible for activity in elsewhere.activities} == {None}
    assert ask(projector, Kpis()).kpis
    assert ask(projector, Kpis(), ROR).kpis == ()


@pytest.mark.requirement("R7")
def test_another_council_is_told_of_without_persons_r7(projector: Projector) -> None:
    (ours,), (elsewhere,) = (ask(projector, CouncilHistory(), scope).councils for scope in (EVERYBODY, ROR))
    assert (elsewhere.mandates, elsewhere.name) == (ours.mandates, ours.name)
    assert [case.number for case in elsewhere.cases] == [case.number for case in ours.cases]
    persons = {seat.member for seat in ours.seats}
    assert persons
    told = elsewhere.model_dump_json()
    assert not [person for person in persons if f'"{person}"' in told]


# --- portfolio


@pytest.mark.requirement("R13", "R18")
def test_an_activity_shows_phase_lights_and_how_far_its_benefits_are(projector: Projector) -> None:
    (activity,) = ask(projector, Portfolio(municipality="molde")).activities
    assert (activity.state, activity.phase, activity.responsible) == ("running", "innsikt", "kari")
    assert (activity.status.risk, activity.status.on) == ("red", date(2026, 4, 1))
    (benefit,) = activity.benefits
    assert (benefit.value, benefit.achieved, benefit.overdue) == (Decimal(70), Decimal("0.75"), False)
    assert activity.late


@pytest.mark.requirement("R13")
def test_an_activity_is_late_only_after_its_deadline(projector: Projector) -> None:
    assert not ask(projector, Portfolio(municipality="molde", as_of=date(2026, 9, 1))).activities[0].late
    assert ask(projector, Portfolio(municipality="molde", as_of=date(2026, 9, 2))).activities[0].late
    assert ask(projector, Portfolio(municipality="molde", as_of=date(2026, 3, 1))).activities[0].status is None


@pytest.mark.requirement("R42")
def test_stopping_shows_the_lesson_r42(projector: Projector) -> None:
    (stopped,) = ask(projector, Portfolio(municipality="rauma")).activities
    assert (stopped.state, stopped.ended, stopped.lesson) == ("stopped", date(2026, 3, 10), "Fly lågare")
    (running,) = ask(projector, Portfolio(municipality="rauma", as_of=date(2026, 3, 9))).activities
    assert (running.state, running.ended, running.lesson) == ("running", None, None)


# --- KPIs


def test_a_correction_wins_and_zero_is_a_value(projector: Projector) -> None:
    (kpi,) = ask(projector, Kpis()).kpis
    assert [(value.period, value.value, value.change) for value in kpi.values] == [
        ("2026-Q1", Decimal(9), None),
        ("2026-Q2", Decimal(0), "better"),
        ("2026-Q3", Decimal("1.5"), "worse"),
    ]
    assert (kpi.values[0].was, kpi.values[0].reason, kpi.reached) == (Decimal("9.5"), "Feil", False)
    (then,) = ask(projector, Kpis(as_of=date(2026, 6, 30))).kpis
    assert (len(then.values), then.reached) == (2, True)


def test_every_answer_says_from_which_record_it_is(projector: Projector) -> None:
    for query in (Coordination(), CouncilHistory(), Portfolio(), Kpis()):
        answer = ask(projector, query)
        assert set(answer.positions) == {"intake", "council", "portfolio", "reporting"}
        assert not answer.provisional
        assert type(answer).model_validate_json(answer.model_dump_json()) == answer
