"""Form entry in the browser: saved item by item, corrected with a reason, with its history."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from trialwright.conduct import commands as c
from trialwright.conduct.states import SubjectState
from trialwright.store import StudyStore
from web_signing_in import give, mark_of, sign_in, text_of, today

LAB = "/subjects/A-001/LOOK/1/laboratory/1/"
PERSON = "/subjects/A-001/LOOK/1/person/1/"
PRESSURE = "/subjects/A-001/LOOK/1/pressure/1/"


@pytest.fixture
def visited(site: StudyStore) -> StudyStore:
    """The subject of site A consented, and the screening visit took place today."""
    for command in (
        c.RecordConsent("A-001", "1.0", today() - timedelta(days=3)),
        c.RecordVisit("A-001", "LOOK", today() - timedelta(days=1)),
    ):
        assert give(site, command, "coordinator", "coco").entries
    return site


def cells(store: StudyStore, form: str = "laboratory") -> dict[str, Any]:
    state = store.states("subject:A-001")["subject:A-001"]
    assert isinstance(state, SubjectState)
    return dict(state.rows.get(f"LOOK|1|{form}|1", {}))


def save(visitor: Any, page: str, item: str, **fields: str) -> Any:
    """Send one item as the page's script does."""
    mark = mark_of(visitor.get(page))
    named = {name if name == item else f"{item}-{name}": text for name, text in fields.items()}
    return visitor.post(f"{page}{item}/", {"command": mark, **named}, headers={"X-Fragment": "item"})


def test_an_item_is_saved_as_it_is_left(visited: StudyStore) -> None:
    """One answer is one entry, and the fragment shows it as it stands, with the conversion."""
    coco = sign_in("coco")
    answer = save(coco, LAB, "glucose", glucose="140.5", unit="mg/dL")
    assert answer.status_code == 200
    assert "140.5 mg/dL = 7.799 mmol/L" in text_of(answer)
    cell = cells(visited)["glucose"]
    assert (cell.value, cell.unit) == ("140.5", "mg/dL")


def test_a_wrong_answer_is_refused_and_stays_typed(visited: StudyStore) -> None:
    """The sentence and its code stand beside the item; nothing is recorded."""
    coco = sign_in("coco")
    answer = save(coco, LAB, "glucose", glucose="much")
    assert answer.status_code == 422
    assert 'value="much"' in answer.content.decode()
    assert "TW-431" in text_of(answer)
    assert not cells(visited)


def test_a_whole_form_is_saved_without_a_script(visited: StudyStore) -> None:
    """What can be saved is saved; what is refused is shown with its sentence."""
    coco = sign_in("coco")
    mark = mark_of(coco.get(PERSON))
    answer = coco.post(PERSON, {"command": mark, "age": "forty", "gender": "male", "remark": "invented"})
    assert answer.status_code == 422
    assert set(cells(visited, "person")) == {"gender", "remark"}
    said = text_of(answer)
    assert "1 not saved" in said
    assert "2 saved" in said
    mark = mark_of(coco.get(PERSON))
    assert coco.post(PERSON, {"command": mark, "age": "40"}).status_code == 302
    assert "complete" in text_of(coco.get(PERSON))


@pytest.mark.requirement("SQ-3")
def test_a_form_sent_twice_counts_once(visited: StudyStore) -> None:
    """The mark of the page makes the second submission the first again."""
    coco = sign_in("coco")
    mark = mark_of(coco.get(PERSON))
    form = {"command": mark, "age": "40", "gender": "male"}
    coco.post(PERSON, form)
    size = visited.head().size
    coco.post(PERSON, form)
    assert visited.head().size == size


@pytest.mark.requirement("AT-2", "AT-3")
def test_a_correction_needs_its_reason(visited: StudyStore) -> None:
    """The reason is asked for and not filled in beforehand; the earlier answer stays in the history."""
    coco = sign_in("coco")
    save(coco, LAB, "glucose", glucose="7.1")
    seen = str(cells(visited)["glucose"].changed)
    page = coco.get(LAB).content.decode()
    assert 'name="glucose-reason" value="" required' in page
    assert save(coco, LAB, "glucose", glucose="7.4", seen=seen).status_code == 422
    assert save(coco, LAB, "glucose", glucose="7.4", seen=seen, reason="misread").status_code == 200
    history = text_of(coco.get(f"{LAB}glucose/history/"))
    for part in ("7.1 mmol/L", "7.4 mmol/L", "misread", "Coco Petit"):
        assert part in history


@pytest.mark.requirement("SQ-3")
def test_a_stale_page_shows_what_stands_and_what_was_typed(visited: StudyStore) -> None:
    """A second tab does not overwrite; the difference is shown."""
    coco = sign_in("coco")
    save(coco, LAB, "glucose", glucose="7.1")
    seen = str(cells(visited)["glucose"].changed)
    save(coco, LAB, "glucose", glucose="7.4", seen=seen, reason="misread")
    answer = save(coco, LAB, "glucose", glucose="7.9", seen=seen, reason="typed wrongly")
    assert answer.status_code == 409
    said = text_of(answer)
    assert "You typed 7.9" in said
    assert "now stands 7.4 mmol/L" in said
    assert cells(visited)["glucose"].value == "7.4"


def test_an_answer_may_be_missing_with_the_reason(visited: StudyStore) -> None:
    """A gap is an answer too."""
    coco = sign_in("coco")
    assert save(coco, LAB, "glucose", missing="sample lost").status_code == 200
    assert cells(visited)["glucose"].missing == "sample lost"
    assert "no value: sample lost" in text_of(coco.get(LAB))


def test_skip_logic_hides_what_is_not_asked(visited: StudyStore) -> None:
    """The answer says which items the page shows now."""
    coco = sign_in("coco")
    answer = save(coco, PERSON, "gender", gender="male")
    assert "expecting" not in answer.headers["X-Asked"].split()
    assert 'data-item="expecting"' in coco.get(PERSON).content.decode()
    assert "age" in answer.headers["X-Asked"].split()


def test_a_value_outside_what_is_expected_asks_why(visited: StudyStore) -> None:
    """SQ-4: the reason is kept with the value, and no query is opened."""
    coco = sign_in("coco")
    assert save(coco, LAB, "glucose", glucose="25", reason="repeated and confirmed").status_code == 200
    state = visited.states("subject:A-001")["subject:A-001"]
    assert isinstance(state, SubjectState)
    assert not state.queries


@pytest.mark.parametrize("path", ["subjects/B-001/LOOK/1/person/1/", "subjects/A-001/LOOK/1/nothing/1/"])
def test_what_is_not_theirs_is_not_found(visited: StudyStore, path: str) -> None:
    """AC-2: another site's form and a form that is none answer alike."""
    coco = sign_in("coco")
    assert coco.get(f"/{path}").status_code == 404
    assert coco.post(f"/{path}", {"command": "x"}).status_code == 404


def test_who_only_reads_gets_no_inputs(visited: StudyStore) -> None:
    """AC-1: the monitor sees the form and cannot fill it, whatever is sent."""
    mona = sign_in("mona")
    page = mona.get(LAB)
    assert page.status_code == 200
    assert 'name="glucose"' not in page.content.decode()
    mark = mark_of(page)
    answer = mona.post(f"{LAB}glucose/", {"command": mark, "glucose": "7"}, headers={"X-Fragment": "item"})
    assert answer.status_code == 422
    assert "TW-401" in text_of(answer)
    assert not cells(visited)


def test_script_in_a_text_is_text(visited: StudyStore) -> None:
    """What people type is shown, never run."""
    coco = sign_in("coco")
    evil = "<script>alert(1)</script>"
    assert save(coco, PERSON, "remark", remark=evil).status_code == 200
    for page in (PERSON, f"{PERSON}remark/history/", "/subjects/A-001/"):
        body = coco.get(page).content.decode()
        assert evil not in body
        assert "&lt;script&gt;" in body


def test_a_visit_shows_how_far_its_forms_are(visited: StudyStore) -> None:
    """Empty, begun, complete; a repeating form offers its next row."""
    coco = sign_in("coco")
    save(coco, PERSON, "age", age="40")
    said = text_of(coco.get("/subjects/A-001/LOOK/1/"))
    assert "begun" in said
    assert "empty" in said
