"""What the portfolio makes of decisions and of claims: one activity a decision, whoever tells of it, by whatever id."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import claims
from contracts.commands.portfolio import StartActivity
from contracts.door import AnotherMunicipality, UnknownReference
from contracts.events.intake import Source
from contracts.identity import derive
from runtime.claims import accepted
from runtime.decider import Decider
from services.portfolio.domain import activity as activities
from services.portfolio.domain import claimed, refusals
from services.portfolio.domain.activity import INITIAL, Activity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.message import Claim, Command
    from runtime.declaration import Adoption, UseCase
    from runtime.work import Work

STARTING: Decider[Activity] = Decider("activity", INITIAL, activities.decide, activities.evolve)
TOLD: Decider[Activity] = Decider("activity", INITIAL, claimed.tell, activities.evolve)
CORRECTED: Decider[Activity] = Decider("activity", INITIAL, claimed.correct, activities.evolve)
REVOKED: Decider[Activity] = Decider("activity", INITIAL, claimed.revoke, activities.evolve)
NAMES: Decider[claimed.Name] = Decider("name", claimed.UNNAMED, claimed.name, claimed.named)

DECIDED = "an idea, or a decision, that the council has said yes to: by your own id, another system's, or Løypa's UUID"
LATEST = "the id of an accepted claim of yours about this activity"


class ClaimActivity(claimed.TellOfActivity):
    """A claim as it came, before it is known which activity it means."""

    idea: claims.Reference | None = None
    decision: claims.Reference | None = None
    corrects: str | None = None


def start(work: Work, command: StartActivity, acting: Acting) -> UUID:
    """Start what was decided, once; a corrected decision goes on with the activity of the one it corrects.

    Raises `AnotherMunicipality` where the command names one that the sender is not of.
    """
    if command.tenant not in (None, acting.tenant):
        raise AnotherMunicipality(str(command.tenant), acting.tenant)
    here = command.model_copy(update={"tenant": acting.tenant})
    carried = _activity(work, [claimed.carried_id(here.decision)], acting)
    if carried is not None:
        return carried
    earlier = _activity(work, [claimed.carried_id(here.corrects)], acting) if here.corrects else None
    activity = earlier or activities.activity_id(here)
    carry = claimed.Carry(here, activity)
    if earlier is None:
        work.do(STARTING, activity, here)
    else:
        work.do(CORRECTED, activity, carry)
    names = [claimed.carried_id(here.decision)]
    names += [claimed.carried_id(here.idea)] if here.idea else []
    names += [claimed.carried_id(acting.tenant, here.origin.system, here.origin.id)] if here.origin else []
    for each in names:
        work.do(NAMES, each, carry)
    return activity


def revoke(work: Work, command: claimed.RevokeActivity, acting: Acting) -> UUID:
    """Stop what a mistaken decision started, if it did."""
    activity = _activity(work, [claimed.carried_id(command.decision)], acting)
    if activity is not None:
        work.do(REVOKED, activity, command)
    return activity or command.decision


def from_claim(claim: claims.ActivityStarted, tenant: str, system: str, _claim_id: str) -> ClaimActivity:
    """The command that a claim amounts to."""
    said = {name: getattr(claim, name) for name in type(claim).model_fields if name != "activity"}
    own = derive("activity", tenant, system, claim.activity)
    return ClaimActivity(activity=own, origin=Source(system=system, id=claim.activity), tenant=tenant, **said)


def tell(work: Work, command: ClaimActivity, acting: Acting) -> UUID:
    """Take in what a portfolio tool tells of an activity: the one its id names, the one its decision has, or a new one.

    Raises `UnknownReference` for a decision that is not known to have said yes (yet), `AnotherActivity` where id and
    decision name different ones.
    """
    meant = _meant(work, command, acting)
    mine = claimed.known_id(acting.tenant, command.origin)
    known = _activity(work, [mine], acting)
    if known is not None and meant not in (None, known):
        raise refusals.AnotherActivity(command.origin.id, known)
    activity = known or meant or command.activity
    if command.corrects is not None and accepted(work, acting.tenant, acting.system, command.corrects) != activity:
        raise UnknownReference("corrects", command.corrects, LATEST)
    told = command.model_copy(update={"activity": activity})
    work.do(TOLD, activity, told)
    work.do(NAMES, mine, told)
    return activity


def _meant(work: Work, command: ClaimActivity, acting: Acting) -> UUID | None:
    """The activity of the decision that is referred to; both references have to mean the same one."""
    meant: UUID | None = None
    for field, reference in (("decision", command.decision), ("idea", command.idea)):
        if reference is not None:
            found = _activity(work, _names(field, reference, acting), acting)
            if found is None:
                raise UnknownReference(field, claims.written(reference), DECIDED)
            if meant not in (None, found):
                raise refusals.AnotherActivity(command.origin.id, found)
            meant = found
    return meant


def _names(field: str, reference: claims.Reference, acting: Acting) -> Iterable[UUID]:
    """Under what the decision that is referred to may be known, the publisher's own id first."""
    if field == "idea":
        yield from map(claimed.carried_id, claims.ideas(reference, acting.tenant, acting.system))
        return
    yield claimed.carried_id(acting.tenant, *claims.own(reference, acting.system))
    direct = claims.loypas(reference)
    if direct is not None:
        yield claimed.carried_id(direct)


def _activity(work: Work, names: Iterable[UUID], acting: Acting) -> UUID | None:
    """The acting tenant's activity under the first of these names that is known."""
    for each in names:
        known = work.state(NAMES, each)
        if isinstance(known, claimed.Named) and known.said.tenant == acting.tenant:
            return known.said.activity
    return None


COMMANDS: Mapping[type[Command], UseCase] = {
    StartActivity: start,
    claimed.RevokeActivity: revoke,
    ClaimActivity: tell,
}
CLAIMS: Mapping[type[Claim], Adoption] = {claims.ActivityStarted: from_claim}
