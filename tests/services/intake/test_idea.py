"""An idea's way through intake, rule by rule."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest

from contracts.commands import intake as commands
from contracts.events import intake as events
from contracts.events.record import PersonalDataErased
from contracts.identity import derive
from contracts.refusals import Refused
from contracts.sealed import Retention, Sealed, seal
from services.intake.domain import refusals
from services.intake.domain.idea import ImpossibleHistoryError, decide, evolve
from services.intake.domain.stage import Decided, Idea, Merged, Open, Referred, Unsubmitted, Withdrawn

if TYPE_CHECKING:
    from contracts.message import Command, Event

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
DAY = date(2026, 3, 4)
IDEA, OTHER, ABROAD = (derive("idea", "molde", "web", key) for key in ("1", "2", "3"))
COUNCIL = derive("council", "molde")
CASE = derive("case", IDEA)
QUESTION, ANSWER = derive("question", 1), derive("answer", 1)
NEW = Unsubmitted(IDEA, "molde")

SUBMIT = commands.SubmitIdea(
    at=AT,
    key="1",
    kind=events.Kind.NEED,
    title="Raskare svar på byggesøknader",
    problem="Folk ventar i vekesvis på svar.",
    proposal="Ein automatisk førehandssjekk.",
    submitter=events.SubmitterKind.EMPLOYEE,
    person="kari",
    name="Kari Nordmann",
    contact="kari@example.org",
    tags=("productivity",),
    language=events.Language.NYNORSK,
)
REFER = commands.ReferIdea(at=AT, idea=IDEA)
WITHDRAW = commands.WithdrawIdea(at=AT, idea=IDEA, reason="Løyst på anna vis.")
MERGE = commands.MergeIdea(at=AT, idea=IDEA, into=OTHER)
ASK = commands.RequestClarification(at=AT, idea=IDEA, question=QUESTION, text="Kva slags søknader?")
CLARIFY = commands.ClarifyIdea(at=AT, idea=IDEA, question=QUESTION, clarification=ANSWER, answer="Garasjar.")
CORRECT = commands.CorrectIdea(at=AT, idea=IDEA, correction="k1", title="Raskare byggesakshandsaming")
LINK = commands.LinkIdea(at=AT, idea=IDEA, other=ABROAD, other_tenant="aukra", note="Same behov.")
ERASE = commands.EraseSubmitter(at=AT, idea=IDEA, ground="Innmeldaren bad om det")


def news(turn: str, nth: int, /, **told: Any) -> commands.InformSubmitter:
    fields = {"at": AT, "idea": IDEA, "turn": turn, "cause": derive("cause", nth), "on": DAY, "case": CASE, **told}
    return commands.InformSubmitter(**fields)


RECEIVED = news("received", 1, number="PS-3/26")
DECIDED = news("decided", 2, outcome="approved", responsible="ola", reasons="Svarer på måla i planen.")
RETURNED = news("decided", 3, outcome="returned")
DEFERRED = news("decided", 4, outcome="deferred")


def recorded(event: Event) -> Event:
    """The event as the record has it: sealed."""
    sealed, _ = seal(event, IDEA, lambda path: derive("ref", type(event).__name__, path), lambda: b"salt")
    return sealed


def given(*done: Command, idea: Idea = NEW) -> Idea:
    """The idea after these commands."""
    for command in done:
        idea = reduce(evolve, map(recorded, decide(idea, command)), idea)
    return idea


def refused(idea: Idea, command: Command) -> Refused:
    with pytest.raises(Refused) as caught:
        decide(idea, command)
    assert caught.value.on_the_wire().says
    return caught.value


@pytest.mark.requirement("R16")
@pytest.mark.parametrize("kind", list(events.Kind))
def test_ideas_needs_and_wishes_are_submitted_alike(kind: events.Kind) -> None:
    [submitted] = decide(NEW, SUBMIT.model_copy(update={"kind": kind}))
    assert isinstance(submitted, events.IdeaSubmitted)
    assert submitted.kind is kind
    assert len(events.Kind) == 3


@pytest.mark.requirement("R52")
def test_an_idea_a_need_or_a_wish_is_submitted_with_its_problem_first() -> None:
    """R16, R20, R52."""
    [submitted] = decide(NEW, SUBMIT)
    assert isinstance(submitted, events.IdeaSubmitted)
    assert (submitted.idea, submitted.tenant, submitted.kind) == (IDEA, "molde", events.Kind.NEED)
    assert submitted.title == "Raskare svar på byggesøknader"
    assert submitted.submitted == DAY
    assert submitted.tags == ("productivity",)
    assert submitted.problem == Sealed.of("Folk ventar i vekesvis på svar.", Retention.CONTENT)


def test_nothing_personal_is_in_the_clear() -> None:
    for event in (*decide(NEW, SUBMIT), *decide(given(SUBMIT), ASK), *decide(given(SUBMIT, ASK), CLARIFY)):
        written = recorded(event).model_dump_json()
        for secret in ("Kari", "example.org", "vekesvis", "førehandssjekk", "slags", "Garasjar"):
            assert secret not in written


def test_names_and_contact_are_kept_as_contact_data() -> None:
    [submitted] = decide(NEW, SUBMIT)
    assert submitted.name == Sealed.of("Kari Nordmann", Retention.CONTACT)  # type: ignore[attr-defined]
    assert submitted.contact == Sealed.of("kari@example.org", Retention.CONTACT)  # type: ignore[attr-defined]


def test_what_was_submitted_elsewhere_before_keeps_its_date() -> None:
    [submitted] = decide(NEW, SUBMIT.model_copy(update={"submitted": date(2015, 9, 15)}))
    assert submitted.submitted == date(2015, 9, 15)  # type: ignore[attr-defined]


def test_nothing_is_submitted_tomorrow() -> None:
    no = refused(NEW, SUBMIT.model_copy(update={"submitted": date(2026, 3, 5)}))
    assert isinstance(no, refusals.SubmittedInTheFuture)
    assert no.facts == {"submitted": "2026-03-05", "today": "2026-03-04"}


def test_the_same_key_with_other_content_is_refused_and_says_what_differs() -> None:
    no = refused(given(SUBMIT), SUBMIT.model_copy(update={"title": "Noko anna", "proposal": None}))
    assert isinstance(no, refusals.AlreadySubmitted)
    assert no.differs == ("title", "proposal")


def test_the_same_submission_the_day_after_is_still_the_same() -> None:
    assert decide(given(SUBMIT), SUBMIT.model_copy(update={"at": datetime(2026, 3, 5, tzinfo=UTC)})) == []


def test_the_same_submission_after_a_correction_is_still_the_same() -> None:
    assert decide(given(SUBMIT, CORRECT), SUBMIT) == []


@pytest.mark.parametrize("command", [REFER, WITHDRAW, MERGE, ASK, CLARIFY, CORRECT, LINK, ERASE, RECEIVED], ids=repr)
def test_nothing_is_done_with_an_idea_that_nobody_submitted(command: Command) -> None:
    assert isinstance(refused(NEW, command), refusals.UnknownIdea)


def test_a_correction_changes_what_it_says_and_leaves_the_rest() -> None:
    idea = given(SUBMIT, CORRECT)
    assert isinstance(idea, Open)
    assert idea.submission.title == "Raskare byggesakshandsaming"
    assert idea.submission.tags == ("productivity",)


def test_a_correction_that_says_nothing_is_refused() -> None:
    empty = commands.CorrectIdea(at=AT, idea=IDEA, correction="k2")
    assert isinstance(refused(given(SUBMIT), empty), refusals.NothingToCorrect)


def test_a_question_is_asked_and_answered() -> None:
    idea = given(SUBMIT, ASK)
    assert isinstance(idea, Open)
    assert idea.submission.questions == {QUESTION: None}
    [clarified] = decide(idea, CLARIFY)
    assert isinstance(clarified, events.IdeaClarified)
    assert clarified.answer == Sealed.of("Garasjar.", Retention.CONTENT)


def test_what_nobody_asked_is_not_clarified() -> None:
    no = refused(given(SUBMIT), CLARIFY)
    assert isinstance(no, refusals.NothingToClarify)
    assert no.question == QUESTION


def test_a_question_is_answered_once() -> None:
    again = CLARIFY.model_copy(update={"clarification": derive("answer", 2)})
    no = refused(given(SUBMIT, ASK, CLARIFY), again)
    assert isinstance(no, refusals.AlreadyClarified)
    assert no.clarification == ANSWER


def test_an_idea_is_referred_to_its_municipality_s_council_with_its_title_as_corrected() -> None:
    [referred] = decide(given(SUBMIT, CORRECT), REFER)
    assert referred == events.IdeaReferred(
        idea=IDEA,
        title="Raskare byggesakshandsaming",
        kind=events.Kind.NEED,
        council=COUNCIL,
        submitted=DAY,
        referred=DAY,
        referral=1,
        person="kari",
        tags=("productivity",),
    )


def test_what_the_council_returned_is_referred_once_more_and_only_as_the_second_time() -> None:
    returned = given(SUBMIT, REFER, RECEIVED, RETURNED)
    assert isinstance(returned, Open)
    no = refused(returned, REFER)
    assert isinstance(no, refusals.AlreadyReferred)
    assert (no.council, no.referral, no.number) == (COUNCIL, 1, "PS-3/26")
    [referred] = decide(returned, REFER.model_copy(update={"referral": 2}))
    assert referred.referral == 2  # type: ignore[attr-defined]


def test_the_first_referral_come_late_is_not_a_third() -> None:
    again = given(SUBMIT, REFER, RETURNED, REFER.model_copy(update={"referral": 2}))
    assert isinstance(refused(again, REFER), refusals.AlreadyReferred)


def test_a_second_referral_follows_a_return() -> None:
    no = refused(given(SUBMIT, REFER), REFER.model_copy(update={"referral": 2}))
    assert isinstance(no, refusals.NotReturned)
    assert (no.referral, no.latest) == (2, 1)


def test_a_deferred_case_stays_with_the_council() -> None:
    assert isinstance(given(SUBMIT, REFER, DEFERRED), Referred)


def test_the_submitter_takes_it_back_and_the_council_learns_of_it() -> None:
    [withdrawn] = decide(given(SUBMIT, REFER), WITHDRAW)
    assert isinstance(withdrawn, events.IdeaWithdrawn)
    assert withdrawn.council == COUNCIL
    assert withdrawn.reason == Sealed.of("Løyst på anna vis.", Retention.CONTENT)
    assert isinstance(given(SUBMIT, WITHDRAW), Withdrawn)


@pytest.mark.parametrize("command", [WITHDRAW, MERGE, ASK, CORRECT, REFER.model_copy(update={"referral": 2})], ids=repr)
def test_what_the_council_has_decided_is_not_undone_in_intake(command: Command) -> None:
    no = refused(given(SUBMIT, REFER, RECEIVED, DECIDED), command)
    assert isinstance(no, refusals.AlreadyDecided)
    assert no.facts == {"idea": str(IDEA), "outcome": "approved", "number": "PS-3/26", "decided": "2026-03-04"}


@pytest.mark.parametrize("command", [WITHDRAW, ASK, CORRECT, REFER, LINK], ids=repr)
def test_a_merged_idea_points_to_the_one_it_is_part_of(command: Command) -> None:
    no = refused(given(SUBMIT, MERGE), command)
    assert isinstance(no, refusals.MergedIdea)
    assert no.on_the_wire().accepts == str(OTHER)


@pytest.mark.parametrize("command", [MERGE, ASK, CORRECT, REFER, LINK], ids=repr)
def test_nothing_more_is_done_with_a_withdrawn_idea(command: Command) -> None:
    no = refused(given(SUBMIT, WITHDRAW), command)
    assert isinstance(no, refusals.WithdrawnIdea)
    assert no.withdrawn == DAY


def test_an_idea_is_not_merged_into_itself() -> None:
    assert isinstance(refused(given(SUBMIT), MERGE.model_copy(update={"into": IDEA})), refusals.MergeIntoItself)


def test_both_sides_of_a_merge_say_so() -> None:
    """R17."""
    assert decide(given(SUBMIT), MERGE) == [events.IdeaMerged(idea=IDEA, into=OTHER, merged=DAY)]
    other = given(SUBMIT, idea=Unsubmitted(OTHER, "molde"))
    assert decide(other, MERGE) == [events.IdeaTookIn(idea=OTHER, other=IDEA, merged=DAY)]


def test_an_idea_is_not_merged_twice() -> None:
    no = refused(given(SUBMIT, MERGE), MERGE.model_copy(update={"into": ABROAD}))
    assert isinstance(no, refusals.MergedIdea)


def test_at_home_similar_ideas_are_merged_and_not_linked() -> None:
    no = refused(given(SUBMIT), LINK.model_copy(update={"other_tenant": "molde"}))
    assert isinstance(no, refusals.LinkWithinMunicipality)


@pytest.mark.parametrize(("tenant", "rule"), [("molde", "LinkWithinMunicipality"), ("rauma", "UnknownIdea")])
def test_a_link_that_is_there_is_no_link_to_the_same_idea_elsewhere(tenant: str, rule: str) -> None:
    linked = given(SUBMIT, LINK)
    assert list(decide(linked, LINK)) == []
    assert type(refused(linked, LINK.model_copy(update={"other_tenant": tenant}))).__name__ == rule


@pytest.mark.requirement("R7")
def test_what_only_its_own_municipality_sees_is_not_linked() -> None:
    """R7."""
    hidden = given(SUBMIT.model_copy(update={"visibility": events.Visibility.OWN}))
    assert isinstance(refused(hidden, LINK), refusals.NotShared)


@pytest.mark.requirement("R15", "R23")
def test_the_submitter_is_told_the_case_number_the_outcome_and_who_is_responsible() -> None:
    """R15, R23."""
    [told] = decide(given(SUBMIT, REFER, RECEIVED), DECIDED)
    assert isinstance(told, events.SubmitterInformed)
    assert (told.person, told.number, told.outcome, told.responsible) == ("kari", "PS-3/26", "approved", "ola")
    assert told.reasons == "Svarer på måla i planen."


@pytest.mark.requirement("R23")
def test_each_event_is_told_once_whatever_is_replayed() -> None:
    """R23."""
    idea = given(SUBMIT, REFER, RECEIVED, DECIDED)
    assert [list(decide(idea, told)) for told in (RECEIVED, DECIDED, RECEIVED)] == [[], [], []]


def test_a_late_replay_sets_nothing_back() -> None:
    again = given(SUBMIT, REFER, RETURNED, REFER.model_copy(update={"referral": 2}))
    assert given(RETURNED, idea=again) == again


def test_news_of_a_withdrawn_idea_is_told_and_leaves_it_withdrawn() -> None:
    assert isinstance(given(SUBMIT, REFER, WITHDRAW, DECIDED), Withdrawn)


def test_a_measured_benefit_is_told_with_the_indicator_it_was_planned_with() -> None:
    benefit = derive("benefit", 1)
    planned = news("expected", 7, benefit=benefit, indicator="Svartid", unit="dagar", value=10)
    [told] = decide(given(SUBMIT, planned), news("benefit", 8, benefit=benefit, value=0))
    assert isinstance(told, events.SubmitterInformed)
    assert (told.indicator, told.unit, told.value) == ("Svartid", "dagar", 0)


def test_a_case_closed_without_a_decision_is_closed_for_intake_too() -> None:
    idea = given(SUBMIT, REFER, news("closed", 9))
    assert isinstance(idea, Decided)
    assert idea.outcome == "closed"


def test_erasing_names_every_sealed_text_of_the_idea_and_leaves_the_history() -> None:
    idea = given(SUBMIT, ASK, CLARIFY)
    [erased] = decide(idea, ERASE)
    assert isinstance(erased, PersonalDataErased)
    fields = ("problem", "proposal", "name", "contact")
    of_submission = {derive("ref", "IdeaSubmitted", field) for field in fields}
    of_dialogue = {derive("ref", "ClarificationRequested", "text"), derive("ref", "IdeaClarified", "answer")}
    assert set(erased.refs) == of_submission | of_dialogue
    assert erased.person == "kari"
    assert isinstance(given(ERASE, REFER, idea=idea), Referred)


@pytest.mark.parametrize(
    ("before", "command"),
    [
        ((), SUBMIT),
        ((SUBMIT,), CORRECT),
        ((SUBMIT,), ASK),
        ((SUBMIT, ASK), CLARIFY),
        ((SUBMIT,), MERGE),
        ((SUBMIT,), LINK),
        ((SUBMIT,), REFER),
        ((SUBMIT,), WITHDRAW),
        ((SUBMIT,), ERASE),
        ((SUBMIT, REFER), DECIDED),
    ],
    ids=lambda part: type(part).__name__,
)
def test_the_same_command_again_comes_to_nothing(before: tuple[Command, ...], command: Command) -> None:
    assert decide(given(*before), command)
    assert decide(given(*before, command), command) == []


@pytest.mark.parametrize(
    ("idea", "event"),
    [
        (NEW, events.IdeaMerged(idea=IDEA, into=OTHER, merged=DAY)),
        (given(SUBMIT), decide(NEW, SUBMIT)[0]),
        (given(SUBMIT), events.CourseFollowed(course=CASE, idea=IDEA)),
    ],
    ids=["merged before submitted", "submitted twice", "another's event"],
)
def test_an_impossible_history_is_a_loud_error(idea: Idea, event: Event) -> None:
    with pytest.raises(ImpossibleHistoryError):
        evolve(idea, event)


def test_a_merged_idea_stays_merged_whatever_the_council_decides() -> None:
    idea = given(SUBMIT, MERGE, DECIDED)
    assert isinstance(idea, Merged)
    assert idea.into == UUID(str(OTHER))
