"""An atomic batch: messages that a stream takes all of or none, and only right after the one they are to follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from runtime.nats import store

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from runtime.ledger import Stored
    from runtime.nats import Client

MESSAGES = 1000
"""Messages in one atomic batch, the server's own limit."""

BYTES = 4 * 1024 * 1024
"""Bytes in one atomic batch: what a server is asked to hold before the commit."""


async def publish(  # noqa: PLR0913 - what to publish, after what, how
    client: Client, chunk: Sequence[Stored], place: int, subjects: str, *, token: Callable[[], str], within: float
) -> int:
    """The stream sequence of the last of `chunk`; a single message goes without a batch.

    `place` is that of the last message on `subjects` (0: none): the fence. `token` names the batch, as no other in the
    stream is named now. Raises `Stale` when another message has come in between, `NoAnswer` and `ApiRefused`; of the
    two last, the stream may have all of it or nothing.
    """
    fence = {
        "Nats-Expected-Last-Subject-Sequence": str(place),
        "Nats-Expected-Last-Subject-Sequence-Subject": subjects,
    }
    *members, last = chunk
    if not members:
        return await store(client, last.subject, last.body, fence, within=within)
    batch = {"Nats-Batch-Id": token()}
    for number, stored in enumerate(members, start=1):
        headers = {**batch, "Nats-Batch-Sequence": str(number), **(fence if number == 1 else {})}
        await client.publish(stored.subject, stored.body, headers=headers)
    commit = {**batch, "Nats-Batch-Sequence": str(len(chunk)), "Nats-Batch-Commit": "1"}
    return await store(client, last.subject, last.body, commit, within=within)
