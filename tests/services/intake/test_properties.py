"""What holds whatever is done to ideas, in whatever order, and however often."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts import catalogue
from contracts.acting import Acting, Role
from contracts.commands import intake as commands
from contracts.events.intake import SubmitterKind, Turn
from contracts.identity import derive
from contracts.refusals import Refused
from contracts.sealed import seal
from runtime.ledger import Ledger, Origin
from runtime.work import Work
from services.intake.domain.idea import RULES, decide, evolve
from services.intake.domain.stage import Decided, Idea, Merged, Unsubmitted, Withdrawn
from services.intake.doors import COMMANDS, idea_id

if TYPE_CHECKING:
    from pathlib import Path
    from uuid import UUID

    from contracts.message import Command, Event

AT = datetime(2026, 3, 4, 9, 30, tzinfo=UTC)
IDEAS = tuple(idea_id("molde", "web", key) for key in ("1", "2", "3"))
ABROAD = idea_id("aukra", "web", "1")
KARI = Acting("molde", "web", "kari", frozenset({Role.CASEWORKER}), peers=frozenset({"aukra"}))
ANNE = Acting("aukra", "web", "anne", frozenset({Role.CASEWORKER}))


def a_command(idea: UUID) -> st.SearchStrategy[Command]:
    """A command to one idea, from a pool so small that the same comes again and again."""
    few = st.integers(1, 3)
    other = st.sampled_from(IDEAS)
    outcomes = st.sampled_from(["approved", "declined", "deferred", "returned", None])
    kind: dict[str, Any] = {"at": st.just(AT)}
    ours: dict[str, Any] = kind | {"idea": st.just(idea)}
    return st.one_of(
        st.builds(
            commands.SubmitIdea,
            **kind,
            key=st.sampled_from("123"),
            title=st.sampled_from(["Turnus", "Ønsketurnus"]),
            problem=st.just("Mange sluttar."),
            submitter=st.just(SubmitterKind.EMPLOYEE),
        ),
        st.builds(
            commands.CorrectIdea,
            **ours,
            corrects=st.none(),
            correction=few.map(str),
            title=st.sampled_from([None, "Noko anna"]),
            problem=st.none(),
            proposal=st.none(),
            tags=st.none(),
            service_area=st.none(),
        ),
        st.builds(commands.RequestClarification, **ours, question=_ids("question"), text=st.just("Kva?")),
        st.builds(
            commands.ClarifyIdea,
            **ours,
            question=_ids("question"),
            clarification=_ids("answer"),
            answer=st.just("Dette."),
        ),
        st.builds(commands.MergeIdea, **ours, into=other),
        st.builds(
            commands.LinkIdea,
            **ours,
            other=st.sampled_from([ABROAD, IDEAS[0]]),
            other_tenant=st.sampled_from(["aukra", "molde"]),
            note=st.none(),
        ),
        st.builds(commands.ReferIdea, **ours, referral=few),
        st.builds(commands.WithdrawIdea, **ours, reason=st.none()),
        st.builds(commands.EraseSubmitter, **ours, ground=st.just("ønskt")),
        st.builds(
            lambda turn, cause, outcome: commands.InformSubmitter(
                at=AT, idea=idea, turn=turn, cause=cause, on=AT.date(), outcome=outcome, case=derive("case", idea)
            ),
            turn=st.sampled_from(Turn),
            cause=_ids("cause"),
            outcome=outcomes,
        ),
    )


def _ids(kind: str) -> st.SearchStrategy[UUID]:
    return st.integers(1, 3).map(lambda nth: derive(kind, nth))


def recorded(event: Event, position: int) -> Event:
    """The event as it comes back from the record: sealed, written and read."""
    sealed, _ = seal(event, IDEAS[0], lambda path: derive("ref", position, path), lambda: b"salt")
    return type(event).model_validate_json(sealed.model_dump_json(exclude_none=True))


@given(st.lists(a_command(IDEAS[0]), max_size=25))
def test_an_idea_s_record_tells_all_there_is_to_know_and_nothing_happens_twice(sequence: list[Command]) -> None:
    live: Idea = Unsubmitted(IDEAS[0], "molde")
    history: list[Event] = []
    told: list[Command] = []
    for command in sequence:
        before = live
        try:
            events = [recorded(event, len(history)) for event in decide(live, command)]
        except Refused as refused:
            assert refused.on_the_wire().rule == type(refused).__name__  # noqa: PT017 - most sequences are refused
            continue
        live = reduce(evolve, events, live)
        history += events
        told += [command] if isinstance(command, commands.InformSubmitter) else []
        assert decide(live, command) == []
        assert reduce(evolve, history, Unsubmitted(IDEAS[0], "molde")) == live
        if isinstance(before, Merged | Withdrawn | Decided) and not isinstance(command, commands.InformSubmitter):
            assert type(live) is type(before)
    assert all(decide(live, news) == [] for news in told)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_command_again_adds_nothing_to_the_ledger_and_a_refusal_never_does(
    tmp_path: Path, data: st.DataObject
) -> None:
    path = tmp_path / f"{next(_FILES)}.db"
    ledger = Ledger.open(f"sqlite:///{path}", "intake", clock=lambda: AT + timedelta(hours=1), salt=lambda: b"salt" * 4)
    try:
        for key, acting in (("1", KARI), ("2", KARI), ("1", ANNE)):
            _carry_out(ledger, _submission(key), acting)
        for _ in range(data.draw(st.integers(1, 12))):
            command = data.draw(st.sampled_from([*IDEAS, ABROAD]).flatmap(a_command))
            acting = data.draw(st.sampled_from([KARI, ANNE]))
            before = ledger.head()
            if _carry_out(ledger, command, acting):
                after = ledger.head()
                assert _carry_out(ledger, command, acting)
                assert ledger.head() == after
            else:
                assert ledger.head() == before
        for idea in IDEAS:
            assert {event.tenant for event in ledger.history(idea)} <= {"molde"}
        assert {event.tenant for event in ledger.history(ABROAD)} == {"aukra"}
    finally:
        ledger.close()


_FILES = itertools.count()


def _submission(key: str) -> commands.SubmitIdea:
    return commands.SubmitIdea(
        at=AT, key=key, title="Turnus", problem="Mange sluttar.", submitter=SubmitterKind.EMPLOYEE
    )


def _carry_out(ledger: Ledger, command: Command, acting: Acting) -> bool:
    """Whether it was accepted."""
    work = Work(ledger, Origin(acting.tenant, acting.actor, AT, "test", "test"))
    try:
        COMMANDS[type(command)](work, command, acting)
    except Refused:
        return False
    if work.entries:
        ledger.append(work.entries, erase=work.erasures)
    return True


def test_every_command_to_intake_has_its_use_case_and_its_rule() -> None:
    known = {kind for (service, _), kind in catalogue.commands().items() if service == "intake"}
    own = {kind for kind in known if kind.__module__ == commands.__name__}
    assert own == set(COMMANDS)
    assert own == {commands.SubmitIdea, *RULES}
