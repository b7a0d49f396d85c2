"""The default study's laboratory mapping against its own forms: every row of a delivery is accounted for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from conduct_making import ZONE
from trialwright.conduct import Author, Context, Refusal
from trialwright.conduct import commands as c
from trialwright.conduct.imported_lines import read_lines
from trialwright.conduct.laboratory_import import Plan, plan_import
from trialwright.conduct.protocol_approval import data_fingerprint
from trialwright.conduct.states import SubjectState
from trialwright.protocol.study import Study
from trialwright.store import StudyStore, create_study, open_study, random_salts
from trialwright.store.importing import Imported, import_file

MAPPING = "central_laboratory"
HEAD = "SUBJID,VISIT,COLLECTED,LOINC,FASTING,RESULT,UNIT,ULN"
DAY = date(2026, 3, 2)


def delivery(study: Study, people: Iterator[SubjectState]) -> list[str]:
    """What the laboratory would have sent about these people: a row for each value of their forms."""
    mapping = study.import_mapping(MAPPING)
    assert mapping is not None
    rows = []
    for person in people:
        for key, cells in person.rows.items():
            visit, occurrence, form, row = key.split("|")
            held = person.visits[f"{visit}|{occurrence}"].date
            for analyte in mapping.analytes:
                cell = cells.get(analyte.item) if (analyte.form, analyte.row) == (form, row) else None
                if cell is not None and cell.missing is None:
                    told = (person.subject, visit, held, analyte.code, analyte.sampling or "", cell.value)
                    rows.append(",".join(map(str, (*told, cell.unit or "", ""))))
    return rows


def _context(_site: str | None, command: str) -> Context:
    return Context(datetime.now(UTC), ZONE, Author("coco", "Coco Petit", "coordinator"), command)


def imported(store: StudyStore, rows: list[str], *, dry: bool) -> Imported:
    content = "\n".join([HEAD, *rows]).encode()
    answer = import_file(store, MAPPING, "delivery.csv", content, _context, random_salts, dry=dry)
    assert isinstance(answer, Imported), answer
    assert answer.rows == len(rows) == answer.stored + answer.standing + len(answer.rejected)
    return answer


@pytest.mark.requirement("SQ-5")
def test_what_a_rehearsed_study_holds_stands_already(rehearsed_site: StudyStore) -> None:
    """SQ-5: a delivery of what the record holds is all standing; the altered rows alone are rejected."""
    study = rehearsed_site.study
    people = {each.subject: each for each in rehearsed_site.states_of("subject").values()}
    mapping = study.import_mapping(MAPPING)
    assert mapping is not None

    def plan(rows: list[str]) -> Plan:
        lines = read_lines(mapping, "\n".join([HEAD, *rows]).encode())
        assert isinstance(lines, tuple)
        found = plan_import(study, mapping, lines, people.get)
        assert len(found.standing) + len(found.echoes) + len(found.rejected) == len(rows)
        assert not found.results
        return found

    rows = delivery(study, iter(people.values()))
    assert len(rows) > 500
    assert not plan(rows).rejected
    altered = {
        7: ("S01-", "S09-"),
        30: (",SCR,", ",SCREENING,"),
        41: (",2026-", ",2025-"),
        60: (",SCR", ",D84"),
    }
    changed = [row.replace(*altered[n], 1) if n in altered else row for n, row in enumerate(rows)]
    found = plan([*changed, rows[0].replace(",", ";"), f"{rows[0]},", rows[0].replace(",,", ",,9", 1)])
    beyond = len(rows) + 2
    told = [(each.line, each.code) for each in found.rejected]
    assert told[:4] == [(9, "TW-873"), (32, "TW-874"), (43, "TW-874"), (62, "TW-874")]
    assert told[4:] == [(beyond, "TW-872"), (beyond + 1, "TW-872"), (beyond + 2, "TW-877")]
    late = import_file(rehearsed_site, MAPPING, "x.csv", HEAD.encode(), _context, random_salts, dry=True)
    assert isinstance(late, Refusal)
    assert late.code == "TW-404"


def fresh_site(folder: Path) -> StudyStore:
    """The default study with one subject whose screening visit was held, and no answer entered."""
    source = Path(__file__).parents[2] / "src" / "trialwright" / "studies" / "nct06495437"
    create_study(folder, source, name="imports", database_url="")
    store = open_study(folder)
    site = store.study.design.sites[0].id
    version, present = store.study.study.protocol_version, data_fingerprint(store.study)
    steps = [
        ("sponsor", c.OpenStudy((site,))),
        ("sponsor", c.ApproveProtocol(site, version, present, DAY, "ethics committee", "letter 1")),
        ("coordinator", c.RegisterSubject(f"{site}-001", site)),
        ("coordinator", c.RecordConsent(f"{site}-001", "1.0", DAY)),
        ("coordinator", c.RecordVisit(f"{site}-001", store.study.eligibility.visit, DAY)),
    ]
    for role, command in steps:
        context = Context(datetime.now(UTC), ZONE, Author("coco", "Coco Petit", role), str(uuid.uuid4()))
        answer = store.execute(command, context, random_salts())
        assert not isinstance(answer, Refusal), answer
    return store


@pytest.mark.requirement("SQ-5")
def test_the_laboratorys_rows_fill_the_forms_that_they_are_mapped_to(
    rehearsed_site: StudyStore, tmp_path: Path
) -> None:
    """SQ-5: each analyte of the mapping reaches its item, and stands when it is sent again."""
    study = rehearsed_site.study
    people = [each for each in rehearsed_site.states_of("subject").values() if each.visits]
    first = people[0]
    rows = [row for row in delivery(study, iter([first])) if f",{study.eligibility.visit}," in row]
    held = first.visits[f"{study.eligibility.visit}|1"].date
    mapping = study.import_mapping(MAPPING)
    assert mapping is not None
    assert len(rows) == len(mapping.analytes)
    store = fresh_site(tmp_path / "study")
    subject = f"{study.design.sites[0].id}-001"
    rows = [row.replace(first.subject, subject).replace(str(held), DAY.isoformat()) for row in rows]
    try:
        shown = imported(store, rows, dry=True)
        done = imported(store, rows, dry=False)
        assert (shown.stored, shown.results, done.stored) == (len(rows), done.results, len(rows))
        state = store.states(f"subject:{subject}")[f"subject:{subject}"]
        for analyte in mapping.analytes:
            place = f"{study.eligibility.visit}|1|{analyte.form}|{analyte.row}"
            assert state.rows[place][analyte.item].value == first.rows[place][analyte.item].value
        again = imported(store, rows, dry=False)
        assert (again.standing, again.entry) == (len(rows), None)
        assert store.verify()
    finally:
        store.close()


def test_the_upper_limit_of_normal_is_stored_beside_its_value(tmp_path: Path) -> None:
    """One row gives both; a row whose limit contradicts the one that stands is rejected as a whole."""
    store = fresh_site(tmp_path / "study")
    subject = f"{store.study.design.sites[0].id}-001"
    visit = store.study.eligibility.visit
    row = f"{subject},{visit},{DAY},1742-6,,28,U/L,40"
    try:
        done = imported(store, [row], dry=False)
        assert (done.stored, [each.item for each in done.results]) == (1, ["alt", "alt_uln"])
        cells = store.states(f"subject:{subject}")[f"subject:{subject}"].rows[f"{visit}|1|chemistry|1"]
        assert (cells["alt"].value, cells["alt_uln"].value, cells["alt_uln"].unit) == ("28", "40", "U/L")
        other = imported(store, [f"{row[:-2]}45", row, f"{row},".removesuffix(",40,") + ","], dry=False)
        assert [(each.line, each.code) for each in other.rejected] == [(2, "TW-877")]
        assert other.standing == 2
        assert "alt_uln" in other.rejected[0].sentence
    finally:
        store.close()
