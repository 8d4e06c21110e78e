"""The document of the format is true: its example loads, and another program gets the fingerprint."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from pathlib import Path

import pytest

from candlemark.definition import Definition, Edition
from candlemark.definition.check import _EDITION_FIELDS, _SCHEME_FIELDS, _TERM_FIELDS, build

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "src/candlemark/definition/editions"
WRITTEN = (ROOT / "docs/formats/edition.md").read_text("utf-8")


@pytest.fixture(scope="module")
def example() -> Edition:
    blocks = re.findall(r"`([a-z-]+\.toml)`:\n\n```toml\n(.*?)```", WRITTEN, re.DOTALL)
    return build({name: tomllib.loads(text) for name, text in blocks})


def test_the_example_of_the_document_is_an_edition(example):
    assert [term.code for term in example.scheme("bias-grounds")] == ["sexual-orientation", "gay"]


def by_the_document(code: str) -> str:
    """The fingerprint from the files alone, with nothing of the program but the document's words."""
    files = {
        path.stem: tomllib.loads(path.read_text("utf-8")) for path in (FOLDER / code).glob("*.toml")
    }
    edition = files.pop("edition")["edition"]
    content = {key: edition[key] for key in ("code", "labels", "notes")} | {"schemes": {}}
    for name, file in files.items():
        terms = {term["code"]: {"broader": "", "rank": 0} | term for term in file["term"]}
        for term in terms.values():
            group = term
            while group["broader"]:
                group = terms[group["broader"]]
            term["rank"] = group["rank"]
        head = {key: file["scheme"][key] for key in ("labels", "notes", "source")}
        content["schemes"][name] = head | {"terms": list(terms.values())}
    line = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"candlemark-edition 1\n{line}\n".encode()).hexdigest()


@pytest.mark.parametrize("code", Definition.editions())
def test_another_program_gets_the_same_fingerprint(code):
    assert by_the_document(code) == Definition.load(code).fingerprint


@pytest.mark.parametrize("field", sorted(_EDITION_FIELDS | _SCHEME_FIELDS | _TERM_FIELDS))
def test_every_field_that_is_read_is_in_the_document(field):
    assert f"`{field}`" in WRITTEN
