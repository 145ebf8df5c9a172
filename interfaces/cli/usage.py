"""What is wrong with a call that could not be read, named and with its facts, so that it is told in one's language."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from cyclopts import exceptions as cyclopts

from interfaces.cli import refusals

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.refusals import Refused


def of(error: cyclopts.CycloptsError) -> Refused | None:
    """What the error says, as a refusal; nothing for what is rarer, which cyclopts tells in its own words."""
    match error:
        case cyclopts.UnknownCommandError(unused_tokens=[given, *_], app=app):
            known = tuple(sorted(name for name in (app or ()) if not name.startswith("-")))
            return refusals.NoSuchCommand(given, known)
        case cyclopts.UnknownOptionError(token=token):
            return refusals.NoSuchOption(token.keyword or token.value)
        case cyclopts.MissingArgumentError(argument=argument) if argument is not None:
            return refusals.OptionMissing(error.keyword or argument.name)
        case cyclopts.CoercionError(token=token, msg=None, target_type=wanted) if token is not None:
            option = token.keyword or (error.argument.name if error.argument else "")
            return refusals.OptionUnreadable(option, token.value, _kinds(wanted))
        case _:
            return None


def _kinds(wanted: Any) -> tuple[str, ...]:  # noqa: ANN401 - any annotation
    """The kinds of value, or the values themselves where they are few."""
    if get_origin(wanted) is Literal:
        return tuple(map(str, get_args(wanted)))
    several = [each for each in get_args(wanted) if each is not type(None)]
    return tuple(kind for each in several for kind in _kinds(each)) or (getattr(wanted, "__name__", str(wanted)),)


def language(words: Sequence[str]) -> str | None:
    """The language that a call asks for, which could not be read as a whole."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        name, _, value = word.partition("=")
        if name == "--language":
            asked = value or following
            return asked if asked in {"nb", "nn", "en"} else None
    return None
