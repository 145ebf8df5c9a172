"""What is written of a case before it is decided, kept out of the clear where the assessment is exempt."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from contracts.events import assessment as events
from contracts.sealed import Retention, Sealed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

M = TypeVar("M", bound=BaseModel)
E = TypeVar("E", bound=events.AssessmentEvent)

NOTICED: Mapping[type[BaseModel], tuple[str, ...]] = {
    events.ProblemDescribed: ("problem", "affects", "known_by"),
    events.NoveltyAssessed: ("elsewhere",),
    events.Elsewhere: ("where",),
    events.PeopleInvolved: ("who", "how"),
    events.SolutionAssessed: ("solution", "technologies", "barriers"),
    events.Technology: ("technology", "source"),
    events.Barrier: ("statement",),
    events.ProfitabilityEstimated: ("basis", "effects"),
    events.Effect: ("statement",),
    events.CapacityAssessed: ("competences", "receiving"),
    events.GroundsStated: ("statutory", "fits"),
    events.Fit: ("priority", "how"),
    events.CaseScored: ("comment",),
}
"""The fields in which a notice stands for what was written, in an event and in its parts."""

LEFT_OUT: Mapping[type[BaseModel], tuple[str, ...]] = {
    events.Elsewhere: ("link",),
    events.ProfitabilityEstimated: ("cost", "yearly_cost", "freed", "freed_hours"),
}
"""The fields that no notice fits in."""


TERMS = ("outcome", "form", "form_name", "route", "strength", "responsible", "deadline", "referral")
"""What is recommended, all of which is left out where the recommendation is exempt."""


def without_terms(recommended: events.OutcomeRecommended) -> dict[str, Any]:
    """The fields for what is recommended as they may be recorded: left out, and sealed by name."""
    said = {name: value for name in TERMS if (value := getattr(recommended, name)) is not None}
    texts = {
        at: text
        for name, value in said.items()
        for at, text in (
            {f"{name}.{part}": inner for part, inner in value} if isinstance(value, BaseModel) else {name: value}
        ).items()
    }
    kept = (events.Written(field=at, text=Sealed[str].of(str(text), Retention.ARCHIVE)) for at, text in texts.items())
    return dict.fromkeys(TERMS) | {"written": tuple(kept)}


def with_terms(recommended: events.OutcomeRecommended, texts: Mapping[str, str | None]) -> events.OutcomeRecommended:
    """The recommendation with what is recommended, from the texts by their fields, if all of them are known."""
    if None in texts.values():
        return recommended
    terms: dict[str, Any] = {}
    for at, text in texts.items():
        name, _, part = at.partition(".")
        terms[name] = {**terms.get(name, {}), part: text} if part else text
    plain = {name: value for name, value in recommended if name not in terms}
    return type(recommended).model_validate({**plain, **terms})


def _recommended(event: events.OutcomeRecommended, kept: Mapping[UUID, str]) -> dict[str, Any]:
    """The fields of the recommendation as they were written."""
    said = with_terms(event, {each.field: _text(each.text, kept) for each in event.written})
    changes: dict[str, Any] = {name: getattr(said, name) for name in TERMS}
    if event.sealed_reasons is not None:
        changes["reasons"] = _text(event.sealed_reasons, kept) or event.reasons
    for name in ("conditions", "priorities"):
        texts = tuple(_text(line, kept) for line in getattr(event, f"sealed_{name}"))
        changes |= {name: texts} if texts and None not in texts else {}
    return changes


def withheld(event: M, notice: str) -> M:
    """The event with the notice for what was written in it."""
    return _withheld(event, notice, "")[0]


def sealed(event: E, notice: str) -> E:
    """The event with the notice for what was written in it, which is sealed."""
    shown, texts = _withheld(event, notice, "")
    kept = (events.Written(field=at, text=Sealed[str].of(text, Retention.ARCHIVE)) for at, text in texts.items())
    return shown.model_copy(update={"written": tuple(kept)})


def opened(event: E, kept: Mapping[UUID, str]) -> E:
    """The event as it was written; `kept` are sealed texts by reference."""
    if isinstance(event, events.OutcomeRecommended):
        return event.model_copy(update=_recommended(event, kept))
    texts = {each.field: _text(each.text, kept) for each in event.written}
    known = {at: text for at, text in texts.items() if text is not None}
    return _opened(event, known, "").model_copy(update={"written": ()}) if known else event


def references(written: Iterable[events.AssessmentEvent | None]) -> tuple[UUID, ...]:
    """The vault's references to what was written, of a recommendation with its reasons, conditions and priorities."""
    said = [event for event in written if event]
    lines = (
        text
        for event in said
        if isinstance(event, events.OutcomeRecommended)
        for text in (event.sealed_reasons, *event.sealed_conditions, *event.sealed_priorities)
    )
    texts = (*(each.text for event in said for each in event.written), *lines)
    return tuple(text.ref for text in texts if text and text.ref)


def _text(text: Sealed[str], kept: Mapping[UUID, str]) -> str | None:
    return kept.get(text.ref) if text.ref else text.plain


def _withheld(model: M, notice: str, path: str) -> tuple[M, dict[str, str]]:
    """The model with notices, and what they stand for by its place."""
    changes: dict[str, Any] = {}
    texts: dict[str, str] = {}
    for name in NOTICED.get(type(model), ()):
        at, value = f"{path}{name}", getattr(model, name)
        match value:
            case str():
                changes[name] = notice
                texts[at] = value
            case (str(), *_):
                changes[name] = (notice,)
                texts |= {f"{at}.{place}": each for place, each in enumerate(value)}
            case tuple():
                parts = [_withheld(each, notice, f"{at}.{place}.") for place, each in enumerate(value)]
                changes[name] = tuple(part for part, _ in parts)
                texts |= {where: text for _, found in parts for where, text in found.items()}
    for name in LEFT_OUT.get(type(model), ()):
        if (value := getattr(model, name)) is not None:
            changes[name] = None
            texts[f"{path}{name}"] = str(value)
    return model.model_copy(update=changes), texts


def _opened(model: M, texts: Mapping[str, str], path: str) -> M:
    changes: dict[str, Any] = {}
    for name in NOTICED.get(type(model), ()):
        at, value = f"{path}{name}", getattr(model, name)
        match value:
            case str():
                changes[name] = texts.get(at, value)
            case (str(), *_):
                changes[name] = tuple(text for where, text in texts.items() if where.startswith(f"{at}.")) or value
            case tuple():
                changes[name] = tuple(_opened(each, texts, f"{at}.{place}.") for place, each in enumerate(value))
    for name in LEFT_OUT.get(type(model), ()):
        if (text := texts.get(f"{path}{name}")) is not None:
            changes[name] = Decimal(text) if isinstance(model, events.ProfitabilityEstimated) else text
    return model.model_copy(update=changes)
