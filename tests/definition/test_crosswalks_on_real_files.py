"""The six real crosswalks against the agencies' own files: no column and no code unaccounted for."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest

from candlemark.definition import Definition, Edition, load_crosswalk
from candlemark.definition.crosswalk import Use

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from candlemark.definition.crosswalk import Column, Crosswalk, EventRule, Table

FILES = {
    "us-nypd": "nypd_2019_2020/nypd_hate_crimes_2019_2020.csv",
    "us-denver": "denver_2010_2018/bias_motivated_crimes.csv",
    "ca-toronto": "toronto_2018_2019/toronto_hate_crimes_2018_2019.csv",
    "es-catalunya": "catalunya_2021/fets_odi_2021.csv",
    "us-cook-county": "cook_county_2019_tenth",
    "coe-ecthr": "ecthr_azerbaijan/azerbaijan_judgments_citation_list.csv",
}
AGENCIES = {
    "NYPD": "us-nypd",
    "Denver PD": "us-denver",
    "Toronto PS": "ca-toronto",
    "Mossos (Catalunya)": "es-catalunya",
    "Cook County SAO": "us-cook-county",
}

Row = dict[str, str]


@dataclass(frozen=True)
class Source:
    """An agency's files, read as the format document says."""

    crosswalk: Crosswalk
    rows: dict[str, list[Row]]

    @property
    def main(self) -> list[Row]:
        return self.rows[self.crosswalk.main.name]

    def units(self, table: Table, row: Row) -> tuple[str, ...]:
        return tuple(row[name] for name in table.unit_key)

    def reaching(self, own: str) -> set[tuple[str, ...]]:
        return {
            self.units(table, row)
            for table in self.crosswalk.tables
            for rule in table.events
            if rule.own == own
            for row in self.rows[table.name]
            if holds(rule, row)
        }


def said(text: str) -> str:
    return unicodedata.normalize("NFC", text).strip()


def codes(column: Column, row: Row) -> list[str]:
    cell = said(row[column.name])
    parts = cell.split(column.split) if column.split else [cell]
    return [said(part) for part in parts if said(part)]


def holds(rule: EventRule, row: Row) -> bool:
    return all(
        said(row[one.column]) in one.values if one.values else bool(said(row[one.column]))
        for one in rule.when
    )


def day(column: Column, row: Row) -> date:
    text = "-".join(said(row[name]) for name in column.date_parts or (column.name,))
    for form in column.formats:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - civil days have no zone
        except ValueError:
            continue
    raise AssertionError(f"{column.name}: {text!r}")


def read(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="session")
def edition() -> Edition:
    return Definition.load("2026.1")


@pytest.fixture(scope="session")
def sources(shared: Path, edition: Edition) -> dict[str, Source]:
    found = {}
    for code, name in FILES.items():
        crosswalk, path = load_crosswalk(code, edition), shared / "data" / name
        found[code] = Source(
            crosswalk,
            {
                table.name: read(path / table.file if path.is_dir() else path)
                for table in crosswalk.tables
            },
        )
    return found


@pytest.fixture(params=FILES)
def source(request: pytest.FixtureRequest, sources: dict[str, Source]) -> Source:
    return sources[request.param]


def columns(source: Source, use: Use) -> Iterator[tuple[Table, Column]]:
    for table in source.crosswalk.tables:
        for column in table.columns:
            if column.use is use and column.name in source.rows[table.name][0]:
                yield table, column


def test_every_column_of_the_file_is_named_and_every_needed_one_is_there(source: Source) -> None:
    for table in source.crosswalk.tables:
        there = set(source.rows[table.name][0])
        named = {column.name for column in table.columns}
        needed = {column.name for column in table.columns if not column.optional}

        assert there <= named
        assert needed <= there


def test_every_code_of_the_file_stands_in_its_map(source: Source) -> None:
    unknown = {
        (column.name, code)
        for table, column in columns(source, Use.CODE)
        for row in source.rows[table.name]
        for code in codes(column, row)
        if code not in source.crosswalk.maps[column.map].by_code
    }

    assert unknown == set()


def test_every_date_of_the_file_is_read_by_a_format(source: Source) -> None:
    for table, column in columns(source, Use.DATE):
        for row in source.rows[table.name]:
            if said(row[column.name]):
                assert day(column, row)


def test_a_row_key_tells_every_row_apart(source: Source) -> None:
    for table in source.crosswalk.tables:
        rows = source.rows[table.name]
        if table.row_key:
            assert len({tuple(row[name] for name in table.row_key) for row in rows}) == len(rows)


def test_every_unit_of_a_further_table_is_listed_by_the_main_one(source: Source) -> None:
    listed = {source.units(source.crosswalk.main, row) for row in source.main}
    for table in source.crosswalk.tables:
        assert {source.units(table, row) for row in source.rows[table.name]} <= listed


def test_no_code_of_the_list_of_agency_codes_is_unaccounted_for(
    shared: Path, sources: dict[str, Source]
) -> None:
    rows = read(shared / "data/vocab/agency_codes_in_shipped_cuts.csv")
    seen: Counter[str] = Counter()
    for row in rows:
        crosswalk = sources[AGENCIES[row["agency"]]].crosswalk
        found = [
            column
            for table in crosswalk.tables
            for column in table.columns
            if column.name == row["field"] and column.use is not Use.UNUSED
        ]
        coded = [column for column in found if column.use is Use.CODE]

        assert found, row
        assert all(column.why for column in found if column not in coded), row
        for column in coded:
            for code in codes(column, {row["field"]: row["value"]}):
                assert code in crosswalk.maps[column.map].by_code, row
        seen["coded" if coded else "kept"] += 1

    assert len(rows) == sum(seen.values())
    assert seen["coded"] > 200


def test_new_york_counts_complaints_and_not_rows(sources: dict[str, Source]) -> None:
    source = sources["us-nypd"]
    by_bias = defaultdict(set)
    for row in source.main:
        by_bias[row["Bias Motive Description"]].add(row["Full Complaint ID"])

    assert len(source.main) == 731
    assert len(source.reaching("recorded")) == 686
    assert len(source.reaching("arrest")) == 198
    assert len(by_bias["ANTI-JEWISH"]) == 363


def test_denver_counts_cases_and_gives_each_one_state(sources: dict[str, Source]) -> None:
    source = sources["us-denver"]
    reached = {own: len(source.reaching(own)) for own in ("occurred", "accepted", "closed")}
    both = source.reaching("accepted") & source.reaching("closed")
    open_still = (
        source.reaching("occurred") - source.reaching("accepted") - source.reaching("closed")
    )
    states = {row["CASE_STATUS_DESC"] for row in source.main if (row["Case"],) in open_still}
    outcome = source.crosswalk.maps["status"].by_code

    assert len(source.main) == 368
    assert reached["occurred"] == 319
    assert both == set()
    assert sum(reached.values()) - reached["occurred"] + len(open_still) == 319
    assert {outcome[state].absent for state in states} == {"none"}


def test_a_denver_code_that_was_cut_off_means_what_the_whole_code_means(edition: Edition) -> None:
    rows = load_crosswalk("us-denver", edition).maps["bias"].by_code
    whole, cut = rows["ANTI-HOMOSEXUAL (GAY AND LESBIAN)"], rows["ANTI-HOMOSEXUAL (GAY AND LESBIAN"]

    assert (whole.term, whole.relation) == (cut.term, cut.relation)
    assert "cut off" in cut.note


def test_toronto_has_a_row_per_occurrence_and_forty_five_arrests(
    sources: dict[str, Source],
) -> None:
    source = sources["ca-toronto"]

    assert len(source.main) == len(source.reaching("reported")) == 275
    assert len(source.reaching("arrest")) == 45


def test_toronto_midnights_are_written_in_utc_so_the_day_is_the_day_as_written(
    sources: dict[str, Source],
) -> None:
    source = sources["ca-toronto"]
    hours = defaultdict(set)
    for row in source.main:
        for name, year in (
            ("OCCURRENCE_DATE", "OCCURRENCE_YEAR"),
            ("REPORTED_DATE", "REPORTED_YEAR"),
        ):
            column = next(one for one in source.crosswalk.main.columns if one.name == name)
            when = datetime.strptime(row[name], "%m/%d/%Y %I:%M:%S %p")  # noqa: DTZ007 - as written
            hours[when.month].add(when.hour)

            assert column.clock == "utc"
            assert day(column, row) == when.date()
            assert day(column, row).year == int(row[year])

    assert {month for month, seen in hours.items() if seen == {5}} == {1, 2, 12}
    assert {month for month, seen in hours.items() if seen == {4}} == set(range(4, 11))


def test_catalonia_spells_one_ground_in_two_ways(sources: dict[str, Source]) -> None:
    source = sources["es-catalunya"]
    rows = source.crosswalk.maps["ambit"].by_code
    terms = Counter(rows[said(row["Àmbit fet"])].term for row in source.main)
    spelt = Counter(said(row["Àmbit fet"]) for row in source.main)

    assert (terms["ethnicity"], terms["lgbt-mixed"]) == (172 + 158, 480)
    assert spelt["Etnic/origen nacional/origen racial"] == 172
    assert spelt["Ètnic/origen nacional/origen racial"] == 158


def test_catalonia_dates_a_row_by_year_and_month_together(sources: dict[str, Source]) -> None:
    source = sources["es-catalunya"]
    column = next(one for one in source.crosswalk.main.columns if one.date_parts)
    months = {day(column, row) for row in source.main}

    assert months == {date(2021, month, 1) for month in range(1, 13)}
    assert column.formats == ("%Y-%m",)


def test_cook_county_reaches_the_stages_its_tables_are(sources: dict[str, Source]) -> None:
    source = sources["us-cook-county"]
    owns = ("intake", "initiation", "disposition", "sentencing")

    assert [len(source.reaching(own)) for own in owns] == [3653, 2886, 1140, 422]


def test_cook_county_hate_crimes_go_from_thirteen_to_one(sources: dict[str, Source]) -> None:
    source = sources["us-cook-county"]
    offence = source.crosswalk.maps["offence"].by_code
    hate = {
        (row["case_participant_id"],)
        for row in source.main
        if offence[row["offense_category"]].term == "hate-crime-offence"
    }
    owns = ("intake", "initiation", "disposition", "sentencing")

    assert [len(hate & source.reaching(own)) for own in owns] == [13, 8, 2, 1]


def test_cook_county_outcomes_give_the_states_of_its_last_day(
    sources: dict[str, Source], edition: Edition
) -> None:
    source, as_of = sources["us-cook-county"], date(2019, 12, 2)
    dates = {
        (table.name, column.name): column
        for table in source.crosswalk.tables
        for column in table.columns
    }
    started = {
        row["case_participant_id"]: day(dates["intake", "received_date"], row)
        for row in source.main
    }
    outcomes, ends = edition.scheme("outcomes"), defaultdict(list)
    for row in source.rows["dispositions"]:
        person, when = (
            row["case_participant_id"],
            day(dates["dispositions", "disposition_date"], row),
        )
        term = source.crosswalk.maps["outcome"].by_code[row["charge_disposition"]].term
        if term and started[person] <= when <= as_of:
            ends[person].append((when, -outcomes.term(term).rank, outcomes.group(term).code))
    states = Counter(min(ends[person])[2] if person in ends else "pending" for person in started)

    assert states == {
        "pending": 2569,
        "convicted": 425,
        "acquitted": 5,
        "dismissed": 647,
        "other": 7,
    }


def test_cook_county_intake_runs_four_hours_ahead_in_every_pair(sources: dict[str, Source]) -> None:
    source, form = sources["us-cook-county"], "%Y-%m-%d %H:%M"
    intake = {row["case_participant_id"]: row["arrest_date"] for row in source.main}
    ahead = {
        datetime.strptime(intake[row["case_participant_id"]], form)  # noqa: DTZ007 - as written
        - datetime.strptime(row["arrest_date"], form)  # noqa: DTZ007 - as written
        for row in source.rows["initiation"]
        if row["arrest_date"] and intake[row["case_participant_id"]]
    }

    assert {gap.total_seconds() / 60 for gap in ahead} == {240}


def test_strasbourg_judgments_know_the_year_of_lodging_and_the_day_of_judgment(
    sources: dict[str, Source],
) -> None:
    source = sources["coe-ecthr"]
    formats = {column.name: column.formats for _, column in columns(source, Use.DATE)}

    assert len(source.main) == 215
    assert sum(1 for row in source.main if not row["date"]) == 2
    assert formats == {"date": ("%Y-%m-%d",), "year_first_application": ("%Y",)}
