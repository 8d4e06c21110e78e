"""Input that would link strangers or teach nonsense is said to be what it is, by each command."""

from __future__ import annotations

import pytest

COLUMNS = '[{}]\nrecord = "id"\nname = "who"\nplace = "town"\nday = "day"\nbirth = "born"\n'
HEAD = "id,who,town,day,born\n"
ONE = "Əli Vəliyev,Bakı,2020-01-05,1980-05-06"
NAMES = ("Əli Vəliyev", "Həsən Quliyev", "Leyla Əliyeva", "Анар Гасанов", "Sevda Babayeva")


@pytest.fixture
def files(tmp_path):
    """Tables by their names, and the words of a command that name them."""

    def written(**tables):
        told = "\n".join(COLUMNS.format(name) for name in tables)
        (tmp_path / "columns.toml").write_text(told, "utf-8")
        words = ["--columns", tmp_path / "columns.toml"]
        for name, rows in tables.items():
            lines = (f"{at},{row}\n" for at, row in enumerate(rows))
            (tmp_path / f"{name}.csv").write_text(HEAD + "".join(lines), "utf-8")
            words += ["--table", tmp_path / f"{name}.csv"]
        return words

    return written


def looked_at(answer):
    assert answer.code == 0, answer.err
    return [line for line in answer.out.splitlines() if line.startswith("Look at: ")]


def test_empty_columns_default_days_and_scripts_nobody_reads_are_said_and_link_nobody(
    ask, files, tmp_path
):
    strangers = ["梅赫里班,,1900-01-01,1900-01-01"] * 3 + ["Αλέξης,,1900-01-01,1900-01-01"]
    words = files(list=strangers, other=strangers)
    people = [
        f"{NAMES[n % 5]},,2020-01-{n % 28 + 1:02},19{n % 60 + 20}-02-{n % 27 + 1:02}"
        for n in [*range(200), *range(200)]
    ]
    model = tmp_path / "model.json"
    noticed = looked_at(ask("link", "prepare", *words))
    trained = ask("link", "train", *files(teach=people), "--plan", "persons", "--model", model)
    words = files(list=strangers, other=strangers)
    ran = ask("link", "run", *words, "--model", model, "--out", tmp_path / "p.parquet", "--json")

    for said in (
        "list, day: 1900-01-01 in 4 rows: the first day of many programs: taken for unknown",
        "list, name: cjk in 3 rows: a script without a table: the name is compared with none",
        "list, name: greek in 1 rows",
    ):
        assert any(said in one for one in noticed), noticed
    assert "offences: nothing to learn from; it weighs nothing" in trained.out, trained.err
    assert (ran.json["linked"], ran.json["for_people"]) == (0, 0), ran.err


def test_one_agency_listed_twice_is_said(ask, files):
    rows = [
        f"{NAMES[n % 5]},Bakı,2020-01-{n % 28 + 1:02},1980-01-{n % 27 + 1:02}" for n in range(60)
    ]
    (line,) = looked_at(ask("link", "prepare", *files(police=rows, court=rows)))

    assert "perhaps one agency listed twice" in line


def test_one_row_five_thousand_times_is_said_and_teaches_nothing(ask, files, tmp_path):
    words = files(list=[ONE] * 5_000)
    (line,) = looked_at(ask("link", "prepare", *words))
    refused = ask("link", "train", *words, "--plan", "persons", "--model", tmp_path / "m.json")

    assert "in 5,000 rows: they differ in nothing but their key" in line
    assert refused.code == 52, refused.err
    assert "it tells nobody apart" in refused.err
    assert "one row stands there again and again" in refused.err
    assert not (tmp_path / "m.json").exists()
