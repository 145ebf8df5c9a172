"""What a form is called in a terminal: by the council's own name for it in the asker's language, else by its key."""

from __future__ import annotations

import os
from typing import Any

Record = dict[str, Any]


def form_of(row: Record, field: str = "form") -> str | None:
    """The form that a row tells of, if any."""
    return called(row.get(f"{field}_name")) or row[field]


def called(name: Record | None) -> str | None:
    """The name in the language asked for (`LOYPA_LANGUAGE`); names are Norwegian, and bokmål stands in for English."""
    return None if name is None else str(name["nn" if os.environ.get("LOYPA_LANGUAGE") == "nn" else "nb"])


def each_form(rules: Record) -> list[str]:
    """The forms of a rule set, those with a name by it and the key that commands take."""
    names = {each["key"]: called(each) for each in rules["form_names"]}
    return [f"{names[form]} ({form})" if form in names else form for form in rules["forms"]]
