"""Who must hear of each event of the council: the views, the watch over its dates, the minutes, the other services.

An event that is in no line here, and one that a reader in its line makes nothing of, fail: whoever adds an event says
who needs it. What only the council's own cases, meetings and questions rest on has an empty line.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts import catalogue
from contracts.events.deliberation import CouncilEvent
from contracts.generate.golden import GOLDEN
from services.council import minutes
from services.council.watching import CouncilWatch
from services.intake import policies as intake
from services.portfolio import policies as portfolio
from services.reporting.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

READERS = {
    # the council
    "CouncilEstablished": "council-history coordination watch",
    "MandateAdopted": "council-history queue watch",
    "MandateWithdrawn": "council-history queue watch",
    "LeaderAppointed": "council-history",
    "DeputyAppointed": "council-history",
    "SecretaryAppointed": "council-history minutes",
    "MemberAppointed": "council-history coordination minutes",
    "MemberReleased": "council-history coordination",
    "CaseNumbered": "",
    "IdeaNoted": "",
    # its meetings
    "MeetingPlanned": "council-history watch",
    "MeetingCalled": "council-history watch minutes",
    "MeetingMoved": "council-history watch minutes",
    "MeetingCancelled": "council-history watch minutes",
    "AgendaExtended": "council-history",
    "AgendaReduced": "council-history minutes",
    "AgendaArranged": "council-history",
    "MeetingOpened": "council-history watch minutes",
    "MemberArrived": "council-history minutes",
    "MemberLeft": "council-history minutes",
    "SubstituteSeated": "council-history minutes",
    "ChairTaken": "council-history minutes",
    "MeetingClosed": "council-history watch minutes",
    "MeetingAdjourned": "council-history watch minutes",
    "MinutesApproved": "",
    "MinutesPublished": "",
    "ArchiveReferenceRecorded": "minutes",
    # a case on its way
    "CaseOpened": "council-history coordination queue follow-up watch minutes intake",
    "CaseReferredAgain": "council-history queue follow-up watch minutes intake",
    "CaseTabled": "council-history coordination queue follow-up minutes intake",
    "CaseStruck": "coordination queue follow-up intake",
    "CaseTakenUp": "queue follow-up watch minutes",
    "FloorChanged": "minutes",
    "CaseCarriedOver": "coordination queue follow-up minutes intake",
    "CaseWithdrawn": "council-history coordination queue follow-up watch minutes intake",
    "CaseExempted": "council-history coordination portfolio queue follow-up",
    "CaseOpenedToPublic": "council-history coordination portfolio queue follow-up",
    # who may take part in it
    "PartyNamed": "",
    "RecusalRaised": "council-history minutes",
    "MemberRecused": "council-history minutes",
    "RecusalDismissed": "council-history minutes",
    "SubstituteCalledIn": "minutes",
    # what is decided
    "VoteCast": "minutes",
    "CouncilDecided": "council-history coordination queue follow-up watch minutes intake portfolio-service",
    "LeaderDecisionMade": "",
    "LeaderDecisionReported": "council-history",
    "StatementRecorded": "council-history minutes",
    "PoliticalDecisionNoted": "council-history minutes",
    "CaseReopened": "council-history coordination queue follow-up watch minutes intake",
    "ReopeningWithdrawn": "council-history coordination queue follow-up watch minutes intake",
    # what is known of it before that
    "ProblemDescribed": "queue",
    "NoveltyAssessed": "",
    "PeopleInvolved": "",
    "SolutionAssessed": "",
    "ProfitabilityEstimated": "",
    "CapacityAssessed": "",
    "GroundsStated": "queue",
    "CaseScored": "queue",
    "OutcomeRecommended": "queue minutes",
    "CaseRanked": "queue follow-up",
    # what is late
    "LongWaitNoticed": "coordination watch",
    "MissingCallNoticed": "coordination watch",
    "MissedCadenceNoticed": "coordination watch",
    "LateFollowUpNoticed": "coordination watch",
}
"""By the event's name: the views (`portfolio` is one), the watch, the minutes, and services that act on it."""

EVENTS = {kind.split(".")[3]: kind for kind, type_ in catalogue.events().items() if issubclass(type_, CouncilEvent)}


@cache
def said_in_minutes() -> str:
    """The program text of the minutes: they read a history, and name the events that they tell of."""
    return "".join(path.read_text("utf-8") for path in Path(*minutes.__path__).glob("*.py"))


def kinds_of(kind: str) -> Iterator[str]:
    """What the event is one of, such as a finding on a recusal, besides an event of a case or a meeting."""
    for base in catalogue.events()[kind].__mro__[1:]:
        if issubclass(base, CouncilEvent) and base.__base__ is not CouncilEvent and base is not CouncilEvent:
            yield base.__name__


def readers(kind: str) -> Iterator[str]:
    """Who makes something of an example of the event."""
    name = kind.split(".")[3]
    examples: list[Any] = [catalogue.decode(path.read_bytes()) for path in sorted((GOLDEN / kind).glob("*.json"))]
    yield from (view.name for view in VIEWS if any(next(iter(view.project(each)), None) for each in examples))
    if issubclass(catalogue.events()[kind], CouncilWatch.reads):
        yield "watch"
    if any(re.search(rf"\b{each}\b", said_in_minutes()) for each in (name, *kinds_of(kind))):
        yield "minutes"
    for service, react in (("intake", intake.react), ("portfolio-service", portfolio.react)):
        if any(next(iter(react(each)), None) for each in examples):
            yield service


def test_every_event_of_the_council_has_a_line_that_says_who_needs_it() -> None:
    assert sorted(EVENTS) == sorted(READERS)


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_an_event_of_the_council_is_heard_of_by_those_who_need_it(name: str) -> None:
    assert sorted(readers(EVENTS[name])) == sorted(READERS[name].split())
