"""Tenants by their names and numbers, and what is registered of them."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from contracts import catalogue
from contracts.acting import Role
from runtime.accounts import Authority  # noqa: TC001 - pytest reads no annotations, but the name documents the fixture
from runtime.registry import (
    Grant,
    Number,
    Registry,
    System,
    SystemAlreadyRegistered,
    Tenant,
    UnknownSystem,
    UnknownTenant,
)
from runtime.ror import open_registry, ror

EXAMPLE = Path(__file__).parents[2] / "deploy" / "tenants.example.json"


@pytest.mark.parametrize("given", ["1506", "molde", "Molde", " 921221967 "])
def test_a_municipality_is_known_by_its_short_name_and_its_numbers(given: str) -> None:
    assert ror().tenant(given).slug == "molde"


def test_an_unknown_municipality_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownTenant) as refused:
        ror().tenant("3232")  # Nittedal is not a member
    assert str(refused.value) == "no municipality or network is known as 3232"
    assert refused.value.field == "municipality"
    assert {"molde", "ror", "1506", "1579"} <= set(refused.value.known)


def test_an_unknown_system_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownSystem) as refused:
        ror().system("molde", "excel")
    assert refused.value.known == ("cli", "portal", "sak", "prosjekt", "dvh", "decide")


def test_the_network_holds_the_five_municipalities() -> None:
    assert ror().tenant("ror").members == ("molde", "aukra", "rauma", "vestnes", "hustadvika")
    assert [network.slug for network in ror().networks_of("aukra")] == ["ror"]
    assert ror().networks_of("ror") == ()


def test_a_former_number_still_finds_the_municipality_that_carries_on() -> None:
    numbers = (Number(number="1502", until=date(2019, 12, 31)), Number(number="1506", from_=date(2020, 1, 1)))
    registry = Registry(
        tenants=(Tenant(slug="molde", name="Molde", kind="municipality", municipality_numbers=numbers),)
    )
    assert registry.tenant("1502").slug == "molde"
    assert [number.valid(date(2019, 12, 31)) for number in numbers] == [True, False]
    assert [number.valid(date(2020, 1, 1)) for number in numbers] == [False, True]


def test_a_grant_holds_in_its_time_only() -> None:
    grant = Grant(person="kari", role=Role.SECRETARY, from_=date(2025, 1, 1), until=date(2025, 12, 31))
    registry = ror().with_grant("molde", grant)
    assert registry.granted("molde", "kari", date(2025, 12, 31)) == {Role.SECRETARY}
    assert registry.granted("molde", "kari", date(2026, 1, 1)) == frozenset()
    assert registry.granted("molde", "ola", date(2025, 6, 1)) == frozenset()
    assert registry.granted("aukra", "kari", date(2025, 6, 1)) == frozenset()
    assert registry.with_grant("molde", grant) is registry


def test_a_further_system_is_registered_once() -> None:
    mail = System(name="epost", title="E-post", claims=("IdeaSubmitted",))
    registry = ror().with_system("rauma", mail)
    assert registry.system("rauma", "epost") == mail
    assert registry.with_system("rauma", mail) is registry
    with pytest.raises(SystemAlreadyRegistered):
        registry.with_system("rauma", System(name="epost", title="Noko anna"))


def test_the_first_start_writes_the_registry_with_keys_for_the_command_line(
    tmp_path: Path, authority: Authority
) -> None:
    path = tmp_path / "data" / "tenants.json"
    registry = open_registry(path, authority)
    assert registry.system("molde", "cli").front_end == authority.front_end("molde", "cli").public
    assert registry.system("aukra", "cli").front_end != registry.system("molde", "cli").front_end
    assert open_registry(path, authority) == registry
    changed = registry.with_grant("molde", Grant(person="kari", role=Role.SECRETARY))
    changed.save(path)
    assert open_registry(path, authority) == changed


@pytest.mark.parametrize(
    ("tenants", "says"),
    [
        ('{"slug": "a", "name": "A", "kind": "network", "members": ["b"]}', "members that are no tenants: b"),
        (
            '{"slug": "a", "name": "A", "kind": "network"}, {"slug": "a", "name": "B", "kind": "network"}',
            "given twice: a",
        ),
        ('{"slug": "Å", "name": "A", "kind": "network"}', "slug"),
        ('{"slug": "a", "name": "A", "kind": "network", "colour": "blue"}', "colour"),
    ],
)
def test_a_registry_that_contradicts_itself_is_refused_with_the_place(tmp_path: Path, tenants: str, says: str) -> None:
    (tmp_path / "tenants.json").write_text(f'{{"tenants": [{tenants}]}}')
    with pytest.raises(ValidationError, match=says):
        Registry.load(tmp_path / "tenants.json")


def test_the_example_to_deploy_from_is_the_registry_without_keys() -> None:
    assert Registry.load(EXAMPLE) == ror()


def test_every_claim_a_system_may_make_is_named_as_the_event_it_would_become() -> None:
    events = {event.__name__ for event in catalogue.events().values()}
    for tenant in ror().tenants:
        for system in tenant.systems:
            assert set(system.claims) <= events
