"""The pages of search of a site that an older edition of the definition stands on too."""

from __future__ import annotations

from dataclasses import replace

import pytest

from candlemark.definition import Definition
from candlemark.publish.site import searching
from candlemark.publish.site.content import gather
from candlemark.publish.site.writing import Writer
from candlemark.publish.table import TONGUES


def two_editions(house):
    """As they are with room for little in one part."""
    with house.team.open() as vault:
        site = gather(vault)
    labels = dict.fromkeys(TONGUES, "Edition of before")
    older = replace(Definition.load(), code="2025.9", labels=labels)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(searching, "ROOM", 20 * 1024)
        return searching.pages(Writer(replace(site, editions=(older, *site.editions))))
