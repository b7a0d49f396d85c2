"""The service: what can be read, and one address for each command, described by its own OpenAPI document."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Body, Field, Header, NinjaAPI, Path, Schema, Status
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from trialwright import __version__
from trialwright.conduct.answer import Refusal
from trialwright.conduct.recorded import newest_data
from trialwright.conduct.states import SubjectState, dump_state
from trialwright.conduct.traceability import reached_by, sources_of
from trialwright.eligibility.verdicts import Judge
from trialwright.errors import TrialwrightError
from trialwright.web.acting import act
from trialwright.web.api.bodies import commands_by_name
from trialwright.web.api.tokens import admit
from trialwright.web.people import signed_in
from trialwright.web.permits import Denied, require, subject_or_404
from trialwright.web.product.lines import lots_known, units_seen
from trialwright.web.safety.files import cioms_file, e2b_file
from trialwright.web.seen import milestones_seen

MOST_SUBJECTS = 200
_NO_WITNESS = Refusal(
    "TW-899", "a token proves no second person; two people do this in the browser, each with their password"
)
_NO_NUL = r"^[^\x00]*$"
SubjectId = Annotated[str, Path(..., max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]


class Fault(Schema):
    """Why something did not happen: a stable code, a sentence, and what is missing."""

    code: str
    sentence: str
    missing: list[str] = Field(default_factory=list)


class Done(Schema):
    """What a command wrote: the numbers of its entries and the record's head after it."""

    command: str
    entries: list[int]
    head: str
    at: str


class StudyAbout(Schema):
    """The study and its record."""

    id: str
    title: str
    protocol: str
    head: str
    size: int
    rehearsal: bool


class SubjectLine(Schema):
    """One subject of a list."""

    subject: str
    site: str
    number: int | None
    arm: str | None
    treated_at: str | None
    failed: bool
    locked: bool


class TokenBearer(HttpBearer):
    """``Authorization: Bearer tw_...``: a token made on the page about oneself."""

    def authenticate(self, request: HttpRequest, token: str) -> Any:
        """Who the token stands for, or None."""
        return admit(request, token)


api = NinjaAPI(
    title="trialwright",
    version=__version__,
    description="The same commands, permissions and refusals as in the browser.",
    auth=TokenBearer(),
    urls_namespace="api",
    docs_url=None,
)
_FAULTS = {401: Fault, 403: Fault, 404: Fault, 422: Fault, 503: Fault}


@api.get("/study", response={200: StudyAbout, **_FAULTS}, operation_id="read_study")
def read_study(request: HttpRequest) -> dict[str, Any]:
    """Which study this is, and how far its record is."""
    require(request, "see_overview")
    store = signed_in(request).store
    head = store.head()
    return {
        "id": store.study.study.id,
        "title": store.study.study.title,
        "protocol": store.fingerprint,
        "head": head.hash,
        "size": head.size,
        "rehearsal": store.is_rehearsal(),
    }


@api.get("/subjects", response={200: list[SubjectLine], **_FAULTS}, operation_id="list_subjects")
def list_subjects(
    request: HttpRequest, after: Annotated[str, Field(max_length=64, pattern=_NO_NUL)] = ""
) -> list[dict[str, Any]]:
    """The subjects that the person may see, at most 200; ``after`` names the last one of a page."""
    require(request, "see_subjects")
    names = [each.subject for each in milestones_seen(request) if each.subject > after][:MOST_SUBJECTS]
    states = signed_in(request).store.states(*(f"subject:{name}" for name in names)) if names else {}
    seen = [state for state in states.values() if isinstance(state, SubjectState)]
    return [{name: getattr(state, name) for name in SubjectLine.model_fields} for state in seen]


@api.get("/subjects/{subject}", response={200: dict[str, Any], **_FAULTS}, operation_id="read_subject")
def read_subject(request: HttpRequest, subject: SubjectId) -> dict[str, Any]:
    """A subject's casebook as it stands."""
    return dump_state(subject_or_404(request, subject))


@api.get(
    "/subjects/{subject}/eligibility",
    response={200: dict[str, Any], **_FAULTS},
    operation_id="read_eligibility",
)
def read_eligibility(request: HttpRequest, subject: SubjectId) -> dict[str, Any]:
    """The criteria on the values of the screening visit: overall, missing, each verdict with its reason."""
    person, study = subject_or_404(request, subject), signed_in(request).store.study
    return Judge(study).judge(newest_data(study, person, (study.eligibility.visit,))).as_json()


@api.get(
    "/subjects/{subject}/entries",
    response={200: list[dict[str, Any]], **_FAULTS},
    operation_id="list_entries",
)
def list_entries(request: HttpRequest, subject: SubjectId) -> list[dict[str, Any]]:
    """Every entry of a subject, in order: who, when, what, why."""
    subject_or_404(request, subject)
    require(request, "see_trail")
    return [
        {
            "seq": entry.seq,
            "kind": entry.kind,
            "at": entry.at,
            "offset": entry.offset,
            "zone": entry.zone,
            "author": {"id": entry.author.id, "name": entry.author.name, "role": entry.author.role},
            "reason": entry.reason,
            "payload": dict(entry.payload),
            "hash": entry.hash,
        }
        for entry in signed_in(request).store.entries(f"subject:{subject}")
    ]


@api.get(
    "/lots/{lot}/subjects", response={200: list[dict[str, Any]], **_FAULTS}, operation_id="list_lot_subjects"
)
def list_lot_subjects(request: HttpRequest, lot: SubjectId) -> list[dict[str, Any]]:
    """Recall: every subject who got a unit of a lot or has one set aside, as far as the person may see."""
    require(request, "see_product")
    who = signed_in(request)
    if lot not in lots_known(who):
        raise Http404
    return [asdict(each) for each in reached_by(units_seen(who), lot)]


@api.get(
    "/subjects/{subject}/sources",
    response={200: list[dict[str, Any]], **_FAULTS},
    operation_id="list_subject_sources",
)
def list_subject_sources(request: HttpRequest, subject: SubjectId) -> list[dict[str, Any]]:
    """Recall: the units, lots, donors and cell banks behind a subject."""
    subject_or_404(request, subject)
    require(request, "see_product")
    who = signed_in(request)
    return [asdict(each) for each in sources_of(units_seen(who), lots_known(who), subject)]


class Receiver(Schema):
    """To whom a safety report goes, as it names itself."""

    receiver: Annotated[str, Field(min_length=1, max_length=200, pattern=_NO_NUL)]


EventId = Annotated[str, Path(..., max_length=64, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$")]
Mark = Annotated[UUID, Header(..., alias="Idempotency-Key")]
_A_FILE = {409: Fault, **_FAULTS}


@api.post("/subjects/{subject}/events/{event}/e2b", response=_A_FILE, operation_id="take_e2b")
def take_e2b(request: HttpRequest, subject: SubjectId, event: EventId, body: Receiver, key: Mark) -> Any:
    """A serious event as an E2B(R3) message (application/xml); that it was taken out is noted first."""
    require(request, "print")
    return _file(request, e2b_file(request, subject, event, body.receiver, str(key)))


@api.post("/subjects/{subject}/events/{event}/cioms", response=_A_FILE, operation_id="take_cioms")
def take_cioms(request: HttpRequest, subject: SubjectId, event: EventId, key: Mark) -> Any:
    """A serious event as a CIOMS I form (application/pdf); that it was taken out is noted first."""
    require(request, "print")
    return _file(request, cioms_file(request, subject, event, str(key)))


def _file(request: HttpRequest, given: HttpResponse | Refusal) -> Any:
    if isinstance(given, HttpResponse):
        return given
    fault = {"code": given.code, "sentence": given.sentence, "missing": list(given.missing)}
    return Status(503 if getattr(request, "store_failed", False) else 409, fault)


def _offer(name: str, command: Any) -> None:
    """Give a command its address, with a body of its own fields."""

    def give(
        request: HttpRequest,
        body: Annotated[Any, Body(...)],
        key: Annotated[UUID, Header(..., alias="Idempotency-Key")],
    ) -> Any:
        unproved = getattr(body, "second_person", None) is not None
        answer = _NO_WITNESS if unproved else act(request, body, command_id=str(key))
        if isinstance(answer, Refusal):
            fault = {"code": answer.code, "sentence": answer.sentence, "missing": list(answer.missing)}
            return Status(503 if getattr(request, "store_failed", False) else 409, fault)
        return {
            "command": answer.command,
            "entries": list(answer.entries),
            "head": answer.head,
            "at": answer.at,
        }

    give.__annotations__["body"] = Annotated[command, Body(...)]  # type: ignore[type-arg] # ninja calls it a class
    give.__name__ = name
    give.__doc__ = (command.__doc__ or "").strip().split("\n\n", maxsplit=1)[0]
    api.post(f"/commands/{name}", response={200: Done, 409: Fault, **_FAULTS}, operation_id=f"give_{name}")(
        give
    )


for _name, _command in commands_by_name().items():
    _offer(_name, _command)


@api.exception_handler(Denied)
def _denied(request: HttpRequest, fault: Denied) -> Any:
    return api.create_response(
        request, {"code": "TW-661", "sentence": fault.reason, "missing": []}, status=403
    )


@api.exception_handler(TrialwrightError)
def _not_now(request: HttpRequest, fault: TrialwrightError) -> Any:
    """The database cannot go on; nothing was recorded, and the same command may be given again."""
    problem = fault.problems[0]
    told = {"code": problem.code, "sentence": problem.sentence, "missing": []}
    return api.create_response(request, told, status=503)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _fault: Http404) -> Any:
    sentence = "there is no such thing in this study; check its name"
    return api.create_response(request, {"code": "TW-662", "sentence": sentence, "missing": []}, status=404)


@api.exception_handler(ValidationError)
def _unreadable(request: HttpRequest, fault: ValidationError) -> Any:
    first = fault.errors[0]
    where = ".".join(str(part) for part in first["loc"])
    sentence = f"{where}: {first['msg'].lower()}; the description is at /api/v1/openapi.json"
    return api.create_response(request, {"code": "TW-660", "sentence": sentence, "missing": []}, status=422)
