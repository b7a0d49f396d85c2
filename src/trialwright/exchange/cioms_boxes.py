"""What stands in each box of a CIOMS I form: what the safety case says, and nothing that is not in it.

Source: the boxes of CIOMS form I (Council for International Organizations of Medical Sciences, 1990).
A null flavour is printed as its meaning; where nothing is said, the box says that nothing is stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from trialwright.exchange.cioms_wording import MONTHS, NULLS, UNITS
from trialwright.exchange.safety_case import Coded, Dosage, Drug, ProcedureResult, Reaction, SafetyCase
from trialwright.exchange.safety_values import Moment, Null, Quantity

_SUSPECT = frozenset({"suspect", "interacting"})


@dataclass(frozen=True, slots=True)
class Subjects:
    """The reactions and drugs that the boxes speak of: the reactions as reported, suspect and other drugs."""

    reactions: tuple[Reaction, ...]
    suspects: tuple[Drug, ...]
    others: tuple[Drug, ...]

    @property
    def leading(self) -> Reaction | None:
        """The first serious reaction, or the first one."""
        serious = (reaction for reaction in self.reactions if reaction.seriousness)
        return next(serious, next(iter(self.reactions), None))


def subjects_of(case: SafetyCase) -> Subjects:
    """The reactions and drugs of a case, told apart as the form does it."""
    suspects = tuple(drug for drug in case.drugs if drug.role in _SUSPECT)
    others = tuple(drug for drug in case.drugs if drug not in suspects)
    return Subjects(case.reactions, suspects, others)


def texts_of(case: SafetyCase) -> dict[str, str]:
    """The text of each box by its number; an empty text where nothing is stated."""
    about = subjects_of(case)
    patient, leading = case.patient, about.leading
    doses = list(_doses(about.suspects))
    return {
        "1": said(patient.initials),
        "1a": said(leading.country if leading else None) or _reporters_country(case),
        "2": said(patient.born),
        "2a": said(patient.age) or (patient.age_group or ""),
        "3": said(patient.sex),
        "4-6": said(leading.start if leading else None),
        "7+13": "\n".join(_description(case)),
        "14": _numbered(_product(drug) for drug in about.suspects),
        "15": _numbered(_dose(dose) for dose in doses),
        "16": _numbered(said(dose.route) or said(dose.route_code) for dose in doses),
        "17": _numbered(_terms(drug.indications) for drug in about.suspects),
        "18": _numbered(_dates(dose) for dose in doses),
        "19": _numbered(said(dose.duration) for dose in doses),
        "20": _actions(about),
        "21": _recurrences(about.suspects),
        "22": "\n".join(_concomitant(drug) for drug in about.others),
        "23": "\n".join(_history(case)),
        "24a": "\n".join(_sender(case)),
        "24b": said(case.worldwide_identifier) or said(case.identifier),
        "24c": _received(case),
        "25": said(case.created),
        "25a": case.change or "",
        "26": "\n".join(_reporter(case)),
    }


def more_of(case: SafetyCase) -> list[tuple[str, str]]:
    """What the case says beyond the boxes, each with its title, for the pages after the form."""
    found = [
        ("Study", "\n".join(_study(case))),
        ("Subject", _long(said(case.patient.investigation_number))),
        ("Relation of each drug to each reaction", "\n".join(_relations(case))),
        ("Reporter's comments", case.reporters_comments or ""),
        ("Sender's comments", case.senders_comments or ""),
        *(
            (f"Summary ({each.language or 'language not stated'})", each.text or "")
            for each in case.summaries
        ),
    ]
    return [(title, text) for title, text in found if text]


def said(value: str | bool | Moment | Quantity | Null | None) -> str:
    """A value as the form prints it; empty where there is none."""
    if value is None:
        return ""
    if isinstance(value, Null):
        return NULLS[value.name]
    if isinstance(value, Moment):
        return _day(value)
    if isinstance(value, Quantity):
        number = "" if value.value is None else f"{value.value:f}"
        unit = UNITS.get(value.unit or "", value.unit or "")
        return f"{number} {unit.removesuffix('s') if value.value == 1 else unit}".strip()
    return value if isinstance(value, str) else ("yes" if value else "no")


def _day(moment: Moment) -> str:
    """1 Mar 2026 08:55 (+08:00), as far as it is known."""
    day, _, clock = moment.text.partition("T")
    year, month, number = (*day.split("-"), "", "")[:3]
    text = " ".join(
        part for part in (number.lstrip("0"), MONTHS[int(month) - 1] if month else "", year) if part
    )
    if not clock:
        return text
    time, offset = (clock[:-6], clock[-6:]) if clock[-6:-5] in ("+", "-") else (clock, "")
    return f"{text} {time[:5]}" + (f" ({offset})" if offset else "")


def _numbered(parts: Iterable[str]) -> str:
    """Each on a line of its own with its number, where there is more than one."""
    told = list(parts)
    if not any(told):
        return ""
    if len(told) == 1:
        return told[0]
    return "\n".join(f"{number}. {part or 'not stated'}" for number, part in enumerate(told, start=1))


def _doses(drugs: tuple[Drug, ...]) -> Iterator[Dosage]:
    """The doses of the suspect drugs in their order; a drug without any keeps its place."""
    for drug in drugs:
        yield from drug.dosages or (Dosage(),)


def _description(case: SafetyCase) -> Iterator[str]:
    for number, reaction in enumerate(case.reactions, start=1):
        yield f"{number}. {_reaction(reaction)}"
    if case.narrative:
        yield from ("", case.narrative)
    if case.results:
        yield from ("", "Tests and results:")
        yield from (_result(result) for result in case.results)


def _reaction(reaction: Reaction) -> str:
    words = reaction.translated or reaction.reported or "reaction not named"
    if reaction.translated and reaction.reported:
        words += f" ({reaction.reported})"
    if isinstance(reaction.code, str):
        words += f" [MedDRA {reaction.version or ''} {reaction.code}]".replace("  ", " ")
    times = _span(reaction.start, reaction.end)
    facts = (
        times,
        f"lasted {said(reaction.duration)}" if reaction.duration else "",
        f"outcome {reaction.outcome}" if reaction.outcome else "outcome not stated",
        "serious: " + ", ".join(sorted(reaction.seriousness)) if reaction.seriousness else "",
    )
    return ": ".join([words, "; ".join(fact for fact in facts if fact)])


def _span(start: Moment | Null | None, end: Moment | Null | None) -> str:
    first, last = said(start), said(end)
    if isinstance(start, Null) or isinstance(end, Null):
        return ", ".join(
            part for part in (f"start {first}" if first else "", f"end {last}" if last else "") if part
        )
    if first and last:
        return f"{first} to {last}"
    return f"from {first}" if first else (f"to {last}" if last else "")


def _result(result: ProcedureResult) -> str:
    name = result.name or said(result.code) or "test not named"
    number = "" if result.value is None else f"{result.sign if result.sign != '=' else ''} {result.value:f}"
    value = f"{number} {result.unit or ''}".strip() if number else ""
    low, high = (None if bound is None else f"{bound:f}" for bound in (result.low, result.high))
    if low and high:
        limits = f"normal {low} to {high}"
    else:
        limits = f"normal from {low}" if low else (f"normal to {high}" if high else "")
    facts = (value, result.result_code or "", result.text or "", limits, result.comments or "")
    when = said(result.date)
    return f"{name}{f' ({when})' if when else ''}: " + "; ".join(fact for fact in facts if fact)


def _product(drug: Drug) -> str:
    name = drug.name or "product not named"
    batches = [said(dosage.batch) for dosage in drug.dosages if dosage.batch is not None]
    parts = [name, ", ".join(drug.substances), *(f"batch {batch}" for batch in batches)]
    if drug.blinded:
        parts.append("blinded")
    return "; ".join(part for part in parts if part)


def _dose(dosage: Dosage) -> str:
    dose, often = said(dosage.dose), said(dosage.interval)
    parts = [f"{dose} {f'every {often}' if dosage.interval and dosage.interval.value else often}".strip()]
    parts += [dosage.text or "", said(dosage.form)]
    return "; ".join(part for part in parts if part)


def _dates(dosage: Dosage) -> str:
    return _span(dosage.start, dosage.end)


def _terms(terms: tuple[Coded, ...]) -> str:
    return "; ".join(said(term.text) or said(term.code) for term in terms)


def _actions(about: Subjects) -> str:
    """Box 20: action and outcome; whether the one brought the other is for a physician to say."""
    actions = [drug.action for drug in about.suspects if drug.action and drug.action != "not applicable"]
    outcome = about.leading.outcome if about.leading else None
    told = [f"Action: {action}" for action in dict.fromkeys(actions)]
    return "; ".join(told + ([f"outcome: {outcome}"] if told and outcome else []))


def _recurrences(suspects: tuple[Drug, ...]) -> str:
    words = [each.recurrence for drug in suspects for each in drug.relations if each.recurrence]
    return "; ".join(dict.fromkeys(words))


def _concomitant(drug: Drug) -> str:
    doses = (
        ", ".join(part for part in (_dose(dosage), _route(dosage), _dates(dosage)) if part)
        for dosage in drug.dosages
    )
    role = "" if drug.role == "concomitant" else f"({drug.role or 'role not stated'})"
    parts = (f"{drug.name or 'drug not named'} {role}".strip(), "; ".join(doses), _terms(drug.indications))
    return ": ".join(part for part in parts if part)


def _route(dosage: Dosage) -> str:
    return f"route {said(dosage.route)}" if isinstance(dosage.route, Null) else said(dosage.route)


def _history(case: SafetyCase) -> Iterator[str]:
    if case.patient.history is not None:
        yield said(case.patient.history)
    for condition in case.patient.conditions:
        facts = (
            _span(condition.start, condition.end),
            f"continuing: {said(condition.continuing)}" if condition.continuing is not None else "",
            "in the family" if condition.in_family else "",
            condition.comments or "",
        )
        code = f"MedDRA {condition.version or ''} {said(condition.code)}".replace("  ", " ")
        yield f"{code}: " + "; ".join(fact for fact in facts if fact)
    if case.patient.died is not None:
        yield f"Died: {said(case.patient.died)}"
    for title, causes in (
        ("Reported cause of death", case.patient.reported_causes),
        ("Cause of death by autopsy", case.patient.autopsy_causes),
    ):
        if causes:
            yield f"{title}: {_terms(causes)}"


def _sender(case: SafetyCase) -> Iterator[str]:
    sender = case.sender
    place = " ".join(part for part in (sender.postcode, sender.city) if part)
    lines = (sender.organisation, sender.department, sender.street, place, sender.state, sender.country)
    yield from (line for line in lines if line)


def _reporter(case: SafetyCase) -> Iterator[str]:
    """Box 26: the primary source, or the first one."""
    source = next((each for each in case.sources if each.primary), next(iter(case.sources), None))
    if source is None:
        return
    names = " ".join(
        said(part) for part in (source.title, source.given, source.middle, source.family) if part
    )
    place = " ".join(said(part) for part in (source.postcode, source.city) if part)
    organisation = ", ".join(said(part) for part in (source.department, source.organisation) if part)
    lines = (names, said(source.qualification), organisation, said(source.street), place)
    more = (said(source.state), said(source.country), said(source.telephone))
    yield from (line for line in (*lines, *more) if line)


def _reporters_country(case: SafetyCase) -> str:
    return next((said(source.country) for source in case.sources if source.primary), "")


def _received(case: SafetyCase) -> str:
    first, latest = said(case.first_received), said(case.latest_information)
    if first and latest and first != latest:
        return f"{latest}\nfirst: {first}"
    return latest or first


def _relations(case: SafetyCase) -> Iterator[str]:
    for drug in case.drugs:
        for relation in drug.relations:
            reaction = case.reactions[relation.reaction - 1]
            named = reaction.translated or reaction.reported or f"reaction {relation.reaction}"
            judged = [
                " ".join(
                    part for part in (f"{each.source or 'somebody'}:", each.result, _by(each.method)) if part
                )
                for each in relation.assessments
            ]
            since = (
                f"{said(relation.since_start)} after the start" if relation.since_start else "",
                f"{said(relation.since_last)} after the last dose" if relation.since_last else "",
            )
            facts = "; ".join([*judged, *(fact for fact in since if fact)])
            yield f"{drug.name or 'drug not named'}, {named}: {facts}"


def _study(case: SafetyCase) -> Iterator[str]:
    study = case.study
    numbers = " · ".join(
        f"{said(each.number)}{f' ({said(each.country)})' if each.country else ''}"
        for each in study.registrations
    )
    yield from (line for line in (said(study.name), said(study.sponsor_number), numbers, study.kind) if line)


def _long(text: str) -> str:
    """A text that does not stand whole at the head of the form."""
    return text if len(text) > 40 else ""


def _by(method: str | None) -> str:
    return f"({method})" if method else ""
