"""What people and systems bring in, and what becomes of it before the council has it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts import claims
from contracts.commands import intake as do
from contracts.identity import derive
from interfaces.demo.chapter import PORTAL, Chapter, at, chapter
from interfaces.demo.step import Step

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

CONTENT = frozenset(
    {
        "kind",
        "title",
        "problem",
        "proposal",
        "submitter",
        "tags",
        "service_area",
        "visibility",
        "known_from",
        "involved",
    }
    | {"name", "contact"}
)
"""What a submission says, by the names of its fields; the rest of what is told of an idea is what happens to it."""


def submissions(here: Chapter) -> Iterator[Step]:
    """Everything that happens to the municipality's ideas with intake."""
    for number, (key, told) in enumerate(here.told["ideas"].items()):
        moment = at(told["on"], 7, number)
        yield _claim(here, key, told, moment) if "system" in told else _submit(here, key, told, moment)
        yield from _questions(here, key, told)
        yield from _turns(here, key, told)
    kinds = {kind.__name__: kind for kind in (do.SubmitIdea, do.ReferIdea, do.MergeIdea)}
    for told in here.told.get("tries", []):
        yield from here.refusals([told], kinds, at(told["on"], 13))


def _content(here: Chapter, told: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in told.items() if name in CONTENT}
    return said | {"language": here.told["language"], "submitted": told["on"]}


def _submit(here: Chapter, key: str, told: dict[str, Any], moment: datetime) -> Step:
    said = _content(here, told)
    by = told["by"]
    if told.get("assisted"):
        said["assisted_by"] = here.person(by)
    else:
        said.setdefault("name", here.name(by))
    sentence = "assisted" if told.get("assisted") else "submitted"
    note = here.say(sentence, who=here.say(told["submitter"]), kind=here.say(told["kind"]), title=told["title"])
    return here.step(by, do.SubmitIdea(at=moment, key=key, **said), note, system=PORTAL)


def _claim(here: Chapter, key: str, told: dict[str, Any], moment: datetime) -> Step:
    note = here.say("claimed", system=told["system"], kind=here.say(told["kind"]), title=told["title"])
    message = claims.IdeaSubmitted(**_content(here, told))
    return Step(here.tenant, told["system"], None, moment, message, note, claim_id=key)


def _questions(here: Chapter, key: str, told: dict[str, Any]) -> Iterator[Step]:
    idea, title = here.idea(key), told["title"]
    for number, asked in enumerate(told.get("questions", [])):
        question = derive("question", idea, number)
        ask = do.RequestClarification(at=at(asked["on"], 8), idea=idea, question=question, text=asked["text"])
        yield here.step(here.told["caseworker"], ask, here.say("asked", title=title))
        if "answer" in asked:
            answer = do.ClarifyIdea(
                at=at(asked["answered"], 9),
                idea=idea,
                question=question,
                clarification=derive("answer", question),
                answer=asked["answer"],
            )
            by, system = (told["by"], PORTAL) if "by" in told else (here.told["caseworker"], "cli")
            yield here.step(by, answer, here.say("answered", title=title), system=system)


def _turns(here: Chapter, key: str, told: dict[str, Any]) -> Iterator[Step]:
    idea, title, staff = here.idea(key), told["title"], here.told["caseworker"]
    for referral, day in enumerate(told.get("referred", []), start=1):
        refer = do.ReferIdea(at=at(day, 10), idea=idea, referral=referral)
        yield here.step(staff, refer, here.say("referred" if referral == 1 else "referred_again", title=title))
    for link in told.get("links", []):
        there, other = chapter(link["tenant"]), link["idea"]
        linking = do.LinkIdea(
            at=at(link["on"], 11), idea=idea, other=there.idea(other), other_tenant=there.tenant, note=link["note"]
        )
        note = here.say("linked", title=title, tenant=there.told["name"], other=there.title(other))
        yield here.step(staff, linking, note)
    if merged := told.get("merged"):
        merging = do.MergeIdea(at=at(merged["on"], 11, 30), idea=idea, into=here.idea(merged["into"]))
        yield here.step(staff, merging, here.say("merged", title=title, other=here.title(merged["into"])))
    if corrected := told.get("corrected"):
        changes = {name: value for name, value in corrected.items() if name != "on"}
        correct = do.CorrectIdea(at=at(corrected["on"], 9, 30), idea=idea, correction=f"{key}-1", **changes)
        yield here.step(told["by"], correct, here.say("corrected", title=title), system=PORTAL)
    if withdrawn := told.get("withdrawn"):
        withdraw = do.WithdrawIdea(at=at(withdrawn["on"], 12), idea=idea, reason=withdrawn["reason"])
        yield here.step(told["by"], withdraw, here.say("withdrawn", title=title), system=PORTAL)
    if erased := told.get("erased"):
        erase = do.EraseSubmitter(at=at(erased["on"], 12, 30), idea=idea, ground=erased["ground"])
        yield here.step(staff, erase, here.say("erased", title=title))
