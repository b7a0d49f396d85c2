"""Which role may give which command: denied unless it stands here (trust.md AC-1, AC-4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from trialwright.conduct import commands as c
from trialwright.conduct.answer import Context, Refused

ROLES: Final = (
    "coordinator",
    "investigator",
    "nurse",
    "monitor",
    "data_manager",
    "statistician",
    "sponsor",
    "board",
    "administrator",
    "inspector",
)

_SITE = ("coordinator", "investigator", "nurse")
_DESK = ("coordinator", "investigator")
_BEDSIDE = ("nurse", "investigator")
_OVERSIGHT = ("sponsor", "board")
# Whose knowledge is the sponsor's (ICH E2A: the first knowledge of anybody who works for it).
SPONSORS_PEOPLE: Final = ("sponsor", "monitor", "data_manager")

PERMISSIONS: Final[Mapping[type[c.Command], tuple[str, ...]]] = MappingProxyType(
    {
        c.OpenStudy: ("sponsor",),
        c.OpenSite: ("sponsor",),
        c.LoadAllocationList: ("statistician",),
        c.RegisterLot: ("sponsor",),
        c.ReleaseLot: ("sponsor",),
        c.QuarantineLot: ("sponsor",),
        c.RecallLot: ("sponsor",),
        c.ReceiveShipment: _SITE,
        c.StoreUnit: _SITE,
        c.RecordExcursion: _SITE,
        c.DecideExcursion: ("sponsor",),
        c.PrepareUnit: _SITE,
        c.ReceiveUnit: _SITE,
        c.AllocateUnit: _SITE,
        c.ThawUnit: _SITE,
        c.DisposeUnit: _SITE,
        c.RegisterSubject: _DESK,
        c.RecordConsent: _DESK,
        c.RecordVisit: _SITE,
        c.CorrectVisit: _SITE,
        c.MissVisit: _SITE,
        c.EnterItems: _SITE,
        c.CorrectItem: _SITE,
        c.SignEligibility: ("investigator",),
        c.RecordScreenFailure: _DESK,
        c.EnrolSubject: _DESK,
        c.ConfirmEligibility: ("investigator",),
        c.StartInfusion: _BEDSIDE,
        c.InterruptInfusion: _BEDSIDE,
        c.ResumeInfusion: _BEDSIDE,
        c.EndInfusion: _BEDSIDE,
        c.GiveDose: _BEDSIDE,
        c.ReportAdverseEvent: _SITE,
        c.UpdateAdverseEvent: _SITE,
        c.NullifyAdverseEvent: ("investigator",),
        c.MergeAdverseEvents: ("investigator",),
        c.ReopenAdverseEvent: ("investigator",),
        c.LinkAdverseEvent: _SITE,
        c.UnlinkAdverseEvent: _SITE,
        c.WithdrawSubject: _DESK,
        c.CompleteSubject: _DESK,
        c.RecordReview: _OVERSIGHT,
        c.PauseStudy: ("sponsor", "board", "investigator"),
        c.ResumeStudy: _OVERSIGHT,
        c.LockSubject: ("data_manager",),
        c.LockStudy: ("data_manager",),
        c.AddPerson: ("administrator",),
        c.DelegateRole: ("administrator",),
        c.EndDelegation: ("administrator",),
        c.DisablePerson: ("administrator",),
        c.EnablePerson: ("administrator",),
        c.RecordImport: ("coordinator",),
        c.RecordAwareness: (*SPONSORS_PEOPLE, *_SITE),
        c.RecordReferenceRange: ("data_manager",),
        c.AssessSignificance: ("investigator",),
        c.AssessEvent: ("sponsor",),
        c.RecordSubmission: (*_SITE, "sponsor"),
        c.LogAccess: (*ROLES, "system"),
        c.OpenQuery: ("monitor", "data_manager"),
        c.AnswerQuery: _SITE,
        c.CloseQuery: ("monitor", "data_manager"),
        c.ReopenQuery: ("monitor", "data_manager"),
        c.VerifySource: ("monitor",),
        c.RedactAnswer: ("data_manager",),
        c.AdoptDictionary: ("data_manager", "sponsor"),
        c.CodeTerm: ("data_manager", "sponsor"),
        c.ReviewCoding: ("data_manager", "sponsor", "investigator"),
        c.RemoveCoding: ("data_manager", "sponsor"),
        c.ApproveConsentVersion: ("sponsor", "investigator"),
        c.ApproveProtocol: ("sponsor", "investigator"),
        c.WithdrawConsent: _DESK,
        c.CheckUnit: _SITE,
        c.RecordRate: _BEDSIDE,
        c.SignForm: ("investigator",),
        c.SignCasebook: ("investigator",),
        c.FreezeForm: ("data_manager",),
        c.UnfreezeForm: ("data_manager",),
        c.RequestUnlock: ("data_manager", "sponsor"),
        c.ApproveUnlock: ("data_manager", "sponsor"),
    }
)


def require_role(command: c.Command, context: Context) -> None:
    """Refuse with TW-401 unless the author's role may give the command."""
    permitted = PERMISSIONS.get(type(command), ())
    if context.author.role not in permitted:
        raise Refused(
            "TW-401",
            f"the role {context.author.role!r} may not give {type(command).__name__}; "
            f"this is for {', '.join(permitted) or 'nobody'}",
        )
