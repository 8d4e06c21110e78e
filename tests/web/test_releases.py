"""A release on the pages of the desk: two members, from what is ticked to the site, and back."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from shutil import copytree
from urllib.parse import urlencode

import pytest
from tests.web.visiting import press

from candlemark import agency
from candlemark.casefile.roles import RIGHTS, Right, give_roles
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.world import AS_OF, make_world
from candlemark.cli.opening import KINDS
from candlemark.definition import load_crosswalk
from candlemark.ledger import Part
from candlemark.protect.facts import SecretMade
from candlemark.publish import releases
from candlemark.publish.site import verify
from candlemark.publish.table import TONGUES
from team import Team
from visitor import TOKEN, standing

TITLES = {tongue: f"What the police of Valmora did ({tongue})" for tongue in TONGUES}
SAYS = {tongue: f"Of all reports few were sent on ({tongue})." for tongue in TONGUES}
TEXTS = [(f"title-{tongue}", text) for tongue, text in TITLES.items()] + [
    (f"text-{tongue}", text) for tongue, text in SAYS.items()
]
REASONS = [(f"reason-{tongue}", f"A column was read wrongly ({tongue}).") for tongue in TONGUES]
AGENCY = [(f"agency-{tongue}", f"Police ({tongue})") for tongue in TONGUES]
ANSWER = [(f"text-{tongue}", f"We count otherwise ({tongue}).") for tongue in TONGUES]
TABLES = ("steps", "stands", "entered/bias-grounds^")
TRIED = re.compile(r'<input type="hidden" name="tried" value="([0-9a-f]*)">')
RELEASE = re.compile(r"/en/releases/[0-9a-f]{32}/")
SURE = ("sure", "yes")


class Person:
    """A member at their browser; a form is sent with the token of the page it stands on."""

    def __init__(self, visit, code, words):
        self.visit = visit()
        assert self.visit.sign_in(code, words).status == 303

    def read(self, path):
        answer = self.visit.ask(path)
        assert answer.status == 200, path
        return unescape(answer.text)

    def body(self, page, fields):
        token = TOKEN.search(self.visit.ask(page).text)[1]
        return urlencode([("form_token", token), *fields]).encode()

    def send(self, path, *fields):
        answer = self.visit.post(path, self.body(path, fields))
        answer.text = unescape(answer.text)
        return answer

    def site(self, folder):
        """The site as it is downloaded, unpacked and checked."""
        packed = self.visit.download("/en/releases/site.zip", self.body("/en/releases/", []))
        zipfile.ZipFile(io.BytesIO(packed)).extractall(folder)
        return verify(folder)


@pytest.fixture(scope="module")
def founded(tmp_path_factory, edition):
    """A vault with the file of one agency; two administrators, one reads no cases; an analyst."""
    folder = tmp_path_factory.mktemp("releases")
    team = Team(folder / "vault", KINDS)
    code = team.take_in("Aysel")
    team.take_in("Rauf", administrator=True, coded=False)
    police = write_files(folder / "files", make_world())["xx-police"]
    with team.open() as vault:
        # The same secret each time, and so the same noise: what is held back is held back always.
        vault.ledger.append([Part("coded", (SecretMade(secret=bytes(range(32))),))])
        give_roles(vault, edition, vault.members.find(code), ["analyst"])
        crosswalk = load_crosswalk("xx-police", edition)
        agency.import_source(vault.ledger, police, crosswalk, edition, as_of=AS_OF)
    return team


@pytest.fixture
def team(founded, tmp_path):
    """The same in a folder of its own."""
    copied = Team.__new__(Team)
    copied.folder, copied.kinds, copied.words = tmp_path / "vault", KINDS, dict(founded.words)
    copytree(founded.folder, copied.folder)
    return copied


@pytest.fixture
def enter(team, edition):
    with standing(team.folder, KINDS, edition) as (_, visit):
        yield lambda name: Person(visit, team.code(name), team.words[name])


def test_a_release_goes_from_ticks_to_the_site_and_is_withdrawn(team, enter, tmp_path):
    analyst, founder = enter("Aysel"), enter("founder")
    release = _drafted(analyst, _about(team))
    _approved(analyst, founder, release)
    (tmp_path / "site").mkdir()
    site = founder.site(tmp_path / "site")
    assert (site.manifest.release, site.faults) == (1, ())
    _answered(analyst, founder, release)
    _withdrawn(founder, release)
    (tmp_path / "after").mkdir()
    assert founder.site(tmp_path / "after").faults == ()
    pages = b"".join(one.read_bytes() for one in (tmp_path / "after").rglob("*.html"))
    assert REASONS[0][1].encode() in pages


def _about(team):
    with team.open() as vault:
        return agency.batches(vault.ledger)[0].id


def _drafted(analyst, about):
    """Tried, refused where something is missing, changed or opened, and drafted."""
    path = f"/en/releases/draft/?of={about}"
    assert "Nothing was released yet" in analyst.read("/en/releases/")
    assert about in analyst.read("/en/releases/draft/")
    ticked = [("of", about), *((f"tables-{about}", one) for one in TABLES)]
    tried = analyst.send(path, *ticked, ("act", "try"), ("title-fa", "پلیس چه کرد"))
    assert tried.status == 200
    assert "would be released now" in tried.text
    assert "Held back: an attack opened it" in tried.text
    assert "up to 720 days" in tried.text
    assert 'value="پلیس چه کرد"' in tried.text
    looked = ("tried", TRIED.search(tried.text)[1])

    # Nothing that was not looked at; every missing text at its box, and nothing typed is lost.
    early = analyst.send(path, *ticked, ("act", "draft"), *TEXTS)
    assert (early.status, "look at it, then draft it" in early.text) == (422, True)
    half = analyst.send(path, *ticked, looked, ("act", "draft"), *TEXTS[1:-1], ("as-of", "soon"))
    assert half.status == 422
    found = re.findall(r'<p class="fault" id="fault-([a-z-]+)">', half.text)
    assert found == ["as-of", "title-en", "text-tr"]
    assert TITLES["az"] in half.text
    wrong = analyst.send(path, ("of", about), (f"more-{about}", "stands/x nonsense"))
    assert "takes nothing after a stroke" in wrong.text
    assert "“nonsense”: is not written as a table is" in wrong.text
    crossed = ("entered/bias-grounds@offences+entry-quarter", "steps")
    refused = analyst.send(path, ("of", about), (f"more-{about}", "\n".join(crossed)))
    assert "This was not done" in refused.text
    assert 'value="draft"' not in refused.text
    nothing = analyst.send(path, ("of", about), ("act", "try"))
    assert "Tick at least one table." in nothing.text

    made = analyst.send(path, *ticked, looked, ("act", "draft"), *TEXTS)
    assert (made.status, bool(RELEASE.fullmatch(made.location))) == (303, True)
    return made.location


def _approved(analyst, founder, release):
    """Found by the second person where they begin, read, approved and published."""
    own = analyst.read(release)
    assert "another member has to read and approve it" in own
    assert "<bdi>Aysel</bdi>" in own
    assert "A release waits for your approval" not in analyst.read("/en/")
    refused = analyst.send(release, ("act", "approve"), SURE)
    assert (refused.status, "whoever drafted a release cannot" in refused.text) == (422, True)
    for place in ("/en/", "/en/cases/", "/en/waiting/"):
        assert f'href="{release}"' in founder.read(place)
    early = founder.send(release, ("act", "publish"), SURE)
    assert (early.status, "nobody approved this release" in early.text) == (422, True)

    read = founder.read(release)
    identities = re.findall(rf'href="{release}([0-9a-f]{{64}})/"', read)
    assert len(identities) == len(TABLES)
    assert "<table" in founder.read(f"{release}{identities[1]}/")
    file = founder.read(f"{release}{identities[0]}.csv")
    assert file.startswith("stage,state,measure,value")
    assert founder.visit.ask(f"{release}{'0' * 64}/").status == 404
    unsure = founder.send(release, ("act", "approve"))
    assert (unsure.status, "Tick the box" in unsure.text) == (422, True)
    assert founder.send(release, ("act", "approve"), SURE).location == release
    assert founder.send(release, ("act", "publish"), SURE).location == release
    public = founder.read(release)
    assert "Read and approved, <bdi>the founder</bdi>" in public
    assert "A release waits" not in founder.read("/en/")
    assert "Release 1" in analyst.read("/en/releases/")


def _answered(analyst, founder, release):
    """An agency is asked, nothing comes, and then an answer does; each approved by the other."""
    identity = re.search(r"say/\?table=([0-9a-f]{64})", analyst.read(release))[1]
    path = f"/en/releases/answers/say/?table={identity}"
    about = ("table", identity)
    wrong = analyst.send(path, about, ("step", "asked"), ("on", "2020-02-30"), *AGENCY[1:])
    found = re.findall(r'<p class="fault" id="fault-([a-z-]+)">', wrong.text)
    assert (wrong.status, found) == (422, ["on", "by", "agency-en"])
    days = (("on", "2020-01-01"), ("by", "2020-02-01"))
    cell = analyst.send(path, about, ("cell-measure", "reached"), *days, *AGENCY)
    assert "Choose one of every list" in cell.text
    asked = analyst.send(path, about, ("step", "asked"), *days, *AGENCY).location
    assert analyst.send(asked, ("act", "approve"), SURE).status == 422
    assert "1 answer of an agency, or question to one" in founder.read("/en/")
    assert founder.send(asked, ("act", "approve"), SURE).location == asked
    assert "its day is over" in founder.read("/en/releases/answers/")
    silent = founder.send(asked, ("act", "unanswered"), SURE).location
    assert analyst.send(silent, ("act", "approve"), SURE).location == silent

    reply = f"/en/releases/answers/say/?asking={asked.split('/')[-2]}"
    asking = ("asking", asked.split("/")[-2])
    person = [*ANSWER[1:], ("text-en", "Write to chief@police.example.")]
    refused = analyst.send(reply, asking, ("on", "2020-03-01"), ("tongue", "az"), *AGENCY, *person)
    assert "lead to a person" in refused.text
    said = analyst.send(reply, asking, ("on", "2020-03-01"), ("tongue", "az"), *AGENCY, *ANSWER)
    assert founder.send(said.location, ("act", "approve"), SURE).status == 303
    assert ANSWER[0][1] in founder.read(said.location)
    taken = founder.send(said.location, ("act", "withdraw"), SURE, *REASONS)
    assert taken.status == 303
    assert REASONS[0][1] in founder.read(said.location)


def _withdrawn(founder, release):
    """By one member at once, with reasons in every tongue."""
    half = founder.send(release, ("act", "withdraw"), SURE, *REASONS[1:])
    assert half.status == 422
    assert re.findall(r'id="fault-([a-z-]+)"', half.text) == ["reason-en"]
    assert REASONS[1][1] in half.text
    assert founder.send(release, ("act", "withdraw"), SURE, *REASONS).location == release
    assert REASONS[0][1] in founder.read(release)
    again = founder.send(release, ("act", "withdraw"), SURE, *REASONS)
    assert (again.status, "was withdrawn before" in again.text) == (422, True)


def test_a_place_without_the_secret_says_so_and_drafts_nothing(team, enter):
    rauf = enter("Rauf")
    about = _about(team)

    for path in ("/en/releases/", "/en/releases/draft/", f"/en/releases/draft/?of={about}"):
        text = rauf.read(path)
        assert "Nothing can be tried, drafted or approved here." in text
        assert "act" not in re.findall(r'name="(\w+)"', text)
    with team.open() as vault:
        secrets = [fact for _, fact in vault.ledger.facts(kinds=["protect.secret"])]
    assert len(secrets) == 1


def test_what_was_typed_comes_back_when_the_session_ended_meanwhile(team, enter):
    me, about = enter("Aysel"), _about(team)
    path = f"/en/releases/draft/?of={about}"
    fields = [("of", about), (f"tables-{about}", "stands"), ("act", "draft"), *TEXTS]
    late = me.body(path, fields)
    me.visit.cookie = ""
    me.visit.sign_in(team.code("Aysel"), team.words["Aysel"])
    answer = me.visit.post(path, late)

    assert answer.status == 200
    assert f'value="{TITLES["tr"]}"' in unescape(answer.text)
    assert 'value="stands" checked' in answer.text
    assert 'value="steps" checked' not in answer.text
    assert "Nothing was released yet" in me.read("/en/releases/")


def test_whoever_may_publish_may_see_what_a_trial_names():
    """Groups that wait and places that are held back are exact figures."""
    assert all(Right.SEE_FIGURES in rights for rights in RIGHTS.values() if Right.PUBLISH in rights)


@pytest.fixture
def drafted(team, edition):
    """A draft of the analyst's that waits."""
    with team.open("Aysel") as vault:
        wish = releases.Wish("xx-police", TABLES)
        return releases.draft_whole(vault, edition, [wish], releases.TextsOf(TITLES, SAYS)).id


def test_a_draft_is_tried_and_another_approved_with_the_keyboard_alone(
    team, drafted, edition, visit, axe
):
    with standing(team.folder, KINDS, edition) as (_, visitor):
        page, root = visit.page, f"http://127.0.0.1:{visitor().port}"
        page.goto(f"{root}/en/sign-in/")
        page.locator("#code").fill(team.code("founder"))
        page.locator("#passphrase").fill(team.words["founder"])
        press(page.locator("#passphrase"), "Enter")
        press(page.get_by_role("link", name="A release waits for your approval"), "Enter")
        page.get_by_label("I read its texts and tables").press("Space")
        press(page.get_by_role("button", name="Approve it"), "Enter")
        page.get_by_label("It is to be public from now on").press("Space")
        press(page.get_by_role("button", name="Publish it"), "Enter")
        page.get_by_text("Withdraw it").first.press("Enter")
        visit.look(axe, "published")
        press(page.get_by_role("link", name="Say that the agency was asked").first, "Enter")
        visit.look(axe, "say")

        page.goto(f"{root}/fa/releases/draft/?of={_about(team)}")
        press(page.locator('button[name="act"][value="try"]:not(.away)'), "Enter")
        visit.look(axe, "tried")
        assert drafted in page.goto(f"{root}/fa/releases/").text()
    assert [said for said in visit.said if "422" not in said] == []
    assert [url for url in visit.asked if not url.startswith(root)] == []
