"""How each view looks as tables in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interfaces.cli import prioritised
from interfaces.cli.forms import form_of
from interfaces.cli.printing import table
from interfaces.cli.things import cell, yes
from interfaces.norway import minute

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from rich.table import Table

NOT_SHOWN = "[not shown here]"
"""What stands where another municipality keeps a title to itself."""

Record = dict[str, Any]


def view(name: str, result: Record) -> list[Table]:
    """The tables of a view's answer."""
    shapes = {
        "coordination": _coordination,
        "council-history": _council_history,
        "portfolio": _portfolio,
        "kpis": _kpis,
        "queue": prioritised.queue,
        "follow-up": prioritised.follow_up,
    }
    return shapes[name](result)


# --- the views


def _coordination(result: Record) -> list[Table]:
    counts = table(
        f"What is where, on {result['on']}: ideas, longest wait in days, decisions, activities and benefits",
        (
            "Where!", "Submitted#", "Ideas#", "Needs#", "Wishes#", "Waiting#", "Longest wait#", "Decided#", "Running#",
            "Lessons#", "Completed#", "Benefits#", "Realised#",
        ),
        (
            (
                row["municipality"], row["submitted"], *(row["by_kind"].get(kind, 0) for kind in _KINDS),
                row["waiting"], row["longest_wait"], row["decided"], row["running"], row["stopped_with_lesson"],
                row["completed"], row["benefits_planned"], row["benefits_realised"],
            )
            for row in result["municipalities"]
        ),
    )  # fmt: skip
    employees = table(
        "Innovation by employees, and how many days a decision takes (the median)",
        ("Where!", "From employees#", "Decided#", "Begun#", "Days to a decision#"),
        (
            [row[name] for name in ("municipality", *_OF_EMPLOYEES, "days_to_decision")]
            for row in result["municipalities"]
        ),
    )
    ideas = table(
        f"{result['total']} ideas, with the days they waited",
        ("Where!", "Title and id", "Kind", "State", "Case!", "Submitted!", "Days#", "Decided", "Responsible"),
        (
            (
                row["municipality"], f"{_title(row)}\n{row['idea']}", row["kind"], row["state"], row["number"],
                row["submitted"], row["waiting_days"], _words(row["decided"], _outcome(row)), row["responsible"],
            )
            for row in result["ideas"]
        ),
    )  # fmt: skip
    needs = table(
        "The same need in several municipalities",
        ("Where", "Ideas#", "Titles"),
        ((", ".join(n["municipalities"]), len(n["ideas"]), "\n".join(n["titles"])) for n in result["needs"]),
    )
    lacks = table(
        "Councils without what every council is to have",
        ("Where", "Council", "Lacks"),
        ((one["municipality"], one["name"], ", ".join(one["lacks"])) for one in result["councils"] if one["lacks"]),
    )
    late = table(
        "Noticed to be late",
        ("Where", "What", "Case!", "Last day!", "Noticed!"),
        ((one["municipality"], one["what"], one["number"], one["due"], one["noticed"]) for one in result["late"]),
    )
    lacking = any(one["lacks"] for one in result["councils"])
    return [
        counts,
        employees,
        ideas,
        *([needs] if result["needs"] else []),
        *([lacks] if lacking else []),
        *([late] if result["late"] else []),
    ]


_KINDS = ("idea", "need", "wish")
_OF_EMPLOYEES = ("by_employees", "employees_decided", "employees_begun")


def _council_history(result: Record) -> list[Table]:
    return [each for council in result["councils"] for each in _council(council)] or [
        table("No councils", ("Council",), ())
    ]


def _council(council: Record) -> list[Table]:
    name = f"{council['name']} ({council['municipality']})"
    numbers = {case["case"]: case["number"] for case in council["cases"]}
    made = [
        table(
            f"{name}, established {council['established']}: mandates",
            ("Edition#", "Adopted!", "In force!", "Withdrawn!", "Case!", "Change"),
            (
                (m["edition"], m["adopted"], m["in_force"], m["withdrawn"], m["case_reference"], m["change"])
                for m in council["mandates"]
            ),
        ),
        table(
            f"{name}: composition",
            ("Member", "Name", "Discipline", "Unit", "Seat", "From!", "Until!", "Sits"),
            ((s["member"], cell(s["name"]), s["discipline"], s["unit"], _seat(s), *_term(s, "sits"))
             for s in council["seats"]),
        ),
        table(
            f"{name}: offices",
            ("Office", "Member", "From!", "Until!", "Holds it"),
            ((o["office"], o["member"], *_term(o, "holds")) for o in council["offices"]),
        ),
        table(
            f"{name}: meetings",
            ("Starts!", "Place", "State", "Chair", "Present", "Absent", "Seats#", "Quorum", "Cases", "Broken off"),
            (
                (
                    minute(m["starts"]), _words(m["place"], "remote" if m["remote"] else None), m["state"], m["chair"],
                    cell(m["present"]), cell(m["absent"]), m["seats"], yes(m["quorate"]),
                    ", ".join(numbers.get(case, case) for case in m["agenda"]), m["adjourned"],
                )
                for m in council["meetings"]
            ),
        ),
        table(
            f"{name}: cases and decisions",
            ("Case!", "Title", "Received!", "Decided!", "Outcome", "Responsible", "Deadline!", "Votes", "Recused"),
            (row for case in council["cases"] for row in _case(case)),
        ),
    ]  # fmt: skip
    reasons = [
        (case["number"], d["decided"], d["reasons"], "\n".join(d["priorities"]), "\n".join(d["conditions"]))
        for case in council["cases"]
        for d in case["decisions"]
        if d["reasons"] or d["priorities"] or d["conditions"]
    ]
    columns = ("Case!", "Decided!", "Reasons", "Priorities", "Conditions")
    return [each for each in [*made, table(f"{name}: reasons", columns, reasons)] if each.row_count]


def _case(case: Record) -> Iterable[tuple[object, ...]]:
    """A row for each decision, or one that says how the case stands."""
    known = (case["number"], _title(case), case["received"])
    recused = ", ".join(
        f"{each['member']} ({each['ground'] or 'exempt'})" for each in case["recusals"] if each["recused"]
    )
    if not case["decisions"]:
        ended = f"withdrawn {case['withdrawn']}" if case["withdrawn"] else "not decided"
        yield (*known, None, ended, None, None, None, recused)
    for decision in case["decisions"]:
        yield (
            *known, decision["decided"], _outcome(decision), decision["responsible"], decision["deadline"],
            _votes(decision), ", ".join(decision["recused"]),
        )  # fmt: skip


def _votes(decision: Record) -> str:
    """Who voted what, such as `for: ada, bo; against: kari; the chair decided`."""
    by: dict[str, list[str]] = {}
    for record in decision["votes"]:
        by.setdefault(record["vote"], []).append(record["member"])
    said = [f"{vote}: {', '.join(members)}" for vote, members in by.items()]
    tie = [f"tie broken by {decision['tie_broken_by']}"] if decision["tie_broken_by"] else []
    return "; ".join(said + tie)


def _portfolio(result: Record) -> list[Table]:
    activities = table(
        f"{len(result['activities'])} activities, on {result['on']}",
        ("Where!", "Title and id", "State", "Case!", "Form", "Started!", "Deadline!", "Responsible", "Last report"),
        (
            (
                row["municipality"], f"{_title(row)}\n{row['activity']}",
                _words(row["state"], row["phase"], "LATE" if row["late"] else None), row["number"],
                _words(form_of(row), row["route"], row["strength"]), row["started"], row["deadline"],
                row["responsible"], row["status"] and f"{row['status']['on']} {_lights(row['status'])}",
            )
            for row in result["activities"]
        ),
    )  # fmt: skip
    benefits = table(
        "Benefits",
        ("Activity", "Benefit", "Unit", "Start#", "Desired#", "Due!", "Value#", "Measured!", "Achieved#", ""),
        (
            (
                _title(row), b["indicator"], b["unit"], b["start"], b["desired"], b["due"], b["value"], b["measured"],
                b["achieved"], "overdue" if b["overdue"] else None,
            )
            for row in result["activities"]
            for b in row["benefits"]
        ),
    )  # fmt: skip
    lessons = table(
        "What was learnt",
        ("Activity", "Ended!", "Lesson"),
        ((_title(row), row["ended"], row["lesson"]) for row in result["activities"] if row["lesson"]),
    )
    return [activities, *(each for each in (benefits, lessons) if each.row_count)]


def _lights(status: Record) -> str:
    """All green, or which of the five are not."""
    lights = {name: status[name] for name in ("time", "economy", "quality", "risk", "benefits")}
    return ", ".join(f"{name} {light}" for name, light in lights.items() if light != "green") or "all green"


def _kpis(result: Record) -> list[Table]:
    headings = ("Where!", "KPI", "Unit", "Period", "Value#", "Was#", "Change", "Target#", "Reached", "Source")
    rows = [
        (
            kpi["municipality"], kpi["name"], kpi["unit"], value["period"], value["value"], value["was"],
            value["change"], kpi["target"], yes(kpi["reached"]) if value is kpi["values"][-1] else None,
            value["source"],
        )
        for kpi in result["kpis"]
        for value in kpi["values"] or [dict.fromkeys(("period", "value", "was", "change", "source"))]
        if kpi["values"] or value
    ]  # fmt: skip
    return [table(f"{len(result['kpis'])} KPIs", headings, rows)]


# --- cells


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _title(row: Record) -> str:
    return NOT_SHOWN if row["title"] is None else str(row["title"])


def _outcome(row: Record) -> str:
    return _words(row["outcome"], form_of(row), row["route"], row["strength"])


def _seat(seat: Record) -> str:
    standing = "votes" if seat["voting"] else "no vote"
    return _words(standing, "ROR-IKT" if seat["ror"] else None, "substitute" if seat["substitute"] else None)


def _term(row: Record, holds: str) -> Sequence[object]:
    return row["from_"], row["until"], yes(row[holds])
