"""Pack: laboratory values that stand out, the shift from baseline, and signs of the liver."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from trialwright.conduct.laboratory_values import Judged
from trialwright.conduct.liver_signs import liver_rules, liver_signs
from trialwright.report.prints.pack_pages import PackPart, PackSection, PackTable
from trialwright.web.pack.material import Material
from trialwright.web.safety.laboratory import shifts_of
from trialwright.web.safety.liver import liver_line
from trialwright.web.telling import visit_name

_GRADE = 2


def laboratory_section(material: Material) -> PackSection:
    """Values of grade 2 or more, or called significant, after the start of treatment; the worst shifts."""
    head = (
        *(_("Subject"), _("Visit"), _("Day of the sample"), _("Analyte"), _("Value"), _("Grade")),
        *(_("Why"), _("The investigator's word")),
    )
    rows = tuple(_line(material, subject, each) for subject, each in _outliers(material))
    version = material.study.safety.criteria_version
    note = _("Graded by CTCAE {version} from the values alone; the sentences are the rules.")
    note = note.format(version=version)
    empty = _("No value after treatment is of grade 2 or more, or was called significant.")
    parts: list[PackPart] = [
        PackTable(_("Values that stand out"), head, rows, frozenset({5}), note, empty),
        _shifts(material),
        _liver(material),
    ]
    return PackSection("laboratory", _("Laboratory"), tuple(parts))


def _outliers(material: Material) -> Iterator[tuple[str, Judged]]:
    for subject, values in material.values.items():
        for each in values:
            said = each.word is not None and each.counts and each.word.significant
            if each.sample.before is False and ((each.grade or 0) >= _GRADE or said):
                yield subject, each


def _line(material: Material, subject: str, judged: Judged) -> tuple[str, ...]:
    sample, word = judged.sample, judged.word if judged.counts else None
    said = _("waits") if word is None else _("significant") if word.significant else _("not significant")
    visit = visit_name(material.study, sample.visit, sample.occurrence)
    return (
        *(
            subject,
            visit,
            sample.date,
            sample.item.label,
        ),
        f"{sample.cell.value} {sample.cell.unit or ''}".strip(),
        str(judged.grade if judged.grade is not None else "–"),
        "; ".join(filter(None, (judged.placed, judged.why))),
        said + (f": {word.comment}" if word and word.comment else ""),
    )


def _shifts(material: Material) -> PackTable:
    """Who got worse than at baseline, by analyte and direction."""
    rows = [
        (
            *(subject, shift.label, _(shift.direction), str(shift.baseline), str(shift.worst), shift.at),
            shift.term,
        )
        for subject, values in material.values.items()
        for shift in shifts_of(material.study, values)
        if shift.worsened
    ]
    head = (
        *(_("Subject"), _("Analyte"), _("Direction"), _("Grade at baseline"), _("Worst grade after")),
        *(_("At"), _("Term")),
    )
    empty = _("Nobody's grade rose above the baseline's.")
    return PackTable(_("Grades that rose"), head, tuple(rows), frozenset({3, 4}), empty=empty)


def _liver(material: Material) -> PackTable:
    """Peaks as multiples of the upper limit, and fits to possible Hy's law."""
    rules = liver_rules(material.study)
    lines = [
        liver_line(subject, liver_signs(material.study, values), rules)
        for subject, values in material.values.items()
    ]
    raised = [line for line in lines if line.tone != "near" or line.possible]
    rows = tuple(
        (line.subject, line.peak, line.bilirubin, line.ratio, _(line.quadrant), "; ".join(line.sentences))
        for line in raised
    )
    head = (
        *(_("Subject"), _("Peak ALT or AST"), _("Peak bilirubin"), _("R value"), _("Quadrant")),
        _("Fits to possible Hy's law"),
    )
    empty = _("Nobody passed 3 x ULN of ALT or AST, or 2 x ULN of bilirubin.")
    return PackTable(_("Liver"), head, rows, empty=empty)
