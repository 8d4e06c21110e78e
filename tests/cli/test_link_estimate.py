"""``candlemark link estimate``: what a person reads, and what is refused."""

import json

import pytest

GOOD = "police,prosecutor,hotline,people\n1,0,0,70\n0,1,0,45\n0,0,1,42\n1,1,0,31\n1,0,1,29\n0,1,1,20\n1,1,1,18\n"
NOT_COUNTED = "People no list reaches are not in it."


@pytest.fixture
def table(tmp_path):
    def written(text, name="table.csv"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return written


def test_a_month_is_not_estimated_and_the_lower_bound_is_told_with_the_reason(ask, table):
    few = GOOD.replace("70", "9").replace("45", "7").replace("42", "5")
    answer = ask("link", "estimate", "--table", table(few.replace("31", "3").replace("29", "3")))
    assert answer.code == 0
    assert "the lists overlap too little to say more" in answer.out
    assert "no estimate is made of a month or a small region" in answer.out
    assert NOT_COUNTED in answer.out
    found = ask("link", "estimate", "--json", "--table", table(few.replace("31", "3"))).json
    assert not found["shown"]
    assert found["reasons"][0]["code"] == "too-few"
    assert "models" not in found
    assert NOT_COUNTED in found["not_counted"]


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (GOOD.replace("18", "-18"), 40, "row 8, column people: it is not a number of people"),
        (GOOD.replace("1,0,0,70", "1,x,0,70"), 40, "row 2, column prosecutor: it is neither 1"),
        (GOOD + "1,0,0,3\n", 40, "it is the pattern of row 1 once more"),
        (GOOD.replace("hotline", "police"), 40, "one agency twice"),
        ("a,b,people\n1,0,5\n1,1,5\n0,1,4\n", 51, "needs at least three"),
        ("", 22, "empty"),
        ('{"lists": ["a"]}', 40, "lists, patterns"),
        ("{", 24, "not JSON"),
        (json.dumps({"lists": ["a", "b", "c"], "patterns": []}), 22, "no patterns"),
        (
            json.dumps(
                {
                    "lists": ["a", "b", "c"],
                    "patterns": [{"on": ["z"], "people": 3}, {"on": ["a"], "people": 1.5}, 7],
                }
            ),
            40,
            "pattern 2: “people” is not a whole number",
        ),
        (
            json.dumps({"lists": [], "patterns": [], "from": "2026-03-01", "to": "2026-03-31"}),
            51,
            "less than two months",
        ),
        (json.dumps({"from": "spring"}), 40, "not two days"),
    ],
)
def test_a_bad_table_is_refused_in_words(ask, table, text, code, said):
    answer = ask("link", "estimate", "--table", table(text))
    assert answer.code == code, answer.err
    assert said in answer.err


def test_a_table_in_json_is_the_same_table(ask, table):
    few = GOOD.replace("70", "9").replace("45", "7").replace("42", "5").replace("31", "3")
    rows = [row.split(",") for row in few.split()]
    lists = rows[0][:-1]
    patterns = [
        {
            "on": [name for name, on in zip(lists, row, strict=False) if on == "1"],
            "people": int(row[-1]),
        }
        for row in rows[1:]
    ]
    document = json.dumps({"lists": lists, "patterns": patterns})
    said = [
        ask("link", "estimate", "--json", "--table", file).json
        for file in (table(few), table(document, "table.json"))
    ]
    assert said[0] == said[1]
    assert said[0]["people"] == sum(int(row[-1]) for row in rows[1:])


def test_two_tables_are_too_few_draws(ask, table):
    file = table(GOOD)
    answer = ask("link", "estimate", "--table", file, "--table", file)
    assert answer.code == 40
    assert "draws: there are 2, and 20 are needed" in answer.err


def test_a_file_that_is_not_there_is_said(ask, tmp_path):
    assert ask("link", "estimate", "--table", tmp_path / "no.csv").code == 21


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 70, "--table FILE, or --list CODE"),
        (["--list", "xx-police"], 2, "agencies are of a vault"),
        (["--list", "xx-police", "--vault", "v", "--draws", "3"], 70, "too few"),
        (["--list", "xx-police", "--table", "t.csv"], 70, "one of them"),
    ],
)
def test_tables_or_agencies_must_be_said(ask, words, code, said):
    answer = ask("link", "estimate", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err


def test_agencies_nothing_links_give_no_estimate(ask, demo_vault):
    lists = ("--list", "xx-police", "--list", "xx-prosecutor", "--list", "xx-court")
    answer = ask("link", "estimate", *lists, "--vault", demo_vault)
    assert answer.code == 51, answer.err
