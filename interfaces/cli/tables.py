"""How each view and each shown thing looks as tables in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interfaces.cli.printing import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from rich.table import Table

SEALED = "[sealed]"
"""What stands where a text is sealed."""

NOT_SHOWN = "[not shown here]"
"""What stands where another municipality keeps a title to itself."""

_WIDE = 7
"""Fields above which a list's items are shown one below the other instead of as rows."""

Record = dict[str, Any]


def view(name: str, result: Record) -> list[Table]:
    """The tables of a view's answer."""
    shapes = {
        "coordination": _coordination,
        "council-history": _council_history,
        "portfolio": _portfolio,
        "kpis": _kpis,
    }
    return shapes[name](result)


# --- the views


def _coordination(result: Record) -> list[Table]:
    counts = table(
        f"What is where, on {result['on']}",
        (
            "Municipality", "Submitted#", "Ideas#", "Needs#", "Wishes#", "Waiting#", "Longest wait (days)#", "Decided#",
            "Running#", "Stopped with a lesson#", "Completed#", "Benefits planned#", "realised#",
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
    needs = table(
        "The same need in several municipalities",
        ("Municipalities", "Ideas#", "Titles"),
        ((", ".join(n["municipalities"]), len(n["ideas"]), "\n".join(n["titles"])) for n in result["needs"]),
    )
    headings = (
        "Municipality", "Title", "Kind", "State", "Case", "Submitted!", "Waited (days)#", "Decided", "Outcome",
        "Responsible", "Id!",
    )  # fmt: skip
    ideas = table(
        f"{result['total']} ideas",
        headings,
        (
            (
                row["municipality"], _title(row), row["kind"], _words(row["state"], row["phase"]), row["number"],
                row["submitted"], row["waiting_days"], row["decided"], _outcome(row), row["responsible"], row["idea"],
            )
            for row in result["ideas"]
        ),
    )  # fmt: skip
    return [counts, ideas, *([needs] if result["needs"] else [])]


_KINDS = ("idea", "need", "wish")


def _council_history(result: Record) -> list[Table]:
    return [each for council in result["councils"] for each in _council(council)] or [table("No council yet", (), ())]


def _council(council: Record) -> list[Table]:
    name = f"{council['name']} ({council['municipality']})"
    numbers = {case["case"]: case["number"] for case in council["cases"]}
    made = [
        table(
            f"{name}, established {council['established']}: mandates",
            ("Edition#", "Adopted", "In force", "Case", "Change"),
            (
                (m["edition"], m["adopted"], m["in_force"], m["case_reference"], m["change"])
                for m in council["mandates"]
            ),
        ),
        table(
            f"{name}: composition",
            ("Member", "Name", "Discipline", "Unit", "Seat", "From", "Until", "Sits"),
            ((s["member"], _cell(s["name"]), s["discipline"], s["unit"], _seat(s), *_term(s, "sits"))
             for s in council["seats"]),
        ),
        table(
            f"{name}: offices",
            ("Office", "Member", "From", "Until", "Holds it"),
            ((o["office"], o["member"], *_term(o, "holds")) for o in council["offices"]),
        ),
        table(
            f"{name}: meetings",
            ("Starts", "Place", "State", "Chair", "Present", "Absent", "Seats#", "Quorum", "Cases", "Broken off"),
            (
                (
                    _minute(m["starts"]), _words(m["place"], "remote" if m["remote"] else None), m["state"], m["chair"],
                    _cell(m["present"]), _cell(m["absent"]), m["seats"], _yes(m["quorate"]),
                    ", ".join(numbers.get(case, case) for case in m["agenda"]), m["adjourned"],
                )
                for m in council["meetings"]
            ),
        ),
        table(
            f"{name}: cases and decisions",
            ("Case", "Title", "Received", "Decided", "Outcome", "Responsible", "Deadline", "Votes", "Recused"),
            (row for case in council["cases"] for row in _case(case)),
        ),
    ]  # fmt: skip
    reasons = [
        (case["number"], d["decided"], d["reasons"], "\n".join(d["priorities"]), "\n".join(d["conditions"]))
        for case in council["cases"]
        for d in case["decisions"]
        if d["reasons"] or d["priorities"] or d["conditions"]
    ]
    columns = ("Case", "Decided", "Reasons", "Priorities", "Conditions")
    return [each for each in [*made, table(f"{name}: reasons", columns, reasons)] if each.row_count]


def _case(case: Record) -> Iterable[tuple[object, ...]]:
    """A row for each decision, or one that says how the case stands."""
    known = (case["number"], _title(case), case["received"])
    recused = ", ".join(f"{each['member']} ({each['ground']})" for each in case["recusals"])
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
        (
            "Municipality", "Title", "State", "Case", "Form", "Started", "Deadline", "Late", "Responsible",
            "Reported", "Time", "Economy", "Quality", "Risk", "Benefits", "Id!",
        ),
        (
            (
                row["municipality"], _title(row), _words(row["state"], row["phase"]), row["number"], row["form"],
                row["started"], row["deadline"], "late" if row["late"] else None, row["responsible"],
                *_lights(row["status"]), row["activity"],
            )
            for row in result["activities"]
        ),
    )  # fmt: skip
    benefits = table(
        "Benefits",
        ("Activity", "Benefit", "Unit", "Start#", "Desired#", "Due", "Value#", "Measured", "Achieved#", ""),
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
        ("Activity", "Ended", "Lesson"),
        ((_title(row), row["ended"], row["lesson"]) for row in result["activities"] if row["lesson"]),
    )
    return [activities, *(each for each in (benefits, lessons) if each.row_count)]


def _lights(status: Record | None) -> tuple[object, ...]:
    names = ("on", "time", "economy", "quality", "risk", "benefits")
    return tuple(status[name] if status else None for name in names)


def _kpis(result: Record) -> list[Table]:
    headings = ("Municipality", "KPI", "Unit", "Period", "Value#", "Was#", "Change", "Target#", "Reached", "Source")
    rows = [
        (
            kpi["municipality"], kpi["name"], kpi["unit"], value["period"], value["value"], value["was"],
            value["change"], kpi["target"], _yes(kpi["reached"]) if value is kpi["values"][-1] else None,
            value["source"],
        )
        for kpi in result["kpis"]
        for value in kpi["values"] or [dict.fromkeys(("period", "value", "was", "change", "source"))]
        if kpi["values"] or value
    ]  # fmt: skip
    return [table(f"{len(result['kpis'])} KPIs", headings, rows)]


# --- one thing


def thing(title: str, record: Record) -> list[Table]:
    """An idea, a case or an activity: its fields, then a table for each list it has; its history last."""
    plain = {name: value for name, value in record.items() if not _is_list_of_records(value)}
    made = [_fields(title, _flat(plain))]
    for name, items in record.items():
        if _is_list_of_records(items):
            made += _listed(_heading(name), [_flat(item) for item in items])
    return made


def _listed(heading: str, items: list[Record]) -> list[Table]:
    names = list(dict.fromkeys(name for item in items for name in item if _some(item[name])))
    if len(names) > _WIDE:
        return [_fields(f"{heading} {number}", item) for number, item in enumerate(items, start=1)]
    numeric = {name for name in names if all(isinstance(item.get(name), int | float | None) for item in items)}
    columns = [f"{_heading(name)}#" if name in numeric else _heading(name) for name in names]
    return [table(heading, columns, ([_cell(item.get(name)) for name in names] for item in items))]


def _fields(title: str, record: Mapping[str, Any]) -> Table:
    return table(title, ("", ""), ((_heading(name), _cell(value)) for name, value in record.items() if _some(value)))


def _flat(record: Mapping[str, Any], before: str = "") -> Record:
    """Fields of fields beside each other: `origin.system`."""
    found: Record = {}
    for name, value in record.items():
        if isinstance(value, dict) and not _is_sealed(value):
            found |= _flat(value, f"{before}{name} ")
        else:
            found[f"{before}{name}"] = value
    return found


def _is_list_of_records(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(item, dict) for item in value)


def _is_sealed(value: Mapping[str, Any]) -> bool:
    return {"ref", "digest", "retention"} <= value.keys()


def _some(value: object) -> bool:
    """0 and no are something; nothing, an empty text and an empty list are not."""
    return value is not None and value not in ("", [], {})


# --- cells


def _cell(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return _yes(value)
        case dict() if _is_sealed(value):
            return SEALED
        case dict():
            return " ".join(filter(None, map(_cell, value.values())))
        case list():
            return ", ".join(filter(None, map(_cell, value)))
        case _:
            return str(value)


def _heading(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:]


def _yes(value: object) -> str | None:
    return None if value is None else "yes" if value else "no"


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


def _title(row: Record) -> str:
    return NOT_SHOWN if row["title"] is None else str(row["title"])


def _outcome(row: Record) -> str:
    return _words(row["outcome"], row["form"], row["route"], row["strength"])


def _minute(moment: str | None) -> str | None:
    return moment and f"{moment[:16].replace('T', ' ')}Z"


def _seat(seat: Record) -> str:
    standing = "votes" if seat["voting"] else "no vote"
    return _words(standing, "ROR-IKT" if seat["ror"] else None, "substitute" if seat["substitute"] else None)


def _term(row: Record, holds: str) -> Sequence[object]:
    return row["from_"], row["until"], _yes(row[holds])
