"""What people may ask of the study, in the imperative.

Each command is a frozen dataclass. ``streams()`` names the states that ``decide`` must see; the entries it
gives belong to some of these streams and to no other. Each docstring ends with the entry's kind and payload:
dates are ISO dates, times ISO times with offset, numbers decimal text.
"""

from __future__ import annotations

from typing import Protocol

from trialwright.conduct.commands.adverse_events import (
    EventReport,
    ReportAdverseEvent,
    UpdateAdverseEvent,
)
from trialwright.conduct.commands.casebook import (
    CorrectItem,
    CorrectVisit,
    EnterItems,
    ItemValue,
    MissVisit,
    RecordVisit,
)
from trialwright.conduct.commands.coding import AdoptDictionary, CodeTerm, RemoveCoding, ReviewCoding
from trialwright.conduct.commands.consent import ApproveConsentVersion, WithdrawConsent
from trialwright.conduct.commands.event_standing import (
    LinkAdverseEvent,
    MergeAdverseEvents,
    NullifyAdverseEvent,
    ReopenAdverseEvent,
    UnlinkAdverseEvent,
)
from trialwright.conduct.commands.files import RecordImport
from trialwright.conduct.commands.laboratory import (
    AssessSignificance,
    RangeLimits,
    RecordReferenceRange,
)
from trialwright.conduct.commands.people import (
    AddPerson,
    DelegateRole,
    DisablePerson,
    EnablePerson,
    EndDelegation,
    LogAccess,
)
from trialwright.conduct.commands.product import (
    AllocateUnit,
    DisposeUnit,
    QuarantineLot,
    ReceiveUnit,
    RegisterLot,
    ReleaseLot,
    ThawUnit,
)
from trialwright.conduct.commands.queries import (
    AnswerQuery,
    CloseQuery,
    OpenQuery,
    ReopenQuery,
    VerifySource,
)
from trialwright.conduct.commands.redaction import RedactAnswer
from trialwright.conduct.commands.safety import AssessEvent, RecordAwareness, RecordSubmission
from trialwright.conduct.commands.signing import (
    ApproveUnlock,
    FreezeForm,
    RequestUnlock,
    SignCasebook,
    SignForm,
    UnfreezeForm,
)
from trialwright.conduct.commands.study import (
    LoadAllocationList,
    LockStudy,
    OpenSite,
    OpenStudy,
    PauseStudy,
    RecordReview,
    ResumeStudy,
)
from trialwright.conduct.commands.subject import (
    CompleteSubject,
    ConfirmEligibility,
    EnrolSubject,
    LockSubject,
    RecordConsent,
    RecordScreenFailure,
    RegisterSubject,
    SignEligibility,
    WithdrawSubject,
)
from trialwright.conduct.commands.treatment import (
    CheckUnit,
    EndInfusion,
    GiveDose,
    InterruptInfusion,
    RecordRate,
    ResumeInfusion,
    StartInfusion,
)


class Command(Protocol):
    """What every command can say of itself."""

    def streams(self) -> tuple[str, ...]:
        """The states that ``decide`` must see, each once."""
        ...


COMMANDS: tuple[type[Command], ...] = (
    OpenStudy,
    OpenSite,
    LoadAllocationList,
    RegisterLot,
    ReleaseLot,
    QuarantineLot,
    ReceiveUnit,
    AllocateUnit,
    ThawUnit,
    DisposeUnit,
    RegisterSubject,
    RecordConsent,
    RecordVisit,
    CorrectVisit,
    MissVisit,
    EnterItems,
    CorrectItem,
    SignEligibility,
    RecordScreenFailure,
    EnrolSubject,
    ConfirmEligibility,
    StartInfusion,
    InterruptInfusion,
    ResumeInfusion,
    EndInfusion,
    GiveDose,
    ReportAdverseEvent,
    UpdateAdverseEvent,
    NullifyAdverseEvent,
    MergeAdverseEvents,
    ReopenAdverseEvent,
    LinkAdverseEvent,
    UnlinkAdverseEvent,
    WithdrawSubject,
    CompleteSubject,
    RecordReview,
    PauseStudy,
    ResumeStudy,
    LockSubject,
    LockStudy,
    AddPerson,
    DelegateRole,
    EndDelegation,
    DisablePerson,
    EnablePerson,
    LogAccess,
    RecordImport,
    RecordReferenceRange,
    AssessSignificance,
    RecordAwareness,
    AssessEvent,
    RecordSubmission,
    SignForm,
    SignCasebook,
    FreezeForm,
    UnfreezeForm,
    RequestUnlock,
    ApproveUnlock,
    OpenQuery,
    AnswerQuery,
    CloseQuery,
    ReopenQuery,
    VerifySource,
    RedactAnswer,
    AdoptDictionary,
    CodeTerm,
    ReviewCoding,
    RemoveCoding,
    ApproveConsentVersion,
    WithdrawConsent,
    CheckUnit,
    RecordRate,
)

__all__ = [
    "COMMANDS",
    "AddPerson",
    "AdoptDictionary",
    "AllocateUnit",
    "AnswerQuery",
    "ApproveConsentVersion",
    "ApproveUnlock",
    "AssessEvent",
    "AssessSignificance",
    "CheckUnit",
    "CloseQuery",
    "CodeTerm",
    "Command",
    "CompleteSubject",
    "ConfirmEligibility",
    "CorrectItem",
    "CorrectVisit",
    "DelegateRole",
    "DisablePerson",
    "DisposeUnit",
    "EnablePerson",
    "EndDelegation",
    "EndInfusion",
    "EnrolSubject",
    "EnterItems",
    "EventReport",
    "FreezeForm",
    "GiveDose",
    "InterruptInfusion",
    "ItemValue",
    "LinkAdverseEvent",
    "LoadAllocationList",
    "LockStudy",
    "LockSubject",
    "LogAccess",
    "MergeAdverseEvents",
    "MissVisit",
    "NullifyAdverseEvent",
    "OpenQuery",
    "OpenSite",
    "OpenStudy",
    "PauseStudy",
    "QuarantineLot",
    "RangeLimits",
    "ReceiveUnit",
    "RecordAwareness",
    "RecordConsent",
    "RecordImport",
    "RecordRate",
    "RecordReferenceRange",
    "RecordReview",
    "RecordScreenFailure",
    "RecordSubmission",
    "RecordVisit",
    "RedactAnswer",
    "RegisterLot",
    "RegisterSubject",
    "ReleaseLot",
    "RemoveCoding",
    "ReopenAdverseEvent",
    "ReopenQuery",
    "ReportAdverseEvent",
    "RequestUnlock",
    "ResumeInfusion",
    "ResumeStudy",
    "ReviewCoding",
    "SignCasebook",
    "SignEligibility",
    "SignForm",
    "StartInfusion",
    "ThawUnit",
    "UnfreezeForm",
    "UnlinkAdverseEvent",
    "UpdateAdverseEvent",
    "VerifySource",
    "WithdrawConsent",
    "WithdrawSubject",
]
