"""Links that move a figure that was kept."""

from __future__ import annotations

import json

from candlemark import measure
from candlemark.ledger import Vault
from candlemark.linkage.facts import LinkRecord
from candlemark.measure.keeping import keep
from candlemark.measure.moved import moves_kept_figures

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

    assert not before((POLICE, COURT))
    assert moves((POLICE, COURT))
    assert moves((CASE, COURT))
    assert not moves((POLICE, OTHER))
    assert not moves((OTHER, OTHER))
