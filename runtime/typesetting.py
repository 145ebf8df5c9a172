"""Typesetting: a document to PDF for the archive and for everybody (PDF/A-2a and PDF/UA-1); alone in using typst."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import typst

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

STANDARDS: list[typst.PDFStandard] = ["a-2a", "ua-1"]
"""For the archive, and for whoever has it read aloud; typst refuses a document that breaks them."""


@cache
def _fonts() -> typst.Fonts:
    """The fonts that come with the compiler, and no others: what a machine has must not show."""
    return typst.Fonts(include_system_fonts=False)


def pdf(template: str, inputs: Mapping[str, str], moment: datetime) -> bytes:
    """The document, dated at `moment`: the same template, inputs and moment give the same bytes.

    `inputs` are the template's `sys.inputs`. Raises `RuntimeError` for a template or inputs that cannot be set.
    """
    compiler = typst.Compiler(template.encode(), font_paths=_fonts(), sys_inputs=dict(inputs))
    made = compiler.compile(format="pdf", pdf_standards=STANDARDS, timestamp=int(moment.timestamp()))
    assert isinstance(made, bytes)  # noqa: S101 - one PDF, and no file named
    return made
