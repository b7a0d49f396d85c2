"""Which analyses stand in which section: by their method, by their endpoint, or among the values by visit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trialwright.protocol.analyses import Analysis
from trialwright.protocol.plan import Endpoint
from trialwright.protocol.study import Study

# Anchor, title, and the methods whose analyses stand there whatever their endpoint.
_FIXED = (
    ("recruitment", "Recruitment and screening", ("screening_funnel",)),
    ("disposition", "Disposition", ("disposition", "analysis_sets")),
    ("deviations", "Protocol deviations", ("deviations",)),
    ("demographics", "Demographic and baseline characteristics", ("demographics",)),
    ("background", "Medical history and concomitant drugs", ("medical_history", "concomitant_drugs")),
    ("exposure", "Exposure", ("exposure",)),
    (
        "adverse-events",
        "Adverse events",
        (
            "ae_overview",
            "ae_by_soc_term",
            "ae_by_worst_grade",
            "ae_by_relation",
            "ae_serious",
            "ae_leading_to_dropout",
            "ae_leading_to_death",
            "first_event",
            "ae_group_comparison",
            "ae_listing",
        ),
    ),
)
# Those that stand behind everything else.
_LAST = (("profiles", "Profiles of subjects", ("patient_profiles",)),)


@dataclass(frozen=True, slots=True)
class Chapter:
    """A section of results with its analyses in the order of the plan; ``endpoint`` where it is about one."""

    id: str
    title: str
    analyses: tuple[Analysis, ...]
    endpoint: Endpoint | None = None


def chapters_of(study: Study) -> tuple[Chapter, ...]:
    """Every analysis of the protocol in exactly one chapter; a chapter without analyses is left out."""
    fixed = [Chapter(anchor, title, _by_method(study.analyses, methods)) for anchor, title, methods in _FIXED]
    placed = {analysis.id for chapter in fixed for analysis in chapter.analyses}
    left = [analysis for analysis in study.analyses if analysis.id not in placed]
    about = [
        Chapter(f"endpoint-{endpoint.id}", endpoint.title, _by_endpoint(left, endpoint), endpoint)
        for endpoint in study.endpoints
    ]
    known = {endpoint.id for endpoint in study.endpoints}
    others = [one for one in left if one.endpoint not in known]
    last = [Chapter(anchor, title, _by_method(others, methods)) for anchor, title, methods in _LAST]
    apart = {analysis.id for chapter in last for analysis in chapter.analyses}
    rest = Chapter("values", "Values by visit", tuple(one for one in others if one.id not in apart))
    return tuple(chapter for chapter in (*fixed, *about, rest, *last) if chapter.analyses)


def _by_method(analyses: Sequence[Analysis], methods: Sequence[str]) -> tuple[Analysis, ...]:
    """In the order of the methods, as readers look for them, then of the plan."""
    return tuple(analysis for method in methods for analysis in analyses if analysis.method == method)


def _by_endpoint(analyses: Sequence[Analysis], endpoint: Endpoint) -> tuple[Analysis, ...]:
    return tuple(analysis for analysis in analyses if analysis.endpoint == endpoint.id)
