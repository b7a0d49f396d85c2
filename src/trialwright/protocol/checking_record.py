"""Whether the protocol says what the registered record says."""

from __future__ import annotations

from collections.abc import Iterator

from trialwright.errors import Problem, TrialwrightError
from trialwright.protocol.loading import Source
from trialwright.protocol.registered_record import RegisteredRecord, fold, load_registered_record
from trialwright.protocol.study import Study
from trialwright.protocol.yaml_reading import Location


def disagreements_with_the_record(study: Study, source: Source) -> Iterator[Problem]:
    """Identification differs from the record, or a wording given as registered does not stand in it."""
    if study.study.record_file is None:
        return
    try:
        record = load_registered_record(source.folder / study.study.record_file)
    except TrialwrightError as error:
        yield from error.problems
        return
    yield from _identification(study, record, source)
    for wording, location in _quotations(study):
        if not record.quotes(wording):
            shown = wording if len(wording) <= 60 else f"{wording[:57]}..."
            sentence = f"the registered record does not say '{shown}'; quote it exactly"
            yield Problem("TW-120", sentence, source.place(location))


def _identification(study: Study, record: RegisteredRecord, source: Source) -> Iterator[Problem]:
    pairs: tuple[tuple[str, str, Location], ...] = (
        ("Registration Number", study.study.id, ("study", "id")),
        ("Lead Sponsor", study.study.sponsor, ("study", "sponsor")),
        ("Conditions", study.study.condition, ("study", "condition")),
        ("Target Recruitment", str(study.design.target_enrolment), ("design", "target_enrolment")),
    )
    for label, ours, location in pairs:
        theirs = record.fields.get(label)
        if theirs is not None and fold(theirs) != fold(ours):
            sentence = f"'{ours}' here, '{theirs}' in the registered record ({label}); correct one of them"
            yield Problem("TW-121", sentence, source.place(location))
    if fold(record.title) != fold(study.study.title):
        sentence = "the title differs from the registered one; correct it"
        yield Problem("TW-121", sentence, source.place(("study", "title")))


def _quotations(study: Study) -> Iterator[tuple[str, Location]]:
    for number, criterion in enumerate(study.criteria):
        yield criterion.text, ("criteria", number, "text")
    for number, endpoint in enumerate(study.endpoints):
        if endpoint.text:
            yield endpoint.text, ("endpoints", number, "text")
