"""What a meeting is held by (møtets åpning): the council as its record had it when the meeting was opened."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts.events.council import MeetingOpened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from contracts.envelope import Recorded


def known(meeting: Sequence[Recorded[Any]], council: Sequence[Recorded[Any]]) -> list[Any]:
    """The council's events that were recorded before the meeting was opened; all of them while it has not been.

    Who is released, appointed or bound by an edition after that is so for the next meeting, whatever day it is said to
    hold from: nobody gets a quorum by releasing who stayed away (kommuneloven § 11-9 first paragraph).
    """
    opened = next((kept.sequence for kept in meeting if isinstance(kept.data, MeetingOpened)), None)
    return [kept.data for kept in council if opened is None or kept.sequence < opened]
