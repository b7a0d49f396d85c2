"""Signatures: bound to the hash of exactly what was shown, and void as soon as anything of it changes.

21 CFR 11.50 and 11.70; requirements SG-1 to SG-7. The entry's envelope binds the protocol's fingerprint, the
time and the name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import SignCasebook, SignForm
from trialwright.conduct.completeness import require_complete
from trialwright.conduct.form_rows import planned_row
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.queries import require_no_open_queries
from trialwright.conduct.situation import Situation
from trialwright.conduct.states import Cell, Endorsement, SubjectState, dump_state, row_key
from trialwright.conduct.streams import STAFF, subject_stream
from trialwright.protocol.study import Study
from trialwright.record.canonical import canonical_text, sha256_hex

CASEBOOK: Final = "casebook"
_SHOWN_FACTS: Final = (
    "consents",
    "consent_withdrawals",
    "visits",
    "failed",
    "number",
    "arm",
    "infusion",
    "doses",
    "events",
    "set_aside",
    "links",
    "withdrawal",
    "completed_on",
)
FORM_MEANING: Final = "I have reviewed this form, and it agrees with what I know of the person"
CASEBOOK_MEANING: Final = "I have reviewed this casebook; it is complete and agrees with the sources"


def form_content(study: Study, person: SubjectState, visit: str, occurrence: int, form: str, row: str) -> str:
    """The hash of one form row as it is shown: questions, answers, units, and the entries that gave them."""
    key = row_key(visit, occurrence, form, row)
    return _hash({"subject": person.subject, "row": _row(study, key, person.rows.get(key, {}))})


def casebook_content(study: Study, person: SubjectState) -> str:
    """The hash of a whole casebook: consents, visits, every row, treatment and adverse events."""
    plain = dump_state(person)
    return _hash(
        {
            "subject": person.subject,
            "facts": {name: plain[name] for name in _SHOWN_FACTS},
            "rows": [_row(study, key, cells) for key, cells in sorted(person.rows.items())],
        }
    )


def eligibility_content(study: Study, person: SubjectState, visits: Iterable[str]) -> str:
    """The hash of what the criteria read: the values of these visits and when the visits took place."""
    read = tuple(visits)
    rows = [
        _row(study, key, cells) for key, cells in sorted(person.rows.items()) if key.partition("|")[0] in read
    ]
    held = {
        key: [visit.date, visit.changed]
        for key, visit in sorted(person.visits.items())
        if key.partition("|")[0] in read
    }
    signed = [[consent.version, consent.signed_on] for consent in person.consents]
    return _hash({"subject": person.subject, "consents": signed, "visits": held, "rows": rows})


def _row(study: Study, key: str, cells: Mapping[str, Cell]) -> dict[str, Any]:
    items = study.items
    return {
        "row": key,
        "answers": [
            [
                name,
                items[name].label if name in items else name,
                cell.value,
                cell.unit,
                cell.missing,
                cell.changed,
            ]
            for name, cell in sorted(cells.items())
        ],
    }


def _hash(shown: Mapping[str, Any]) -> str:
    return sha256_hex(canonical_text(shown))


def require_shown(present: str, shown: str | None, what: str) -> None:
    """TW-810 where something else stands now than what was shown to the person who signs."""
    if shown is not None and shown != present:
        raise Refused(
            "TW-810", f"{what} changed after it was shown; look at it as it stands now, then sign that"
        )


def decide_sign_form(situation: Situation, command: SignForm) -> tuple[Draft, ...]:
    """Sign a row that has answers, as it stands."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    if not row.cells:
        raise Refused("TW-811", f"{row.place} is empty; there is nothing to sign")
    where = (row.visit.id, row.occurrence, row.form.id, row.row)
    present = form_content(situation.study, person, *where)
    require_shown(present, command.content, row.place)
    payload = {
        "subject": person.subject,
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "content": present,
        "meaning": FORM_MEANING,
    }
    return (Draft("FormSigned", (subject_stream(person.subject),), payload),)


def decide_sign_casebook(situation: Situation, command: SignCasebook) -> tuple[Draft, ...]:
    """Sign the whole casebook of a person whose part is over."""
    person = situation.subject(command.subject)
    if not (person.failed or person.withdrawal or person.completed_on):
        raise Refused(
            "TW-495",
            f"subject {person.subject} neither failed screening, withdrew nor completed; record which first",
        )
    require_no_open_queries(person)
    require_complete(situation.study, person)
    present = casebook_content(situation.study, person)
    require_shown(present, command.content, f"the casebook of subject {person.subject}")
    payload = {"subject": person.subject, "content": present, "meaning": CASEBOOK_MEANING}
    return (Draft("CasebookSigned", (subject_stream(person.subject),), payload),)


def endorsement_of(person: SubjectState, what: str) -> Endorsement | None:
    """The newest signature under a row (its key) or the casebook, whether or not it still holds."""
    return next((each for each in reversed(person.endorsements) if each.what == what), None)


def endorsement_holds(study: Study, person: SubjectState, endorsement: Endorsement) -> bool:
    """Whether exactly what was signed still stands (SG-3)."""
    if endorsement.what == CASEBOOK:
        return casebook_content(study, person) == endorsement.content
    visit, occurrence, form, row = endorsement.what.split("|")
    return form_content(study, person, visit, int(occurrence), form, row) == endorsement.content


def require_casebook_signed(situation: Situation, person: SubjectState) -> None:
    """TW-812 before a casebook is locked without a signature that holds; asked where the study has staff."""
    if STAFF not in situation.states:
        return
    signed = endorsement_of(person, CASEBOOK)
    if signed is None:
        raise Refused(
            "TW-812",
            f"the casebook of subject {person.subject} is not signed; the investigator signs it first",
            ("casebook signature",),
        )
    if not endorsement_holds(situation.study, person, signed):
        raise Refused(
            "TW-812",
            f"the casebook of subject {person.subject} changed after it was signed; it is signed again first",
            ("casebook signature",),
        )


def form_signed(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """One more signature under a row."""
    key = row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])
    return _endorsed(state, key, payload["content"], mark)


def casebook_signed(state: SubjectState, payload: Payload, mark: Mark) -> SubjectState:
    """One more signature under the casebook."""
    return _endorsed(state, CASEBOOK, payload["content"], mark)


def _endorsed(state: SubjectState, what: str, content: str, mark: Mark) -> SubjectState:
    kept = tuple(each for each in state.endorsements if each.what != what)
    return replace(state, endorsements=(*kept, Endorsement(what, content, mark.seq, mark.at)))
