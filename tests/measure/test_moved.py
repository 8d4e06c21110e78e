"""Links that move a figure that was kept."""

from __future__ import annotations

import json
import random

from candlemark import linkage, measure
from candlemark.ledger import Vault
from candlemark.linkage.facts import SAME, LinkRecord
from candlemark.linkage.uncertain import joined_from, links_at
from candlemark.measure.keeping import keep
from candlemark.measure.moved import kept_across, moves_kept_figures
from candlemark.seal import Cost, new_passphrase
from link_runs import judge, keep_run

KINDS = measure.KINDS | linkage.KINDS

POLICE, COURT, OTHER, CASE = (
    LinkRecord(source, "1") for source in ("police", "court", "other", "cases")
)


def figure(identity, crosswalk, *others, unit="case"):
    links = {"unit": unit, "sources": [{"crosswalk": one, "batch": "b"} for one in others]}
    basis = {"question": "occupancy", "crosswalk": crosswalk}
    return {"identity": identity, "basis": basis | ({"links": links} if others else {})}


def test_a_pair_between_sources_of_a_kept_figure_moves_it_and_no_other_pair_does():
    with Vault.in_memory(measure.KINDS, "Kept") as vault:
        before = moves_kept_figures(vault.ledger)
        keep(vault.ledger, json.loads(json.dumps(figure("sha256:1", "police", "court", ""))))
        keep(vault.ledger, figure("sha256:2", "other"))
        moves = moves_kept_figures(vault.ledger)

    assert before((POLICE, COURT)) is None
    assert moves((POLICE, COURT)) == 0
    assert moves((CASE, COURT)) == 0
    assert moves((POLICE, OTHER)) is None
    assert moves((OTHER, OTHER)) is None


def test_a_link_between_sources_of_a_kept_figure_counts_when_a_second_person_says_so():
    one, other = LinkRecord("police", "2"), LinkRecord("court", "2")
    with Vault.in_memory(KINDS, "Kept") as vault:
        keep_run(vault.ledger, [(POLICE, COURT, 0.5), (one, other, 0.5)])
        judge(vault.ledger, ("police", "1"), ("court", "1"), SAME)
        keep(vault.ledger, figure("sha256:1", "police", "court"))
        judge(vault.ledger, ("police", "2"), ("court", "2"), SAME)
        ledger, size = vault.ledger, vault.ledger.size
        counted = links_at(ledger, published=moves_kept_figures(ledger))
        asked = links_at(ledger)
        before = links_at(ledger, size=size, published=moves_kept_figures(ledger, size - 2))

    assert counted.judged == {(COURT, POLICE): SAME}  # said before: it is in the kept figure
    assert one not in joined_from(counted, 0.95)
    assert len(asked.judged) == len(before.judged) == 2  # where no figure was kept yet


def test_figures_of_many_pieces_and_of_one_are_read_alike_from_a_read_model(tmp_path, monkeypatch):
    noise = random.Random(3)
    large = figure("sha256:2", "police", "court") | {
        "groups": [noise.randbytes(40).hex() for _ in range(40_000)]
    }
    words = new_passphrase()
    with Vault.create(tmp_path / "v", words, "V", cost=Cost.QUICK, kinds=KINDS) as vault:
        for one in (figure("sha256:1", "police", "court"), large, figure("sha256:3", "other")):
            keep(vault.ledger, one)
        slow = kept_across(vault.ledger)
        monkeypatch.setattr("candlemark.casefile.record.WORTH_A_MODEL", 0)
        quick = kept_across(vault.ledger)

    assert [one.identity for one in slow] == ["sha256:1", "sha256:2"]
    assert quick == slow
