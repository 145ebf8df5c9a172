"""What the council makes of claims: decisions that the system where they were formally made has on record."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts import claims
from contracts.commands.council import NameParty
from contracts.door import UnknownReference
from contracts.events.council import CouncilDecided
from contracts.events.intake import Source
from runtime.claims import accepted
from runtime.decider import Decider
from services.council.domain import composition, dossier, external
from services.council.domain.ids import case_id, council_id, note_id
from services.council.loading import cases, notes, own_case, own_council

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from contracts.acting import Acting
    from contracts.events.council import IdeaNoted
    from contracts.message import Claim, Command
    from runtime.declaration import Adoption, UseCase
    from runtime.work import Work

EXPECTED = "the id of an idea that was submitted in your municipality: your own, another system's, or Løypa's UUID"


def note(work: Work, command: external.NoteIdea, acting: Acting) -> UUID:
    """Remember an idea that others may refer to; who submitted what is merged into another is a party there."""
    of = note_id(council_id(acting.tenant), command.idea)
    work.do(notes(acting), of, command)
    merged = work.state(notes(acting), of)
    if command.into is not None and isinstance(merged, external.Noted):
        _follow(work, command, merged.said, command.into, acting)
    return of


def _follow(work: Work, command: external.NoteIdea, merged: IdeaNoted, into: UUID, acting: Acting) -> None:
    """Let the submitters of a merged idea be parties to what becomes of the other, whether its case is open yet."""
    council = council_id(acting.tenant)
    parties = (*((merged.person,) if merged.person else ()), *merged.parties)
    bring = external.NoteIdea(at=command.at, idea=into, parties=parties)
    work.do(notes(acting), note_id(council, into), bring)
    of = case_id(council, into)
    if isinstance(own_case(work, of, acting), dossier.Unopened | dossier.Closed | dossier.Withdrawn):
        return
    for party in parties:
        work.do(cases(acting, of), of, NameParty(at=command.at, case=of, party=party))


def from_claim(claim: claims.CouncilDecided, tenant: str, system: str, claim_id: str) -> external.AdoptDecision:
    """The command that a claim amounts to."""
    said = {name: getattr(claim, name) for name in type(claim).model_fields if name != "idea"}
    return external.AdoptDecision(
        ideas=claims.ideas(claim.idea, tenant, system),
        idea=claims.written(claim.idea),
        system=system,
        claim_id=claim_id,
        **said,
    )


def adopt(work: Work, command: external.AdoptDecision, acting: Acting) -> UUID:
    """Take the decision in. Raises `UnknownReference` for an idea or an earlier claim that is not known here (yet)."""
    council = council_id(acting.tenant)
    known = (work.state(notes(acting), note_id(council, idea)) for idea in command.ideas)
    idea = next((each.said for each in known if isinstance(each, external.Noted)), None)
    if idea is None:
        raise UnknownReference("idea", command.idea, EXPECTED)
    of = case_id(council, idea.idea)
    corrects = None
    if command.corrects is not None:
        if accepted(work, acting.tenant, acting.system, command.corrects) != of:
            raise UnknownReference("corrects", command.corrects, external.LATEST)
        origin = Source(system=acting.system, id=command.corrects)
        decided = (each for each in work.ledger.history(of) if isinstance(each.data, CouncilDecided))
        corrects = next((each.id for each in decided if each.data.origin == origin), None)
    adopting: Decider[dossier.State] = Decider("case", dossier.Unopened(council, of), external.decide, dossier.evolve)
    own = own_council(work, acting)
    rules, ways = composition.rules_on(own, command.decided), composition.ways_of_numbering(own)
    called = rules.form_name(command.form)
    work.do(adopting, of, external.Adoption(command, idea, corrects, rules.report_days, called, ways))
    return of


COMMANDS: Mapping[type[Command], UseCase] = {external.NoteIdea: note, external.AdoptDecision: adopt}
CLAIMS: Mapping[type[Claim], Adoption] = {claims.CouncilDecided: from_claim}
