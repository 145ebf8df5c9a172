"""A person's assertion is believed while it is fresh, for its own tenant and system, and signed with the right key."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from runtime.assertion import (
    LONGEST,
    AnotherMessage,
    AnotherSystem,
    AnotherTenant,
    Expired,
    NotAFrontEnd,
    NotAnAssertion,
    NotYetValid,
    Once,
    Replayed,
    ValidTooLong,
    WrongKey,
    request,
    sign,
    verify,
)
from runtime.registry import UnknownSystem
from runtime.ror import ror
from runtime.signing import Key

if TYPE_CHECKING:
    from contracts.refusals import Refused

NOW = datetime(2026, 3, 2, 9, 30, 0, 250_000, tzinfo=UTC)
KEY, OTHER = Key.new("U", bytes(range(32))), Key.new("U", bytes(range(1, 33)))
REGISTRY = (
    ror()
    .with_front_end_key("molde", "cli", KEY.public)
    .with_front_end_key("molde", "portal", OTHER.public)
    .with_front_end_key("aukra", "cli", KEY.public)
)

BODY = b'{"idea":"7f3c1d0e-9b2a-47c5-8d1f-0e3a2b4c5d6e"}'
REQ = request("cmd.cli.intake.ReferIdea", BODY)


def asserted(key: Key = KEY, **changed: object) -> str:
    said: dict[str, Any] = {"tenant": "molde", "system": "cli", "person": "kari", "now": NOW, "jti": "1", "req": REQ}
    return sign(key, **(said | changed))


def believed(token: str, **changed: object) -> str:
    sent: dict[str, Any] = {"tenant": "molde", "system": "cli", "now": NOW, "req": REQ, "once": Once()}
    return verify(token, REGISTRY, **(sent | changed))


def test_the_person_a_registered_front_end_vouches_for_is_believed() -> None:
    assert believed(asserted()) == "kari"
    assert believed(asserted(), now=NOW + timedelta(seconds=59)) == "kari"


def test_it_is_a_jwt_as_others_write_it() -> None:
    header, payload, signature = asserted().split(".")
    assert json.loads(base64.urlsafe_b64decode(header + "==")) == {"alg": "EdDSA", "typ": "JWT"}
    assert json.loads(base64.urlsafe_b64decode(payload + "==")) == {
        "iss": "molde/cli",
        "sub": "kari",
        "aud": "molde",
        "iat": 1772443800,
        "exp": 1772443860,
        "jti": "1",
        "req": REQ,
    }
    assert len(base64.urlsafe_b64decode(signature + "==")) == 64


def test_an_old_one_is_refused_with_its_time() -> None:
    with pytest.raises(Expired) as refused:
        believed(asserted(), now=NOW + timedelta(seconds=60))
    assert refused.value.until == NOW.replace(microsecond=0) + timedelta(seconds=60)
    assert "2026-03-02T09:31:00Z" in str(refused.value)


def test_a_front_ends_clock_may_be_a_little_ahead_and_no_more() -> None:
    assert believed(asserted(now=NOW + timedelta(seconds=29))) == "kari"
    with pytest.raises(NotYetValid):
        believed(asserted(now=NOW + timedelta(seconds=32)))


def test_one_that_would_be_valid_for_long_is_refused_at_once() -> None:
    assert believed(asserted(lifetime=LONGEST)) == "kari"
    with pytest.raises(ValidTooLong):
        believed(asserted(lifetime=LONGEST + timedelta(seconds=1)))


@pytest.mark.parametrize(
    ("token", "sent", "refusal"),
    [
        (asserted(OTHER), {}, WrongKey),
        (asserted(OTHER, system="portal"), {}, WrongKey),
        (asserted(tenant="aukra"), {}, AnotherTenant),
        (asserted(), {"tenant": "aukra"}, AnotherTenant),
        (asserted(OTHER), {"system": "portal"}, AnotherSystem),
        (asserted(), {"system": "sak"}, NotAFrontEnd),
        (asserted(), {"system": "excel"}, UnknownSystem),
        ("", {}, NotAnAssertion),
        ("kari", {}, NotAnAssertion),
        ("a.b.c", {}, NotAnAssertion),
        ("æ.ø.å", {}, NotAnAssertion),
    ],
)
def test_what_does_not_fit_the_sender_is_refused_by_name(
    token: str, sent: dict[str, Any], refusal: type[Refused]
) -> None:
    with pytest.raises(refusal):
        believed(token, **sent)


def resigned(header: dict[str, Any], payload: dict[str, Any]) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, payload)]
    signature = base64.urlsafe_b64encode(KEY.sign(".".join(parts).encode())).rstrip(b"=").decode()
    return ".".join([*parts, signature])


PAYLOAD = {
    "iss": "molde/cli",
    "sub": "kari",
    "aud": "molde",
    "iat": 1772443800,
    "exp": 1772443860,
    "jti": "1",
    "req": REQ,
}


@pytest.mark.parametrize(
    ("header", "payload"),
    [
        ({"alg": "none"}, PAYLOAD),
        ({"alg": "HS256"}, PAYLOAD),
        ({"alg": "EdDSA"}, PAYLOAD | {"exp": "1772443860"}),
        ({"alg": "EdDSA"}, PAYLOAD | {"sub": "Kari Nordmann"}),
        ({"alg": "EdDSA"}, PAYLOAD | {"jti": ""}),
        ({"alg": "EdDSA"}, {name: value for name, value in PAYLOAD.items() if name != "req"}),
        ({"alg": "EdDSA"}, {name: value for name, value in PAYLOAD.items() if name != "exp"}),
    ],
)
def test_a_well_signed_token_in_another_form_is_refused(header: dict[str, Any], payload: dict[str, Any]) -> None:
    with pytest.raises(NotAnAssertion):
        believed(resigned(header, payload))


@pytest.mark.parametrize("position", range(0, 160, 7))
def test_no_character_of_it_can_be_changed(position: int) -> None:
    token = asserted()
    changed = token[:position] + ("A" if token[position] != "A" else "B") + token[position + 1 :]
    with pytest.raises((WrongKey, NotAnAssertion)):
        believed(changed)


# --- for one message, once


def test_what_ties_it_to_its_message_can_be_made_anywhere() -> None:
    r"""`printf 'cmd.cli.intake.ReferIdea\n{}' | openssl dgst -sha256 -binary | basenc --base64url`, without the `=`."""
    assert request("cmd.cli.intake.ReferIdea", b"{}") == "HmF7057_AscuD3b8us3FHPaL-4nCpMqjTOpI2ji017s"


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("cmd.cli.intake.WithdrawIdea", BODY),
        ("query.cli.intake.ReferIdea", BODY),
        ("cmd.cli.council.ReferIdea", BODY),
        ("cmd.cli.intake.ReferIdea", BODY + b" "),
        ("cmd.cli.intake.ReferIdea", b""),
    ],
)
def test_it_is_worthless_for_another_message(subject: str, body: bytes) -> None:
    with pytest.raises(AnotherMessage):
        believed(asserted(), req=request(subject, body))


def test_it_counts_once() -> None:
    once = Once()
    assert believed(asserted(), once=once) == "kari"
    with pytest.raises(Replayed):
        believed(asserted(), once=once)
    assert believed(asserted(jti="2"), once=once) == "kari"


def test_one_that_was_turned_away_is_not_used_up() -> None:
    once = Once()
    with pytest.raises(AnotherMessage):
        believed(asserted(), once=once, req=request("cmd.cli.intake.MergeIdea", BODY))
    assert believed(asserted(), once=once) == "kari"


def test_it_is_remembered_for_as_long_as_it_could_be_valid() -> None:
    once = Once()
    longest = asserted(now=NOW + timedelta(seconds=29), lifetime=LONGEST)
    assert believed(longest, once=once) == "kari"
    for seconds in (1, 100, 328):
        with pytest.raises(Replayed):
            believed(longest, once=once, now=NOW + timedelta(seconds=seconds))
    with pytest.raises(Expired):
        believed(longest, once=once, now=NOW + timedelta(seconds=330))


def test_its_memory_is_bounded() -> None:
    once = Once(most=3)
    for number in range(5):
        once.use("molde/cli", str(number), NOW)
    once.use("molde/cli", "0", NOW)  # the oldest was forgotten
    with pytest.raises(Replayed):
        once.use("molde/cli", "4", NOW)
