"""A researcher's own crosswalk: imported by, kept with the batch, measured by afterwards."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

FORMAT = Path(__file__).parents[2] / "docs" / "formats" / "crosswalk.md"
ROWS = "Number,Made,Bias,Arrest,Officer\n" + "".join(
    f"{number},01/{number:02}/2020,J,{'02/03/2020' if number % 4 == 0 else ''},N\n"
    for number in range(1, 29)
)


@pytest.fixture
def town(tmp_path):
    """The example of the format's page, as a file, and a table it reads."""
    written = re.search(r"```toml\n(.*?)```", FORMAT.read_text(), re.DOTALL)
    own, table = tmp_path / "town.toml", tmp_path / "complaints.csv"
    own.write_text(written[1])
    table.write_text(ROWS)
    return own, table


def test_a_crosswalk_of_ones_own_reads_a_file_and_is_known_to_the_vault_from_then_on(
    ask, vault, town
):
    own, table = town
    imported = ask("import", table, "--crosswalk", own, "--as-of", "2020-03-01", *vault)
    own.unlink()
    measured = ask("measure", "attrition", "--crosswalk", "xx-town", "--json", *vault)
    table.write_text(ROWS.replace("28,01/28/2020,J,02/03/2020,N\n", ""))
    again = ask("import", table, "--crosswalk", "xx-town", "--as-of", "2020-03-02", *vault)

    assert imported.code == 0, imported.err
    assert [stage["reached"] for stage in measured.json["groups"][0]["rows"]] == [28, 7]
    assert again.code == 0, again.err
    assert "1 vanished" in again.out


def test_words_of_ones_own_crosswalk_stand_in_the_table_of_states(ask, vault, town):
    own, table = town
    ask("import", table, "--crosswalk", own, "--as-of", "2020-03-01", *vault)

    shown = ask("measure", "occupancy", "--crosswalk", "xx-town", "--at", "30", *vault)

    assert shown.code == 0, shown.err
    assert "Arrest" in shown.out


def test_a_crosswalk_of_ones_own_with_a_fault_is_refused_and_nothing_is_kept(ask, vault, town):
    own, table = town
    own.write_text(own.read_text().replace('term = "antisemitic"', 'term = "antisemitism-x"'))

    refused = ask("import", table, "--crosswalk", own, *vault)

    assert refused.code != 0
    assert "antisemitism-x" in refused.err
    assert ask("batch", "list", "--json", *vault).json == {"batches": []}


def test_an_unknown_code_says_that_ones_own_file_can_be_given(ask, vault, town):
    refused = ask("import", town[1], "--crosswalk", "xx-twon", *vault)

    assert refused.code != 0
    assert ".toml" in refused.err
