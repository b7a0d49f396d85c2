"""Which variables of ADSL a number can depend on: a subject's weight is behind no count of adverse events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialwright.analysis.demographics import CATEGORIES, MEASURED

# Where a value came from is told by the entries; no number reads these.
UNREAD = frozenset({"SRCSEQ", "BASESEQ", "ASEQ"})

_GROUPS = frozenset({"TRT01P", "TRT01A", "TRT01PN", "TRT01AN"})
_FUNNEL = frozenset({"SCRFREAS", "SCRFOTH", "ENRLDT", "TRTSDT"})
_COURSE = frozenset({"TRTSDT", "EOTSTT", "EOSSTT", "DCSREAS"})
_OF_METHOD: Mapping[str, frozenset[str]] = {
    "screening_funnel": _FUNNEL,
    "disposition": _COURSE,
    "exposure": frozenset(),
    "geometric_by_visit": frozenset(),
    "geometric_change": frozenset(),
    "continuous_summary": frozenset(),
    "analysis_sets": frozenset(),
    "deviations": frozenset(),
    "medical_history": frozenset(),
    "concomitant_drugs": frozenset({"TRTSDT"}),
    "first_event": frozenset({"TRTSDT", "EOSDT"}),
    "individual_change": frozenset(),
    "category_by_visit": frozenset(),
    "value_limits": frozenset(),
    "range_shift": frozenset(),
    "grade_shift": frozenset(),
    "liver_peaks": frozenset(),
    "patient_profiles": frozenset(),
}
_OF_EVENTS = "ae_"


def reads(result: Mapping[str, Any], dataset: str, columns: frozenset[str]) -> frozenset[str]:
    """The variables of a data set, out of its ``columns``, on which a result can depend.

    Of ADSL those of the groups, of the populations, and what the method itself reads; a method that is not
    known here, and every other data set, is taken to be read whole.
    """
    own = _own(result)
    if dataset != "ADSL" or own is None:
        return columns - UNREAD
    flags = frozenset(name for name in columns if name.endswith("FL"))
    return (_GROUPS | flags | own) & columns


def _own(result: Mapping[str, Any]) -> frozenset[str] | None:
    method = str(result["method"])
    if method == "demographics":
        words = {**MEASURED, **CATEGORIES}
        return frozenset(column for column, name in words.items() if name == result["parameter"])
    return frozenset() if method.startswith(_OF_EVENTS) else _OF_METHOD.get(method)
