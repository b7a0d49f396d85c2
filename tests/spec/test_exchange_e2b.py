"""E2B(R3) messages, written and read, as docs/safety_reports.md describes them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from safety_case_making import full_batch, full_case
from trialwright.exchange.e2b_reading import read_batch
from trialwright.exchange.e2b_spots import MessageError
from trialwright.exchange.e2b_writing import write_batch
from trialwright.exchange.safety_case import Batch, Drug, Reaction, SafetyCase, Sender
from trialwright.exchange.safety_values import Moment, Null

H = {"h": "urn:hl7-org:v3"}


def kinds() -> dict[str, SafetyCase]:
    """One case of each kind, the emptiest case, and one whose person died."""
    case = full_case()
    died = replace(
        case.patient,
        died=Moment("2026-03-02"),
        autopsy=True,
        reported_causes=(),
        autopsy_causes=(),
    )
    fatal = Reaction(
        reported="Cardiac arrest", code=Null.NI, seriousness=frozenset({"death"}), outcome="fatal"
    )
    return {
        "initial": replace(case, latest_information=case.first_received),
        "follow-up": case,
        "nullification": replace(case, change="nullification", change_reason="Reported twice"),
        "amendment": replace(case, change="amendment", change_reason="The batch was misread"),
        "empty": SafetyCase(),
        "fatal": replace(case, patient=died, reactions=(fatal, *case.reactions[1:])),
    }


@pytest.fixture(scope="module")
def schema(shared_folder: Path) -> Any:
    """The ICSR schemas that stand beside the project."""
    place = shared_folder / "validators" / "icsr-xsd" / "multicacheschemas" / "MCCI_IN200100UV01.xsd"
    if not place.is_file():
        pytest.skip("the ICSR schemas are not beside the project")
    return etree.XMLSchema(etree.parse(place))


@pytest.mark.parametrize("kind", kinds())
def test_every_kind_of_report_is_valid_and_comes_back_whole(kind: str, schema: Any) -> None:
    """Initial, follow-up, nullification, amendment: valid against the schemas, and read back without loss."""
    batch = full_batch(kinds()[kind])
    data = write_batch(batch)
    assert schema.validate(etree.fromstring(data)), schema.error_log
    read = read_batch(data)
    assert read.batch == batch
    assert read.not_held == ()


def test_equal_batches_give_equal_files() -> None:
    """Nothing of the moment or the machine goes into the file."""
    assert write_batch(full_batch()) == write_batch(full_batch())


def test_what_is_not_known_is_a_null_flavour_or_left_out() -> None:
    """A reason for no value stands in its place; where nothing is said, nothing is written."""
    root = etree.fromstring(write_batch(full_batch()))
    found = root.xpath("//h:assignedPerson/h:name/h:family/@nullFlavor", namespaces=H)
    assert found == ["MSK"]
    assert root.xpath("//h:deceasedTime", namespaces=H) == []
    empty = write_batch(full_batch(SafetyCase())).decode()
    assert "birthTime" not in empty
    assert '<id nullFlavor="NI" root="2.16.840.1.113883.3.989.2.1.3.1"/>' in empty


def test_all_six_criteria_stand_and_none_says_no() -> None:
    """E.i.3.2 has true or no information for each of the six, since the message has no word for "no"."""
    root = etree.fromstring(write_batch(full_batch()))
    first = root.xpath("//h:observation[h:code/@code='29']", namespaces=H)[0]
    codes = ("34", "21", "33", "35", "12", "26")
    values = [
        first.xpath(f"h:outboundRelationship2/h:observation[h:code/@code='{code}']/h:value", namespaces=H)[0]
        for code in codes
    ]
    assert [value.get("value") or value.get("nullFlavor") for value in values] == [
        "NI", "true", "true", "NI", "NI", "NI",
    ]  # fmt: skip


def test_several_cases_go_in_one_file() -> None:
    """A batch holds more than one message, each with a case of its own."""
    one = full_batch().messages[0]
    other = replace(
        one, identifier="CN-INVENTED-2026-0002", case=SafetyCase(identifier="CN-INVENTED-2026-0002")
    )
    batch = replace(full_batch(), messages=(one, other))
    assert read_batch(write_batch(batch)).batch == batch


def test_what_a_case_does_not_hold_is_named_by_line() -> None:
    """An element of the sender's that has no place here is reported, not dropped in silence."""
    text = write_batch(full_batch()).decode()
    with_more = text.replace(
        "</player1>", '<raceCode code="C41260" codeSystem="2.16.840.1.113883.3.26.1.1"/></player1>'
    )
    read = read_batch(with_more.encode())
    assert read.batch == full_batch()
    assert [(problem.code, problem.where.split()[0]) for problem in read.not_held] == [("TW-586", "line")]
    assert "raceCode says" in read.not_held[0].sentence


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("<?xml", "<?xml <", "TW-583", "not XML"),
        ("<MCCI_IN2", '<!DOCTYPE x [<!ENTITY a "b">]><MCCI_IN2', "TW-583", "document type"),
        ("MCCI_IN200100UV01", "MCCI_IN200101UV01", "TW-584", "not a batch of reports"),
        ("PORR_IN049016UV", "PORR_IN049017UV", "TW-584", "holds no case"),
        ("investigationEvent", "investigationAct", "TW-584", "holds no case"),
        ('nullFlavor="MSK"', 'nullFlavor="XYZ"', "TW-585", "'XYZ' is not one of"),
        ('nullFlavor="MSK"', 'nullFlavor="OTH"', "TW-585", "'OTH' is not one of"),
        ('value="20260301100500+0800"', 'value="20260231"', "TW-585", "is not a date"),
        ('value="20260301100500+0800"', 'value="March"', "TW-585", "is not a date"),
        ('value="20260301100500+0800"', 'nullFlavor="UNK"', "TW-585", "UNK cannot stand here"),
        ('value="24.1"', 'value="a lot"', "TW-585", "is not a number"),
        ('value="24.1"', 'value="INF"', "TW-585", "is not a number"),
        ('value="24.1"', 'value="1e99999999"', "TW-585", "written out"),
        ('unit="ug/L"', 'unit="ug per L"', "TW-585", "not a unit"),
        ('value="68.5" unit="kg"', 'value="68.5" unit="g"', "TW-585", "not kg"),
        ('System="2.16.840.1.113883.3.989.2.1.1.13"', 'System="1.2.3"', "TW-585", "is not in the list"),
        ('codeSystem="2.16.840.1.113883.6.163"', 'codeSystem="1.2.3"', "TW-585", "not of 2.16"),
        ('value="true"', 'value="yes"', "TW-585", "neither true nor false"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_says_why_and_where(old: str, new: str, code: str, words: str) -> None:
    """Each fault of a file has a code, a sentence and, where there is one, a line: no traceback."""
    data = write_batch(full_batch()).decode()
    changed = data.replace(old, new).encode()
    assert changed != data.encode()
    with pytest.raises(MessageError, match=words) as error:
        read_batch(changed)
    assert error.value.problems[0].code == code


def test_a_reference_to_a_reaction_that_is_not_there_is_refused() -> None:
    """An assessment of a reaction that the case does not have cannot be read as one of another."""
    data = write_batch(full_batch())
    root = etree.fromstring(data)
    for reference in root.xpath("//h:adverseEffectReference/h:id", namespaces=H):
        reference.set("root", "00000000-0000-0000-0000-000000000000")
    with pytest.raises(MessageError, match="a reaction that is not in the case"):
        read_batch(etree.tostring(root))


def test_a_null_flavour_of_no_information_is_nothing_where_only_a_value_can_stand() -> None:
    """A sender's name, a date of creation: no information is the same as nothing said."""
    batch = full_batch(replace(full_case(), sender=Sender(kind="other")))
    data = write_batch(batch).decode()
    changed = data.replace('<effectiveTime value="20260303102030+0800"/>', '<effectiveTime nullFlavor="NI"/>')
    expected = replace(batch.messages[0].case, created=None)
    assert read_batch(changed.encode()).batch.messages[0].case == expected


def test_a_part_that_contradicts_itself_is_an_unreadable_value() -> None:
    """A second result of the same sender that has a unit and no number is refused with what is wrong."""
    case = SafetyCase(drugs=(Drug(name="P"),), reactions=(Reaction(reported="Pain"),))
    data = write_batch(full_batch(case)).decode()
    changed = data.replace("<originalText>Pain</originalText>", '<originalText language="eng"/>')
    with pytest.raises(MessageError, match="language without words") as error:
        read_batch(changed.encode())
    assert error.value.problems[0].code == "TW-585"


def test_comments_in_a_file_are_passed_over() -> None:
    """Samples of agencies carry comments in the middle of values."""
    data = write_batch(full_batch()).decode()
    commented = data.replace("<name>A.B.</name>", "<name>A.<!-- D.1 -->B.</name><!-- D.1: initials -->")
    assert commented != data
    assert read_batch(commented.encode()).batch == full_batch()


def test_batches_are_typed() -> None:
    """What is read is the same kind of thing as what is written."""
    assert isinstance(read_batch(write_batch(full_batch())).batch, Batch)
