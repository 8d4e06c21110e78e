"""Every decoder answers what fuzzing found, and small changes of whole examples, or refuses it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ordeal.fuzz import targets

CORPUS = Path(__file__).resolve().parent / "fuzz" / "corpus"


def changed(whole, chance):
    """A few bytes of an example exchanged, cut out, doubled or put in."""
    raw = bytearray(whole)
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(raw))
        match chance.randrange(4):
            case 0:
                raw[at : at + 1] = chance.randbytes(1)
            case 1:
                del raw[at : at + chance.randint(1, 8)]
            case 2:
                raw[at:at] = raw[: chance.randint(0, 30)]
            case _:
                raw[at:at] = chance.randbytes(chance.randint(1, 8))
    return bytes(raw)


@pytest.mark.parametrize("name", targets.TARGETS)
def test_a_decoder_answers_or_refuses_whatever_comes(name, chance, rounds, figure):
    examples = [
        *targets.TARGETS[name][1](),
        *(path.read_bytes() for path in sorted((CORPUS / name).glob("*"))),
    ]
    for example in examples:
        targets.feed(name, example)
    many = rounds(150, 5000) if name != "crosswalk" else rounds(20, 500)
    for _ in range(many):
        targets.feed(name, changed(chance.choice(examples), chance))
    figure(f"{len(examples)} examples and {many} changes of them")


def test_every_kept_input_belongs_to_a_target():
    assert {path.name for path in CORPUS.iterdir() if path.is_dir()} <= set(targets.TARGETS)
