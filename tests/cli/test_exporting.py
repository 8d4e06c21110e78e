"""A member hands a record to a court at a terminal, and the other side checks it."""

from __future__ import annotations

import hashlib
import os
import pty
import subprocess
import sys

import pytest

from candlemark.cli.secret import write_secret
from exports import judged


def test_an_export_shows_first_what_it_lets_its_holder_read(vault, ask, tmp_path):
    answer = ask(
        "ledger", "export", tmp_path / "export", *vault, "--compartment", "coded",
        "--new-passphrase-file", tmp_path / "given.txt", "--yes",
    )  # fmt: skip
    words = (tmp_path / "given.txt").read_text().strip()

    assert answer.code == 0
    assert "reads, for ever" in answer.err
    assert "coded:" in answer.err
    assert "the names of the members" in answer.err
    assert words not in answer.out + answer.err
    assert judged(tmp_path / "export", words)["holds"]


def test_the_report_is_a_document_and_names_the_hash_of_the_verifier(vault, ask, tmp_path):
    answer = ask(
        "ledger", "export", tmp_path / "export", *vault, "--json", "--yes",
        "--new-passphrase-file", tmp_path / "given.txt",
    )  # fmt: skip
    verifier = (tmp_path / "export" / "verify_vault.py").read_bytes()

    assert answer.json["verifier"] == hashlib.sha256(verifier).hexdigest()
    assert [one["compartment"] for one in answer.json["discloses"]] == ["meta"]
    done = subprocess.run(
        [
            sys.executable, tmp_path / "export" / "verify_vault.py", tmp_path / "export",
            "--passphrase-file", tmp_path / "given.txt",
        ],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert answer.json["root"] in done.stdout


def test_a_passphrase_shown_once_opens_it(vault, ask, tmp_path):
    answer = ask("ledger", "export", tmp_path / "export", *vault, "--yes")
    words = next(line.strip() for line in answer.out.splitlines() if line.startswith("    "))

    assert judged(tmp_path / "export", words)["holds"]


@pytest.mark.parametrize(
    ("more", "code", "words"),
    [
        (["--yes", "--json"], 70, "not printed into a document"),
        ([], 70, "no terminal"),
        (["--yes", "--compartment", "identity:nobody"], 38, "not this member's"),
    ],
)
def test_what_is_not_certain_is_not_handed_over(vault, ask, tmp_path, more, code, words):
    answer = ask("ledger", "export", tmp_path / "export", *vault, *more)

    assert (answer.code, words in answer.err) == (code, True)
    assert not (tmp_path / "export").exists()


def test_a_passphrase_of_nothing_is_not_left_behind(vault, ask, tmp_path):
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "mine").write_text("mine")
    answer = ask(
        "ledger", "export", tmp_path / "export", *vault, "--yes",
        "--new-passphrase-file", tmp_path / "given.txt",
    )  # fmt: skip

    assert answer.code == 70
    assert not (tmp_path / "given.txt").exists()

    write_secret(tmp_path / "given.txt", "there before")
    again = ask(
        "ledger", "export", tmp_path / "other", *vault, "--yes",
        "--new-passphrase-file", tmp_path / "given.txt",
    )  # fmt: skip
    assert again.code == 70
    assert (tmp_path / "given.txt").read_text() == "there before\n"


@pytest.mark.parametrize(("answer", "code"), [("n", 130), ("y", 0)])
def test_a_person_at_a_terminal_is_asked(vault, tmp_path, answer, code):
    ours, theirs = pty.openpty()
    os.write(ours, f"{answer}\n".encode())
    done = subprocess.run(
        [
            sys.executable, "-c", "from candlemark.cli import main; main()",
            "ledger", "export", tmp_path / "export", *vault,
        ],
        stdin=theirs, capture_output=True, text=True, check=False,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)

    assert done.returncode == code
    assert "Hand this over?" in done.stderr
    assert (tmp_path / "export").exists() == (code == 0)
