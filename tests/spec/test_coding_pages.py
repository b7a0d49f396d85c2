"""The coding desk, the dictionaries of a study's folder, and what the data sets make of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from dictionary_making import LLT, MDHIER, put
from site_stages import SUBJECT, consented, done
from trialwright.cli.outcome import run
from trialwright.conduct import commands as c
from trialwright.conduct.states import StudyState, SubjectState
from trialwright.datasets.study_datasets import build_datasets
from trialwright.store import StudyStore
from trialwright.store.dictionaries import dictionary_folders
from web_signing_in import mark_of, sign_in, text_of, today

ADDRESS = f"/subjects/{SUBJECT}/events/AE-1/coding/"


def report(term: str) -> c.EventReport:
    return c.EventReport(term, start=today(), grade=1, related="related", serious=False)


@pytest.fixture
def held(site: StudyStore) -> StudyStore:
    """Two events of one person, and a dictionary in the study's folder."""
    put(site.folder.dictionaries / "Tiny-1.0")
    events = [c.ReportAdverseEvent(SUBJECT, report(term)) for term in ("Pain in the head", "stomach turns")]
    return done(consented(site), *(("coco", "coordinator", event) for event in events))


def said_more(store: StudyStore) -> None:
    update = c.UpdateAdverseEvent(SUBJECT, "AE-1", report("felt sick"), "said more")
    done(store, ("coco", "coordinator", update))


def send(visitor: Any, address: str, **fields: str) -> Any:
    return visitor.post(address, {"command": mark_of(visitor.get(address)), **fields})


def adopted(visitor: Any, key: str = "Tiny-1.0") -> Any:
    answer = send(visitor, "/coding/", deed="adopt", dictionary=key, reason="licensed")
    assert answer.status_code == 302, text_of(answer)
    return visitor


def person(store: StudyStore) -> SubjectState:
    state = store.states(f"subject:{SUBJECT}")[f"subject:{SUBJECT}"]
    assert isinstance(state, SubjectState)
    return state


def test_without_a_dictionary_events_are_told_in_their_words(held: StudyStore) -> None:
    """The desk says so, and the data sets hold no term that nobody gave."""
    page = text_of(sign_in("dora").get("/coding/"))
    assert "No dictionary is in use" in page
    assert "not coded" in page
    frame = build_datasets(held.study, held.snapshot()).frames["AE"]
    assert frame["AEDECOD"].to_list() == frame["AELLTCD"].to_list() == [None, None]


def test_what_is_spelled_so_is_coded_at_once_and_agreed_by_another(held: StudyStore) -> None:
    """One click codes exact matches; the sponsor agrees, not who coded; the rest waits for a person."""
    dora = adopted(sign_in("dora"))
    assert send(dora, "/coding/", deed="exact").status_code == 302
    coding = person(held).codings["AE-1"]
    assert (coding.pt, coding.how, "AE-2" in person(held).codings) == ("Head ache", "exact", False)
    named = {"deed": "agree", "event": f"{SUBJECT} AE-1", "seen": str(coding.seq)}
    assert "TW-885" in text_of(send(dora, "/coding/", **named))
    assert send(sign_in("saga"), "/coding/", **named).status_code == 302
    assert person(held).codings["AE-1"].reviewed_by == "saga"
    assert "agreed" in text_of(dora.get("/coding/?standing=reviewed"))


def test_a_term_is_searched_and_chosen(held: StudyStore) -> None:
    """The search works by plain pages; the term is coded as chosen, and another one needs a reason."""
    dora = adopted(sign_in("dora"))
    address = ADDRESS.replace("AE-1", "AE-2")
    found = dora.get(f"{address}?q=nausia")
    assert "near spelling" in text_of(found)
    term = {"deed": "code", "llt": "4", "term": "stomach turns"}
    assert send(dora, address, **term).status_code == 302
    assert person(held).codings["AE-2"].pt == "Nausea"
    assert "TW-416" in text_of(send(dora, address, **{**term, "llt": "1"}))
    assert send(dora, address, **{**term, "llt": "1", "reason": "it was the head"}).status_code == 302
    page = text_of(dora.get(address))
    assert "it was the head" in page
    assert "How it came about" in page
    assert "TW-888" in text_of(send(dora, address, **{**term, "llt": "77"}))
    assert send(dora, address, deed="remove", reason="looked again").status_code == 302
    assert "AE-2" not in person(held).codings


def test_words_that_changed_meanwhile_are_not_coded(held: StudyStore) -> None:
    """TW-882 for the page that showed the old words."""
    dora = adopted(sign_in("dora"))
    fields = {"command": mark_of(dora.get(ADDRESS)), "deed": "code", "llt": "1", "term": "Pain in the head"}
    done(
        held, ("coco", "coordinator", c.UpdateAdverseEvent(SUBJECT, "AE-1", report("felt sick"), "said more"))
    )
    assert "TW-882" in text_of(dora.post(ADDRESS, fields))
    assert not person(held).codings


def test_files_that_changed_are_not_those_that_were_adopted(held: StudyStore) -> None:
    """TW-881: a dictionary that was exchanged under its name codes nothing; TW-886 for a torn one."""
    dora = adopted(sign_in("dora"))
    folder = dictionary_folders(held.folder)["Tiny", "1.0"]
    (folder / "llt.asc").write_text(LLT.replace("Nausea", "Sickness"), "utf-8")
    assert "TW-881" in text_of(dora.get(ADDRESS))
    (folder / "soc.asc").unlink()
    assert "TW-886" in text_of(dora.get(ADDRESS))
    assert "TW-886" in text_of(send(dora, "/coding/", deed="exact"))


def test_another_version_is_a_plan_until_somebody_takes_it_over(held: StudyStore) -> None:
    """Each coding with what becomes of it; nothing changes by itself, and what is not current stays."""
    dora = adopted(sign_in("dora"))
    send(dora, "/coding/", deed="exact")
    send(dora, ADDRESS.replace("AE-1", "AE-2"), deed="code", llt="3", term="stomach turns")
    paths = MDHIER.splitlines(keepends=True)
    moved = "1$10$20$32$Head ache$Aches$Head$General$Gen$$32$Y$\n" + paths[-1]
    old = LLT.replace("3$Felt sick$4$$$$$$$Y", "3$Felt sick$4$$$$$$$N")
    put(held.folder.dictionaries / "Tiny-2.0", llt=old, mdhier=moved)
    adopted(dora, "Tiny-2.0")
    before = person(held).codings
    page = text_of(dora.get("/coding/versions/"))
    assert "moved" in page
    assert "not current" in page
    assert person(held).codings == before
    assert send(dora, "/coding/versions/", reason="the yearly version").status_code == 302
    after = person(held).codings
    assert (after["AE-1"].soc, after["AE-1"].version, after["AE-1"].how) == ("General", "2.0", "version")
    assert after["AE-2"] == before["AE-2"]


def test_coded_terms_are_in_the_data_sets_with_their_dictionary(held: StudyStore) -> None:
    """AE holds every level with its code, a finding names the dictionary; new words drop the coding."""
    send(adopted(sign_in("dora")), "/coding/", deed="exact")
    made = build_datasets(held.study, held.snapshot())
    (row,) = made.frames["AE"].filter(made.frames["AE"]["AESPID"] == "AE-1").to_dicts()
    levels = ("AELLT", "AEDECOD", "AEHLT", "AEHLGT", "AEBODSYS", "AESOC", "AEPTCD", "AESOCCD")
    assert [row[name] for name in levels] == [
        *("Pain in the head", "Head ache", "Aches", "Head", "Nerves", "Nerves"),
        *(1, 30),
    ]
    told = [finding.sentence for finding in made.findings if finding.check == "TW-557"]
    assert told == ["1 of 2 adverse events are coded by Tiny 1.0; 1 stand in the words of their report"]
    done(
        held, ("coco", "coordinator", c.UpdateAdverseEvent(SUBJECT, "AE-1", report("felt sick"), "said more"))
    )
    again = build_datasets(held.study, held.snapshot())
    assert again.frames["AE"]["AEDECOD"].to_list() == [None, None]


@pytest.mark.requirement("AC-1")
def test_who_may_not_code_finds_no_form(held: StudyStore) -> None:
    """AC-1: a coordinator reads, a forged form is refused; an event that is not there is not found."""
    adopted(sign_in("dora"))
    coco = sign_in("coco")
    page = coco.get(ADDRESS)
    assert "code as this" not in text_of(page)
    mark = re.search(r'name="command" value="([^"]+)"', coco.get("/imports/").content.decode())
    assert mark
    forged = {"command": mark[1], "deed": "code", "llt": "1", "term": "Pain in the head"}
    assert "TW-401" in text_of(coco.post(ADDRESS, forged))
    assert coco.get(ADDRESS.replace("AE-1", "AE-9")).status_code == 404
    assert sign_in("bao").get(ADDRESS).status_code == 404


def test_a_dictionary_comes_into_the_folder_whole(
    site: StudyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`dictionary add` checks and copies; a torn one, a second one of the same version are refused."""
    source, torn = put(tmp_path / "source"), put(tmp_path / "torn", llt="1$x\n")
    study = str(site.folder.path)
    assert run(["dictionary", "list", study]) == 0
    assert "has no dictionary" in capsys.readouterr().out
    assert run(["dictionary", "add", study, str(source), "--name", "Tiny"]) == 0
    assert "5 lowest level terms, 2 preferred terms" in capsys.readouterr().out
    assert run(["dictionary", "list", study]) == 0
    assert "Tiny 1.0" in capsys.readouterr().out
    assert run(["dictionary", "add", study, str(source), "--name", "Tiny"]) != 0
    assert "TW-887" in capsys.readouterr().err
    assert run(["dictionary", "add", study, str(torn), "--name", "Torn"]) != 0
    assert "TW-886" in capsys.readouterr().err
    assert sorted(path.name for path in site.folder.dictionaries.iterdir()) == ["Tiny-1.0"]


def test_a_name_that_leads_nowhere_is_refused(held: StudyStore) -> None:
    """TW-887 for a forged choice; nothing is adopted."""
    refused = send(sign_in("dora"), "/coding/", deed="adopt", dictionary="../files-1.0", reason="x")
    assert (refused.status_code, "TW-887" in text_of(refused)) == (422, True)
    study = held.states("study")["study"]
    assert isinstance(study, StudyState)
    assert study.dictionary is None
