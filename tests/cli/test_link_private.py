"""``candlemark link private``: an agreement, two lists, a linkage unit, and what each reads."""

import csv
import json

import pytest

from two_lists import as_csv, regional


@pytest.fixture(scope="module")
def two():
    return regional(120)


@pytest.fixture
def begun(ask, tmp_path):
    """An agreement of a kind, with its secret and the passphrase of it."""

    def made(output="links", *more):
        words = ("--new-passphrase-file", tmp_path / "words")
        found = ask(
            "link",
            "private",
            "begin",
            tmp_path / "agreement",
            tmp_path / "secret",
            "--output",
            output,
            *words,
            "--json",
            *more,
        )
        assert found.code == 0, found.err
        return found.json

    return made


@pytest.fixture
def encoded(ask, tmp_path, two):
    def made(side, *more):
        (tmp_path / f"{side}.csv").write_bytes(
            as_csv(two.left if side == "a" else two.right, f"{side}-")
        )
        return ask(
            "link", "private", "encode", tmp_path / "agreement", tmp_path / "secret", "--side", side,
            "--list", tmp_path / f"{side}.csv", "--to", tmp_path / f"{side}.enc", "--rows", tmp_path / f"{side}.rows",
            "--secret-passphrase-file", tmp_path / "words", *more,
        )  # fmt: skip

    return made


def matched(ask, tmp_path, *more):
    return ask(
        "link",
        "private",
        "match",
        tmp_path / "agreement",
        tmp_path / "a.enc",
        tmp_path / "b.enc",
        "--to",
        tmp_path / "out",
        *more,
    )


def test_two_organisations_and_a_unit_end_with_links_each_reads_for_itself(
    ask, tmp_path, two, begun, encoded
):
    begun()
    assert encoded("a", "--json").json["rows"] > 90
    assert encoded("b").code == 0
    (tmp_path / "secret").rename(tmp_path / "elsewhere")  # the unit never has it
    answer = matched(ask, tmp_path)
    assert answer.code == 0, answer.err
    assert "result-a.json" in answer.out

    found = {}
    for side in "ab":
        answer = ask(
            "link", "private", "read", tmp_path / "out" / f"result-{side}.json", tmp_path / "agreement",
            "--rows", tmp_path / f"{side}.rows", "--secret", tmp_path / "elsewhere",
            "--secret-passphrase-file", tmp_path / "words", "--to", tmp_path / f"{side}.links.csv",
        )  # fmt: skip
        assert answer.code == 0, answer.err
        assert "people are in both lists" in answer.out
        with (tmp_path / f"{side}.links.csv").open(encoding="utf-8") as file:
            found[side] = {
                row["link"]: int(row["record"].split("-")[1]) for row in csv.DictReader(file)
            }
    assert found["a"].keys() == found["b"].keys()
    pairs = {(found["a"][name], found["b"][name]) for name in found["a"]}
    assert len(pairs & two.same) / len(pairs) > 0.9
    assert len(pairs & two.same) > 0.55 * len(two.same)


def test_for_counts_both_read_one_number_and_no_row(ask, tmp_path, begun, encoded):
    begun("counts")
    encoded("a"), encoded("b")
    files = matched(ask, tmp_path, "--json").json["files"]
    assert list(files) == ["result.json"]
    assert json.loads((tmp_path / "out" / "result.json").read_text())["links"] == []
    answer = ask(
        "link",
        "private",
        "read",
        tmp_path / "out" / "result.json",
        tmp_path / "agreement",
        "--rows",
        tmp_path / "a.rows",
        "--json",
    )
    assert answer.json["count"]["said"] == "about"
    assert answer.json["count"]["number"] % 5 == 0
    assert answer.json["links"] == {}


def test_what_is_written_is_for_its_owner_alone_and_never_written_over(
    ask, tmp_path, begun, encoded
):
    begun()
    encoded("a")
    for name in ("agreement", "secret", "words", "a.enc", "a.rows"):
        assert (tmp_path / name).stat().st_mode & 0o077 == 0
    again = encoded("a")
    assert again.code == 70
    assert "cannot be written" in again.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["begin", "agreement", "secret2", "--new-passphrase-file", "w2"], 70, "a file of this name"),
        (["begin", "a2", "s2", "--json"], 70, "not printed into a document"),
        (["begin", "a2", "s2", "--scheme", "none.toml", "--new-passphrase-file", "w2"], 21, "not there"),
        (["begin", "a2", "s2", "--fewest", "1", "--new-passphrase-file", "w2"], 70, "single people"),
        (["encode", "agreement", "secret", "--side", "a", "--to", "x", "--rows", "y"], 70, "what is encoded"),
        (["encode", "agreement", "secret", "--side", "a", "--to", "x", "--rows", "y", "--list", "b.csv"], 70, "needs its passphrase"),
        (["encode", "agreement", "secret", "--side", "a", "--to", "x", "--rows", "y", "--list", "b.csv", "--vault", "v"], 70, "one of"),
        (["encode", "agreement", "secret", "--side", "a", "--to", "x", "--rows", "y", "--list", "b.csv", "--secret-passphrase-file", "b.csv"], 33, "does not open"),
        (["encode", "secret", "agreement", "--side", "a", "--to", "x", "--rows", "y", "--list", "b.csv"], 24, "no file of the kind"),
        (["match", "agreement", "b.enc", "b.enc", "--to", "out"], 27, "of side b"),
        (["match", "agreement", "b.enc", "absent", "--to", "out"], 21, "not there"),
        (["read", "b.rows", "agreement", "--rows", "b.rows"], 24, "no file of the kind result"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_said(
    ask, tmp_path, monkeypatch, begun, encoded, words, code, said
):
    begun()
    encoded("b")
    monkeypatch.chdir(tmp_path)
    answer = ask("link", "private", *words)
    assert (answer.code, said in answer.err) == (code, True), answer.err


def test_links_are_not_read_without_the_secret(ask, tmp_path, begun, encoded):
    begun()
    encoded("a"), encoded("b")
    matched(ask, tmp_path)
    answer = ask(
        "link",
        "private",
        "read",
        tmp_path / "out" / "result-a.json",
        tmp_path / "agreement",
        "--rows",
        tmp_path / "a.rows",
    )
    assert answer.code == 70
    assert "--secret FILE" in answer.err


def test_a_vault_in_the_environment_does_not_stand_in_the_way_of_a_list(
    ask, monkeypatch, begun, encoded
):
    monkeypatch.setenv("CANDLEMARK_VAULT", "/nowhere")
    begun()
    assert encoded("a").code == 0
