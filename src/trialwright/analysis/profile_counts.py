"""How many events and drugs each subject has: the numbers of the subjects' profiles."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from trialwright.analysis.count_block import Parts
from trialwright.analysis.key_sets import GivenKeys, KeyRef
from trialwright.analysis.record_counts import Counted
from trialwright.analysis.records import Records, size_rows

EVENTS, DRUGS = "profile_events", "profile_drugs"


def profile_counts(counted: Counted, held: Mapping[str, Records]) -> Parts:
    """For each subject (its name as the category) ``profile_events`` and ``profile_drugs``.

    Events are all of ADAE, treatment-emergent or not; a data set that is not there counts nothing.
    """
    rows: dict[str, dict[int, list[int]]] = {}
    for name, records in held.items():
        found = rows.setdefault(name, {})
        for subject, row in records.frame.select("subject_row", "row").iter_rows():
            found.setdefault(subject, []).append(row)
    parts: Parts = size_rows(counted.about, counted.among)
    subjects = counted.subjects
    for place in np.flatnonzero(subjects.group_of >= 0):
        where = {"group": subjects.groups[subjects.group_of[place]], "category": subjects.ids[int(place)]}
        for name in (EVENTS, DRUGS):
            own = rows.get(name, {}).get(int(place), [])
            dataset = held[name].dataset if name in held else "ADSL"
            keys = KeyRef(GivenKeys(dataset, (np.array(own, dtype=np.int64),)), 0)
            parts.append(counted.about.row(name, float(len(own)), numerator=keys, **where))
    return parts
