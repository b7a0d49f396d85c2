"""Why a print is not made."""

from __future__ import annotations

from trialwright.errors import Problem, TrialwrightError


class PrintError(TrialwrightError):
    """A print that would be wrong, or that cannot be set on this machine."""


def refusal(code: str, sentence: str, where: str = "") -> PrintError:
    """The error with one problem."""
    return PrintError(Problem(code, sentence, where))
