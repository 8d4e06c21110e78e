"""A vault in several places, and what is lost, erased or restored, done at a terminal."""

from __future__ import annotations

import shutil
import stat

import pytest

from candlemark.casefile.facts import IdentityStated, Spelling
from candlemark.cli.opening import KINDS
from candlemark.ledger import Part, Vault
from candlemark.ledger.genesis import log_name
from candlemark.seal import NoteKey, SigningKey


@pytest.fixture
def home(tmp_path, vault):
    """The options of a vault that has introduced itself, and its folder."""
    return vault


def said(vault):
    """What the ledger of a vault holds, as its hash says it."""
    folder, words = vault[1], vault[3]
    with Vault.open(folder, words.read_text().strip(), KINDS) as opened:
        return sorted(entry.action for entry in opened.ledger.entries())


def options(folder, words):
    return ("--vault", folder, "--passphrase-file", words)


@pytest.fixture
def laptop(ask, home, tmp_path):
    """The options of a second place, whose member is new; both have exchanged once."""
    stick, words, card = tmp_path / "stick", tmp_path / "aysel.txt", tmp_path / "card.txt"
    assert ask("share", stick, *home).code == 0
    joined = ask("join", stick, tmp_path / "laptop", "--name", "Aysel", "--card", card,
                 "--passphrase-file", words, "--json")  # fmt: skip
    assert joined.code == 0, joined.err
    six = " ".join(joined.json["words"])
    assert ask("member", "add", card, "--words", six, *home).code == 0
    assert ask("replica", "add", joined.json["log"], "--label", "laptop", "--yes", *home).code == 0
    assert ask("share", stick, *home).code == 0
    pulled = ask("pull", stick, *options(tmp_path / "laptop", words))
    assert pulled.code == 0, pulled.err
    return options(tmp_path / "laptop", words)


def test_two_places_come_to_the_same(ask, home, laptop, tmp_path):
    assert ask("share", tmp_path / "back", *laptop).code == 0
    back = ask("pull", tmp_path / "back", "--json", *home)
    again = ask("pull", tmp_path / "back", "--json", *home)
    listed = ask("replica", "list", "--json", *home).json["logs"]

    assert back.code == 0, back.err
    assert back.json["refused"] == []
    assert again.json["taken"] == 0
    assert said(home) == said(laptop)
    assert [one["here"] for one in listed] == [True, False]
    assert ask("ledger", "verify", *home).code == 0
    assert ask("ledger", "verify", *laptop).code == 0


def test_a_place_opens_nothing_before_its_person_was_taken_in(ask, home, tmp_path):
    ask("compartment", "rotate", "coded", *home)
    ask("share", tmp_path / "stick", *home)
    words = tmp_path / "words.txt2"
    ask("join", tmp_path / "stick", tmp_path / "laptop", "--name", "Aysel", "--card",
        tmp_path / "c", "--passphrase-file", words)  # fmt: skip

    refused = ask("pull", tmp_path / "stick", *options(tmp_path / "laptop", words))

    assert refused.code == 38
    assert "no key of the vault" in refused.err


def test_joining_says_who(ask, home, tmp_path):
    ask("share", tmp_path / "stick", *home)

    for more in ([], ["--name", "A", "--key", tmp_path / "k"]):
        assert ask("join", tmp_path / "stick", tmp_path / "laptop", *more).code == 70


def test_a_member_takes_their_key_to_a_second_machine(ask, home, tmp_path):
    ask("share", tmp_path / "stick", *home)
    exported = ask("key", "export", tmp_path / "my.key", *home)
    joined = ask("join", tmp_path / "stick", tmp_path / "second", "--key", tmp_path / "my.key",
                 "--passphrase-file", home[3], "--json")  # fmt: skip
    pulled = ask("pull", tmp_path / "stick", *options(tmp_path / "second", home[3]))

    assert exported.code == joined.code == pulled.code == 0, joined.err + pulled.err
    assert stat.S_IMODE((tmp_path / "my.key").stat().st_mode) == 0o600
    assert ask("key", "export", tmp_path / "my.key", *home).code == 70
    assert set(said(home)) <= set(said(options(tmp_path / "second", home[3])))


def test_a_log_of_another_vault_is_not_named(ask, home):
    key = SigningKey.generate().public
    other = NoteKey(log_name(bytes(16), key), 1, key)

    refused = ask("replica", "add", other, "--label", "x", "--yes", *home)

    assert refused.code == 70
    assert "not one of this vault" in refused.err


def test_what_was_refused_is_listed_with_the_reason(ask, home, laptop, tmp_path):
    members = ask("member", "list", "--json", *home).json["members"]
    aysel = next(one["code"] for one in members if one["name"] == "Aysel")
    assert ask("member", "remove", aysel, "--yes", *home).code == 0
    with Vault.open(laptop[1], laptop[3].read_text().strip(), KINDS) as vault:
        vault.members.renew_device()
        vault.share(tmp_path / "back")
    pulled = ask("pull", tmp_path / "back", "--json", *home)
    listed = ask("quarantine", "list", "--vault", home[1], "--json").json["refused"]

    assert pulled.code == 0, pulled.err
    assert len(pulled.json["refused"]) == len(listed) == 1
    assert "given up" in listed[0]["why"]
    assert "given up" in ask("quarantine", "list", "--vault", home[1]).out
    assert ask("quarantine", "list", "--vault", laptop[1]).out == "Nothing was refused.\n"


def test_a_folder_that_is_none_is_refused(ask, home, tmp_path):
    (tmp_path / "empty").mkdir()

    assert ask("pull", tmp_path / "empty", *home).code == 85
    assert ask("join", tmp_path / "empty", tmp_path / "n", "--name", "A", "--passphrase-file",
               tmp_path / "w").code == 85  # fmt: skip
    assert not (tmp_path / "n").exists()


# A lost passphrase


@pytest.fixture
def recovery(ask, tmp_path):
    made = ask("key", "recovery", "new", tmp_path / "shares", "--json")
    assert made.code == 0, made.err
    return tmp_path / "shares"


def share_files(recovery, *numbers):
    return [word for number in numbers
            for word in ("--share", recovery / f"share-{number}.txt")]  # fmt: skip


def test_three_of_five_shares_open_a_vault_nobody_can_open(ask, tmp_path, recovery):
    folder, new = tmp_path / "v", tmp_path / "new.txt"
    assert ask("init", folder, "--passphrase-file", tmp_path / "lost.txt",
               "--recovery", recovery / "recovery.public").code == 0  # fmt: skip
    (tmp_path / "lost.txt").unlink()
    two = ask("key", "recover", folder, "--name", "Rescuer", "--passphrase-file", tmp_path / "x",
              *share_files(recovery, 2, 5))  # fmt: skip
    three = ask("key", "recover", folder, "--name", "Rescuer", "--passphrase-file", new,
                *share_files(recovery, 2, 4, 5))  # fmt: skip

    assert two.code == 39
    assert "2 shares do not give" in two.err
    assert not (tmp_path / "x").exists()
    assert three.code == 0, three.err
    assert ask("ledger", "verify", *options(folder, new)).code == 0


def test_a_recovery_key_is_set_when_its_words_were_compared(ask, home, recovery):
    public = recovery / "recovery.public"
    wrong = ask("key", "recovery", "set", public, "--words", "a b c d e f", *home)
    words = wrong.err.split("The words of this key: ")[1].splitlines()[0]
    right = ask("key", "recovery", "set", public, "--words", words, *home)
    (recovery / "other").write_bytes(b"something")

    assert wrong.code == 70
    assert right.code == 0, right.err
    assert ask("key", "recovery", "set", recovery / "other", *home).code == 35
    assert ask("key", "recovery", "set", recovery / "none", *home).code == 70


def test_shares_lie_in_files_only_their_owner_reads(recovery):
    files = sorted(recovery.glob("share-*.txt"))

    assert len(files) == 5
    assert all(stat.S_IMODE(file.stat().st_mode) == 0o600 for file in files)
    assert all(len(file.read_text().split()) == 33 for file in files)


def test_a_passphrase_is_changed(ask, home, tmp_path):
    new = tmp_path / "new.txt"
    changed = ask("key", "passphrase", "--new-passphrase-file", new, *home)

    assert changed.code == 0, changed.err
    assert ask("ledger", "verify", *home).code == 33
    assert ask("ledger", "verify", *options(home[1], new)).code == 0


# What is erased, and what burned


@pytest.fixture
def person(home):
    """Somebody about whom something is sealed."""
    name = IdentityStated(
        id="fact_1", case="case_1", edition="2026.1", person="person_1", names=(Spelling(text="X"),)
    )
    with Vault.open(home[1], home[3].read_text().strip(), KINDS) as vault:
        vault.ledger.append([Part("identity", (name,), "person_1")])
    return "person_1"


def test_a_burned_vault_is_restored_for_one_of_its_members(ask, home, tmp_path):
    root = tmp_path / "backups"
    ask("key", "export", tmp_path / "k", *home)
    code = ask("member", "list", "--json", *home).json["members"][0]["code"]
    assert ask("backup", "make", root, "--vault", home[1]).code == 0
    before = said(home)
    shutil.rmtree(home[1])
    (day,) = ask("backup", "list", root, "--json").json["backups"]
    restored = ask("backup", "restore", root / day, tmp_path / "again", "--member", code,
                   "--passphrase-file", home[3], "--json")  # fmt: skip
    again = options(tmp_path / "again", home[3])

    assert restored.code == 0, restored.err
    assert set(before) <= set(said(again))
    assert (
        ask("replica", "add", restored.json["log"], "--label", "again", "--yes", *again).code == 0
    )
    assert ask("ledger", "verify", *again).code == 0


def test_nothing_is_restored_for_who_is_not_in_a_backup(ask, home, tmp_path):
    ask("compartment", "rotate", "coded", *home)
    ask("backup", "make", tmp_path / "b", "--vault", home[1])
    (day,) = ask("backup", "list", tmp_path / "b", "--json").json["backups"]

    refused = ask("backup", "restore", tmp_path / "b" / day, tmp_path / "again", "--member", "ffff",
                  "--passphrase-file", home[3])  # fmt: skip

    assert refused.code == 70
    assert ask("backup", "list", tmp_path / "nothing").code == 70


def test_in_a_vault_of_one_an_erasure_is_done_at_once_and_listed(ask, home, person):
    unsure = ask("erase", "ask", person, "--reason", "mistake", *home)
    done = ask("erase", "ask", person, "--reason", "mistake", "--yes", "--json", *home)
    listed = ask("erase", "list", "--json", *home).json["erasures"]

    assert unsure.code == 70
    assert done.code == 0, done.err
    assert [(one["agreed"], one["parts"], one["places_without_receipt"]) for one in listed] == [
        (True, 1, 0)
    ]
    assert ask("ledger", "verify", *home).code == 0
    assert ask("erase", "ask", person, "--reason", "mistake", "--yes", *home).code == 38
    assert ask("erase", "ask", person, "--reason", "because", *home).code == 70


def test_an_erasure_waits_for_the_second_member_and_reaches_every_place(
    ask, home, laptop, person, tmp_path
):
    with Vault.open(home[1], home[3].read_text().strip(), KINDS) as vault:
        sealed = list(vault._store.parts(list(vault.ledger.parts_about(person))).values())
    asked = ask("erase", "ask", person, "--reason", "in-danger", "--yes", "--json", *home)
    ask("backup", "make", tmp_path / "backups", "--vault", home[1])
    ask("share", tmp_path / "stick", *home)
    ask("pull", tmp_path / "stick", *laptop)
    own = ask("erase", "agree", asked.json["code"], "--yes", *home)
    agreed = ask("erase", "agree", asked.json["code"], "--yes", "--json", *laptop)
    open_at = agreed.json["places_without_receipt"]
    ask("share", tmp_path / "back", *laptop)
    pulled = ask("pull", tmp_path / "back", "--json", *home)
    ask("share", tmp_path / "stick", *home)
    ask("backup", "make", tmp_path / "backups", "--vault", home[1])
    listed = ask("erase", "list", "--json", *home).json["erasures"]
    left = [path for path in tmp_path.rglob("*") if path.is_file()]

    assert sealed
    assert not asked.json["agreed"]
    assert own.code == 38
    assert agreed.code == 0, agreed.err
    assert open_at == 1
    assert pulled.json["erased"] == 1
    assert listed[0]["places_without_receipt"] == 0
    assert not [path for path in left for one in sealed if one in path.read_bytes()]
    assert ask("ledger", "verify", *home).code == 0
