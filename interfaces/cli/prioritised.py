"""How the queue and the follow-up look as tables in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interfaces.cli.forms import form_of
from interfaces.cli.printing import table

if TYPE_CHECKING:
    from rich.table import Table

Record = dict[str, Any]


def queue(result: Record) -> list[Table]:
    """The cases that wait, in their order, and what gave each its place."""
    rows = [
        (
            row["municipality"], row["place"], row["number"], f"{row['title']}\n{row['case']}", row["state"],
            row["days"], row["score"], _criteria(row), _why(row), _recommended(row),
        )
        for row in result["cases"]
    ]  # fmt: skip
    headings = (
        *("Where!", "Place#", "Case!", "Title and id", "State", "Days#", "Score#", "By criterion", "Because"),
        "Recommended",
    )
    return [table(f"{len(rows)} cases wait, on {result['on']}", headings, rows)]


def _criteria(row: Record) -> str:
    """Each criterion with its score, and its weight where it is not one: `quality 4.00, risk x2 -`."""
    return ", ".join(
        " ".join(
            (each["criterion"], *([f"x{each['weight']}"] if each["weight"] != 1 else []), str(each["score"] or "-"))
        )
        for each in row["criteria"]
    )


def _why(row: Record) -> str:
    """The reasons for its place, with what they rest on."""
    rests_on = {
        "ranked": f"no. {row['rank']} by the council" + (f": {row['reason']}" if row["reason"] else ""),
        "statutory": f"statutory: {row['statutory']}",
        "scored": "scored (exempt from publicity)" if row["score"] is None else f"scored {row['score']}",
        "not-scored": "not scored, by time waited",
    }
    said = [rests_on[reason] for reason in row["because"]]
    return "\n".join([*said, *([] if row["understood"] else ["the problem is not described yet"])])


def _recommended(row: Record) -> str:
    return " ".join(filter(None, (row["recommended"], form_of(row, "recommended_form"))))


def follow_up(result: Record) -> list[Table]:
    """What was set in motion: where it stands, what is late, what it has reached."""
    rows = [
        (
            row["municipality"], row["number"], row["title"], row["decided"],
            " ".join(filter(None, (row["outcome"], form_of(row), row["route"], row["strength"]))),
            f"{row['standing']} since {row['since']}", row["responsible"], row["deadline"], row["late_days"] or None,
            _report(row["activity"]), f"{row['reached']} of {row['benefits']}" if row["benefits"] else None,
        )
        for row in result["decisions"]
    ]  # fmt: skip
    headings = (
        *("Where!", "Case!", "Title", "Decided!", "Outcome", "Stands", "Responsible", "Deadline!", "Days late#"),
        *("Last report", "Benefits reached"),
    )
    made = [table(f"{len(rows)} decisions to follow up, on {result['on']}", headings, rows)]
    asked = [(row["number"], "\n".join(row["conditions"])) for row in result["decisions"] if row["conditions"]]
    return [*made, *([table("On what conditions", ("Case!", "Conditions"), asked)] if asked else [])]


def _report(activity: Record | None) -> str | None:
    if activity is None or activity["status"] is None:
        return None
    status = activity["status"]
    lights = {status.get(side) for side in ("time", "economy", "quality", "risk", "benefits")}
    worst = next((light for light in ("red", "yellow") if light in lights), "green")
    return f"{status['on']} {worst}"
