"""How the councils are made, meet and decide."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from contracts.commands import council as do
from interfaces.demo.chapter import Chapter, at, mandate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, datetime

    from interfaces.demo.step import Step

MINUTE = timedelta(minutes=1)
ITEM = 20 * MINUTE
"""How long a case is up."""

HANDLED = frozenset(
    {"idea", "for", "against", "cast", "recusals", "tries", "outcome", "responsible", "added", "split", "statement"}
)
"""What the story tells of an item on the agenda besides the decision's own fields."""

TRIED = {kind.__name__: kind for kind in (do.CastVote, do.DecideCase, do.TakeUpCase, do.CallMeeting)}


def councils(here: Chapter) -> Iterator[Step]:
    """The council from its establishment through its last meeting of the year."""
    told = here.told["council"]
    yield from _established(here, told)
    yield from _composed(here, told)
    for edition in told.get("editions", []):
        adopt = do.AdoptMandate(
            at=at(edition["adopted"], 9),
            mandate=mandate(here.told["language"]) + edition["added"],
            **{name: value for name, value in edition.items() if name not in {"added", "by"}},
        )
        change = here.say("edition", change=edition["change"], reference=edition["case_reference"])
        yield here.step(told["director"], adopt, change)
    for meeting in here.meetings:
        yield from _meeting(here, meeting)


def _established(here: Chapter, told: dict[str, Any]) -> Iterator[Step]:
    establish = do.EstablishCouncil(
        at=at(told["established"], 9),
        name=told["name"],
        established=told["established"],
        mandate=mandate(here.told["language"]),
        case_reference=told["case_reference"],
        rules=do.Rules(**told.get("rules", {})),
    )
    note = here.say("established", name=told["name"], reference=told["case_reference"])
    yield here.step(told["director"], establish, note)


def _composed(here: Chapter, told: dict[str, Any]) -> Iterator[Step]:
    first: date = told["established"]
    for minute, seat in enumerate(told["members"]):
        who, from_ = seat["who"], seat.get("from_", first)
        fields = {name: value for name, value in seat.items() if name not in {"who", "from_", "until"}}
        appoint = do.AppointMember(
            at=at(from_, 10, minute), member=here.person(who), name=here.name(who), from_=from_, **fields
        )
        role = "ror" if seat.get("ror") else "substitute" if seat.get("substitute") else "member"
        note = here.say(role, name=here.name(who), discipline=seat["discipline"])
        yield here.step(told["director"], appoint, note)
        if "until" in seat:
            release = do.ReleaseMember(at=at(seat["until"], 10), member=here.person(who), until=seat["until"])
            yield here.step(told["director"], release, here.say("released", name=here.name(who)))
    secretary = told["secretary"]
    yield here.step(
        told["director"],
        do.AppointSecretary(
            at=at(first, 10, 30), person=here.person(secretary), name=here.name(secretary), from_=first
        ),
        here.say("secretary", name=here.name(secretary)),
    )
    for minute, (office, kind) in enumerate((("leader", do.AppointLeader), ("deputy", do.AppointDeputy)), start=31):
        who = told[office]
        appointed = kind(at=at(first, 10, minute), member=here.person(who), from_=first)
        yield here.step(told["director"], appointed, here.say(office, name=here.name(who)))


def _meeting(here: Chapter, told: dict[str, Any]) -> Iterator[Step]:
    starts: datetime = told["starts"]
    meeting, secretary = here.meeting(starts), here.told["council"]["secretary"]
    items = told["items"]
    call = do.CallMeeting(
        at=at(told["called"], 12),
        starts=starts,
        place=told["place"],
        remote=told.get("remote", False),
        agenda=tuple(here.case(item["idea"]) for item in items if "added" not in item),
    )
    yield here.step(secretary, call, here.say("called", day=f"{starts:%d.%m.%Y}", cases=len(call.agenda)))
    for item in items:
        if "added" in item:
            table = do.TableCase(at=at(item["added"], 12), case=here.case(item["idea"]), meeting=meeting)
            yield here.step(secretary, table, here.say("tabled", title=here.title(item["idea"])))
    yield from _gathered(here, told)
    for number, item in enumerate(items):
        yield from _item(here, told, item, starts + ITEM * number + 10 * MINUTE)
    end = starts + ITEM * len(items) + 15 * MINUTE
    if "adjourned" in told:
        adjourn = do.AdjournMeeting(at=end, meeting=meeting, reason=told["adjourned"])
        yield here.step(secretary, adjourn, here.say("adjourned", reason=told["adjourned"]))
    else:
        yield here.step(secretary, do.CloseMeeting(at=end, meeting=meeting), here.say("closed"))


def _gathered(here: Chapter, told: dict[str, Any]) -> Iterator[Step]:
    starts: datetime = told["starts"]
    meeting, secretary = here.meeting(starts), here.told["council"]["secretary"]
    chair = here.person(told["chair"]) if "chair" in told else None
    opening = do.OpenMeeting(at=starts, meeting=meeting, present=here.persons(told["present"]), chair=chair)
    yield here.step(secretary, opening, here.say("opened", present=len(opening.present)))
    for minute, (substitute, member) in enumerate(told.get("seated", []), start=1):
        seat = do.SeatSubstitute(
            at=starts + minute * MINUTE,
            meeting=meeting,
            substitute=here.person(substitute),
            instead_of=here.person(member),
        )
        note = here.say("seated", substitute=here.name(substitute), member=here.name(member))
        yield here.step(secretary, seat, note)
    for who, after in told.get("arrived", []):
        arrival = do.RecordArrival(at=starts + after * MINUTE, meeting=meeting, member=here.person(who))
        yield here.step(secretary, arrival, here.say("arrived", name=here.name(who)))
    for who, after in told.get("left", []):
        departure = do.RecordDeparture(at=starts + after * MINUTE, meeting=meeting, member=here.person(who))
        yield here.step(secretary, departure, here.say("left", name=here.name(who)))


def _item(here: Chapter, meeting: dict[str, Any], item: dict[str, Any], up: datetime) -> Iterator[Step]:
    case, title, secretary = here.case(item["idea"]), here.title(item["idea"]), here.told["council"]["secretary"]
    tries = item.get("tries", [])
    if "outcome" in item:
        for minute, recusal in enumerate(item.get("recusals", [])):
            yield _raised(here, item, recusal, up - (5 - minute) * MINUTE)
        take_up = do.TakeUpCase(at=up, case=case, meeting=here.meeting(meeting["starts"]))
        yield here.step(secretary, take_up, here.say("taken_up", title=title))
        for number, recusal in enumerate(item.get("recusals", [])):
            yield _found(here, item, recusal, up + (1 + number) * MINUTE / 4)
    yield from here.refusals([told for told in tries if told.get("when") == "before"], TRIED, up + MINUTE)
    if split := item.get("split"):
        yield from _votes(here, {**split, "idea": item["idea"], "outcome": "approved"}, up + 2 * MINUTE)
    if item.get("cast"):
        yield from _votes(here, item, up + 2 * MINUTE)
    yield from here.refusals([told for told in tries if told.get("when") != "before"], TRIED, up + 10 * MINUTE)
    if "outcome" in item:
        yield _decision(here, item, up + 12 * MINUTE)
    if told := item.get("statement"):
        yield _statement(here, item, told, up + 13 * MINUTE)


def _raised(here: Chapter, item: dict[str, Any], told: dict[str, Any], moment: datetime) -> Step:
    who, title = told["who"], here.title(item["idea"])
    said = {
        "at": moment,
        "case": here.case(item["idea"]),
        "member": here.person(who),
        "ground": told["ground"],
        "note": told["note"],
    }
    if by := told.get("pointed_out_by"):
        note = here.say("pointed_out", name=here.name(who), by=here.name(by), title=title)
        return here.step(by, do.PointOutRecusal(**said), note)
    return here.step(who, do.DeclareRecusal(**said), here.say("declared", name=here.name(who), title=title))


def _found(here: Chapter, item: dict[str, Any], told: dict[str, Any], moment: datetime) -> Step:
    """The council finds, without the member, whether they are recused."""
    recused = told.get("recused", True)
    decide = do.DecideRecusal(
        at=moment,
        case=here.case(item["idea"]),
        member=here.person(told["who"]),
        ground=told["ground"],
        recused=recused,
        reasons=told["reasons"],
    )
    sentence = "found_recused" if recused else "found_unbiased"
    note = here.say(sentence, name=here.name(told["who"]), title=here.title(item["idea"]))
    return here.step(here.told["council"]["secretary"], decide, note)


def _statement(here: Chapter, item: dict[str, Any], told: dict[str, Any], moment: datetime) -> Step:
    who = told["who"]
    state = do.RecordStatement(at=moment, case=here.case(item["idea"]), member=here.person(who), text=told["text"])
    return here.step(who, state, here.say("stated", name=here.name(who), title=here.title(item["idea"])))


def _ballots(here: Chapter, item: dict[str, Any]) -> list[tuple[str, do.Ballot]]:
    return [
        (who, do.Ballot(member=here.person(who), vote=vote))
        for vote in ("for", "against")
        for who in item.get(vote, [])
    ]


def _votes(here: Chapter, item: dict[str, Any], first: datetime) -> Iterator[Step]:
    """Members vote themselves, one after the other."""
    motion = {"deferred": "deferral", "returned": "return", "referred": "referral"}.get(item["outcome"], "substance")
    for number, (who, ballot) in enumerate(_ballots(here, item)):
        cast = do.CastVote(
            at=first + number * MINUTE / 2,
            case=here.case(item["idea"]),
            member=ballot.member,
            vote=ballot.vote,
            motion=motion,
        )
        yield here.step(who, cast, here.say(f"vote_{ballot.vote}", name=here.name(who), title=here.title(item["idea"])))


def _decision(here: Chapter, item: dict[str, Any], moment: datetime) -> Step:
    said = {name: value for name, value in item.items() if name not in HANDLED}
    said |= {"at": moment, "case": here.case(item["idea"])}
    if not item.get("cast"):
        said["votes"] = tuple(ballot for _, ballot in _ballots(here, item))
    if "responsible" in item:
        said["responsible"] = here.person(item["responsible"])
    outcome, title = item["outcome"], here.title(item["idea"])
    command: do.CaseCommand
    match outcome:
        case "deferred":
            command = do.DeferCase(**said)
        case "returned":
            command = do.ReturnCase(**said)
        case _:
            command = do.DecideCase(outcome=outcome, **said)
    reference = item.get("formal", {}).get("reference", "")
    sentence = "referred_on" if outcome == "referred" else outcome  # ideas are referred to the council, too
    note = here.say(sentence, title=title, reference=reference)
    return here.step(here.told["council"]["secretary"], command, note)
