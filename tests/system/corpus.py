"""A thousand messages that a publisher may send by mistake or in bad faith, the same ones every time."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from itertools import count, islice
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Json = Any

TYPE = "no.loypa.claim.IdeaSubmitted.v1"
GOOD = {"title": "Lys på skuleveggen", "problem": "Det er mørkt når ungane går heim.", "submitter": "citizen"}
LARGEST = 60 * 1024


@dataclass(frozen=True)
class Hostile:
    """One message: what it is for, what follows `ingest.<system>.` in its subject, its bytes and its headers."""

    kind: str
    body: bytes
    name: str = "IdeaSubmitted"
    headers: Mapping[str, str] = field(default_factory=dict)


def corpus(size: int, seed: int = 20260304) -> list[Hostile]:
    """Every kind in turn, until there are `size`."""
    chance, number = Random(seed), count(1)  # noqa: S311 - the same ones every time
    kinds = [kind(chance, number) for kind in KINDS]
    made: list[Hostile] = []
    while len(made) < size:
        made += [each for kind in kinds for each in islice(kind, 4)]
    return made[:size]


def event(number: Iterator[int], data: Json = None, **attributes: Json) -> dict[str, Json]:
    """A claim that would be right, but for what is given; an attribute of `...` is left out."""
    made = {"specversion": "1.0", "id": f"h-{next(number)}", "source": "urn:molde:sak", "type": TYPE}
    made |= {"data": dict(GOOD) if data is None else data, **attributes}
    return {name: value for name, value in made.items() if value is not ...}


def raw(made: Json, *, escaped: bool = False) -> bytes:
    return json.dumps(made, ensure_ascii=escaped).encode("utf-8", "surrogatepass")


# --- each kind goes on for ever


def deep(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        depth = chance.choice([10, 63, 64, 65, 200, 500, 950, 990, 1000, 5000, 10_000])
        opening, closing = chance.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"a":', b"}]")])
        nested = opening * depth + b"1" + closing * depth
        yield Hostile("deep", nested[: LARGEST - 300])
        yield Hostile("deep data", raw(event(number, "@@")).replace(b'"@@"', nested[: LARGEST - 300]))
        yield Hostile(
            "deep field", raw(event(number, GOOD | {"title": "@@"})).replace(b'"@@"', nested[: LARGEST - 400])
        )


def numbers(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    odd = [
        b"NaN",
        b"Infinity",
        b"-Infinity",
        b"1e999",
        b"-1e999",
        b"1e-999",
        b"9" * 5000,
        b"0" * 70,
        b"-0",
        b"1.",
        b".5",
    ]
    odd += [b"9" * 63, b"1" + b"0" * 4000 + b".5", b"0x10", b"1_000", b"+1", b"1e+400", b"0.1e-999999999"]
    while True:
        template = chance.choice([event(number, "@@"), event(number, id="@@"), event(number, GOOD | {"tags": "@@"})])
        yield Hostile("number", raw(template).replace(b'"@@"', chance.choice(odd)))
        yield Hostile("time of numbers", raw(event(number, time="@@")).replace(b'"@@"', chance.choice(odd)))


def doubled(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        body = raw(event(number))
        part = chance.choice(
            [b'"id": "other", ', b'"tenant": "rauma", "tenant": "molde", ', f'"type": "{TYPE}", '.encode()]
        )
        yield Hostile("a name twice", b"{" + part + body[1:])
        yield Hostile("a field twice", body.replace(b'"title":', b'"title": "Ei anna", "title":'))


def characters(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    odd = [
        "\ud800",
        "\udfff",
        "\x00",
        "\x1b[2J",
        "\x07",
        "\x7f",
        "\u0085",
        "\ufeff",
        "\ufffe",
        "\u202eabc\u202c",
        "\u2066x\u2069",
    ]
    odd += ["\u200b" * 50, "e" + "\u0301" * 300, "🤷🏽‍♀️" * 40, "\u2028", "ﷺ" * 40, "İı", "ＴＩＴＥＬ", "\u00ad", "𝕿"]
    while True:
        text = chance.choice(odd)
        where = chance.choice(["title", "problem", "name", "contact", "proposal"])
        for escaped in (True, False):
            yield Hostile("characters", raw(event(number, GOOD | {where: f"Før {text} etter"}), escaped=escaped))
            yield Hostile("characters in the id", raw(event(number, id=f"h-{next(number)}-{text}"), escaped=escaped))
            yield Hostile("characters in a name", raw(event(number, GOOD | {text: 1}), escaped=escaped))


def encodings(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        text = json.dumps(event(number), ensure_ascii=False)
        yield Hostile(
            "encoding", text.encode(chance.choice(["utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252", "utf-16-le"]))
        )
        yield Hostile("cut", text.encode()[: chance.randrange(len(text))])
        yield Hostile("more after it", text.encode() + chance.choice([b"\x00", b"{}", b"]", b"\n\n", b",", b"//"]))


def types(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    values: list[Json] = [None, True, 0, -1, 1.5, "", " ", [], {}, [[]], {"a": 1}, ["x"], "x" * 400, [None], "null"]
    fields = [
        *GOOD,
        "proposal",
        "kind",
        "name",
        "contact",
        "tags",
        "service_area",
        "language",
        "visibility",
        "submitted",
    ]
    fields += ["corrects", "known_from", "titel", "__proto__", "constructor", "$ref", "model_config", "__class__"]
    while True:
        yield Hostile("wrong type", raw(event(number, GOOD | {chance.choice(fields): chance.choice(values)})))
        attribute = chance.choice(["id", "source", "type", "specversion", "data", "time", "tenant", "datacontenttype"])
        yield Hostile("wrong attribute", raw(event(number, **{attribute: chance.choice([*values, ...])})))
        yield Hostile("no field", raw(event(number, {k: v for k, v in GOOD.items() if k != chance.choice([*GOOD])})))


def injections(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    odd = [
        "'; DROP TABLE stored_events; --",
        '" OR 1=1 --',
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
    ]
    odd += [
        "../../../../etc/passwd",
        "file:///etc/shadow",
        "${jndi:ldap://x/a}",
        "{{7*7}}",
        "{0.__class__}",
        "{says}",
        "%s%s%n",
    ]
    odd += [
        "=cmd|' /C calc'!A0",
        "$(reboot)",
        "`id`",
        "|ls",
        "\r\nPUB ev.molde.intake.IdeaSubmitted 2\r\n{}\r\n",
        "[red]x[/red]",
    ]
    odd += [
        "ingest.rauma.sak.IdeaSubmitted",
        "*",
        ">",
        "ev.>",
        "molde/operator",
        "\\",
        "\\u0000",
        "data:application/octet-stream;base64,eA==",
    ]
    while True:
        text, where = chance.choice(odd), chance.choice(["title", "problem", "name", "service_area", "known_from"])
        yield Hostile("injection", raw(event(number, GOOD | {where: text})))
        yield Hostile("injection in tags", raw(event(number, GOOD | {"tags": [text, text]})))
        attribute = chance.choice(["source", "type", "tenant", "time", "subject", "dataschema"])
        yield Hostile("injection in an attribute", raw(event(number, **{attribute: text})))
        yield Hostile("injection in the id", raw(event(number, id=f"{text} {next(number)}")))


def sizes(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        size = chance.choice(
            [LARGEST - 1, LARGEST, LARGEST + 1, LARGEST + 2000, 64 * 1024 - 20, 64 * 1024, 80_000, 200_000]
        )
        body = raw(event(number, GOOD | {"proposal": "@@"}))
        yield Hostile("size", body.replace(b"@@", b"x" * (size - len(body))))
        yield Hostile(
            "many fields", raw(event(number, {f"f{i}": 0 for i in range(chance.choice([100, 3000, 5000]))}))[:LARGEST]
        )
        yield Hostile("a long name", raw(event(number, GOOD | {"x" * chance.choice([300, 30_000]): 1})))
        yield Hostile("many tags", raw(event(number, GOOD | {"tags": ["a"] * chance.choice([1000, 12_000])})))
        yield Hostile(
            "a long attribute", raw(event(number, **{chance.choice(["id", "type", "tenant", "source"]): "x" * 50_000}))
        )


def binary(chance: Random, _number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        yield Hostile("binary", chance.randbytes(chance.choice([1, 10, 1000, 60_000])))
        yield Hostile("empty", chance.choice([b"", b" ", b"\x00", b"null", b"0", b'""', b"[]", b"{}", b"\n", b"true"]))
        yield Hostile(
            "something else", chance.choice([b"<xml/>", b"%PDF-1.7", b"PK\x03\x04", b"GET / HTTP/1.1", b"a=1&b=2"])
        )


def modes(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        batch = raw([event(number) for _ in range(chance.choice([0, 1, 3]))])
        yield Hostile("batch", batch, headers={"content-type": "application/cloudevents-batch+json"})
        sent = {"ce-specversion": "1.0", "ce-id": f"h-{next(number)}", "ce-type": TYPE, "ce-source": "urn:molde:sak"}
        yield Hostile("binary mode", raw(GOOD), headers=sent)
        yield Hostile("data in base64", raw(event(number, ..., data_base64="e30=")))


def unknown(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    odd = [
        "no.loypa.claim.IdeaSubmitted.v2",
        "no.loypa.claim.IdeaSubmitted.v0",
        "no.loypa.claim.Forslag.v1",
        "IdeaSubmitted",
    ]
    odd += [
        "no.loypa.intake.IdeaSubmitted.v1",
        "no.loypa.claim.IdeaSubmitted.v99999999999999999999",
        "NO.LOYPA.CLAIM.X.V1",
    ]
    odd += ["no.loypa.claim.CouncilDecided.v1", "no.loypa.claim.KpiRecorded.v1", "no.loypa.claim.ActivityStarted.v1"]
    while True:
        yield Hostile("type", raw(event(number, type=chance.choice(odd))))
        name = chance.choice(
            ["Forslag", "ideasubmitted", "IdeaSubmitted.x", "A.b.C", "CouncilDecided", "KpiRecorded", "x" * 200]
        )
        yield Hostile("subject", raw(event(number)), name=name)
        yield Hostile("subject and type", raw(event(number, type=f"no.loypa.claim.{name}.v1")), name=name)
        yield Hostile(
            "odd subject",
            raw(event(number)),
            name=chance.choice(["Idé", "Idea\u202eX", "$SYS", "*", ">", "IdeaSubmitted.>"]),
        )


def others(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        odd = [["molde"], "rauma", "MOLDE", "molde ", "1506", {"a": 1}, 0, "ror", "*"]
        yield Hostile("another municipality", raw(event(number, tenant=chance.choice(odd))))
        yield Hostile(
            "another source",
            raw(event(number, source=chance.choice(["/rauma/intake", "/molde/council", "urn:rauma:sak"]))),
        )
        taken = {
            "actor": "molde/operator",
            "sequence": "000000000001",
            "recordedtime": "2000-01-01T00:00:00Z",
            "subject": "x",
        }
        yield Hostile("what is ours to say", raw(event(number, **taken)))
        yield Hostile(
            "a correction of nothing", raw(event(number, GOOD | {"corrects": chance.choice(["h-0", "nope", "../x"])}))
        )


def repeated(_chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    while True:
        once = event(number)
        yield Hostile("once", raw(once))
        yield Hostile("again", raw(once))
        yield Hostile("another body", raw(once | {"data": GOOD | {"title": f"Ein annan {next(number)}"}}))
        yield Hostile("one id for all", raw(event(number, GOOD | {"title": f"Nummer {next(number)}"}, id="the-same")))


def times(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    odd = ["2999-01-01T00:00:00Z", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-02-30T00:00:00Z"]
    odd += ["2026-01-01", "2026-01-01T00:00:00", "1767225600", "i går", "2026-01-01T24:00:00Z", "2026-01-01T00:00:60Z"]
    odd += ["0000-01-01T00:00:00Z", "-2026-01-01T00:00:00Z", "2026-01-01T00:00:00+99:99", "２０２６-01-01T00:00:00Z"]
    while True:
        yield Hostile("time", raw(event(number, time=chance.choice(odd))))
        yield Hostile("date", raw(event(number, GOOD | {"submitted": chance.choice(odd)})))


def headers(chance: Random, number: Iterator[int]) -> Iterator[Hostile]:
    odd = [{"Status": code} for code in ("100", "200", "404", "408", "409", "500", "503", "x")]
    odd += [{"Nats-Rollup": "all"}, {"Nats-TTL": "1s"}, {"Nats-Msg-Id": "same"}, {"Nats-Expected-Stream": "EVENTS"}]
    odd += [
        {"Nats-Expected-Last-Sequence": "0"},
        {"Nats-Batch-Id": "b", "Nats-Batch-Sequence": "1"},
        {"Nats-Subject": "ev.x"},
    ]
    odd += [
        {"Nats-Sequence": "1"},
        {"Nats-Request-Info": '{"acc":"HUB"}'},
        {"Loypa-Assertion": "x.y.z"},
        {"X": "y" * 5000},
    ]
    odd += [{"Nats-Schedule": "@every 1s"}, {"traceparent": "00-" + "0" * 500}, {"X": "y" * 60_000}, {"Nats-Incr": "1"}]
    while True:
        yield Hostile("headers", raw(event(number)), headers=chance.choice(odd))
        yield Hostile("headers and nothing", b"", headers=chance.choice(odd))


KINDS = (
    *(deep, numbers, doubled, characters, encodings, types, injections, sizes, binary, modes, unknown, others),
    *(repeated, times, headers),
)
