"""Signing in: one answer to whoever is not let in, nothing open between requests, out at once."""

from __future__ import annotations

import gc
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest

from candlemark.errors import LedgerBroken, NotEntitled, VaultBusy, WrongPassphrase
from candlemark.ledger import Vault, entrance, second_factor
from candlemark.ledger.compartments import CompartmentKeys
from candlemark.ledger.entrance import KNOCKS, Entrance, as_code
from candlemark.ledger.files import alone_in
from candlemark.ledger.keystore_rows import KEYSTORE_FILE
from candlemark.ledger.model.place import make_folder
from candlemark.ledger.roster_facts import MemberChanged
from candlemark.ledger.sessions import HARD, IDLE
from candlemark.seal import Cost, SealingKey, SigningKey, Stretching
from candlemark.seal.totp import new_totp_secret, totp
from team import Team

WRONG = "abacus abdomen abdominal abide abiding ability zoom"


class Clock:
    def __init__(self):
        self.time = datetime.now(UTC) + timedelta(hours=1)  # after every device is certified

    def __call__(self):
        return self.time

    def pass_by(self, **much):
        self.time += timedelta(**much)


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def team(tmp_path, world):
    return Team(tmp_path / "vault", world.kinds)


@pytest.fixture
def door(team, clock):
    made = Entrance(team.folder, team.kinds, clock)
    yield made
    made.sessions.end_all()


def test_a_vault_of_one_needs_no_code(team, door):
    token = door.sign_in("", team.words["founder"])

    with door.enter(token) as vault:
        assert vault.name == "The house"


def test_a_member_among_several_gives_their_code_however_it_is_typed(team, door):
    code = team.take_in("Aysel")
    typed = f" {code[:4].upper()}-{code[4:8]} {code[8:]} "

    with door.enter(door.sign_in(typed, team.words["Aysel"])) as vault:
        assert vault.members.me.name == "Aysel"


def _answers(door, tries):
    said = []
    for code, passphrase in tries:
        with pytest.raises(WrongPassphrase) as refused:
            door.sign_in(code, passphrase)
        said.append((refused.value.message, refused.value.hint, refused.value.faults))
    return set(said)


def test_whoever_is_not_let_in_gets_one_answer(team, door):
    codes = {name: team.take_in(name) for name in ("Aysel", "Rauf", "Leyla")}
    team.take_in("Deputy", administrator=True)
    team.remove("Rauf")
    assert team.freeze("Leyla", "Leyla")

    tries = [
        (codes["Aysel"], WRONG),
        (codes["Aysel"], team.words["Rauf"]),
        ("0" * 12, team.words["Aysel"]),
        ("", team.words["Aysel"]),
        (codes["Aysel"][:4], team.words["Aysel"]),
        (codes["Rauf"], team.words["Rauf"]),
        (codes["Leyla"], team.words["Leyla"]),
        (codes["Leyla"], WRONG),
        ("Aysel", team.words["Aysel"]),
    ]
    assert len(_answers(door, tries)) == 1


def test_every_try_stretches_one_passphrase_whoever_knocks(team, door, monkeypatch):
    """The time an answer takes is the time of stretching; so there is always one of them."""
    code = team.take_in("Aysel")
    stretched = []
    real = Stretching.stretch
    monkeypatch.setattr(
        Stretching, "stretch", lambda self, text: stretched.append(self.memory) or real(self, text)
    )
    found = {}
    for name, (typed, passphrase) in {
        "let in": (code, team.words["Aysel"]),
        "wrong": (code, WRONG),
        "unknown": ("f" * 12, WRONG),
        "nobody": ("", WRONG),
    }.items():
        stretched.clear()
        with suppress(WrongPassphrase):
            door.sign_in(typed, passphrase)
        found[name] = tuple(stretched)

    assert set(found.values()) == {(Cost.QUICK.value[0],)}


def test_misses_make_the_next_try_wait_and_the_delay_is_known(team, door, clock):
    code = team.take_in("Aysel")
    _answers(door, [(code, WRONG)] * 3)

    assert door.wait(code.upper()) == pytest.approx(1.0)
    with pytest.raises(NotEntitled, match="the next try is in 1 seconds"):
        door.sign_in(code, team.words["Aysel"])
    clock.pass_by(seconds=3)
    assert door.sign_in(code, team.words["Aysel"])


def test_a_delay_outlives_a_restart(team, door, clock):
    code = team.take_in("Aysel")
    _answers(door, [(code, WRONG)] * 3)

    assert Entrance(team.folder, team.kinds, clock).wait(code) > 0


def test_while_somebody_else_signs_in_one_waits_and_is_then_told(team, door, monkeypatch):
    monkeypatch.setattr(entrance, "PATIENCE", 0.2)
    with alone_in(team.folder / KNOCKS), pytest.raises(VaultBusy):
        door.sign_in("", team.words["founder"])

    assert door.sign_in("", team.words["founder"])


def _of_a_vault():
    """What is in memory of any vault; tests beside this one may hold some."""
    gc.collect()
    kinds = (SealingKey, SigningKey, CompartmentKeys, Vault)
    return [one for one in gc.get_objects() if issubclass(type(one), kinds)]


def test_nothing_of_the_vault_is_open_between_two_requests(team, door):
    before = {id(one) for one in _of_a_vault()}
    token = door.sign_in("", team.words["founder"])
    with door.enter(token) as vault:
        vault.ledger.verify()
    del vault

    assert [type(one) for one in _of_a_vault() if id(one) not in before] == []


def test_a_removed_member_is_out_at_their_next_request(team, door):
    token = door.sign_in(team.take_in("Aysel"), team.words["Aysel"])
    team.remove("Aysel")

    with pytest.raises(NotEntitled, match="signed in no longer"), door.enter(token):
        pass
    assert door.sessions.open == 0


def test_a_member_who_freezes_themselves_is_out_at_once(team, door):
    team.take_in("Deputy", administrator=True)
    token = door.sign_in(team.take_in("Aysel"), team.words["Aysel"])
    with door.enter(token) as vault:
        assert vault.members.freeze(vault.members.me)

    with pytest.raises(NotEntitled, match="signed in no longer"), door.enter(token):
        pass


def test_a_new_passphrase_ends_the_sessions_of_the_old_one(team, door):
    token = door.sign_in("", team.words["founder"])
    with team.open() as vault:
        vault.change_passphrase(team.words["founder"], WRONG, cost=Cost.QUICK)

    with pytest.raises(NotEntitled), door.enter(token):
        pass


@pytest.mark.parametrize(("much", "lasts"), [(IDLE - timedelta(seconds=1), True), (IDLE, False)])
def test_a_session_without_a_request_ends(team, door, clock, much, lasts):
    token = door.sign_in("", team.words["founder"])
    clock.time += much
    try:
        with door.enter(token):
            assert lasts
    except NotEntitled:
        assert not lasts


def test_a_session_ends_after_eight_hours_however_busy(team, door, clock):
    token = door.sign_in("", team.words["founder"])
    for _ in range(int(HARD / IDLE) * 2 - 1):
        clock.time += IDLE / 2
        with door.enter(token):
            pass
    clock.time += IDLE / 2

    with pytest.raises(NotEntitled), door.enter(token):
        pass


def test_signing_in_again_ends_the_other_session(team, door):
    first = door.sign_in("", team.words["founder"])
    second = door.sign_in("", team.words["founder"])

    with door.enter(second):
        pass
    with pytest.raises(NotEntitled), door.enter(first):
        pass


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("AB12 cd-34", "ab12cd34"), ("", ""), ("ı̇İ", ""), ("f" * 99, "f" * 32), ("../x", "x")],
)
def test_a_code_is_read_as_it_was_meant(typed, meant):
    assert as_code(typed).replace("i", "") == meant


def _telephone(team, clock, who="founder"):
    """Set up a second factor; what gives its codes."""
    secret = new_totp_secret()
    step = int(clock().timestamp()) // 30
    with Vault.open(team.folder, team.words[who], team.kinds, clock=clock) as vault:
        vault.factor.set(secret, totp(secret, step))
    return lambda: totp(secret, int(clock().timestamp()) // 30)


def test_with_a_second_factor_the_passphrase_alone_gets_the_one_answer(team, door, clock):
    show = _telephone(team, clock)
    clock.pass_by(seconds=60)

    assert _answers(door, [("", team.words["founder"]), ("", WRONG)]) == _answers(
        door, [("0" * 12, WRONG)]
    )
    assert door.sign_in("", team.words["founder"], show())


def test_a_code_lets_in_once(team, door, clock):
    show = _telephone(team, clock)
    clock.pass_by(seconds=60)
    door.sign_in("", team.words["founder"], show())

    with pytest.raises(WrongPassphrase):
        door.sign_in("", team.words["founder"], show())
    clock.pass_by(seconds=30)
    assert door.sign_in("", team.words["founder"], show())


def test_the_code_that_was_shown_while_setting_up_lets_nobody_in(team, door, clock):
    show = _telephone(team, clock)

    with pytest.raises(WrongPassphrase):
        door.sign_in("", team.words["founder"], show())


def test_a_second_factor_is_not_set_before_the_telephone_shows_the_right_code(team, clock):
    with team.open() as vault:
        with pytest.raises(NotEntitled, match="not the code of the second factor"):
            vault.factor.set(new_totp_secret(), "000000")

        assert not vault.factor.is_set


def test_a_second_factor_outlives_another_passphrase_and_is_removed(team, door, clock):
    _telephone(team, clock)
    with team.open() as vault:
        vault.change_passphrase(team.words["founder"], WRONG, cost=Cost.QUICK)
    with pytest.raises(WrongPassphrase):
        door.sign_in("", WRONG)
    with Vault.open(team.folder, WRONG, team.kinds) as vault:
        vault.factor.remove()
        assert not vault.factor.is_set

    assert door.sign_in("", WRONG)


def test_an_administrator_removes_the_second_factor_of_somebody_who_lost_it_and_nobody_else(
    team, door, clock
):
    team.take_in("Aysel")
    team.take_in("Rauf")
    _telephone(team, clock, "Aysel")
    founder, aysel, rauf = (team.member(name) for name in ("founder", "Aysel", "Rauf"))
    vault = bytes.fromhex(door.card.id)

    with pytest.raises(NotEntitled, match="no administrator"):
        second_factor.forget_for(team.folder, vault, rauf, aysel)
    assert second_factor.is_set(team.folder, vault, aysel.kid)
    second_factor.forget_for(team.folder, vault, founder, aysel)
    assert door.sign_in(aysel.code, team.words["Aysel"])


@pytest.mark.parametrize("content", [b"", b"x" * 90, b"x" * 2000])
def test_a_damaged_second_factor_lets_nobody_in(team, door, clock, content):
    show = _telephone(team, clock)
    (file,) = (team.folder / second_factor.FOLDER).iterdir()
    file.write_bytes(content)
    clock.pass_by(seconds=60)

    with pytest.raises(LedgerBroken, match="second factor of this member is damaged"):
        door.sign_in("", team.words["founder"], show())


def test_what_lies_beside_the_vault_tells_no_name_and_no_secret(team, door, clock):
    code = team.take_in("Aysel")
    secret = new_totp_secret()
    with team.open("Aysel") as vault:
        vault.factor.set(secret, totp(secret, int(datetime.now(UTC).timestamp()) // 30))
        kid = vault.members.me.kid
    _answers(door, [(code, WRONG)])
    stored = b"".join(
        path.name.encode() + path.read_bytes()
        for folder in (KNOCKS, second_factor.FOLDER)
        for path in (team.folder / folder).iterdir()
        if path.is_file()
    )

    for sealed in (b"Aysel", code.encode(), kid, secret, WRONG.encode()):
        assert sealed not in stored


def test_a_lock_that_does_not_say_whose_it_is_still_asks_for_the_right_code(team, door):
    """A vault of one, made by an earlier version, has such a lock."""
    code = team.code("founder")
    assert door.sign_in(code, team.words["founder"])
    with pytest.raises(WrongPassphrase):
        door.sign_in("0" * 12, team.words["founder"])


def test_a_change_of_rights_does_not_end_a_session(team, door):
    member = None
    token = door.sign_in(team.take_in("Aysel"), team.words["Aysel"])
    member = team.member("Aysel")
    with team.open() as vault:
        vault.members.propose([MemberChanged(member.kid, administrator=True, coded=True)])

    with door.enter(token) as vault:
        assert vault.members.me.administrator


def test_throwing_the_read_models_away_signs_nobody_out(team, door):
    token = door.sign_in("", team.words["founder"])

    with door.enter(token) as vault:
        make_folder(vault.ledger.models.folder)
        vault.ledger.models.drop()  # as when somebody is frozen, or something is erased

    with door.enter(token) as vault:
        assert vault.name == "The house"


WORDS = "abacus abdomen abdominal abide abiding ability ablaze"


def test_another_passphrase_is_set_inside_by_who_knows_the_old_one_and_ends_the_session(
    team, door, monkeypatch
):
    monkeypatch.setattr(Vault, "change_passphrase", _quickly(Vault.change_passphrase))
    code = team.take_in("Aysel")
    token, theirs = (
        door.sign_in(code, team.words["Aysel"]),
        door.sign_in(team.code("founder"), team.words["founder"]),
    )
    with door.enter(token) as vault:
        for _ in range(3):
            with pytest.raises(WrongPassphrase):
                door.change_passphrase(vault, WRONG, WORDS)
        assert door.wait(code) == pytest.approx(1.0)
        with pytest.raises(NotEntitled, match="too many wrong passphrases"):
            door.change_passphrase(vault, team.words["Aysel"], WORDS)
    with door.enter(token):
        pass
    door._doorkeeper._clock.pass_by(seconds=2)
    with door.enter(token) as vault:
        door.change_passphrase(vault, team.words["Aysel"], WORDS)
    with pytest.raises(NotEntitled), door.enter(token):
        pass
    with door.enter(theirs):
        pass
    assert door.sign_in(code, WORDS)
    _answers(door, [(code, team.words["Aysel"])])


def _quickly(change):
    return lambda vault, old, new: change(vault, old, new, cost=Cost.QUICK)


def test_a_second_factor_is_taken_away_inside_by_who_knows_the_passphrase(team, door, clock):
    team.take_in("Aysel")
    show, code = _telephone(team, clock), team.code("founder")
    clock.pass_by(seconds=60)
    token = door.sign_in(code, team.words["founder"], show())
    with door.enter(token) as vault:
        for wrong in (WRONG, team.words["Aysel"], ""):
            with pytest.raises(WrongPassphrase):
                door.remove_factor(vault, wrong)
        assert vault.factor.is_set
        assert door.wait(code) == pytest.approx(1.0)
        with pytest.raises(NotEntitled, match="too many wrong passphrases"):
            door.remove_factor(vault, team.words["founder"])
        clock.pass_by(seconds=2)
        door.remove_factor(vault, team.words["founder"])
        assert not vault.factor.is_set
        assert door.wait(code) == 0.0
        vault.factor = None
        door.remove_factor(vault, team.words["founder"])
    assert door.sign_in(code, team.words["founder"])


def test_who_is_frozen_is_out_also_where_an_older_key_file_was_put_back(team, door):
    """The ledger says it; the file with the locks is one from before."""
    team.take_in("Deputy", administrator=True)
    code = team.take_in("Aysel")
    older = (team.folder / KEYSTORE_FILE).read_bytes()
    token = door.sign_in(code, team.words["Aysel"])
    assert team.freeze("Aysel", "Aysel")
    (team.folder / KEYSTORE_FILE).write_bytes(older)

    assert _answers(door, [(code, team.words["Aysel"])]) == _answers(door, [(code, WRONG)])
    with pytest.raises(NotEntitled) as refused, door.enter(token):
        pass
    assert (refused.value.message, refused.value.hint) == (
        "you are signed in no longer", "sign in again",
    )  # fmt: skip
    assert door.sessions.open == 0
