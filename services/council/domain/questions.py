"""Questions of recusal (inhabilitet) in a case: which stand, what the body has found, and whom that keeps out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from contracts.events.council import RecusalRecord

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from contracts.events.council import Ground, Raised


@dataclass(frozen=True)
class Finding:
    """What the body found, why, and when."""

    recused: bool
    reasons: str
    found: datetime


@dataclass(frozen=True)
class Question:
    """Whether a member is recused on one ground: whether it is yet to be decided, and the findings, oldest first.

    `how` says how it last came up.
    """

    findings: tuple[Finding, ...] = ()
    stands: bool = True
    how: Raised | None = None

    def again(self, how: Raised) -> Question:
        """The question raised anew."""
        return replace(self, stands=True, how=how)

    def answered(self, finding: Finding) -> Question:
        """The question with the body's finding."""
        return replace(self, findings=(*self.findings, finding), stands=False)

    def recuses(self) -> bool:
        """Whether the body's finding keeps the member out."""
        return not self.stands and self.findings[-1].recused


Questions: TypeAlias = "Mapping[tuple[str, Ground], Question]"
"""By member and ground."""


def answered(questions: Questions) -> tuple[RecusalRecord, ...]:
    """What the body has found of each question that does not stand."""
    return tuple(
        RecusalRecord(
            member=member,
            ground=ground,
            how=question.how,
            recused=question.findings[-1].recused,
            found=question.findings[-1].found,
        )
        for (member, ground), question in questions.items()
        if not question.stands
    )


def recused(questions: Questions) -> dict[str, Ground]:
    """Those the body has found recused, and on what ground."""
    return {member: ground for (member, ground), question in questions.items() if question.recuses()}


def in_question(questions: Questions) -> dict[str, Ground]:
    """Those of whom the body has yet to decide, and on what ground."""
    return {member: ground for (member, ground), question in questions.items() if question.stands}


def kept_out(questions: Questions) -> frozenset[str]:
    """Those who have no vote: recused, or in question."""
    return frozenset(recused(questions)) | frozenset(in_question(questions))
