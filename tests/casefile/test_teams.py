"""A case with a team: who reads who its people are, what others see, and what a removal takes."""

from __future__ import annotations

import base64

import pytest

from candlemark import casefile
from candlemark.casefile import facts, record, shelf, teams
from candlemark.errors import NotEntitled, NotInOrder, SettingRefused, UnknownCase
from candlemark.ids import new_id
from candlemark.seal import Cost, new_passphrase

NAME = "Zarifa Quliyevskaya"
SIZES = {"a small ledger": 10**9, "read models": 0}


@pytest.fixture(params=SIZES.values(), ids=SIZES)
def house(three, request, monkeypatch):
    """Three people, with and without read models."""
    monkeypatch.setattr(record, "WORTH_A_MODEL", request.param)
    return three


def said_in(vault, edition, case, name=NAME):
    """A person with a name in a case; the identifier."""
    person = new_id("person")
    given = {"case": case, "edition": edition.code}
    casefile.say(
        vault.ledger,
        edition,
        [
            facts.PersonInRole(id=new_id("fact"), person=person, roles=("victim",), **given),
            facts.IdentityStated(
                id=new_id("fact"),
                person=person,
                names=(facts.Spelling(text=name, language="az"),),
                **given,
            ),
        ],
    )
    return person


def opened(house, by="founder", team=(), **more):
    """A case with a named person, opened by somebody for these members; its identifier."""
    with house.open(by) as vault:
        members = [vault.members.find(house.code(vault, name)) for name in team]
        case = casefile.open_for_team(vault, house.edition, {"en": "Neutral"}, team=members, **more)
        said_in(vault, house.edition, case)
    return case


def names(vault, case):
    found = casefile.case(vault.ledger, case)
    return [name.text for one in found.persons for name in one.names]


def names_of(readers):
    return {one.name or "founder" for one in readers}


def test_who_is_in_the_team_reads_the_names_and_who_is_outside_reads_none(house):
    case = opened(house, team=["Aysel"])
    for who, expected in (("founder", [NAME]), ("Aysel", [NAME]), ("Ramin", [])):
        with house.open(who) as vault:
            assert names(vault, case) == expected


def test_sealed_apart_is_told_from_not_known(house):
    case = opened(house)
    with house.open() as vault:
        person = new_id("person")
        role = facts.PersonInRole(
            id=new_id("fact"), case=case, edition=house.edition.code, person=person, roles=("witness",)
        )  # fmt: skip
        casefile.say(vault.ledger, house.edition, [role])
        mine = casefile.case(vault.ledger, case)
    with house.open("Ramin") as vault:
        theirs = casefile.case(vault.ledger, case)

    assert (mine.closed, [one.sealed for one in mine.persons]) == (False, [False, False])
    assert (theirs.closed, [one.sealed for one in theirs.persons]) == (True, [True, True])


def test_a_case_of_a_shared_vault_is_its_opener_s_alone_by_default(house):
    case = opened(house)
    with house.open() as vault:
        found = casefile.readers(vault, case)

    assert [names_of(one.readers) for one in found.identities] == [{"founder"}]
    assert (found.apart, found.alone, found.identities[0].mine) == (True, True, True)
    assert names_of(found.coded) == {"founder", "Aysel", "Ramin"}


def test_who_is_outside_sees_who_is_in(house):
    case = opened(house, by="Aysel", team=["founder"])
    with house.open("Ramin") as vault:
        (found,) = casefile.readers(vault, case).identities

    assert (names_of(found.readers), found.mine) == ({"founder", "Aysel"}, False)


def test_a_case_can_be_open_to_all_who_read_identities(house):
    with house.open() as vault:
        vault.members.add_reader("identity", vault.members.find(house.code(vault, "Aysel")))
    case = opened(house, open_to_all=True)
    with house.open("Aysel") as vault:
        (found,) = casefile.readers(vault, case).identities

        assert names(vault, case) == [NAME]
        assert (found.compartment, found.case) == ("identity", "")


def test_a_vault_of_one_has_nobody_to_close_a_case_to(team):
    with team.open() as vault:
        case = casefile.open_for_team(vault, team.edition, {"en": "Neutral"})

        assert not casefile.readers(vault, case).apart
        with pytest.raises(NotEntitled, match="nobody else opens"):
            teams.close_to_team(vault, team.edition, case)


def test_a_case_is_not_both_open_to_all_and_a_team_s(house):
    with pytest.raises(SettingRefused):
        opened(house, team=["Aysel"], open_to_all=True)


def test_titles_that_are_not_in_order_leave_no_compartment_behind(house):
    with house.open() as vault:
        before = vault.ledger.size
        with pytest.raises(NotInOrder):
            casefile.open_for_team(vault, house.edition, {})

        assert vault.ledger.size == before


def test_who_is_outside_finds_no_name_says_none_and_counts_the_case_all_the_same(house):
    case = opened(house)
    with house.open("Ramin") as vault:
        assert casefile.find(vault.ledger, "Quliyevskaya") == ()
        assert [one.id for one in casefile.find(vault.ledger, "Neutral")] == [case]
        assert [one.id for one in casefile.cases(vault.ledger)] == [case]
        assert NAME not in repr(casefile.cases(vault.ledger))
        before = vault.ledger.size
        with pytest.raises(NotEntitled, match="not this member's to say"):
            said_in(vault, house.edition, case, "Another")
        assert vault.ledger.size == before
    with house.open() as vault:
        assert [one.id for one in casefile.find(vault.ledger, "Quliyevskaya")] == [case]


def test_read_models_hold_what_a_team_holds_apart(three, monkeypatch):
    monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
    case = opened(three)
    with three.open() as vault:
        assert names(vault, case) == [NAME]
        models = vault.ledger.models

        assert shelf.in_shared(models, case) == []
        assert models.identity(shelf.IDENTITIES, "identity", lambda model: model.search(NAME)) == ()
        assert models.coded(shelf.STATEMENTS, lambda model: model.search(NAME)) == ()
        assert len(models.cases(shelf.IDENTITIES, lambda model: model.search(NAME))) == 1
    with three.open("Ramin") as vault:
        models = vault.ledger.models
        assert names(vault, case) == []
        assert models.of_cases == frozenset()
        with pytest.raises(NotEntitled):
            models.identity(shelf.IDENTITIES, f"identity:{case}", lambda model: model.size)


def test_an_export_of_somebody_outside_holds_no_key_of_the_team(three, tmp_path):
    case = opened(three, team=["Aysel"])
    place, words = tmp_path / "export", new_passphrase()
    with three.open() as vault:
        keys = vault._identity.keyring.compartments
        theirs = [key.reveal() for _, key in keys.of(f"identity:{case}")]
        theirs += [key.reveal() for *_, key in keys.persons(f"identity:{case}")]
    with three.open("Ramin") as vault:
        with pytest.raises(NotEntitled, match="not this member's"):
            vault.exporting.export(place, [f"identity:{case}"], words, cost=Cost.QUICK)
        done = vault.exporting.export(place, ["coded"], words, cost=Cost.QUICK)
        handed = vault.exporting._keys(["meta", "coded"], done.size, bytes.fromhex(done.root))

    assert len(theirs) == 2
    assert [key for key in theirs if key in handed] == []
    assert NAME.encode() not in b"".join(
        one.read_bytes() for one in place.rglob("*") if one.is_file()
    )


def test_somebody_let_in_reads_from_the_first_word_on(house):
    case = opened(house)
    with house.open() as vault:
        teams.let_in(vault, case, vault.members.find(house.code(vault, "Ramin")))
    with house.open("Ramin") as vault:
        assert names(vault, case) == [NAME]


def test_somebody_taken_out_opens_nothing_that_is_said_later(house):
    case = opened(house, team=["Ramin"])
    with house.open() as vault:
        teams.take_out(vault, case, vault.members.find(house.code(vault, "Ramin")))
        said_in(vault, house.edition, case, "Said Later")
    with house.open("Ramin") as vault:
        found = casefile.case(vault.ledger, case)
        kinds = [fact for _, fact in vault.ledger.facts(kinds=["case.identity"])]

        assert (found.closed, names(vault, case)) == (True, [])
        # What they could read before, their keys still open, and the page says so.
        assert [one.names[0].text for one in kinds] == [NAME]
    with house.open() as vault:
        assert names(vault, case) == [NAME, "Said Later"]


TEAM_REFUSED = {
    "somebody outside lets nobody in": ("Ramin", teams.let_in, "Ramin", "only a reader"),
    "somebody outside takes nobody out": ("Ramin", teams.take_out, "founder", "only a reader"),
    "who is not in is not taken out": ("founder", teams.take_out, "Ramin", "does not read it"),
    "the last one stays": ("founder", teams.take_out, "founder", "nobody would read"),
}


@pytest.mark.parametrize(("by", "verb", "member", "why"), TEAM_REFUSED.values(), ids=TEAM_REFUSED)
def test_a_team_changes_only_as_keys_allow(three, by, verb, member, why):
    case = opened(three)
    with three.open(by) as vault, pytest.raises(NotEntitled, match=why):
        verb(vault, case, vault.members.find(three.code(vault, member)))


def test_a_case_without_a_team_says_so(three):
    case = opened(three, open_to_all=True)
    with three.open() as vault:
        with pytest.raises(NotEntitled, match="no team of its own"):
            teams.let_in(vault, case, vault.members.me)
        with pytest.raises(NotEntitled):
            teams.ask_older_erased(vault, case)
        with pytest.raises(UnknownCase):
            casefile.readers(vault, new_id("case"))


# A case that lay with all others


@pytest.fixture
def closed(house):
    """A case that lay with all others, read by Aysel too, and was then closed to the founder."""
    with house.open() as vault:
        vault.members.add_reader("identity", vault.members.find(house.code(vault, "Aysel")))
    case = opened(house, open_to_all=True)
    with house.open() as vault:
        house.closed = teams.close_to_team(vault, house.edition, case)
    house.case = case
    return house


def test_a_case_is_closed_by_saying_its_identities_anew(closed):
    with closed.open() as vault:
        found = casefile.readers(vault, closed.case)

        assert (closed.closed.said, len(closed.closed.persons)) == (1, 1)
        assert names(vault, closed.case) == [NAME]
        assert {one.compartment for one in found.identities} == {
            "identity",
            f"identity:{closed.case}",
        }
        again = teams.close_to_team(vault, closed.edition, closed.case)
        assert again.said == 0


def test_who_read_the_older_ones_is_shown_none_though_their_keys_open_them(closed):
    with closed.open("Aysel") as vault:
        assert names(vault, closed.case) == []
        assert casefile.find(vault.ledger, "Quliyevskaya") == ()
        assert casefile.case(vault.ledger, closed.case).persons[0].sealed
        found = [fact for _, fact in vault.ledger.facts(kinds=["case.identity"])]
        assert [one.names[0].text for one in found] == [NAME]


def test_older_identities_are_erased_by_two_and_the_newer_ones_stay(closed):
    with closed.open() as vault:
        (asked,) = teams.ask_older_erased(vault, closed.case)
        said_in(vault, closed.edition, closed.case, "Somebody Else")  # does not stand in the way
    with closed.open("Aysel") as vault:
        vault.erasing.agree(asked.code)
        assert [fact for _, fact in vault.ledger.facts(kinds=["case.identity"])] == []
    with closed.open() as vault:
        assert names(vault, closed.case) == [NAME, "Somebody Else"]
        assert [one.case for one in casefile.readers(vault, closed.case).identities] == [
            closed.case
        ]
        assert vault.ledger.verify().faults == ()
        with pytest.raises(NotEntitled, match="nothing older is left"):
            teams.ask_older_erased(vault, closed.case)


def test_an_erasure_is_asked_again_when_something_was_said_under_the_older_key_since(closed):
    with closed.open() as vault:
        (asked,) = teams.ask_older_erased(vault, closed.case)
        late = facts.IdentityStated(
            id=new_id("fact"),
            case=closed.case,
            edition=closed.edition.code,
            person=asked.subject,
            names=(facts.Spelling(text="Said elsewhere meanwhile"),),
        )
        vault.ledger.append([record.Part("identity", (late,), asked.subject)])
    with (
        closed.open("Aysel") as vault,
        pytest.raises(NotEntitled, match="since the erasure was asked for"),
    ):
        vault.erasing.agree(asked.code)


def test_nothing_is_erased_that_was_not_said_anew(closed):
    with closed.open() as vault:
        person = casefile.case(vault.ledger, closed.case).persons[0].id
        late = facts.IdentityStated(
            id=new_id("fact"),
            case=closed.case,
            edition=closed.edition.code,
            person=person,
            names=(facts.Spelling(text="Said elsewhere at the same moment"),),
        )
        vault.ledger.append([record.Part("identity", (late,), person)])
        with pytest.raises(NotEntitled, match="not said anew"):
            teams.ask_older_erased(vault, closed.case)


def test_who_does_not_read_the_identities_closes_no_case(closed):
    with closed.open("Ramin") as vault, pytest.raises(NotEntitled, match="does not read who"):
        teams.close_to_team(vault, closed.edition, closed.case)


# What lies on the disk


def written(text):
    """A text as it might lie somewhere."""
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        raw = text.encode(encoding)
        yield from (raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"=")[:-2])


def test_a_seized_disk_shows_no_name_of_a_team_s_case(house, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    case = opened(house, team=["Aysel"])
    with house.open("Aysel") as vault:
        names(vault, case)
        casefile.find(vault.ledger, "Quliyevskaya")
        folder = vault.ledger.models.folder
    places = [one for where in (house.folder, tmp_path, folder) for one in where.rglob("*")]
    found = [
        one
        for one in places
        if one.is_file()
        for text in (NAME, "Quliyevskaya", case)
        for form in written(text)
        if form in one.read_bytes()
    ]

    assert len(places) > 2
    assert found == []
