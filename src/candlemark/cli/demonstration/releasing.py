"""The first release of the demonstration, and its public site: simulated numbers, made to be seen.

A release takes two people, so a second member is taken in, whose passphrase is forgotten at once.
One of the simulated authorities answers to one of the numbers, and that takes two people as well.
"""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Final

from candlemark import agency, measure, protect
from candlemark.cli.opening import KINDS, find_passphrase
from candlemark.definition import Definition
from candlemark.ledger import Vault, application
from candlemark.ledger.membership import added
from candlemark.measure.log import Ask
from candlemark.protect import HOUSE
from candlemark.publish import answers
from candlemark.publish import releases as floor
from candlemark.publish.site import build
from candlemark.seal import new_passphrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from candlemark.definition import Edition

READER: Final = "Reader of the demonstration"
"""The member who approves what another drafted."""
TABLES: Final = {
    "xx-prosecutor": ("steps", "stands"),
    "xx-police": ("steps",),
    "xx-court": ("steps", "lasts/heard"),
    "xx-hotline": ("entered/bias-grounds^", "entered", "entered@regions^", "entered@regions"),
}
"""What is published of each authority."""
ANSWERED: Final = "steps-xx-prosecutor-accused-from-received"
"""The table one of whose numbers is answered to …"""
CELL: Final = {"measure": "ended-by", "stage": "_Z", "state": "dismissed"}
"""… and the number."""


def publish_demonstration(
    folder: Path, out: Path, progress: Callable[[float, str], None] | None = None
) -> None:
    """Publish the first release of a demonstration vault, and write its public site.

    A release that is there is left as it is.

    Args:
        folder: of the vault.
        out: the folder of the site.
        progress: is told how much is done, and what.
    """
    tell = progress or (lambda _done, _what: None)
    passphrase = find_passphrase(folder, None)
    edition = Definition.load()
    with Vault.open(folder, passphrase, KINDS) as vault:
        there = bool(floor.releases(vault.ledger).published)
    if not there:
        _release(folder, edition, tell)
    tell(0.8, "the public site")
    with Vault.open(folder, passphrase, KINDS) as vault:
        build(vault, out)
    tell(1.0, "the public site is ready")


def _release(folder: Path, edition: Edition, tell: Callable[[float, str], None]) -> None:
    """Draft, approve and publish; what an authority answers is kept by one and approved by two."""
    words = new_passphrase()
    card = application(folder, READER, words)
    with Vault.open(folder, find_passphrase(folder, None), KINDS) as vault:
        vault.members.propose([added(card)])
        draft = _drafted(vault, edition, tell)
    with Vault.open(folder, words, KINDS) as vault:
        floor.approve_whole(vault, draft.id, edition)
    with Vault.open(folder, find_passphrase(folder, None), KINDS) as vault:
        published = floor.publish_whole(vault, draft.id, edition)
        place = answers.place_of(vault.ledger, ANSWERED, published.number, CELL)
        said = answers.read_words(_beside("answer.toml"), "ru")
        answer = answers.received(vault.ledger, place, said, published.on).said.id
    with Vault.open(folder, words, KINDS) as vault:
        answers.approve(vault.ledger, answer, vault.members.me.kid)


def _drafted(vault: Vault, edition: Edition, tell: Callable[[float, str], None]) -> floor.Draft:
    whole = _beside("release.toml")
    floor.say_places(vault.ledger, "", floor.read_names(whole))
    upto = vault.ledger.size
    codes: list[str] = []
    figures: list[protect.ProtectedFigure] = []
    for place, (code, names) in enumerate(TABLES.items()):
        tell(0.1 + 0.6 * place / len(TABLES), f"protecting {code}")
        closed, made = floor.close_batch(
            vault.ledger, _source(vault, edition, code), protect.wanted(names), HOUSE
        )
        codes.append(closed)
        figures.extend(made)
    return floor.draft(
        vault.ledger,
        figures,
        floor.read_texts(whole),
        edition=edition,
        crosswalks={code: agency.crosswalk_of(vault.ledger, code, edition) for code in TABLES},
        upto=upto,
        batches=codes,
    )


def _beside(name: str) -> bytes:
    return (resources.files("candlemark.cli.demonstration") / name).read_bytes()


def _source(vault: Vault, edition: Edition, code: str) -> protect.Source:
    study = measure.study(vault.ledger, edition, code, vault_name=vault.name)
    return protect.Source.of_study(study, Ask())
