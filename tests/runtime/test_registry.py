"""Tenants by their names and numbers, and what is registered of them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from contracts import catalogue
from contracts.acting import Role
from runtime import tenancy
from runtime.accounts import Authority  # noqa: TC001 - pytest reads no annotations, but the name documents the fixture
from runtime.registry import (
    Auditor,
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


MERGED = Registry(
    tenants=(
        Tenant(
            slug="fraena",
            name="Fræna",
            kind="municipality",
            municipality_numbers=(Number(number="1548", until=date(2019, 12, 31), successor="hustadvika"),),
        ),
        Tenant(
            slug="eide",
            name="Eide",
            kind="municipality",
            municipality_numbers=(Number(number="1551", until=date(2019, 12, 31), successor="hustadvika"),),
        ),
        Tenant(
            slug="hustadvika",
            name="Hustadvika",
            kind="municipality",
            municipality_numbers=(Number(number="1579", from_=date(2020, 1, 1)),),
        ),
        Tenant(slug="ror", name="ROR", kind="network", members=("hustadvika",)),
    )
)
BEFORE, AFTER = date(2019, 12, 31), date(2020, 1, 1)


def test_a_number_leads_on_a_day_to_who_bore_it_or_carries_on() -> None:
    assert MERGED.tenant("1548").slug == "fraena"
    assert MERGED.tenant("1548", BEFORE).slug == "fraena"
    assert MERGED.tenant("1548", AFTER).slug == "hustadvika"
    assert MERGED.tenant("1579", AFTER).slug == "hustadvika"
    assert MERGED.heir("eide", BEFORE).slug == "eide"
    assert MERGED.heir("eide", AFTER).slug == "hustadvika"


def test_a_merged_municipality_is_heard_under_both_names_from_that_day_on() -> None:
    assert MERGED.lineage("hustadvika", BEFORE) == ("hustadvika",)
    assert MERGED.lineage("hustadvika", AFTER) == ("hustadvika", "fraena", "eide")
    assert MERGED.lineage("fraena", AFTER) == ("fraena",)
    assert MERGED.heard_by("ror", BEFORE) == ("hustadvika", "ror")
    assert MERGED.heard_by("ror", AFTER) == ("eide", "fraena", "hustadvika", "ror")


def test_a_merger_of_what_was_merged_carries_the_whole_history() -> None:
    romsdal = tenancy.with_tenant(MERGED, Tenant(slug="romsdal", name="Romsdal", kind="municipality"))
    merged = tenancy.merged(romsdal, "hustadvika", "romsdal", date(2030, 1, 1))
    assert set(merged.lineage("romsdal", date(2030, 1, 1))) == {"romsdal", "hustadvika", "fraena", "eide"}
    assert merged.tenant("1548", date(2030, 1, 1)).slug == "romsdal"
    assert merged.tenant("1548", date(2025, 1, 1)).slug == "hustadvika"
    with pytest.raises(tenancy.MergesWithItself):
        tenancy.merged(merged, "romsdal", "eide", date(2031, 1, 1))


def test_a_number_is_borne_by_one_at_a_time() -> None:
    first = Tenant(slug="a", name="A", kind="municipality", municipality_numbers=(Number(number="1502", until=BEFORE),))
    second = Tenant(slug="b", name="B", kind="municipality", municipality_numbers=(Number(number="1502", from_=AFTER),))
    both = Registry(tenants=(first, second))
    assert [both.tenant("1502", day).slug for day in (BEFORE, AFTER)] == ["a", "b"]
    assert both.tenant("1502").slug == "b"
    with pytest.raises(ValidationError, match="given twice: 1502, to a and c at the same time"):
        Registry(tenants=(first, first.model_copy(update={"slug": "c"})))


def test_a_removed_system_is_not_there_and_its_name_is_not_given_again() -> None:
    registry = tenancy.without_system(ror(), "molde", "sak", AFTER)
    with pytest.raises(UnknownSystem):
        registry.system("molde", "sak")
    with pytest.raises(SystemAlreadyRegistered):
        tenancy.with_system(registry, "molde", System(name="sak", title="Nytt sakssystem"))
    assert registry.system("aukra", "sak").name == "sak"


def test_a_removed_tenant_has_no_systems_and_no_roles_and_its_name_is_not_given_again() -> None:
    registry = ror().with_grant("molde", Grant(person="kari", role=Role.SECRETARY))
    registry = tenancy.without_tenant(registry, "molde", AFTER)
    assert "molde" not in registry.slugs
    assert registry.tenant("1506").removed == AFTER
    assert registry.granted("molde", "kari", AFTER) == frozenset()
    assert "molde" in registry.heard_by("ror")
    with pytest.raises(UnknownSystem):
        registry.system("molde", "sak")
    with pytest.raises(tenancy.TenantAlreadyRegistered):
        tenancy.with_tenant(registry, Tenant(slug="molde", name="Molde", kind="municipality"))
    with pytest.raises(tenancy.TenantRemoved):
        tenancy.with_system(registry, "molde", System(name="ny", title="Ny"))


def test_a_role_is_ended_after_a_last_day() -> None:
    grants = (
        Grant(person="kari", role=Role.SECRETARY, from_=date(2020, 1, 1)),
        Grant(person="kari", role=Role.SECRETARY, from_=date(2031, 1, 1)),
        Grant(person="kari", role=Role.DIRECTOR),
    )
    registry = ror()
    for grant in grants:
        registry = tenancy.with_grant(registry, "molde", grant)
    ended = tenancy.without_grant(registry, "molde", "kari", Role.SECRETARY, date(2026, 6, 30))
    assert ended.granted("molde", "kari", date(2026, 6, 30)) == {Role.SECRETARY, Role.DIRECTOR}
    assert ended.granted("molde", "kari", date(2026, 7, 1)) == {Role.DIRECTOR}
    assert ended.granted("molde", "kari", date(2031, 6, 1)) == {Role.DIRECTOR}
    with pytest.raises(tenancy.NotGranted):
        tenancy.without_grant(registry, "molde", "ola", Role.SECRETARY, date(2026, 6, 30))


@pytest.mark.parametrize("name", ["admin", "watch", "sak"])
def test_an_auditor_is_called_as_nobody_else_is(name: str) -> None:
    with pytest.raises(ValidationError, match=f"given twice: {name}"):
        tenancy.with_auditor(ror(), "molde", Auditor(name=name, title="Revisjonen"))


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


def test_of_all_who_open_a_new_installation_at_once_each_has_the_registered_keys(authority: Authority) -> None:
    path = authority.keys.parent / "tenants.json"
    starting = threading.Barrier(8)

    def opening(_number: int) -> tuple[Registry, str]:
        starting.wait()
        return open_registry(path, authority), authority.front_end("rauma", "cli").public

    with ThreadPoolExecutor(8) as threads:
        opened = list(threads.map(opening, range(8)))
    (registry,) = {registry for registry, _ in opened}
    assert {key for _, key in opened} == {registry.system("rauma", "cli").front_end}


@pytest.mark.parametrize(
    ("tenants", "says"),
    [
        ('{"slug": "a", "name": "A", "kind": "network", "members": ["b"]}', "members that are no tenants: b"),
        (
            '{"slug": "a", "name": "A", "kind": "network"}, {"slug": "a", "name": "B", "kind": "network"}',
            "given twice: a",
        ),
        ('{"slug": "hub", "name": "Hub", "kind": "network"}', "given twice: hub"),
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
