"""The views of the process on every engine: the same figure, to the byte.

PostgreSQL runs where the tests' own server does; Spark with ``make spark``.
"""

from __future__ import annotations

from datetime import date

import pytest

from candlemark.measure.answers import Question, count
from candlemark.measure.document import document
from candlemark.measure.log import Ask, Where, stay_table
from candlemark.measure.process import Limit, Which
from candlemark.measure.views import Viewing, between, first_steps, followed_by, lasting, view
from stay_logs import event_log, walks

LIMITS = (
    Limit("ninety", "reported", "court", 90, "Rule 1"),
    Limit("thirty", "charged", "charged", 30, "Rule 2", Which.EACH),
)
QUESTIONS = {
    "everybody": (Ask(), ()),
    "by ground, in a window": (
        Ask(window=(date(2019, 6, 1), None), by="bias-grounds"),
        (first_steps(4),),
    ),
    "as of an earlier day": (
        Ask(as_of=date(2020, 6, 30), from_state="charged"),
        (followed_by("charged", "court", (0, 500)), between("charged", "convicted")),
    ),
    "one agency": (Ask(where=(Where("agency", ("south",)),)), (lasting((10, None)),)),
}
VIEWS = {
    "flow": {},
    "variants": {},
    "rework": {},
    "stuck": {"limits": LIMITS, "most": 9},
    "limits": {"limits": LIMITS},
    "changes": {"within": 60, "later": ("2020-01-01", "")},
    "coverage": {"period": "year"},
}


@pytest.fixture(scope="module")
def table():
    rows, codes = walks(200, seed=8)
    return stay_table(
        event_log(
            rows,
            codes,
            also=("agency",),
            known_until="2021-12-31",
            final=frozenset({"convicted"}),
            tracked_from={"north": date(2020, 1, 1)},
        )
    )


def figures(table, engine):
    """The identity of every view of every question, and of the count at each state."""
    found = {}
    for name, (ask, filters) in QUESTIONS.items():
        question = Question(table, ask, (30, 365), engine=engine)
        found[name, "attrition"] = document(count(question))["identity"]
        for kind, more in VIEWS.items():
            if kind == "changes" and (ask.by or ask.window[0]):
                continue  # groups and periods at once cannot be read
            viewing = Viewing(kind, () if kind == "coverage" else filters, **more)
            figure = view(question, viewing)
            found[name, kind] = document(figure)["identity"]
            assert getattr(figure.found, "groups", None) or kind not in {"flow", "variants"}
    return found


@pytest.fixture(scope="module")
def expected(table):
    return figures(table, "duckdb")


def test_every_view_has_the_same_whole_numbers_and_bytes_on_every_engine(table, expected, engine):
    assert figures(table, engine) == expected
