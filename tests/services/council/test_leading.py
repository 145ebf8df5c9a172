"""The leader decides alone between meetings where the mandate lets them, and the next meeting is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Role
from contracts.commands import council as do
from contracts.commands.minutes import ExemptFromPublicity
from contracts.events import council as events
from contracts.events.council import Matter, Outcome
from contracts.events.minutes import CaseExempted
from contracts.identity import derive
from contracts.minutes import Minutes
from contracts.publicity import ExemptionGround, Part
from contracts.queries.minutes import DraftMinutes
from contracts.refusals import Refused
from contracts.ruleset import FORMS, RuleSet
from services.council.domain import refusals
from services.council.domain.assessing_refusals import ImmatureTechnology
from services.council.domain.leading import AsLeader, Report, Unreported, keep, kept, must_be_told
from services.council.domain.roll import Roll
from services.council.domain.room import Called, Open, Over, Sitting
from services.council.domain.session import Session
from tests.services.council.desk import AtTheDesk, body
from tests.services.council.given import (
    ADA,
    AT,
    BO,
    CAN,
    CASE,
    COUNCIL,
    DAY,
    LATER,
    MEETING,
    OPENED,
    TABLED,
    decided,
    given,
    raised,
    recused,
    then,
    up,
    when,
)
from tests.services.council.preparing import prepared, solution
from tests.services.council.town import START

if TYPE_CHECKING:
    from datetime import datetime

    from tests.services.council.town import Town

REASONS = "Fristen for tilskotet er i morgon."
SECOND = timedelta(seconds=1)
BEFORE = AT - timedelta(days=3)
CALLED = Called(COUNCIL, MEETING, AT, "Rådhuset", remote=False, agenda=(), call=None)
OPEN = Open(CALLED, Sitting(AT, ADA, (ADA, BO), (ADA, BO), quorate=True))
FIELDS: dict[str, Any] = {"form": "experiment", "priorities": ("Trygge tenester",), "responsible": BO}


def alone(case: Any = CASE, at: datetime = AT, **changes: Any) -> do.DecideAsLeader:
    said = {"outcome": Outcome.APPROVED, "reasons": REASONS, **FIELDS}
    return do.DecideAsLeader(at=at, case=case, **{**said, **changes})


def declined(**changes: Any) -> do.DecideAsLeader:
    return do.DecideAsLeader(at=AT, case=CASE, outcome=Outcome.DECLINED, reasons="Finst alt.", **changes)


def roll(leader: str | None = ADA, deputy: str | None = None, *, decides: bool = True, **rules: Any) -> Roll:
    people = (ADA, BO, CAN)
    return Roll(DAY, RuleSet(leader_decides=decides, **rules), 3, people, people, (), leader, deputy)


def asked(command: do.DecideAsLeader | None = None, by: str = ADA, **sits: Any) -> AsLeader:
    return AsLeader(command or alone(), by, roll(**sits))


def no(state: Any, command: Any) -> tuple[str, dict[str, Any]]:
    with pytest.raises(Refused) as refused:
        when(state, command)
    told = refused.value.on_the_wire()
    return told.rule, told.facts


# --- the decision


@pytest.mark.parametrize("history", [(OPENED,), (OPENED, TABLED)])
def test_the_leader_decides_a_case_that_waits_or_is_on_an_agenda_without_a_meeting_or_a_vote(history: Any) -> None:
    decision = decided(given(*history), asked())
    assert (decision.by_leader, decision.decided, decision.outcome) == (ADA, DAY, Outcome.APPROVED)
    assert (decision.meeting, decision.chair, decision.votes, decision.seats) == (None, None, (), 0)
    assert (decision.form, decision.responsible, decision.reasons) == ("experiment", BO, REASONS)
    assert decision.goes_on  # the portfolio starts it as any other
    assert then(given(*history), [decision]).dossier.meetings == frozenset()


def test_a_decision_of_the_leader_names_its_idea_its_moment_and_the_days_until_the_first_report() -> None:
    idea = derive("idea", 7)
    decision = decided(given(OPENED.model_copy(update={"idea": idea})), asked(report_days=90))
    assert (decision.idea, decision.made, decision.report_days) == (idea, AT, 90)


def test_the_same_decision_again_is_nothing_new_and_another_meets_a_closed_case() -> None:
    state = then(given(OPENED), when(given(OPENED), asked()))
    assert when(state, asked()) == []
    assert no(state, asked(declined())) == ("CaseClosed", {"number": "PS-3/26"})


def test_what_is_up_in_a_meeting_is_decided_there() -> None:
    facts = {"number": "PS-3/26", "meeting": str(MEETING)}
    assert no(given(*up(ADA, BO)), asked()) == ("CaseTakenUpElsewhere", facts)


def while_open(*sessions: Session, at: datetime = AT) -> AsLeader:
    return replace(asked(alone(at=at)), sessions=sessions)


@pytest.mark.parametrize(
    ("opened", "ended", "open_then"),
    [
        (AT, None, True),
        (AT, AT + SECOND, True),
        (AT - SECOND, AT + SECOND, True),
        (AT - SECOND, AT, False),
        (AT, AT, False),
        (AT + SECOND, None, False),
    ],
)
def test_the_leader_decides_nothing_alone_while_the_council_meets_though_the_meeting_is_over_now(
    opened: datetime, ended: datetime | None, *, open_then: bool
) -> None:
    """A case that waits, whichever meeting it is; the last of several counts as the first does."""
    state, facts = given(OPENED), {"number": "PS-3/26", "meeting": str(LATER)}
    assert Session(LATER, opened, ended).at(AT) is open_then
    asking = while_open(Session(MEETING, BEFORE, BEFORE + SECOND), Session(LATER, opened, ended))
    if open_then:
        assert no(state, asking) == ("InSession", facts)
    else:
        assert decided(state, asking).by_leader == ADA


def test_what_an_open_meeting_has_or_has_had_up_is_not_decided_alone_as_if_before_it_opened() -> None:
    late, facts = Session(MEETING, AT + SECOND), {"number": "PS-3/26", "meeting": str(MEETING)}
    deferred = given(*up(ADA, BO), carried_over())
    for state in (given(OPENED, TABLED), deferred):
        assert no(state, while_open(late)) == ("InSession", facts)
        assert decided(state, while_open(replace(late, meeting=LATER))).by_leader == ADA


def test_a_decision_of_the_leader_is_on_record_before_the_next_meeting_is_over() -> None:
    """Else the meeting that was to be told of it would have been got round (ADR 39)."""
    ended = AT + 2 * SECOND
    over, going_on = Session(LATER, AT + SECOND, ended), Session(MEETING, AT + 3 * SECOND)
    for state in (given(OPENED), given(OPENED, TABLED)):
        told = no(state, while_open(over))
        assert told == ("MetSince", {"number": "PS-3/26", "meeting": str(LATER), "ended": over_at(ended)})
        assert no(state, while_open(Session(MEETING, BEFORE, AT), over))[0] == "MetSince"
        assert decided(state, while_open(over, at=ended)).by_leader == ADA
    assert no(given(OPENED, TABLED), while_open(over, going_on))[0] == "InSession"


def over_at(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def test_a_decision_of_the_leader_told_again_while_a_meeting_is_open_is_nothing_new() -> None:
    state = given(OPENED, TABLED)
    assert when(then(state, when(state, asked())), while_open(Session(MEETING, AT))) == []


def test_the_leader_decides_alone_only_where_the_rules_of_the_day_say_so() -> None:
    told = {"number": "PS-3/26", "day": "2026-03-04"}
    assert RuleSet().leader_decides is False
    assert no(given(OPENED), asked(decides=False)) == ("LeaderDoesNotDecide", told)


@pytest.mark.parametrize(
    ("by", "leader", "deputy", "may"),
    [
        (ADA, ADA, BO, ADA),
        (BO, ADA, BO, ADA),
        (BO, None, BO, BO),
        (CAN, None, BO, BO),
        (ADA, None, BO, BO),
    ],
)
def test_the_deputy_decides_only_when_nobody_leads(by: Any, leader: Any, deputy: Any, may: Any) -> None:
    command = asked(by=by, leader=leader, deputy=deputy)
    if by == may:
        assert decided(given(OPENED), command).by_leader == may
    else:
        told = {"person": by, "leader": may, "day": "2026-03-04"}
        assert no(given(OPENED), command) == ("NotLeader", told)


def test_nobody_decides_alone_in_a_council_that_nobody_leads() -> None:
    assert no(given(OPENED), asked(leader=None)) == ("NobodyLeads", {"day": "2026-03-04"})


def test_a_leader_who_is_recused_does_not_decide_alone() -> None:
    """Forvaltningsloven § 6."""
    assert no(given(OPENED, *recused(ADA)[:1]), asked())[0] == "RecusalUndecided"
    state = given(*up(ADA, BO), *recused(ADA), carried_over())
    assert no(state, asked()) == ("Recused", {"member": ADA, "ground": "kin"})
    of_another = decided(given(*up(ADA, BO), *recused(BO), carried_over()), asked())
    assert of_another.recused == (BO,)
    assert [(each.member, each.recused, each.found) for each in of_another.recusals] == [(BO, True, AT)]


def carried_over() -> events.CaseCarriedOver:
    return events.CaseCarriedOver(council=COUNCIL, case=CASE, meeting=MEETING, quorate=True)


def test_a_leader_of_whom_it_is_a_question_does_not_decide_alone_and_of_another_it_does_not_matter() -> None:
    assert no(given(OPENED, raised(ADA)), asked()) == ("RecusalUndecided", {"number": "PS-3/26", "members": [ADA]})
    assert decided(given(OPENED, raised(BO)), asked()).by_leader == ADA


def test_a_leader_who_is_a_party_or_submitted_the_idea_does_not_decide_alone() -> None:
    named = events.PartyNamed(council=COUNCIL, case=CASE, party=ADA)
    told = ("LeaderIsParty", {"leader": ADA, "number": "PS-3/26"})
    assert no(given(OPENED, named), asked()) == told
    assert no(given(OPENED.model_copy(update={"person": ADA})), asked()) == told
    assert decided(given(OPENED.model_copy(update={"person": BO})), asked()).by_leader == ADA


@pytest.mark.requirement("R6", "R11", "R15")
@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"form": None}, ("DecisionIncomplete", {"outcome": "approved", "missing": ["form"]})),
        ({"priorities": ()}, ("DecisionIncomplete", {"outcome": "approved", "missing": ["priorities"]})),
        ({"responsible": None}, ("DecisionIncomplete", {"outcome": "approved", "missing": ["responsible"]})),
        ({"form": "hackathon"}, ("UnknownForm", {"form": "hackathon", "forms": list(FORMS), "form_names": []})),
        ({"strength": "shall"}, ("StrengthWithoutRoute", {"strength": "shall"})),
        (
            {"deadline": DAY - timedelta(days=1)},
            ("DeadlinePassed", {"deadline": "2026-03-03", "decided": "2026-03-04"}),
        ),
    ],
)
def test_a_decision_of_the_leader_says_what_the_council_s_own_must(changes: Any, told: Any) -> None:
    assert no(given(OPENED), asked(alone(**changes))) == told


def test_a_deadline_on_the_day_of_the_decision_is_in_time() -> None:
    assert decided(given(OPENED), asked(alone(deadline=DAY))).deadline == DAY


def test_the_council_alone_turns_round_what_has_been_decided() -> None:
    first = decided(given(OPENED), asked())
    reopened = events.CaseReopened(council=COUNCIL, case=CASE, decision=CASE, reopened=DAY, reasons="Feil kostnad.")
    state = given(OPENED, first, reopened)
    assert when(state, asked()) == []
    for anew in (declined(), alone(at=AT + timedelta(days=1))):
        assert no(state, asked(anew)) == ("DecisionStands", {"number": "PS-3/26"})


def test_exempt_reasons_are_sealed_in_the_leader_s_decision_too() -> None:
    exempt = CaseExempted(council=COUNCIL, case=CASE, parts=(Part.REASONS,), ground=ExemptionGround.PERSONAL)
    decision = decided(given(OPENED, exempt), asked())
    assert REASONS not in decision.reasons
    assert decision.sealed_reasons is not None
    assert decision.sealed_reasons.plain == REASONS


# --- what the next meeting is told

REPORT = do.ReportLeaderDecisions(at=AT, meeting=MEETING)


def made(at: datetime) -> events.LeaderDecisionMade:
    return events.LeaderDecisionMade(council=COUNCIL, case=CASE, number="PS-3/26", made=at)


def test_a_meeting_is_not_closed_before_it_has_been_told_of_what_was_decided_before_it_began() -> None:
    untold = kept(Unreported(COUNCIL), made(AT - SECOND))
    with pytest.raises(refusals.DecisionsUnreported) as refused:
        must_be_told(untold, OPEN)
    assert refused.value.facts == {"meeting": str(MEETING), "numbers": ["PS-3/26"]}
    must_be_told(kept(Unreported(COUNCIL), made(AT)), OPEN)  # made during the meeting: the next is told
    (reported,) = keep(untold, Report(REPORT, OPEN))
    assert reported == events.LeaderDecisionReported(
        council=COUNCIL, case=CASE, number="PS-3/26", meeting=MEETING, reported=AT
    )
    told = kept(untold, reported)
    must_be_told(told, OPEN)
    assert keep(told, Report(REPORT, OPEN)) == []


def test_what_was_decided_up_to_the_opening_is_told_also_when_the_meeting_opens_late() -> None:
    late = replace(OPEN, sitting=replace(OPEN.sitting, opened=AT + timedelta(minutes=20)))
    with pytest.raises(refusals.DecisionsUnreported):
        must_be_told(kept(Unreported(COUNCIL), made(AT + timedelta(minutes=10))), late)
    must_be_told(kept(Unreported(COUNCIL), made(late.sitting.opened)), late)


def test_only_an_open_meeting_is_told_and_only_of_what_has_been_decided() -> None:
    untold = kept(Unreported(COUNCIL), made(AT))
    with pytest.raises(refusals.MeetingNotOpen):
        keep(untold, Report(REPORT, CALLED))
    with pytest.raises(refusals.MeetingOver):
        keep(untold, Report(REPORT, Over(CALLED, OPEN.sitting)))
    assert len(keep(untold, Report(REPORT, OPEN))) == 1
    assert keep(kept(Unreported(COUNCIL), made(AT + SECOND)), Report(REPORT, OPEN)) == []


# --- at the doors


def opened_meeting(town: Town, *agenda: Any) -> Any:
    meeting = town.called(*agenda)
    town.send(do.OpenMeeting(at=AT, meeting=meeting, present=(ADA, BO)))
    return meeting


def test_what_the_leader_decides_is_shown_reported_and_in_the_minutes(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn", BEFORE)
    command = alone(case, BEFORE)
    molde.send(command, ADA, Role.LEADER)
    head = molde.ledger.head()
    molde.send(command, ADA, Role.LEADER)
    assert molde.ledger.head() == head
    shown = molde.case(case)
    assert (shown.status, shown.reported) == ("approved", None)
    assert [each.by_leader for each in shown.decisions] == [ADA]
    meeting = opened_meeting(molde)
    close = do.CloseMeeting(at=AT, meeting=meeting)
    with pytest.raises(refusals.DecisionsUnreported):
        molde.send(close)
    for _ in range(2):
        molde.send(do.ReportLeaderDecisions(at=AT, meeting=meeting))
        molde.send(close)
    assert (molde.case(case).reported, molde.meeting(meeting).reported) == (meeting, (case,))
    for public in (False, True):
        query = DraftMinutes(meeting=meeting, public=public, media_type="application/json")
        (entry,) = Minutes.model_validate_json(body(AtTheDesk(molde).ask(query))).reported
        assert (entry.number, entry.decision.outcome, entry.decision.reasons, entry.decided) == (
            *("PS-1/26", "approved", REASONS),
            BEFORE.date(),
        )
        assert entry.by is not None
        assert (entry.by.id, entry.by.name) == (ADA, "Ada Namn")


def test_no_decision_of_the_leader_slips_past_the_open_meeting_that_has_the_case(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn", BEFORE)
    meeting = opened_meeting(molde, case)
    with pytest.raises(refusals.InSession) as refused:
        molde.send(alone(case), ADA, Role.LEADER)
    assert refused.value.facts == {"number": "PS-1/26", "meeting": str(meeting)}
    molde.send(do.CloseMeeting(at=AT, meeting=meeting))
    molde.send(alone(case, AT + SECOND), ADA, Role.LEADER)
    assert molde.case(case).status == "approved"


def test_the_leader_does_not_overrule_the_council_in_the_meeting_that_put_the_case_off(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case, unheard, minute = molde.opened("nattilsyn", BEFORE), molde.opened("drone", BEFORE), timedelta(minutes=1)
    meeting = opened_meeting(molde, case)
    molde.send(do.TakeUpCase(at=AT, case=case, meeting=meeting))
    votes = tuple(do.Ballot(member=member, vote="for") for member in (ADA, BO))
    molde.send(do.DeferCase(at=AT + minute, case=case, reasons="Kostnaden må greiast ut.", votes=votes))
    ends = AT + 3 * minute
    for _ in ("while it is open", "when it is over"):
        for of in (case, unheard):
            with pytest.raises(refusals.InSession) as refused:
                molde.send(alone(of, AT + 2 * minute), ADA, Role.LEADER)
            assert refused.value.meeting == meeting
        molde.send(do.CloseMeeting(at=ends, meeting=meeting))
    for of in (case, unheard):
        molde.send(alone(of, ends), ADA, Role.LEADER)
        assert molde.case(of).status == "approved"


def test_no_other_councils_meeting_nor_one_that_never_opened_keeps_a_leader_from_deciding(
    molde: Town, aukra: Town
) -> None:
    for town in (molde, aukra):
        town.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn", BEFORE)
    opened_meeting(aukra)
    molde.send(do.AdjournMeeting(at=AT, meeting=molde.called(), reason="Uvêr"))
    molde.send(alone(case), ADA, Role.LEADER)
    assert molde.case(case).status == "approved"


def test_a_meeting_that_breaks_off_leaves_the_report_to_the_next(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn", BEFORE)
    molde.send(alone(case, BEFORE), ADA, Role.LEADER)
    meeting = opened_meeting(molde)
    molde.send(do.AdjournMeeting(at=AT, meeting=meeting, reason="Straumbrot"))
    assert molde.meeting(meeting).reported == ()
    later = AT + timedelta(days=7)
    following = molde.called(starts=later)
    molde.send(do.OpenMeeting(at=later, meeting=following, present=(ADA, BO)))
    molde.send(do.ReportLeaderDecisions(at=later, meeting=following))
    molde.send(do.CloseMeeting(at=later, meeting=following))
    assert molde.case(case).reported == following


def test_the_secretary_registers_for_the_leader_and_nobody_else_does(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn")
    with pytest.raises(refusals.NotYourDecision) as refused:
        molde.send(alone(case, leader=ADA), BO, Role.MEMBER)
    assert refused.value.facts == {"leader": ADA, "acting": "molde/portal/bo"}
    with pytest.raises(refusals.NotLeader):
        molde.send(alone(case), BO, Role.MEMBER)
    with pytest.raises(refusals.NotLeader):
        molde.send(alone(case), "siv", Role.SECRETARY)
    molde.send(alone(case, leader=ADA), "siv", Role.SECRETARY)
    (decision,) = molde.case(case).decisions
    assert decision.by_leader == ADA


@pytest.mark.requirement("R35")
def test_immature_technology_is_barred_from_the_leader_s_decisions_too_and_leaves_nothing(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn")
    for command in (prepared(case)[0], solution(case, level=5)):
        molde.send(command, "siv")
    head = molde.ledger.head()
    with pytest.raises(ImmatureTechnology):
        molde.send(alone(case, form="project"), ADA, Role.LEADER)
    assert molde.ledger.head() == head
    molde.send(alone(case), ADA, Role.LEADER)  # as an experiment it may be tried
    assert molde.case(case).status == "approved"


@pytest.mark.requirement("R19")
def test_a_mandate_does_not_rest_on_a_decision_of_the_leader_alone(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("mandat", matter=Matter.MANDATE)
    adopted = do.DecideAsLeader(at=AT, case=case, outcome=Outcome.ADOPTED, reasons="Det hastar.")
    molde.send(adopted, ADA, Role.LEADER)
    adopt = do.AdoptMandate(at=AT, adopted=DAY, case=case, change="Ny", mandate="Meir.", rules=do.Rules())
    with pytest.raises(refusals.MandateNotDecided):
        molde.send(adopt)


def test_the_rules_of_the_decision_s_own_day_count(molde: Town) -> None:
    molde.establish(ADA, BO)
    case = molde.opened("nattilsyn", BEFORE)
    adopt = {"at": AT, "case_reference": "PS-9/26", "change": "Leiaren", "mandate": "Leiaren kan avgjere."}
    molde.send(do.AdoptMandate(adopted=START, in_force=DAY, rules=do.Rules(leader_decides=True), **adopt))
    with pytest.raises(refusals.LeaderDoesNotDecide) as refused:
        molde.send(alone(case, AT - timedelta(days=1)), ADA, Role.LEADER)
    assert refused.value.facts["day"] == str(date(2026, 3, 3))
    molde.send(alone(case, AT), ADA, Role.LEADER)
    assert molde.case(case).status == "approved"


def test_no_word_of_exempt_reasons_is_in_any_event_or_in_the_public_minutes(molde: Town) -> None:
    molde.establish(ADA, BO, leader_decides=True)
    case = molde.opened("nattilsyn", BEFORE)
    parts = (Part.REASONS, Part.TITLE)
    exempt = {"parts": parts, "ground": ExemptionGround.PERSONAL, "public_title": "Sak om ein tilsett"}
    molde.send(ExemptFromPublicity(at=BEFORE, case=case, **exempt))
    for _ in range(2):
        molde.send(alone(case, BEFORE), ADA, Role.LEADER)
    meeting = opened_meeting(molde)
    molde.send(do.ReportLeaderDecisions(at=AT, meeting=meeting))
    assert REASONS.encode() not in b"".join(stored.body for stored in molde.ledger.read(0))
    reasons = []
    for public in (False, True):
        query = DraftMinutes(meeting=meeting, public=public, media_type="application/json")
        (entry,) = Minutes.model_validate_json(body(AtTheDesk(molde).ask(query))).reported
        assert entry.title == "Sak om ein tilsett"
        reasons.append(entry.decision.reasons)
    assert reasons[0] == REASONS
    assert reasons[1].startswith("Unntatt offentlighet")
