"""Commands over queries and source verification."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from trialwright.conduct.streams import STUDY, subject_stream


@dataclass(frozen=True, slots=True)
class OpenQuery:
    """Ask the site about one item.

    QueryOpened {subject, query: "Q-1", visit, occurrence, form, row, item, text, automatic: false}
    """

    subject: str
    visit: str
    form: str
    row: str
    item: str
    text: str
    occurrence: int = 1

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class AnswerQuery:
    """Answer an open query; the value itself is corrected by its own command.

    QueryAnswered {subject, query, text}
    """

    subject: str
    query: str
    text: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class CloseQuery:
    """Close a query that is settled.

    QueryClosed {subject, query, text: text | null, automatic: false}
    """

    subject: str
    query: str
    text: str | None = None

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class ReopenQuery:
    """Ask again where an answer does not settle a query, or after it was closed.

    QueryReopened {subject, query, text}
    """

    subject: str
    query: str
    text: str

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))


@dataclass(frozen=True, slots=True)
class VerifySource:
    """Confirm that answers agree with the source documents; a later change takes it back.

    ``seen`` names the entry of each answer that the person compared. Another answer that stands by then is
    refused; an item that is not named there is taken as it stands.

    SourceVerified {subject, visit, occurrence, form, row, items: {item: entry of the answer}}
    """

    subject: str
    visit: str
    form: str
    row: str
    items: tuple[str, ...]
    occurrence: int = 1
    seen: Mapping[str, int] = field(default_factory=dict)

    def streams(self) -> tuple[str, ...]:
        return (STUDY, subject_stream(self.subject))
