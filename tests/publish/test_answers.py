"""An agency answers beside its number: said by one, read by another, shown whole, taken down."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from candlemark.errors import NotEntitled, NotInOrder, NotUnderstood, UnknownRelease
from candlemark.ledger import Part
from candlemark.publish import answers, releases
from candlemark.publish.answers.facts import AnswerApproved, AnswerSaid, AnswerWithdrawn, Step
from candlemark.publish.answers.fold import digest_of
from candlemark.publish.table import TONGUES
from publish.conftest import WAYS
from releasing import REASONS, of

AGENCY = {tongue: f"The ministry {tongue}" for tongue in TONGUES}
SAID = {tongue: f"We count otherwise {tongue}.\nShow both." for tongue in TONGUES}
ARMENIAN = "Մենք այլ կերպ ենք հաշվում։"
WORDS = answers.Words(AGENCY, SAID, "hy", ARMENIAN)
CELL = {"measure": "reached", "stage": "judged", "state": "_Z"}
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def published(founded, tmp_path_factory):
    house = founded.copied(tmp_path_factory.mktemp("answers") / "vault")
    house.places("https://example.org/")
    house.release(of("Ministry", WAYS, "az-ministry"))
    return house


@pytest.fixture
def house(published, tmp_path):
    """A house with one release, and how to say and approve something of it."""
    house = published.copied(tmp_path / "vault")

    def say(what, *words, who="founder", **more):
        with house.team.open(who) as vault:
            return what(vault.ledger, *words, **more)

    def approve(one, who="colleague"):
        with house.team.open(who) as vault:
            return answers.approve(vault.ledger, one.said.id, vault.members.me.kid)

    with house.team.open() as vault:
        ledger = vault.ledger
        published = releases.releases(ledger).published[0]
        table = next(iter(releases.tables(ledger, published.draft.tables).values()))
        today = ledger.now().date()
        place = answers.place_of(ledger, table.name, cell=CELL)
    return SimpleNamespace(
        of=house, say=say, approve=approve, table=table, place=place, today=today,
        said=lambda: say(answers.answers), build=house.build,
    )  # fmt: skip


def asked(house, days=40, by=20, **more):
    made = house.say(
        answers.ask, house.place, AGENCY, house.today - days * DAY, house.today - by * DAY, **more
    )
    house.approve(made)
    return made


def test_an_answer_is_said_by_one_approved_by_another_and_then_public(house):
    made = house.say(answers.received, house.place, WORDS, house.today)
    before = house.said()
    house.approve(made)
    after = house.said()

    assert (before.exchanges(), len(after.exchanges())) == ((), 1)
    one = after.exchanges()[0]
    assert (one.state, one.first.said.original, one.first.said.tongue) == (
        Step.ANSWERED, ARMENIAN, "hy",
    )  # fmt: skip
    assert (one.first.said.release, one.first.said.table) == (1, house.table.identity)
    assert dict(one.first.said.texts) == SAID


def test_whoever_said_it_cannot_approve_it_and_a_program_that_does_not_look_changes_nothing(house):
    made = house.say(answers.received, house.place, WORDS, house.today)
    with pytest.raises(NotEntitled, match="said it cannot approve it"):
        house.approve(made, who="founder")
    house.say(lambda ledger: ledger.append(
        [Part("coded", (AnswerApproved(made.said.id, made.digest),))]
    ))  # fmt: skip
    house.say(
        lambda ledger: ledger.append([Part("coded", (AnswerApproved(made.said.id, "0" * 64),))]),
        who="colleague",
    )

    said = house.said()
    assert said.exchanges() == ()
    assert [fault.what.partition(": ")[2] for fault in said.faults] == [
        "the one who said it approves it",
        "it approves something that was not said",
    ]


def test_that_nothing_came_is_said_after_the_day_that_was_named_and_an_answer_may_still_come(house):
    one = asked(house)
    silent = house.say(answers.unanswered, one.said.id[:8], house.today - 5 * DAY)
    house.approve(silent)
    quiet = house.said().exchanges()[0]
    late = house.say(answers.received, house.place, WORDS, house.today, asking=one.said.id)
    house.approve(late)
    spoken = house.said().exchanges()[0]

    assert (quiet.state, spoken.state) == (Step.UNANSWERED, Step.ANSWERED)
    assert [each.said.step for each in spoken.every] == [
        Step.ASKED, Step.UNANSWERED, Step.ANSWERED,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("on", "what"),
    [(20, "wait for it"), (50, "before the agency was asked"), (-1, "this day is ahead")],
)
def test_nothing_came_is_refused_on_a_day_on_which_it_cannot_be_known(house, on, what):
    one = asked(house)

    with pytest.raises(NotInOrder) as refused:
        house.say(answers.unanswered, one.said.id, house.today - on * DAY)
    assert what in " ".join(fault.what for fault in refused.value.faults)


def test_an_asking_that_nobody_approved_is_followed_by_nothing(house):
    made = house.say(answers.ask, house.place, AGENCY, house.today - 9 * DAY, house.today - DAY)

    for step in (
        lambda: house.say(answers.unanswered, made.said.id, house.today),
        lambda: house.say(answers.received, house.place, WORDS, house.today, asking=made.said.id),
    ):
        with pytest.raises(NotInOrder) as refused:
            step()
        assert "it is not public" in refused.value.faults[0].what


def test_an_answer_to_no_number_is_refused(house):
    with pytest.raises(NotInOrder, match="of which number"):
        house.say(answers.received, None, WORDS, house.today)


def test_days_in_the_wrong_order_are_all_named(house):
    with pytest.raises(NotInOrder) as refused:
        house.say(answers.ask, house.place, AGENCY, house.today + DAY, house.today)

    assert [str(fault) for fault in refused.value.faults] == [
        "on: this day is ahead",
        "by: it is not after the day of the asking",
    ]


def test_what_is_withdrawn_is_taken_down_and_says_why(house, tmp_path):
    made = house.say(answers.received, house.place, WORDS, house.today)
    with pytest.raises(NotInOrder, match="cannot be said so"):
        house.say(answers.withdraw, made.said.id, REASONS)
    house.approve(made)
    house.say(answers.withdraw, made.said.id[:8], REASONS, who="colleague")
    with pytest.raises(NotInOrder) as twice:
        house.say(answers.withdraw, made.said.id, {**REASONS, "fa": ""})
    house.build(tmp_path / "site")

    assert [fault.what for fault in twice.value.faults] == [
        "the reason is missing", "it was withdrawn before",
    ]  # fmt: skip
    page = (tmp_path / "site" / "tables" / house.table.identity / "en.html").read_text()
    told = json.loads((tmp_path / "site" / "api" / "answers.json").read_bytes())["answers"][0]
    assert "Why en" in page
    assert not any(
        "count otherwise" in path.read_text() for path in (tmp_path / "site").rglob("*.html")
    )
    assert (told["said"][0]["texts"], told["said"][0]["original"]) == (None, "")
    assert told["said"][0]["withdrawn"]["reasons"] == REASONS


def test_facts_that_were_said_past_the_rules_do_not_count(house):
    pairs = tuple(AGENCY.items())
    table, day = house.table.identity, house.today

    def fact(name, step=Step.ASKED, release=1, table=table, on=day, asking=""):
        return AnswerSaid(name * 32, step, release, table, (), "", pairs, on, day, asking)

    first = fact("a")
    wrong = (
        fact("a"),
        fact("b", release=2),
        fact("c", table="0" * 64),
        fact("d", asking="a" * 32),
        fact("e", step=Step.UNANSWERED),
        fact("f", step=Step.ANSWERED, asking="a" * 32),
        fact("0", step=Step.ANSWERED),
        AnswerSaid("2" * 32, Step.ASKED, 1, table, (), "", pairs, day),
    )
    house.say(lambda ledger: ledger.append([Part("coded", (first, *wrong))]))
    house.say(
        lambda ledger: ledger.append([Part("coded", (
            AnswerWithdrawn(first.id, day, tuple(REASONS.items())),
            AnswerApproved(first.id, digest_of(first)),
            fact("1", step=Step.UNANSWERED, asking="a" * 32),
            AnswerWithdrawn(first.id, day, ()),
        ))]),
        who="colleague",
    )  # fmt: skip

    said = house.said()
    assert [one.said.id[0] for one in said.items] == ["a"]
    assert [fault.what.partition(": ")[2] for fault in said.faults] == [
        "something of this name is there already",
        "it speaks of release 2, which is not there",
        "it speaks of a table that release 1 does not carry",
        "an asking follows nothing",
        "it says that nothing came, and nothing was asked",
        "it follows an asking that is not public",
        "it is not said in every tongue",
        "it does not say by which day an answer was asked for",
        "it withdraws what is not public",
        "the day that was named is not over",
        "it does not say why in every tongue",
    ]


def test_a_number_that_is_not_there_is_refused_with_everything_that_is_wrong(house):
    with pytest.raises(NotInOrder) as refused:
        house.say(
            answers.place_of, house.table.name, 0, {"measure": "x", "stage": "judged", "town": "y"}
        )
    with pytest.raises(NotInOrder, match="no such number") as empty:
        house.say(answers.place_of, house.table.name, 0, {**CELL, "measure": "ended-by"})
    with pytest.raises(UnknownRelease):
        house.say(answers.place_of, "another-table")
    with pytest.raises(UnknownRelease):
        house.say(answers.place_of, house.table.name, 7)
    with pytest.raises(UnknownRelease):
        house.say(lambda ledger: answers.answers(ledger).one("0" * 8))

    assert [fault.where for fault in refused.value.faults] == ["measure", "state", "town"]
    assert [fault.where for fault in empty.value.faults] == ["cell"]
    assert house.say(answers.place_of, house.table.identity[:8]).at == ()


def test_words_are_read_and_every_fault_of_them_is_named():
    whole = "".join(f'[{one}]\nagency = "A {one}"\ntext = """One.\n\nTwo."""\n' for one in TONGUES)
    other = '[original]\ntongue = "hy"\ntext = "Երկու։"\n'

    ours = answers.read_words(whole.encode(), "fa")
    theirs = answers.read_words((whole + other).encode(), "en")
    assert (ours.tongue, ours.original) == ("fa", "One.\n\nTwo.")
    assert (theirs.tongue, theirs.original) == ("hy", "Երկու։")
    assert answers.read_agency(whole.encode())["tr"] == "A tr"
    with pytest.raises(NotInOrder) as refused:
        answers.Words(
            {**AGENCY, "az": ""},
            {**SAID, "en": "Call +994 50 123 45 67", "ru": "a@b", "fa": "x" * 2501, "tr": "\u202ex"},
            "Armenian", "",
        )  # fmt: skip
    assert [fault.where for fault in refused.value.faults] == [
        "az.agency", "en.text", "ru.text", "fa.text", "tr.text", "tongue", "original.text",
    ]  # fmt: skip
    with pytest.raises(NotUnderstood, match="more than the tongues"):
        answers.read_words(whole.encode() + b'[de]\ntext = "x"\n', "en")
    with pytest.raises(NotUnderstood, match="cannot be read"):
        answers.read_words(b"[en\n", "en")
    with pytest.raises(NotInOrder, match="not named in every tongue"):
        answers.read_agency(b'[en]\nagency = "x"\n')


def test_persian_may_be_written_with_its_joiner_and_nothing_that_turns_a_line():
    joined = {**SAID, "fa": "پرونده‌ها"}

    assert answers.Words(AGENCY, joined, "fa", "").texts["fa"] == "پرونده‌ها"
    assert releases.TextsOf(joined, joined).texts["fa"] == "پرونده‌ها"
    with pytest.raises(NotInOrder, match="not whole"):
        releases.TextsOf(joined, {**SAID, "en": "safe\u202etxt.exe"})


# On the site


@pytest.fixture(scope="module")
def spoken(published, tmp_path_factory):
    """The site of a house that asked, got an answer to one number and none to a table."""
    place = tmp_path_factory.mktemp("spoken")
    house = published.copied(place / "vault")
    with house.team.open() as vault:
        ledger, today = vault.ledger, vault.ledger.now().date()
        name = next(iter(releases.tables(
            ledger, releases.releases(ledger).published[0].draft.tables).values())).name  # fmt: skip
        cell = answers.place_of(ledger, name, cell=CELL)
        made = [
            answers.ask(ledger, cell, AGENCY, today - 40 * DAY, today - 20 * DAY),
            answers.ask(
                ledger, answers.place_of(ledger, name), AGENCY, today - 9 * DAY, today + 9 * DAY
            ),
        ]
    with house.team.open("colleague") as vault:
        for one in made:
            answers.approve(vault.ledger, one.said.id, vault.members.me.kid)
    with house.team.open() as vault:
        answer = answers.received(vault.ledger, cell, WORDS, today, asking=made[0].said.id)
    with house.team.open("colleague") as vault:
        answers.approve(vault.ledger, answer.said.id, vault.members.me.kid)
    house.build(place / "site")
    return SimpleNamespace(site=place / "site", house=house, asking=made[0].said.id, table=name)


def test_an_answer_stands_beside_its_number_in_every_tongue_and_in_its_own_words(spoken):
    folder = next((spoken.site / "tables").iterdir())
    for tongue in TONGUES:
        table = (folder / f"{tongue}.html").read_text(encoding="utf-8")
        page = (spoken.site / "answers" / spoken.asking / f"{tongue}.html").read_text("utf-8")

        assert table.count('href="#answer-1"') == 1
        assert 'id="answer-1"' in table
        frame = (folder / f"frame-{tongue}.html").read_text(encoding="utf-8")
        assert f'href="{tongue}.html#answers"' in frame
        for text in (f"We count otherwise {tongue}.", f'lang="hy" dir="ltr"><p>{ARMENIAN}'):
            assert text in table
            assert text in page


def test_the_data_say_who_was_asked_what_came_and_what_is_awaited(spoken):
    every = json.loads((spoken.site / "api" / "answers.json").read_bytes())["answers"]
    table = json.loads((spoken.site / "api" / "tables" / f"{spoken.table}.json").read_bytes())

    assert [one["state"] for one in every] == ["answered", "asked"]
    assert every[0]["measure"] == "reached"
    assert every[0]["said"][1]["original"] == ARMENIAN
    assert every[1]["at"] == []
    assert date.fromisoformat(every[1]["said"][0]["by"]) > date.fromisoformat(
        every[1]["said"][0]["on"]
    )
    assert table["answers"] == every


def test_an_answer_touches_only_the_page_of_its_table_and_the_lists(spoken, tmp_path):
    again = spoken.house.build(spoken.site)
    house = spoken.house.copied(tmp_path / "vault")
    before = {path: path.read_bytes() for path in spoken.site.rglob("*") if path.is_file()}
    with house.team.open() as vault:
        place = answers.place_of(vault.ledger, spoken.table)
        made = answers.received(vault.ledger, place, WORDS, vault.ledger.now().date())
    with house.team.open("colleague") as vault:
        answers.approve(vault.ledger, made.said.id, vault.members.me.kid)
    house.build(tmp_path / "site")

    after = {
        path.relative_to(tmp_path / "site"): path.read_bytes()
        for path in (tmp_path / "site").rglob("*")
        if path.is_file()
    }
    differ = {
        str(path.relative_to(spoken.site)) for path, content in before.items()
        if after[path.relative_to(spoken.site)] != content
    }  # fmt: skip
    assert again.written == 0
    assert not any(name.startswith(("releases/", "definition/")) for name in differ)
    assert all(
        name.endswith(".html") for name in differ if name.startswith(("tables/", "answers/"))
    )


def test_much_that_was_said_of_one_table_stays_on_pages_of_60_kb(spoken, tmp_path):
    house = spoken.house.copied(tmp_path / "vault")
    long = {tongue: "ش" * 2500 if tongue == "fa" else "x" * 2500 for tongue in TONGUES}
    with house.team.open() as vault:
        day = vault.ledger.now().date()
        place = answers.place_of(vault.ledger, spoken.table, cell=CELL)
        made = [
            answers.received(
                vault.ledger, place, answers.Words(AGENCY, long, "hy", "Ա" * 2500), day
            )
            for _ in range(14)
        ]
    with house.team.open("colleague") as vault:
        for one in made:
            answers.approve(vault.ledger, one.said.id, vault.members.me.kid)
    house.build(tmp_path / "site")

    assert max(path.stat().st_size for path in (tmp_path / "site").rglob("*.html")) <= 60 * 1024
    assert len(list((tmp_path / "site" / "answers").iterdir())) == 16


def test_an_answer_of_any_length_goes_on_on_the_next_page_and_its_beginning_stands_beside(
    house, tmp_path
):
    """Said past the rules by another program: it is public, and the site is built all the same."""
    words = [f"word{n}<&>" for n in range(7_000)]
    texts = tuple((tongue, " ".join(words)) for tongue in TONGUES)
    names = tuple((tongue, f"{tongue} {'N' * 9_000}") for tongue in TONGUES)
    fact = AnswerSaid(
        "b" * 32, Step.ANSWERED, 1, house.table.identity, (), "", names, house.today,
        tongue="hy", original="Ա" * 70_000, texts=texts,
    )  # fmt: skip
    house.say(lambda ledger: ledger.append([Part("coded", (fact,))]))
    house.approve(house.said().items[0])
    house.build(tmp_path / "site")

    folder = tmp_path / "site" / "answers" / fact.id
    assert max(path.stat().st_size for path in (tmp_path / "site").rglob("*.html")) <= 60 * 1024
    pages = sorted(folder.glob("fa*.html"), key=lambda path: (len(path.name), path.name))
    whole = "".join(path.read_text(encoding="utf-8") for path in pages)
    assert len(pages) > 3
    assert re.findall(r"\bword\d+(?=&lt;)", whole) == [one[:-3] for one in words]
    assert whole.count("Ա") == 70_000
    assert f'href="fa-{len(pages)}.html"' in pages[0].read_text(encoding="utf-8")
    table = (tmp_path / "site" / "tables" / house.table.identity / "en.html").read_text("utf-8")
    assert "<q>word0&lt;&amp;&gt; word1" in table
    assert table.count("word") < 40


def test_a_cell_that_no_table_has_is_shown_as_the_table_and_stops_no_building(house, tmp_path):
    pairs = tuple(AGENCY.items())
    fact = AnswerSaid(
        "a" * 32, Step.ASKED, 1, house.table.identity, ("x",), "y", pairs, house.today, house.today
    )
    house.say(lambda ledger: ledger.append([Part("coded", (fact,))]))
    house.approve(house.said().items[0])
    house.build(tmp_path / "site")

    page = (tmp_path / "site" / "answers" / fact.id / "en.html").read_text(encoding="utf-8")
    assert "the table as a whole" in page
