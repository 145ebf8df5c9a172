"""Every refusal has its sentence in bokmål, nynorsk and English, and its facts are said as people say them."""

from __future__ import annotations

import importlib
import pkgutil
import re
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args
from uuid import UUID

import pytest
from pydantic import ValidationError

import contracts
import interfaces
import runtime
import services
from contracts import door
from contracts.acting import Role
from contracts.commands.council import AppointMember, DecideCase, EstablishCouncil, OpenCase
from contracts.events.council import Ground, Outcome
from contracts.refusals import Refusal, Refused
from contracts.ruleset import FORMS, NamedForm
from interfaces.wording.sentences import placeholders, say, sentence, sentences, words
from runtime.claims import invalid
from runtime.settings import Language
from services.council.domain import refusals as council
from services.council.domain.assessing_refusals import ImmatureTechnology
from services.council.domain.decision_refusals import UnknownForm
from services.intake.domain import refusals as intake
from services.portfolio.domain import refusals as portfolio
from services.reporting.domain import refusals as reporting

if TYPE_CHECKING:
    from collections.abc import Iterator

    from contracts.message import Command

SERVICE_DESIGN = NamedForm(key="service-design", nb="tjenestedesign", nn="tenestedesign")
LANGUAGES = get_args(Language)
CONTRACTS = Path(contracts.__path__[0])
DAY, LATER = date(2026, 3, 4), date(2026, 12, 31)
IDEA = UUID(int=7)


def everything(kind: type[Refused] = Refused) -> Iterator[type[Refused]]:
    for each in kind.__subclasses__():
        if each.__module__.split(".")[0] in {"contracts", "runtime", "services", "interfaces"}:
            yield each
        yield from everything(each)


def file_of(kind: type[Refused]) -> str:
    """Where the sentence of a refusal stands: with its service, with the doors, or with those who operate them."""
    package, module = kind.__module__.split(".")[:2]
    if package == "services":
        return module
    return "door" if package == "contracts" or module == "assertion" else "operating"


def refused() -> list[type[Refused]]:
    for package in (contracts, runtime, services, interfaces):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not module.name.endswith("__main__"):
                importlib.import_module(module.name)
    return sorted(everything(), key=lambda kind: (kind.__module__, kind.__name__))


REFUSED = refused()


def facts(kind: type[Refused]) -> set[str]:
    return {fact.name for fact in fields(kind)} if is_dataclass(kind) else set()


def test_every_refusal_has_its_sentence_and_every_sentence_its_refusal() -> None:
    wanted = sorted((file_of(kind), kind.__name__) for kind in REFUSED)
    assert sorted((file, rule) for file, rules in sentences().items() for rule in rules) == wanted
    assert len(wanted) > 100


@pytest.mark.parametrize("kind", REFUSED, ids=lambda kind: f"{file_of(kind)}.{kind.__name__}")
def test_a_sentence_is_there_in_each_language_and_tells_facts_that_there_are(kind: type[Refused]) -> None:
    said = sentences()[file_of(kind)][kind.__name__]
    assert set(said) == set(LANGUAGES)
    for language, wording in said.items():
        assert placeholders(wording) <= facts(kind), language
        assert wording == wording.strip() != ""
    assert len({frozenset(placeholders(wording)) for wording in said.values()}) == 1, "each tells the same facts"


def test_no_two_refusals_of_one_name_can_be_taken_for_each_other() -> None:
    named: dict[str, list[type[Refused]]] = {}
    for kind in REFUSED:
        named.setdefault(kind.__name__, []).append(kind)
    for kinds in named.values():
        for kind in kinds if len(kinds) > 1 else []:
            wording = sentences()[file_of(kind)][kind.__name__]["en"]
            refusal = Refusal(rule=kind.__name__, says="", facts=dict.fromkeys(facts(kind), "x"))
            assert sentence(refusal, "en") == wording.format(**dict.fromkeys(facts(kind), "x"))


def test_words_are_there_in_each_language_and_for_everything_that_can_be_chosen() -> None:
    assert all(set(said) == set(LANGUAGES) for values in words().values() for said in values.values())
    assert words()["outcome"].keys() == {outcome.value for outcome in Outcome}
    assert words()["ground"].keys() == {ground.value for ground in Ground}
    assert words()["role"].keys() == {role.value for role in Role}
    assert words()["forms"].keys() == set(FORMS)
    assert words()["fault"].keys() >= {fault.value for fault in door.Fault}


def test_a_rule_of_a_message_s_own_has_its_words() -> None:
    files = [file for part in ("commands", "queries") for file in (CONTRACTS / part).glob("*.py")]
    files += [CONTRACTS / name for name in ("claims.py", "clock.py", "ruleset.py")]
    said = {rule for file in files for rule in re.findall(r'(?:msg = |ValueError\()"([^"]+)"', file.read_text("utf-8"))}
    assert len(said) > 5
    assert said <= words()["fault"].keys()


@pytest.mark.parametrize(
    ("kind", "message", "nb"),
    [
        (
            DecideCase,
            {"case": str(IDEA), "outcome": "ja", "reasons": "Nei."},
            (
                "«outcome» kan ikke være slik: det er ikke en av mulighetene "
                "(oppgitt: ja; lovlig: approved, declined, referred, formal og adopted)."
            ),
        ),
        (
            DecideCase,
            {"case": "PS-9", "outcome": "approved", "reasons": "Ja."},
            (
                "«case» kan ikke være slik: det er ikke noen id "
                "(oppgitt: PS-9; lovlig: 0126d7e3-aee5-5a9c-a45c-7e5d7cf95c77)."
            ),
        ),
        (
            EstablishCouncil,
            {"name": "Rådet", "established": "2024-13-01"},
            "«established» kan ikke være slik: det er ikke noen dato (oppgitt: 2024-13-01; lovlig: 2026-03-04).",
        ),
        (
            OpenCase,
            {"title": "Turnus"},
            "kan ikke være slik: en sak åpnes enten for en idé («idea») eller under rådets egen nøkkel («key») ",
        ),
        (
            AppointMember,
            {"member": "Kåre B", "name": "Kåre", "discipline": "helse", "from_": "2026-01-01"},
            "«member» kan ikke være slik: det er skrevet med tegn som ikke kan stå her (oppgitt: Kåre B; ",
        ),
    ],
    ids=lambda part: part.__name__ if isinstance(part, type) else "",
)
def test_what_is_wrong_with_a_message_is_said_in_norwegian(kind: type[Command], message: Any, nb: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        kind.model_validate(message)
    refusal = invalid(wrong.value, within=message).on_the_wire()
    assert nb in sentence(refusal, "nb")
    assert "Input" not in sentence(refusal, "nb")
    assert "<" not in refusal.says


def test_what_only_looks_like_a_day_or_a_moment_is_said_as_it_came() -> None:
    for text in ("2024-13-01", "2024-02-30", "2024-02-30T25:00Z", "0001-01-01T00:00:00+23:59"):
        assert [say("value", text, language) for language in LANGUAGES] == [text] * 3


def test_words_are_for_facts_that_there_are() -> None:
    assert words().keys() <= {fact for kind in REFUSED for fact in facts(kind)}


@pytest.mark.parametrize(
    ("refused", "nb", "nn", "en"),
    [
        (
            council.NoQuorum(seats=7, present=4, voted=3),
            (
                "Rådet er ikke vedtaksført: av 7 plasser er 4 til stede med stemmerett, og 3 har stemt. "
                "Minst halvparten må delta."
            ),
            (
                "Rådet er ikkje vedtaksført: av 7 plassar er 4 til stades med røysterett, og 3 har røysta. "
                "Minst halvparten må ta del."
            ),
            (
                "The council is not quorate: of 7 seats, 4 are present with a vote and 3 have voted. "
                "At least half must take part."
            ),
        ),
        (
            council.DecisionIncomplete("approved", ("form", "responsible")),
            "Vedtaket «godkjent» mangler: gjennomføringsform og ansvarlig.",
            "Vedtaket «godkjent» manglar: gjennomføringsform og ansvarleg.",
            "The decision “approved” lacks: a form and who is responsible.",
        ),
        (
            council.AlreadyAppointed("ada", DAY, None),
            "ada sitter allerede i rådet, fra 4.3.2026 (til og med: uten sluttdato). Løs ada fra vervet først.",
            "ada sit alt i rådet, frå 4.3.2026 (til og med: utan sluttdato). Løys ada frå vervet først.",
            "ada already sits in the council, from 4 March 2026 (until: no end). Release ada first.",
        ),
        (
            council.DeadlinePassed(DAY, LATER),
            "Fristen 4.3.2026 er før vedtaket 31.12.2026. Sett en frist 31.12.2026 eller senere.",
            "Fristen 4.3.2026 er før vedtaket 31.12.2026. Set ein frist 31.12.2026 eller seinare.",
            (
                "The deadline 4 March 2026 is before the decision on 31 December 2026. "
                "Set one on 31 December 2026 or later."
            ),
        ),
        (
            intake.AlreadyDecided(IDEA, "declined", "PS-3/26", DAY),
            f"Rådet avgjorde ideen {IDEA} 4.3.2026: avslått (sak PS-3/26).",
            f"Rådet avgjorde ideen {IDEA} 4.3.2026: avslått (sak PS-3/26).",
            f"The council decided on idea {IDEA} on 4 March 2026: declined (case PS-3/26).",
        ),
        (
            council.AlreadyDecided("26/0123-4", DAY),
            "Ideen ble avgjort 4.3.2026 i 26/0123-4. Er det feil, rettes det av den som meldte om vedtaket.",
            "Ideen vart avgjord 4.3.2026 i 26/0123-4. Er det feil, blir det retta av den som melde om vedtaket.",
            (
                "The idea was decided on 4 March 2026 in 26/0123-4. "
                "If that is wrong, whoever told of the decision corrects it."
            ),
        ),
        (
            portfolio.AlreadyMeasured(IDEA, DAY, Decimal("2.5"), Decimal(3)),
            "For 4.3.2026 er det ført 2,5, ikke 3. Er det feil, rett det og si hvorfor.",
            "For 4.3.2026 er det ført 2,5, ikkje 3. Er det feil, rett det og sei kvifor.",
            "2.5 is recorded for 4 March 2026, not 3. If that is wrong, correct it and say why.",
        ),
        (
            reporting.NothingToCorrect(IDEA, "2026-Q2", ()),
            "Det er ingenting å rette for 2026-Q2. Ført er: ingen.",
            "Det er ingenting å rette for 2026-Q2. Ført er: ingen.",
            "There is nothing to correct for 2026-Q2. Recorded are: none.",
        ),
        (
            door.NotAllowed("council.DecideCase", ("member", "submitter"), ("secretary", "leader")),
            "council.DecideCase er ikke åpent for medlem og innmelder, bare for sekretær og leder.",
            "council.DecideCase er ikkje ope for medlem og innmeldar, berre for sekretær og leiar.",
            "council.DecideCase is not open to member and submitter, only to secretary and leader.",
        ),
        (
            UnknownForm("fest", ("project", "service-design", "hackathon"), (SERVICE_DESIGN,)),
            (
                "Mandatet har ikke gjennomføringsformen «fest». Det har: prosjekt, tjenestedesign (service-design) og "
                "hackathon."
            ),
            (
                "Mandatet har ikkje gjennomføringsforma «fest». Det har: prosjekt, tenestedesign (service-design) og "
                "hackathon."
            ),
            "The mandate has no form called “fest”. It has: project, tjenestedesign (service-design) and hackathon.",
        ),
        (
            ImmatureTechnology("Radar", 4, "SINTEF", 7, "service-design", ("experiment",), (SERVICE_DESIGN,)),
            (
                "Radar er på modenhetsnivå 4 (SINTEF), og tjenestedesign (service-design) krever minst 7. "
                "Den kan prøves ut som: eksperimentering."
            ),
            (
                "Radar er på modnadsnivå 4 (SINTEF), og tenestedesign (service-design) krev minst 7. "
                "Teknologien kan prøvast ut som: eksperimentering."
            ),
            (
                "Radar is at readiness level 4 (SINTEF), and tjenestedesign (service-design) needs at least 7. "
                "It may be tried as: experiment."
            ),
        ),
    ],
    ids=lambda said: type(said).__name__ if isinstance(said, Refused) else "",
)
def test_it_reads_as_one_would_say_it(refused: Refused, nb: str, nn: str, en: str) -> None:
    wire = refused.on_the_wire()
    assert [sentence(wire, language) for language in LANGUAGES] == [nb, nn, en]


def test_a_moment_is_told_by_the_clocks_of_norway() -> None:
    moment = datetime(2026, 7, 1, 22, 30, 5, tzinfo=UTC)
    no = door.InTheFuture(at=moment, now=moment).on_the_wire()
    assert say("at", no.facts["at"], "nn") == "2.7.2026 kl. 00.30"
    assert say("at", no.facts["at"], "en") == "2 July 2026 at 00:30"


def test_what_was_left_out_of_the_record_is_said_to_be_sealed() -> None:
    no = intake.NothingToCorrect(IDEA).on_record()
    assert sentence(no, "nb").startswith(f"Rettelsen av ideen {IDEA} endrer ingenting.")
    conflict = door.IdConflict("A-1", datetime(2026, 3, 4, 8, tzinfo=UTC)).on_record()
    assert sentence(conflict, "nn") == (
        "Id-en «[sealed]» vart brukt 2026-03-04T08:00:00Z om noko anna, og det står. Bruk ein ny id."
    )


def test_whoever_sent_it_reads_what_they_wrote_as_far_as_one_fact_is_theirs() -> None:
    conflict = door.IdConflict("A-1", datetime(2026, 3, 4, 8, tzinfo=UTC)).on_record()
    to_them = conflict.model_copy(update={"value": "A-1"})
    assert sentence(to_them, "en").startswith("The id “A-1” was used on 2026-03-04T08:00:00Z for something else")
    missing = door.Invalid("data.title", "Field required", fault=door.Fault.MISSING).on_record()
    assert "(oppgitt: ingen; " in sentence(missing, "nb")
    two = door.SubjectMismatch("ingest.sak.KpiRecorded", "no.loypa.claim.IdeaSubmitted.v1").on_record()
    assert "KpiRecorded" not in sentence(two.model_copy(update={"value": "no.loypa.claim.IdeaSubmitted.v1"}), "nb")


def test_a_rule_of_a_newer_service_is_told_as_it_tells_itself() -> None:
    unknown = Refusal(rule="NotOnASunday", says="no council meets on a Sunday", accepts="a weekday")
    assert sentence(unknown, "nn") == "no council meets on a Sunday (a weekday)"
