"""Reading a CSV file of claims: what is taken from it, and what each mistake is answered with."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from interfaces.cli.common import Wrong
from interfaces.cli.sheet import Sheet, columns

if TYPE_CHECKING:
    from pathlib import Path

MAPS = ["id=code", "title=Tittel", "problem=Behov"]
HEADER = "code,Tittel,Behov\n"


def sheet(path: Path, content: bytes | str, maps: list[str] | None = None) -> Sheet:
    file = path / "ideas.csv"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Sheet(file, columns(maps or MAPS), "decide")


def claims(found: Sheet) -> list[dict]:
    found.check()
    return [json.loads(line.body) for line in found]


def test_each_line_is_a_claim_by_its_own_id(tmp_path):
    (claim,) = claims(sheet(tmp_path, HEADER + "A-1, Lekkasje ,Røret lekker\n"))
    assert claim == {
        "specversion": "1.0",
        "id": "A-1",
        "source": "urn:loypa:decide",
        "type": "no.loypa.claim.IdeaSubmitted.v1",
        "datacontenttype": "application/json",
        "data": {"title": "Lekkasje", "problem": "Røret lekker"},
    }


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_it_may_have_a_mark_and_be_separated_as_spreadsheets_do(tmp_path, mark, separator):
    content = mark + (HEADER + "A-1,Å,Æ\n").replace(",", separator).encode()
    assert [claim["data"]["title"] for claim in claims(sheet(tmp_path, content))] == ["Å"]


def test_an_empty_cell_is_left_out_and_a_cell_of_tags_is_a_list(tmp_path):
    maps = [*MAPS, "proposal=forslag", "tags=emne"]
    found = sheet(tmp_path, "code,Tittel,Behov,forslag,emne\nA-1,T,P,,vann; klima\nA-2,T,P,Bytt,\n", maps)
    first, second = (claim["data"] for claim in claims(found))
    assert first == {"title": "T", "problem": "P", "tags": ["vann", "klima"]}
    assert second == {"title": "T", "problem": "P", "proposal": "Bytt"}


def test_a_line_is_numbered_where_it_begins_also_after_broken_cells_and_blank_lines(tmp_path):
    found = sheet(tmp_path, HEADER + 'A-1,T,"to\nlinjer"\n\nA-2,T,P\n')
    assert [(line.number, line.id) for line in found] == [(2, "A-1"), (5, "A-2")]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "is empty: a first line with the names of the columns is needed"),
        (b"\n\n", "is empty"),
        (HEADER.encode(), "has a header and no line below it"),
        (
            b"code,Navn,Behov\nA,T,P\n",
            "line 1: there is no column 'Tittel' for title; there are 'code', 'Navn', 'Behov'",
        ),
        (b"code,Tittel,Behov,Behov\nA,T,P,Q\n", "line 1: there are 2 columns 'Behov'; which holds problem?"),
        (HEADER.encode() + "A-1,T,P\nA-2,Å,P\n".encode("latin-1"), "line 3: byte 30 of the file (0xc5) is not UTF-8"),
        (HEADER.encode("utf-16"), "line 1: it is UTF-16: save it as UTF-8"),
        (HEADER.encode() + b"A-1,T\n", "line 2: 2 cells where the header has 3 columns"),
        (HEADER.encode() + b",T,P\n", "line 2: column 'code': the id is empty"),
        (HEADER.encode() + b"A-1,T,P\nA-2,T,P\nA-1,T,P\n", "line 4: column 'code': the id 'A-1' is that of line 2"),
        (HEADER.encode() + b"x" * 201 + b",T,P\n", "line 2: column 'code': an id has at most 200 characters, not 201"),
        (HEADER.encode() + b'A-1,"T"x,P\n', "line 2: not CSV"),
        (b"code,Tittel,Behov\rA-1,T,P\r", "line 1: a line ends with CR alone: save it with LF or CRLF"),
        (b"code,Tittel," + b"x" * 200_000 + b"\n", "line 1: not CSV: field larger than field limit"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "line 1: byte 0 of the file (0x89) is not UTF-8"),
        (HEADER.encode() + b"A-1,T,P\nA-2,T\0x,P\n", "line 3: column 'Tittel': it holds the character NUL (U+0000)"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_line_and_column(tmp_path, content, says):
    with pytest.raises(Wrong) as wrong:
        sheet(tmp_path, content).check()
    assert str(tmp_path / "ideas.csv") in str(wrong.value)
    assert says in str(wrong.value)


def test_a_file_that_is_not_there_is_refused_by_name(tmp_path):
    with pytest.raises(Wrong, match=r"nowhere\.csv: No such file"):
        Sheet(tmp_path / "nowhere.csv", columns(MAPS), "decide").check()


@pytest.mark.parametrize(
    ("maps", "says"),
    [
        (["title=Tittel"], "--map is missing for id, problem"),
        ([*MAPS, "tittel=Tittel"], "a claim has no field 'tittel'; it has id, title, problem, proposal, kind"),
        ([*MAPS, "title=Navn"], "title is already in column 'Tittel'"),
        ([*MAPS, "kind"], "it is FIELD=COLUMN"),
    ],
)
def test_a_mapping_that_makes_no_claim_is_refused(maps, says):
    with pytest.raises(Wrong) as wrong:
        columns(maps)
    assert says in str(wrong.value)
