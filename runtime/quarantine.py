"""Quarantine: claims and reactions that could not be decided on, kept until an operator sees to them."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from threading import Lock
from typing import TYPE_CHECKING, Any, cast

from contracts import catalogue
from contracts.events.record import (
    ClaimAccepted,
    ClaimDiscarded,
    ClaimQuarantined,
    ClaimRejected,
    PersonalDataErased,
    PersonalDataUnsealed,
    ReactionDiscarded,
    ReactionQuarantined,
    ReactionRetried,
)
from contracts.identity import derive
from contracts.operations import Done, SetAside
from runtime import claims, strict
from runtime.follower import Follower
from runtime.ledger import Origin, Unavailable
from runtime.reason import reason
from runtime.threads import on_thread
from runtime.work import Work

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable
    from concurrent.futures import Executor
    from datetime import datetime
    from uuid import UUID

    from contracts.answers import ClaimOutcome
    from contracts.envelope import Recorded
    from contracts.message import Event
    from contracts.operations import DiscardQuarantined, ListQuarantine, RetryQuarantined, ShowQuarantined
    from runtime.adjudication import Adjudication
    from runtime.follower import Batch
    from runtime.inbox import Inbox
    from runtime.ledger import Ledger
    from runtime.nats import Client

log = logging.getLogger(__name__)

OPENING = (ClaimQuarantined, ReactionQuarantined)
CLOSING = (ClaimAccepted, ClaimRejected, ClaimDiscarded, ReactionRetried, ReactionDiscarded)

PAGE = 200
"""How many one answer lists at the most."""

EVERY = 1.0
"""Seconds between two looks at what has been recorded."""

OPERATOR = "operator"
"""As whom the operator's showing, retrying and discarding is on record, in the tenant it concerns."""


class NotSetAside(Exception):  # noqa: N818 - it says what is the matter
    """Nothing with this id is in quarantine."""


class StillImpossible(Exception):  # noqa: N818 - it says what is the matter
    """The retry failed as well; nothing was changed."""


class Quarantine:
    """What one service has set aside and not settled yet: an index over its ledger. Writes on the writing thread."""

    def __init__(  # noqa: PLR0913 - the parts it is made of
        self,
        ledger: Ledger,
        client: Client,
        adjudication: Adjudication,
        *,
        inbox: Inbox | None,
        writer: Executor,
        tell: Callable[[claims.Submission, ClaimOutcome], Awaitable[None]],
        clock: Callable[[], datetime],
        new_id: Callable[[], UUID],
    ) -> None:
        self._ledger, self._client, self._adjudication, self._inbox = ledger, client, adjudication, inbox
        self._writer, self._tell, self._clock, self._new_id = writer, tell, clock, new_id
        self._open: dict[UUID, Recorded[Any]] = {}
        self._after, self._looking = 0, Lock()

    @property
    def why(self) -> str | None:
        """The alarm: how much waits for an operator; nothing when nothing does."""
        held = len(self._open)
        return f"{held} set aside: `loypa quarantine list`" if held else None

    async def watch(self) -> None:
        """Keep up with what is recorded, until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.catch_up)
            except Unavailable as error:
                log.warning("quarantine of %s is looked at again: %s", self._ledger.service, error)
            await asyncio.sleep(EVERY)

    def catch_up(self) -> None:
        """Take in what has been recorded since. Raises `Unavailable`."""
        with self._looking:
            head = self._ledger.head()
            opening = [kind.type_in(self._ledger.service) for kind in OPENING]
            closing = [kind.type_in(self._ledger.service) for kind in CLOSING]
            while self._after < head:
                searching = not self._open  # then there is nothing to close, and outcomes need not be read
                page = self._ledger.read(self._after, 500, opening if searching else opening + closing)
                for stored in page:
                    self._take(catalogue.decode(stored.body))
                    self._after = stored.position
                    if searching:
                        break  # what closes this one may stand before what opens the next
                if not page:
                    self._after = head

    def _take(self, event: Recorded[Any]) -> None:
        if isinstance(event.data, OPENING):
            self._open[event.subject] = event
        elif isinstance(event.data, CLOSING):
            self._open.pop(event.subject, None)

    # --- what the operator asks

    async def listed(self, request: ListQuarantine) -> Done:
        """What is set aside, the oldest first."""
        await asyncio.to_thread(self.catch_up)
        held = sorted(self._open.values(), key=lambda event: event.sequence)
        page = tuple(self._set_aside(event) for event in held if event.sequence > request.after)[:PAGE]
        return Done(says=f"{len(held)} set aside", rows=len(held), set_aside=page)

    async def show(self, request: ShowQuarantined) -> Done:
        """The message as it came; that it was shown is on record before it is. Raises `NotSetAside`."""
        event = await self._found(request.id)
        if isinstance(event.data, ReactionQuarantined):
            shown = (await self._causes(event))[0].to_bytes().decode()
        else:
            shown = await on_thread(self._writer, lambda: self._unsealed(event, request.purpose))
        return Done(says="shown", set_aside=(self._set_aside(event),), original=shown)

    async def retry(self, request: RetryQuarantined) -> Done:
        """Try it with the code and the state there is now. Raises `NotSetAside`, `StillImpossible`."""
        event = await self._found(request.id)
        if isinstance(event.data, ReactionQuarantined):
            causes = await self._causes(event)
            await self._attempted(lambda: self._react_again(event, causes))
            return Done(says=f"what follows from {event.data.event} is worked out")
        submission, outcome = await self._attempted(lambda: self._decide_again(event))
        await self._tell(submission, outcome)
        why = f": {outcome.refusal.says}" if outcome.refusal else ""
        return Done(says=f"the claim is {outcome.state}{why}")

    async def discard(self, request: DiscardQuarantined) -> Done:
        """Settle it for good without an effect. Raises `NotSetAside`."""
        event = await self._found(request.id)
        await on_thread(self._writer, lambda: self._discard(event, request.reason))
        await asyncio.to_thread(self.catch_up)
        return Done(says="discarded")

    # --- how it is done

    async def _found(self, of: UUID) -> Recorded[Any]:
        await asyncio.to_thread(self.catch_up)
        event = self._open.get(of)
        if event is None:
            raise NotSetAside(f"{self._ledger.service} has set aside nothing with the id {of}")
        return event

    async def _attempted(self, work: Callable[[], Any]) -> Any:  # noqa: ANN401 - what the work gives
        try:
            done = await on_thread(self._writer, work)
        except (NotSetAside, Unavailable):
            raise
        except Exception as error:
            log.exception("a retry from quarantine of %s failed", self._ledger.service)
            raise StillImpossible(f"it is still impossible: {reason(error)}") from error
        await asyncio.to_thread(self.catch_up)
        return done

    def _still_open(self, event: Recorded[Any]) -> None:
        self.catch_up()
        if event.subject not in self._open:
            raise NotSetAside("it has just been settled")

    def _decide_again(self, event: Recorded[Any]) -> tuple[claims.Submission, ClaimOutcome]:
        self._still_open(event)
        held = event.data
        subject = held.subject or f"ingest.{event.tenant}.{held.system}.{held.claim_type.split('.')[-2]}"
        submission = self._adjudication.veiled(claims.read(subject, strict.original(self._original(event))))
        as_set_aside = submission.claim_uuid == event.subject  # else its id could not be read then, and can now
        outcome = self._adjudication.decide(submission, again=as_set_aside)
        settled = [] if as_set_aside else [self._discarded(event, "it was decided on under its own id")]
        self._erase(event, settled, "it was tried again and decided on")
        return submission, outcome

    def _react_again(self, event: Recorded[Any], causes: list[Recorded[Any]]) -> None:
        self._still_open(event)
        if self._inbox is None:
            raise NotSetAside("nothing is followed here")
        settled = ReactionRetried(reaction=event.subject, cause=event.data.cause)
        self._inbox.again(causes, event.subject, settled, self._origin(event))

    def _discard(self, event: Recorded[Any], why: str) -> None:
        self._still_open(event)
        held = event.data
        if isinstance(held, ReactionQuarantined):
            self._record(event, ReactionDiscarded(reaction=event.subject, cause=held.cause, reason=why))
            return
        self._erase(event, [self._discarded(event, why)], "the claim was discarded")

    def _discarded(self, event: Recorded[Any], why: str) -> Event:
        same = {name: getattr(event.data, name) for name in ("claim", "system", "claim_id", "claim_type", "body")}
        return ClaimDiscarded(**same, reason=why)

    def _erase(self, event: Recorded[Any], settled: list[Event], ground: str) -> None:
        """Record what settles it, and erase the original in the same transaction: it has no purpose any more."""
        work = Work(self._ledger, self._origin(event))
        if settled:
            work.record(event.subject, *settled)
        ref = event.data.original.ref
        if self._ledger.unseal([ref]):
            work.erase(ref)
            erased = PersonalDataErased(about=event.subject, refs=(ref,), ground=ground)
            work.record(derive("erased", event.subject), erased)
        self._ledger.append(work.entries, erase=work.erasures)

    def _unsealed(self, event: Recorded[Any], purpose: str) -> str:
        original = self._original(event)
        work = Work(self._ledger, self._origin(event))
        seen = PersonalDataUnsealed(refs=(event.data.original.ref,), purpose=purpose)
        work.record(derive("unsealed", self._ledger.service, self._new_id()), seen)
        self._ledger.append(work.entries)
        return original

    def _original(self, event: Recorded[Any]) -> str:
        ref = event.data.original.ref
        row = self._ledger.unseal([ref]).get(ref)
        if row is None:
            raise NotSetAside("its original has been erased: it can only be discarded")
        return row.value

    def _record(self, event: Recorded[Any], settled: Event) -> None:
        work = Work(self._ledger, self._origin(event))
        work.record(event.subject, settled)
        self._ledger.append(work.entries)

    def _origin(self, event: Recorded[Any]) -> Origin:
        actor = f"{event.tenant}/{OPERATOR}"
        return Origin(event.tenant, actor, self._clock(), event.correlationid, str(event.id), event.recordedtime)

    async def _causes(self, event: Recorded[Any]) -> list[Recorded[Any]]:
        """The event that was set aside, and the later ones of its source about the same aggregate.

        They went on without it, and what followed from them may have been refused for want of it; policies may be asked
        twice, so they are asked again in order.
        """
        held: ReactionQuarantined = event.data
        found: list[Recorded[Any]] = []
        follower = Follower(self._client, {held.source: held.position - 1}, services=(held.source,))
        async with aclosing(cast("AsyncGenerator[Batch]", follower.batches())) as batches:
            async for batch in batches:
                found += [one for one in batch.events if one.subject == held.about]
                if batch.caught_up:
                    break
        if not found or found[0].id != held.cause:
            raise NotSetAside(f"the stream does not hold {held.source}:{held.position}; see `loypa status`")
        return found

    def _set_aside(self, event: Recorded[Any]) -> SetAside:
        held = event.data
        claim = isinstance(held, ClaimQuarantined)
        return SetAside(
            id=event.subject,
            kind="claim" if claim else "reaction",
            service=self._ledger.service,
            tenant=event.tenant,
            system=held.system if claim else held.source,
            name=held.claim_type if claim else held.event,
            key=held.claim_id if claim else None,
            cause=None if claim else held.cause,
            reason=held.reason,
            attempts=held.attempts,
            recorded=event.recordedtime,
            position=event.sequence,
        )
