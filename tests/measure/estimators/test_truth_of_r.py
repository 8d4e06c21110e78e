"""The same numbers as R: survival 3.5-3 (survfit), mstate 0.3.3 and etm 1.1.1 under R 4.2.2.

The data sets ebmt3, ebmt4 and prothr come with mstate and are not part of this project; the syn
sets were simulated.  All of them lie beside the checkout.
"""

import numpy as np
import pyarrow.csv
import pyarrow.parquet
import pytest

from candlemark.measure.estimators import CENSORED, Counts, Stays, occupation, robust

TOLERANCE = 1e-10

HORIZONS = np.array([30, 91, 182, 365, 730, 1095, 1826, 3000]) * 64 + 63
"""Ends of the days at which R was asked about the simulated sets."""


def columns(table):
    return {name: table[name].to_numpy() for name in table.column_names}


def matrix(path, prefix):
    table = columns(pyarrow.csv.read_csv(path))
    return np.column_stack([table[name] for name in table if name.startswith(prefix)])


def estimate(table, states):
    """From real times to ticks: their order is all that counts."""
    state, entry, leave, to = table
    # R leaves out stays of no length, with a warning; the comparison has to do the same.
    kept = leave > entry
    times = np.unique(np.concatenate([entry, leave]))
    counts = Counts.of_stays(
        states,
        state=state[kept],
        entry=np.searchsorted(times, entry[kept]),
        leave=np.searchsorted(times, leave[kept]),
        to=to[kept],
    )
    return occupation(counts, np.eye(states)[0]), times


@pytest.mark.parametrize(
    ("name", "package"),
    [  # etm refuses prothr, which holds stays of no length
        ("ebmt3", "greenwood"),
        ("ebmt3", "etm"),
        ("ebmt4", "greenwood"),
        ("ebmt4", "etm"),
        ("prothr", "greenwood"),
    ],
)
def test_transplants_and_liver_patients_as_mstate_and_etm_have_them(shared, name, package):
    folder = shared / "data" / "truth_R"
    rows = columns(pyarrow.csv.read_csv(folder / f"{name}_iv.csv"))
    to = np.where(rows["to"] > 0, rows["to"] - 1, CENSORED)
    states = int(max(to.max() + 1, rows["from"].max()))
    found, times = estimate((rows["from"] - 1, rows["Tstart"], rows["Tstop"], to), states)
    truth = columns(pyarrow.csv.read_csv(folder / f"{name}_{package}.csv"))
    at = found.rows_at(np.searchsorted(times, truth["t"], side="right") - 1)
    p = np.column_stack([truth[key] for key in truth if key.startswith("p")])
    se = np.column_stack([truth[key] for key in truth if key.startswith("se")])

    assert np.abs(found.p[at] - p).max() < TOLERANCE
    assert np.abs(found.se[at] - se).max() < TOLERANCE


def test_two_thousand_simulated_cases_with_cycles_as_mstate_has_them(shared):
    folder = shared / "data" / "truth_R"
    rows = columns(pyarrow.csv.read_csv(folder / "iv_syn2k.csv"))
    counts = Counts.of_stays(
        11, state=rows["h"], entry=rows["entry"], leave=rows["exit"], to=rows["to"]
    )
    found = occupation(counts, np.eye(11)[0])
    at = found.rows_at(HORIZONS)

    assert np.abs(found.p[at] - matrix(folder / "R_syn2k_mstate_p.csv", "p")).max() < TOLERANCE
    assert np.abs(found.se[at] - matrix(folder / "R_syn2k_mstate_se.csv", "se")).max() < TOLERANCE


def whole(rows):
    """Stays of the simulated sets, which are kept in small integers."""
    names = ("id", "h", "entry", "exit", "to")
    return Stays(*(rows[name].astype(np.int64) for name in names))


@pytest.mark.parametrize("name", ["syn20k", "syn20k_tr"])
def test_twenty_thousand_simulated_cases_also_with_late_entry_as_survfit_has_them(shared, name):
    folder = shared / "data" / "truth_R"
    stays = whole(columns(pyarrow.parquet.read_table(folder / f"iv_{name}.parquet")))
    found = robust(stays, 11, HORIZONS, start=np.eye(11)[0])
    p = matrix(folder / f"R_{name}_survfit_se_p.csv", "V")
    se = matrix(folder / f"R_{name}_survfit_se_se.csv", "V")
    curve = occupation(stays.counts(11), np.eye(11)[0])
    greenwood = curve.se[curve.rows_at(HORIZONS)]

    assert np.abs(found.p - p).max() < TOLERANCE
    assert np.abs(found.se() - se).max() < TOLERANCE
    # The simulated cases are Markov: Greenwood's errors must lie near.
    assert greenwood[se > 1e-3] == pytest.approx(se[se > 1e-3], rel=0.06)


def test_two_thousand_simulated_cases_have_the_robust_errors_of_survfit(shared):
    folder = shared / "data" / "truth_R"
    stays = whole(columns(pyarrow.csv.read_csv(folder / "iv_syn2k.csv")))
    found = robust(stays, 11, HORIZONS, start=np.eye(11)[0])

    assert np.abs(found.se() - matrix(folder / "R_syn2k_survfit_se_se.csv", "V")).max() < TOLERANCE


@pytest.mark.parametrize("name", ["ebmt3", "ebmt4", "prothr"])
def test_transplants_and_liver_patients_have_the_robust_errors_of_survfit(shared, name):
    folder = shared / "data" / "truth_R"
    rows = columns(pyarrow.csv.read_csv(folder / f"{name}_iv.csv"))
    truth = columns(pyarrow.csv.read_csv(folder / f"{name}_survfit.csv"))
    kept = rows["Tstop"] > rows["Tstart"]
    times = np.unique(np.concatenate([rows["Tstart"][kept], rows["Tstop"][kept]]))
    to = np.where(rows["to"] > 0, rows["to"] - 1, CENSORED)
    stays = Stays(
        *(
            column[kept].astype(np.int64)
            for column in (
                rows["id"],
                rows["from"] - 1,
                np.searchsorted(times, rows["Tstart"]),
                np.searchsorted(times, rows["Tstop"]),
                to,
            )
        )
    )
    p = np.column_stack([truth[key] for key in truth if key.startswith("p")])
    se = np.column_stack([truth[key] for key in truth if key.startswith("se")])
    states = p.shape[1]
    at = np.searchsorted(times, truth["t"], side="right") - 1
    found = robust(stays, states, at, start=np.eye(states)[0])

    assert np.abs(found.p - p).max() < TOLERANCE
    assert np.abs(found.se() - se).max() < TOLERANCE
