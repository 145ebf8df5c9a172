"""What of a case is exempt from publicity, and what stands instead (offentleglova §§ 13, 14), in any view."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.events import minutes
from contracts.publicity import Exempt, Part, ground_of, notice, withheld
from runtime.projector import Row
from services.reporting.views.scope import by, table, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from contracts.envelope import Recorded
    from contracts.events.council import CaseEvent
    from runtime.views import Values
    from services.reporting.views.scope import Asked


@dataclass(frozen=True)
class Veil:
    """What is exempt of a case, and what stands `instead` of what a decision says, by the names of its fields."""

    exempt: tuple[Exempt, ...] = ()
    instead: dict[str, Any] = field(default_factory=dict)

    def over(self, part: Part) -> str | None:
        """The notice that stands for the part, if it is exempt."""
        ground = ground_of(part, self.exempt)
        return None if ground is None else notice(ground)

    @property
    def over_recommendation(self) -> str | None:
        """The notice for a recommendation: its own, or that of the reasons it suggests."""
        return self.over(Part.RECOMMENDATION) or self.over(Part.REASONS)

    def told(self, name: str, value: Any) -> Any:  # noqa: ANN401 - any column
        """A decision's field as it may be told."""
        return self.instead.get(name, value) if value else value


NOTHING = Veil()


def tables(metadata: sa.MetaData) -> None:
    """Declare the table: each turn of a part that is or was exempt, and the day it holds from."""
    table("exemptions", metadata, ["case", "part", "number#"], ["ground", "public_title", "turned"])


def project(recorded: Recorded[Any], event: CaseEvent) -> Iterator[Row]:
    """The rows of an exemption, or of its end; none of other events.

    What is opened is public from when that was recorded, whenever it is said to have been done: until then everybody
    was told that it was exempt.
    """
    case, number, tenant = str(event.case), recorded.sequence, {"tenant": recorded.tenant}
    match event:
        case minutes.CaseExempted():
            ground = {"ground": event.ground.value, "public_title": event.public_title}
            turned: Values = {**tenant, **ground, "turned": text(recorded.time.date())}
            yield from (Row("exemptions", (case, part.value, number), turned) for part in event.parts)
        case minutes.CaseOpenedToPublic():
            turned = {**tenant, "ground": None, "turned": text(recorded.recordedtime.date())}
            yield from (Row("exemptions", (case, part.value, number), turned) for part in event.parts)


def veils(asked: Asked) -> dict[str, Veil]:
    """By case, what is exempt of it as the record stands, or was on the day that is asked for."""
    rows = by(asked.rows("exemptions", "part", "number"), "case")
    return {case: _veil(turns, asked.until) for case, turns in rows.items()}


def _veil(turns: list[Any], until: str | None) -> Veil:
    now = {turn.part: turn for turn in turns}
    then = {turn.part: turn for turn in turns if until is not None and turn.turned <= until}
    held = [turn for part in now for turn in _first(now[part], then.get(part))]
    exempt = tuple(Exempt(part=row.part, ground=row.ground) for row in held)
    return Veil(exempt, withheld(exempt, next((row.public_title for row in held if row.public_title), None)))


def _first(*turns: Any) -> Iterator[Any]:  # noqa: ANN401 - rows
    """The first by which something is exempt, if it is by any."""
    yield from [turn for turn in turns if turn is not None and turn.ground][:1]
