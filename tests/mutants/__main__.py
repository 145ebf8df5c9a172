"""`make mutants`: changes the council's domain in every small way there is, and tells which changes no test notices.

Words after it name the modules to measure (`rules voting`), `-j1` tries one change at a time; each change that was not
noticed is shown, or with `--markdown` only the table that docs/quality.md holds.
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

NO_SURVIVOR = frozenset(
    {"rules", "numbering", "composition", "roll", "room", "deciding", "recusal", "voting", "leading"}
)
"""Where quorum, recusal, voting, numbers and validity in time are ruled on: there, every change must be noticed."""

NOTICED = frozenset({"killed", "timeout"})

_MUTANT = re.compile(rf"^\s*{re.escape(DOMAIN)}\.(\w+)\.(\S+): (.+)$", re.MULTILINE)


def measured(modules: list[str], at_once: int) -> dict[str, dict[str, str]]:
    """What became of each mutant, by module. Everything is measured anew."""
    shutil.rmtree(MADE, ignore_errors=True)
    subprocess.run([sys.executable, RUN, f"-j{at_once}", *modules], check=False, stdout=sys.stderr)
    told = subprocess.run([MUTMUT, "results", "--all", "true"], check=True, capture_output=True, text=True)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for module, mutant, fate in _MUTANT.findall(told.stdout):
        if fate != "not checked":
            found[module][mutant] = fate
    return dict(sorted(found.items()))


def line(module: str, fates: dict[str, str]) -> str:
    """One line of the table."""
    counts = Counter("noticed" if fate in NOTICED else fate for fate in fates.values())
    unnoticed = len(fates) - counts["noticed"]
    ruled = "none may be left" if module in NO_SURVIVOR else ""
    return f"| `{module}.py` | {len(fates)} | {counts['noticed']} | {unnoticed} | {ruled} |"


def main(arguments: list[str]) -> int:
    """The exit code: 1 when a change is not noticed where every change must be."""
    asked = argparse.ArgumentParser(prog="tests.mutants")
    asked.add_argument("-j", type=int, default=os.cpu_count() or 1)
    asked.add_argument("--markdown", action="store_true")
    asked.add_argument("modules", nargs="*")
    said = asked.parse_args(arguments)
    found = measured(said.modules, said.j)
    lines = ["| Module | Changes | Noticed | Not noticed | |", "|---|--:|--:|--:|---|"]
    lines += [line(module, fates) for module, fates in found.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    left = [
        (module, mutant, fate)
        for module, fates in found.items()
        for mutant, fate in sorted(fates.items())
        if fate not in NOTICED
    ]
    if not said.markdown:
        for module, mutant, fate in left:
            sys.stdout.write(f"\n{module}: {fate}\n")
            sys.stdout.flush()
            subprocess.run([MUTMUT, "show", f"{DOMAIN}.{module}.{mutant}"], check=False)
    return 1 if not found or any(module in NO_SURVIVOR for module, _, _ in left) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
