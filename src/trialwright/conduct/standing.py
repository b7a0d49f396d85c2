"""Where a person stands, and which commands that still permits."""

from __future__ import annotations

from typing import Final

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refused
from trialwright.conduct.reactions import require_reaction_handled
from trialwright.conduct.states import SubjectState
from trialwright.protocol.plan import Safety

_EVENTS: Final = frozenset(
    {
        c.ReportAdverseEvent,
        c.UpdateAdverseEvent,
        c.NullifyAdverseEvent,
        c.MergeAdverseEvents,
        c.ReopenAdverseEvent,
        c.LinkAdverseEvent,
        c.UnlinkAdverseEvent,
    }
)
# What is owed for a serious event is owed whatever became of the person, and changes no casebook.
_OWED: Final = frozenset({c.RecordAwareness, c.AssessEvent, c.RecordSubmission})
_RECORDS: Final = frozenset({c.RecordVisit, c.CorrectVisit, c.EnterItems, c.CorrectItem})

# What may still be asked for a person after screening failed, after a withdrawal of each scope, and after
# completion. A casebook takes nothing once it is locked.
AFTER_FAILURE: Final[frozenset[type[c.Command]]] = _EVENTS | _RECORDS | {c.LockSubject}
AFTER_WITHDRAWAL: Final[dict[str, frozenset[type[c.Command]]]] = {
    "treatment": _EVENTS
    | _RECORDS
    | {c.MissVisit, c.RecordConsent, c.WithdrawSubject, c.CompleteSubject, c.LockSubject},
    "visits": _EVENTS | _RECORDS | {c.WithdrawSubject, c.LockSubject},
    "all": _EVENTS | {c.LockSubject},
}
AFTER_COMPLETION: Final[frozenset[type[c.Command]]] = (
    _EVENTS | _RECORDS | {c.MissVisit, c.RecordConsent, c.LockSubject}
)
# What asks nothing of the person stays possible at any standing; what opens a lock also after it.
_REVIEWS: Final[frozenset[type[c.Command]]] = frozenset(
    {
        c.SignForm,
        c.SignCasebook,
        c.FreezeForm,
        c.UnfreezeForm,
        c.OpenQuery,
        c.AnswerQuery,
        c.CloseQuery,
        c.ReopenQuery,
        c.VerifySource,
        c.RedactAnswer,
        c.CodeTerm,
        c.ReviewCoding,
        c.RemoveCoding,
        c.WithdrawConsent,
        c.AssessSignificance,
    }
)
UNLOCKING: Final[frozenset[type[c.Command]]] = frozenset({c.RequestUnlock, c.ApproveUnlock})
# What may be asked while a reaction to the infusion waits for its interruption or end.
DURING_REACTION: Final[frozenset[type[c.Command]]] = _EVENTS | {c.InterruptInfusion, c.EndInfusion}


def require_standing(person: SubjectState, command: c.Command, safety: Safety) -> None:
    """Refuse with TW-419, TW-420, TW-421, TW-479 or TW-493 what a person's standing no longer permits."""
    sort, deed = type(command), type(command).__name__
    if sort in UNLOCKING or sort in _OWED:
        return
    if person.locked:
        raise Refused("TW-419", f"the casebook of subject {person.subject} is locked; {deed} comes too late")
    if sort in _REVIEWS:
        return
    if person.failed and sort not in AFTER_FAILURE:
        raise Refused("TW-421", f"subject {person.subject} failed screening; {deed} is no longer possible")
    withdrawal = person.withdrawal
    if withdrawal is not None and sort not in AFTER_WITHDRAWAL[withdrawal.scope]:
        raise Refused(
            "TW-420",
            f"subject {person.subject} withdrew on {withdrawal.on} (scope: {withdrawal.scope}); "
            f"{deed} is no longer possible",
        )
    if person.completed_on is not None and sort not in AFTER_COMPLETION:
        raise Refused(
            "TW-493",
            f"subject {person.subject} completed the study on {person.completed_on}; {deed} comes too late",
        )
    if sort not in DURING_REACTION:
        require_reaction_handled(person, safety, deed)
