"""The report as a page: what stands in it, and that each number in it is a result."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import polars as pl
import pytest

from report_making import Made, make_afresh, make_report
from trialwright.protocol.disclosure import assumptions_of, open_questions_of
from trialwright.protocol.fingerprint import fingerprint
from trialwright.protocol.study import Study
from trialwright.report.formatting import capital
from trialwright.report.rendering import dump_report, render_report
from trialwright.report.result_book import by, open_results
from trialwright.report.running_head import css_string
from trialwright.report.writing import write_result

HOSTILE = '"><script>alert(1)</script><img src=x onerror=alert(2)>'


class Page(HTMLParser):
    """What stands where in a page: bound numbers, the text of cells, all visible text, and every element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.bound: list[tuple[str, str]] = []
        self.cells: list[tuple[str, str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._open: list[tuple[str, str | None]] = []
        self._table = ""
        self._loose = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.elements.append((tag, found))
        if tag == "figure":
            self._table = found.get("id") or ""
        if tag == "td":
            self._loose = ""
        if tag in {"data", "tspan", "td", "style", "script"}:
            self._open.append((tag, found.get("data-result")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "td":
            self.cells.append((self._table, self._loose))
        if self._open and self._open[-1][0] == tag:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        tag, result = self._open[-1] if self._open else ("", None)
        if tag in {"style", "script"}:
            return
        self.text.append(data)
        if result is not None:
            self.bound.append((result, data))
        elif tag == "td":
            self._loose += data

    @property
    def visible(self) -> str:
        """All text, white space folded."""
        return re.sub(r"\s+", " ", " ".join(self.text))


@pytest.fixture(scope="module", params=["default_study", "second_study"])
def made(request: pytest.FixtureRequest) -> Made:
    """A report of the one-arm study and of the two-arm study, with events."""
    return make_report(request.getfixturevalue(request.param))


@pytest.fixture(scope="module")
def page(made: Made) -> Page:
    """The page that was made."""
    return Page(made.html)


def test_every_number_in_a_table_is_a_result(made: Made, page: Page) -> None:
    """A table of results prints no digit outside a number that is bound to a result."""
    loose = [
        (table, text) for table, text in page.cells if table.startswith("table-") and re.search(r"\d", text)
    ]
    assert [cell for cell in loose if cell[0] != "table-findings"] == []


def test_a_printed_number_is_the_value_of_its_result(made: Made, page: Page) -> None:
    """The text of each bound number is its result, written by the rules of formatting."""
    rows = {row.result: row for row in open_results(made.results)}
    beside = by(rows.values(), "analysis", "group", "soc", "term", "category", "parameter", "visit")
    assert page.bound
    for result, text in page.bound:
        row = rows[result]
        place = (row.analysis, row.group, row.soc, row.term, row.category, row.parameter, row.visit)
        allowed = {write_result(row, beside[place], decimals) for decimals in range(5)}
        allowed.add(capital(row.reason))
        assert text in allowed, f"{result} prints {text!r}, not one of {allowed}"


def test_every_result_is_printed(made: Made, page: Page) -> None:
    """No count, mean, ratio or p-value that an analysis gave is missing from the report."""
    printed = {result for result, _ in page.bound}
    wanted = {"n", "events", "mean", "gm", "gmr", "p_value", "p_value_t", "p_value_wilcoxon", "change_mean"}
    rows = [row for row in open_results(made.results) if row.method != "ae_listing"]
    asked = {row.result for row in rows if row.statistic in wanted}
    assert asked
    assert asked <= printed


def test_what_no_table_prints_is_known(made: Made, page: Page) -> None:
    """Tables leave out limits and quartiles where too wide, what stands beside, and what figures draw."""
    printed = {result for result, _ in page.bound}
    rows = [row for row in open_results(made.results) if row.method != "ae_listing"]
    left = {row.statistic for row in rows if row.result not in printed}
    spare = {"ci_lower", "ci_upper", "q1", "q3", "min", "max"}
    beside = {"denominator", "missing", "warning"} | {f"change_{name}" for name in (*spare, "n", "median")}
    drawn = {"percent_change", "peak", "curve", "curve_lower", "curve_upper"}
    drawn |= {"profile_events", "profile_drugs"}
    assert left <= spare | beside | drawn


def test_the_report_is_one_file_that_asks_for_nothing(page: Page, made: Made) -> None:
    """No element loads anything, no script runs, no address of anywhere else stands in the file."""
    assert not {tag for tag, _ in page.elements} & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "base",
    }
    for _, attributes in page.elements:
        for name in ("src", "href", "xlink:href", "srcset", "data", "action", "style"):
            value = attributes.get(name)
            assert value is None or value.startswith("#") or name == "style"
        assert not [name for name in attributes if name.startswith("on")]
    assert not re.search(r"https?://|@import|url\((?!#)", made.html)


def test_the_fingerprints_stand_in_full_and_on_every_printed_page(made: Made, page: Page) -> None:
    """Front matter carries the whole hashes; the margin of each printed page their first twelve digits."""
    prints = fingerprint(made.study)
    for digest in (prints.data, prints.wording, made.provenance.record_head):
        assert digest in page.visible
    margin = re.search(r"@page \{.*?\n\}", made.html, re.DOTALL)
    assert margin
    for text in (made.study.study.id, prints.data[:12], made.provenance.record_head[:12]):
        assert text in margin.group()


def test_every_assumption_and_question_is_printed_with_its_place(made: Made, page: Page) -> None:
    """The report shows every assumption, open question and oddity of the protocol before any result."""
    before = page.visible[: page.visible.index("Recruitment and screening", page.visible.index("Provenance"))]
    disclosures = (*assumptions_of(made.study), *open_questions_of(made.study))
    for disclosure in disclosures:
        assert re.sub(r"\s+", " ", disclosure.text) in before
        assert str(disclosure.location[0]) in before
    for remark in made.study.oddities:
        assert re.sub(r"\s+", " ", remark.text) in before


def test_a_rehearsal_says_so_on_the_page_and_on_paper(default_study: Study) -> None:
    """A rehearsal has its banner on screen and in the margin of each printed page; a real study neither."""
    rehearsal, real = (make_report(default_study, rehearsal=rehearsal).html for rehearsal in (True, False))
    assert "Rehearsal: invented people." in Page(rehearsal).visible
    assert "REHEARSAL: INVENTED PEOPLE" in rehearsal
    assert "ehearsal" not in Page(real).visible
    assert "REHEARSAL" not in real


def test_the_same_results_give_the_same_bytes(made: Made) -> None:
    """A report made again from the same results is the same file."""
    assert make_afresh(made.study).html == made.html


def test_no_text_of_the_data_becomes_markup(default_study: Study) -> None:
    """Whatever stands in a term, a reason, a finding or an input's name is printed as text."""
    made = make_report(default_study)
    rows = [{**row, "term": row["term"] and HOSTILE, "soc": row["soc"] and HOSTILE} for row in made.results]
    rows.append(
        {
            "result": HOSTILE,
            "analysis": made.results[0]["analysis"],
            "statistic": "n",
            "category": HOSTILE,
            "group": HOSTILE,
            "value": None,
            "reason": HOSTILE,
        }
    )
    adae = made.frames["ADAE"]
    adae = adae.with_columns(adae["AEDECOD"].replace_strict({}, default=HOSTILE))
    html = render_report(default_study, rows, {**made.frames, "ADAE": adae}, made.provenance, made.listings)
    found = Page(html)
    assert not {tag for tag, _ in found.elements} & {"script", "img"}
    assert not [name for _, attributes in found.elements for name in attributes if name.startswith("on")]
    assert HOSTILE in "".join(found.text)


def test_the_running_head_cannot_be_left(default_study: Study) -> None:
    """What stands in the margin of a page is a CSS string that no text can end."""
    text = css_string('x"; } </style><script>\\')
    assert not re.search(r'[<>{}"\\](?![0-9a-f]+ )', text[1:-1])
    assert css_string("AB-1 · protocol 0a1b") == '"AB-1 · protocol 0a1b"'


def test_an_event_without_a_known_day_is_named(default_study: Study) -> None:
    """An adverse event whose first day is not known has no bar; the figure says so and still counts it."""
    made = make_report(default_study)
    adae = made.frames["ADAE"].with_columns(ASTDY=pl.lit(None, dtype=pl.Int64))
    html = render_report(default_study, made.results, {**made.frames, "ADAE": adae}, made.provenance)
    assert "28 adverse events in 8 of 12 subjects." in Page(html).visible
    assert "Events without a known first day have no bar: 28." in Page(html).visible


def test_zero_events_are_tables_of_zeros(made: Made) -> None:
    """A study without adverse events has its tables, with zeros, and the figure says that there was none."""
    empty = make_report(made.study, events=False)
    found = Page(empty.html)
    rows = {row.result: row for row in open_results(empty.results) if row.method == "ae_overview"}
    zeros = [text for result, text in found.bound if result in rows and rows[result].statistic == "events"]
    assert zeros
    assert set(zeros) == {"0"}
    assert "No adverse event in 12 subjects." in found.visible


def test_one_arm_has_no_total_and_a_warning(default_study: Study, second_study: Study) -> None:
    """With one arm there is no total and every efficacy section warns; with two arms it is the other way."""
    one, two = (Page(make_report(study).html).visible for study in (default_study, second_study))
    assert "One arm estimates a change, not an effect." in one
    assert "Total (N" not in one
    assert "One arm estimates" not in two
    assert "Total (N" in two


def test_a_missing_comparison_gives_its_reason(default_study: Study) -> None:
    """Where the protocol declares no groups, the comparison's row prints the protocol's reason."""
    assert default_study.grouping.reason in Page(make_report(default_study).html).visible


def test_an_analysis_that_was_not_run_is_named(default_study: Study) -> None:
    """An analysis of the protocol without results is named as not computed, not passed over."""
    made = make_report(default_study)
    chosen = next(analysis for analysis in default_study.analyses if analysis.method == "ae_overview")
    rows = [row for row in made.results if row["analysis"] != chosen.id]
    html = render_report(default_study, rows, made.frames, made.provenance)
    assert f"{chosen.title}: not computed." in Page(html).visible


def test_a_report_without_data_sets_has_tables_and_no_figures(default_study: Study) -> None:
    """Figures whose data are not there are left out; the tables stand."""
    made = make_report(default_study)
    found = Page(render_report(default_study, made.results, {}, made.provenance))
    assert "figure-events" not in {attributes.get("id") for _, attributes in found.elements}
    assert found.bound


def test_the_file_appears_whole_or_stays_as_it_was(default_study: Study, tmp_path: Path) -> None:
    """Writing replaces the file in one step; where it cannot be written the earlier file stays."""
    made = make_report(default_study)
    path = tmp_path / "report.html"
    dump_report(path, made.study, made.results, made.frames, made.provenance, made.listings)
    assert path.read_text(encoding="utf-8") == made.html
    (tmp_path / ".report.html.part").mkdir()
    with pytest.raises(OSError, match=r"part"):
        dump_report(path, made.study, [], {}, made.provenance)
    assert path.read_text(encoding="utf-8") == made.html


def test_text_has_contrast_in_light_and_dark() -> None:
    """Text and its ground differ by at least 4.5 to 1 (WCAG 2.2, 1.4.3), in light, in dark and on paper."""
    sheet = Path(render_report.__code__.co_filename).with_name("style.css").read_text(encoding="utf-8")
    schemes = [
        dict(re.findall(r"--([a-z0-9-]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", sheet, re.DOTALL)
    ]
    assert len(schemes) == 3
    for colours in schemes:
        for ink in ("ink", "muted", "accent"):
            for ground in ("paper", "raised"):
                assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground, colours)
        assert _contrast(colours["accent"], colours["paper"]) >= 3


def _contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
