"""What a claim's publisher is told: the recorded outcome, and a refusal in the words of the message it was sent in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from contracts import door
from contracts.answers import ClaimOutcome
from contracts.events.record import ClaimAccepted, ClaimDiscarded, ClaimQuarantined
from contracts.refusals import SEALED, Refusal
from runtime import claims

if TYPE_CHECKING:
    from contracts.envelope import Recorded
    from runtime.claims import Submission


def told(recorded: Recorded[Any], value: str | None = None) -> ClaimOutcome:
    """A recorded outcome as an answer; `value` is what stood in the field at fault."""
    event = recorded.data
    facts: dict[str, Any] = {
        "claim_id": event.claim_id,
        "claim": event.claim,
        "claim_type": event.claim_type,
        "recorded": recorded.recordedtime,
        "position": recorded.sequence,
    }
    match event:
        case ClaimAccepted():
            return ClaimOutcome(state="accepted", about=event.about, **facts)
        case ClaimQuarantined():
            refusal = Refusal(rule="Quarantined", says=f"set aside after {event.attempts} attempts: {event.reason}")
            return ClaimOutcome(state="quarantined", refusal=refusal, **facts)
        case ClaimDiscarded():
            refusal = Refusal(rule="Discarded", says=f"discarded by the operator: {event.reason}")
            return ClaimOutcome(state="rejected", refusal=refusal, **facts)
        case _:
            refusal = Refusal(
                rule=event.rule,
                says=event.says if value is None else event.says.replace(SEALED, value),
                facts=event.facts,
                field=event.field,
                accepts=event.accepts,
                value=value,
            )
            return ClaimOutcome(state="rejected", refusal=refusal, **facts)


def in_claim(refusal: Refusal, submission: Submission) -> Refusal:
    """The refusal with its field and value as they stand in the message: a command's fields are the claim's data."""
    at = refusal.field or refusal.facts.get("at") or refusal.facts.get("attribute")
    value = refusal.value
    claim = submission.claim
    if refusal.rule == door.InTheFuture.__name__:
        at, value = "time", value or refusal.facts.get("at")
    elif refusal.rule == door.ClaimNotRegistered.__name__:
        value = submission.claim_type
    elif claim is not None and at in type(claim).model_fields:
        if value is None and getattr(claim, at) is not None:
            value = str(claim.model_dump(mode="json")[at])[: claims.LONGEST_NAME]
        at = f"data.{at}"
    return refusal.model_copy(update={"field": at, "value": value})
