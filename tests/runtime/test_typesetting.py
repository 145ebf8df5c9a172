"""Typesetting: what people may write and no font can show never keeps a document from being made."""

from __future__ import annotations

from datetime import UTC, datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from runtime import typesetting

AT = datetime(2026, 3, 4, tzinfo=UTC)
TEMPLATE = """\
#let v = json(bytes(sys.inputs.said))
#set document(title: v.title)
#set text(font: "Libertinus Serif", lang: "nb")
= #v.title
#for line in v.lines [#line #strong(line) #emph(line) \\ ]
"""


def made(*lines: str) -> str:
    document = typesetting.pdf(TEMPLATE, {"said": {"title": "Tittel", "lines": list(lines)}}, AT)
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(document)).pages)
    return " ".join(text.split())


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Betre tømming 🙂", "Betre tømming [U+1F642]"),
        ("Steg 1️⃣ og ø⃣", "Steg 1[U+20E3] og ø[U+20E3]"),
        ("Flagg 🇳🇴!", "Flagg [U+1F1F3 U+1F1F4]!"),
        ("Familie 👨‍👩‍👧.", "Familie [U+1F468 U+1F469 U+1F467]."),
        ("漢字 og ไทย", "[U+6F22 U+5B57] og [U+0E44 U+0E17 U+0E22]"),
        ("🙂́", "[U+1F642 U+0301]"),
        ("Ｒåd", "Råd"),
        ("\x00\ue000\U0010ffff", "[U+0000 U+E000 U+10FFFF]"),
        ("Sámi čšžŧŋđ, Ελλάδα, Київ, → ✓ ❤️", "Sámi čšžŧŋđ, Ελλάδα, Київ, → ✓ ❤️"),
        ("", ""),
    ],
)
def test_a_sign_that_no_font_has_stands_as_its_code_point_and_the_rest_as_it_was_written(
    written: str, shown: str
) -> None:
    assert typesetting.shown(written) == shown
    assert made(written) == " ".join(f"Tittel {shown} {shown} {shown}".split())


def test_the_font_has_every_latin_letter_that_is_not_asked_for() -> None:
    letters = "".join(map(chr, [*range(0x20, 0x7F), *range(0xA0, 0x180)]))
    assert typesetting.shown(letters) == letters
    typesetting.pdf(TEMPLATE, {"said": {"title": letters, "lines": [letters]}}, AT)


def test_what_can_be_shown_by_itself_and_not_as_it_stands_gives_way_to_latin_letters() -> None:
    written = "Ærleg \u0303\u0614\u25c7\u063a"
    assert typesetting.shown(written) == written
    assert made(written) == "Tittel " + " ".join(["Ærleg [U+0303 U+0614 U+25C7 U+063A]"] * 3)


def test_a_template_that_cannot_be_set_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="unknown variable"):
        typesetting.pdf("#nothing", {}, AT)
