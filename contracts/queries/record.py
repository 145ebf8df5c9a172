"""What any service can be asked to tell: what became of claims, and the personal text it keeps."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from contracts.message import Line, Query, Sha256


class ClaimStatus(Query):
    """What became of the asking system's claims: those with these `ids` or `contents`, or those decided after `since`.

    `ids` are the CloudEvents ids the system gave its claims; what was first published under an id is told. `contents`
    are ids with the SHA-256 of what was published under them: the array of `type` and `data` as JSON, its keys sorted,
    one blank after each comma and colon, in UTF-8. That content's own outcome is told, also when it was a conflict, and
    nothing of another under the same id. `since` is a position. At most 1,000 come back at a time, from a stretch of
    the record that is as long as one question may read; the result is `ClaimOutcomes`.
    """

    ids: Annotated[tuple[str, ...], Field(max_length=1000)] = ()
    contents: Annotated[dict[str, Sha256], Field(max_length=1000)] = {}
    since: Annotated[int, Field(ge=0)] = 0


class Validate(Query):
    """What would become of a claim if it were published now. Nothing is recorded and nothing follows from it.

    `claim` is the whole CloudEvent as it would be published. Ask the service that decides on its type. The result is
    `ClaimVerdict`.
    """

    claim: dict[str, Any]


class Unseal(Query):
    """The values behind these references, for somebody entitled; each time it is recorded who saw what and why.

    The result is `Unsealed`: reference by reference, what the table of rights opens to the acting person.
    """

    refs: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=1000)]
    purpose: Line


class UnsealingLog(Query):
    """Who opened what of the municipality's personal text in this service, and why, after position `since`.

    At most 1,000 come back at a time; the result is `Unsealings`. The same is in the municipality's feed.
    """

    since: Annotated[int, Field(ge=0)] = 0
