"""From lists as files to how many people no list holds, by the commands a person types.

What the guide docs/guides/estimating.md says, at small size; bench/lists_to_estimate.py does it with
3,000 people in each of the three worlds.
"""

from __future__ import annotations

import pytest

from list_files import CODES, LISTS, on_lists, write_list, write_lists

PEOPLE = 260
CHANCES = (0.6, 0.5, 0.5, 0.4)


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Four lists of invented people in a vault, linked; and how many are on any."""
    folder = tmp_path_factory.mktemp("lists")
    on = on_lists("independent", PEOPLE, 5, CHANCES)
    rows = write_lists(folder, on, 5)
    first = {row["truth"]: row for row in rows}
    for name in LISTS:  # as a person is written on one list, so on all: links are sure
        own = [row for row in rows if row["source"] == name]
        same = [first[row["truth"]] | {"record": row["record"]} for row in own]
        write_list(folder, name, [row | {"birth": birth(row["truth"])} for row in same])
    return folder, int(on.any(axis=1).sum())


def birth(person):
    return f"{1950 + person % 50}-{1 + person % 12:02}-{1 + person % 27:02}"


def lists(word):
    return [part for code in CODES for part in (word, code)]


def test_lists_become_four_answers_that_hold_the_number_of_people(ask, world):
    folder, found = world
    vault = ("--vault", folder / "vault", "--passphrase-file", folder / "words.txt")
    sources = (*lists("--source"), "--columns", folder / "columns.toml")
    asked = [("init", *vault[1:])]
    asked += [
        ("import", folder / f"{name}.csv", "--crosswalk", folder / f"az-{name}.toml",
         "--as-of", "2021-01-31", *vault)
        for name in LISTS
    ]  # fmt: skip
    asked += [
        ("link", "prepare", *sources, *vault),
        ("link", "train", "--plan", "persons", *sources, *lists("--once-each"), *vault),
        ("link", "run", *sources, *lists("--once-each"), *vault),
    ]
    for words in asked:
        done = ask(*words)
        assert done.code == 0, done.err
    answer = ask("link", "estimate", *lists("--list"), *vault)
    again = ask("link", "estimate", *lists("--list"), "--json", *vault)

    assert answer.code == 0, answer.err
    assert again.json["people"] == found
    for one in (
        again.json["bound"],
        again.json["models"]["average"],
        again.json["kinds"]["answer"],
    ):
        assert one["low"] <= PEOPLE <= one["high"]
    assert again.json["resumed_tables"] >= 1  # one where every link is sure: all draws are alike
    for words in ("lower bound (Chao)", "averaged by BIC", "latent classes", "spread", "8 chains"):
        assert words in answer.out
    assert "People no list reaches are not in it." in answer.out
    assert "no link leads to each other count as two people" in answer.out
