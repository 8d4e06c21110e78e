"""From files in a ledger to a figure: the latest batch of an agency, as it was kept."""

from datetime import date

import pytest

from candlemark import agency as agencies
from candlemark.definition import load_crosswalk
from candlemark.errors import NothingToMeasure, UnknownCrosswalk
from candlemark.ledger import Vault
from candlemark.measure import as_rows, attrition, occupancy, study
from candlemark.measure.log import stays_of, then_and_now

CALLS = """\
ref;told;about;what;district;passed_on;answer;answered
A1;2025-01;LG-1;{what};AZ-BA;2025-02;OP;2025-03
A2;2025-01;RL-1;{what};AZ-BA;2025-02;RF;2025-02
A3;2025-02;LG-1;{what};AZ-BA;2025-02;;
A4;2025-03;NA;{what};AZ-BA;;;
"""


@pytest.fixture
def vault():
    with Vault.in_memory(agencies.KINDS, "A vault") as vault:
        yield vault


@pytest.fixture
def hotline(edition):
    return load_crosswalk("xx-hotline", edition)


@pytest.fixture
def import_calls(vault, hotline, edition, tmp_path):
    """Write calls to a file and import it."""

    def imported(text, as_of):
        what = hotline.maps["what"].rows[0].code
        path = tmp_path / "calls.csv"
        path.write_text(text.format(what=what).replace(";", hotline.main.delimiter), "utf-8")
        return agencies.import_source(vault.ledger, path, hotline, edition, as_of=as_of).batch

    return imported


def test_a_figure_of_the_latest_batch_says_which_it_is_and_where_the_ledger_stood(
    vault, edition, import_calls
):
    import_calls(CALLS, date(2025, 4, 30))
    batch = import_calls(CALLS + "A5;2025-04;LG-1;{what};AZ-BA;;;\n", date(2025, 5, 31))
    figure = attrition(study(vault.ledger, edition, "xx-hotline"), by="bias-grounds")

    assert {group.group: group.entered for group in figure.groups} == {
        "religion": 1,
        "gay": 3,
        "not-asked": 1,
    }
    assert figure.basis.batch == batch.id
    assert figure.basis.as_of == date(2025, 5, 31)
    assert (figure.basis.ledger_size, figure.basis.ledger_head) == (
        vault.ledger.size,
        vault.ledger.head,
    )
    assert figure.basis.simulated is True


def test_a_hotline_that_knows_months_gives_intervals_as_wide_as_months(
    vault, edition, import_calls
):
    import_calls(CALLS, date(2025, 4, 30))
    (group,) = occupancy(study(vault.ledger, edition, "xx-hotline"), at=(10, 60)).groups
    for horizon in group.horizons:
        assert sum(value.p for value in horizon.values) == pytest.approx(1)
        assert all(value.low <= value.p <= value.high for value in horizon.values)

    assert group.entered == 4
    assert sum(group.standing) == 4
    assert group.standing[0] == 2
    # A2 was answered in the month after it was told: between 1 and 58 days later.
    assert group.horizons[0].values[0].low < 0.8


def test_the_same_ledger_gives_the_same_figure(vault, edition, import_calls):
    import_calls(CALLS, date(2025, 4, 30))
    one, other = (occupancy(study(vault.ledger, edition, "xx-hotline")) for _ in range(2))

    assert one == other
    assert as_rows(one) == as_rows(other)


def test_a_vault_without_files_of_the_agency_says_how_to_import_them(vault, edition):
    with pytest.raises(NothingToMeasure, match="holds no files of") as caught:
        study(vault.ledger, edition, "xx-hotline")

    assert "candlemark import PATH --crosswalk xx-hotline" in caught.value.hint


def test_a_crosswalk_nobody_wrote_is_refused(vault, edition):
    with pytest.raises(UnknownCrosswalk):
        study(vault.ledger, edition, "xx-nowhere")


def test_an_earlier_batch_is_asked_as_it_was_known_then_and_both_are_two_views_of_one_cohort(
    vault, edition, import_calls
):
    first = import_calls(CALLS, date(2025, 4, 30))
    import_calls(
        CALLS.replace(
            "A3;2025-02;LG-1;{what};AZ-BA;2025-02;;",
            "A3;2025-02;LG-1;{what};AZ-BA;2025-02;OP;2025-05",
        ),
        date(2025, 5, 31),
    )
    then = study(vault.ledger, edition, "xx-hotline", known_on=date(2025, 5, 1))
    now = study(vault.ledger, edition, "xx-hotline")
    assert then.batch == first.id
    both = then_and_now(stays_of(then), stays_of(now))
    assert both.then.cases.equals(both.now.cases)
    assert (both.vanished, both.added) == (0, 0)
    with pytest.raises(NothingToMeasure, match="from before 2025-01-01"):
        study(vault.ledger, edition, "xx-hotline", known_on=date(2025, 1, 1))
