"""The removal of an answer that should never have been entered, signed for by the data manager."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from trialwright.conduct.answer import Refusal
from trialwright.conduct.commands import RedactAnswer
from trialwright.protocol.forms import Item
from trialwright.web.acting import act
from trialwright.web.entry.fields import Place
from trialwright.web.entry.history import Step
from trialwright.web.signing.credentials import prove_identity


def redact(request: HttpRequest, place: Place, item: Item, steps: Iterable[Step]) -> Refusal | None:
    """Remove what the page of the item's history shows; None where it is done."""
    unproven = prove_identity(request)
    if unproven is not None:
        return unproven
    command = RedactAnswer(
        place.subject,
        place.visit.id,
        place.form.id,
        place.row,
        item.id,
        tuple(step.seq for step in steps),
        request.POST.get("reason", "").strip(),
        place.occurrence,
    )
    answer = act(request, command, command_id=request.POST.get("command", ""))
    return answer if isinstance(answer, Refusal) else None
