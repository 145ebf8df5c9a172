"""Examples built from a JSON Schema: the same schema always gives the same example, in words of this domain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from contracts.catalogue import SERVICES
from contracts.generate.compatibility import inlined
from contracts.identity import derive

Schema = dict[str, Any]

WORDS: Mapping[str, Any] = MappingProxyType(
    {
        "tenant": "molde",
        "other_tenant": "aukra",
        "network": "ror",
        "municipality": "molde",
        "system": "sak",
        "person": "ada",
        "member": "bo",
        "chair": "ada",
        "leader": "ada",
        "responsible": "cecilie",
        "title": "Felles bårebil for distrikta",
        "name": "Tid til tiltak",
        "problem": "Pårørande ventar for lenge på svar når ansvaret ligg hos fleire.",
        "proposal": "Éin telefon inn, same kor i kommunen ein bur.",
        "reasons": "Behovet er felles, og løysinga kan takast i bruk utan nytt utstyr.",
        "lesson": "Utstyret var klart før rutinane; neste gong byrjar vi med rutinane.",
        "contact": "ola@eksempel.no",
        "text": "Kven gjeld det for, og kor ofte skjer det?",
        "answer": "Det gjeld heimetenesta, om lag kvar veke.",
        "number": "PS-3/26",
        "label": "PS-3/26",
        "case_reference": "PS-27/22",
        "unit": "dagar",
        "indicator": "Dagar frå melding til svar",
        "value": "12.50",
        "start": "30",
        "desired": "10",
        "period": "2026-Q1",
        "summary": "I rute; to einingar har teke det i bruk.",
        "conditions": "Rapport til rådet innan eit halvt år.",
        "tags": "ageing",
        "criterion": "quality",
        "criteria": "quality",
        "trials": "experiment",
        "maturity": 7,
        "link": "https://www.ks.no/fagomrader/innovasjon/",
        "involved": "users",
        "known_from": "Nittedal, i bruk sidan 2025",
        "assisted_by": "dag",
        "owner": "cecilie",
        "recused": "bo",
        "tie_broken_by": "ada",
        "present": "ada",
        "absent": "bo",
        "form": "project",
        "form_name.nb": "utviklingsprosjekt",
        "form_name.nn": "utviklingsprosjekt",
        "form_names.key": "project",
        "form_names.nb": "utviklingsprosjekt",
        "form_names.nn": "utviklingsprosjekt",
        "phase": "pilot",
        "forms": "project",
        "voters": "bo",
        "substitute": "erik",
        "instead_of": "cecilie",
        "seats": 5,
        "target": "10",
        "measure": "Kortare ventetid i helse og omsorg",
        "retention": "content",
        "numbering": "PS-<n>/<yy>",
        "priorities": "Helse- og omsorgsplanen 2025–2029, punkt 4.2",
        "discipline": "Helse og omsorg",
        "change": "Rådet får vararepresentantar.",
        "corrects": "MD-2026-0041",
        "key": "MD-2026-0042",
        "activity": "P-2026-11",
        "decision": "26/0123-4",
        "reference": "26/0123-4",
        "idea": "MD-2026-0042",
        "kpi": "tid-til-tiltak",
        "reason": "Éi eining manglar i det første talet.",
        "service_area": "helse",
        "purpose": "Saksbehandling i saka PS-3/26",
        "ground": "Innmeldaren ba om det",
        "rule": "NoQuorum",
        "says": "3 of 7 seats have voted; 4 are needed",
        "facts": {"voted": 3, "seats": 7},
        "claim_id": "MD-2026-0042",
        "contents": {"MD-2026-0042": "7c1e5a0d9b3f48628a9b0c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6f7"},
        "claim_type": "no.loypa.claim.IdeaSubmitted.v1",
        "body": "6f3c1d0e9b2a47c58d1f0e3a2b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e",
        "digest": "0b7a1c9d5e3f42618a9b0c1d2e3f405162738495a6b7c8d9e0f1a2b3c4d5e6f7",
        "sha256": "9f2d7b1c5a3e48609d8b7c6a5f4e3d2c1b0a99887766554433221100ffeeddcc",
        "journal_post": "26/0123-7",
        "archive_case": "26/0123",
        "class_": "033 &00",
        "our_reference": "26/0123-7/033/sisek",
        "your_reference": "Brev 4. mars",
        "case_handler": "siv",
        "approved_by": "ada",
        "more_access": "Vurdert; arbeidet med saka er ikkje ferdig.",
        "public_title": "Sak om ein tilsett",
        "actor": "molde/sak/ada",
        "source": "https://sak.eksempel.no",
        "sequence": "000000000812",
        "correlationid": str(derive("example", "correlation")),
        "causationid": str(derive("example", "cause")),
        "service": "council",
        "year": 2026,
        "retry_after": 1.0,
    }
)
"""What stands in a field of this name, or in this one of the field before the dot, where the schema allows it."""

MATCHING = (
    *(f"/molde/{service}" for service in SERVICES),
    "heimeteneste",
    "PS-3/26",
    "PS-<n>/<yy>",
    "2026",
    "2026-Q1",
    "2026-03",
    "12.50",
    "nb",
    "ada",
    "1506",
)
"""Tried in turn where a pattern rules."""


class NoExample(Exception):  # noqa: N818 - says what is missing
    """No example could be built at a place in a schema: give the field a word in `WORDS`."""


def sample(schema: Schema, *, complete: bool) -> Any:  # noqa: ANN401 - JSON
    """A value the schema allows: with every optional field, or with the required ones only. Raises `NoExample`."""
    return _sample(inlined(schema), "", complete=complete)


def _sample(schema: Schema, name: str, *, complete: bool) -> Any:  # noqa: ANN401 - JSON
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return WORDS[name] if WORDS.get(name) in schema["enum"] else schema["enum"][0]
    choices = schema.get("anyOf") or schema.get("oneOf")
    if choices:
        return _sample(next(choice for choice in choices if choice.get("type") != "null"), name, complete=complete)
    of_type = {"object": _object, "array": _array, "string": _text, "integer": _number, "number": _number}
    if schema.get("type") in of_type:
        return of_type[schema["type"]](schema, name, complete)
    return True if schema.get("type") == "boolean" else WORDS.get(name, {})


def _object(schema: Schema, name: str, complete: bool) -> Schema:  # noqa: FBT001 - one shape for every type
    fields, required = schema.get("properties", {}), schema.get("required", ())
    if fields:
        return {
            field: _sample(part, named if (named := f"{name}.{field}") in WORDS else field, complete=complete)
            for field, part in fields.items()
            if (complete or field in required) and "$ref" not in part
        }
    word, of = WORDS.get(name), schema.get("additionalProperties")
    if not complete:
        return {}
    if isinstance(word, dict):
        return dict(word)
    return {"intake": _sample(of, "", complete=complete)} if isinstance(of, dict) else {}


def _array(schema: Schema, name: str, complete: bool) -> list[Any]:  # noqa: FBT001 - one shape for every type
    if "prefixItems" in schema:
        return [_sample(part, name, complete=complete) for part in schema["prefixItems"]]
    least = schema.get("minItems", 0)
    count = max(least, 1) if complete else least
    return [_sample(schema["items"], name, complete=complete) for _ in range(count)]


def _text(schema: Schema, name: str, _complete: bool) -> str:  # noqa: FBT001 - one shape for every type
    match schema.get("format"):
        case "uuid":
            return str(derive("example", name))
        case "date":
            return "2026-12-31" if name in {"until", "due", "deadline"} else "2026-03-04"
        case "date-time":
            return "2026-03-04T09:30:00.000000Z" if name in {"time", "recordedtime"} else "2026-03-04T09:30:00Z"
    word, pattern = WORDS.get(name), schema.get("pattern", "")
    for candidate in (word, *(MATCHING if pattern else ("Eit døme", "nb", "a" * schema.get("minLength", 1)))):
        fits = isinstance(candidate, str) and re.search(pattern, candidate)
        if fits and schema.get("minLength", 0) <= len(candidate) <= schema.get("maxLength", len(candidate)):
            return str(candidate)
    raise NoExample(f"{name}: {schema}")


def _number(schema: Schema, name: str, _complete: bool) -> int | float:  # noqa: FBT001 - one shape for every type
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1 if "exclusiveMinimum" in schema else 1)
    word = WORDS.get(name)
    number = word if isinstance(word, int | float) and word >= least else max(least, 1)
    return min(number, schema["maximum"]) if "maximum" in schema else number
