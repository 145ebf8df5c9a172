"""The whole story in the order it happened, and who has which part in it."""

from __future__ import annotations

from functools import cache
from itertools import chain
from typing import TYPE_CHECKING

from contracts.acting import Role
from interfaces.demo.activities import activities, figures
from interfaces.demo.assessing import assessments
from interfaces.demo.chapter import TENANTS, chapter
from interfaces.demo.councils import councils
from interfaces.demo.submissions import submissions
from runtime.registry import Grant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from interfaces.demo.step import Step


@cache
def steps() -> Sequence[Step]:
    """Every step, oldest first; the same each time, so that a place in it can be kept."""
    told = chain.from_iterable(
        part(chapter(tenant))
        for tenant in TENANTS
        for part in (submissions, assessments, councils, activities, figures)
    )
    return tuple(sorted(told, key=lambda step: step.at))


@cache
def people() -> Sequence[tuple[str, Grant]]:
    """The grants the story rests on, by tenant; leader, members, secretary and ROR-IKT follow from the council."""
    return tuple(
        (tenant, Grant(person=person["id"], role=Role(role)))
        for tenant in TENANTS
        for person in chapter(tenant).told["people"].values()
        for role in person.get("grants", [])
    )
