"""The rows of `loypa council`, from a council's history and its follow-up as they were on a day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Record = dict[str, Any]
Rows = list[Record]

OF_A_DAY = frozenset({"decisions", "votes", "recusals"})
"""What belongs to the day it happened on."""


@dataclass(frozen=True)
class Asked:
    """A council's record up to a day, and what of it is asked for.

    `today` is the day the record stands on: `on`, or the present one when no day was asked for.
    """

    council: Record
    follow_up: Rows
    today: str
    on: str | None = None
    meeting: str | None = None
    case: str | None = None

    @property
    def of_a_day(self) -> bool:
        """Whether only what happened on the day is asked for: of a meeting or case it is all up to the day."""
        return bool(self.on) and not self.meeting and not self.case

    def cases(self) -> Iterator[Record]:
        """The cases asked for, in the order the council got them."""
        return (case for case in self.council["cases"] if self.case in {None, case["number"]})

    def decided(self) -> Iterator[tuple[Record, Record]]:
        """Each case with each decision asked for, in the order they were made."""
        found = [
            (case, decision)
            for case in self.cases()
            for decision in case["decisions"]
            if self.meeting in {None, decision["meeting"]} and (not self.of_a_day or decision["decided"] == self.on)
        ]
        return iter(sorted(found, key=lambda each: str(each[1]["decided"])))


# --- who, and by which rules


def composition(asked: Asked) -> Rows:
    """A row for everybody who sits or holds an office, then one for each vacant seat."""
    held: dict[str, Rows] = {}
    for office in asked.council["offices"]:
        if office["holds"]:
            held.setdefault(office["member"], []).append(office)
    rows = []
    for seat in asked.council["seats"]:
        if seat["sits"]:
            offices = [office["office"] for office in held.pop(seat["member"], [])]
            known = {name: seat[name] for name in ("member", "discipline", "unit", "from_", "until")}
            rows.append(known | {"seat": _seat(seat), "votes": seat["voting"] and not seat["substitute"]}
                        | {"offices": offices})  # fmt: skip
    for member, others in held.items():
        term = {name: others[0][name] for name in ("from_", "until")}
        offices = [office["office"] for office in others]
        rows.append({"member": member, "seat": None, "votes": False, "offices": offices, **term})
    return rows + [{"member": None, "seat": "vacant", "votes": False, "offices": []}] * _vacant(asked, rows)


def _seat(seat: Record) -> str:
    return "ror" if seat["ror"] else "substitute" if seat["substitute"] else "member"


def _vacant(asked: Asked, rows: Rows) -> int:
    """How many of the seats that the rules lay down nobody holds."""
    seats: int = next((edition["rules"]["seats"] for edition in mandate(asked)), None) or 0
    return max(0, seats - sum(1 for row in rows if row["votes"]))


def mandate(asked: Asked) -> Rows:
    """The edition in force, if there is one yet: the last that the council has not taken back."""
    begun = [edition for edition in asked.council["mandates"] if edition["in_force"] <= asked.today]
    return [edition for edition in begun if not edition["withdrawn"] or asked.today < edition["withdrawn"]][-1:]


# --- meetings


def agenda(asked: Asked) -> Rows:
    """The cases of each meeting asked for, in order, with what came of them there; then those that left it."""
    known = {case["case"]: case for case in asked.council["cases"]}
    days = {meeting["meeting"]: _day(meeting) for meeting in asked.council["meetings"]}
    return [row for meeting in _meetings(asked) for row in _items(meeting, known, days)]


def _items(meeting: Record, known: dict[str, Record], days: dict[str, str]) -> Iterator[Record]:
    where = {name: meeting[name] for name in ("meeting", "starts", "place", "state")}
    left = {turn["case"]: turn for turn in meeting["struck"] if turn["case"] not in meeting["agenda"]}
    for item, case in enumerate(meeting["agenda"], start=1):
        came = {"outcome": _outcome_in(known.get(case), meeting), "reason": None}
        yield where | {"item": item} | _named(case, known) | came
    for case, turn in left.items():
        came = {"outcome": "struck", "reason": turn["reason"]}
        if turn.get("moved_to"):
            came = {"outcome": "moved", "reason": f"to the meeting of {days.get(turn['moved_to'], turn['moved_to'])}"}
        yield where | {"item": None} | _named(case, known) | came


def _day(meeting: Record) -> str:
    return (meeting["starts"] or "")[:10]


def _named(case: str, known: dict[str, Record]) -> Record:
    told = known.get(case, {})
    return {"case": case, "number": told.get("number"), "title": told.get("title")}


def _meetings(asked: Asked) -> Rows:
    """The one that was named; or those of the day; or else the next that had been called by then."""
    every: Rows = asked.council["meetings"]
    if asked.meeting:
        return [meeting for meeting in every if meeting["meeting"] == asked.meeting]
    held = [meeting for meeting in every if _day(meeting) == asked.today]
    ahead = [m for m in every if m["state"] in {"called", "planned"} and _day(m) > asked.today]
    return held or sorted(ahead, key=lambda meeting: str(meeting["starts"]))[:1]


def _outcome_in(case: Record | None, meeting: Record) -> str | None:
    """What the council made of a case in a meeting; a case that was withdrawn says so."""
    if case is None:
        return None
    made = [one["outcome"] for one in case["decisions"] if one["meeting"] == meeting["meeting"]]
    return made[-1] if made else "withdrawn" if case["withdrawn"] else None


# --- decisions


def decisions(asked: Asked) -> Rows:
    """What was decided, and why; it `replaces` one of that day, and was put right itself on the day `corrected`."""
    every = [one for case in asked.council["cases"] for one in case["decisions"]]
    made = {one["event"]: one["decided"] for one in every}
    corrected = {one["corrects"]: one["decided"] for one in every if one["corrects"]}
    told = ("event", "meeting", "outcome", "form", "form_name", "route", "strength", "reasons",
            "priorities", "conditions", "responsible", "deadline", "formal", "referral", "corrects", "by_leader",
            "reported")  # fmt: skip
    return [
        _of(case, decision)
        | {name: decision[name] for name in told}
        | {"votes": _count(decision), "replaces": made.get(decision["corrects"])}
        | {"corrected": corrected.get(decision["event"])}
        for case, decision in asked.decided()
    ]


def _of(case: Record, decision: Record) -> Record:
    return {"on": decision["decided"], "case": case["case"], "number": case["number"], "title": case["title"]}


def _count(decision: Record) -> str:
    """Votes for and against, such as `5-1`; nothing where nobody voted."""
    cast = [record["vote"] for record in decision["votes"]]
    return f"{cast.count('for')}-{cast.count('against')}" if cast else ""


def votes(asked: Asked) -> Rows:
    """Who voted what in each decision, in whose seat, who was recused, and what carried it."""
    return [
        _of(case, decision)
        | {"outcome": decision["outcome"], "motion": decision["motion"]}
        | {vote: [one["member"] for one in decision["votes"] if one["vote"] == vote] for vote in ("for", "against")}
        | {"instead_of": {one["member"]: one["instead_of"] for one in decision["votes"] if one.get("instead_of")}}
        | {"in_vacant": {one["member"]: one["vacancy"] for one in decision["votes"] if one.get("vacancy")}}
        | {name: decision[name] for name in ("recused", "chair", "unanimous", "tie_broken_by", "seats")}
        for case, decision in asked.decided()
    ]


def recusals(asked: Asked) -> Rows:
    """Each question of recusal: whose, on what ground, how it came up, and what was found."""
    rows = [
        {"on": each["found"] or each["raised"], "case": case["case"], "number": case["number"], "title": case["title"]}
        | {name: each[name] for name in ("member", "ground", "how", "raised", "recused", "reasons", "found")}
        for case in asked.cases()
        if asked.meeting is None or asked.meeting in case["meetings"]
        for each in case["recusals"]
    ]
    return sorted((row for row in rows if not asked.of_a_day or row["on"] == asked.on), key=lambda row: str(row["on"]))


# --- what has become of it


def cases(asked: Asked) -> Rows:
    """Where each case stands, since when, with whom, and how late it is."""
    followed = {row["case"]: row for row in asked.follow_up}
    tabled = {
        case: meeting["starts"][:10] for meeting in asked.council["meetings"] for case in meeting["agenda"]
        if meeting["state"] in {"planned", "called", "open"} and meeting["starts"]
    }  # fmt: skip
    return [_standing(case, followed.get(case["case"]), tabled.get(case["case"])) for case in asked.cases()]


def _standing(case: Record, followed: Record | None, tabled: str | None) -> Record:
    known = {name: case[name] for name in ("case", "number", "title", "received")}
    last = case["decisions"][-1] if case["decisions"] else None
    decided = {"decided": last and last["decided"], "outcome": last and last["outcome"]}
    late: Record = {"responsible": None, "deadline": None, "late_days": 0, "result": None}
    if case["withdrawn"]:
        stands = {"standing": "withdrawn", "since": case["withdrawn"]}
    elif followed is not None:
        stands = {name: followed[name] for name in ("standing", "since")}
        late |= {name: followed[name] for name in ("responsible", "deadline", "late_days")}
        late["result"] = _result(followed["activity"])
    elif last is not None:
        stands = {"standing": last["outcome"], "since": last["decided"]}
    else:
        stands = {"standing": "tabled" if tabled else "waiting", "since": case["received"]}
    return known | decided | stands | late | {"meeting": tabled}


def _result(activity: Record | None) -> str | None:
    """What was learnt, or reported last."""
    if activity is None:
        return None
    status = activity["status"]
    said = activity["lesson"] or (status and status.get("summary"))
    return str(said) if said else None


ROWS: dict[str, Callable[[Asked], Rows]] = {
    "composition": composition,
    "mandate": mandate,
    "agenda": agenda,
    "decisions": decisions,
    "votes": votes,
    "recusals": recusals,
    "cases": cases,
}
"""What there is to tell, by the command's name."""
