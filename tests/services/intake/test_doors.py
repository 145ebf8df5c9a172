"""Intake's use cases on a real ledger: whose idea it is, how ideas have to do with each other, what is erased."""

from __future__ import annotations

import csv
import dataclasses
import itertools
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from contracts.acting import Acting, Role
from contracts.claims import IdeaSubmitted as IdeaClaimed
from contracts.commands import intake as commands
from contracts.door import UnknownReference
from contracts.events.intake import IdeaLinked, IdeaSubmitted, SubmitterKind, Visibility
from contracts.identity import derive
from contracts.queries.intake import IdeaShown, ShowIdea, Stage
from contracts.refusals import Refused
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.intake.domain import refusals
from services.intake.doors import CLAIMS, COMMANDS, QUERIES, idea_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from contracts.envelope import Recorded
    from contracts.message import Command

START = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
REAL = Path(__file__).parents[4] / "shared/data/decide-madrid/proposals.csv"

KARI = Acting("molde", "web", "kari", frozenset({Role.SUBMITTER}))
PER = Acting("molde", "web", "per", frozenset({Role.SUBMITTER}))
STAFF = Acting("molde", "web", "sissel", frozenset({Role.CASEWORKER}), peers=frozenset({"aukra"}))
AUKRA = Acting("aukra", "web", "anne", frozenset({Role.CASEWORKER, Role.SUBMITTER}))
PORTAL = Acting("molde", "decide", None, frozenset({Role.SYSTEM}))
POLICY = Acting("molde", "intake", None, frozenset({Role.SYSTEM}))


@dataclass
class Intake:
    """The service's tables over a ledger, as the runtime calls them."""

    ledger: Ledger

    def do(self, command: Command, acting: Acting) -> UUID:
        command = command.done_at(START)
        work = Work(self.ledger, Origin(acting.tenant, acting.actor, command.moment, "test", "test"))
        about = COMMANDS[type(command)](work, command, acting)
        if work.entries:
            self.ledger.append(work.entries, erase=work.erasures)
        return about

    def claim(self, claim: IdeaClaimed, claim_id: str, acting: Acting = PORTAL) -> UUID:
        return self.do(CLAIMS[type(claim)](claim, acting.tenant, acting.system, claim_id), acting)

    def refuses(self, command: Command, acting: Acting) -> Refused:
        before = self.ledger.head()
        with pytest.raises(Refused) as caught:
            self.do(command, acting)
        assert self.ledger.head() == before
        return caught.value

    def show(self, idea: UUID, acting: Acting = STAFF) -> IdeaShown:
        shown = QUERIES[ShowIdea](self.ledger.history, ShowIdea(idea=idea), acting)
        assert isinstance(shown, IdeaShown)
        return shown

    def history(self, idea: UUID) -> list[Recorded[Any]]:
        return self.ledger.history(idea)


@pytest.fixture
def intake(tmp_path: Path) -> Iterator[Intake]:
    salts = itertools.count()
    ledger = Ledger.open(
        f"sqlite:///{tmp_path}/intake.db",
        "intake",
        clock=lambda: START + timedelta(hours=1),
        salt=lambda: next(salts).to_bytes(16, "big"),
    )
    yield Intake(ledger)
    ledger.close()


def submission(key: str = "1", **said: Any) -> commands.SubmitIdea:
    fields = {"title": "Turnus som folk vil ha", "problem": "Mange sluttar.", "submitter": SubmitterKind.EMPLOYEE}
    return commands.SubmitIdea(key=key, **fields | said)


def news(turn: str, nth: int, /, **told: Any) -> commands.InformSubmitter:
    return commands.InformSubmitter(**{"turn": turn, "cause": derive("cause", nth), "on": START.date(), **told})


# --- whose it is


def test_a_person_submits_in_their_own_name(intake: Intake) -> None:
    shown = intake.show(intake.do(submission(), KARI))
    assert (shown.person, shown.origin, shown.stage) == ("kari", None, Stage.OPEN)


@pytest.mark.requirement("R49")
def test_somebody_helps_one_who_does_not_do_it_digitally(intake: Intake) -> None:
    """R49."""
    shown = intake.show(intake.do(submission(name="Olga", assisted_by="sissel"), STAFF))
    assert (shown.person, shown.assisted_by) == (None, "sissel")
    assert intake.do(commands.WithdrawIdea(idea=shown.idea), STAFF) == shown.idea


@pytest.mark.parametrize(
    "said", [{"person": "per"}, {"assisted_by": "sissel"}, {"person": "per", "assisted_by": "per"}]
)
@pytest.mark.requirement("R49")
def test_nobody_submits_in_another_s_name(intake: Intake, said: dict[str, str]) -> None:
    """R49."""
    no = intake.refuses(submission(**said), KARI)
    assert isinstance(no, refusals.NotInYourName)
    assert no.on_the_wire().accepts == "kari"


@pytest.mark.parametrize(
    "change",
    [
        lambda idea: commands.WithdrawIdea(idea=idea),
        lambda idea: commands.CorrectIdea(idea=idea, correction="1", title="Noko anna"),
        lambda idea: commands.ClarifyIdea(
            idea=idea, question=derive("q"), clarification=derive("a"), answer="Eg veit ikkje."
        ),
        lambda idea: commands.EraseSubmitter(idea=idea, ground="moro"),
    ],
)
@pytest.mark.requirement("R56")
def test_what_is_the_submitter_s_is_not_another_s(intake: Intake, change: Any) -> None:
    """R56."""
    idea = intake.do(submission(), KARI)
    assert isinstance(intake.refuses(change(idea), PER), refusals.UnknownIdea)
    no = intake.refuses(change(idea), dataclasses.replace(PER, roles=frozenset({Role.MEMBER})))
    assert isinstance(no, refusals.NotYours)
    assert no.actor == "molde/web/per"


def test_one_system_does_not_correct_what_another_submitted(intake: Intake) -> None:
    idea = intake.claim(IdeaClaimed(title="Reine gater", problem="Skit."), "MAD-1")
    other = Acting("molde", "archive", None, frozenset({Role.SYSTEM}))
    assert isinstance(
        intake.refuses(commands.CorrectIdea(idea=idea, correction="1", title="x"), other), refusals.UnknownIdea
    )


# --- municipalities


@pytest.mark.parametrize(
    "command",
    [
        lambda idea: commands.ReferIdea(idea=idea),
        lambda idea: commands.WithdrawIdea(idea=idea),
        lambda idea: commands.CorrectIdea(idea=idea, correction="1", title="x"),
        lambda idea: commands.RequestClarification(idea=idea, question=derive("q"), text="Kva?"),
        lambda idea: commands.MergeIdea(idea=idea, into=derive("any")),
        lambda idea: commands.LinkIdea(idea=idea, other=derive("any"), other_tenant="molde"),
        lambda idea: commands.EraseSubmitter(idea=idea, ground="nei"),
        lambda idea: news("received", 1, idea=idea),
    ],
)
def test_another_municipality_s_idea_gets_the_same_answer_as_none(intake: Intake, command: Any) -> None:
    real = intake.do(submission(), KARI)
    imagined = derive("idea", "nowhere")
    answers = [intake.refuses(command(idea), AUKRA).on_the_wire() for idea in (real, imagined)]
    assert {answer.rule for answer in answers} == {"UnknownIdea"}
    assert answers[0].says.replace(str(real), "") == answers[1].says.replace(str(imagined), "")


def test_who_carries_on_for_a_municipality_is_shown_its_ideas_and_changes_none(intake: Intake) -> None:
    idea = intake.do(submission(), KARI)
    heir = Acting("romsdal", "web", "sissel", frozenset({Role.CASEWORKER}), carries_on=frozenset({"molde"}))
    assert intake.show(idea, heir) == intake.show(idea)
    intake.refuses(commands.ReferIdea(idea=idea), heir)
    namesake = dataclasses.replace(heir, person="kari", roles=frozenset({Role.SUBMITTER}))
    with pytest.raises(refusals.UnknownIdea):
        intake.show(idea, namesake)


def test_another_municipality_s_idea_is_not_shown(intake: Intake) -> None:
    idea = intake.do(submission(), KARI)
    with pytest.raises(refusals.UnknownIdea):
        intake.show(idea, AUKRA)
    with pytest.raises(refusals.UnknownIdea):
        intake.show(derive("nothing"), AUKRA)


def test_the_same_key_in_two_municipalities_is_two_ideas(intake: Intake) -> None:
    assert intake.do(submission(), KARI) != intake.do(submission(), AUKRA)


def test_a_merge_stays_within_the_municipality(intake: Intake) -> None:
    """R7, R17."""
    idea, abroad = intake.do(submission(), KARI), intake.do(submission(), AUKRA)
    no = intake.refuses(commands.MergeIdea(idea=idea, into=abroad), STAFF)
    assert isinstance(no, refusals.MergeAcrossMunicipalities)
    hidden = intake.do(submission("2", visibility=Visibility.OWN), AUKRA)
    assert isinstance(intake.refuses(commands.MergeIdea(idea=idea, into=hidden), STAFF), refusals.UnknownIdea)


@pytest.mark.requirement("R7")
def test_a_similar_need_elsewhere_is_linked_and_both_municipalities_have_it_on_record(intake: Intake) -> None:
    """R7."""
    idea, abroad = intake.do(submission(), KARI), intake.do(submission(), AUKRA)
    command = commands.LinkIdea(idea=idea, other=abroad, other_tenant="aukra", note="Same turnus.")
    intake.do(command, STAFF)
    head = intake.ledger.head()
    intake.do(command, STAFF)
    assert intake.ledger.head() == head
    ours, theirs = intake.history(idea)[-1], intake.history(abroad)[-1]
    assert (ours.tenant, theirs.tenant) == ("molde", "aukra")
    assert theirs.data == IdeaLinked(idea=abroad, other=idea, other_tenant="molde", linked=START.date())
    assert theirs.actor == "molde/web/sissel"
    assert ours.correlationid == theirs.correlationid
    [linked] = intake.show(idea).links
    assert linked.note is not None


@pytest.mark.parametrize("tenant", ["aukra", "rauma"])
@pytest.mark.requirement("R7")
def test_only_what_may_be_seen_elsewhere_is_linked_to(intake: Intake, tenant: str) -> None:
    """R7: a hidden idea, and one under a wrong municipality, are unknown alike."""
    idea = intake.do(submission(), KARI)
    visibility = Visibility.OWN if tenant == "aukra" else Visibility.NETWORK
    abroad = intake.do(submission(visibility=visibility), AUKRA)
    no = intake.refuses(commands.LinkIdea(idea=idea, other=abroad, other_tenant=tenant), STAFF)
    assert isinstance(no, refusals.UnknownIdea)
    assert no.idea == abroad


def test_nothing_outside_a_common_network_is_linked_to(intake: Intake) -> None:
    """R7: whatever its visibility, it is unknown here."""
    idea, abroad = intake.do(submission(), KARI), intake.do(submission(visibility=Visibility.PUBLIC), AUKRA)
    alone = dataclasses.replace(STAFF, peers=frozenset({"rauma"}))
    for command in (
        commands.LinkIdea(idea=idea, other=abroad, other_tenant="aukra"),
        commands.MergeIdea(idea=idea, into=abroad),
    ):
        assert isinstance(intake.refuses(command, alone), refusals.UnknownIdea)


@pytest.mark.requirement("R7")
def test_an_idea_that_is_visible_here_only_is_not_told_of_elsewhere_by_a_link(intake: Intake) -> None:
    """R7."""
    idea, abroad = intake.do(submission(visibility=Visibility.OWN), KARI), intake.do(submission(), AUKRA)
    no = intake.refuses(commands.LinkIdea(idea=idea, other=abroad, other_tenant="aukra"), STAFF)
    assert isinstance(no, refusals.NotShared)
    assert len(intake.history(abroad)) == 1


@pytest.mark.requirement("R23", "R56")
def test_a_submitter_is_shown_their_own_idea_and_of_others_not_even_that_there_is_one(intake: Intake) -> None:
    """R23, R56."""
    idea = intake.do(submission(), KARI)
    assert intake.show(idea, KARI).idea == idea
    with pytest.raises(refusals.UnknownIdea) as there:
        intake.show(idea, PER)
    with pytest.raises(refusals.UnknownIdea) as nowhere:
        intake.show(derive("idea", "none"), PER)
    assert str(there.value).replace(str(idea), "x") == str(nowhere.value).replace(str(derive("idea", "none")), "x")
    assert isinstance(intake.refuses(commands.WithdrawIdea(idea=idea), PER), refusals.UnknownIdea)


# --- what comes of it


@pytest.mark.requirement("R23")
def test_the_submitter_of_a_merged_idea_hears_what_comes_of_the_one_it_became_part_of(intake: Intake) -> None:
    """R17, R23."""
    first, second, third = (intake.do(submission(key), who) for key, who in (("1", KARI), ("2", PER), ("3", STAFF)))
    case = derive("case", third)
    intake.do(commands.MergeIdea(idea=first, into=second), STAFF)
    intake.do(news("received", 1, idea=third, case=case, number="PS-3/26"), POLICY)
    intake.do(commands.MergeIdea(idea=second, into=third), STAFF)
    intake.do(news("decided", 2, idea=third, case=case, outcome="approved", responsible="ola"), POLICY)
    for idea, through in ((first, third), (second, third), (third, None)):
        shown = intake.show(idea)
        assert [(told.turn, told.number, told.through) for told in shown.told] == [
            ("received", "PS-3/26", through),
            ("decided", "PS-3/26", through),
        ]
        assert (shown.number, shown.outcome, shown.responsible) == ("PS-3/26", "approved", "ola")
    assert [intake.show(idea).stage for idea in (first, second, third)] == [
        Stage.MERGED,
        Stage.MERGED,
        Stage.DECIDED,
    ]


def test_a_refused_merge_leaves_no_trace_on_either_side(intake: Intake) -> None:
    first, second = intake.do(submission("1"), KARI), intake.do(submission("2"), PER)
    intake.do(commands.WithdrawIdea(idea=second), PER)
    assert isinstance(intake.refuses(commands.MergeIdea(idea=first, into=second), STAFF), refusals.WithdrawnIdea)


def test_two_ideas_are_not_merged_into_each_other(intake: Intake) -> None:
    first, second = intake.do(submission("1"), KARI), intake.do(submission("2"), PER)
    intake.do(commands.MergeIdea(idea=first, into=second), STAFF)
    assert isinstance(intake.refuses(commands.MergeIdea(idea=second, into=first), STAFF), refusals.MergedIdea)


@pytest.mark.requirement("R23", "R42")
def test_news_of_an_activity_finds_the_idea_it_came_of_and_is_told_once(intake: Intake) -> None:
    """R23, R42."""
    idea = intake.do(submission(), KARI)
    activity = derive("activity", 1)
    started = news("started", 1, idea=idea, activity=activity, case=derive("case", 1), number="PS-3/26")
    stopped = news("stopped", 2, activity=activity, lesson="Nettet var for tregt.")
    for told in (started, stopped, started, stopped):
        assert intake.do(told, POLICY) == idea
    shown = intake.show(idea)
    assert [(told.turn, told.activity, told.lesson) for told in shown.told] == [
        ("started", activity, None),
        ("stopped", activity, "Nettet var for tregt."),
    ]


@pytest.mark.requirement("R57")
def test_news_of_an_activity_that_no_idea_led_to_is_nobody_s(intake: Intake) -> None:
    """R57."""
    activity = derive("activity", 2)
    assert intake.do(news("phase", 1, activity=activity, phase="pilotering"), POLICY) == activity
    assert intake.ledger.head() == 0


def test_another_municipality_s_activity_tells_nobody_here(intake: Intake) -> None:
    idea = intake.do(submission(), KARI)
    activity = derive("activity", 1)
    intake.do(news("started", 1, idea=idea, activity=activity), POLICY)
    elsewhere = Acting("aukra", "intake", None, frozenset({Role.SYSTEM}))
    assert isinstance(intake.refuses(news("phase", 2, activity=activity), elsewhere), refusals.UnknownIdea)


# --- what is shown and erased


def test_an_idea_is_shown_with_its_latest_text_its_questions_and_its_history(intake: Intake) -> None:
    idea = intake.do(submission(proposal="Ønsketurnus"), KARI)
    intake.do(commands.RequestClarification(idea=idea, question=derive("q"), text="Kvar?"), STAFF)
    intake.do(
        commands.ClarifyIdea(idea=idea, question=derive("q"), clarification=derive("a"), answer="Heimetenesta"), KARI
    )
    intake.do(commands.CorrectIdea(idea=idea, correction="1", problem="Tre av ti sluttar."), KARI)
    intake.do(commands.ReferIdea(idea=idea), STAFF)
    shown = intake.show(idea)
    opening = intake.history(idea)[0].data
    assert isinstance(opening, IdeaSubmitted)
    assert shown.proposal == opening.proposal
    assert shown.problem != opening.problem
    assert shown.problem.ref is not None
    assert intake.ledger.unseal([shown.problem.ref])[shown.problem.ref].value == "Tre av ti sluttar."
    [asked] = shown.questions
    assert asked.answer is not None
    assert (shown.stage, shown.referral) == (Stage.REFERRED, 1)
    assert [line.name for line in shown.history] == [
        "IdeaSubmitted",
        "ClarificationRequested",
        "IdeaClarified",
        "IdeaCorrected",
        "IdeaReferred",
    ]
    assert "sluttar" not in shown.model_dump_json()


def test_erasing_removes_the_text_and_keeps_the_history(intake: Intake) -> None:
    idea = intake.do(submission(name="Kari Nordmann", contact="kari@example.org"), KARI)
    command = commands.EraseSubmitter(idea=idea, ground="Innmeldaren bad om det")
    intake.do(command, STAFF)
    shown = intake.show(idea)
    assert len(shown.erased) == 3
    assert intake.ledger.unseal(shown.erased) == {}
    assert [line.name for line in shown.history] == ["IdeaSubmitted", "PersonalDataErased"]
    head = intake.ledger.head()
    intake.do(command, STAFF)
    assert intake.ledger.head() == head


# --- claims


def test_a_claim_becomes_the_idea_that_its_publisher_s_id_gives(intake: Intake) -> None:
    claim = IdeaClaimed(title="Reine gater", problem="Skit i gatene.", submitter=SubmitterKind.CITIZEN)
    idea = intake.claim(claim, "MAD-2015-09-7")
    assert idea == idea_id("molde", "decide", "MAD-2015-09-7") == derive("idea", "molde", "decide", "MAD-2015-09-7")
    shown = intake.show(idea)
    assert shown.origin is not None
    assert (shown.origin.system, shown.origin.id) == ("decide", "MAD-2015-09-7")
    assert (shown.submitter, shown.proposal) == (SubmitterKind.CITIZEN, None)
    head = intake.ledger.head()
    assert intake.claim(claim, "MAD-2015-09-7") == idea
    assert intake.ledger.head() == head


def test_a_claim_corrects_what_the_same_publisher_claimed_before(intake: Intake) -> None:
    idea = intake.claim(IdeaClaimed(title="Reine gater", problem="Skit."), "1")
    assert intake.claim(IdeaClaimed(title="Reinare gater", problem="Mykje skit.", corrects="1"), "2") == idea
    shown = intake.show(idea)
    assert (shown.title, shown.stage) == ("Reinare gater", Stage.OPEN)


def test_a_correction_of_what_was_never_claimed_says_which_field_is_at_fault(intake: Intake) -> None:
    with pytest.raises(UnknownReference) as caught:
        intake.claim(IdeaClaimed(title="Reinare gater", problem="Skit.", corrects="7"), "8")
    told = caught.value.on_the_wire()
    assert (told.facts["at"], told.value) == ("corrects", "7")


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " ", "problem": "Noko"}, "title"),
        ({"title": "x" * 301, "problem": "Noko"}, "title"),
        ({"title": "Noko", "problem": ""}, "problem"),
        ({"title": "Noko"}, "problem"),
        ({"title": "Noko", "problem": "x" * 20_001}, "problem"),
        ({"title": "Noko", "problem": "x", "proposal": "x" * 20_001}, "proposal"),
        ({"title": "Noko", "problem": "x", "password": "y"}, "password"),
    ],
)
@pytest.mark.requirement("R52")
def test_a_claim_that_breaks_its_contract_names_the_field(said: dict[str, str], field: str) -> None:
    with pytest.raises(ValidationError) as caught:
        IdeaClaimed.model_validate(said)
    assert [error["loc"] for error in caught.value.errors()] == [(field,)]


@pytest.mark.skipif(not REAL.exists(), reason="the real proposals are not beside the project")
def test_eighty_real_proposals_are_taken_in_and_none_of_their_text_is_in_an_event(intake: Intake) -> None:
    with REAL.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    claims = {
        row["code"]: IdeaClaimed(title=row["title"], problem=row["summary"], proposal=row["text"]) for row in rows
    }
    assert len(claims) == 80
    for _twice in range(2):
        ideas = {intake.claim(claim, code) for code, claim in claims.items()}
        assert (len(ideas), intake.ledger.head()) == (80, 80)
    stored = intake.ledger.read(0)
    written = b"".join(event.body for event in stored).decode()
    assert max(len(event.body) for event in stored) < 4096
    for claim in claims.values():
        assert claim.title in written.replace('\\"', '"')
        assert claim.problem not in written
        assert not claim.proposal or claim.proposal not in written


def test_the_day_a_claim_gives_is_the_day_of_the_submission(intake: Intake) -> None:
    idea = intake.claim(IdeaClaimed(title="Reine gater", problem="Skit.", submitted=date(2015, 9, 15)), "1")
    assert intake.show(idea).submitted == date(2015, 9, 15)
