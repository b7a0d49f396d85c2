"""The protocol's wording in other languages: checked by line, without any effect on data."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from trialwright.cli.languages import read_in
from trialwright.cli.outcome import run
from trialwright.errors import TrialwrightError
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.languages import (
    Texts,
    check_texts,
    closest_language,
    in_language,
    languages_of,
    load_study_in,
    load_texts,
    translatable,
    untranslated,
)
from trialwright.protocol.loading import find_protocol_folder, packaged_studies
from trialwright.protocol.study import Study
from trialwright.protocol.wordings import wordings_of

Captured = pytest.CaptureFixture[str]
CHINESE = "zh-Hans"
DEFAULT = "nct06495437"


@pytest.fixture(scope="module")
def chinese(default_study: Study) -> Texts:
    """The Simplified Chinese texts of the default study."""
    return load_texts(find_protocol_folder(DEFAULT), CHINESE)


def texts_of(folder: Path, yaml: str, language: str = "de") -> Texts:
    """A file of texts with this content."""
    (folder / "texts").mkdir(exist_ok=True)
    (folder / "texts" / f"{language}.yaml").write_text(yaml, encoding="utf-8")
    return load_texts(folder, language)


def problems_of(study: Study, folder: Path, yaml: str) -> list[tuple[str, str, str]]:
    """Code, place and sentence of what is wrong with a file of texts."""
    return [(each.code, each.where, each.sentence) for each in check_texts(study, texts_of(folder, yaml))]


def test_every_wording_that_a_site_sees_has_a_chinese_text(default_study: Study, chinese: Texts) -> None:
    """Titles, labels, codes, help, senses, visits and messages of the default study are translated."""
    assert check_texts(default_study, chinese) == ()
    assert untranslated(default_study, chinese) == ()
    seen = {place.address for place in translatable(default_study)}
    for form in default_study.forms:
        assert f"forms/{form.id}/title" in seen
        assert {f"forms/{form.id}/items/{item.id}/label" for item in form.items} <= seen
        assert {
            f"forms/{form.id}/items/{item.id}/codes/{code.code}/label"
            for item in form.items
            for code in item.codes
        } <= seen
        assert {f"forms/{form.id}/checks/{check.id}/message" for check in form.checks} <= seen
    assert {f"visits/{visit.id}/name" for visit in default_study.visits} <= seen
    assert {f"criteria/{criterion.id}/sense" for criterion in default_study.criteria} <= seen


def test_translated_words_are_chinese_but_for_names_that_are_not(
    default_study: Study, chinese: Texts
) -> None:
    """A text of the Chinese file without a Chinese character is a grade of the dipstick, nothing else."""
    translated = in_language(default_study, chinese)
    plain = {place.path: place for place in wordings_of(translated)}
    latin = {
        plain[place.path].text
        for place in translatable(default_study)
        if not any("一" <= character <= "鿿" for character in plain[place.path].text)
    }
    assert latin == {"1+", "2+", "3+"}


def test_numbers_stand_in_the_translation_as_in_the_protocol(default_study: Study, chinese: Texts) -> None:
    """No limit, number of months or dose is lost or changed on the way into another language."""

    def numbers(text: str) -> set[str]:
        return set(re.findall(r"\d+(?:\.\d+)?", text))

    translated = {place.path: place.text for place in wordings_of(in_language(default_study, chinese))}
    for place in translatable(default_study):
        lost = numbers(place.text) - numbers(translated[place.path])
        assert not lost, (place.address, place.text, translated[place.path])


def test_a_translation_changes_no_data(default_study: Study, chinese: Texts) -> None:
    """The study in another language has the same data fingerprint and another wording fingerprint."""
    translated = in_language(default_study, chinese)
    assert fingerprint(translated).data == fingerprint(default_study).data
    assert fingerprint(translated).wording != fingerprint(default_study).wording
    assert type(translated).model_validate(translated.model_dump()) == translated
    assert translated.items["sex"].label == "性别"
    assert default_study.items["sex"].label == "Sex"


def test_a_study_in_its_own_words_is_the_same_study(default_study: Study, tmp_path: Path) -> None:
    """An empty translation gives a study that is equal in everything."""
    assert in_language(default_study, texts_of(tmp_path, "language: Deutsch\n")) == default_study


def test_registered_wording_stays_as_registered(default_study: Study, chinese: Texts, tmp_path: Path) -> None:
    """Title and criteria keep the registered wording; a translation of it is refused."""
    translated = in_language(default_study, chinese)
    assert translated.study.title == default_study.study.title
    assert [each.text for each in translated.criteria] == [each.text for each in default_study.criteria]
    yaml = "criteria:\n  I1:\n    text: Zwischen 35 und 65\n"
    (found,) = problems_of(default_study, tmp_path, yaml)
    assert found == (
        "TW-132",
        "de.yaml:3",
        "'criteria/I1/text' is registered wording; remove its translation",
    )


def test_a_text_alone_is_what_the_part_is_called(default_study: Study, tmp_path: Path) -> None:
    """`visits: {SCR: ...}` gives the name; the long way with the key says the same."""
    short = in_language(default_study, texts_of(tmp_path, "visits: {SCR: Voruntersuchung}\n"))
    long = in_language(default_study, texts_of(tmp_path, "visits: {SCR: {name: Voruntersuchung}}\n"))
    assert short == long
    visit = short.visit("SCR")
    assert visit is not None
    assert visit.name == "Voruntersuchung"


@pytest.mark.parametrize(
    ("yaml", "expected"),
    [
        ("visits: {SCRN: Besuch}\n", "'visits/SCRN' leads nowhere; did you mean 'SCR'?"),
        ("besuche:\n  SCR: x\n", "'besuche' leads nowhere"),
        ("forms:\n  demography:\n    items: {sex: {codes: {m: Mann}}}\n", "there are: female, male"),
        ("visits: alle\n", "'visits' leads nowhere; give its texts one by one"),
        ("visits: {SCR: {number: eins}}\n", "'visits/SCR/number' leads nowhere"),
    ],
)
def test_a_path_that_leads_nowhere_is_named(
    default_study: Study, tmp_path: Path, yaml: str, expected: str
) -> None:
    """TW-130 with file and line, and what may have been meant."""
    (found,) = problems_of(default_study, tmp_path, yaml)
    assert found[0] == "TW-130"
    assert found[1].startswith("de.yaml:")
    assert expected in found[2]


@pytest.mark.parametrize("value", ["", '""', '"  "', "5", "true", "[a, b]"])
def test_a_blank_text_is_refused(default_study: Study, tmp_path: Path, value: str) -> None:
    """TW-131: nothing, blanks, a number, a truth and a list are no text; the protocol's word stays."""
    yaml = f"visits:\n  SCR: {value}\n"
    (found,) = problems_of(default_study, tmp_path, yaml)
    assert found[:2] == ("TW-131", "de.yaml:2")
    visit = in_language(default_study, texts_of(tmp_path, yaml)).visit("SCR")
    assert visit is not None
    assert visit.name == "Screening"


def test_what_is_not_translated_is_listed(default_study: Study, tmp_path: Path) -> None:
    """Everything but what is given, registered or a disclosure; in the order of the protocol."""
    lacking = untranslated(default_study, texts_of(tmp_path, "visits: {SCR: Voruntersuchung}\n"))
    assert len(lacking) == len(translatable(default_study)) - 1
    assert "visits/SCR/name" not in {place.address for place in lacking}
    assert lacking[0].address == "study/short_title"


@pytest.mark.parametrize("language", ["fr", "../protocol", "zh-Hans/..", "", "x" * 300])
def test_a_language_without_texts_is_refused(language: str) -> None:
    """TW-129 names the languages that there are; a tag never leads out of the folder."""
    with pytest.raises(TrialwrightError) as caught:
        load_texts(find_protocol_folder(DEFAULT), language)
    (problem,) = caught.value.problems
    assert problem.code == "TW-129"
    assert "there are: zh-Hans" in problem.sentence


def test_a_file_that_no_language_names_is_refused(tmp_path: Path) -> None:
    """TW-129: files of texts are called by the tag of their language."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "my translation.yaml").write_text("language: x\n", encoding="utf-8")
    with pytest.raises(TrialwrightError) as caught:
        languages_of(tmp_path)
    assert [problem.code for problem in caught.value.problems] == ["TW-129"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "TW-105"), (b"- a\n", "TW-106"), (b"\xff\xfe", "TW-102"), (b"a: [", "TW-103")]
)
def test_a_file_of_texts_that_cannot_be_read_is_refused(tmp_path: Path, content: bytes, code: str) -> None:
    """An empty file, a list, bytes that are no UTF-8 and broken YAML: one clear sentence each."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "de.yaml").write_bytes(content)
    with pytest.raises(TrialwrightError) as caught:
        load_texts(tmp_path, "de")
    assert [problem.code for problem in caught.value.problems] == [code]


def test_a_wish_finds_the_closest_language() -> None:
    """zh, zh-CN and ZH-HANS are answered by zh-Hans; German by nothing."""
    folder = find_protocol_folder(DEFAULT)
    assert [closest_language(folder, wish) for wish in ("zh", "zh-CN", "zh_CN", "ZH-HANS", "de")] == [
        CHINESE
    ] * 4 + [None]


def test_a_study_is_loaded_in_a_language_or_refused(default_study: Study, tmp_path: Path) -> None:
    """Every problem of the texts is raised at once."""
    texts_of(tmp_path, "visits: {SCR: '', XX: y}\n")
    with pytest.raises(TrialwrightError) as caught:
        load_study_in(default_study, tmp_path, "de")
    assert [problem.code for problem in caught.value.problems] == ["TW-131", "TW-130"]


def test_every_packaged_translation_is_sound() -> None:
    """Each file of texts that comes with trialwright passes its checks."""
    from trialwright.protocol.loading import load_study

    for folder in packaged_studies().values():
        for language in languages_of(folder):
            load_study_in(load_study(folder), folder, language)


def test_check_reads_a_study_in_a_language(capsys: Captured) -> None:
    """`check --language` prints the study in it, how much is translated, and what is not."""
    assert run(["check", DEFAULT, "--language", CHINESE]) == 0
    printed = capsys.readouterr().out
    assert "随访体重" in printed
    assert "Texts in zh-Hans (简体中文): 354 of 354 wordings are translated." in printed
    assert "not translated" not in printed


def test_check_lists_what_a_language_lacks(tmp_path: Path, capsys: Captured) -> None:
    """Each missing wording with its path and its text in the protocol."""
    folder = Path(shutil.copytree(find_protocol_folder(DEFAULT), tmp_path / "protocol"))
    texts_of(folder, "visits: {SCR: Voruntersuchung}\n")
    assert run(["check", str(folder), "--language", "de", "--quiet"]) == 0
    printed = capsys.readouterr().out
    assert "Texts in de (de): 1 of 354 wordings are translated." in printed
    assert "not translated: visits/D0/name: Infusion day" in printed


def test_check_refuses_texts_with_a_fault(tmp_path: Path, capsys: Captured) -> None:
    """A fault in any file of texts is a fault of the study, asked for or not."""
    folder = Path(shutil.copytree(find_protocol_folder(DEFAULT), tmp_path / "protocol"))
    texts_of(folder, "visits: {SCRN: Besuch}\n")
    assert run(["check", str(folder)]) == 2
    assert "de.yaml:1: 'visits/SCRN' leads nowhere" in capsys.readouterr().err


def test_a_new_study_has_the_texts(tmp_path: Path) -> None:
    """`trialwright new --from` copies the texts and gives them a schema for the editor."""
    assert run(["new", str(tmp_path / "mine"), "--from", DEFAULT]) == 0
    protocol = tmp_path / "mine" / "protocol"
    assert languages_of(protocol) == (CHINESE,)
    first = (protocol / "texts" / f"{CHINESE}.yaml").read_text(encoding="utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=../schema/texts.schema.json"
    assert (protocol / "schema" / "texts.schema.json").is_file()


def test_the_schema_of_texts_takes_the_chinese_texts(chinese: Texts, capsys: Captured) -> None:
    """`trialwright schema texts`: the packaged texts are valid, a wrong key is not."""
    jsonschema = pytest.importorskip("jsonschema")
    assert run(["schema", "texts"]) == 0
    schema = json.loads(capsys.readouterr().out)
    jsonschema.validate(chinese.document.data, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"visits": {"SCR": {"numer": "x"}}}, schema)


def test_prints_take_the_closest_texts_of_the_study(default_study: Study) -> None:
    """`print --language zh` takes zh-Hans; without texts the study is read as the protocol has it."""
    folder = find_protocol_folder(DEFAULT)
    assert read_in(default_study, folder, "zh").items["sex"].label == "性别"
    assert read_in(default_study, folder, "en") is default_study
