"""The example of the format of stays gives what the page says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from candlemark.measure.columns import day_of
from candlemark.measure.log import Ask, asked, stay_table
from candlemark.measure.log.reading import Columns, read_events

PAGE = Path(__file__).parents[2] / "docs" / "formats" / "stays.md"


def test_the_example_of_the_page_gives_its_table(tmp_path):
    blocks = PAGE.read_text("utf-8").split("```")
    (tmp_path / "log.csv").write_text(blocks[1].lstrip("\n"), "utf-8")
    columns = Columns(
        agency="office",
        schemes={"bias-grounds": "ground"},
        known_until=date(2021, 7, 1),
        final=frozenset({"convicted"}),
    )
    table = stay_table(read_events(tmp_path / "log.csv", columns))
    printed = [line.split("|")[1:-1] for line in blocks[4].splitlines() if line.startswith("| ")][
        1:
    ]
    rows = [
        (
            row["unit"],
            row["seq"],
            row["state"],
            said(row["entry"]),
            said(row["exit"]),
            row["next"],
            row["flags"],
        )
        for row in table.rows.to_pylist()
    ]
    assert rows == [
        (
            *(int(cell) for cell in cells[:3]),
            cells[3].strip(),
            cells[4].strip(),
            int(cells[5]),
            int(cells[7].split()[0]),
        )
        for cells in printed
    ]
    with asked(table, Ask(from_state="reported", by="bias-grounds")) as cohort:
        assert cohort.groups == ("religion", "not-recorded")


def said(tick):
    day = day_of(tick >> 6)
    return f"{day.day} {day:%B}, order {tick & 63}"
