"""Several who have the same ledger open: each sees what is kept, and nothing that is not yet."""

from __future__ import annotations

import threading

import pytest

from candlemark.errors import VaultBusy
from stores import fill, head, part, row


def test_what_one_has_kept_another_reads(opened):
    one, two = opened(), opened()
    fill(one, 3)

    assert two.rows(0, 9) == [row(n) for n in range(3)]
    assert two.head() == head(3)


def test_nobody_reads_what_another_is_still_writing(opened):
    one, two = opened(), opened()
    fill(one, 1)
    with one.writing() as writing:
        writing.add(row(1), [part(b"part 1")])
        writing.move_head(head(2))

        assert two.counts().leaves == 1
        assert two.head() == head(1)
        assert two.find(row(1).action) is None
        assert two.parts([part(b"part 1")[0]]) == {}

    assert two.head() == head(2)


def test_a_second_writer_is_told_after_its_patience(opened):
    one, two = opened(), opened(patience=0.2)
    with one.writing(), pytest.raises(VaultBusy, match="writing to this"), two.writing():
        pass
    fill(two, 1)

    assert one.rows(0, 1) == [row(0)]


def test_each_adds_after_what_the_other_added(opened):
    stores = [opened(patience=10.0), opened(patience=10.0)]
    for n in range(6):
        with stores[n % 2].writing() as writing:
            writing.add(row(n), [])
            writing.move_head(head(n + 1))

    assert stores[0].rows(0, 9) == [row(n) for n in range(6)]


def test_what_one_has_erased_is_gone_for_all_and_nothing_else_is_missed_meanwhile(opened):
    one, two = opened(patience=10.0), opened(patience=10.0)
    fill(one, 40)
    kept = dict(part(b"part %d" % n) for n in range(20, 40))
    missed, done = [], threading.Event()

    def read():
        while not done.is_set():
            missed.extend(kept.keys() - two.parts(list(kept)).keys())

    reader = threading.Thread(target=read)
    reader.start()
    for n in range(0, 20, 5):
        one.erase([part(b"part %d" % m)[0] for m in range(n, n + 5)])
    done.set()
    reader.join()

    assert missed == []
    assert two.counts() == (40, 20)
