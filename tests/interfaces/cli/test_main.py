"""How `loypa` begins and ends, whatever the command."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import ValidationError

from contracts.commands.minutes import ApproveMinutes
from interfaces.cli import main
from interfaces.cli.commands import app
from interfaces.cli.common import Exit, explained
from interfaces.cli.printing import show, table
from runtime.settings import Settings
from tests import warm

ROOT = Path(__file__).parents[3]
INTERRUPTED_AT = """
import sys

class Interrupting:
    def find_spec(self, name, *_):
        if name == {module!r}:
            raise KeyboardInterrupt

sys.meta_path.insert(0, Interrupting())
sys.argv = ["loypa", "view", "kpis"]
from interfaces.cli.main import main
main()
"""


def interrupted_at(module: str) -> tuple[int, str]:
    program = INTERRUPTED_AT.format(module=module)
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    return ran.returncode, ran.stdout + ran.stderr


def test_ctrl_c_while_modules_load_ends_quietly():
    for module in ("logging", "cyclopts", "interfaces.cli.common", "interfaces.cli.viewing"):
        assert interrupted_at(module) == (Exit.INTERRUPTED, ""), module
    assert main.INTERRUPTED == Exit.INTERRUPTED


def test_help_tells_every_exit_code(capsys):
    app.help_print([])
    said = " ".join(capsys.readouterr().out.split())
    assert all(f"{code.value} " in said.split("Exit codes:")[1] for code in Exit)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("nb", "Feltet «digest» kan ikke være slik: det er skrevet med tegn som ikke kan stå her"),
        ("nn", "Feltet «digest» kan ikkje vere slik: det er skrive med teikn som ikkje kan stå her"),
    ],
)
def test_a_wrong_field_is_told_in_one_s_language_before_anything_is_sent(monkeypatch, language, told):
    monkeypatch.setenv("LOYPA_LANGUAGE", language)
    with pytest.raises(ValidationError) as wrong:
        ApproveMinutes(meeting=UUID(int=1), digest="9f2d")
    said, code = explained(wrong.value) or ("", None)
    assert (said.startswith(told), code) == (True, Exit.WRONG)


def test_a_line_of_the_log_has_its_time_in_utc_as_the_events_have():
    line = logging.LogRecord("runtime.relay", logging.WARNING, __file__, 1, "relay of %s", ("intake",), None)
    line.created, line.msecs = 1_772_616_600.25, 250.0
    assert main.in_utc().converter is time.gmtime  # also where the machine's own time is another
    assert main.in_utc().format(line) == "2026-03-04T09:30:00.250Z WARNING runtime.relay: relay of intake"


def test_a_title_is_one_line_however_narrow_its_table(capsys):
    show(table("Verified against a full replay", ("View",), [("kpis",)]), table("Provisioned", ("", ""), []))
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    assert {"Verified against a full replay", "Provisioned"} <= set(lines)


@pytest.mark.parametrize("port", [99999, 65536, 0, -1, "4.5", "0x10", "web", "４２２２"])
def test_a_port_that_cannot_be_is_named_with_those_that_can_and_nothing_is_started(port, tmp_path):
    data = tmp_path / "data"
    ran = warm.run(["up", "--data", str(data), "--port", str(port)], timeout=60)
    assert (ran.returncode, ran.stdout, data.exists()) == (Exit.WRONG, "", False)
    assert ran.stderr == f"loypa: “--port” cannot be “{port}”. What would do: 1–65535. [OptionUnreadable]\n"


@pytest.mark.parametrize(
    ("setting", "given", "says"),
    [
        ("LOYPA_NATS_PORT", "99999", "“LOYPA_NATS_PORT” cannot be “99999”. What would do: ≤ 65535."),
        ("LOYPA_NATS_PORT", "web", "“LOYPA_NATS_PORT” cannot be “web”. What would do: a whole number."),
        ("LOYPA_NATS_PORT", "4.5", "“LOYPA_NATS_PORT” cannot be “4.5”. What would do: a whole number."),
        (
            "LOYPA_LOG_LEVEL",
            "LOUD",
            "“LOYPA_LOG_LEVEL” cannot be “LOUD”. What would do: DEBUG, INFO, WARNING and ERROR.",
        ),
    ],
)
def test_a_setting_that_cannot_be_is_named_as_it_stands_in_the_environment(monkeypatch, setting, given, says):
    monkeypatch.setenv(setting, given)
    with pytest.raises(ValidationError) as wrong:
        Settings.read()
    assert explained(wrong.value) == (f"{says} [OptionUnreadable]", Exit.WRONG)


def test_asking_where_nothing_runs_makes_nothing_there(tmp_path):
    file = tmp_path / "file"
    file.touch()
    for data, code in ((tmp_path, Exit.UNAVAILABLE), (tmp_path / "none", Exit.WRONG), (file, Exit.WRONG)):
        ran = warm.run(["status", "--data", str(data)], timeout=60)
        assert (ran.returncode, ran.stdout) == (code, ""), ran.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_a_log_level_that_cannot_be_is_told_like_any_other_setting(tmp_path):
    ran = warm.run(["up", "--data", str(tmp_path)], env={**os.environ, "LOYPA_LOG_LEVEL": "LOUD"}, timeout=60)
    assert (ran.returncode, ran.stdout) == (Exit.WRONG, "")
    assert ran.stderr.startswith("loypa: “LOYPA_LOG_LEVEL” cannot be “LOUD”.")
