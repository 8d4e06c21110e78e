"""A release on the pages of the desk: two members, from what is ticked to the site, and back."""

from __future__ import annotations

import io
import re
import tempfile
import zipfile
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import pytest
from tests.web.visiting import press

from candlemark import agency
from candlemark.casefile.roles import give_roles
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.cli.opening import KINDS
from candlemark.definition import load_crosswalk
from candlemark.ledger import Part
from candlemark.protect.facts import SecretMade
from candlemark.publish.site import verify
from candlemark.publish.table import TONGUES
from team import Team
from visitor import TOKEN, standing

TEXTS = {f"title-{tongue}": f"What the police of Valmora did ({tongue})" for tongue in TONGUES} | {
    f"text-{tongue}": f"Of all reports few were sent on ({tongue})." for tongue in TONGUES
}
REASONS = {f"reason-{tongue}": f"A column was read wrongly ({tongue})." for tongue in TONGUES}
NAMED = re.compile(r'<input type="hidden" name="tried" value="([0-9a-f]*)">')
RELEASE = re.compile(r"/en/releases/[0-9a-f]{32}/")


class Person:
    """A member at their browser; a form is sent as the page has it."""

    def __init__(self, visit, code, words):
        self.visit = visit()
        assert self.visit.sign_in(code, words).status == 303

    def read(self, path):
        answer = self.visit.ask(path)
        assert answer.status == 200, path
        return unescape(answer.text)

    def send(self, path, fields, page=None):
        token = TOKEN.search(self.visit.ask(page or path).text)[1]
        body = urlencode([("form_token", token), *fields]).encode()
        return self.visit.post(path, body)


@pytest.fixture(scope="module")
def police(tmp_path_factory):
    """The files of the simulated police, once."""
    folder = tmp_path_factory.mktemp("police")
    return write_files(folder, make_world())["xx-police"]


@pytest.fixture(scope="module")
def founded(tmp_path_factory, edition, police):
    """A vault with one agency's file; two administrators, one of whom reads no cases; an analyst."""
    team = Team(tmp_path_factory.mktemp("releases") / "vault", KINDS)
    code = team.take_in("Aysel")
    team.take_in("Rauf", administrator=True, coded=False)
    with team.open() as vault:
        # The same secret each time, and so the same noise: what is held back is held back always.
        vault.ledger.append([Part("coded", (SecretMade(secret=bytes(range(32))),))])
        give_roles(vault, edition, vault.members.find(code), ["analyst"])
        agency.import_source(
            vault.ledger, police, load_crosswalk("xx-police", edition), edition, as_of=AS_OF
        )
        about = agency.batches(vault.ledger)[0].id
    return team, about


@pytest.fixture(scope="module")
def desk(founded, edition):
    """Both of them at one server."""
    team, about = founded
    with standing(team.folder, KINDS, edition) as (_, visit):
        yield (
            Person(visit, team.code("founder"), team.words["founder"]),
            Person(visit, team.code("Aysel"), team.words["Aysel"]),
            about,
        )


def _chosen(about, *tables, **more):
    ticked = [("of", about), *((f"tables-{about}", one) for one in tables)]
    return [*ticked, *more.items()]


def test_a_release_goes_from_ticks_to_the_site_and_is_withdrawn(desk):
    founder, analyst, about = desk
    path = f"/en/releases/draft/?of={about}"
    assert "Nothing was released yet" in analyst.read("/en/releases/")

    # Tried: what would leave, who waits; nothing typed is lost, and every missing text is named.
    ticked = _chosen(about, "steps", "stands", "entered/bias-grounds^")
    seen = analyst.send(path, [*ticked, ("act", "try"), ("title-fa", "پلیس چه کرد")])
    text = unescape(seen.text)
    assert seen.status == 200
    assert "would be released now" in text
    assert "Held back: an attack opened it" in text
    assert 'value="پلیس چه کرد"' in text
    tried = NAMED.search(text)[1]
    early = analyst.send(path, [*ticked, ("act", "draft"), *TEXTS.items()])
    assert (early.status, "look at it, then draft it" in early.text) == (422, True)
    half = [*TEXTS.items()][:-1]
    short = analyst.send(path, [*ticked, ("tried", tried), ("act", "draft"), *half])
    text = unescape(short.text)
    assert short.status == 422
    assert re.findall(r'<p class="fault" id="fault-([a-z-]+)">It is missing', text) == ["text-tr"]
    assert "What the police of Valmora did (az)" in text

    made = analyst.send(path, [*ticked, ("tried", tried), ("act", "draft"), *TEXTS.items()])
    assert (made.status, RELEASE.fullmatch(made.location) is not None) == (303, True)
    release = made.location
    own = analyst.read(release)
    assert "another member has to read and approve it" in own
    assert "<bdi>Aysel</bdi>" in own
    refused = analyst.send(release, [("act", "approve"), ("sure", "yes")])
    assert (refused.status, "cannot approve it" in refused.text) == (422, True)
    assert analyst.send(release, [("act", "publish"), ("sure", "yes")]).status == 422

    # The second person finds it where they begin, and reads it whole.
    assert "A release waits for your approval" not in analyst.read("/en/")
    for place in ("/en/", "/en/waiting/"):
        assert f'href="{release}"' in founder.read(place)
    (identity, *_rest) = re.findall(rf'href="{release}([0-9a-f]{{64}})/"', founder.read(release))
    assert "<table" in founder.read(f"{release}{identity}/")
    assert founder.read(f"{release}{identity}.csv").startswith("stage,state,measure,value")
    assert founder.visit.ask(f"{release}{'0' * 64}/").status == 404
    unsure = founder.send(release, [("act", "approve")])
    assert (unsure.status, "Tick the box" in unsure.text) == (422, True)
    assert founder.send(release, [("act", "approve"), ("sure", "yes")]).location == release
    assert founder.send(release, [("act", "publish"), ("sure", "yes")]).location == release
    public = founder.read(release)
    assert "Release 1" in public
    assert "Read and approved, <bdi>the founder</bdi>" in public.replace("\n", "")
    assert "A release waits" not in founder.read("/en/")

    site = _site(founder)
    assert (site.release, site.faults) == (1, ())

    half = [*REASONS.items()][1:]
    kept = founder.send(release, [("act", "withdraw"), ("sure", "yes"), *half])
    assert kept.status == 422
    assert 'id="fault-reason-en"' in kept.text
    assert REASONS["reason-az"] in kept.text
    founder.send(release, [("act", "withdraw"), ("sure", "yes"), *REASONS.items()])
    assert REASONS["reason-en"] in founder.read(release)
    assert _site(founder).faults == ()
    again = founder.send(release, [("act", "withdraw"), ("sure", "yes"), *REASONS.items()])
    assert again.status == 422


def _site(person):
    """The site as it is downloaded, unpacked and checked."""
    token = TOKEN.search(person.visit.ask("/en/releases/").text)[1]
    body = urlencode({"form_token": token}).encode()
    packed = person.visit.download("/en/releases/site.zip", body)
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
        found = verify(Path(folder))
        return type("Site", (), {"release": found.manifest.release, "faults": found.faults})
