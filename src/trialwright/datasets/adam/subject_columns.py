"""The columns of ADSL that every other ADaM data set repeats, so that a table needs no join."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from trialwright.datasets.definition import Row
from trialwright.protocol.study import Study

_REPEATED = ("STUDYID", "USUBJID", "SUBJID", "SITEID")


def subject_columns(study: Study, adsl: Mapping[str, Any]) -> Row:
    """Identifiers, treatments, start of treatment and population flags of one subject."""
    row: Row = {name: adsl[name] for name in _REPEATED}
    row |= {
        "TRTP": adsl["TRT01P"],
        "TRTPN": adsl["TRT01PN"],
        "TRTA": adsl["TRT01A"],
        "TRTAN": adsl["TRT01AN"],
        "TRTSDT": adsl.get("TRTSDT"),
    }
    return row | {population.flag: adsl[population.flag] for population in study.populations}
