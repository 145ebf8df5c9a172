"""What of a case is exempt from publicity today, and what stands instead (offentleglova §§ 13, 14), in any view."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from contracts.events import minutes
from contracts.publicity import Exempt, Part, ground_of, notice, withheld
from runtime.projector import Row
from services.reporting.views.scope import by, table

if TYPE_CHECKING:
    from collections.abc import Iterator

    import sqlalchemy as sa

    from contracts.envelope import Recorded
    from contracts.events.council import CaseEvent
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
    """Declare the table: each part that is or was exempt."""
    table("exemptions", metadata, ["case", "part"], ["ground", "public_title"])


def project(recorded: Recorded[Any], event: CaseEvent) -> Iterator[Row]:
    """The rows of an exemption, or of its end; none of other events."""
    case, tenant = str(event.case), {"tenant": recorded.tenant}
    match event:
        case minutes.CaseExempted():
            ground = {**tenant, "ground": event.ground.value, "public_title": event.public_title}
            yield from (Row("exemptions", (case, part.value), ground) for part in event.parts)
        case minutes.CaseOpenedToPublic():
            yield from (Row("exemptions", (case, part.value), {**tenant, "ground": None}) for part in event.parts)


def veils(asked: Asked) -> dict[str, Veil]:
    """By case, what is exempt of it as the record stands, whatever day is asked for."""
    return {case: _veil(rows) for case, rows in by(asked.rows("exemptions", "part"), "case").items()}


def _veil(rows: list[Any]) -> Veil:
    held = [row for row in rows if row.ground]
    exempt = tuple(Exempt(part=row.part, ground=row.ground) for row in held)
    return Veil(exempt, withheld(exempt, next((row.public_title for row in held if row.public_title), None)))
