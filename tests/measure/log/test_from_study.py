"""A study asked as a stay table says what its three figures say."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.measure import attrition, occupancy
from candlemark.measure.answerable import Question
from candlemark.measure.cohort import cohort
from candlemark.measure.log import Ask, asked
from candlemark.measure.log.from_study import stays_of
from candlemark.measure.stages import ends_by_strength
from candlemark.measure.stays import counts, stage_stays

DAYS = [f"2020-{month:02}-{day:02}" for month in (1, 2, 6) for day in (1, 2, 15)]
SAID = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(["noted", "charged", "sentenced"]), st.sampled_from(DAYS)),
        st.tuples(st.just("decided"), st.sampled_from(DAYS), st.sampled_from(["G", "N", "D"])),
    ),
    max_size=5,
)


def as_rows(found, states):
    """Counts with the names of states in place of their numbers."""
    return [
        sorted((row[0], *(states[place] for place in row[1:-1]), row[-1]) for row in rows.tolist())
        for rows in (found.moves, found.entries, found.exits)
    ]


@settings(max_examples=5)
@given(units=st.lists(SAID, min_size=40, max_size=60))
def test_the_stays_of_a_study_are_those_of_its_figures(agency, units):
    study = agency.study({f"u{n}": [("told", "2020-01-01"), *said] for n, said in enumerate(units)})
    with cohort(study, Question.DURATIONS, from_stage="", by="", as_of=None) as old:
        stage_stays(old)
        stages = [stage.own for stage in study.stages]
        ends = list(ends_by_strength(study.edition))
        (before,) = counts(old, len(stages) + len(ends))
    table = stays_of(study)
    with asked(table, Ask(from_state="told")) as new:
        (now,) = new.counts()
    names = [state.code if state.final else state.own for state in table.states]
    assert as_rows(now, names) == as_rows(before, [*stages, *ends])


def test_doubtful_days_are_set_aside_and_coarse_ones_keep_their_span(agency):
    study = agency.study(
        {
            "a": [("told", "2020-01-05"), ("charged", ""), ("decided", "2020-03", "G")],
            "b": [("told", "2020-01-09"), ("charged", "2219-01-01", "", "far-future")],
        }
    )
    table = stays_of(study)
    assert (table.aside.undated, table.aside.after) == (1, 1)
    assert table.cases.to_pylist() == ["a", "b"]
    assert table.sealed
    assert table.edition_fingerprint == study.edition.fingerprint
    end = table.rows.filter(np.array(table.rows["next"]) >= 0)
    span = (
        end["exit_hi"][0].as_py() - end["exit_lo"][0].as_py(),
        table.states[end["next"][0].as_py()].code,
    )
    assert span == (30, "convicted")


def test_groups_stand_in_the_order_of_the_definition_and_agree_with_the_figure(agency):
    told = [("told", "2020-01-01"), ("decided", "2020-02-01", "G")]
    study = agency.study(
        {f"u{n}": told for n in range(4)},
        codes=[
            ("u0", "bias-grounds", "religion", None),
            ("u1", "bias-grounds", "ethnicity", None),
            ("u2", "bias-grounds", None, "unknown"),
        ],
    )
    figure = occupancy(study, by="bias-grounds")
    with asked(stays_of(study), Ask(from_state="told", by="bias-grounds")) as found:
        assert list(found.groups) == [group.group for group in figure.groups]
        assert found.entered().tolist() == [group.entered for group in figure.groups]
    assert attrition(study).groups[0].entered == 4


def test_an_earlier_day_cuts_both_alike(agency):
    study = agency.study({"a": [("told", "2020-01-01"), ("decided", "2020-06-01", "G")]})
    with asked(stays_of(study), Ask(from_state="told", as_of=date(2020, 3, 1))) as found:
        (now,) = found.counts()
    assert now.moves.tolist() == []
    assert now.exits.tolist() == [[60 * 64 + 63, 0, 1]]
