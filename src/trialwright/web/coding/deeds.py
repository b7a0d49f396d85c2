"""What people do at the coding desk: adopt a dictionary, code, agree, take back, take a version over."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import NAMESPACE_URL, uuid5

from django.http import HttpRequest

from trialwright.clinical.dictionary import Coding
from trialwright.clinical.term_search import TermSearch
from trialwright.conduct import commands as c
from trialwright.conduct.answer import Refusal
from trialwright.conduct.states import StudyState
from trialwright.errors import TrialwrightError
from trialwright.store.dictionaries import load_dictionary
from trialwright.web.acting import act, refused_by_store
from trialwright.web.coding.lines import CodingLine, PlanLine
from trialwright.web.people import signed_in

_NO_TERM = Refusal("TW-888", "the dictionary has no such term; search for another")
_NONE_IN_USE = Refusal("TW-880", "no dictionary is in use; adopt one first, or leave the words as they are")


def dictionary_in_use(request: HttpRequest) -> TermSearch | Refusal:
    """The dictionary that the study codes by, with the very content that was adopted."""
    study = signed_in(request).study
    used = study.dictionary if isinstance(study, StudyState) else None
    if used is None:
        return _NONE_IN_USE
    found = _loaded(request, used.name, used.version)
    if isinstance(found, TermSearch) and found.dictionary.sha256 != used.sha256:
        sentence = f"the files of {used.name} {used.version} are not those that were adopted; put these back"
        return Refusal("TW-881", sentence)
    return found


def adopt(request: HttpRequest) -> Refusal | None:
    """Adopt the dictionary that was chosen."""
    name, _, version = request.POST.get("dictionary", "").rpartition("-")
    found = _loaded(request, name, version)
    if isinstance(found, Refusal):
        return found
    known = found.dictionary
    reason = request.POST.get("reason", "").strip()
    return _act(request, c.AdoptDictionary(name, version, known.sha256, len(known.lowest), reason))


def code(request: HttpRequest, line: CodingLine, *, how: str = "chosen") -> Refusal | None:
    """Code an event as the term that was chosen; the words are those that the page showed."""
    search = dictionary_in_use(request)
    if isinstance(search, Refusal):
        return search
    coding = search.dictionary.coding(request.POST.get("llt", ""))
    if coding is None:
        return _NO_TERM
    words = request.POST.get("term", "")
    reason = request.POST.get("reason", "").strip() or None
    return _act(request, _command(search, line, words, coding, how, reason))


def code_exact(request: HttpRequest, lines: Iterable[CodingLine]) -> Refusal | None:
    """Code every event whose words are a term of the dictionary; each waits for a second person."""
    search = dictionary_in_use(request)
    if isinstance(search, Refusal):
        return search
    for line in lines:
        if line.standing not in ("none", "stale"):
            continue
        coding = search.dictionary.exact(line.term)
        if coding is None:
            continue
        command = _command(search, line, line.term, coding, "exact", None)
        refusal = _act(request, command, of=line)
        if refusal is not None:
            return refusal
    return None


def take_over(request: HttpRequest, plan: Iterable[PlanLine]) -> Refusal | None:
    """Take over what was asked for: one event, or all whose term is there and current."""
    search = dictionary_in_use(request)
    if isinstance(search, Refusal):
        return search
    wanted = request.POST.get("only", "")
    reason = request.POST.get("reason", "").strip() or "taken over from another version"
    for each in plan:
        line, coding = each.line, each.found.coding
        if not each.found.acceptable or coding is None or wanted not in ("", f"{line.subject} {line.event}"):
            continue
        refusal = _act(request, _command(search, line, line.term, coding, "version", reason), of=line)
        if refusal is not None:
            return refusal
    return None


def agree(request: HttpRequest, line: CodingLine) -> Refusal | None:
    """Agree to the coding that was shown."""
    seen = request.POST.get("seen", "")
    number = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 16 else 0
    return _act(request, c.ReviewCoding(line.subject, line.event, number))


def remove(request: HttpRequest, line: CodingLine) -> Refusal | None:
    """Take a coding back."""
    reason = request.POST.get("reason", "").strip()
    return _act(request, c.RemoveCoding(line.subject, line.event, reason))


def _command(
    search: TermSearch, line: CodingLine, words: str, coding: Coding, how: str, reason: str | None
) -> c.CodeTerm:
    known = search.dictionary
    place = (line.subject, line.event, words)
    return c.CodeTerm(*place, known.name, known.version, coding, how, reason)


def _act(request: HttpRequest, command: c.Command, of: CodingLine | None = None) -> Refusal | None:
    """Carry a command out; several of one form get a mark each, made from the form's."""
    mark = request.POST.get("command", "")
    if of is not None:
        mark = str(uuid5(NAMESPACE_URL, f"{mark} {of.subject} {of.event}"))
    answer = act(request, command, command_id=mark)
    return answer if isinstance(answer, Refusal) else None


def _loaded(request: HttpRequest, name: str, version: str) -> TermSearch | Refusal:
    try:
        return load_dictionary(signed_in(request).store.folder, name, version)
    except TrialwrightError as error:
        return refused_by_store(request, error)
