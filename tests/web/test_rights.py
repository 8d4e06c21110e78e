"""Rights for every page: every address, for every role, and for those who are outside."""

from __future__ import annotations

import re

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.casefile.roles import RIGHTS, give_roles, may
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.ids import new_id
from candlemark.web.rights import STRANGERS, TABLE, Sent
from team import Team
from visitor import TOKEN, standing

KINDS = agency.KINDS | casefile.KINDS
ROLES = ("nothing", *(role for role in RIGHTS if role != "administrator"), "administrator")
OUTSIDE = ("stranger", "removed", "frozen")
PARTS = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^)]*\)")


def routes():
    """Every name of an address with its pattern behind the tongue."""
    found = {}

    def walk(patterns, before):
        for one in patterns:
            text = str(one.pattern)
            if isinstance(one, URLResolver):
                # the tongue's own prefix is put in front of the address below
                walk(one.url_patterns, before + ("" if text in {"", "en/"} else text))
            elif isinstance(one, URLPattern):
                found[one.name or text] = before + text.removeprefix("^").removesuffix("$")

    walk(get_resolver().url_patterns, "")
    return found


def test_every_address_has_a_line_in_the_table_and_every_line_an_address():
    assert set(routes()) == set(TABLE)


@pytest.fixture(scope="module")
def world(tmp_path_factory, edition):
    team = Team(tmp_path_factory.mktemp("rights") / "vault", KINDS)
    with team.open() as vault:
        say_public_cases(vault.ledger, edition)
    codes = {}
    for name in (*ROLES, "Deputy", *OUTSIDE[1:]):
        rank = name in {"administrator", "Deputy"}
        codes[name] = team.take_in(name, administrator=rank)
    with team.open() as vault:
        for name in ROLES:
            given = [name] if name in RIGHTS and name != "administrator" else []
            give_roles(vault, edition, vault.members.find(codes[name]), given)
        case = casefile.cases(vault.ledger)[0].id
        note, taken = _notes(vault, edition, case)
    with standing(team.folder, KINDS, edition) as (_, visit):
        visitors = {name: visit() for name in (*ROLES, *OUTSIDE)}
        for name in (*ROLES, *OUTSIDE[1:]):
            assert visitors[name].sign_in(codes[name], team.words[name]).status == 303, name
        team.remove("removed")
        team.freeze("frozen", "frozen")
        yield (
            visitors,
            {
                "case_id": case,
                "code": codes["Deputy"],
                "about": "cases",
                "kind": "note",
                "word": "when",
                "fact_id": note,
                "taken": taken,
            },
        )


def _notes(vault, edition, case):
    """A note that stands and one that was taken back."""
    stands, taken = (
        facts.NoteMade(
            id=new_id("fact"), case=case, edition=edition.code, words=(facts.Words("x", "en"),)
        )
        for _ in range(2)
    )
    back = facts.Withdrawn(
        id=new_id("fact"), case=case, edition=edition.code, statements=(taken.id,)
    )
    casefile.say(vault.ledger, edition, [stands, taken, back])
    return stands.id, taken.id


EXAMPLES = {
    "skos": {"form": "ttl"},
    "scheme": {"scheme": "stages"},
    "term": {"scheme": "stages", "code": "charged"},
    "crosswalk": {"code": "us-nypd"},
    "codes": {"code": "us-cook-county", "name": "offence"},
    "figure-file": {"question": "attrition", "form": "csv"},
    "published-file": {"identity": "0" * 64, "form": "csv"},
    "process": {"name": "flow"},
    "process-file": {"name": "variants", "form": "csv"},
    "stuck": {"name": "stuck"},
    "stuck-file": {"name": "stuck", "form": "csv"},
    "across-file": {"form": "csv"},
    "kept-file": {"digits": "0123456789abcdef"},
    "release": {"name": "0" * 32},
    "release-table": {"name": "0" * 32, "identity": "0" * 64},
    "release-table-file": {"name": "0" * 32, "identity": "0" * 64},
    "answer": {"name": "0" * 32},
    "pathway": {"code": "az"},
    "draft-submission": {"form": "odihr"},
}
NOT_THERE = frozenset(
    {
        "batch",
        "agree",
        "take-back",
        "design",
        "published-file",
        "review-pair",
        "review-take-back",
        "across-file",
        "kept-file",
        "submission",
        "release",
        "release-table",
        "release-table-file",
        "answer",
        "say-answer",
    }
)
"""Pages of things this vault has none of, or of development; they are not there for anybody."""


def _address(name, pattern, known):
    """An address of a route, about something that is there where the vault has such a thing."""
    filled = {**known, **EXAMPLES.get(name, {})}
    if name == "restore":
        filled["fact_id"] = known["taken"]
    path = PARTS.sub(lambda part: filled.get(part[1] or part[2], "0"), pattern)
    return "/en/" + path.replace("\\", "")


def _in_order():
    """Leaving and signing out come last: whoever does it is a member no longer."""
    last = ("sign-out", "leave", "my-sessions", "travel")
    return sorted(routes().items(), key=lambda one: (one[0] in last, one[0]))


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_for_whom_the_table_says_and_not_there_for_anybody_else(world, role):
    visitors, known = world
    me, given = visitors[role], [role] if role in RIGHTS else []
    missing = me.ask("/en/no/such/page/").text
    token = TOKEN.search(me.ask("/en/me/").text)[1]
    for name, pattern in _in_order():
        if name in STRANGERS:
            continue
        needs, path = TABLE[name], _address(name, pattern, known)
        answer = me.ask(path)
        sent = me.send(path, token=token, role=role) if needs.sent is Sent.NEVER else None

        if needs.right is not None and not may(given, needs.right):
            assert (answer.status, _same_words(answer.text, missing)) == (404, True), (role, name)
            assert sent is None or sent.status == 404, (role, name)
        elif needs.sent is Sent.ONLY:
            assert (answer.status, answer.headers["Allow"]) == (405, "POST"), (role, name)
        else:
            assert (answer.status == 200) == (name not in NOT_THERE), (role, name)
            assert sent is None or sent.status == 405, (role, name)


def _same_words(one, other):
    """Two pages that differ in nothing but which entry of the menu is marked."""
    mark = re.compile(r' aria-current="(?:page|true)"|(?:en|az|ru|fa|tr)/[^"]*|[0-9a-f]{96}')
    return mark.sub("", one) == mark.sub("", other)


@pytest.mark.parametrize("who", OUTSIDE)
def test_every_page_is_one_and_the_same_answer_to_whoever_is_outside(world, who):
    visitors, known = world
    me = visitors[who]
    found = set()
    for name, pattern in _in_order():
        if name in STRANGERS:
            continue
        path = _address(name, pattern, known)
        for answer in (me.ask(path), me.ask(path, "HEAD")):
            told = answer.location.removesuffix(f"?to={path}")  # what they said themselves
            found.add((answer.status, told, answer.text))
        answer = me.post(path, b"a=1")
        found.add((answer.status, answer.location, answer.text))

    assert found == {(303, "/en/sign-in/", "")}


def test_administering_is_for_administrators(world):
    visitors, known = world
    path = f"/en/team/{known['code']}/thaw/"

    assert {role: visitors[role].ask(path).status for role in ROLES} == {
        role: 200 if role == "administrator" else 404 for role in ROLES
    }


def test_the_menu_shows_the_desks_of_a_role_and_no_other(world):
    visitors, _ = world
    shown = {
        role: {
            word
            for word in ("cases", "docket", "figures", "releases", "team")
            if f'<li><a href="/en/{word}/"' in visitors[role].ask("/en/").text
        }
        for role in ("nothing", "administrator", "secretary")
    }

    assert shown == {
        "nothing": {"team"},
        "administrator": {"figures", "releases", "team"},
        "secretary": {"cases", "docket", "figures", "team"},
    }
