"""An edition that is not whole is refused, and every fault of it is named at once."""

from __future__ import annotations

import copy
import tomllib
from typing import TYPE_CHECKING

import pytest

from candlemark.definition import Definition
from candlemark.definition.check import build
from candlemark.errors import DefinitionFaulty, Fault

if TYPE_CHECKING:
    from pathlib import Path

TONGUES = "labels.en='{0}'\nlabels.az='{0} az'\nlabels.ru='Слово {1}'\nlabels.fa='واژه {1}'\nlabels.tr='{0} tr'\n"


def labels(name: str, mark: str) -> str:
    return TONGUES.format(name, mark)


EDITION = f"""
[edition]
code = "2031.1"
{labels("Edition", "1")}
notes.en = "An edition for tests."
schemes = ["colours"]
"""

COLOURS = f"""
[scheme]
code = "colours"
source = "a painter"
{labels("Colours", "1")}
notes.en = "What one sees."

[[term]]
code = "red"
rank = 2
source = "a painter"
{labels("Red", "2")}
notes.en = "Red things."

[[term]]
code = "crimson"
broader = "red"
source = "a painter"
{labels("Crimson", "3")}
notes.en = "Deep red."

[[term]]
code = "blue"
source = "a painter"
{labels("Blue", "4")}
notes.en = "Blue things."
"""


def files() -> dict:
    return {"edition.toml": tomllib.loads(EDITION), "colours.toml": tomllib.loads(COLOURS)}


def faults_of(content: dict) -> list[str]:
    with pytest.raises(DefinitionFaulty) as refused:
        build(content)
    return [str(fault) for fault in refused.value.faults]


def term(content: dict, n: int) -> dict:
    return content["colours.toml"]["term"][n]


def test_a_whole_edition_is_built():
    edition = build(files())

    assert edition.code == "2031.1"
    assert [term.code for term in edition.scheme("colours")] == ["red", "crimson", "blue"]


def test_a_narrower_term_has_the_rank_of_its_group():
    scheme = build(files()).scheme("colours")

    assert [term.rank for term in scheme] == [2, 2, 0]


def broken(change) -> dict:
    content = files()
    change(content)
    return content


BROKEN = {
    "a term without a scope note": (
        lambda c: term(c, 0)["notes"].pop("en"),
        "colours.toml, term red, notes.en: is missing",
    ),
    "a scope note that is only there in another tongue": (
        lambda c: term(c, 0).update(notes={"fa": "چیزهای سرخ"}),
        "colours.toml, term red, notes.en: is missing",
    ),
    "an empty scope note": (
        lambda c: term(c, 0)["notes"].update(en=""),
        "colours.toml, term red, notes.en: is missing",
    ),
    "a term without a source": (
        lambda c: term(c, 0).pop("source"),
        "colours.toml, term red, source: is missing",
    ),
    "a label missing in one tongue of the interface": (
        lambda c: term(c, 2)["labels"].pop("fa"),
        "colours.toml, term blue, labels.fa: is missing",
    ),
    "a term without a code": (
        lambda c: term(c, 2).pop("code"),
        "colours.toml, term 3, code: is missing",
    ),
    "a code that is not kebab-case": (
        lambda c: term(c, 2).update(code="Dark_Blue"),
        "colours.toml, term 3, code: 'Dark_Blue' is not in kebab-case",
    ),
    "a code twice": (
        lambda c: term(c, 2).update(code="crimson"),
        "colours.toml, term crimson: the code stands 2 times",
    ),
    "a broader term that does not exist": (
        lambda c: term(c, 1).update(broader="green"),
        "colours.toml, term crimson, broader: there is no term 'green'",
    ),
    "a term that is broader than itself": (
        lambda c: term(c, 2).update(broader="blue"),
        "colours.toml, term blue, broader: goes in a circle: blue",
    ),
    "terms that are broader in a circle": (
        lambda c: (term(c, 0).pop("rank"), term(c, 0).update(broader="crimson")),
        "colours.toml, term red, broader: goes in a circle: red < crimson",
    ),
    "a rank below its group": (
        lambda c: term(c, 1).update(rank=3),
        "colours.toml, term crimson, rank: belongs to the group, not to a narrower term",
    ),
    "a rank that is a yes": (
        lambda c: term(c, 0).update(rank=True),
        "colours.toml, term red, rank: must be a whole number from 0 to 9",
    ),
    "two terms that read alike": (
        lambda c: term(c, 2)["labels"].update(tr="RED TR"),
        "colours.toml, term blue, labels.tr: is also 'red''s",
    ),
    "a misspelt field": (
        lambda c: term(c, 0).update(sorce="x"),
        "colours.toml, term red: 'sorce' is not a field here; known: broader, code, labels, notes, rank, source",
    ),
    "a label in letters of another script": (
        lambda c: term(c, 0)["labels"].update(ru="Krasny"),
        "colours.toml, term red, labels.ru: has no letter of the script of ru",
    ),
    "a Cyrillic schwa in an Azerbaijani word": (
        lambda c: term(c, 0)["labels"].update(az="r\u04d9ng"),
        "colours.toml, term red, labels.az: holds cyrillic small letter schwa (U+04D9), not a letter of az",
    ),
    "ISO's turned e in an Azerbaijani word": (
        lambda c: term(c, 0)["labels"].update(az="r\u01ddng"),
        "colours.toml, term red, labels.az: holds latin small letter turned e (U+01DD), not a letter of az",
    ),
    "an Arabic yeh in a Persian word": (
        lambda c: term(c, 0)["labels"].update(fa="آب\u064a"),
        "colours.toml, term red, labels.fa: holds arabic letter yeh (U+064A), not a letter of fa",
    ),
    "a Latin letter in a Russian word": (
        lambda c: term(c, 0)["labels"].update(ru="крaсный"),
        "colours.toml, term red, labels.ru: holds latin small letter a (U+0061), not a letter of ru",
    ),
    "a mark that turns the line round": (
        lambda c: term(c, 0)["labels"].update(en="Red\u202e"),
        "colours.toml, term red, labels.en: holds the invisible character U+202E",
    ),
    "a decomposed letter": (
        lambda c: term(c, 0)["labels"].update(tr="c\u0327"),
        "colours.toml, term red, labels.tr: is not composed (NFC)",
    ),
    "space at the end": (
        lambda c: term(c, 0)["labels"].update(en="Red "),
        "colours.toml, term red, labels.en: has space at its ends",
    ),
    "a number for a text": (
        lambda c: term(c, 0).update(source=7),
        "colours.toml, term red, source: must be a text",
    ),
    "a text for the labels": (
        lambda c: term(c, 0).update(labels="Red"),
        "colours.toml, term red, labels: must be a table of tongues",
    ),
    "a tag that is no tag": (
        lambda c: term(c, 0)["labels"].update(English="Red"),
        "colours.toml, term red, labels.English: is not a tag of a tongue",
    ),
    "a scheme without terms": (
        lambda c: c["colours.toml"].update(term=[]),
        "colours.toml, term: there is none",
    ),
    "a scheme without its head": (
        lambda c: c["colours.toml"].pop("scheme"),
        "colours.toml, scheme: is missing",
    ),
    "a file named otherwise than its scheme": (
        lambda c: c["colours.toml"]["scheme"].update(code="hues"),
        "colours.toml: holds the scheme 'hues' and must be named hues.toml",
    ),
    "a scheme in two files": (
        lambda c: c.update({"again.toml": c["colours.toml"]}),
        "colours.toml: the scheme 'colours' stands in another file too",
    ),
    "a scheme the edition does not list": (
        lambda c: c["edition.toml"]["edition"].update(schemes=["shapes"]),
        "edition.toml, schemes: does not list 'colours', which a file holds",
    ),
    "a scheme listed and not there": (
        lambda c: c["edition.toml"]["edition"].update(schemes=["colours", "shapes"]),
        "edition.toml, schemes: lists 'shapes', and no file holds that scheme",
    ),
    "a scheme listed twice": (
        lambda c: c["edition.toml"]["edition"].update(schemes=["colours", "colours"]),
        "edition.toml, schemes: lists 'colours' more than once",
    ),
    "an edition without a list": (
        lambda c: c["edition.toml"]["edition"].pop("schemes"),
        "edition.toml, schemes: must list the codes of the schemes, in order",
    ),
    "an edition with a code of another shape": (
        lambda c: c["edition.toml"]["edition"].update(code="v1"),
        "edition.toml, code: 'v1' is not a year and a number, like 2026.1",
    ),
    "no edition at all": (
        lambda c: c.pop("edition.toml"),
        "edition.toml, edition: is missing",
    ),
}


@pytest.mark.parametrize(("change", "fault"), BROKEN.values(), ids=BROKEN)
def test_an_edition_is_refused_for(change, fault):
    assert fault in faults_of(broken(change))


def test_all_faults_of_all_files_are_named_together():
    content = files()
    term(content, 0).pop("source")
    term(content, 1)["labels"].pop("ru")
    content["edition.toml"]["edition"]["notes"] = {}

    assert faults_of(content) == [
        "edition.toml, notes.en: is missing",
        "colours.toml, term red, source: is missing",
        "colours.toml, term crimson, labels.ru: is missing",
    ]


def test_the_message_counts_the_faults_and_the_hint_says_what_to_do():
    content = files()
    term(content, 0).pop("source")
    with pytest.raises(DefinitionFaulty) as refused:
        build(content)

    assert refused.value.message == "the edition 2031.1 cannot be used: it has a fault"
    assert refused.value.hint == "correct the places named; nothing was loaded"


def test_labels_of_further_tongues_are_kept():
    content = files()
    term(content, 0)["labels"]["tly-Cyrl"] = "Сы"

    assert build(content).term("colours", "red").labels["tly-Cyrl"] == "Сы"


def test_checking_changes_nothing_of_what_it_was_given():
    content = files()
    before = copy.deepcopy(content)
    build(content)

    assert before == content


def test_a_file_that_is_not_toml_is_named_beside_the_other_faults(tmp_path: Path):
    (tmp_path / "edition.toml").write_text(EDITION, encoding="utf-8")
    (tmp_path / "colours.toml").write_text("code = no", encoding="utf-8")
    (tmp_path / "shapes.toml").write_bytes(b"\xff")
    (tmp_path / "changes.md").write_text("not read", encoding="utf-8")
    with pytest.raises(DefinitionFaulty) as refused:
        Definition.read(tmp_path)

    assert [fault.where for fault in refused.value.faults] == [
        "colours.toml",
        "shapes.toml",
        "edition.toml, schemes",
    ]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(DefinitionFaulty, match="cannot be read"):
        Definition.read(tmp_path / "nothing")


def test_an_empty_folder_is_no_edition(tmp_path: Path):
    with pytest.raises(DefinitionFaulty) as refused:
        Definition.read(tmp_path)

    assert Fault("edition.toml, edition", "is missing") in refused.value.faults
