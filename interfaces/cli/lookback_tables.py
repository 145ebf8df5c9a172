"""How `loypa council` looks as tables in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from interfaces.cli.forms import each_form, form_of
from interfaces.cli.printing import table
from interfaces.cli.tables import NOT_SHOWN
from interfaces.cli.things import yes
from interfaces.norway import minute

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from rich.table import Table

Record = dict[str, Any]
Rows = list[Record]

SEATS = {"ror": "ROR-IKT's seat", "substitute": "substitute", "member": "member", "vacant": "(vacant seat)"}

GROUNDS = {
    "party": "party to the case (fvl. § 6 a)",
    "kin": "related to a party (fvl. § 6 b, c)",
    "represents": "represents a party (fvl. § 6 d)",
    "leads": "leads a party (fvl. § 6 e)",
    "circumstances": "particular circumstances (fvl. § 6 second paragraph)",
}
"""The grounds of recusal as a secretary cites them."""

EXEMPT = "(exempt)"


def composition(head: Record, rows: Rows, names: Mapping[str, str]) -> list[Table]:
    """Who sat."""
    voting, vacant = sum(row["votes"] for row in rows), sum(row["seat"] == "vacant" for row in rows)
    title = f"{head['name']} on {head['on']}: {voting} with a vote, {vacant} vacant" if vacant else None
    return [
        table(
            title or f"{head['name']} on {head['on']}: {voting} with a vote",
            ("Who", "Seat", "Votes", "Office", "Discipline", "Unit", "From!", "Until!"),
            (
                (
                    _who(row["member"], names), SEATS.get(row["seat"]), yes(row["votes"]), ", ".join(row["offices"]),
                    *(row.get(name) for name in ("discipline", "unit", "from_", "until")),
                )
                for row in rows
            ),
        )
    ]  # fmt: skip


def mandate(head: Record, rows: Rows, _: Mapping[str, str]) -> list[Table]:
    """The edition in force, its rules and its text."""
    if not rows:
        return [table(f"{head['name']} had no mandate in force on {head['on']}", ("Edition",), ())]
    (edition,) = rows
    by = edition["body"] or ("the council itself" if edition["case"] else None)
    told = [
        ("Edition", edition["edition"]), ("Adopted", edition["adopted"]), ("In force from", edition["in_force"]),
        ("Decided in", " ".join(filter(None, (edition["case_reference"], f"by {by}" if by else None)))),
        ("Change", edition["change"]), *_rules(edition["rules"]),
    ]  # fmt: skip
    return [
        table(f"{head['name']}: mandate in force on {head['on']}", ("", ""), told),
        table("Text", ("",), [(edition["text"].strip(),)]),
    ]


def _rules(rules: Record) -> list[tuple[str, object]]:
    """The rules, in the order they are laid down, what is not watched left out."""
    told = {**rules, "forms": each_form(rules)}
    said = {name: value for name, value in told.items() if value is not None and name not in _NAMED}
    laid_down = [(f"Rule: {name.replace('_', ' ')}", _value(value)) for name, value in said.items()]
    criteria = ", ".join(
        each["key"] + (f" x{each['weight']}" if each["weight"] != 1 else "") for each in rules["criteria"]
    )
    return [*laid_down, ("Rule: criteria", criteria)]


_NAMED = frozenset({"criteria", "form_names"})
"""What is told in a way of its own."""


def _value(value: object) -> object:
    match value:
        case bool():
            return yes(value)
        case list():
            return ", ".join(map(str, value))
        case _:
            return value


def agenda(head: Record, rows: Rows, _: Mapping[str, str]) -> list[Table]:
    """A table for each meeting."""
    meetings = dict.fromkeys((row["meeting"], row["starts"], row["place"], row["state"]) for row in rows)
    made = [
        table(
            f"{head['name']}: {minute(starts) or 'no time yet'}, {place or 'no place'} ({state}, as of {head['on']})"
            f"\nmeeting {meeting}",
            ("#", "Case!", "Title", "Outcome"),
            (
                (row["item"], row["number"], _title(row), _fate(row))
                for row in rows
                if row["meeting"] == meeting
            ),
        )
        for meeting, starts, place, state in meetings
    ]  # fmt: skip
    return made or [table(f"{head['name']}: no meeting on {head['on']}, and none called", ("Case",), ())]


def _fate(row: Record) -> str | None:
    return f"{row['outcome']}: {row['reason']}" if row.get("reason") else row["outcome"]


def decisions(head: Record, rows: Rows, names: Mapping[str, str]) -> list[Table]:
    """What was decided, then why."""
    what = table(
        f"{head['name']}: {len(rows)} decisions",
        ("Decided!", "Case!", "Title", "Outcome", "Votes!", "Responsible", "Deadline!", "Note"),
        (
            (
                row["on"], row["number"], _title(row), _course(row),
                row["votes"], _who(row["responsible"], names), row["deadline"], _standing_of(row, names),
            )
            for row in rows
        ),
    )  # fmt: skip
    why = table(
        "Why, and on what conditions",
        ("Decided!", "Case!", "Reasons", "Priorities", "Conditions"),
        (
            (row["on"], row["number"], row["reasons"], "\n".join(row["priorities"]), "\n".join(row["conditions"]))
            for row in rows
        ),
    )  # fmt: skip
    return [what, *([why] if rows else [])]


def _course(row: Record) -> str:
    return _words(row["outcome"], form_of(row), row["route"], row["strength"])


def _standing_of(row: Record, names: Mapping[str, str]) -> str:
    formal = row["formal"]
    return _words(
        f"by {_who(row['by_leader'], names)} alone" if row["by_leader"] else None,
        f"in place of that of {row['replaces']}" if row["replaces"] else None,
        f"holds no more from {row['corrected']}" if row["corrected"] else None,
        f"to {row['referral']['whom']}" if row["referral"] else None,
        f"follows {formal['body']} {formal['reference']} of {formal['decided']}" if formal else None,
    )


def _in_seat(row: Record, who: str, names: Mapping[str, str]) -> str:
    """In whose seat somebody voted, unless it was their own."""
    if who in row["instead_of"]:
        return f" (for {_who(row['instead_of'][who], names)})"
    return f" (in vacant seat {row['in_vacant'][who]})" if who in row["in_vacant"] else ""


def votes(head: Record, rows: Rows, names: Mapping[str, str]) -> list[Table]:
    """A row a decision."""

    def people(row: Record, vote: str) -> str:
        return "\n".join(_who(who, names) + _in_seat(row, who, names) for who in row[vote])

    return [
        table(
            f"{head['name']}: who voted what",
            ("Decided!", "Case!", "Title", "Outcome", "For", "Against", "Recused", "Carried"),
            (
                (
                    row["on"], row["number"], _title(row), row["outcome"], people(row, "for"), people(row, "against"),
                    "\n".join(_who(who, names) for who in row["recused"]), _carried(row, names),
                )
                for row in rows
            ),
        )
    ]  # fmt: skip


def _carried(row: Record, names: Mapping[str, str]) -> str:
    if row["tie_broken_by"]:
        return f"tie, broken by {_who(row['tie_broken_by'], names)}"
    if not row["for"] and not row["against"]:
        return "without a vote"
    return "unanimous" if row["unanimous"] else f"{len(row['for'])}-{len(row['against'])}"


def recusals(head: Record, rows: Rows, names: Mapping[str, str]) -> list[Table]:
    """A row a question."""
    found = {True: "recused", False: "not recused", None: "not decided"}
    return [
        table(
            f"{head['name']}: whose recusal was a question",
            ("On!", "Case!", "Title", "Who", "Ground", "Came up", "Found", "Why"),
            (
                (
                    row["on"], row["number"], _title(row), _who(row["member"], names),
                    GROUNDS.get(row["ground"], EXEMPT),
                    row["how"] or EXEMPT, found[row["recused"]], row["reasons"],
                )
                for row in rows
            ),
        )
    ]  # fmt: skip


def cases(head: Record, rows: Rows, names: Mapping[str, str]) -> list[Table]:
    """A row a case."""
    return [
        table(
            f"{head['name']}: {len(rows)} cases, and where they stood on {head['on']}",
            ("Case!", "Title", "Decided", "Stands", "Responsible", "Deadline!", "Late#", "Last word"),
            (
                (
                    row["number"], _title(row), _words(row["outcome"], row["decided"]), _stands(row),
                    _who(row["responsible"], names), row["deadline"], row["late_days"] or None, row["result"],
                )
                for row in rows
            ),
        )
    ]  # fmt: skip


def _stands(row: Record) -> str:
    return f"tabled for {row['meeting']}" if row["standing"] == "tabled" else f"{row['standing']} since {row['since']}"


# --- cells


def _who(person: str | None, names: Mapping[str, str]) -> str:
    return names.get(person, person) if person else ""


def _title(row: Record) -> str:
    return NOT_SHOWN if row["title"] is None else str(row["title"])


def _words(*parts: str | None) -> str:
    return " ".join(part for part in parts if part)


TABLES: dict[str, Callable[[Record, Rows, Mapping[str, str]], list[Table]]] = {
    "composition": composition,
    "mandate": mandate,
    "agenda": agenda,
    "decisions": decisions,
    "votes": votes,
    "recusals": recusals,
    "cases": cases,
}
"""By the command's name."""
