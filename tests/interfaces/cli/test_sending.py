"""A person's command from the command line is decided as any front end's, and a refusal is told in their language."""

from __future__ import annotations

from uuid import UUID

import pytest

from interfaces.cli.common import Wrong
from interfaces.cli.sending import command_name, fields

NOWHERE = UUID(int=1)
SUBMIT = ("key=send-1", "title=Felles vikarpool", "problem=Vikarane går tom.", "submitter=employee", "visibility=own")


def test_a_command_goes_by_its_name_or_with_its_service():
    assert command_name("DecideCase") == command_name("council.DecideCase") == ("council", "DecideCase")
    with pytest.raises(Wrong, match="close to it: DecideCase"):
        command_name("decidecase")
    with pytest.raises(Wrong, match=r"several services take it; say .*intake\.ErasePersonalData"):
        command_name("ErasePersonalData")


def test_what_a_command_says_is_text_or_json():
    assert fields(['form="project"', "reasons=Svarer på måla = bra", 'priorities=["Plan 4.2"]', "deadline=null"]) == {
        "form": "project",
        "reasons": "Svarer på måla = bra",
        "priorities": ["Plan 4.2"],
        "deadline": None,
    }


@pytest.mark.parametrize("said", ["reasons", "=x", 'priorities=["Plan', ("form=a", "form=b")])
def test_what_says_nothing_is_explained(said):
    with pytest.raises(Wrong):
        fields([said] if isinstance(said, str) else said)


def test_an_accepted_command_is_done_once(loypa):
    words = ("send", "SubmitIdea", *SUBMIT, "--municipality", "1579", "--person", "kari", "--output", "json")
    first, again = loypa(*words), loypa(*words)
    assert first.code == 0, first.err
    assert first.json == again.json
    shown = loypa("show", "idea", first.json["about"], "--municipality", "hustadvika", "--output", "json")
    assert shown.json["title"] == "Felles vikarpool"


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", f"loypa: Her finnes ikke: sak {NOWHERE}. [NotFound]"),
        ("nn", f"loypa: Her finst ikkje: sak {NOWHERE}. [NotFound]"),
        ("en", f"loypa: There is no case {NOWHERE} here. [NotFound]"),
    ],
)
def test_a_broken_rule_is_told_in_the_language_of_the_call(loypa, language, told):
    words = (f"case={NOWHERE}", "--municipality", "hustadvika", "--person", "siv", "--language", language)
    granted = loypa("tenants", "grant", "hustadvika", "siv", "secretary")
    assert granted.code == 0, granted.err
    refused = loypa("send", "WithdrawCase", *words)
    assert (refused.code, refused.err.strip()) == (3, told)


def test_bad_input_and_a_role_one_has_not_are_refused_by_name(loypa):
    at = ("--municipality", "hustadvika", "--person", "kari", "--language", "nn")
    unreadable = loypa("send", "SubmitIdea", "key=x", "submitter=employee", "problem=P", *at)
    assert unreadable.code == 3
    assert "Feltet «title» kan ikkje vere slik" in unreadable.err
    assert unreadable.err.strip().endswith("[Invalid]")
    no_day = loypa("send", "EstablishCouncil", "name=Rådet", "established=2024-13-01", *at)
    told = "det er ikkje nokon dato (oppgitt: 2024-13-01; lovleg: 2026-03-04). [Invalid]"
    assert (no_day.code, no_day.err.strip()) == (3, f"loypa: Feltet «established» kan ikkje vere slik: {told}")
    closed = loypa("send", "WithdrawCase", f"case={NOWHERE}", *at)
    assert "WithdrawCase er ikkje ope for innmeldar, berre for" in closed.err
    assert closed.err.strip().endswith("[NotAllowed]")
