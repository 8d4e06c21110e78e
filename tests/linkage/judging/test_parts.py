"""What a page takes from the read model is what the whole ledger says, whatever was said in between."""

from __future__ import annotations

import random

import pytest

from candlemark import agency, casefile, linkage
from candlemark.ledger import Vault
from candlemark.linkage.clusters import clusters_of
from candlemark.linkage.facts import LinkRecord
from candlemark.linkage.judging import (
    Answer,
    Page,
    clusters_as_judged,
    deciding_judgements,
    judge,
    judging,
    make_ready,
    parts,
)
from candlemark.seal import Cost, new_passphrase
from link_runs import keep_run

KINDS = agency.KINDS | casefile.KINDS | linkage.KINDS
SOURCES = ("court", "hotline", "police")
EVERY = 10_000


@pytest.fixture
def on_disk(tmp_path, monkeypatch):
    monkeypatch.setattr("candlemark.casefile.record.WORTH_A_MODEL", 0)
    words = new_passphrase()
    with Vault.create(tmp_path / "v", words, "V", cost=Cost.QUICK, kinds=KINDS) as vault:
        yield vault


def some_pairs(chance, many, sources=SOURCES):
    """Pairs of records of several sources, in chains and clumps of which some are large."""
    found = {}
    while len(found) < many:
        one, other = chance.sample(sources, 2)
        at = chance.randrange(60)
        left = LinkRecord(one, f"{at:02}")
        right = LinkRecord(other, f"{min(59, at + chance.randrange(3)):02}")
        pair = (left, right) if left < right else (right, left)
        found[pair] = chance.choice([0.2, 0.5, 0.9, 0.96, 0.99])
    return [(*pair, value) for pair, value in found.items()]


def say_more(vault, edition, chance, step):
    """A run, or judgements of pairs that were proposed and of some that were not."""
    if step in {0, 3, 6}:
        sources = SOURCES if step == 0 else chance.sample(SOURCES, 2)
        pairs = some_pairs(chance, 50 if step else 120, sources)
        keep_run(vault.ledger, pairs, once_each=("court",) if step == 3 else ())
        return
    stands = judging(vault.ledger, vault.members.roster())
    for one in chance.sample(stands.proposed, 8):
        answer = chance.choice(["same", "same", "different", "cannot-tell"])
        judge(vault.ledger, edition, Answer(one.pair, answer, blind=True))
    left, right = LinkRecord("court", "far"), chance.choice(stands.proposed).pair[1]
    judge(vault.ledger, edition, Answer((left, right), "same"))


def published(pair):
    """Figures that are kept count police and court together."""
    return 4 if {one.source for one in pair} == {"police", "court"} else None


@pytest.mark.parametrize("seed", range(3))
def test_a_page_sees_what_the_whole_ledger_says(on_disk, edition, seed):
    vault, chance = on_disk, random.Random(seed)
    roster, me = vault.members.roster(), vault.members.me.kid.hex()
    for step in range(8):
        say_more(vault, edition, chance, step)
        whole = judging(vault.ledger, roster, "case", published)
        taken = frozenset(one.pair for one in chance.sample(whole.queue, min(3, len(whole.queue))))
        page = judging(vault.ledger, roster, "case", published, Page(taken, EVERY))
        few = judging(vault.ledger, roster, "case", published, Page(taken, 4))

        assert page.seen is not None
        assert page.run == whole.run
        assert page.queue == whole.queue
        assert few.seen.waiting == page.seen.waiting[:4]
        assert few.between(me, taken) == page.between(me, taken) == whole.between(me, taken)
        assert few.answers == whole.answers
        assert few.deciding == whole.deciding
        assert few.contradictions == whole.contradictions
        assert few.told_to(me) == whole.told_to(me)
        assert few.for_second(me) == whole.for_second(me)
        assert few.reviewers == whole.reviewers
        for one in chance.sample(whole.proposed, 5):
            assert few.at(one.run, one.n) == few.place(one.pair) == one
        assert few.at("linkrun_none", 0) is few.place((LinkRecord("a", "1"),) * 2) is None
        for word in whole.said.words[-3:]:
            assert few.touched(word.fact.id) == whole.touched(word.fact.id)

        decide = deciding_judgements(vault.ledger, roster, "case", published)
        folded = clusters_of(vault.ledger, "case", decide)
        kept = clusters_as_judged(vault.ledger, roster, "case", published)
        assert kept.by_id == folded.by_id
        assert kept.of == folded.of
        assert kept.alias_of == folded.alias_of
        assert kept.refused == folded.refused


def test_a_unit_nobody_linked_has_no_parts(on_disk):
    page = judging(on_disk.ledger, on_disk.members.roster(), "person", near=Page())

    assert (page.run, page.queue, page.between("", ())) == ("", [], {})


def test_what_a_run_found_is_put_in_order_before_a_page_asks(on_disk, edition, monkeypatch):
    waited, write = [], parts._write
    say_more(on_disk, edition, random.Random(3), 0)
    make_ready(on_disk.ledger)
    monkeypatch.setattr(parts, "_write", lambda *told: waited.append(told[1]) or write(*told))

    assert judging(on_disk.ledger, on_disk.members.roster(), near=Page()).seen.waiting
    assert waited == []
    say_more(on_disk, edition, random.Random(4), 3)
    judging(on_disk.ledger, on_disk.members.roster(), near=Page())
    assert waited  # and this page had to
