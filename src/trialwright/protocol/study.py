"""The whole study as one typed, frozen document."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import Field

from trialwright.protocol.analyses import Analysis
from trialwright.protocol.clause import Clause, Identifier, Wording
from trialwright.protocol.design import (
    Arm,
    Criterion,
    Derivation,
    Design,
    Fact,
    Identification,
    Intervention,
    Product,
    Site,
    TimePoint,
    Visit,
)
from trialwright.protocol.forms import Form, Item
from trialwright.protocol.imports import ImportMapping
from trialwright.protocol.laboratories import Laboratory
from trialwright.protocol.plan import Constant, Endpoint, Estimand, Grouping, Parameter, Population, Safety
from trialwright.protocol.planning import Planning


class EligibilityPlan(Clause):
    """At which visit the criteria read their values, and at which they are confirmed before treatment."""

    visit: Identifier
    confirm: Identifier | None = None
    comparison: Literal["unrounded"] = "unrounded"


class Remark(Clause):
    """Something odd in the registered record that stays visible instead of being smoothed over."""

    id: Identifier
    text: Wording


class Study(Clause):
    """One study: `protocol.yaml` and its forms, checked against each other.

    Everything the program knows about a study is in this object. Objects are frozen; two studies with
    the same data fingerprint compute the same things (see `fingerprint`).
    """

    format: Literal[1]
    study: Identification
    design: Design
    eligibility: EligibilityPlan
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    facts: tuple[Fact, ...] = ()
    derivations: tuple[Derivation, ...] = ()
    constants: tuple[Constant, ...] = ()
    timepoints: tuple[TimePoint, ...] = ()
    visits: tuple[Visit, ...] = Field(min_length=1)
    adverse_event_form: Identifier
    populations: tuple[Population, ...] = Field(min_length=1)
    endpoints: tuple[Endpoint, ...] = Field(min_length=1)
    estimands: tuple[Estimand, ...] = ()
    safety: Safety
    grouping: Grouping
    parameters: tuple[Parameter, ...] = ()
    analyses: tuple[Analysis, ...] = Field(min_length=1)
    laboratories: tuple[Laboratory, ...] = ()
    imports: tuple[ImportMapping, ...] = ()
    planning: Planning | None = None
    oddities: tuple[Remark, ...] = ()
    forms: tuple[Form, ...] = Field(min_length=1)

    @cached_property
    def items(self) -> dict[str, Item]:
        """Every item by name. An item that stands on two forms is the same question asked twice."""
        return {item.id: item for form in self.forms for item in form.items}

    @cached_property
    def _by_id(self) -> dict[tuple[str, str], Clause]:
        parts: dict[str, tuple[Clause, ...]] = {
            "form": self.forms,
            "visit": self.visits,
            "criterion": self.criteria,
            "derivation": self.derivations,
            "constant": self.constants,
            "population": self.populations,
            "endpoint": self.endpoints,
            "timepoint": self.timepoints,
            "fact": self.facts,
            "arm": self.design.arms,
            "intervention": self.design.interventions,
            "product": self.design.products,
            "site": self.design.sites,
            "import": self.imports,
            "laboratory": self.laboratories,
        }
        return {(sort, str(getattr(part, "id", ""))): part for sort, found in parts.items() for part in found}

    def form(self, identifier: str) -> Form | None:
        """The form of that id, or None."""
        found = self._by_id.get(("form", identifier))
        return found if isinstance(found, Form) else None

    def visit(self, identifier: str) -> Visit | None:
        """The visit of that id, or None."""
        found = self._by_id.get(("visit", identifier))
        return found if isinstance(found, Visit) else None

    def criterion(self, identifier: str) -> Criterion | None:
        """The criterion of that id, or None."""
        found = self._by_id.get(("criterion", identifier))
        return found if isinstance(found, Criterion) else None

    def derivation(self, identifier: str) -> Derivation | None:
        """The derivation of that variable, or None."""
        found = self._by_id.get(("derivation", identifier))
        return found if isinstance(found, Derivation) else None

    def constant(self, identifier: str) -> Constant | None:
        """The study constant of that id, or None."""
        found = self._by_id.get(("constant", identifier))
        return found if isinstance(found, Constant) else None

    def site(self, identifier: str) -> Site | None:
        """The site of that id, or None."""
        found = self._by_id.get(("site", identifier))
        return found if isinstance(found, Site) else None

    def zone_of(self, site: str | None) -> str:
        """The IANA zone of the clocks at a site; UTC for all sites, and for one that is not the study's."""
        found = self.site(site) if site else None
        return found.zone if found else "UTC"

    def arm(self, identifier: str) -> Arm | None:
        """The arm of that id, or None."""
        found = self._by_id.get(("arm", identifier))
        return found if isinstance(found, Arm) else None

    def import_mapping(self, identifier: str) -> ImportMapping | None:
        """The mapping of a laboratory's files of that id, or None."""
        found = self._by_id.get(("import", identifier))
        return found if isinstance(found, ImportMapping) else None

    def laboratory(self, identifier: str) -> Laboratory | None:
        """The laboratory of that id, or None."""
        found = self._by_id.get(("laboratory", identifier))
        return found if isinstance(found, Laboratory) else None

    def intervention_of(self, arm: Arm) -> Intervention:
        """How an arm's product is given (the checks make sure that it exists)."""
        found = self._by_id[("intervention", arm.intervention)]
        assert isinstance(found, Intervention)  # noqa: S101 - narrows the type; the index is built above
        return found

    def product_of(self, intervention: Intervention) -> Product:
        """What an intervention gives (the checks make sure that it exists)."""
        found = self._by_id[("product", intervention.product)]
        assert isinstance(found, Product)  # noqa: S101 - narrows the type; the index is built above
        return found

    def visit_of_kind(self, kind: str) -> Visit | None:
        """The first visit of a kind (screening, treatment, end, ...)."""
        return next((visit for visit in self.visits if visit.kind == kind), None)
