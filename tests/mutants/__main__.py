"""`make mutants`: changes the council's domain in every small way there is, and tells which changes no test notices.

Words after it name the modules to measure (`rules voting`), and `-j1` tries one change at a time. The changes that were
not noticed are shown first, then the table that docs/quality.md holds.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

MUTMUT = Path(sys.executable).with_name("mutmut")
RUN = Path(__file__).with_name("run.py")
MADE = Path("mutants")
DOMAIN = "services.council.domain"

OF_RULES = frozenset(
    {
        "rules",
        "recusal",
        "questions",
        "voting",
        "deciding",
        "moments",
        "dossier",
        "folder",
        "case",
        "leading",
        "afterwards",
        "numbering",
        "composition",
        "council",
        "mandate",
        "roll",
        "room",
        "meeting",
        "seating",
        "opening",
        "progress",
        "session",
    }
)
"""Where quorum, recusal, votes, numbers and validity in time are ruled on: every change must be noticed there, and by
examples without a ledger."""

NOTICED = frozenset({"killed", "timeout"})

_MUTANT = re.compile(rf"^\s*{re.escape(DOMAIN)}\.(\w+)\.(\S+): (.+)$", re.MULTILINE)


def measured(modules: list[str], at_once: int) -> dict[str, dict[str, str]]:
    """What became of each mutant, by module. Everything is measured anew."""
    asked = modules or sorted(file.stem for file in Path(*DOMAIN.split(".")).glob("[!_]*.py"))
    of_rules = [module for module in asked if module in OF_RULES]
    others = [module for module in asked if module not in OF_RULES]
    return dict(sorted({**tried(of_rules, f"-j{at_once}", "--of-rules"), **tried(others, f"-j{at_once}")}.items()))


def tried(modules: list[str], *options: str) -> dict[str, dict[str, str]]:
    """What became of each mutant of these modules; those that no test noticed are shown."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    if not modules:
        return found
    shutil.rmtree(MADE, ignore_errors=True)
    subprocess.run([sys.executable, RUN, *options, *modules], check=True, stdout=sys.stderr)
    told = subprocess.run([MUTMUT, "results", "--all", "true"], check=True, capture_output=True, text=True)
    for module, mutant, fate in _MUTANT.findall(told.stdout):
        if fate != "not checked":
            found[module][mutant] = fate
            if fate not in NOTICED:
                subprocess.run([MUTMUT, "show", f"{DOMAIN}.{module}.{mutant}"], check=True)
    return found


def line(module: str, fates: dict[str, str]) -> str:
    """One line of the table."""
    counts = Counter("noticed" if fate in NOTICED else fate for fate in fates.values())
    unnoticed = len(fates) - counts["noticed"]
    ruled = "none may be left" if module in OF_RULES else ""
    return f"| `{module}.py` | {len(fates)} | {counts['noticed']} | {unnoticed} | {ruled} |"


def main(arguments: list[str]) -> int:
    """The exit code: 1 when a change is not noticed where every change must be."""
    asked = argparse.ArgumentParser(prog="tests.mutants")
    asked.add_argument("-j", type=int, default=os.cpu_count() or 1, help="how many changes are tried at once")
    asked.add_argument("modules", nargs="*", help="of services/council/domain, all unless some are named")
    said = asked.parse_args(arguments)
    found = measured(said.modules, said.j)
    lines = ["| Module | Changes | Noticed | Not noticed | |", "|---|--:|--:|--:|---|"]
    lines += [line(module, fates) for module, fates in found.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    left = {module for module, fates in found.items() if not NOTICED.issuperset(fates.values())}
    return 1 if not found or left & OF_RULES else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
