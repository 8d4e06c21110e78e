"""Every text of the pages stands in every tongue, whole, and compiled as it stands."""

from __future__ import annotations

import importlib.util
import io
import re
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from candlemark.definition import crosswalk_codes, load_crosswalk

ROOT = Path(__file__).resolve().parent.parent.parent
NAMES = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def tool():
    """tools/catalogues.py, which gathers and compiles."""
    spec = importlib.util.spec_from_file_location("catalogues", ROOT / "tools" / "catalogues.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def texts(tool):
    return tool.gathered()


@pytest.fixture(params=["az", "fa", "ru", "tr"])
def tongue(request):
    return request.param


def test_every_text_is_translated_and_none_is_left_over(tool, texts, tongue):
    kept = tool.po_file(tongue).read_bytes()

    assert tool.untranslated(tool.catalogue(tongue, texts)) == []
    assert tool.as_po(tool.catalogue(tongue, texts)) == kept, "run tools/catalogues.py"


def test_what_is_compiled_is_what_is_written(tool, tongue):
    path = tool.po_file(tongue)
    catalog = read_po(io.BytesIO(path.read_bytes()), locale=tongue)

    assert tool.as_mo(catalog) == path.with_suffix(".mo").read_bytes(), "run tools/catalogues.py"


def test_a_translation_names_what_its_text_names_and_nothing_else(tool, texts, tongue):
    for message in tool.catalogue(tongue, texts):
        if not message.id:
            continue
        text = message.id if isinstance(message.id, str) else message.id[1]
        forms = [message.string] if isinstance(message.string, str) else message.string
        for form in forms:
            assert set(NAMES.findall(text)) == set(NAMES.findall(form)), text


def test_a_translation_ends_as_its_text_ends(tool, texts, tongue):
    """A sentence stays a sentence, a label a label, and what introduces something still does."""
    for message in tool.catalogue(tongue, texts):
        if isinstance(message.id, str) and message.id:
            for end in (".", ":"):
                assert message.id.endswith(end) == message.string.endswith(end), message.id


def test_no_translation_is_uncertain(tool, texts, tongue):
    assert [
        message.id for message in tool.catalogue(tongue, texts) if message.id and message.fuzzy
    ] == []


def test_no_text_uses_a_word_that_is_refused(texts):
    refused = re.compile(r"\b(users?|submit|invalid|perpetrators?|please)\b|!", re.IGNORECASE)

    assert [message.id for message in texts if message.id and refused.search(str(message.id))] == []


def test_every_authority_that_is_simulated_says_so_in_every_tongue(edition):
    words = {
        "en": "simulated",
        "az": "simulyasiya",
        "ru": "симуляция",
        "fa": "شبیه‌سازی",
        "tr": "simülasyon",
    }
    for code in crosswalk_codes():
        crosswalk = load_crosswalk(code, edition)
        for tag, word in words.items():
            if crosswalk.simulated:
                assert word in crosswalk.agency_labels[tag], (code, tag)
