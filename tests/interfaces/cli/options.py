"""The options of `loypa`'s commands, worked out once each: many documents mention the same ones."""

from __future__ import annotations

from functools import cache

from interfaces.cli.commands import app


@cache
def options(*words: str) -> frozenset[str]:
    """The options of the command that these words call."""
    command = app
    for word in words:
        command = command[word]
    return frozenset(name for argument in command.assemble_argument_collection() for name in argument.names)
