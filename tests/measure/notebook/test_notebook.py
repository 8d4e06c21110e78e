"""Figures in a notebook: from a data frame, a file or a vault."""

from __future__ import annotations

import csv
import subprocess
import sys
from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pyarrow as pa
import pytest

import candlemark
from candlemark import agency as agencies
from candlemark import measure
from candlemark.definition import load_crosswalk
from candlemark.errors import ColumnsDiffer, NotMeasurable, NotUnderstood
from candlemark.ledger import Vault
from candlemark.measure import occupancy
from candlemark.measure.labels import Labels
from candlemark.measure.notebook import ShownFigure, vaults
from candlemark.seal import Cost


def rows(many=60):
    """Complaints of two grounds: half of them charged after ten days, half of those judged."""
    said = []
    for n in range(many):
        came, ground = date(2020, 1, 1) + timedelta(days=n), "ab"[n % 2]
        said.append((f"c{n}", "told", came.isoformat(), ground))
        if n % 4 < 2 or ground == "b":
            said.append((f"c{n}", "charged", (came + timedelta(days=10)).isoformat(), ground))
            if n % 8 < 4:
                said.append((f"c{n}", "judged", (came + timedelta(days=40)).isoformat(), ground))
    return said


NAMES = ("case", "activity", "day", "ground")


@pytest.fixture(scope="module")
def frame():
    return pa.table([list(column) for column in zip(*rows(), strict=True)], names=list(NAMES))


@pytest.fixture(scope="module")
def log(frame):
    return candlemark.read_events(
        frame, schemes=["ground"], known_until="2020-12-31", final=["judged"]
    )


class Stream:
    """A data frame of nobody's: all it has is its Arrow stream, as pandas and Polars have."""

    def __init__(self, table):
        self.table = table

    def __arrow_c_stream__(self, requested_schema=None):
        return self.table.__arrow_c_stream__(requested_schema)


def test_importing_candlemark_does_not_wait_for_the_table_engine():
    code = "import sys, candlemark; print('duckdb' in sys.modules, 'numpy' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.split() == ["False", "False"]
    assert "read_events" in dir(candlemark)


def test_a_name_that_is_not_there_is_not_made_up():
    with pytest.raises(AttributeError, match="no attribute 'guilt'"):
        _ = candlemark.guilt


def test_any_frame_with_an_arrow_stream_gives_the_same_figure(frame, log):
    other = candlemark.read_events(
        Stream(frame), schemes=["ground"], known_until="2020-12-31", final=["judged"]
    )

    assert other.occupancy(at=[30]).identity == log.occupancy(at=[30]).identity


@pytest.mark.parametrize("library", ["polars", "pandas"])
def test_frames_of_the_known_libraries_are_read(library, frame, log):
    # pyarrow loads pandas wherever it is and every figure pays for it, so it is not in the lock.
    module = pytest.importorskip(
        library, reason=f"{library} comes with make bench, which runs this"
    )
    made = module.DataFrame(frame.to_pydict())
    other = candlemark.read_events(
        made, schemes=["ground"], known_until="2020-12-31", final=["judged"]
    )

    assert other.occupancy(at=[30]).identity == log.occupancy(at=[30]).identity


def test_texts_that_polars_keeps_as_categories_are_texts(frame, log):
    polars = pytest.importorskip("polars")
    made = polars.DataFrame(frame.to_pydict()).with_columns(
        polars.col("ground").cast(polars.Categorical),
        polars.col("activity").cast(polars.Categorical),
    )
    other = candlemark.read_events(
        made, schemes=["ground"], known_until="2020-12-31", final=["judged"]
    )

    assert other.occupancy(at=[30]).identity == log.occupancy(at=[30]).identity
    assert polars.DataFrame(other.flow()).height == len(other.flow().rows())


def test_a_figure_says_itself_with_the_uncertainty_of_each_number(log):
    said = repr(log.occupancy(at=[30, 90]))

    assert said.startswith("Of 60, 90 days later: told 25.0 % (")
    assert "In brackets, the 95 % interval." in said
    assert "as of 2020-12-31" in said
    assert f"figure {log.occupancy(at=[30, 90]).identity}" in said


def test_a_figure_draws_itself_without_script_and_without_anything_from_elsewhere(log):
    for shown in (log.occupancy(at=[90]), log.incidence(at=[90], by="ground"), log.durations()):
        html = shown._repr_html_()

        ET.fromstring(html)  # it is whole
        assert "<svg" in html
        assert "<script" not in html
        assert "http" not in html
        assert shown.sentences[0].split(":")[0] in html


def test_pictures_of_two_figures_in_one_notebook_do_not_share_their_names(agency):
    told = ("told", "2020-01-01")
    study = agency.study({"a": [told, ("decided", "2020-01-09", "G")], "b": [told]})
    named = [
        {one.get("id") for one in ET.fromstring(shown._repr_html_()).iter("clipPath")}
        for at in ((30,), (60,))
        for shown in [ShownFigure(occupancy(study, at=at), Labels(study.edition, None))]
    ]

    assert all(named)
    assert named[0].isdisjoint(named[1])


def test_a_median_that_is_not_reached_is_refused_in_words(log):
    (said,) = log.durations().sentences

    assert "Half had left “told” by day 10" in said
    slow = candlemark.read_events(
        pa.table([["a", "b", "c"], ["told"] * 3, ["2020-01-01"] * 3], names=list(NAMES[:3])),
        known_until="2020-03-01",
    )
    assert "Fewer than half have left “told” so far; 3 still wait." in repr(slow.durations())
    assert "not reached yet" in slow.durations()._repr_html_()


def test_groups_that_differ_are_said_to_differ_and_by_how_much(log):
    shown = log.compare(at=[30], by="ground")

    assert shown.sentences[0].startswith("“a” and “b” differ (p < 0.001), most after 30 days:")
    assert "points" in shown.sentences[0]


def test_groups_that_do_not_differ_are_not_said_to_be_alike():
    twins = [(f"{g}{n}", "told", "2020-01-01", g) for g in "ab" for n in range(20)]
    twins += [(f"{g}{n}", "charged", "2020-02-01", g) for g in "ab" for n in range(10)]
    log = candlemark.read_events(
        pa.table([list(c) for c in zip(*twins, strict=True)], names=list(NAMES)),
        schemes=["ground"],
        known_until="2020-12-31",
    )

    assert "not proof that they are alike" in log.compare(by="ground", at=[90]).sentences[0]


def test_a_file_and_a_frame_of_it_differ_by_where_they_are_from_only(log, tmp_path):
    path = tmp_path / "log.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([NAMES, *rows()])
    other = candlemark.read_events(
        path, schemes=["ground"], known_until="2020-12-31", final=["judged"]
    )
    one, two = log.durations().figure, other.durations().figure

    assert one.groups == two.groups
    assert len(two.basis.source) == 64
    assert one.basis.source == ""


def test_rows_go_to_any_frame_that_reads_arrow(log):
    shown = log.incidence(at=[30])

    assert pa.table(shown).num_rows == len(shown.rows())
    assert pa.table(shown)["p"].to_pylist() == [row["p"] for row in shown.rows()]


def test_an_empty_cell_and_a_cell_of_markup_do_no_harm():
    frame = pa.table(
        [["a"] * 2, ["<script>alert(1)</script>", "b"], ["2020-01-01", "2020-02-01"]],
        names=list(NAMES[:3]),
    )
    html = candlemark.read_events(frame).occupancy(at=[10])._repr_html_()

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_vault_is_asked_for_the_figures_the_command_line_gives(tmp_path, edition):
    folder, words = tmp_path / "vault", tmp_path / "words.txt"
    passphrase = "abacus abdomen abdominal abide abiding ability ablaze"  # noqa: S105 - a vault of nobody
    words.write_text(passphrase + "\n", "utf-8")
    with Vault.create(folder, passphrase, kinds=vaults.KINDS, cost=Cost.QUICK) as vault:
        path = tmp_path / "calls.csv"
        hotline = load_crosswalk("xx-hotline", edition)
        path.write_text(
            (
                "ref;told;about;what;district;passed_on;answer;answered\nA1;2025-01;LG-1;"
                f"{hotline.maps['what'].rows[0].code};AZ-BA;2025-02;OP;2025-03\n"
            ).replace(";", hotline.main.delimiter),
            "utf-8",
        )
        agencies.import_source(vault.ledger, path, hotline, edition, as_of=date(2025, 6, 30))
        expected = measure.attrition(measure.study(vault.ledger, edition, "xx-hotline"))
    with candlemark.open_vault(folder, passphrase_file=words) as opened:
        holding = opened.holding("xx-hotline")
        shown = holding.attrition()

        assert opened.agencies == ("xx-hotline",)
        assert shown.identity == measure.identity_of(expected)
        assert "As a flow" in shown._repr_html_()
        assert holding.log.durations().figure.basis.ledger_size == expected.basis.ledger_size


REFUSED = {
    "no case ids": (ColumnsDiffer, {"activity": ["a"], "day": ["2020-01-01"]}),
    "a frame of nothing known": (ColumnsDiffer, {"x": ["a"]}),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_no_log_is_refused(case):
    error, columns = REFUSED[case]

    with pytest.raises(error):
        candlemark.read_events(pa.table(columns))


def test_what_is_no_frame_is_refused():
    with pytest.raises(NotUnderstood, match="no table of events"):
        candlemark.read_events(3)


@pytest.mark.parametrize("asked", [{"as_of": "yesterday"}, {"window": ("x", None)}])
def test_what_is_no_day_is_refused(log, asked):
    with pytest.raises(NotUnderstood, match="not a day"):
        log.occupancy(**asked)


def test_forty_groups_of_two_are_refused_with_what_to_do():
    many = [(f"c{n}", "told", "2020-01-01", f"g{n // 2}") for n in range(80)]
    log = candlemark.read_events(
        pa.table([list(c) for c in zip(*many, strict=True)], names=list(NAMES)),
        schemes=["ground"],
    )

    for ask in (log.occupancy, log.incidence, log.durations):
        with pytest.raises(NotMeasurable, match="40 groups of at most 2") as caught:
            ask(by="ground")
        assert "coarser" in caught.value.hint


def test_a_log_of_one_case_gives_an_interval_as_wide_as_one_case_makes_it():
    frame = pa.table([["a"], ["told"], ["2020-01-01"]], names=list(NAMES[:3]))
    log = candlemark.read_events(frame, known_until="2020-12-31")
    value = log.occupancy(at=[30]).figure.groups[0].horizons[0].values[0]

    assert (value.p, value.low) == (1, pytest.approx(0.025))
    assert log.incidence(at=[30]).sentences == ("Of 1, nobody reached a later stage.",)
