"""Who is at the door, with no server to vouch for it: forged subjects and assertions get nowhere, and are logged."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from contracts.acting import Kind, Role
from runtime import tenancy
from runtime.assertion import (
    HEADER,
    AnotherMessage,
    AnotherSystem,
    AnotherTenant,
    Expired,
    NotAFrontEnd,
    NotAnAssertion,
    Replayed,
    WrongKey,
    request,
    sign,
)
from runtime.reception import Reception
from runtime.registry import Grant, UnknownSystem, UnknownTenant
from runtime.ror import ror
from runtime.signing import Key

if TYPE_CHECKING:
    from contracts.refusals import Refused

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
KEY, OTHER = Key.new("U", bytes(range(32))), Key.new("U", bytes(range(1, 33)))
REGISTRY = (
    ror()
    .with_front_end_key("molde", "cli", KEY.public)
    .with_front_end_key("molde", "portal", OTHER.public)
    .with_front_end_key("aukra", "cli", OTHER.public)
    .with_grant("molde", Grant(person="kari", role=Role.CASEWORKER))
)
SUBJECT, BODY = "cmd.molde.cli.intake.ReferIdea", b'{"idea":"secret text"}'


@pytest.fixture
def reception() -> Reception:
    return Reception(lambda: REGISTRY, lambda: NOW)


def vouched(key: Key = KEY, **changed: Any) -> dict[str, str]:
    said = {"tenant": "molde", "system": "cli", "person": "kari", "now": NOW, "jti": "1"} | changed
    said.setdefault("req", request("cmd.cli.intake.ReferIdea", BODY))
    return {HEADER: sign(key, **said)}


def test_a_person_comes_with_their_grants_and_their_municipality_s_peers(reception: Reception) -> None:
    caller = reception.identify(SUBJECT, BODY, vouched())
    assert (caller.tenant, caller.system, caller.person, caller.kind) == ("molde", "cli", "kari", Kind.MUNICIPALITY)
    assert caller.granted == {Role.CASEWORKER, Role.SUBMITTER}
    assert caller.peers == {"aukra", "rauma", "vestnes", "hustadvika"}
    assert caller.acting().carries_on == frozenset()


def test_who_carries_on_for_a_municipality_may_read_what_is_its_from_that_day_on() -> None:
    for merged, carries_on in ((NOW.date(), {"aukra"}), (NOW.date() + timedelta(days=1), set())):
        registry = tenancy.merged(REGISTRY, "aukra", "molde", merged)
        caller = Reception(lambda registry=registry: registry, lambda: NOW).identify(SUBJECT, BODY, vouched())  # type: ignore[misc]  # the loop's own
        assert caller.acting().carries_on == carries_on


def test_a_system_by_itself_is_a_system_and_a_network_is_nobody_s_peer(reception: Reception) -> None:
    assert reception.identify("query.molde.sak.intake.ClaimStatus", b"", {}).granted == {Role.SYSTEM}
    network = reception.identify("query.ror.cli.reporting.Coordination", b"", {})
    assert (network.kind, network.peers) == (Kind.NETWORK, frozenset())


@pytest.mark.parametrize(
    ("subject", "headers", "refusal"),
    [
        ("cmd.nittedal.cli.intake.ReferIdea", vouched(), UnknownTenant),
        ("cmd.1506.cli.intake.ReferIdea", vouched(tenant="1506"), UnknownTenant),
        ("cmd.MOLDE.cli.intake.ReferIdea", vouched(tenant="MOLDE"), UnknownTenant),
        ("cmd.molde.excel.intake.ReferIdea", vouched(), UnknownSystem),
        ("cmd.molde.sak.intake.ReferIdea", vouched(), NotAFrontEnd),
        ("cmd.aukra.cli.intake.ReferIdea", vouched(), WrongKey),
        ("cmd.aukra.cli.intake.ReferIdea", vouched(OTHER), AnotherTenant),
        ("cmd.molde.portal.intake.ReferIdea", vouched(OTHER), AnotherSystem),
        (SUBJECT, vouched(OTHER), WrongKey),
        (SUBJECT, vouched(now=NOW - timedelta(minutes=2)), Expired),
        ("cmd.molde.cli.intake.MergeIdea", vouched(), AnotherMessage),
        (SUBJECT, vouched(req=request("cmd.cli.intake.ReferIdea", b"{}")), AnotherMessage),
        (SUBJECT, {HEADER: "kari"}, NotAnAssertion),
    ],
)
def test_what_is_forged_is_refused_by_name_and_logged_without_what_it_said(
    reception: Reception,
    subject: str,
    headers: dict[str, str],
    refusal: type[Refused],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(refusal):
        reception.identify(subject, BODY, headers)
    (record,) = caplog.records
    logged = json.loads(record.getMessage().removeprefix("denied "))
    _, tenant, system, service, name = subject.split(".")
    assert logged == {
        "rule": refusal.__name__,
        "tenant": tenant,
        "system": system,
        "service": service,
        "message": name,
    }
    assert "kari" not in record.getMessage()
    assert "secret" not in record.getMessage()


def test_a_replay_is_refused(reception: Reception, caplog: pytest.LogCaptureFixture) -> None:
    reception.identify(SUBJECT, BODY, vouched())
    with pytest.raises(Replayed):
        reception.identify(SUBJECT, BODY, vouched())
    assert '"rule": "Replayed"' in caplog.text


def test_a_name_of_many_lines_is_one_line_of_the_log(reception: Reception, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(UnknownTenant):
        reception.identify("cmd.a\ndenied {}.cli.intake.ReferIdea", BODY, {})
    assert "\n" not in caplog.records[0].getMessage()
