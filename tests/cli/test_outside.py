"""What outsiders do at a terminal: publish, prove, watch, sign, stamp; and what they are told."""

from __future__ import annotations

import shutil

import pytest

from candlemark.ledger import Kinds, Vault
from candlemark.seal import Cost, new_passphrase
from logs import files, grow
from stamping import Service, serving

WORDS = new_passphrase()


@pytest.fixture
def folder(tmp_path):
    """A vault with six entries."""
    with Vault.create(tmp_path / "vault", WORDS, cost=Cost.QUICK) as vault:
        grow(vault.ledger, 6)
    return tmp_path / "vault"


def more(folder, entries):
    with Vault.open(folder, WORDS, Kinds()) as vault:
        grow(vault.ledger, entries)


@pytest.fixture
def log(ask, folder, tmp_path):
    """The key of the log, once it is published in ``log``."""
    return ask("ledger", "publish", tmp_path / "log", "--vault", folder, "--json").json["log"]


@pytest.fixture
def witness(ask, log, tmp_path):
    """The key of a witness in ``witness`` that watches the log."""
    return ask(
        "witness", "init", tmp_path / "witness", "--name", "friend.example", "--log", log, "--json"
    ).json["witness"]


def test_publishing_says_what_is_new_and_which_key_to_hand_out(ask, folder, tmp_path):
    first = ask("ledger", "publish", tmp_path / "log", "--vault", folder, "--parts")
    again = ask("ledger", "publish", tmp_path / "log", "--vault", folder, "--parts", "--json")

    assert first.code == 0
    assert "6 entries are published" in first.out
    assert again.json["log"] in first.out
    assert again.json["written"] == again.json["absent"] == 0
    assert len(list((tmp_path / "log" / "part").iterdir())) == 12


def test_a_roll_back_is_refused_and_its_evidence_kept(ask, folder, log, tmp_path):
    older = tmp_path / "older"
    shutil.copytree(folder, older)
    more(folder, 2)
    assert ask("ledger", "publish", tmp_path / "log", "--vault", folder).code == 0
    answer = ask("ledger", "publish", tmp_path / "log", "--vault", older)
    (kept,) = (older / "alarms").iterdir()

    assert answer.code == 81
    assert "rolled back: it had 8 entries, and shows 6" in answer.err
    assert ask("witness", "alarm", kept, "--log", log, "--json").json["verdict"] == "rolled back"
    assert "no proof" in ask("witness", "alarm", kept, "--log", log).out
    assert (
        ask("ledger", "verify", "--vault", older, "--passphrase-file", words_in(tmp_path)).code == 0
    )


def words_in(tmp_path):
    (tmp_path / "words.txt").write_text(WORDS)
    return tmp_path / "words.txt"


def test_a_fork_is_found_by_a_witness_and_proved_offline(ask, folder, log, witness, tmp_path):
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    more(folder, 1)
    more(other, 2)
    ask("ledger", "publish", tmp_path / "log", "--vault", folder)
    assert ask("witness", "cosign", tmp_path / "witness", tmp_path / "log").code == 0
    ask("ledger", "publish", tmp_path / "fork", "--vault", other)
    answer = ask("witness", "check", tmp_path / "witness", tmp_path / "fork")
    (kept,) = (tmp_path / "witness" / "alarms").iterdir()

    assert answer.code == 81
    assert "exclude each other" in answer.err
    proved = ask("witness", "alarm", kept, "--log", log)
    assert proved.code == 0
    assert "Proved" in proved.out
    kept.write_bytes(kept.read_bytes()[:-1])
    assert ask("witness", "alarm", kept, "--log", log).code == 82


def test_an_entry_is_proved_in_a_file_and_checked_without_a_vault(ask, folder, log, tmp_path):
    proof = tmp_path / "entry.tlog-proof"
    made = ask("ledger", "prove", "4", "--vault", folder, "--to", proof)
    shown = ask("ledger", "prove", "4", "--vault", folder)
    document = ask("ledger", "prove", "4", "--vault", folder, "--json").json

    assert made.code == 0
    assert log in made.out
    assert shown.out == proof.read_text() == document["proof"]
    shutil.rmtree(folder)
    (tmp_path / "log.key").write_text(log + "\n")
    checked = ask("ledger", "check-proof", proof, "--log", tmp_path / "log.key")
    assert checked.code == 0
    assert "Entry 4 stands in the log, among 6." in checked.out
    assert ask("ledger", "check-proof", proof, "--log", log, "--json").json["entry"] == 4
    proof.write_bytes(proof.read_bytes().replace(b"index 4", b"index 3"))
    assert ask("ledger", "check-proof", proof, "--log", log).code == 82
    assert ask("ledger", "check-proof", tmp_path / "none", "--log", log).code == 70


def test_an_entry_that_is_not_there_is_refused(ask, folder, tmp_path):
    assert ask("ledger", "prove", "6", "--vault", folder).code == 82
    assert (
        ask("ledger", "prove", "0", "--vault", folder, "--to", tmp_path / "no" / "file").code == 70
    )
    assert ask("ledger", "prove", "0", "--vault", tmp_path).code == 31


def test_words_are_said_and_compared(ask, folder):
    line = ask("ledger", "words", "--vault", folder).out.splitlines()[0]
    document = ask("ledger", "words", "--vault", folder, "--json").json
    more(folder, 3)
    same = ask("ledger", "words", "--vault", folder, "--compare", line)

    assert line == f"6 entries: {' '.join(document['words'])}"
    assert same.code == 0
    assert "when it had 6 entries" in same.out
    assert (
        ask("ledger", "words", "--vault", folder, "--compare", line, "--json").json["same"] is True
    )
    slip = line.replace(
        document["words"][4], "abacus" if document["words"][4] != "abacus" else "zoom"
    )
    told = ask("ledger", "words", "--vault", folder, "--compare", slip)
    assert told.code == 84
    assert "word 5" in told.err
    assert (
        ask("ledger", "words", "--vault", folder, "--compare", line.replace("6", "99", 1)).code
        == 84
    )
    assert ask("ledger", "words", "--vault", folder, "--compare", "6 entries: x").code == 10


def test_a_witness_checks_signs_and_remembers(ask, folder, log, witness, tmp_path):
    state, published = tmp_path / "witness", tmp_path / "log"

    assert "no earlier state" in ask("witness", "check", state, published).out
    assert "friend.example signed for 6 entries" in ask("witness", "cosign", state, published).out
    more(folder, 300)
    ask("ledger", "publish", published, "--vault", folder, "--parts")
    told = ask("witness", "check", state, published)
    assert "continue the 6 the witness remembers" in told.out
    assert ask("witness", "check", state, published, "--json").json["parts"] == 612
    signed = ask("witness", "cosign", state, published, "--json").json
    assert (signed["size"], signed["witness"]) == (306, witness)
    assert "Logs it watches: 1" in ask("witness", "init", state, "--log", log).out


def test_a_bent_file_is_named_by_check(ask, log, witness, tmp_path):
    bundle = tmp_path / "log" / "tile" / "entries" / "000.p" / "6"
    bundle.write_bytes(bundle.read_bytes()[:-1] + b"\x07")
    answer = ask("witness", "check", tmp_path / "witness", tmp_path / "log")

    assert answer.code == 85
    assert "tile/entries/000.p/6: entry 5" in answer.err


def test_a_policy_says_who_signed_and_whether_it_is_enough(ask, folder, log, witness, tmp_path):
    own = ask(
        "witness", "init", tmp_path / "own", "--name", "own.example", "--log", log, "--json"
    ).json["witness"]
    policy = tmp_path / "policy.toml"
    policy.write_text(
        f'needed = 2\noutside = 1\n[[witness]]\nname = "A friend"\nkey = "{witness}"\noperator = false\n'
        f'[[witness]]\nname = "Ourselves"\nkey = "{own}"\noperator = true\n'
    )
    judge = ("witness", "policy", policy, tmp_path / "log", "--log", log)
    ask("witness", "cosign", tmp_path / "own", tmp_path / "log")
    short = ask(*judge)
    assert short.code == 83
    assert "A friend" in short.err
    assert ask(*judge, "--json").json["holds"] is False
    ask("witness", "cosign", tmp_path / "witness", tmp_path / "log")
    enough = ask(*judge)
    assert enough.code == 0
    assert "Enough signed for these 6 entries" in enough.out
    ask("ledger", "publish", tmp_path / "log", "--vault", folder)
    proof = tmp_path / "p"
    ask("ledger", "prove", "0", "--vault", folder, "--to", proof)
    assert ask("ledger", "check-proof", proof, "--log", log, "--policy", policy).code == 83
    assert ask(*judge[:-1], "log+0+x").code == 10


def test_what_a_witness_lacks_is_said(ask, log, tmp_path):
    for words, code in (
        (("init", tmp_path / "w"), 70),
        (("init", tmp_path / "w", "--log", log), 70),
        (("init", tmp_path / "w", "--name", "a b"), 10),
        (("init", tmp_path / "w", "--name", "x", "--log", tmp_path / "none"), 10),
        (("check", tmp_path / "w", tmp_path / "log"), 70),
        (("cosign", tmp_path / "w", tmp_path / "log"), 70),
        (("policy", tmp_path / "none", tmp_path / "log", "--log", log), 70),
        (("policy", tmp_path / "none", tmp_path, "--log", log), 70),
        (("alarm", tmp_path / "none", "--log", log), 70),
    ):
        assert ask("witness", *words).code == code, words
    assert set(files(tmp_path)) & {"w/witness.key"} == set()


def test_a_state_is_stamped_and_checked_offline(ask, folder, tmp_path):
    service = Service(tmp_path / "service")
    stamps = tmp_path / "stamps"
    options = ("--vault", folder, "--root", service.root_file)
    assert ask("ledger", "stamp", stamps, *options).code == 86
    with serving(service) as url:
        made = ask("ledger", "stamp", stamps, *options, "--url", url)
        again = ask("ledger", "stamp", stamps, *options, "--url", url)
    assert (made.code, again.code) == (0, 0)
    assert len(service.asked) == 1
    assert "existed before" in made.out
    (stamp,) = ask("ledger", "stamp", stamps, *options, "--json").json["stamps"]
    token = stamps / stamp["file"]
    token.write_bytes(token.read_bytes()[:-1])
    broken = ask("ledger", "stamp", stamps, *options)
    assert broken.code == 86
    assert "changed or cut short" in broken.err


@pytest.mark.parametrize("command", ["publish", "prove", "words", "stamp"])
def test_no_command_for_outsiders_asks_for_a_passphrase(ask, command):
    shown = ask("ledger", command, "--help").out

    assert "--passphrase-file" not in shown
    assert "its passphrase is not needed" in shown
