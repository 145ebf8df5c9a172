"""`make mutants`: changes the council's domain in every small way there is, and tells which changes no test notices.

Words after it name what to measure (`services.council.domain.rules*`); `--markdown` prints what docs/quality.md holds.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

MUTMUT = Path(sys.executable).with_name("mutmut")
MADE = Path("mutants")

NO_SURVIVOR = frozenset({"rules", "numbering", "composition", "roll", "room", "deciding", "recusal", "voting"})
"""Where quorum, recusal, voting, numbers and validity in time are ruled on: there, every change must be noticed."""

NOTICED = frozenset({"killed", "timeout"})

_MUTANT = re.compile(r"^\s*services\.council\.domain\.(\w+)\.(\S+): (.+)$", re.MULTILINE)


def measured(names: list[str]) -> dict[str, dict[str, str]]:
    """What became of each mutant, by module. Everything is measured anew."""
    shutil.rmtree(MADE, ignore_errors=True)
    subprocess.run([MUTMUT, "run", *(names or ["services.council.domain.*"])], check=False, stdout=sys.stderr)
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
    found = measured([word for word in arguments if not word.startswith("--")])
    lines = ["| Module | Changes | Noticed | Not noticed | |", "|---|--:|--:|--:|---|"]
    lines += [line(module, fates) for module, fates in found.items()]
    sys.stdout.write("\n".join(lines) + "\n")
    left = {
        f"services.council.domain.{module}.{mutant}: {fate}"
        for module, fates in found.items()
        for mutant, fate in fates.items()
        if fate not in NOTICED
    }
    if "--markdown" not in arguments:
        sys.stdout.write("".join(f"{each}\n" for each in sorted(left)))
    return 1 if not found or any(each.split(".")[3] in NO_SURVIVOR for each in left) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
