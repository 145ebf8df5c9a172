"""What any service can be asked to do with the personal text it keeps."""

from __future__ import annotations

from uuid import UUID

from contracts.message import Command, Line, PersonId


class ErasePersonalData(Command):
    """Erase for good the sealed values with these `refs`, or all that `about` holds when none are named.

    Refused for what is bound for the archive (arkivlova). `ground` says why it is erased, `person` whom it was about.
    """

    about: UUID
    refs: tuple[UUID, ...] = ()
    ground: Line
    person: PersonId | None = None
