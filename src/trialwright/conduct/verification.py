"""Source verification by item: what was compared with the source, and what matters most to compare."""

from __future__ import annotations

from dataclasses import replace

from trialwright.conduct.answer import Draft, Refused
from trialwright.conduct.commands import VerifySource
from trialwright.conduct.form_rows import FormRow, planned_row
from trialwright.conduct.mark import Mark, Payload
from trialwright.conduct.situation import Situation, answer_words, shown
from trialwright.conduct.states import Cell, SubjectState, row_key
from trialwright.conduct.streams import subject_stream
from trialwright.protocol.forms import Item
from trialwright.protocol.rule_reading import criteria_variables
from trialwright.protocol.study import Study


def decide_verify_source(situation: Situation, command: VerifySource) -> tuple[Draft, ...]:
    """Verify answers that stand, as the person saw them, and that were not verified as they stand."""
    person = situation.subject(command.subject)
    row = planned_row(situation, person, command)
    if not command.items:
        raise Refused("TW-838", f"no item of {row.place} is named; name what was compared")
    key = row_key(row.visit.id, row.occurrence, row.form.id, row.row)
    items: dict[str, int] = {}
    for name in dict.fromkeys(command.items):
        cell = row.cells.get(name)
        if cell is None:
            raise Refused("TW-838", f"{shown(name)} on {row.place} has no answer to compare")
        _require_seen(command, name, cell, row)
        if is_verified(person, key, name):
            raise Refused("TW-839", f"{name} on {row.place} is verified as it stands")
        items[name] = cell.changed
    payload = {
        "subject": person.subject,
        "visit": row.visit.id,
        "occurrence": row.occurrence,
        "form": row.form.id,
        "row": row.row,
        "items": items,
    }
    return (Draft("SourceVerified", (subject_stream(person.subject),), payload),)


def _require_seen(command: VerifySource, name: str, cell: Cell, row: FormRow) -> None:
    """TW-836 where another answer stands than was compared: nobody vouches for what they did not see."""
    if command.seen.get(name, cell.changed) == cell.changed:
        return
    raise Refused(
        "TW-836",
        f"{name} on {row.place} changed after it was shown: it says {shown(answer_words(cell))} by entry "
        f"{cell.changed}; compare the answer that stands now",
    )


def is_verified(person: SubjectState, key: str, item: str) -> bool:
    """Whether the answer that stands was compared with its source; a later change takes it back."""
    cell = person.rows.get(key, {}).get(item)
    return cell is not None and person.verified.get(key, {}).get(item) == cell.changed


def verification_ranks(study: Study) -> dict[str, int]:
    """How much depends on each item: 2 eligibility or an endpoint, 1 what safety watches, 0 the rest."""
    measured = {name for endpoint in study.endpoints for name in endpoint.measured_by}
    behind = {
        name
        for derivation in study.derivations
        if derivation.id in measured
        for name in derivation.inputs.values()
    }
    decisive = criteria_variables(study) | measured | behind
    return {name: _rank(item, decisive) for name, item in study.items.items()}


def verification_rank(study: Study, item: Item) -> int:
    """The rank of one item; for many of them, ask for all at once."""
    return verification_ranks(study)[item.id]


def _rank(item: Item, decisive: frozenset[str] | set[str]) -> int:
    if item.id in decisive:
        return 2
    return 1 if item.upper_limit or item.expected or item.id.startswith("ae_") else 0


def source_verified(state: SubjectState, payload: Payload, _mark: Mark) -> SubjectState:
    """These answers were compared as they stand."""
    key = row_key(payload["visit"], payload["occurrence"], payload["form"], payload["row"])
    known = {**state.verified.get(key, {}), **payload["items"]}
    return replace(state, verified={**state.verified, key: known})
