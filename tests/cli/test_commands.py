"""What commands print, as documents and as words, on the demonstration and on real files."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest
import rdflib

from candlemark import errors
from candlemark.definition import Definition
from candlemark.publish.wording import page_words


def walk_numbers(document):
    """Every number of a JSON document."""
    if isinstance(document, dict):
        document = list(document.values())
    if isinstance(document, list):
        for item in document:
            yield from walk_numbers(item)
    elif isinstance(document, float):
        yield document


def test_a_new_vault_has_a_passphrase_file_only_its_owner_can_read(vault):
    passphrase = vault[3]

    assert len(passphrase.read_text().split()) == 7
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600


def test_a_vault_made_at_a_terminal_costs_a_guess_what_it_should(strong, vault, ask):
    with closing(sqlite3.connect(vault[1] / "keystore.db")) as keystore:
        (stretching,) = keystore.execute("SELECT stretching FROM lock").fetchone()

    assert stretching.startswith("$argon2id$v=19$m=262144,t=3,p=1$")
    assert ask("case", "list", *vault).code == 0


def test_help_names_every_command(ask):
    answer = ask("--help")

    assert answer.code == 0
    for name in (
        "init",
        "import",
        "crosswalk",
        "batch",
        "case",
        "measure",
        "definition",
        "ledger",
        "serve",
        "doctor",
        "demo",
    ):
        assert name in answer.out


def test_the_demonstration_holds_two_cases_the_strasbourg_list_and_four_authorities(
    ask, demo_vault
):
    cases = ask("case", "list", "--json", "--vault", demo_vault).json["cases"]
    batches = ask("batch", "list", "--json", "--vault", demo_vault).json["batches"]

    assert len(cases) == 2
    assert {"coe-ecthr", "xx-court", "xx-hotline", "xx-police", "xx-prosecutor"} == {
        batch["crosswalk"] for batch in batches
    }


def test_building_the_demonstration_again_adds_nothing(ask, demo_vault):
    before = ask("ledger", "verify", "--json", "--vault", demo_vault).json["head"]

    answer = ask("demo", demo_vault, "--no-serve", "--no-site")

    assert answer.code == 0
    assert before == ask("ledger", "verify", "--json", "--vault", demo_vault).json["head"]


def test_the_response_table_counts_pending_cases_and_says_what_is_simulated(ask, demo_vault):
    answer = ask("demo", demo_vault, "--no-serve", "--no-site")

    assert "pending" in answer.out
    assert answer.out.count("(simulated)") == 4
    assert "European Court of Human Rights" in answer.out


def test_the_demonstration_publishes_once_and_writes_a_site_that_says_it_is_simulated(
    ask, demo_vault, tmp_path
):
    folder, site = tmp_path / "demo", tmp_path / "demo-site"
    shutil.copytree(demo_vault, folder)
    site.mkdir()
    (site / "mine.txt").write_text("mine")

    over = ask("demo", folder, "--no-serve")
    assert "The public site was not written" in over.out
    assert [one.name for one in site.iterdir()] == ["mine.txt"]

    shutil.rmtree(site)
    first, again = (ask("demo", folder, "--no-serve") for _ in range(2))
    listed = ask("release", "list", "--json", "--vault", folder).json["releases"]
    assert (over.code, first.code, again.code) == (0, 0, 0)
    assert [one["release"] for one in listed] == [1]
    assert f"candlemark publish serve {site}" in first.out
    assert ask("publish", "verify", site, "--json").json["faults"] == []
    ways = [json.loads(path.read_bytes()) for path in site.glob("tables/*/table.json")]
    reached = [
        one["sign"]
        for table in ways
        if table["question"]["code"] == "attrition"
        for one in table["cells"]
        if one["measure"] == "reached"
    ]
    # Sentences come after the end of these cases: they are left out, and not said to be nobody's.
    assert set(reached) == {"number"}
    said = page_words("en")["simulated"]
    tables = list((site / "tables").glob("*/en.html"))
    assert len(tables) >= 5
    for page in (site / "en" / "index.html", site / "en" / "stages.html", *tables):
        assert said in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("question", ["occupancy", "attrition", "durations"])
def test_a_measure_is_one_json_document_with_its_basis(ask, demo_vault, question):
    answer = ask(
        "measure", question, "--crosswalk", "xx-prosecutor", "--json", "--vault", demo_vault
    )
    basis = answer.json["basis"]

    assert answer.code == 0
    assert basis["question"] == question
    assert basis["simulated"] is True
    assert basis["edition_fingerprint"] == Definition.load().fingerprint


@pytest.mark.parametrize("question", ["occupancy", "attrition", "durations"])
def test_a_measure_by_a_scheme_has_a_group_per_term(ask, demo_vault, question):
    answer = ask(
        "measure",
        question,
        "--crosswalk",
        "xx-prosecutor",
        "--by",
        "bias-grounds",
        "--json",
        "--vault",
        demo_vault,
    )

    groups = {group["group"] for group in answer.json["groups"]}

    assert {"ethnicity", "sexual-orientation", "gender-identity"} <= groups


def test_ended_and_pending_add_up_to_those_who_entered(ask, demo_vault):
    (group,) = ask(
        "measure", "attrition", "--crosswalk", "xx-prosecutor", "--json", "--vault", demo_vault
    ).json["groups"]

    assert group["entered"] == sum(row["ended"] + row["pending"] for row in group["rows"])


def test_a_figure_for_the_eye_says_what_it_stands_on(ask, demo_vault):
    answer = ask("measure", "occupancy", "--crosswalk", "xx-court", "--vault", demo_vault)

    assert "(simulated)" in answer.out
    assert "Edition 2026.1" in answer.out


def test_cases_entered_by_hand_are_shown_with_dates_as_exact_as_their_source(ask, demo_vault):
    cases = ask("case", "list", "--json", "--vault", demo_vault).json["cases"]
    shown = [ask("case", "show", case["id"], "--vault", demo_vault).out for case in cases]

    assert any("1995 " in text for text in shown)
    assert any("not known" in text for text in shown)
    assert all("Where sources differ" in text for text in shown)


def test_the_docket_is_a_document_too(ask, demo_vault):
    answer = ask("case", "docket", "--today", "2020-01-01", "--json", "--vault", demo_vault)

    assert answer.json["today"] == "2020-01-01"


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_the_definition_is_exported_as_skos_that_an_rdf_library_reads(ask):
    turtle = rdflib.Graph().parse(
        data=ask("definition", "export", "--format", "skos").out, format="turtle"
    )
    jsonld = rdflib.Graph().parse(
        data=ask("definition", "export", "--format", "skos-jsonld").out, format="json-ld"
    )

    assert len(turtle) > 1000
    assert set(turtle) == set(jsonld)


def test_a_term_is_shown_with_its_labels(ask):
    answer = ask("definition", "show", "bias-grounds", "transgender")

    assert "2026.1" in answer.out
    assert "fa" in answer.out


def test_the_doctor_finds_nothing_in_a_new_vault(ask, vault):
    answer = ask("doctor", "--vault", vault[1])

    assert answer.code == 0, answer.out


def test_the_doctor_sees_a_passphrase_that_lies_in_the_vault(ask, vault):
    shutil.copy(vault[3], vault[1] / "passphrase.txt")

    answer = ask("doctor", "--vault", vault[1])

    assert errors.VaultError.exit_code == answer.code
    assert "take the file away" in answer.out


def test_a_passphrase_beside_a_vault_that_is_no_demonstration_is_not_used(ask, vault):
    shutil.copy(vault[3], vault[1] / "passphrase.txt")

    answer = ask("case", "list", "--vault", vault[1])

    assert errors.SettingRefused.exit_code == answer.code


def test_no_json_number_is_rounded(ask, demo_vault):
    answer = ask("measure", "occupancy", "--crosswalk", "xx-court", "--json", "--vault", demo_vault)

    assert any(number != round(number, 6) for number in walk_numbers(answer.json))


def test_cook_county_is_answered_with_pending_cases_counted_as_pending(ask, vault, shared):
    folder = shared / "data" / "cook_county_2019_tenth"
    assert (
        ask("import", folder, "--crosswalk", "us-cook-county", "--as-of", "2019-12-02", *vault).code
        == 0
    )

    answer = ask(
        "measure", "occupancy", "--crosswalk", "us-cook-county", "--at", "30,270", "--json", *vault
    )
    (group,) = answer.json["groups"]
    at = {
        horizon["day"]: {value["state"]: value["p"] for value in horizon["values"]}
        for horizon in group["horizons"]
    }
    standing = dict(zip(group["states"], group["standing"], strict=True))

    assert standing == {
        "pending": 2569,
        "convicted": 425,
        "acquitted": 5,
        "dismissed": 647,
        "other": 7,
    }
    assert at[30]["pending"] == pytest.approx(0.909789, abs=1e-6)
    assert at[30]["convicted"] == pytest.approx(0.004941, abs=1e-6)
    assert at[30]["dismissed"] == pytest.approx(0.085270, abs=1e-6)
    assert at[270]["pending"] == pytest.approx(0.581178, abs=1e-6)
    assert at[270]["convicted"] == pytest.approx(0.202004, abs=1e-6)
    assert at[270]["acquitted"] == pytest.approx(0.003682, abs=1e-6)
    assert at[270]["dismissed"] == pytest.approx(0.210594, abs=1e-6)
    assert at[270]["other"] == pytest.approx(0.002542, abs=1e-6)
    assert all(abs(number - 425 / 1084) > 1e-4 for number in walk_numbers(answer.json))


def test_the_same_file_twice_is_nothing_new(ask, vault, shared):
    path = shared / "data" / "nypd_2019_2020" / "nypd_hate_crimes_2019_2020.csv"
    ask("import", path, "--crosswalk", "us-nypd", *vault)

    again = ask("import", path, "--crosswalk", "us-nypd", "--json", *vault)

    assert again.json["nothing_new"] is True
    assert len(ask("batch", "list", "--json", *vault).json["batches"]) == 1


def rows_of(answer):
    (group,) = answer.json["groups"]
    return {row["own"]: row for row in group["rows"]}


def test_no_stage_beyond_the_state_is_said_to_be_reached_by_nobody_in_a_domestic_proceeding(
    ask, demo_vault
):
    home = rows_of(ask("measure", "attrition", "--json", "--vault", demo_vault))
    beyond = rows_of(
        ask("measure", "attrition", "--from", "lodged", "--json", "--vault", demo_vault)
    )

    assert not {"lodged", "judged-beyond"} & set(home)
    assert [beyond[stage]["reached"] for stage in ("lodged", "judged-beyond")] == [2, 2]
    assert beyond["judged-beyond"]["pending"] == 2


def test_a_domestic_proceeding_with_its_final_decision_is_not_pending(ask, demo_vault):
    home = rows_of(ask("measure", "attrition", "--json", "--vault", demo_vault))

    assert (home["appealed"]["ended"], home["appealed"]["pending"]) == (1, 0)


def test_a_day_nobody_stated_is_said_to_be_found_in_the_data(ask, vault, shared):
    path = shared / "data" / "nypd_2019_2020" / "nypd_hate_crimes_2019_2020.csv"
    ask("import", path, "--crosswalk", "us-nypd", *vault)
    question = ("measure", "attrition", "--crosswalk", "us-nypd", *vault)

    assert ask(*question, "--json").json["basis"]["as_of_stated"] is False
    assert "Nobody said" in ask(*question).out


def test_what_comes_after_the_last_end_is_no_wait(ask, demo_vault):
    rows = rows_of(
        ask("measure", "durations", "--crosswalk", "xx-court", "--json", "--vault", demo_vault)
    )

    assert not {"sentenced", "appealed"} & set(rows)


def test_a_case_is_found_by_words_however_they_are_typed(ask, demo_vault):
    case = ask("case", "list", "--vault", demo_vault, "--json").json["cases"][0]
    word = max(case["title"].split(), key=len)
    found = ask("case", "find", "--vault", demo_vault, "--json", word.upper()).json["found"]
    for_people = ask("case", "find", "--vault", demo_vault, word[:4])
    nothing = ask("case", "find", "--vault", demo_vault, "no", "such", "words")

    assert case["id"] in {one["id"] for one in found}
    assert (for_people.code, case["id"] in for_people.out) == (0, True)
    assert (nothing.code, nothing.out) == (0, "No case holds all of these words.\n")


def test_read_models_are_shown_built_and_thrown_away(ask, demo_vault):
    options = ("--vault", demo_vault)
    ask("ledger", "model", "drop", *options)
    nothing = ask("ledger", "model", "drop", *options)
    none = ask("ledger", "model", "show", *options)
    built = ask("ledger", "model", "rebuild", *options)
    shown = ask("ledger", "model", "show", *options)
    document = ask("ledger", "model", "show", *options, "--json").json
    dropped = ask("ledger", "model", "drop", *options)

    assert nothing.out == "0 bytes of read models were removed.\n"
    assert "No read model stands" in none.out
    assert "entries were read" in built.out
    assert "statements" in shown.out
    assert {card["compartment"] for card in document["models"]} == {"coded", "identity"}
    assert all(card["usable"] for card in document["models"])
    assert document["entries"] == document["models"][0]["size"]["statements"]
    assert dropped.out.endswith("bytes of read models were removed.\n")
    assert dropped.out != nothing.out


def test_a_model_that_cannot_be_used_is_shown_as_such_and_built_anew(ask, demo_vault):
    options = ("--vault", demo_vault)
    ask("ledger", "model", "rebuild", *options)
    folder = Path(ask("ledger", "model", "show", *options, "--json").json["folder"])
    for file in folder.glob("*.db"):
        file.write_bytes(bytes(8192))
    broken = ask("ledger", "model", "show", *options)

    assert "cannot be used" in broken.out
    assert ask("case", "find", *options, "no", "such", "words").code == 0
    assert "cannot be used" not in ask("ledger", "model", "show", *options).out


@pytest.fixture
def nypd(ask, vault, shared):
    """Options of a vault that holds the police's file, and its code."""
    path = shared / "data" / "nypd_2019_2020" / "nypd_hate_crimes_2019_2020.csv"
    assert ask("import", path, "--crosswalk", "us-nypd", *vault).code == 0
    return ("--crosswalk", "us-nypd", *vault)


@pytest.mark.parametrize("question", ["occupancy", "attrition"])
def test_complaints_pending_for_an_arrest_dated_before_them_are_said_in_words(ask, nypd, question):
    document = ask("measure", question, *nypd, "--json").json

    assert {"code": "end-date-wrong", "stage": "", "count": 13} in document["basis"]["doubts"]
    assert (
        "Of those pending, 13 have an end whose date cannot be right; they are counted as pending."
        in ask("measure", question, *nypd).out
    )


def test_who_came_as_far_as_an_agency_sees_stands_under_the_name_of_that_stage(ask, nypd):
    said = ask("measure", "attrition", *nypd).out.splitlines()
    (head,) = [line for line in said if line.startswith("stage")]

    assert head.split("  ")[0] == "stage"
    assert [word.strip() for word in head.split("  ") if word.strip()] == [
        "stage",
        "reached",
        "Arrest",
        "pending here",
        "date in doubt",
    ]
