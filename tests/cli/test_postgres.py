"""Commands on a vault whose ledger is on PostgreSQL, as a person types them."""

from __future__ import annotations

import pytest

from candlemark.casefile import facts
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Kinds, Part, Vault
from candlemark.seal import Cost, new_passphrase
from logs import grow
from stamping import Service, serving


@pytest.fixture
def served(tmp_path, ask, postgres):
    """The options of a new vault on the server."""
    folder, words = tmp_path / "vault", tmp_path / "words.txt"
    made = ask("init", folder, "--passphrase-file", words, "--postgres", postgres.dsn)
    assert made.code == 0, made.err
    return ("--vault", folder, "--passphrase-file", words)


def test_a_vault_on_a_server_is_used_like_any_other(ask, served):
    folder = served[1]

    assert sorted(path.name for path in folder.iterdir()) == ["keystore.db", "ledger.toml"]
    assert "0 entries" in ask("ledger", "verify", *served).out
    assert ask("case", "list", *served).code == 0


def test_doctor_tells_where_the_ledger_is(ask, served, postgres):
    told = ask("doctor", "--vault", served[1])

    assert "the ledger is in PostgreSQL" in told.out
    assert "page checksums are on" in told.out
    assert "what is erased stays sealed in the write-ahead log for a while" in told.out
    postgres.run("ALTER ROLE keeper SUPERUSER")
    try:
        assert "as a superuser" in ask("doctor", "--vault", served[1]).out
    finally:
        postgres.run("ALTER ROLE keeper NOSUPERUSER")


def test_what_a_server_keeps_of_the_erased_for_a_while_is_said_when_and_after_it_is_erased(
    ask, served
):
    with Vault.open(served[1], served[3].read_text().strip(), KINDS) as vault:
        told = facts.IdentityStated(
            id=new_id("fact"), case=new_id("case"), edition=Definition.load().code,
            person="person_x", names=(facts.Spelling(text="a name"),),
        )  # fmt: skip
        vault.ledger.append([Part("identity", (told,), "person_x")])
    said = "What erasing does not reach: "

    assert said not in ask("erase", "list", *served).out
    asked = ask("erase", "ask", "person_x", "--reason", "mistake", "--yes", *served)
    listed = ask("erase", "list", *served)

    assert asked.code == listed.code == 0, asked.err
    for one in (asked, listed):
        assert said in one.out
        assert "write-ahead log" in " ".join(one.out.split())


def test_a_ledger_is_moved_there_and_back(ask, vault, postgres):
    folder = vault[1]
    there = ask("ledger", "move", folder, "--to", "postgres", "--postgres", postgres.dsn)
    assert there.code == 0, there.err
    assert "is no longer used" in there.out
    assert "ledger.db from before" in ask("doctor", "--vault", folder).out
    assert "hold together" in ask("ledger", "verify", *vault).out
    back = ask("ledger", "move", folder, "--to", "sqlite")
    assert back.code == 0, back.err
    assert "in the folder now" in back.out
    assert "hold together" in ask("ledger", "verify", *vault).out


@pytest.mark.parametrize(
    "words", [("--to", "postgres"), ("--to", "sqlite", "--postgres", "service=x")]
)
def test_a_move_needs_the_name_of_a_database_or_has_none(ask, vault, words):
    answer = ask("ledger", "move", vault[1], *words)

    assert answer.code == 70
    assert "--postgres service=NAME" in answer.err


def test_a_password_in_the_connection_is_refused(ask, tmp_path):
    answer = ask("init", tmp_path / "vault", "--passphrase-file", tmp_path / "words.txt",
                 "--postgres", "host=x password=swordfish")  # fmt: skip

    assert answer.code == 70
    assert "swordfish" not in answer.err
    assert not (tmp_path / "vault").exists()
    assert not (tmp_path / "words.txt").exists()


def test_what_people_outside_need_is_had_from_a_server_too(ask, tmp_path, postgres):
    folder, log, state = tmp_path / "vault", tmp_path / "log", tmp_path / "witness"
    words = new_passphrase()
    with Vault.create(folder, words, cost=Cost.QUICK, postgres=postgres.dsn) as vault:
        grow(vault.ledger, 300)
    key = ask("ledger", "publish", log, "--vault", folder, "--parts", "--json").json["log"]
    ask("witness", "init", state, "--name", "friend.example", "--log", key)
    assert "signed for 300 entries" in ask("witness", "cosign", state, log).out
    with Vault.open(folder, words, Kinds()) as vault:
        grow(vault.ledger, 250)
        verified = vault.ledger.verify()
    assert ask("ledger", "publish", log, "--vault", folder, "--parts").code == 0
    checked = ask("witness", "check", state, log, "--json").json
    proof = tmp_path / "entry.tlog-proof"
    assert ask("ledger", "prove", "257", "--vault", folder, "--to", proof).code == 0
    said = ask("ledger", "words", "--vault", folder).out.splitlines()[0]
    service = Service(tmp_path / "service")
    options = ("--vault", folder, "--root", service.root_file)
    with serving(service) as url:
        stamped = ask("ledger", "stamp", tmp_path / "stamps", *options, "--url", url)

    assert verified.faults == ()
    assert (log / "tile" / "0" / "001").stat().st_size == 8192
    assert checked["parts"] == 1100
    assert "among 550" in ask("ledger", "check-proof", proof, "--log", key).out
    assert said.startswith("550 entries: ")
    assert ask("ledger", "words", "--vault", folder, "--compare", said).code == 0
    assert stamped.code == 0
    assert "existed before" in stamped.out


def test_a_server_that_is_away_has_its_own_exit_code(ask, served, postgres):
    postgres.stop()
    try:
        answer = ask("ledger", "verify", *served)
        assert answer.code == 90
        assert "does not answer" in answer.err
        assert "does not answer" in ask("doctor", "--vault", served[1]).out
    finally:
        postgres.start()
