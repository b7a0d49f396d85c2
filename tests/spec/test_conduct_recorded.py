"""A recorded answer is read by rules as the screening desk reads the same text in a file."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trialwright.conduct.recorded import datum
from trialwright.conduct.states import Cell
from trialwright.protocol.study import Study
from trialwright.rules import Range


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("<100", Range(Decimal(0), Decimal(100), high_open=True)),
        ("<=100", Range(Decimal(0), Decimal(100))),
        (">100", Range(Decimal(100), None, low_open=True)),
        (">=100", Range(Decimal(100), None)),
        ("100", Decimal(100)),
    ],
)
def test_a_bounded_value_lies_beyond_its_bound(default_study: Study, text: str, meant: object) -> None:
    """`<100` is below 100 and not 100 itself, so that a limit of 100 is decided."""
    cell = Cell(value=text, unit="U/L", missing=None, seq=1, changed=1)
    assert datum(default_study.items["alt"], cell, "here").value == meant
