"""Whether a signature still holds is the same on paper as in the program."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from conduct_making import Desk, v
from dataset_making import snapshot_of
from print_making import completed, sign_casebook, sign_form
from trialwright.conduct import Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.signing import CASEBOOK, endorsement_holds, endorsement_of
from trialwright.conduct.states import row_key
from trialwright.report.prints.gathering import gather_person
from trialwright.report.prints.signatures import standings

Deed = Callable[[Desk], c.Command]

AFTER: dict[str, Deed] = {
    "nothing": lambda _: c.UnfreezeForm("A-001", "LOOK", "pills", "1", "nothing was frozen"),
    "the signed form": lambda _: c.CorrectItem(
        "A-001", "LOOK", "person", "1", "remark", v("other"), "misheard"
    ),
    "another form": lambda _: c.CorrectItem("A-001", "LOOK", "laboratory", "1", "glucose", v("8"), "misread"),
    "one more form": lambda _: c.EnterItems("A-001", "LOOK", "pills", "1", {"pill_name": v("aspirin")}),
    "a visit": lambda here: c.CorrectVisit("A-001", "END", here.now.date() - timedelta(days=1), "wrong day"),
    "an adverse event": lambda here: c.ReportAdverseEvent(
        "A-001", c.EventReport("headache", start=here.now.isoformat(), grade=1, related="unknown")
    ),
    "a query": lambda _: c.OpenQuery("A-001", "LOOK", "person", "1", "age", "is that right?"),
    "a verification": lambda _: c.VerifySource("A-001", "LOOK", "person", "1", ("age",)),
    "a frozen form": lambda _: c.FreezeForm("A-001", "LOOK", "person", "1"),
    "a consent": lambda here: c.RecordConsent("A-001", "2.0", here.now.date()),
    "a consent withdrawn": lambda here: c.WithdrawConsent(
        "A-001", here.now.date(), "use_of_samples", "no more"
    ),
}


@pytest.mark.requirement("SG-3")
@pytest.mark.parametrize("what", AFTER)
def test_paper_and_program_agree_on_what_voids_a_signature(what: str) -> None:
    """SG-3: after each kind of entry, both signatures hold on paper where they hold in the program."""
    here = completed()
    sign_form(here)
    sign_casebook(here)
    done = here.attempt(AFTER[what](here))
    assert isinstance(done, Refusal) == (what == "nothing"), done
    book = gather_person(snapshot_of(here), "A-001")
    printed = {each.entry.kind: each.voided_by is None for each in standings(here.study, book)}
    person = here.person("A-001")
    signed = {"FormSigned": row_key("LOOK", 1, "person", "1"), "CasebookSigned": CASEBOOK}
    for kind, what_is_signed in signed.items():
        endorsement = endorsement_of(person, what_is_signed)
        assert endorsement is not None
        assert printed[kind] == endorsement_holds(here.study, person, endorsement), kind


@pytest.mark.requirement("SG-3")
def test_eligibility_is_void_where_a_value_that_the_criteria_read_changed() -> None:
    """SG-3: a remark changes nothing; the glucose of screening voids both signatures, that of day 0 one."""
    assert _eligibility(c.CorrectItem("A-001", "LOOK", "person", "1", "remark", v("other"), "misheard")) == [
        True,
        True,
    ]
    assert _eligibility(c.CorrectItem("A-001", "LOOK", "laboratory", "1", "glucose", v("8"), "misread")) == [
        False,
        False,
    ]
    assert _eligibility(c.CorrectItem("A-001", "DAY0", "laboratory", "1", "glucose", v("8"), "misread")) == [
        True,
        False,
    ]


def _eligibility(command: c.Command) -> list[bool]:
    here = completed()
    here.do(command)
    book = gather_person(snapshot_of(here), "A-001")
    return [each.voided_by is None for each in standings(here.study, book)]
