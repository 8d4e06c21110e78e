"""An edition is found, read whole and quickly, and its fingerprint is of its content alone."""

from __future__ import annotations

import copy
import hashlib
import itertools
import random
import time
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.definition import LATEST, Definition, Edition
from candlemark.definition.check import build
from candlemark.definition.edition import canonical
from candlemark.errors import UnknownTerm
from candlemark.tongues import INTERFACE

FOLDER = Path(__file__).resolve().parents[2] / "src/candlemark/definition/editions"


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Definition.load()


@pytest.fixture(scope="module")
def content() -> dict:
    paths = (FOLDER / LATEST).glob("*.toml")
    return {path.name: tomllib.loads(path.read_text("utf-8")) for path in paths}


def test_the_latest_edition_is_shipped(edition):
    assert LATEST in Definition.editions()
    assert edition.code == LATEST


def test_every_folder_of_editions_loads_under_its_own_name():
    assert [Definition.load(code).code for code in Definition.editions()] == sorted(
        path.name for path in FOLDER.iterdir() if path.is_dir()
    )


UNKNOWN = {
    "an edition that does not exist": "2025.9",
    "a path": "../2026.1",
    "a path inside": "2026.1/",
    "nothing": "",
}


@pytest.mark.parametrize("code", UNKNOWN.values(), ids=UNKNOWN)
def test_an_edition_is_found_by_its_code_only(code):
    with pytest.raises(UnknownTerm, match="there is no edition") as refused:
        Definition.load(code)

    assert LATEST in refused.value.hint


def test_loading_is_quick():
    # time of the processor, and the best of five, so that a busy machine does not decide
    def once() -> float:
        start = time.process_time()
        Definition.load()
        return time.process_time() - start

    assert min(once() for _ in range(5)) < 0.15


def test_an_unknown_scheme_is_told_with_the_nearest(edition):
    with pytest.raises(UnknownTerm) as refused:
        edition.scheme("stage")

    assert refused.value.message == "the definition has no scheme 'stage'"
    assert refused.value.hint == "did you mean stages"


def test_an_unknown_term_is_told_with_the_nearest(edition):
    with pytest.raises(UnknownTerm) as refused:
        edition.term("outcomes", "Acquited")

    assert refused.value.message == "the scheme outcomes has no term 'Acquited'"
    assert refused.value.hint == "did you mean acquitted"


def test_a_term_like_no_other_is_told_with_what_there_is(edition):
    with pytest.raises(UnknownTerm) as refused:
        edition.term("speech-outcomes", "zzz")

    assert refused.value.hint == "known: criminal, civil-or-administrative, of-concern"


def test_a_term_knows_its_scheme_its_place_and_its_note(edition):
    term = edition.term("stages", "reported")

    assert (term.scheme, term.order, term.broader) == ("stages", 1, "")
    assert term.note == term.notes["en"]


def test_the_way_up_and_the_way_down_agree(edition):
    for scheme in edition.schemes:
        for term in scheme:
            way = scheme.path(term.code)
            assert way[-1] == term
            assert way[0] == scheme.group(term.code)
            assert way[0] in scheme.top
            for above, below in itertools.pairwise(way):
                assert below in scheme.narrower(above.code)


def test_a_scheme_is_a_list_one_can_walk_count_and_ask(edition):
    absences = edition.scheme("absences")

    assert len(absences) == len(list(absences)) == 7
    assert "not-asked" in absences
    assert "zero" not in absences


def test_what_was_loaded_cannot_be_changed(edition):
    term = edition.term("stages", "reported")
    with pytest.raises(TypeError):
        term.labels["en"] = "Something else"
    with pytest.raises(AttributeError):
        term.code = "other"


def test_terms_can_stand_in_sets(edition):
    stages = edition.scheme("stages")

    assert len(set(stages)) == len(stages)


def test_the_fingerprint_is_of_the_canonical_form(edition):
    assert edition.fingerprint == hashlib.sha256(canonical(edition)).hexdigest()
    assert canonical(edition).startswith(b"candlemark-edition 1\n{")


def test_the_fingerprint_is_the_same_every_time(edition):
    assert Definition.load().fingerprint == edition.fingerprint


def shuffled(value, seed: int):
    """The same content with the keys of every table in another order; lists keep theirs."""
    if isinstance(value, list):
        return [shuffled(item, seed) for item in value]
    if not isinstance(value, dict):
        return value
    items = [(key, shuffled(item, seed)) for key, item in value.items()]
    random.Random(seed).shuffle(items)
    return dict(items)


@settings(max_examples=15, deadline=None)  # each builds the whole edition
@given(seed=st.integers())
def test_the_order_of_files_and_of_fields_does_not_matter(content, edition, seed):
    assert build(shuffled(content, seed)).fingerprint == edition.fingerprint


def test_the_order_in_which_schemes_are_shown_does_not_matter(content, edition):
    turned = copy.deepcopy(content)
    turned["edition.toml"]["edition"]["schemes"].reverse()

    assert build(turned).fingerprint == edition.fingerprint


CHANGES = {
    "a letter of a label": lambda c: c["stages.toml"]["term"][0]["labels"].update(en="Occured"),
    "a note in one tongue": lambda c: c["stages.toml"]["term"][0]["notes"].update(fa="یادداشتی دیگر"),
    "a source": lambda c: c["roles.toml"]["term"][0].update(source="somebody"),
    "the order of the stages": lambda c: c["stages.toml"]["term"].reverse(),
    "a rank": lambda c: c["outcomes.toml"]["term"][0].update(rank=5),
    "a term more": lambda c: c["reliability.toml"]["term"].append(
        c["reliability.toml"]["term"][0]
        | {"code": "unheard", "labels": {"en": "U", "az": "Uu", "ru": "У", "fa": "ی", "tr": "U"}}
    ),
    "what the edition says of itself": lambda c: c["edition.toml"]["edition"]["notes"].update(en="x"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_fingerprint_changes_with(content, edition, change):
    changed = copy.deepcopy(content)
    change(changed)

    assert build(changed).fingerprint != edition.fingerprint


def test_every_edition_says_what_changed():
    for code in Definition.editions():
        assert f"# {code}" in (FOLDER / code / "changes.md").read_text("utf-8")


def test_every_text_is_there_in_every_tongue_of_the_interface(edition):
    for scheme in edition.schemes:
        for said in (scheme, *scheme):
            assert set(INTERFACE) <= said.labels.keys()
            assert set(INTERFACE) == said.notes.keys(), said.code


def test_talysh_is_left_to_its_speakers(edition):
    assert not [
        term.code
        for scheme in edition.schemes
        for term in scheme
        if any(tongue.startswith("tly") for tongue in term.labels)
    ]
