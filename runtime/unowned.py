"""Claims that no service owns: nobody's consumer takes them, so they are looked for, answered and taken away."""

from __future__ import annotations

import asyncio
import base64
import logging
from typing import TYPE_CHECKING

from contracts import catalogue, subjects
from runtime import claims
from runtime.ledger import Conflict, Unavailable
from runtime.nats import ApiRefused, NotThere, api
from runtime.provision import ingest_name
from runtime.reason import reason
from runtime.stream import TROUBLE

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Executor

    from contracts.answers import ClaimOutcome
    from runtime.adjudication import Adjudication
    from runtime.nats import Client
    from runtime.registry import Registry

log = logging.getLogger(__name__)

EVERY = 1.0
"""Seconds between two looks at the tenants' INGEST streams."""


class Unowned:
    """Rejects what was published under an event name that no service decides on, so that it has an answer too."""

    def __init__(
        self,
        client: Client,
        adjudication: Adjudication,
        writer: Executor,
        registry: Callable[[], Registry],
        tell: Callable[[claims.Submission, ClaimOutcome], Awaitable[None]],
    ) -> None:
        self._client, self._adjudication, self._writer = client, adjudication, writer
        self._registry, self._tell = registry, tell
        self._owned = {kind.__name__ for kind in catalogue.claims().values()}

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            for tenant in [each.slug for each in self._registry().tenants]:  # a removed one is answered, too
                try:
                    await self._look(tenant)
                except (*TROUBLE, Conflict, Unavailable) as error:
                    log.warning("unowned claims of %s are looked at again: %s", tenant, error)
            await asyncio.sleep(EVERY)

    async def _look(self, tenant: str) -> None:
        everything = {"subjects_filter": subjects.claim(tenant, "*", ">")}
        info = await api(self._client, f"STREAM.INFO.{ingest_name(tenant)}", everything)
        unowned = [subject for subject in info["state"].get("subjects") or {} if not self._is_owned(subject)]
        if any("\ufffd" in subject for subject in unowned):  # it is no text: only by its place can it be found
            unowned = [subjects.claim(tenant, "*", ">")]
        for subject in unowned:
            await self._reject(tenant, subject)

    def _is_owned(self, subject: str) -> bool:
        return ".".join(subject.split(".")[3:]) in self._owned

    async def _reject(self, tenant: str, pattern: str) -> None:
        """Answer and take away what nobody owns; a name like `*` stands for others too, which are left alone."""
        stream, place = ingest_name(tenant), 0
        while True:
            wanted = {"seq": place + 1, "next_by_subj": pattern}
            try:
                found = (await api(self._client, f"STREAM.MSG.GET.{stream}", wanted))["message"]
            except (NotThere, ApiRefused):
                return
            place = found["seq"]
            if self._is_owned(found["subject"]):
                continue
            submission = claims.read(found["subject"], base64.b64decode(found.get("data", "")))
            loop = asyncio.get_running_loop()
            outcome = await loop.run_in_executor(self._writer, self._decide, submission)
            await self._tell(submission, outcome)
            await api(self._client, f"STREAM.MSG.DELETE.{stream}", {"seq": place})

    def _decide(self, submission: claims.Submission) -> ClaimOutcome:
        """The outcome; what cannot be decided on is set aside at once, since it is of no type that could be mended."""
        try:
            return self._adjudication.decide(submission)
        except (Conflict, Unavailable):
            raise
        except Exception as error:
            log.exception("claim %s, which nobody owns, is set aside", submission.claim_uuid)
            return self._adjudication.quarantine(submission, reason(error), 1)
