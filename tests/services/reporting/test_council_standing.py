"""The coordination view says how each council stands (R2, R8), and what was noticed to be late (R10, R13)."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from contracts.events import council as c
from contracts.events import portfolio as p
from contracts.events import watch as w
from contracts.queries.reporting import Coordination, CouncilHistory
from runtime.declaration import Scope
from tests.services.reporting.story import Story, ident, sealed
from tests.services.reporting.test_views import ask, over

MOLDE = ident("council", "molde")
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 1)
NETWORK = Scope(own=frozenset({"molde", "aukra"}))


def established(story: Story) -> None:
    about = {"council": MOLDE, "tenant": "molde", "name": "Innovasjonsrådet i Molde"}
    story.tell("molde", "2026-03-01", c.CouncilEstablished(**about, established=MARCH))


def seated(story: Story, member: str, day: str, *, ror: bool = True) -> None:
    told = {"council": MOLDE, "member": member, "name": sealed(member), "discipline": "samordning", "ror": ror}
    story.tell("molde", day, c.MemberAppointed(**told, from_=date.fromisoformat(day)))


@pytest.mark.requirement("R8")
def test_a_council_without_an_appointed_ror_ikt_seat_shows_as_a_lack() -> None:
    story = Story()
    established(story)
    seated(story, "ada", "2026-03-01", ror=False)
    seated(story, "solveig", "2026-03-10")
    story.tell("molde", "2026-05-20", c.MemberReleased(council=MOLDE, member="solveig", until=date(2026, 5, 31)))
    projector = over(story.events)
    days = {date(2026, 3, 9): ("ror-seat",), date(2026, 3, 10): (), date(2026, 5, 31): (), JUNE: ("ror-seat",)}
    for day, lacks in days.items():
        (molde,) = ask(projector, Coordination(municipality="molde", as_of=day), NETWORK).councils
        assert (day, molde.name, molde.lacks) == (day, "Innovasjonsrådet i Molde", lacks)


@pytest.mark.requirement("R9")
def test_who_left_the_council_is_not_told_of_as_its_leader_nor_when_they_sit_again() -> None:
    story = Story()
    established(story)
    seated(story, "ada", "2026-03-01", ror=False)
    story.tell("molde", "2026-03-01", c.LeaderAppointed(council=MOLDE, member="ada", from_=MARCH))
    story.tell("molde", "2026-04-20", c.MemberReleased(council=MOLDE, member="ada", until=date(2026, 4, 30)))
    projector = over(story.events)
    seated(story, "ada", "2026-06-01", ror=False)
    anew = over(story.events)
    for view, day, holds in (
        (projector, MARCH, True),
        (projector, date(2026, 4, 30), True),
        (projector, date(2026, 5, 1), False),
        (anew, date(2026, 4, 30), True),
        (anew, JUNE, False),
    ):
        (council,) = ask(view, CouncilHistory(municipality="molde", as_of=day), NETWORK).councils
        assert [(office.member, office.holds) for office in council.offices] == [("ada", holds)], day


@pytest.mark.requirement("R9")
def test_a_deputy_who_has_come_to_lead_is_told_of_as_leader_alone() -> None:
    story = Story()
    established(story)
    for member in ("ada", "bo"):
        seated(story, member, "2026-03-01", ror=False)
    story.tell("molde", "2026-03-01", c.LeaderAppointed(council=MOLDE, member="ada", from_=MARCH))
    story.tell("molde", "2026-03-01", c.DeputyAppointed(council=MOLDE, member="bo", from_=MARCH))
    story.tell("molde", "2026-05-20", c.LeaderAppointed(council=MOLDE, member="bo", from_=JUNE))
    projector = over(story.events)
    for day, held in ((date(2026, 5, 31), {("leader", "ada"), ("deputy", "bo")}), (JUNE, {("leader", "bo")})):
        (council,) = ask(projector, CouncilHistory(municipality="molde", as_of=day), NETWORK).councils
        assert {(office.office, office.member) for office in council.offices if office.holds} == held


@pytest.mark.requirement("R2")
def test_a_municipality_without_a_council_works_and_ror_ikt_sees_its_ideas() -> None:
    story = Story()
    idea = story.submit("aukra", "2026-03-02", "Delt bil mellom øyene")
    story.refer("aukra", "2026-03-03", idea, "Delt bil mellom øyene", "PS-1/26")
    told = ask(over(story.events), Coordination(as_of=JUNE), NETWORK)
    assert [(row.municipality, row.number, row.waiting_days) for row in told.ideas] == [("aukra", "PS-1/26", 91)]
    standing = {each.municipality: (each.council, each.lacks) for each in told.councils}
    assert standing == {"aukra": (None, ()), "molde": (None, ())}


@pytest.mark.requirement("R10", "R13")
def test_what_was_noticed_to_be_late_is_shown_with_both_its_dates() -> None:
    story = Story()
    established(story)
    case, activity, meeting = ident("case"), ident("activity"), ident("meeting")
    dates = {"due": date(2026, 4, 1), "noticed": date(2026, 4, 3)}
    late = {"council": MOLDE, **dates}
    story.tell("molde", "2026-04-03", w.LongWaitNoticed(**late, case=case, number="PS-1/26", since=MARCH))
    starts = datetime.fromisoformat("2026-04-05T10:00:00+00:00")
    story.tell("molde", "2026-04-03", w.MissingCallNoticed(**late, meeting=meeting, starts=starts))
    story.tell("molde", "2026-04-03", w.MissedCadenceNoticed(**late, since=MARCH))
    story.tell("molde", "2026-04-03", p.LateActivityNoticed(activity=activity, **dates, number="PS-2/26"))
    story.tell("molde", "2026-04-03", w.LateFollowUpNoticed(**late, case=case, number="PS-1/26"))
    of_activity = {"activity": activity, **dates, "number": "PS-2/26"}
    story.tell("molde", "2026-04-03", p.LateReportNoticed(**of_activity, since=MARCH))
    benefit = p.LateBenefitNoticed(**of_activity, benefit=ident("benefit"), indicator="Timar")
    story.tell("molde", "2026-04-03", benefit)
    projector = over(story.events)
    told = ask(projector, Coordination(), NETWORK).late
    assert {(one.what, one.about, one.number) for one in told} == {
        ("long-wait", case, "PS-1/26"),
        ("missing-call", meeting, None),
        ("missed-cadence", MOLDE, None),
        ("late-follow-up", case, "PS-1/26"),
        ("late-activity", activity, "PS-2/26"),
        ("late-report", activity, "PS-2/26"),
        ("late-benefit", activity, "PS-2/26"),
    }
    assert {(one.municipality, one.due, one.noticed) for one in told} == {("molde", dates["due"], dates["noticed"])}
    assert ask(projector, Coordination(as_of=date(2026, 4, 2)), NETWORK).late == ()
    neighbour = Scope(own=frozenset({"aukra"}), others=frozenset({"molde"}))
    assert {one.what for one in ask(projector, Coordination(), neighbour).late} == {"missing-call", "missed-cadence"}
