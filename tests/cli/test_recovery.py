"""Lost passphrases, journeys, and the key that three of five people hold, at the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from candlemark.seal import new_passphrase


@pytest.fixture
def five(places, ask):
    """A vault with a recovery key, and five files with a share each."""
    answer = ask("key", "recovery", "new", places.path / "shares", "--json")
    assert answer.code == 0, answer.err
    places.shares = sorted((places.path / "shares").glob("share-*.txt"))
    places.begin("--recovery", answer.json["public"])
    places.say("Sevda", "office", "what happened")
    return places


def shares(five, *numbers):
    return [word for number in numbers for word in ("--share", five.shares[number - 1])]


def test_three_of_five_open_a_vault_whose_passphrase_is_lost(five, ask):
    five.words("Sevda").unlink()

    answer = ask(
        "key", "recover", five.path / "office", "--name", "Aysel", *shares(five, 5, 1, 3),
        "--passphrase-file", five.words("Aysel"), "--json",
    )  # fmt: skip

    assert answer.code == 0, answer.err
    assert len(answer.json["administrators"]) == 1
    assert five.titles("Aysel", "office") == ["what happened"]
    five.say("Aysel", "office", "and later")
    lost = answer.json["administrators"][0]
    assert five.at("Aysel", "office", "member", "remove", lost, "--yes").code == 0
    assert five.at("Aysel", "office", "ledger", "verify").code == 0


@pytest.mark.parametrize("numbers", [(), (1,), (1, 2), (4, 4, 4), (2, 5, 2)])
def test_fewer_than_three_shares_give_nothing_and_change_nothing(five, ask, numbers):
    before = {path.name: path.read_bytes() for path in (five.path / "office").iterdir()}

    answer = ask(
        "key", "recover", five.path / "office", "--name", "Thief", *shares(five, *numbers),
        "--passphrase-file", five.words("Thief"),
    )  # fmt: skip

    assert answer.code == (39 if numbers else 70)
    assert not five.words("Thief").exists()
    assert before == {path.name: path.read_bytes() for path in (five.path / "office").iterdir()}


def test_shares_are_typed_without_being_shown(five, ask, monkeypatch):
    typed = [Path(five.shares[number]).read_text() for number in (0, 2, 4)]
    monkeypatch.setattr("sys.stdin", Terminal(""))
    left = iter(typed)
    monkeypatch.setattr("click.termui.hidden_prompt_func", lambda _: next(left))

    answer = ask(
        "key", "recover", five.path / "office", "--name", "Aysel",
        "--passphrase-file", five.words("Aysel"),
    )  # fmt: skip

    assert answer.code == 0, answer.err
    assert not any(share.split()[5] in answer.out.split() for share in typed)
    assert five.titles("Aysel", "office") == ["what happened"]


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self):
        return True


def test_a_word_of_a_share_that_was_mistyped_is_named_by_its_number_and_not_repeated(five, ask):
    path = five.path / "shares" / "share-2.txt"
    words = path.read_text().split()
    wrong = five.path / "wrong.txt"
    wrong.write_text(" ".join([*words[:6], "zzyzx", *words[7:]]))

    answer = ask(
        "key", "recover", five.path / "office", "--name", "Aysel", *shares(five, 1),
        "--share", wrong, *shares(five, 3), "--passphrase-file", five.words("Aysel"),
    )  # fmt: skip

    assert answer.code == 39
    assert "share 2" in answer.err
    assert "number 7" in answer.err
    assert "zzyzx" not in answer.err


def test_the_shares_of_another_key_open_nothing(five, ask):
    assert ask("key", "recovery", "new", five.path / "o").code == 0
    five.shares = sorted((five.path / "o").glob("share-*.txt"))

    answer = ask(
        "key", "recover", five.path / "office", "--name", "Thief", *shares(five, 1, 2, 3),
        "--passphrase-file", five.words("Thief"),
    )  # fmt: skip

    assert answer.code == 38
    assert not five.words("Thief").exists()


def test_shares_lie_in_files_only_their_owner_reads_and_are_never_overwritten(five, ask):
    before = [share.read_text() for share in five.shares]
    again = ask("key", "recovery", "new", five.path / "shares")

    assert {share.stat().st_mode & 0o777 for share in five.shares} == {0o600}
    assert len(set(before)) == 5
    assert again.code == 70
    assert [share.read_text() for share in five.shares] == before


def test_five_people_write_their_shares_from_the_screen(places, ask, monkeypatch):
    monkeypatch.setattr("sys.stdin", Terminal("y\n" + "\n" * 5))

    answer = ask("key", "recovery", "new", places.path / "new", "--show")

    assert answer.code == 0, answer.err
    for number in range(1, 6):
        assert f"Share {number} of 5, 33 words" in answer.out
    assert [path.name for path in (places.path / "new").iterdir()] == ["recovery.public"]


def test_nobody_at_a_terminal_sees_shares(places, ask):
    assert ask("key", "recovery", "new", places.path / "new", "--show").code == 70
    assert not (places.path / "new").exists()


def test_a_recovery_key_set_later_opens_what_was_said_before(places, ask):
    places.begin()
    places.say("Sevda", "office", "before")
    made = ask("key", "recovery", "new", places.path / "s", "--json").json
    setting = ("key", "recovery", "set", made["public"], "--words")
    assert places.at("Sevda", "office", *setting, "other words").code == 70
    places.done("Sevda", "office", *setting, " ".join(made["words"]))
    places.shares = sorted((places.path / "s").glob("share-*.txt"))

    answer = ask(
        "key", "recover", places.path / "office", "--name", "Aysel", *shares(places, 2, 3, 4),
        "--passphrase-file", places.words("Aysel"),
    )  # fmt: skip

    assert answer.code == 0, answer.err
    assert places.titles("Aysel", "office") == ["before"]


@pytest.mark.parametrize(
    "content", [b"", b"x y", b"\xff\xfe", b"\x92\xc0\xc0"]
)  # fmt: skip
def test_a_file_without_a_recovery_key_is_refused_and_no_vault_is_made(places, ask, content):
    (places.path / "r.txt").write_bytes(content)

    answer = ask(
        "init", places.path / "office", "--passphrase-file", places.words("Sevda"),
        "--recovery", places.path / "r.txt",
    )  # fmt: skip

    assert answer.code in {35, 70}
    assert not (places.path / "office").exists()
    assert not places.words("Sevda").exists()


def test_another_passphrase_opens_and_the_old_one_does_not(places):
    places.begin()
    places.say("Sevda", "office", "one")
    new = places.path / "new.txt"
    answer = places.at("Sevda", "office", "key", "passphrase", "--new-passphrase-file", new)
    old = places.at("Sevda", "office", "case", "list")
    places.words("Sevda").write_text(new.read_text())

    assert answer.code == 0, answer.err
    assert "Earlier copies" in answer.out
    assert old.code == 33
    assert places.titles("Sevda", "office") == ["one"]


def test_a_wrong_old_passphrase_changes_nothing(places):
    places.begin()
    right = places.words("Sevda").read_text()
    places.words("Sevda").write_text(new_passphrase())
    new = places.path / "new.txt"
    answer = places.at("Sevda", "office", "key", "passphrase", "--new-passphrase-file", new)

    assert answer.code == 33
    assert not new.exists()
    places.words("Sevda").write_text(right)
    assert places.titles("Sevda", "office") == []


def test_who_crosses_a_border_opens_nothing_there_and_is_thawed_at_home(places):
    places.begin()
    places.join("Aysel", "laptop")
    places.carry("Aysel", "laptop", "Sevda", "office")
    places.say("Sevda", "office", "one")
    places.carry("Sevda", "office", "Aysel", "laptop")
    with places.open("Aysel", "laptop") as vault:
        mine = vault.members.me.recipient.kid
        held = [
            one.wrapped
            for one in vault._keystore.wraps(vault._identity.vault)
            if one.holder == mine
        ]
    places.done("Sevda", "office", "member", "list")
    assert places.at("Aysel", "laptop", "key", "freeze").code == 70
    answer = places.at("Aysel", "laptop", "key", "freeze", "--yes")
    opens = places.at("Aysel", "laptop", "case", "list")
    content = (places.path / "laptop" / "keystore.db").read_bytes()

    assert answer.code == 0, answer.err
    assert held
    assert not [one for one in held if one in content]
    assert (opens.code, "frozen" in opens.err) == (38, True)


def test_two_freeze_a_third_and_an_administrator_thaws(places):
    places.begin()
    for name in ("Aysel", "Ramin"):
        places.join(name, name.lower())
        places.carry(name, name.lower(), "Sevda", "office")
    ramin = places.code("Ramin")
    alone = places.done("Sevda", "office", "key", "freeze", ramin, "--yes")
    places.carry("Sevda", "office", "Aysel", "aysel")
    together = places.done("Aysel", "aysel", "key", "freeze", ramin, "--yes")
    places.carry("Aysel", "aysel", "Sevda", "office")
    thawed = places.done("Sevda", "office", "key", "thaw", ramin, "--yes")

    assert (alone["frozen"], together["frozen"]) == (False, True)
    assert thawed["standing"] == "made"


def test_nobody_freezes_themselves_when_nobody_could_thaw(places):
    places.begin()

    assert places.at("Sevda", "office", "key", "freeze", "--yes").code == 38
    assert places.titles("Sevda", "office") == []
