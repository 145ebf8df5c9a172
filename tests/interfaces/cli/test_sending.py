"""A person's command from the command line is decided as any front end's, and a refusal is told in their language."""

from __future__ import annotations

import re
from uuid import UUID

import pytest

from interfaces.cli.common import Exit, explained
from interfaces.cli.refusals import FieldTwice, NoSuchCommand, NotAField, NotJson, SeveralServices
from interfaces.cli.sending import command_name, fields
from tests import warm

NOWHERE = UUID(int=1)
NOBODY = ("--municipality", "molde", "--person", "siv")
SUBMIT = ("key=send-1", "title=Felles vikarpool", "problem=Vikarane går tom.", "submitter=employee", "visibility=own")


def test_a_command_goes_by_its_name_or_with_its_service():
    assert command_name("DecideCase") == command_name("council.DecideCase") == ("council", "DecideCase")
    with pytest.raises(NoSuchCommand) as close:
        command_name("decidecase")
    assert close.value.known[0] == "DecideCase"
    with pytest.raises(NoSuchCommand) as far:
        command_name("Tull")
    assert {"DecideCase", "SubmitIdea"} <= {*far.value.known}
    with pytest.raises(SeveralServices) as several:
        command_name("ErasePersonalData")
    assert "intake.ErasePersonalData" in several.value.known


def test_what_a_command_says_is_text_or_json():
    assert fields(['form="project"', "reasons=Svarer på måla = bra", 'priorities=["Plan 4.2"]', "deadline=null"]) == {
        "form": "project",
        "reasons": "Svarer på måla = bra",
        "priorities": ["Plan 4.2"],
        "deadline": None,
    }


@pytest.mark.parametrize(
    ("said", "refused", "facts"),
    [
        (["reasons"], NotAField, {"given": "reasons"}),
        (["=x"], NotAField, {"given": "=x"}),
        (['priorities=["Plan'], NotJson, {"name": "priorities", "place": 2}),
        (["form=a", "form=b"], FieldTwice, {"name": "form"}),
    ],
)
def test_what_says_nothing_is_explained(said, refused, facts):
    with pytest.raises(refused) as no:
        fields(said)
    assert no.value.facts == facts


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("send", "DecideCas", *NOBODY), 2, "Det finst ingen kommando «DecideCas». Prøv: DecideCase"),
        (("send", "DecideCase", "member", *NOBODY), 2, "«member» er ikkje FELT=VERDI, slik: outcome=approved."),
        (("send", "DecideCase", "votes=[{", *NOBODY), 2, "«votes» byrjar som JSON, men er det ikkje: teikn 3 er feil."),
        (("council", "votes", "--municipality", "molde", "--on", "28.03.2025"), 2, "ein dag, slik: 2026-03-04."),
        (("council", "votes", "--municipality"), 2, "«--municipality» manglar, eller det står ikkje noko etter."),
        (("council", "votes", "--municipality", "molde", "--dag", "1"), 2, "ikkje noko val «--dag» her"),
        (("council", "votes", "--municipality", "molde", "--output", "xml"), 2, "Lovleg er: table, json og ndjson."),
        (("rull",), 2, "Det finst ingen kommando «rull»."),
        (("status", "--data", "ingenting"), 2, "Det finst ingen datakatalog ingenting."),
    ],
)
def test_what_cannot_be_read_is_told_in_the_language_of_the_call_with_its_name(tmp_path, words, code, told):
    done = warm.run([*words, "--language", "nn"], cwd=tmp_path)
    assert (done.returncode, done.stdout) == (code, "")
    assert told in done.stderr
    assert re.search(r"\[[A-Z]\w+\]$", done.stderr.strip())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (FileNotFoundError(2, "No such file", "vedtak.pdf"), "vedtak.pdf finnes ikke. [NoSuchFile]"),
        (FileExistsError(17, "File exists", "vedtak.pdf"), "vedtak.pdf finnes allerede, og blir ikke skrevet over."),
        (PermissionError(13, "Denied", "vedtak.pdf"), "vedtak.pdf kan ikke leses eller skrives slik"),
        (IsADirectoryError(21, "Is a directory", b"vedtak"), "vedtak kan ikke leses eller skrives slik"),
    ],
)
def test_a_file_that_does_not_serve_is_a_wrong_call_and_not_something_that_does_not_run(monkeypatch, error, told):
    monkeypatch.setenv("LOYPA_LANGUAGE", "nb")
    said, code = explained(error) or ("", None)
    assert (said.startswith(told), code) == (True, Exit.WRONG)
    assert explained(OSError(28, "No space left", "vedtak.pdf")) == ("No space left: vedtak.pdf", Exit.UNAVAILABLE)


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
