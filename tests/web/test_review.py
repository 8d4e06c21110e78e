"""The review desk: two people judge pairs, from the queue to a contradiction."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import pytest

from candlemark import agency, casefile, linkage
from candlemark.casefile.roles import give_roles
from candlemark.ledger import Vault
from candlemark.linkage.judging import Claims, judging
from candlemark.linkage.said import pairs_of, run_of
from linked import One, say_case, say_run
from team import Team
from visitor import standing

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS
PEOPLE = ("Aysel", "Rauf", "Leyla", "Murad")
NAMES = ("Rəhim Mirzəyev", "Рагим Мирзоев", "Rahim Mirzayev", "Nigar Quliyeva")


@pytest.fixture(scope="module")
def team(tmp_path_factory, edition):
    made = Team(tmp_path_factory.mktemp("review") / "vault", KINDS)
    for name in PEOPLE:
        made.take_in(name)
    with made.open() as vault:
        give_roles(vault, edition, vault.members.find(made.code("Murad")), ["analyst"])
        for name in ("Aysel", "Rauf", "Murad"):
            vault.members.add_reader("identity", vault.members.find(made.code(name)))
    return made


@pytest.fixture
def records(team, edition):
    """Four case files of the same day, new for each test."""
    with team.open() as vault:
        return [
            say_case(vault.ledger, edition, One("An attack", name, born="1990-02-01"))
            for name in NAMES
        ]


class At:
    """A person at the desk."""

    def __init__(self, team, visit, name):
        self.me = visit()
        assert self.me.sign_in(team.code(name), team.words[name]).status == 303

    def ask(self, path):
        return self.me.ask(f"/en/review/{path}")

    def take_next(self):
        answer = self.me.send("/en/review/next/", page="/en/review/", unit="case")
        return answer.location.removeprefix("/en/review/")

    def send(self, path, **fields):
        return self.me.send(f"/en/review/{path}", **fields)

    def judge(self, path, answer, **more):
        """Blind, then with the evidence; the page after."""
        self.send(path, do="take")
        assert self.send(path, do="answer", answer=answer, **more).status == 303
        assert self.send(path, do="answer", answer=answer, **more).status == 303
        return self.ask(path)


@pytest.fixture(scope="module")
def enter(team, edition):
    """Each person signs in once, and judges whatever waits in each test."""
    with standing(team.folder, KINDS, edition) as (_, visit):
        yield cache(lambda name: At(team, visit, name))


@pytest.fixture
def pairs(team, records):
    """A run over the four; the address of the pair of two of them."""
    a, b, c, d = records
    with team.open() as vault:
        run = say_run(vault.ledger, [(a, b, 0.9), (b, c, 0.6), (a, c, 0.5), (c, d, 0.3)])
        rows = pairs_of(vault.ledger, run_of(vault.ledger, run)).to_pylist()
    found = {
        frozenset((row["left_record"], row["right_record"])): f"pair/{run}/{n}/"
        for n, row in enumerate(rows)
    }
    names = dict(zip("abcd", records, strict=True))
    return {
        one + other: found[frozenset((names[one].record, names[other].record))]
        for one, other in ("ab", "bc", "ac", "cd")
    }


def of(team, pairs):
    """How the pairs of this test stand."""
    found = stands(team)
    there = {one.pair for one in found.proposed}
    return {pair: one for pair, one in found.answers.items() if pair in there}


def words(answer):
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.text)).split())


def stands(team):
    with team.open() as vault:
        return judging(vault.ledger, vault.members.roster(), "case")


def test_a_desk_with_nothing_linked_says_how_pairs_come_there(serving):
    with Vault.in_memory(KINDS, "New") as vault, serving(vault) as site:
        page, handed = site.ask("/en/review/"), site.send("/en/review/next/", unit="case")

    assert "Nothing was linked yet" in words(page)
    assert handed.headers["Location"] == "/en/review/?none=yes"


def test_the_pair_worth_most_is_handed_over_and_nobody_else_gets_it(team, enter, pairs):
    aysel, rauf = enter("Aysel"), enter("Rauf")
    first = aysel.take_next()
    second = rauf.take_next()

    assert first == pairs["ab"]
    assert second == pairs["bc"]
    assert "yours until" in words(aysel.ask(""))
    assert "1 pair is before somebody else" in words(aysel.ask(""))


def test_what_somebody_has_before_them_cannot_be_judged_by_another_meanwhile(team, enter, pairs):
    aysel, rauf = enter("Aysel"), enter("Rauf")
    aysel.send(pairs["ab"], do="take")

    taken = rauf.send(pairs["ab"], do="take")
    answered = rauf.send(pairs["ab"], do="answer", answer="same")

    assert (taken.status, answered.status) == (409, 409)
    assert "Somebody else has this pair before them" in words(answered)
    assert of(team, pairs) == {}
    aysel.send(pairs["ab"], do="back")
    assert rauf.send(pairs["ab"], do="take").status == 303


def test_before_an_answer_nothing_of_the_machine_is_on_the_page(team, enter, pairs):
    aysel = enter("Aysel")
    aysel.send(pairs["ab"], do="take")
    page = aysel.ask(pairs["ab"])

    for told in ("The two records agree", "speaks", "≠", "Compared", "by chance", "0.9"):
        assert told not in words(page)
    assert "22 January 2014" in words(page)
    assert words(page).count("An attack") == 2


def test_after_an_answer_the_evidence_is_shown_and_both_answers_are_kept(team, enter, pairs):
    aysel = enter("Aysel")
    aysel.send(pairs["ab"], do="take")
    aysel.send(pairs["ab"], do="answer", answer="different", reason="another street")
    seen = aysel.ask(pairs["ab"])
    aysel.send(pairs["ab"], do="answer", answer="same", reason="I misread it")
    done = aysel.ask(pairs["ab"])

    assert "What the machine found" in words(seen)
    assert "The two records agree on" in words(seen)
    assert seen.text.count('class="weight"') > 3
    first, second = stands(team).said.words[-2:]
    assert (first.fact.answer, first.fact.blind, second.fact.answer, second.fact.blind) == (
        "different",
        True,
        "same",
        False,
    )
    assert "score" not in first.fact.seen
    assert "score" in second.fact.seen
    assert "You have judged this pair" in words(done)


def test_the_answer_of_another_is_shown_only_when_one_has_said_one_s_own(team, enter, pairs):
    enter("Aysel").judge(pairs["ab"], "same", reason="the same shoes")
    rauf = enter("Rauf")
    rauf.send(pairs["ab"], do="take")
    before, history = rauf.ask(pairs["ab"]), rauf.ask("history/")
    after = rauf.judge(pairs["ab"], "different")

    assert "the same shoes" not in before.text
    assert "Aysel" not in words(before).split("Signed in")[0]
    assert "Proposed by the run of" in history.text
    assert "the same shoes" in history.text  # settled: nobody is asked about it any more
    assert "Aysel" in words(after)
    assert "waits for a third person" in words(after)
    assert "the same shoes" not in enter("Leyla").ask("history/").text  # who may yet be asked


def test_names_are_hidden_until_asked_for_and_asking_is_in_the_ledger(team, enter, pairs):
    aysel = enter("Aysel")
    aysel.send(pairs["ab"], do="take")
    before = aysel.ask(pairs["ab"]).text
    aysel.send(pairs["ab"], do="names")
    after = aysel.ask(pairs["ab"]).text

    assert NAMES[0] not in before
    assert "1 February 1990" not in before
    assert "Names, Date of birth" in words(aysel.ask(pairs["bc"]))
    assert NAMES[0] in after
    assert NAMES[1] in after
    (shown,) = [one for one in stands(team).said.shown if stands(team).place(one.pair)]
    assert shown.member == team.member("Aysel").kid.hex()
    assert NAMES[0] not in enter("Rauf").ask(pairs["ab"]).text


def test_whoever_may_not_see_names_judges_without_them(team, enter, pairs):
    murad = enter("Murad")
    murad.send(pairs["ab"], do="take")
    page = murad.ask(pairs["ab"])

    assert "Show who it is" not in page.text
    assert "not yours to read" in words(page)
    assert murad.send(pairs["ab"], do="names").status == 404
    assert murad.send(pairs["ab"], do="answer", answer="cannot-tell").status == 303


def test_whoever_has_no_key_of_a_name_is_told_so(team, enter, pairs):
    leyla = enter("Leyla")
    leyla.send(pairs["ab"], do="take")
    leyla.send(pairs["ab"], do="names")
    page = leyla.ask(pairs["ab"])

    assert NAMES[0] not in page.text
    assert "not yours to read" in words(page)


def test_an_answer_that_is_missing_and_a_reason_with_a_name_are_told_at_their_boxes(
    team, enter, pairs
):
    aysel = enter("Aysel")
    aysel.send(pairs["ab"], do="take")
    aysel.send(pairs["ab"], do="names")
    page = aysel.send(pairs["ab"], do="answer", reason="both are Rəhim")

    assert page.status == 422
    assert "Nothing was kept yet" in words(page)
    assert "Choose one of the four answers." in words(page)
    assert "Say it without the name." in words(page)
    assert "both are Rəhim" in page.text
    assert of(team, pairs) == {}


def test_a_contradiction_is_shown_with_the_chain_that_makes_it(team, enter, pairs):
    aysel, rauf = enter("Aysel"), enter("Rauf")
    aysel.judge(pairs["ab"], "same")
    aysel.judge(pairs["bc"], "same")
    after = rauf.judge(pairs["ac"], "different")
    page = rauf.ask("contradictions/")

    assert "This contradicts other answers" in words(after)
    assert "2 answers lead from one record to the other" in words(page)
    assert words(page).count("judged the same by Aysel") == 2
    assert "judged different by Rauf" in words(page)
    assert page.text.count("look at it again") == 3


def test_taking_back_says_what_changes_and_undoes_it(team, enter, pairs):
    aysel, rauf = enter("Aysel"), enter("Rauf")
    aysel.judge(pairs["ab"], "same")
    word = stands(team).said.words[-1].fact.id
    before = aysel.ask(f"history/{word}/take-back/")
    done = aysel.send(f"history/{word}/take-back/", reason="too quick")

    assert "The groups of 2 records change with it" in words(before)
    assert done.location == "/en/review/history/?taken-back=yes"
    assert of(team, pairs) == {}
    assert "taken back" in words(aysel.ask("history/"))
    assert rauf.ask(f"history/{word}/take-back/").status == 404
    assert aysel.send(f"history/{word}/take-back/", page="/en/me/").status == 422


def test_how_sure_people_are_is_said_with_an_interval(team, enter, pairs):
    for name, answer in (("Aysel", "same"), ("Rauf", "same"), ("Leyla", "different")):
        enter(name).judge(pairs["ab"], answer)
    page = words(enter("Aysel").ask("reviewers/"))

    assert "Leyla 1 1 0 1 between" in page
    assert "no known pair answered yet" in page


def test_a_pair_that_is_not_there_is_not_there(team, enter, pairs):
    aysel = enter("Aysel")

    assert aysel.ask("pair/linkrun_none/0/").status == 404
    assert aysel.ask(re.sub(r"\d+/$", "99/", pairs["ab"])).status == 404
    assert aysel.ask("history/nothing/take-back/").status == 404


def test_no_address_of_the_desk_holds_a_record(team, enter, pairs, records):
    aysel = enter("Aysel")
    aysel.judge(pairs["ab"], "same")
    links = {
        link
        for path in ("", "history/", "contradictions/", pairs["ab"])
        for link in re.findall(r'(?:href|action)="([^"]+)"', aysel.ask(path).text)
    }

    assert not [link for link in links for one in records if one.record in link]


def test_claims_of_the_pages_are_those_of_the_commands(team, enter, pairs):
    _, run, n, _ = pairs["ab"].split("/")
    enter("Aysel").send(pairs["ab"], do="take")
    with team.open("Rauf") as vault:
        member = team.member("Aysel").kid.hex()
        claimed = [one.pair for one in Claims(vault).all() if one.member == member]

    assert [pair for pair in claimed if stands(team).place(pair)] == [
        stands(team).at(run, int(n)).pair
    ]
