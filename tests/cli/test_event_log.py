"""A log named on the command line becomes a stay table, or everything that is wrong is said."""

from __future__ import annotations

from datetime import date

import click
import pytest
from click.testing import CliRunner

from candlemark.cli.event_log import log_options, opened_log, read_where, read_window
from candlemark.errors import NotUnderstood
from candlemark.measure.log import Where

CSV = """\
file;step;on;office;ground
7;told;04.03.2021;north;religion
7;charged;05.03.2021;north;religion
8;told;06.03.2021;south;unknown
"""


@click.command()
@log_options
def command(log):
    opened.append(opened_log(log.events, log))


opened = []


def table(tmp_path, *options):
    path = tmp_path / "log.csv"
    path.write_text(CSV, "utf-8")
    done = CliRunner().invoke(command, ["--events", str(path), *options], standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return opened.pop()


NAMED = ("--case", "file", "--activity", "step", "--time", "on", "--time-format", "%d.%m.%Y")


def test_every_option_reaches_the_table(tmp_path):
    found = table(
        tmp_path, *NAMED, "--agency", "office", "--scheme", "bias-grounds=ground",
        "--log-of", "2021-04-01", "--tracked-from", "north=2021-03-05", "--final", "charged",
        "--stage", "told=reported", "--unit", "accused", "--order", "rows",
    )  # fmt: skip
    assert found.known_until == date(2021, 4, 1)
    assert found.stated
    assert found.unit == "accused"
    assert found.agencies == ("north", "south")
    assert found.tracked_from == {"north": date(2021, 3, 5)}
    assert [(s.own, s.stage, s.final) for s in found.states] == [
        ("told", "reported", False),
        ("charged", "", True),
    ]
    assert [row["absent"] for row in found.codes.to_pylist()] == [False, True]
    assert not found.sealed


def test_everything_wrong_with_the_options_is_said_at_once(tmp_path):
    with pytest.raises(NotUnderstood) as refused:
        table(tmp_path, *NAMED, "--scheme", "ground", "--stage", "told=nowhere", "--log-of", "soon",
              "--tracked-from", "north=2021", "--unit", "people")  # fmt: skip
    assert [str(fault) for fault in refused.value.faults] == [
        "--scheme: ground is no pair",
        "--log-of: soon is no day",
        "--tracked-from: 2021 is no day",
        "--stage: there is no stage nowhere",
        "--unit: there is no counting unit people",
    ]


def test_conditions_and_windows_are_read_or_refused():
    assert read_where(["bias-grounds=religion,ethnicity"]) == (
        Where("bias-grounds", ("religion", "ethnicity")),
    )
    with pytest.raises(NotUnderstood):
        read_where(["religion"])
    assert read_window("2021-01-01..2021-12-31") == (date(2021, 1, 1), date(2021, 12, 31))
    assert read_window("..2021-12-31") == (None, date(2021, 12, 31))
    assert read_window("") == (None, None)
    for text in ("2021", "2021..soon"):
        with pytest.raises(NotUnderstood):
            read_window(text)
