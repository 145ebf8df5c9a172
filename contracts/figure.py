"""Measured figures: exact decimals, written as strings so that no reader's floating point changes them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import AfterValidator, Field, PlainSerializer, WithJsonSchema


def _plain(value: Decimal) -> Decimal:
    """The same number without exponent or negative zero, with the decimals it was given."""
    return Decimal(format(value + 0, "f"))


Figure = Annotated[
    Decimal,
    Field(max_digits=18, decimal_places=6, allow_inf_nan=False),
    AfterValidator(_plain),
    PlainSerializer(lambda value: format(value, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "pattern": r"^-?[0-9]+(\.[0-9]+)?$", "maxLength": 20}),
]
"""A figure in its indicator's unit, on the wire as a string (`"12.50"`): at most 18 digits, 6 of them decimals.

0 is a value.
"""


def achievement(start: Decimal, desired: Decimal, value: Decimal) -> Decimal:
    """How far from start to desired a measured value is: 0 at the start, 1 when reached, also below 0 and above 1.

    The rule of Prosjektportalen's benefit follow-up. Raises `ZeroDivisionError` where desired equals start, which
    `PlanBenefit` refuses.
    """
    if start == desired:
        msg = "no way leads from a start to a desired value that is the same"
        raise ZeroDivisionError(msg)
    return (value - start) / (desired - start) + 0  # without the sign of a negative zero
