"""The table engine keeps everything in memory and opens nothing."""

import duckdb
import pytest

from candlemark.errors import MeasureError
from candlemark.measure.engine import columns, engine


def test_no_file_can_be_read_or_written(tmp_path):
    (tmp_path / "cases.csv").write_text("a,b\n1,2\n")
    with engine() as connection:
        for query in (
            f"SELECT * FROM read_csv('{tmp_path}/cases.csv')",
            f"COPY (SELECT 1) TO '{tmp_path}/out.parquet'",
            f"ATTACH '{tmp_path}/out.duckdb'",
        ):
            with pytest.raises(duckdb.PermissionException):
                connection.execute(query)

    assert [path.name for path in tmp_path.iterdir()] == ["cases.csv"]


def test_settings_cannot_be_opened_again():
    with engine() as connection:
        with pytest.raises(duckdb.Error, match="locked"):
            connection.execute("SET temp_directory = '/tmp'")

        assert connection.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)


def test_what_does_not_fit_in_memory_is_refused_with_a_hint():
    with pytest.raises(MeasureError, match="does not fit") as caught, engine():
        raise duckdb.OutOfMemoryException("1.3 GiB used")

    assert "fewer groups" in caught.value.hint


def test_numbers_come_as_whole_numbers():
    with engine() as connection:
        found = columns(connection, "SELECT $a AS one, 2 AS two", {"a": 1})

    assert {name: column.tolist() for name, column in found.items()} == {"one": [1], "two": [2]}
