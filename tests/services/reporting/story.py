"""A small story through all four services, as their events, for tests of the views."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from contracts.envelope import Recorded
from contracts.events import assessment as a
from contracts.events import council as c
from contracts.events import intake as i
from contracts.events import portfolio as p
from contracts.events import reporting as r
from contracts.events.minutes import CaseExempted
from contracts.identity import derive
from contracts.publicity import ExemptionGround
from contracts.ruleset import CRITERIA, RuleSet
from contracts.sealed import Retention, Sealed

if TYPE_CHECKING:
    from uuid import UUID

    from contracts.message import Event
    from contracts.publicity import Part


def ident(*parts: object) -> UUID:
    return derive("test", *parts)


def sealed(name: str) -> Sealed[str]:
    return Sealed(ref=ident("sealed", name), digest="0" * 64, retention=Retention.CONTENT)


class Story:
    """Events in the order they are told; each service counts its own positions, each day has its own time."""

    def __init__(self) -> None:
        self.events: list[Recorded[Any]] = []
        self._sequence: dict[str, int] = {}
        self._last = datetime(2026, 1, 1, tzinfo=UTC)

    def tell(self, tenant: str, day: str, event: Event) -> Recorded[Any]:
        service = str(type(event).service)
        self._sequence[service] = sequence = self._sequence.get(service, 0) + 1
        happened = datetime.fromisoformat(f"{day}T10:00:00+00:00")
        self._last = max(happened, self._last) + timedelta(microseconds=1)
        recorded = Recorded[type(event)](  # type: ignore[misc]  # the class is known only now
            id=ident(service, sequence),
            type=event.type_in(service),
            source=f"/{tenant}/{service}",
            subject=ident("subject"),
            time=happened,
            tenant=tenant,
            sequence=sequence,
            recordedtime=self._last,
            correlationid="c",
            causationid="c",
            actor=f"{tenant}/tests",
            data=event,
        )
        self.events.append(recorded)
        return recorded

    def submit(self, tenant: str, day: str, title: str, **more: Any) -> UUID:
        idea = ident(tenant, title)
        fields = {"kind": i.Kind.IDEA, "problem": sealed(title), "submitter": i.SubmitterKind.EMPLOYEE} | more
        submitted = date.fromisoformat(day)
        self.tell(tenant, day, i.IdeaSubmitted(idea=idea, tenant=tenant, title=title, submitted=submitted, **fields))
        return idea

    def refer(self, tenant: str, day: str, idea: UUID, title: str, number: str, **more: Any) -> UUID:
        """Intake refers it and the council opens a case."""
        council, case, on = ident("council", tenant), ident("case", idea), date.fromisoformat(day)
        referred = {"idea": idea, "title": title, "kind": i.Kind.IDEA, "council": council}
        self.tell(tenant, day, i.IdeaReferred(**referred, submitted=on, referred=on, **more))
        opened = c.CaseOpened(council=council, case=case, idea=idea, title=title, number=number, received=on, **more)
        self.tell(tenant, day, opened)
        return case

    def table(self, tenant: str, day: str, case: UUID, number: str) -> UUID:
        meeting = ident("meeting", tenant, day)
        council = ident("council", tenant)
        self.tell(tenant, day, c.CaseTabled(council=council, case=case, number=number, meeting=meeting))
        return meeting

    def decide(self, tenant: str, day: str, case: UUID, outcome: c.Outcome | str, **more: Any) -> Recorded[Any]:
        fields = {"number": "PS-1/26", "title": "Sak", "visibility": i.Visibility.NETWORK, "seats": 3} | more
        on = date.fromisoformat(day)
        reasons = "Det svarer på behovet."
        return self.tell(
            tenant,
            day,
            c.CouncilDecided(
                council=ident("council", tenant), case=case, decided=on, outcome=outcome, reasons=reasons, **fields
            ),
        )

    def start(self, tenant: str, day: str, idea: UUID | None, title: str, **more: Any) -> UUID:
        activity = ident("activity", title)
        fields = {"visibility": "network", "responsible": "kari"} | more
        started = date.fromisoformat(day)
        self.tell(
            tenant,
            day,
            p.ActivityStarted(activity=activity, tenant=tenant, title=title, idea=idea, started=started, **fields),
        )
        return activity


def queued(told: Story, tenant: str, day: str, number: str, **more: Any) -> UUID:
    """A case that the council opens by itself."""
    case, received = ident("case", tenant, number), date.fromisoformat(day)
    fields = {"title": f"Sak {number}", "number": number, "received": received} | more
    told.tell(tenant, day, c.CaseOpened(council=ident("council", tenant), case=case, **fields))
    return case


def assessed(told: Story, tenant: str, day: str, case: UUID, kind: Any, **fields: Any) -> None:
    """A part of the case's assessment."""
    on = {"council": ident("council", tenant), "case": case, "assessed": date.fromisoformat(day)}
    told.tell(tenant, day, kind(**on, **fields))


def scored(told: Story, tenant: str, day: str, case: UUID, *scores: int, by: str = "kari", **criteria: int) -> None:
    """The case is scored on everybody's criteria in their order, or on those that are named."""
    given = dict(zip((each.key for each in CRITERIA), scores, strict=False)) | criteria
    for criterion, score in given.items():
        said = {"criterion": criterion, "score": score, "comment": f"{criterion}: {score}", "assessor": by}
        assessed(told, tenant, day, case, a.CaseScored, **said)


def ranked(told: Story, tenant: str, day: str, among: a.Queue, *order: UUID, reason: str = "Haster.") -> None:
    """The council ranks the last one, which makes this order."""
    on = {"council": ident("council", tenant), "ranked": date.fromisoformat(day)}
    told.tell(
        tenant,
        day,
        a.CaseRanked(**on, case=order[-1], among=among, place=len(order), reason=reason, order=order),
    )


NOTICE = "Unntatt offentlighet (offl. § 13, jf. fvl. § 13 første ledd nr. 1)"


def exempted(case: UUID, *parts: Part) -> CaseExempted:
    """A case of Molde's about somebody's personal affairs, with a public title."""
    on = {"council": ident("council", "molde"), "case": case, "ground": ExemptionGround.PERSONAL}
    return CaseExempted(**on, parts=parts, public_title="Sak om en nabo")


def prepared(told: Story, tenant: str) -> None:
    """Two cases wait where there is no council; one is prepared, the other ranked first."""
    first, second = (queued(told, tenant, day, f"PS-{n}/26") for n, day in enumerate(("2026-08-01", "2026-08-03"), 7))
    problem = {"problem": "For lang kø.", "affects": ("Innbyggerne",), "known_by": "Målt i fjor."}
    assessed(told, tenant, "2026-08-10", first, a.ProblemDescribed, **problem)
    fits = (a.Fit(priority="Bu heime", how="Færre turer."),)
    assessed(told, tenant, "2026-08-11", first, a.GroundsStated, statutory="Plan- og bygningsloven § 21-4", fits=fits)
    scored(told, tenant, "2026-08-12", first, 4, 5, 2, 4, 3)
    recommended = {"outcome": c.Outcome.APPROVED, "form": "experiment", "reasons": "Prøv.", "recommended_by": "kari"}
    assessed(told, tenant, "2026-08-13", first, a.OutcomeRecommended, **recommended)
    ranked(told, tenant, "2026-08-14", "queue", second)


def year() -> Story:
    """Molde takes an idea all the way, Aukra has the same need and waits, Rauma fails with a lesson."""
    told = Story()
    council = ident("council", "molde")
    told.tell(
        "molde",
        "2026-01-02",
        c.CouncilEstablished(council=council, tenant="molde", name="Rådet", established=date(2026, 1, 2)),
    )
    mandate = {
        "council": council,
        "case_reference": "PS-27/22",
        "change": "Første",
        "text": "Mandat",
        "rules": RuleSet(),
    }
    told.tell(
        "molde",
        "2026-01-03",
        c.MandateAdopted(edition=1, adopted=date(2026, 1, 3), in_force=date(2026, 1, 4), **mandate),
    )
    told.tell(
        "molde",
        "2026-06-01",
        c.MandateAdopted(edition=2, adopted=date(2026, 6, 1), in_force=date(2026, 7, 1), **mandate),
    )
    for member, discipline, ror in (("ada", "helse", False), ("bo", "teknikk", False), ("ror", "digitalisering", True)):
        told.tell(
            "molde",
            "2026-01-04",
            c.MemberAppointed(
                council=council,
                member=member,
                name=sealed(member),
                discipline=discipline,
                ror=ror,
                voting=not ror,
                from_=date(2026, 1, 5),
            ),
        )
    told.tell("molde", "2026-01-04", c.LeaderAppointed(council=council, member="ada", from_=date(2026, 1, 5)))
    told.tell("molde", "2026-05-01", c.MemberReleased(council=council, member="bo", until=date(2026, 4, 30)))
    robot = told.submit("molde", "2026-01-10", "Robot i heimetenesta", tags=("ageing",), kind=i.Kind.NEED)
    told.tell(
        "molde",
        "2026-01-11",
        i.ClarificationRequested(idea=robot, question=ident("q"), text=sealed("q"), asked=date(2026, 1, 11)),
    )
    told.tell(
        "molde",
        "2026-01-13",
        i.IdeaClarified(
            idea=robot, question=ident("q"), clarification=ident("a"), answer=sealed("a"), clarified=date(2026, 1, 13)
        ),
    )
    case = told.refer("molde", "2026-01-15", robot, "Robot i heimetenesta", "PS-1/26")
    meeting = told.table("molde", "2026-01-20", case, "PS-1/26")
    told.tell(
        "molde",
        "2026-01-20",
        c.MeetingCalled(
            council=council,
            meeting=meeting,
            starts=datetime(2026, 2, 1, 9, tzinfo=UTC),
            notice=date(2026, 1, 20),
            agenda=(case,),
        ),
    )
    told.tell(
        "molde",
        "2026-02-01",
        c.MeetingOpened(
            council=council,
            meeting=meeting,
            opened=datetime(2026, 2, 1, 9, tzinfo=UTC),
            chair="ada",
            present=("ada", "bo"),
            absent=("ror",),
            seats=2,
            quorate=True,
        ),
    )
    told.tell(
        "molde",
        "2026-02-01",
        c.RecusalRaised(
            council=council,
            case=case,
            member="bo",
            ground=c.Ground.KIN,
            how=c.Raised.DECLARED,
            raised=datetime(2026, 2, 1, 9, 5, tzinfo=UTC),
        ),
    )
    told.tell(
        "molde",
        "2026-02-01",
        c.MemberRecused(
            council=council,
            case=case,
            meeting=meeting,
            member="bo",
            ground=c.Ground.KIN,
            found=datetime(2026, 2, 1, 9, 6, tzinfo=UTC),
            reasons="Gift med søkjaren.",
            votes=(c.VoteRecord(member="ada", vote="for"),),
            chair="ada",
        ),
    )
    told.tell(
        "molde",
        "2026-02-01",
        c.MemberLeft(council=council, meeting=meeting, member="bo", left=datetime(2026, 2, 1, 10, tzinfo=UTC)),
    )
    told.decide("molde", "2026-02-01", case, c.Outcome.DEFERRED, meeting=meeting)
    told.tell(
        "molde",
        "2026-02-01",
        c.MeetingClosed(council=council, meeting=meeting, closed=datetime(2026, 2, 1, 11, tzinfo=UTC)),
    )
    approved = {"form": "experiment", "route": "pilot", "strength": "should", "responsible": "kari"}
    votes = (c.VoteRecord(member="ada", vote="for"),)
    told.decide(
        "molde",
        "2026-02-19",
        case,
        c.Outcome.APPROVED,
        idea=robot,
        votes=votes,
        recused=("bo",),
        priorities=("Bu heime",),
        **approved,
    )
    activity = told.start(
        "molde",
        "2026-02-20",
        robot,
        "Robot i heimetenesta",
        case=case,
        number="PS-1/26",
        form="experiment",
        deadline=date(2026, 9, 1),
    )
    told.tell("molde", "2026-03-01", p.PhaseEntered(activity=activity, phase="innsikt", on=date(2026, 3, 1)))
    told.tell(
        "molde",
        "2026-03-02",
        p.BenefitPlanned(
            activity=activity,
            benefit=ident("b"),
            indicator="Timar",
            unit="timar",
            start=100,
            desired=60,
            due=date(2026, 10, 1),
        ),
    )
    told.tell(
        "molde",
        "2026-04-01",
        p.StatusReported(
            activity=activity,
            on=date(2026, 4, 1),
            time="green",
            economy="green",
            quality="yellow",
            risk="red",
            benefits="green",
            summary="I rute.",
        ),
    )
    told.tell(
        "molde",
        "2026-09-15",
        p.BenefitRealised(activity=activity, benefit=ident("b"), value=70, on=date(2026, 9, 15), evidence="Turnus"),
    )
    aukra = told.submit("aukra", "2026-01-12", "Heimeteneste med robot", visibility=i.Visibility.OWN, kind=i.Kind.WISH)
    told.tell(
        "molde", "2026-01-14", i.IdeaLinked(idea=robot, other=aukra, other_tenant="aukra", linked=date(2026, 1, 14))
    )
    told.tell(
        "aukra", "2026-01-14", i.IdeaLinked(idea=aukra, other=robot, other_tenant="molde", linked=date(2026, 1, 14))
    )
    rauma = told.submit("rauma", "2026-02-02", "Drone over Trollstigen")
    stopped = told.start("rauma", "2026-02-10", rauma, "Drone over Trollstigen")
    told.tell(
        "rauma",
        "2026-03-10",
        p.ActivityStopped(activity=stopped, on=date(2026, 3, 10), reason="Vind", lesson="Fly lågare"),
    )
    kpi = ident("kpi")
    told.tell(
        "molde",
        "2026-01-05",
        r.KpiDefined(
            kpi=kpi,
            tenant="molde",
            key="sjukefravaer",
            name="Sjukefråvær",
            unit="%",
            direction="lower",
            kind="quality",
            every="quarter",
            target=0,
        ),
    )
    for period, value in (("2026-Q1", "9.5"), ("2026-Q2", "0"), ("2026-Q3", "1.5")):
        told.tell(
            "molde", "2026-10-01", r.KpiRecorded(kpi=kpi, period=period, value=value, name="Sjukefråvær", unit="%")
        )
    prepared(told, "aukra")
    told.tell("molde", "2026-10-02", r.KpiCorrected(kpi=kpi, period="2026-Q1", was="9.5", value="9", reason="Feil"))
    return told
