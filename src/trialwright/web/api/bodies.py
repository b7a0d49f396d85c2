"""What a program may send: every command of the conduct room but signatures and what the site itself says."""

from __future__ import annotations

from functools import cache

from trialwright.conduct.commands import COMMANDS, Command

# What happens to accounts, that a file was imported, and what a dictionary says is written by the site. A
# signature takes the password of who signs, and a check by two that of the second (SG-4): a token proves
# neither. What is decided for the whole study is signed for likewise.
NOT_SENT = frozenset(
    {
        "AdoptDictionary",
        "ApproveUnlock",
        "CheckUnit",
        "CodeTerm",
        "ConfirmEligibility",
        "LockStudy",
        "LogAccess",
        "RecordImport",
        "RecordReview",
        "RedactAnswer",
        "ReleaseLot",
        "ResumeStudy",
        "SignCasebook",
        "SignEligibility",
        "SignForm",
    }
)


@cache
def commands_by_name() -> dict[str, type[Command]]:
    """The commands that a program may give, by name."""
    return {command.__name__: command for command in COMMANDS if command.__name__ not in NOT_SENT}
