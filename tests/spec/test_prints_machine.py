"""What a print takes from the machine: nothing but a font for Chinese, and it says so where none is."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from conduct_making import Desk, desk, tiny, v
from print_making import casebook, text_of
from trialwright.conduct import commands as c
from trialwright.exchange import cioms_wording
from trialwright.report.prints import typesetting
from trialwright.report.prints.blank_crf import render_blank_crf
from trialwright.report.prints.fonts import BODY, chinese_typefaces, font_folders
from trialwright.report.prints.refusals import PrintError
from trialwright.report.prints.typesetting import TEMPLATES
from trialwright.report.prints.words import LANGUAGES


@pytest.fixture
def font_folder(tmp_path: Path) -> Path:
    """A folder with a font that is named like a Chinese one, though it has no Chinese."""
    import matplotlib

    source = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    shutil.copy(source, tmp_path / "wqy-zenhei.ttf")
    return tmp_path


def remarked(text: str) -> Desk:
    """A person with a remark."""
    here = desk().screened("A-001")
    here.do(c.EnterItems("A-001", "LOOK", "person", "1", {"remark": v(text)}))
    return here


def test_chinese_needs_a_font(monkeypatch: pytest.MonkeyPatch) -> None:
    """TW-650: a Chinese print, or a Chinese word in an English one, is refused where no font has it."""
    monkeypatch.setattr(typesetting, "font_folders", lambda: ())
    for make in (lambda: render_blank_crf(tiny(), "zh"), lambda: casebook(remarked("头痛"))):
        with pytest.raises(PrintError, match="install Noto CJK"):
            make()


def test_the_font_of_the_machine_is_found(font_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The best Chinese font of the machine's folders is taken, after the typeface of the text itself."""
    (font_folder / "wqy-microhei.ttc").write_bytes(b"not a font")
    (font_folder / "unrelated.ttf").write_bytes(b"")
    faces = chinese_typefaces([font_folder / "absent", font_folder])
    assert faces is not None
    assert faces.families == (BODY[0], "DejaVu Sans", *BODY[1:])
    monkeypatch.setattr(typesetting, "font_folders", lambda: (font_folder,))
    assert "A-001" in text_of(casebook(remarked("头痛"), language="zh"))


def test_a_sign_that_no_typeface_holds_is_printed_as_its_number(
    font_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A character is never left out and never an empty box."""
    monkeypatch.setattr(typesetting, "font_folders", lambda: (font_folder,))
    assert "⟨U+5934⟩⟨U+75DB⟩ 37.5 °C" in text_of(casebook(remarked("头痛 37.5 °C")))


def test_font_folders_are_those_of_the_machine() -> None:
    """The folders are absolute; they need not be there."""
    assert font_folders()
    assert all(folder.is_absolute() for folder in font_folders())


def test_a_page_that_cannot_be_set_is_a_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """TW-654: a fault of the typesetter never ends in a traceback."""
    (tmp_path / "blank.typ").write_text("#panic()", encoding="utf-8")
    monkeypatch.setattr(typesetting, "TEMPLATES", tmp_path)
    with pytest.raises(PrintError, match="could not be set"):
        render_blank_crf(tiny())


def test_fault_has_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    """TW-654 stands in the problem."""
    import typst

    def fail(*_: Any, **__: Any) -> bytes:
        raise typst.TypstError("no")

    monkeypatch.setattr(typst, "compile", fail)
    with pytest.raises(PrintError) as caught:
        render_blank_crf(tiny())
    assert caught.value.problems[0].code == "TW-654"


def test_both_languages_say_the_same() -> None:
    """Every word is there in every language, with the same parts to fill in."""
    english, chinese = LANGUAGES["en"], LANGUAGES["zh"]
    assert list(english) == list(chinese)
    for key, word in english.items():
        assert _parts(word) == _parts(chinese[key]), key


def _parts(word: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(word) if name}


def test_templates_hold_no_words_of_their_own() -> None:
    """What a template prints comes from the words of a language or from the data."""
    for template in TEMPLATES.glob("*.typ"):
        text = template.read_text(encoding="utf-8")
        assert "eval(" not in text
        used = set(re.findall(r'\bw\("([a-z_]+)"\)|empty\("([a-z_]+)"\)', text))
        words = cioms_wording.OF_THE_TEMPLATE if template.name == "cioms.typ" else LANGUAGES["en"]
        assert {first or second for first, second in used} <= words.keys(), template.name
