"""Two people publish at a terminal; a third, without any vault, checks the copy they were given."""

from __future__ import annotations

import json
import shutil

import pytest

from candlemark import agency
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import make_world
from candlemark.cli.opening import KINDS
from candlemark.definition import Definition, load_crosswalk
from candlemark.publish.table import TONGUES
from team import Team


def sections(key, *, without=""):
    """A file with a section for each tongue."""
    keys = key.split()
    return "".join(
        f"[{tongue}]\n" + "".join(f'{one} = "{one} {tongue}"\n' for one in keys)
        for tongue in TONGUES
        if tongue != without
    )


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A vault of two, with the invented file of a court in it."""
    place = tmp_path_factory.mktemp("publishing")
    team = Team(place / "vault", KINDS)
    team.take_in("colleague")
    (place / "clear").mkdir()
    path = write_files(place / "clear", make_world(500))["xx-court"]
    edition = Definition.load()
    with team.open() as vault:
        agency.import_source(vault.ledger, path, load_crosswalk("xx-court", edition), edition)
    for who, words in team.words.items():
        (place / f"{who}.txt").write_text(words)
    (place / "texts.toml").write_text(sections("title text"), encoding="utf-8")
    (place / "part.toml").write_text(sections("title text", without="fa"), encoding="utf-8")
    (place / "reasons.toml").write_text(sections("reason"), encoding="utf-8")
    (place / "names.toml").write_text(sections("name"), encoding="utf-8")
    return place


@pytest.fixture
def desk(grown, tmp_path, ask):
    """The commands of each person, on a copy of the vault."""
    place = tmp_path / "house"
    shutil.copytree(grown, place)

    def asked(who, *words):
        options = ("--vault", place / "vault", "--passphrase-file", place / f"{who}.txt")
        return ask(*words, *options)

    asked.place = place
    return asked


def drafted(desk, *words):
    answer = desk(
        "founder", "release", "draft", desk.place / "texts.toml", "--crosswalk", "xx-court", "--json", *words
    )  # fmt: skip
    assert answer.code == 0, answer.err
    return answer.json["draft"]


def test_a_release_goes_from_a_draft_to_a_copy_that_a_stranger_checks(desk, ask, tmp_path):
    draft = drafted(desk, "--table", "steps")
    shown = desk("colleague", "release", "show", draft)
    alone = desk("founder", "release", "approve", draft)
    early = desk("founder", "release", "publish", draft)
    approved = desk("colleague", "release", "approve", draft[:8])
    published = desk("founder", "release", "publish", draft[:8])
    named = desk(
        "founder", "publish", "address", "https://example.org", "--names", desk.place / "names.toml",
        "--mirror", "https://mirror.example.net/",
    )  # fmt: skip
    built = desk("founder", "publish", "build", "--out", tmp_path / "site", "--json")
    checked = ask("publish", "verify", tmp_path / "site", "--key", built.json["key"])

    assert "steps-xx-court-charge-from-heard" in shown.out
    assert "fa: title fa" in shown.out
    assert (alone.code, early.code) == (38, 38)
    assert "cannot approve it" in alone.err
    assert (approved.code, published.code, named.code, built.code) == (0, 0, 0, 0)
    assert "Release 1 is published" in published.out
    assert "publisher (az): name az" in named.out
    assert checked.code == 0
    assert "are as they were signed" in checked.out
    table = json.loads((tmp_path / "site" / "api" / "tables.json").read_bytes())["tables"][0]
    whole = json.loads((tmp_path / "site" / table["document"]).read_bytes())
    assert whole["agency"]["labels"]["az"] == "Valmora məhkəmələri (simulyasiya)"
    assert {one["sign"] for one in whole["cells"]} <= {"number", "zero", "waiting"}


def test_a_copy_with_one_byte_changed_is_named_with_its_own_exit_code(desk, ask, tmp_path):
    draft = drafted(desk, "--table", "entered")
    desk("colleague", "release", "approve", draft)
    desk("founder", "release", "publish", draft)
    desk("founder", "publish", "build", "--out", tmp_path / "site")
    page = tmp_path / "site" / "en" / "index.html"
    page.write_bytes(page.read_bytes().replace(b"title en", b"title eN", 1))

    answer = ask("publish", "verify", tmp_path / "site")
    listed = ask("publish", "verify", tmp_path / "site", "--json")
    packed = ask("publish", "zip", tmp_path / "site", tmp_path / "site.zip")
    assert answer.code == listed.code == packed.code == 88
    assert "  en/index.html: it was changed" in answer.err
    assert listed.json["faults"] == [{"where": "en/index.html", "what": "it was changed"}]
    assert not listed.json["key_given"]
    page.write_bytes(page.read_bytes().replace(b"title eN", b"title en", 1))
    assert ask("publish", "zip", tmp_path / "site", tmp_path / "site.zip").code == 0


def test_a_text_that_is_missing_in_a_tongue_is_named(desk):
    answer = desk(
        "founder", "release", "draft", desk.place / "part.toml", "--crosswalk", "xx-court",
        "--table", "steps",
    )  # fmt: skip

    assert answer.code == 40
    assert "fa.title: it is missing (فارسی)" in answer.err


def test_releases_are_listed_with_their_state(desk):
    first = drafted(desk, "--table", "steps")
    desk("colleague", "release", "approve", first)
    desk("founder", "release", "publish", first)
    drafted(desk, "--table", "steps", "--table", "entered", "--corrects", "1")
    withdrawn = desk("colleague", "release", "withdraw", "1", desk.place / "reasons.toml")

    rows = desk("founder", "release", "list", "--json").json["releases"]
    assert withdrawn.code == 0
    assert [(row["release"], row["state"]) for row in rows] == [(1, "withdrawn"), (None, "drafted")]
    assert [row["consent withdrawn"] for row in rows] == [0, 0]
    assert desk("founder", "release", "withdraw", "3", desk.place / "reasons.toml").code == 43


def test_what_cannot_be_used_is_refused_with_a_hint(desk, ask, tmp_path):
    nothing = desk("founder", "publish", "build", "--out", tmp_path / "site")
    no_site = ask("publish", "verify", tmp_path)
    no_server = ask("publish", "serve", tmp_path)
    both = desk(
        "founder", "publish", "address", "--name", "A", "--names", desk.place / "names.toml"
    )
    address = desk("founder", "publish", "address", "http://example.org")
    unknown = desk("founder", "release", "show", "0123456789")

    assert [one.code for one in (nothing, no_site, no_server, both, address, unknown)] == [
        43,
        88,
        70,
        2,
        10,
        43,
    ]
    assert "address: it is not an https address" in address.err
    assert desk("founder", "release", "list").out == "There is no release and no draft of one.\n"
    assert "address: none that lasts" in desk("founder", "publish", "address").out


def test_closed_batches_go_out_with_the_release_that_is_approved(desk, tmp_path):
    answer = desk(
        "founder", "release", "draft", desk.place / "texts.toml", "--crosswalk", "xx-court", "--json",
        "--table", "entered/bias-grounds", "--table", "steps",
    )  # fmt: skip
    draft = answer.json["draft"]
    alone = desk("founder", "release", "approve", draft)
    approved = desk("colleague", "release", "approve", draft)
    published = desk("founder", "release", "publish", draft)
    built = desk("founder", "publish", "build", "--out", tmp_path / "site")
    nothing = desk(
        "founder", "release", "draft", desk.place / "texts.toml", "--crosswalk", "xx-court"
    )

    assert [one.code for one in (alone, approved, published, built)] == [38, 0, 0, 0]
    assert nothing.code == 2
    assert "--table" in nothing.err
    rows = json.loads((tmp_path / "site" / "api" / "tables.json").read_bytes())["tables"]
    assert [row["name"] for row in rows] == [
        "entered-bias-grounds-xx-court-charge-from-heard",
        "steps-xx-court-charge-from-heard",
    ]
    whole = json.loads((tmp_path / "site" / rows[1]["document"]).read_bytes())
    states = next(one for one in whole["dimensions"] if one["code"] == "state")
    assert "Valmora" in whole["titles"]["tr"]
    assert {one["labels"]["en"] for one in states["categories"]} > {"Pending"}
    assert whole["protection"]["way"] == "closed-batches"
