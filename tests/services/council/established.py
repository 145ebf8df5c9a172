"""A council once it is established, and more: what the tests of its mandate and its terms are written in."""

from __future__ import annotations

from datetime import date, timedelta
from functools import reduce
from typing import TYPE_CHECKING, Any

from contracts.commands import council as do
from contracts.identity import derive
from services.council.domain.composition import State, Unestablished
from services.council.domain.council import decide, evolve
from services.council.domain.mandate import Adoption
from tests.services.council.given import AT, CASE, COUNCIL, facts
from tests.services.council.town import ESTABLISH

if TYPE_CHECKING:
    from uuid import UUID


A_DAY = timedelta(days=1)
TODAY = AT.date()
MARCH, JUNE = date(2026, 3, 1), date(2026, 6, 30)
FIRST = derive("decision", 1)
NONE_YET = Unestablished(COUNCIL, "molde")


def council(*commands: Any) -> Any:
    """The council once it is established and all this has been done."""
    return reduce(after, (ESTABLISH, *commands), NONE_YET)


def after(state: State, command: Any) -> State:
    return reduce(evolve, decide(state, command), state)


def adopt(case: Any = None, decision: UUID = FIRST, **changes: Any) -> Adoption:
    """An edition that rests on this case of the council's own and the decision in it, or on another body's."""
    said: dict[str, Any] = {"at": AT, "adopted": TODAY, "change": "Ny utgåve", "mandate": "Meir.", "rules": do.Rules()}
    said |= {"case_reference": "PS-14/26"} if case is None else {"case": CASE}
    return Adoption(do.AdoptMandate(**{**said, **changes}), case, decision if case else None)


def no(rule: type[Any], state: State, command: Any) -> dict[str, Any]:
    return facts(rule, decide, state, command)
