"""Laboratory values in the browser: what waits, the investigator's word, ranges, the liver, the infusions."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest

from site_stages import SUBJECT, done, enrolled, screened, today
from trialwright.conduct import commands as c
from trialwright.conduct.commands import ItemValue
from trialwright.store import StudyStore
from web_making import visitor
from web_signing_in import mark_of, sign_in, text_of

PAGE = f"/subjects/{SUBJECT}/grades/"
KEY = "LOOK|1|laboratory|1|glucose"


def seen(store: StudyStore) -> str:
    """The entry of the answer that stands."""
    return str(
        store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
        .rows["LOOK|1|laboratory|1"]["glucose"]
        .changed
    )


def test_a_value_waits_until_the_investigator_has_said_a_word(site: StudyStore) -> None:
    """Listed for the study and on the start page; a significant one offers an event and needs a comment."""
    screened(site)
    ines = sign_in("ines")
    said = text_of(ines.get("/safety/laboratory/"))
    assert "Values that wait for a word of the investigator 1" in said
    assert f"{SUBJECT} Glucose 7.8 mmol/L Screening" in said
    assert "Laboratory values to judge" in text_of(ines.get("/"))
    page = ines.get(PAGE)
    assert "7.8 mmol/L is above 6 mmol/L" in text_of(page)
    form = {"command": mark_of(page), "key": KEY, "seen": seen(site), "significant": "yes"}
    refused = ines.post(PAGE, form)
    assert refused.status_code == 422
    assert "TW-848" in text_of(refused)
    answer = ines.post(PAGE, form | {"comment": "diabetes suspected"})
    assert answer.status_code == 302
    after = ines.get(PAGE)
    assert "significant" in text_of(after)
    assert "events/new/?term=Glucose+raised" in after.content.decode()
    assert "No value waits." in text_of(ines.get("/safety/laboratory/"))
    assert "Laboratory values to judge" not in text_of(ines.get("/"))
    (entry,) = site.entries_of_kind("SignificanceAssessed")
    assert entry.payload["comment"] == "diabetes suspected"
    assert "clinically significant" in text_of(ines.get(f"/entries/{entry.seq}/"))


@pytest.mark.parametrize(
    "changes",
    [{"key": "nonsense"}, {"seen": "x"}, {"significant": "perhaps"}, {"key": "LOOK|x|laboratory|1|glucose"}],
)
def test_a_form_of_another_make_records_nothing(site: StudyStore, changes: dict[str, str]) -> None:
    """What the page cannot do is refused in a sentence."""
    screened(site)
    ines = sign_in("ines")
    form = {"command": mark_of(ines.get(PAGE)), "key": KEY, "seen": "1", "significant": "no"}
    answer = ines.post(PAGE, form | changes)
    assert answer.status_code == 422
    assert "TW-606" in text_of(answer)
    assert not list(site.entries_of_kind("SignificanceAssessed"))


@pytest.mark.requirement("AC-2")
def test_only_the_investigator_of_the_site_is_asked(site: StudyStore) -> None:
    """The coordinator sees the value and no form; another site sees neither value nor page."""
    screened(site)
    coco, bao = sign_in("coco"), sign_in("bao")
    assert 'name="significant"' not in coco.get(PAGE).content.decode()
    assert coco.post(PAGE, {"key": KEY, "seen": seen(site), "significant": "no"}).status_code in (403, 422)
    assert SUBJECT not in text_of(bao.get("/safety/laboratory/"))
    assert bao.get(PAGE).status_code == 404
    assert not list(site.entries_of_kind("SignificanceAssessed"))


def test_the_data_manager_records_a_range_and_only_they(site: StudyStore) -> None:
    """A line for each sex and age; what cannot be read is refused and stays typed; then it is listed."""
    dora = sign_in("dora")
    page = dora.get("/safety/ranges/")
    form = {
        "command": mark_of(page),
        "laboratory": "bench",
        "item": "glucose",
        "valid_from": today().isoformat(),
        "bands": "male, 18-: 4 to 7.9\nfemale, 18-49: 4 to 7\nfemale, 50-: 4 to 7.4",
        "source": "letter",
    }
    for changes, code in (
        ({"bands": "4-7"}, "TW-608"),
        ({"bands": "male, old-er: 4 to 7"}, "TW-608"),
        ({"valid_from": "soon"}, "TW-610"),
        ({"bands": "male: 4 to 7"}, "TW-845"),
    ):
        refused = dora.post("/safety/ranges/", form | changes)
        assert refused.status_code == 422
        assert code in text_of(refused)
        assert 'value="letter"' in refused.content.decode()
    assert dora.post("/safety/ranges/", form).status_code == 302
    said = text_of(dora.get("/safety/ranges/"))
    assert "female, 18 to 49 years" in said
    (entry,) = site.entries_of_kind("ReferenceRangeRecorded")
    assert "Range of Glucose recorded for The bench" in text_of(dora.get(f"/entries/{entry.seq}/"))
    assert 'name="bands"' not in sign_in("coco").get("/safety/ranges/").content.decode()


def test_a_recorded_range_judges_samples_from_its_day_on(site: StudyStore) -> None:
    """A sample of today is judged by the range of today, the earlier one by its own; the list follows."""
    enrolled(site)
    limits = tuple(c.RangeLimits(None, Decimal(9), sex) for sex in ("male", "female"))
    command = c.RecordReferenceRange("bench", "glucose", today(), limits, "letter")
    done(site, ("dora", "data_manager", command))
    day0 = c.EnterItems(SUBJECT, "DAY0", "laboratory", "1", {"glucose": ItemValue("8")})
    done(
        site,
        ("coco", "coordinator", c.RecordVisit(SUBJECT, "DAY0", today())),
        ("coco", "coordinator", day0),
    )
    said = text_of(sign_in("ines").get(PAGE))
    assert "7.8 mmol/L is above 6 mmol/L" in said
    assert "8 mmol/L is within up to 9 mmol/L" in said


def test_the_pages_answer_for_a_whole_study(rehearsed_site: StudyStore) -> None:
    """Liver, infusions, laboratory and monitoring, in both languages, with a link for each point."""
    reader = visitor("ivo")
    liver = reader.get("/safety/liver/").content.decode()
    treated = [each for each in rehearsed_site.states_of("subject").values() if each.treated_at]
    for person in treated:
        assert f"/subjects/{person.subject}/grades/#liver" in liver
    assert "style=" not in liver
    assert "bilirubin &gt; 2 x ULN" in liver
    for address in ("/safety/infusions/", "/safety/laboratory/", "/safety/monitoring/", "/safety/ranges/"):
        for language in ("en", "zh-CN"):
            answer = reader.get(address, headers={"accept-language": language})
            assert answer.status_code == 200
            assert "<script>" not in answer.content.decode()
    chinese = text_of(reader.get("/safety/liver/", headers={"accept-language": "zh-CN"}))
    assert "海氏法则" in chinese
    assert "Screening" not in text_of(reader.get("/safety/laboratory/", headers={"accept-language": "zh-CN"}))


def test_a_significant_value_becomes_an_event_that_is_linked_to_it(site: StudyStore) -> None:
    """The offer fills the event's form; the event that is reported from it stands beside the value."""
    screened(site)
    ines = sign_in("ines")
    form = {"command": mark_of(ines.get(PAGE)), "key": KEY, "seen": seen(site), "significant": "yes"}
    assert ines.post(PAGE, form | {"comment": "diabetes suspected"}).status_code == 302
    (address,) = re.findall(r'href="(/subjects/[^"]*events/new/[^"]*)"', ines.get(PAGE).content.decode())
    address = address.replace("&amp;", "&")
    offered = ines.get(address)
    assert 'value="Glucose raised"' in offered.content.decode()
    report = {
        "command": mark_of(offered),
        "value": KEY,
        "term": "Glucose raised",
        "start": today().isoformat(),
        "grade": "1",
        "serious": "no",
        "related": "related",
        "outcome": "unknown",
    }
    assert ines.post(address, report).status_code == 302
    after = ines.get(PAGE).content.decode()
    assert f'href="/subjects/{SUBJECT}/events/AE-1/"' in after
    assert "events/new/" not in after


def test_what_is_kept_follows_the_record(site: StudyStore) -> None:
    """A correction that brings the value into its range takes it off the list at the next request."""
    screened(site)
    ines = sign_in("ines")
    assert SUBJECT in text_of(ines.get("/safety/laboratory/"))
    right = c.CorrectItem(SUBJECT, "LOOK", "laboratory", "1", "glucose", ItemValue("5.1"), "misread")
    done(site, ("coco", "coordinator", right))
    assert "No value waits." in text_of(ines.get("/safety/laboratory/"))
