"""Bad input: a clear message, a hint, its own exit code, and the vault as it was before."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from candlemark import errors
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import make_world

COMMAND = Path(sys.executable).with_name("candlemark")


@pytest.fixture
def valmora(tmp_path):
    """Files of the four simulated authorities, a small world."""
    return write_files(tmp_path / "files", make_world(200))


def state(vault):
    """What a folder holds, byte for byte, without the files that come and go with a writer."""
    folder = vault[1]
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if not path.name.endswith(("-wal", "-shm", ".lock"))
    }


def refused(answer, error):
    """The answer is this error's, in words a person can act on."""
    assert answer.code == error.exit_code, answer.err
    assert answer.out == ""
    assert answer.err.startswith("candlemark: ")
    assert len(answer.err.strip().splitlines()) >= 2, "a message without a hint"
    assert "Traceback" not in answer.err
    return answer.err


def test_a_crosswalk_nobody_wrote_is_refused_with_the_nearest_one(ask, vault, valmora):
    said = refused(
        ask("import", valmora["xx-police"], "--crosswalk", "xx-polise", *vault),
        errors.UnknownCrosswalk,
    )

    assert "xx-police" in said


def test_a_missing_file_is_refused(ask, vault, tmp_path):
    before = state(vault)

    refused(
        ask("import", tmp_path / "nowhere.csv", "--crosswalk", "us-nypd", *vault),
        errors.SourceMissing,
    )

    assert before == state(vault)


def test_an_empty_file_is_refused(ask, vault, tmp_path):
    before = state(vault)
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")

    refused(ask("import", empty, "--crosswalk", "us-nypd", *vault), errors.SourceEmpty)

    assert before == state(vault)


def test_a_folder_without_the_tables_is_refused_and_names_them(ask, vault, tmp_path):
    before = state(vault)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "notes.txt").write_text("nothing")

    said = refused(
        ask("import", tmp_path / "other", "--crosswalk", "us-cook-county", *vault),
        errors.TablesMissing,
    )

    assert "intake" in said
    assert before == state(vault)


def test_a_line_with_too_many_fields_is_refused_by_its_number(ask, vault, valmora):
    before = state(vault)
    path = valmora["xx-court"] / "chefs.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[4] += ",one more"
    path.write_text("\n".join(lines), encoding="utf-8")

    said = refused(ask("import", path, "--crosswalk", "xx-court", *vault), errors.SourceMalformed)

    assert "5" in said
    assert before == state(vault)


def test_identifiers_that_a_spreadsheet_rounded_are_refused(ask, vault, valmora):
    before = state(vault)
    path = valmora["xx-hotline"] / "calls.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    rows[3][0] = "2.01901E+14"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)

    refused(ask("import", path, "--crosswalk", "xx-hotline", *vault), errors.IdsDamaged)

    assert before == state(vault)


def test_a_wrong_passphrase_opens_nothing_and_is_not_repeated(ask, vault, tmp_path):
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("seldom heard anteater quoting verses about rain\n")

    said = refused(
        ask("ledger", "verify", "--vault", vault[1], "--passphrase-file", wrong),
        errors.WrongPassphrase,
    )

    assert "anteater" not in said


def test_a_folder_without_a_vault_is_refused_before_anybody_is_asked_for_a_passphrase(
    ask, tmp_path
):
    refused(ask("case", "list", "--vault", tmp_path / "none"), errors.VaultMissing)


def test_nobody_to_ask_for_a_passphrase_is_said(ask, vault, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())

    said = refused(ask("case", "list", "--vault", vault[1]), errors.SettingRefused)

    assert "--passphrase-file" in said


def test_a_place_that_holds_something_is_no_place_for_a_vault(ask, vault, tmp_path):
    refused(ask("init", vault[1], "--passphrase-file", tmp_path / "second.txt"), errors.VaultExists)

    assert not (tmp_path / "second.txt").exists()


def test_a_passphrase_of_ones_own_is_refused_and_no_vault_is_made(ask, tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("correct horse battery staple\n")

    refused(ask("init", tmp_path / "vault", "--passphrase-file", own), errors.SettingRefused)

    assert not (tmp_path / "vault").exists()


def test_days_that_are_no_numbers_are_refused(ask, vault):
    refused(ask("measure", "occupancy", "--at", "30,soon", *vault), errors.NotUnderstood)


def test_a_question_to_files_nobody_imported_is_refused_with_what_to_do(ask, vault):
    said = refused(
        ask("measure", "occupancy", "--crosswalk", "us-nypd", *vault), errors.NothingToMeasure
    )

    assert "candlemark import" in said


def test_a_case_that_is_not_there_is_refused(ask, vault):
    refused(ask("case", "show", "case_00000000000000000000000000", *vault), errors.UnknownCase)


def test_a_batch_that_is_not_there_is_refused_by_a_code_of_its_own(ask, vault):
    said = refused(ask("batch", "show", "nope", *vault), errors.UnknownBatch)

    assert "candlemark batch list" in said


def test_a_scheme_nobody_defined_is_refused(ask):
    refused(ask("definition", "show", "hate-types"), errors.UnknownTerm)


def test_a_vault_of_a_newer_format_is_refused(ask, vault):
    # The format stands in the header of both files, where any version can read it.
    import sqlite3

    with sqlite3.connect(vault[1] / "ledger.db") as connection:
        (now,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {now + 1}")

    refused(ask("ledger", "verify", *vault), errors.NewerFormat)


def test_a_disk_that_fills_up_during_an_import_leaves_the_vault_as_it_was(vault, tmp_path):
    before = state(vault)
    paths = write_files(tmp_path / "files", make_world(8000))
    script = (
        "import resource, sys; from candlemark.cli import main;"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000));"
        "import signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); main(sys.argv[1:])"
    )

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            script,
            "import",
            paths["xx-police"],
            "--crosswalk",
            "xx-police",
            *vault,
        ],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == errors.StorageFull.exit_code, done.stderr
    assert before == state(vault)


def test_ctrl_c_in_the_middle_of_an_import_leaves_the_vault_as_it_was(ask, vault, tmp_path):
    before = state(vault)
    path = tmp_path / "registro.csv"
    # One authority's file of a world, many times over with other numbers: long to read.
    write_files(tmp_path / "files", make_world(4000))
    lines = (tmp_path / "files" / "xx-police" / "registro.csv").read_text().splitlines()
    with path.open("w", encoding="utf-8") as file:
        file.write(lines[0] + "\n")
        for copy in range(300):
            file.writelines(f"{copy}-{line}\n" for line in lines[1:])
    running = subprocess.Popen(
        [COMMAND, "import", path, "--crosswalk", "xx-police", *vault],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not (vault[1] / "ledger.db-shm").exists() and running.poll() is None:
        time.sleep(0.05)
    time.sleep(1.5)  # the passphrase takes a moment, and then it reads
    running.send_signal(signal.SIGINT)
    _, said = running.communicate(timeout=600)

    assert errors.Stopped.exit_code == running.returncode, said
    assert "Traceback" not in said
    assert before == state(vault)
    assert ask("ledger", "verify", *vault).code == 0


def test_the_vault_is_whole_after_every_refusal(ask, vault, valmora):
    ask("import", valmora["xx-police"], "--crosswalk", "xx-court", *vault)
    ask("import", valmora["xx-court"], "--crosswalk", "xx-court", *vault)
    shutil.rmtree(valmora["xx-prosecutor"])
    ask("import", valmora["xx-prosecutor"], "--crosswalk", "xx-prosecutor", *vault)

    answer = ask("ledger", "verify", "--json", *vault)

    assert answer.code == 0
    assert answer.json["holds"] is True


@pytest.mark.parametrize("day", ["9999-01-01", "1900-01-01"])
def test_a_day_on_which_no_such_file_can_have_been_made_is_refused(ask, vault, valmora, day):
    before = state(vault)

    refused(
        ask("import", valmora["xx-police"], "--crosswalk", "xx-police", "--as-of", day, *vault),
        errors.SettingRefused,
    )

    assert before == state(vault)


OTHER_FORMS = {
    "a compressed file": (b"\x1f\x8b\x08\x00rest", "compressed"),
    "a spreadsheet": (b"PK\x03\x04rest", "spreadsheet"),
    "UTF-16": ("ref,told\r\n".encode("utf-16"), "UTF-16"),
    "old line ends": (b"ref,told\rHL-1,2023-01\r", "carriage return"),
}


@pytest.mark.parametrize("form", OTHER_FORMS)
def test_a_file_of_another_form_is_refused_by_its_name(ask, vault, tmp_path, form):
    content, said = OTHER_FORMS[form]
    path = tmp_path / "calls.csv"
    path.write_bytes(content)

    assert said in refused(
        ask("import", path, "--crosswalk", "xx-hotline", *vault), errors.SourceMalformed
    )


def test_a_pipe_is_refused_and_not_waited_for(ask, vault, tmp_path):
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)

    refused(ask("import", pipe, "--crosswalk", "xx-hotline", *vault), errors.SourceMissing)


def test_an_enormous_cell_is_refused_by_row_and_column(ask, vault, valmora):
    path = valmora["xx-hotline"] / "calls.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    lines[2] = lines[2].replace(",", f",{'9' * 300_000}", 1)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    said = refused(ask("import", path, "--crosswalk", "xx-hotline", *vault), errors.SourceMalformed)

    assert "row 3, column told" in said


def test_a_file_of_one_column_lacks_columns_and_is_not_said_to_be_separated_otherwise(
    ask, vault, tmp_path
):
    path = tmp_path / "one.csv"
    path.write_text("ref\nHL-1\n")

    said = refused(ask("import", path, "--crosswalk", "xx-hotline", *vault), errors.ColumnsDiffer)

    assert "'told' is missing" in said


WRONG_LINES = {
    # what was written: the error, what is said, what is advised
    "a command nobody has": (("meassure",), errors.WrongCommand, "'meassure'", "measure"),
    "an option nobody has": (
        ("measure", "attrition", "--form", "charged"),
        errors.WrongCommand,
        "no option --form",
        "--from",
    ),
    "no vault": (("case", "list"), errors.WrongCommand, "--vault is missing", "CANDLEMARK_VAULT"),
    "no case": (("case", "show"), errors.WrongCommand, "CASE_ID is missing", "--help"),
    "an option without its value": (
        ("case", "list", "--vault"),
        errors.WrongCommand,
        "'--vault' needs a value",
        "--help shows what it takes",
    ),
    "a form that is not written": (
        ("definition", "export", "--format", "xml"),
        errors.SettingRefused,
        "--format",
        "skos or skos-jsonld",
    ),
    "a port that no machine has": (
        ("serve", "--vault", "vault", "--port", "99999"),
        errors.SettingRefused,
        "from 1 to 65535",
        "8000",
    ),
    "a year for a day": (
        ("measure", "attrition", "--vault", "vault", "--as-of", "9999"),
        errors.NotUnderstood,
        "--as-of holds something that is not a day",
        "2026-03-31",
    ),
}


@pytest.mark.parametrize("case", WRONG_LINES)
def test_a_wrong_command_line_is_refused_like_everything_else(ask, monkeypatch, case):
    monkeypatch.delenv("CANDLEMARK_VAULT", raising=False)
    words, error, what, advice = WRONG_LINES[case]

    said = refused(ask(*words), error).splitlines()

    assert len(said) == 2
    assert what in said[0]
    assert advice in said[1]


@pytest.mark.parametrize("words", [("case", "list"), ("doctor",), ("ledger", "verify")])
def test_a_file_is_no_vault(ask, tmp_path, words):
    path = tmp_path / "ledger.db"
    path.write_text("")

    said = refused(ask(*words, "--vault", path), errors.SettingRefused)

    assert "--vault names a file where a folder is needed" in said


def test_a_vault_is_not_made_where_a_file_is(ask, tmp_path):
    path = tmp_path / "here.txt"
    path.write_text("")

    assert "FOLDER names a file" in refused(ask("init", path), errors.SettingRefused)


def test_a_folder_is_no_passphrase_file(ask, vault, tmp_path):
    for words in (("case", "list", "--vault", vault[1]), ("init", tmp_path / "other")):
        said = refused(ask(*words, "--passphrase-file", tmp_path), errors.SettingRefused)

        assert "--passphrase-file names a folder where a file is needed" in said
    assert not (tmp_path / "other").exists()


def test_words_of_a_passphrase_that_were_typed_in_the_line_are_not_repeated(ask, vault):
    said = refused(ask("case", "list", *vault, "seldom", "heard", "anteater"), errors.WrongCommand)

    assert not {"seldom", "heard", "anteater"} & set(said.split())
