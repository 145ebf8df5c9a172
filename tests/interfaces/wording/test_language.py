"""Whoever runs `loypa` chooses the language in which it is told that a rule said no."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from interfaces.cli.common import Exit, explained
from interfaces.client import Denied
from services.council.domain.refusals import CaseClosed
from services.intake.domain.refusals import UnknownIdea
from tests import warm

if TYPE_CHECKING:
    from pathlib import Path

    from interfaces.cli.common import Exit as Code


def ended(where: Path, *words: str, **environment: str) -> tuple[int, str]:
    done = warm.run(["status", *words], cwd=where, env=environment)
    return done.returncode, done.stderr.strip()


@pytest.mark.parametrize(
    ("words", "environment", "told"),
    [
        ((), {}, "loypa: nothing runs in .data/loypa"),
        (("--language", "nn"), {}, "loypa: Ingenting køyrer i .data/loypa."),
        ((), {"LOYPA_LANGUAGE": "nb"}, "loypa: Ingenting kjører i .data/loypa."),
        (("--language", "nn"), {"LOYPA_LANGUAGE": "nb"}, "loypa: Ingenting køyrer i .data/loypa."),
    ],
)
def test_the_language_is_that_of_the_call_or_else_of_the_environment(
    tmp_path: Path, words: tuple[str, ...], environment: dict[str, str], told: str
) -> None:
    code, said = ended(tmp_path, *words, **environment)
    assert code == Exit.UNAVAILABLE
    assert said.startswith(told)
    assert said.endswith("[NotRunning]")


@pytest.mark.parametrize(
    ("language", "told"), [("nb", "avsluttet, og kan ikke endres"), ("nn", "avslutta"), ("en", "is closed")]
)
def test_what_a_service_refused_is_told_with_the_name_of_the_rule(
    monkeypatch: pytest.MonkeyPatch, language: str, told: str
) -> None:
    monkeypatch.setenv("LOYPA_LANGUAGE", language)
    said: tuple[str, Code] | None = explained(Denied(CaseClosed("PS-3/26").on_the_wire()))
    assert said is not None
    assert said[1] is Exit.REFUSED
    assert told in said[0]
    assert "PS-3/26" in said[0]
    assert said[0].endswith("[CaseClosed]")


def test_what_somebody_wrote_does_not_steer_the_terminal() -> None:
    said = explained(Denied(CaseClosed("PS\x1b[2J").on_the_wire()))
    assert said is not None
    assert "\x1b" not in said[0]


def test_what_is_refused_here_is_told_so_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOYPA_LANGUAGE", "nn")
    idea = UUID(int=1)
    assert explained(UnknownIdea(idea)) == (f"Det finst ingen idé {idea} her. [UnknownIdea]", Exit.WRONG)
