"""Three people set up a vault together at the command line, and what can go wrong there."""

from __future__ import annotations

import io

import pytest

from candlemark import casefile, errors
from candlemark.casefile import facts
from candlemark.cli.opening import KINDS
from candlemark.cli.people import shown
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.ledger.keystore import Keystore
from candlemark.seal import Stretching


class Terminal(io.StringIO):
    """What a person types."""

    def isatty(self):
        return True


@pytest.fixture
def team(tmp_path, ask):
    """A vault with its options by person, and how people come in."""

    class Team:
        folder = tmp_path / "vault"

        def options(self, name):
            return ("--vault", self.folder, "--passphrase-file", tmp_path / f"{name}.txt")

        def ask(self, name, *words):
            return ask(*words, *self.options(name))

        def apply(self, name):
            answer = ask(
                "member", "apply", self.folder, "--name", name, "--json",
                "--card", tmp_path / f"{name}.card",
                "--passphrase-file", tmp_path / f"{name}.txt",
            )  # fmt: skip
            assert answer.code == 0, answer.err
            return answer.json

        def add(self, name, *words, by="founder", heard=None):
            said = heard or " ".join(self.apply(name)["words"])
            return self.ask(by, "member", "add", tmp_path / f"{name}.card", "--words", said, *words)

        def code(self, name):
            members = self.ask("founder", "member", "list", "--json").json["members"]
            return next(one["code"] for one in members if one["name"] == name)

    made = Team()
    answer = ask("init", made.folder, "--passphrase-file", tmp_path / "founder.txt")
    assert answer.code == 0, answer.err
    return made


@pytest.fixture
def three(team):
    """A founder, an administrator Aysel and a member Ramin; two must sign."""
    assert team.add("Aysel", "--administrator").code == 0
    assert team.add("Ramin").code == 0
    assert team.ask("founder", "member", "threshold", "2", "--yes").code == 0
    return team


def test_three_people_set_up_a_vault_in_which_two_must_sign(three):
    listed = three.ask("Aysel", "member", "list")

    assert listed.code == 0
    for name in ("founder", "Aysel", "Ramin"):
        assert name in listed.out
    assert "2 of 2 administrators must sign" in listed.out
    assert three.ask("Ramin", "ledger", "verify").code == 0


def test_a_change_waits_is_looked_at_and_signed_by_another(three):
    proposed = three.add("Leyla")
    again = three.ask(
        "founder",
        "member",
        "approve",
        three.ask("founder", "member", "list", "--json").json["waiting"][0]["code"],
        "--yes",
    )
    waiting = three.ask("Aysel", "member", "list")
    code = three.ask("Aysel", "member", "list", "--json").json["waiting"][0]["code"]
    approved = three.ask("Aysel", "member", "approve", code, "--yes", "--json")

    assert "waits for 1 more" in proposed.out
    assert again.code == errors.NotEntitled.exit_code
    assert f"Waiting, {code}, signed by founder:" in waiting.out
    assert approved.json["standing"] == "made"
    assert "Who can read coded (what happened): founder, Aysel, Ramin, Leyla" in approved.err
    assert "six words" in approved.err
    assert three.ask("Leyla", "ledger", "verify").code == 0


def test_who_can_read_is_said_before_a_key_is_wrapped(team):
    answer = team.add("Aysel", "--administrator", "--not-coded")

    code = team.code("Aysel")
    assert "They do not read identity (who the people are), nor the cases of a team" in answer.err
    assert f"candlemark compartment add identity {code}" in answer.err
    readers = team.ask("founder", "compartment", "readers", "identity", "--json").json["readers"]
    assert [one["name"] for one in readers] == ["founder"]
    assert team.ask("founder", "compartment", "add", "identity", code, "--yes").code == 0
    readers = team.ask("founder", "compartment", "readers", "identity", "--json").json["readers"]
    assert [one["name"] for one in readers] == ["founder", "Aysel"]
    assert "Who can read meta" in answer.err
    assert "Aysel" in answer.err
    assert "Who can read coded" not in answer.err
    readers = team.ask("founder", "compartment", "readers", "coded", "--json").json["readers"]
    assert [one["name"] for one in readers] == ["founder"]


def test_other_words_than_those_of_the_card_take_nobody_in(team):
    team.apply("Aysel")

    answer = team.add("Aysel", heard="these are not the words at")

    assert answer.code == errors.NotEntitled.exit_code
    assert len(team.ask("founder", "member", "list", "--json").json["members"]) == 1


def test_without_words_and_without_anybody_to_ask_nobody_is_taken_in(team, tmp_path):
    team.apply("Aysel")

    answer = team.ask("founder", "member", "add", tmp_path / "Aysel.card")

    assert answer.code == errors.SettingRefused.exit_code
    assert len(team.ask("founder", "member", "list", "--json").json["members"]) == 1


@pytest.mark.parametrize(("said", "members"), [("n\n", 1), ("y\n", 2)])
def test_whoever_is_asked_decides(team, tmp_path, monkeypatch, said, members):
    team.apply("Aysel")
    monkeypatch.setattr("sys.stdin", Terminal(said))

    answer = team.ask("founder", "member", "add", tmp_path / "Aysel.card")

    assert "Did they read you these very words?" in answer.err
    assert answer.code == (0 if members == 2 else errors.Stopped.exit_code)
    assert len(team.ask("founder", "member", "list", "--json").json["members"]) == members


@pytest.mark.parametrize(
    "content", [b"", b"candlemark-card-1", b"candlemark-card-1 AAAA", b"\xff", b"x" * 200_000]
)
def test_a_file_that_holds_no_card_is_refused(team, tmp_path, content):
    (tmp_path / "Aysel.card").write_bytes(content)

    answer = team.add("Aysel", heard="a b c d e f")

    assert answer.code == errors.LedgerBroken.exit_code
    assert "no card in this file" in answer.err


def test_a_card_that_is_not_there_is_refused(team):
    assert team.add("Aysel", heard="x").code == errors.SettingRefused.exit_code


def test_applying_twice_into_one_file_is_refused_and_leaves_no_lock(team, tmp_path, ask):
    team.apply("Aysel")
    before = len(Keystore(team.folder).locks(bytes.fromhex(Vault.peek(team.folder).id)))

    answer = ask(
        "member",
        "apply",
        team.folder,
        "--name",
        "Ramin",
        "--card",
        tmp_path / "Aysel.card",
        "--passphrase-file",
        tmp_path / "r.txt",
    )

    assert answer.code == errors.SettingRefused.exit_code
    assert not (tmp_path / "r.txt").exists()
    assert len(Keystore(team.folder).locks(bytes.fromhex(Vault.peek(team.folder).id))) == before


def test_a_removed_member_opens_nothing_and_it_is_said_what_stays_readable(three):
    proposed = three.ask("founder", "member", "remove", three.code("Ramin"), "--yes", "--json")
    done = three.ask("Aysel", "member", "approve", proposed.json["code"], "--yes")

    assert "stays readable to Ramin in a copy" in proposed.err
    assert "Who can read coded (what happened): founder, Aysel" in proposed.err
    assert done.code == 0
    assert three.ask("Ramin", "member", "list").code == errors.WrongPassphrase.exit_code
    compartments = three.ask("founder", "compartment", "list", "--json").json["compartments"]
    assert {one["name"]: one["epoch"] for one in compartments}["meta"] == 2


def test_rights_change_and_are_taken_back(team):
    team.add("Aysel")
    code = team.code("Aysel")

    assert (
        team.ask(
            "founder", "member", "change", code, "--administrator", "--not-coded", "--yes"
        ).code
        == 0
    )
    member = team.ask("founder", "member", "list", "--json").json["members"][1]
    assert (member["administrator"], member["coded"]) == (True, False)
    assert team.ask("founder", "member", "change", code, "--coded", "--yes").code == 0
    assert team.ask("founder", "member", "change", code).code == errors.SettingRefused.exit_code
    unasked = team.ask("founder", "member", "change", code, "--no-administrator")
    assert unasked.code == errors.SettingRefused.exit_code
    assert (
        team.ask("founder", "member", "change", "ffffffffffff", "--coded", "--yes").code
        == errors.NotEntitled.exit_code
    )


def test_devices_are_listed_renewed_and_revoked(three):
    devices = three.ask("Ramin", "device", "list", "--json").json["devices"]
    ramin = next(one for one in devices if one["member"] == three.code("Ramin"))

    assert three.ask("Ramin", "device", "renew", "--days", "30", "--json").json["ends"]
    assert "first device" in three.ask("founder", "device", "list").out
    assert (
        three.ask("Ramin", "device", "give-up", ramin["code"], "--yes").code
        == errors.NotEntitled.exit_code
    )
    assert (
        three.ask("founder", "device", "revoke", "zz", "--yes").code == errors.NotEntitled.exit_code
    )
    proposed = three.ask("founder", "device", "revoke", ramin["code"], "--yes", "--json").json
    assert three.ask("Aysel", "member", "approve", proposed["code"], "--yes").code == 0
    assert "given up" in three.ask("founder", "device", "list").out


def test_a_compartment_of_a_case_is_opened_read_left_and_rotated(three):
    name = "identity:case_1"
    opened = three.ask(
        "founder", "compartment", "open", name, "--reader", three.code("Aysel"), "--yes"
    )
    added = three.ask("founder", "compartment", "add", name, three.code("Ramin"), "--yes")
    removed = three.ask(
        "founder", "compartment", "remove", name, three.code("Aysel"), "--yes", "--json"
    )
    rotated = three.ask("Ramin", "compartment", "rotate", name)

    assert "can read identity:case_1: founder, Aysel" in opened.out
    assert "Who can read identity:case_1" in added.err
    assert len(removed.json["readers"]) == 2
    assert "stays readable to Aysel" in removed.err
    assert "Who is to read identity:case_1: founder, Ramin" in rotated.err
    assert name in three.ask("founder", "compartment", "list").out
    assert three.ask("Aysel", "compartment", "rotate", name).code == errors.NotEntitled.exit_code
    assert (
        three.ask("Aysel", "compartment", "readers", "identity:none").code
        == errors.NotEntitled.exit_code
    )


def test_freezing_needs_two_and_thawing_administrators(three):
    code = three.code("Ramin")
    one = three.ask("founder", "member", "freeze", code, "--yes")
    two = three.ask("Aysel", "member", "freeze", code, "--yes", "--json")
    closed = three.ask("Ramin", "member", "list")
    proposed = three.ask("founder", "member", "thaw", code, "--yes", "--json").json
    three.ask("Aysel", "member", "approve", proposed["code"], "--yes")

    assert "second member" in one.out
    assert two.json["frozen"] is True
    assert closed.code == errors.NotEntitled.exit_code
    assert three.ask("Ramin", "member", "list").code == 0


def test_with_the_code_of_a_member_one_lock_alone_is_tried(three, monkeypatch):
    code, tried, stretch = three.code("Ramin"), [], Stretching.stretch
    monkeypatch.setattr(
        Stretching, "stretch", lambda one, text: tried.append(one) or stretch(one, text)
    )

    assert three.ask("Ramin", "member", "list", "--member", code).code == 0
    assert len(tried) == 1
    monkeypatch.setenv("CANDLEMARK_MEMBER", code)
    assert three.ask("Ramin", "member", "list").code == 0
    assert len(tried) == 2
    refused = three.ask("Ramin", "member", "list", "--member", "Ramin!")
    assert refused.code == errors.SettingRefused.exit_code


def test_the_doctor_says_what_waits_and_what_lacks(three, ask):
    waiting = three.add("Leyla")
    answer = three.ask("founder", "doctor")

    assert waiting.code == 0
    assert answer.code == errors.VaultError.exit_code
    assert "waits for signatures" in answer.out


def test_the_doctor_says_that_one_administrator_is_too_few(team):
    answer = team.ask("founder", "doctor")

    assert "one administrator alone" in answer.out
    assert "members, devices" not in answer.out


def test_the_doctor_finds_a_vault_of_two_administrators_in_order(team):
    team.add("Aysel", "--administrator")

    answer = team.ask("founder", "doctor")

    assert "members, devices and keys are in order" in answer.out


def test_a_key_for_a_stranger_is_told_at_every_command_and_by_the_doctor_and_stops_nobody(team):
    vault = bytes.fromhex(Vault.peek(team.folder).id)
    held = Keystore(team.folder).wraps(vault)[0]
    Keystore(team.folder).keep(wraps=[held._replace(holder=b"a stranger's kid")])

    listed = team.ask("founder", "member", "list", "--json")
    doctor, verified = team.ask("founder", "doctor"), team.ask("founder", "ledger", "verify")

    assert listed.code == 0
    assert "keys that are wrapped for nobody who is, or was, a member: 1." in listed.err
    named = f"key {held.kid.hex()}: it is wrapped for nobody the roster names"
    assert (doctor.code, verified.code) == (
        errors.VaultError.exit_code, errors.LedgerBroken.exit_code,
    )  # fmt: skip
    assert named in doctor.out
    assert "find out who" in " ".join(doctor.out.split())
    assert named in verified.err


def test_an_administrator_destroys_the_key_of_a_stranger_and_no_member_s(team):
    team.add("Ramin")
    vault = bytes.fromhex(Vault.peek(team.folder).id)
    with Vault.open(team.folder, (team.folder.parent / "founder.txt").read_text().strip()) as one:
        kid = one.members.roster().compartments["coded"].keys[-1].kid
    store = Keystore(team.folder)
    before = store.wraps(vault)
    held = next(one for one in before if one.kid == kid)
    store.keep(wraps=[held._replace(holder=b"a stranger's kid"), held._replace(holder=b"s" * 16)])
    meant = kid.hex()

    by_ramin = team.ask("Ramin", "key", "destroy", meant, "--yes")
    unsaid = team.ask("founder", "key", "destroy", meant)
    mine = next(one.kid for one in before if one.kid != kid).hex()
    wrong = team.ask("founder", "key", "destroy", mine, "abcdefg", meant, "--yes")
    assert [one.code for one in (by_ramin, unsaid, wrong)] == [
        errors.NotEntitled.exit_code, errors.SettingRefused.exit_code, errors.NotEntitled.exit_code,
    ]  # fmt: skip
    assert "abcdefg: there is no such key" in wrong.err
    assert f"{mine}: it is wrapped for members only" in wrong.err
    assert len(store.wraps(vault)) == len(before) + 2

    done = team.ask("founder", "key", "destroy", meant[:12], "--yes")
    assert done.code == 0, done.err
    for holder in (b"a stranger's kid", b"s" * 16):
        assert f"Destroyed: key {meant}, wrapped for {holder.hex()}" in done.out
    assert "candlemark compartment rotate coded" in done.out
    assert store.wraps(vault) == before
    assert team.ask("founder", "doctor").out.count("wrapped for nobody") == 0
    assert team.ask("Ramin", "ledger", "verify").code == 0

    store.keep(
        wraps=[
            held._replace(holder=b"a stranger's kid"),
            held._replace(kid=b"k" * 16, holder=b"t" * 16),
        ]
    )
    said = team.ask("founder", "key", "destroy", meant, "--yes", "--json").json
    assert said == {
        "destroyed": [
            {"key": meant, "holder": b"a stranger's kid".hex(), "compartment": "coded"}
        ],
        "left": 1,
        "rotate": ["coded"],
    }  # fmt: skip


def test_the_doctor_names_a_wrong_passphrase(team, tmp_path):
    (tmp_path / "other.txt").write_text("abacus " * 7)

    answer = team.ask("other", "doctor")

    assert answer.code == errors.VaultError.exit_code
    assert "does not open this vault" in answer.out


def test_nothing_somebody_else_wrote_moves_the_cursor():
    assert shown("Aysel \x1b[2J\u202eə") == "Aysel \ufffd[2J\ufffdə"


def test_roles_are_shown_and_said_at_the_command_line(three):
    code = three.code("Ramin")
    before = three.ask("Ramin", "member", "role", code, "--json").json["members"]
    given = three.ask("Aysel", "member", "role", code, "lawyer", "analyst", "--json")
    listed = three.ask("founder", "member", "role")
    refused = three.ask("Ramin", "member", "role", code, "secretary")
    none = three.ask("founder", "member", "role", code, "--none", "--json")

    assert before[0]["roles"] == ["case-worker"]
    assert given.json["members"][0]["roles"] == ["lawyer", "analyst"]
    assert "publish" in given.json["members"][0]["rights"]
    assert "Lawyer, Analyst" in listed.out
    assert (refused.code, none.json["members"][0]["roles"]) == (errors.NotEntitled.exit_code, [])


ROLES_REFUSED = {
    "a role that is none": ("chief",),
    "a role only the roster gives": ("administrator",),
    "roles and none": ("lawyer", "--none"),
}


@pytest.mark.parametrize("words", ROLES_REFUSED.values(), ids=ROLES_REFUSED)
def test_a_role_that_cannot_be_given_is_refused_with_a_reason(team, words):
    (founder,) = team.ask("founder", "member", "list", "--json").json["members"]
    answer = team.ask("founder", "member", "role", founder["code"], *words)

    assert answer.code in {errors.NotInOrder.exit_code, errors.SettingRefused.exit_code}
    assert answer.err.strip()


def test_a_member_without_a_role_is_named(team):
    assert team.ask("founder", "member", "role", "--none").code == errors.SettingRefused.exit_code


def test_a_case_is_opened_for_a_team_which_changes(three):
    aysel, ramin = three.code("Aysel"), three.code("Ramin")
    opened = three.ask("founder", "case", "open", "Neutral", "--team", aysel, "--json").json
    case = opened["case"]
    names = [one["name"] for one in opened["identities"][0]["readers"]]
    added = three.ask("Aysel", "case", "team", case, "--add", ramin, "--yes", "--json").json
    removed = three.ask("Aysel", "case", "team", case, "--remove", ramin, "--yes")
    refused = three.ask("Ramin", "case", "team", case, "--add", ramin, "--yes")

    assert (names, opened["alone"]) == (["founder", "Aysel"], False)
    assert len(added["identities"][0]["readers"]) == 3
    assert "may have read and kept" in removed.err
    assert refused.code == errors.NotEntitled.exit_code


def test_a_case_that_lies_with_all_others_is_closed_to_a_team_and_the_older_part_erased(three):
    case = three.ask("founder", "case", "open", "Neutral", "--open-to-all", "--json").json["case"]
    say_somebody(three, case)
    apart = three.ask("founder", "case", "team", case, "--apart", "--yes")
    outside = three.ask("Aysel", "case", "show", case).out
    asked = three.ask("founder", "case", "team", case, "--erase-older", "--yes")
    code = asked.err.strip().rpartition(" ")[2]
    agreed = three.ask("Aysel", "erase", "agree", code, "--yes")

    assert "may have read what was said until now" in apart.err
    assert "--erase-older" in apart.out
    assert "Sealed apart: not yours to read." in outside
    assert agreed.code == 0, agreed.err
    assert "--erase-older" not in three.ask("founder", "case", "team", case).out
    assert "Zarifa" in three.ask("founder", "case", "show", case).out
    assert three.ask("founder", "ledger", "verify").code == 0


def say_somebody(team, case):
    """A named person in a case, said by the founder."""
    edition, person = Definition.load(), new_id("person")
    given = {"case": case, "edition": edition.code, "person": person}
    passphrase = (team.folder.parent / "founder.txt").read_text().strip()
    with Vault.open(team.folder, passphrase, KINDS) as vault:
        role = facts.PersonInRole(id=new_id("fact"), roles=("victim",), **given)
        names = (facts.Spelling(text="Zarifa"),)
        casefile.say(
            vault.ledger,
            edition,
            [role, facts.IdentityStated(id=new_id("fact"), names=names, **given)],
        )


@pytest.mark.parametrize(
    "words", [("--apart", "--erase-older"), ("--apart", "--remove", "FOUNDER")], ids=str
)
def test_several_changes_of_a_team_at_once_are_refused(three, words):
    founder = three.code("founder") if "FOUNDER" in words else ""
    case = three.ask("founder", "case", "open", "Neutral", "--json").json["case"]
    words = [founder if one == "FOUNDER" else one for one in words]

    assert (
        three.ask("founder", "case", "team", case, *words, "--yes").code
        == errors.SettingRefused.exit_code
    )
