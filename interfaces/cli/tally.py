"""What came of an import's lines: how many were accepted, and why the others were not."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING

from interfaces.cli.common import told
from interfaces.cli.printing import as_json, as_lines, show, table

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.answers import ClaimOutcome
    from interfaces.cli.common import Common
    from interfaces.cli.sheet import Line


@dataclass(frozen=True)
class Rejected:
    """A line that was not accepted, and why; `sentence` says it in the language of the one who imports."""

    line: int
    id: str
    rule: str
    says: str
    field: str | None
    accepts: str | None
    sentence: str


@dataclass
class Tally:
    """What came of the lines so far. `already`: accepted before this run."""

    lines: int = 0
    new: int = 0
    already: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    upto: int = 0
    """Intake's position that holds every outcome."""

    def count(self, line: Line, outcome: ClaimOutcome, *, fresh: bool) -> None:
        """Count a line whose claim has been decided on."""
        self.lines += 1
        if outcome.state == "accepted":
            self.new += fresh
            self.already += not fresh
            return
        why = outcome.refusal
        if why is None:
            says = f"it was {outcome.state}"
            self.rejected.append(Rejected(line.number, line.id, outcome.state, says, None, None, says))
        else:
            self.rejected.append(Rejected(line.number, line.id, why.rule, why.says, why.field, why.accepts, told(why)))


def print_tally(tally: Tally, file: Path, tenant: str, system: str, common: Common) -> None:
    """Print it as the command was asked to; as lines, the rejected ones first and the counts last."""
    counts = {
        "file": str(file),
        "municipality": tenant,
        "system": system,
        "lines": tally.lines,
        "accepted": tally.new + tally.already,
        "new": tally.new,
        "already": tally.already,
        "not_accepted": len(tally.rejected),
    }
    match common.output:
        case "json":
            as_json({**counts, "rejected": [asdict(each) for each in tally.rejected]})
        case "ndjson":
            as_lines([*(asdict(each) for each in tally.rejected), counts])
        case _:
            headings = ("Lines#", "Accepted#", "of these new#", "already there#", "Not accepted#")
            cells = [tuple(counts[name] for name in ("lines", "accepted", "new", "already", "not_accepted"))]
            tables = [table(f"{file.name}: ideas to {tenant} from {system}", headings, cells)]
            if tally.rejected:
                why = ("Line#", "Id", "Why", "Field", "Accepted would be")
                rows = [(r.line, r.id, r.sentence, r.field, r.accepts) for r in tally.rejected]
                tables.append(table("Not accepted", why, rows))
            show(*tables)
