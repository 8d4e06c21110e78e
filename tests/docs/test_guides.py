"""Every command of the guides is run, in the order of its guide, on a fresh vault.

What stands in a guide for something of one's own (CASE, CODE, a file) is filled in here.  Where a
guide goes on as somebody else, the table says who runs the line.  What cannot be run here is named
with its reason, and nothing is left out without one.
"""

from __future__ import annotations

import json
import re
import shlex
from datetime import date, timedelta
from pathlib import Path

import click
import pytest
from tests.exchange.test_tables import as_workbook

from candlemark import agency, casefile
from candlemark.casefile import facts
from candlemark.cli import candlemark, run
from candlemark.cli.demonstration.files import write_files
from candlemark.cli.demonstration.public_cases import say_public_cases
from candlemark.cli.demonstration.world import make_world
from candlemark.cli.opening import KINDS
from candlemark.dates import PartialDate
from candlemark.definition import Definition, load_crosswalk
from candlemark.ids import new_id
from candlemark.ledger import Vault, application
from candlemark.ledger.keystore import Keystore
from candlemark.ledger.membership import added
from candlemark.seal import Cost, new_passphrase
from candlemark.tongues import INTERFACE
from submitting import Told
from two_lists import as_csv, regional

GUIDES = Path(__file__).resolve().parents[2] / "docs" / "guides"
BLOCK = re.compile(r"```sh\n(.*?)```", re.DOTALL)
NOT_RUN = {
    "candlemark serve --vault our-vault": "it goes on until it is stopped; tests/web/test_server.py starts it",
    "candlemark init vault --postgres service=candlemark": "needs a server; tests/cli/test_postgres.py has one",
    "candlemark ledger move vault --to postgres --postgres service=candlemark": "needs a server; the same",
    "candlemark ledger move vault --to sqlite": "comes back from a server; the same",
}
SERVED = "candlemark publish serve site"
NOT_RUN[SERVED] = "it goes on until it is stopped; tests/publish/test_mirrors.py starts it"
NYPD = (
    "Full Complaint ID,Complaint Year Number,Month Number,Record Create Date,"
    "Complaint Precinct Code,Patrol Borough Name,County,Law Code Category Description,"
    "Offense Description,PD Code Description,Bias Motive Description,Offense Category,"
    "Arrest Date,Arrest Id\n"
)


class Guide:
    """One guide, its vault, and the people who run its commands."""

    def __init__(self, name, capsys):
        self.name, self.capsys = name, capsys
        self.edition = Definition.load()

    def lines(self):
        text = (GUIDES / f"{self.name}.md").read_text(encoding="utf-8")
        for block in BLOCK.findall(text):
            for line in block.replace("\\\n", " ").splitlines():
                if line.strip():
                    yield " ".join(line.split())

    def open(self, who="founder"):
        return Vault.open(Path("our-vault"), Path(f"{who}.txt").read_text().strip(), KINDS)

    def take_in(self, name, **rights):
        words = new_passphrase()
        Path(f"{name}.txt").write_text(words, encoding="utf-8")
        card = application(Path("our-vault"), name, words, cost=Cost.QUICK)
        with self.open() as vault:
            vault.members.propose([added(card, **rights)])

    def code(self, name):
        with self.open() as vault:
            everybody = vault.members.roster().members.values()
            return next(one.code for one in everybody if one.name == name)

    def run(self, line, who="founder"):
        """Run a line; where a terminal would be asked, the answer is given with it."""
        words = shlex.split(line, comments=True)[1:]
        has = _options(words)
        if "--passphrase-file" in has and "--passphrase-file" not in words:
            words += ["--passphrase-file", f"{who}.txt"]
        words += ["--yes"] if "--yes" in has and "--yes" not in words else []
        self.capsys.readouterr()
        code = run(words)
        said = self.capsys.readouterr()
        assert code == 0, (line, said.err)
        return said.out


def _options(words):
    """The options of the command these words name."""
    command = candlemark
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    return {name for one in command.params for name in one.opts}


@pytest.fixture
def at(monkeypatch, tmp_path, capsys):
    """Stand before a guide, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)
    return lambda name: Guide(name, capsys)


def with_cases(guide):
    """A vault with the two public cases, and in the first what the commands speak of."""
    run(["init", "our-vault", "--passphrase-file", "founder.txt"])
    with guide.open() as vault:
        say_public_cases(vault.ledger, guide.edition)
        first, second = casefile.cases(vault.ledger)
        given = {"case": first.id, "edition": guide.edition.code}
        note, other = (
            facts.NoteMade(id=new_id("fact"), **given, words=(facts.Words(text, "en"),))
            for text in ("It belongs elsewhere.", "It was a mistake.")
        )
        asked = facts.ConsentStated(
            id=new_id("fact"), **given, consent=new_id("consent"), person=first.persons[0].id,
            use="publication", answer="given", when=PartialDate(2026),
        )  # fmt: skip
        step = facts.NextStep(
            id=new_id("fact"), **given, step=new_id("step"), what=(facts.Words("Call", "en"),)
        )
        casefile.say(vault.ledger, guide.edition, [note, other, asked, step])
    Path("fears.txt").write_text("They fear for their work.", encoding="utf-8")
    Path("step.txt").write_text("Hand in the appeal", encoding="utf-8")
    return {
        "CASE": first.id, "INTO": second.id, "TO": second.id, "PERSON": first.persons[0].id,
        "CONSENT": asked.consent, "STEP": step.step, "STATEMENT": note.id, "MISTAKE": other.id,
    }  # fmt: skip


def filled(line, known):
    return re.sub(r"\b[A-Z]{2,}\b", lambda word: known.get(word[0], word[0]), line)


def test_a_case_worker_can_do_what_the_guide_says(at):
    guide = at("case-worker")
    known = with_cases(guide)
    guide.capsys.readouterr()
    table = [["Nömrə", "Başlıq", "Ölkə"], ["A-1", "Yanğın", "AZ"]]
    Path("cases.xlsx").write_bytes(as_workbook(table))
    written = (GUIDES / "case-worker.md").read_text(encoding="utf-8")
    Path("incident.toml").write_text(
        re.search(r"```toml\n(when = .*?)```", written, re.DOTALL)[1], encoding="utf-8"
    )
    ran, described = [], ""
    for line in guide.lines():
        if line in NOT_RUN:
            continue
        if "case merge" in line:
            merged = json.loads(guide.run(f"{filled(line, known)} --json"))
            # Two cases that are one have nothing to move between them: parted again first.
            guide.run(
                f"candlemark case withdraw {known['CASE']} {merged['statement']} --vault our-vault"
            )
        else:
            moved = {"STATEMENT": known["MISTAKE"]} if "case withdraw" in line else {}
            corrected = {"STATEMENT": described} if "--corrects" in line else {}
            out = guide.run(filled(line, known | moved | corrected))
            described = re.findall("fact_[0-9a-z]+", out)[0] if "incident" in line else described
        ran.append(line)
    with guide.open() as vault:
        references = {one.reference for one in casefile.cases(vault.ledger)}

    assert len(ran) > 15
    assert "A-1" in references


def test_a_lawyer_can_do_what_the_guide_says(at):
    guide = at("lawyer")
    known = with_cases(guide)
    shipped = Path(casefile.__file__).parents[1] / "definition" / "pathways" / "az.toml"
    Path("my-state.toml").write_text(
        shipped.read_text(encoding="utf-8").replace("version = 1\n", "version = 2\n", 1),
        encoding="utf-8",
    )
    for line in guide.lines():
        more = " --new-passphrase-file court.txt" if "ledger export" in line else ""
        guide.run(filled(line, known) + more)

    assert "BEGIN:VCALENDAR" in Path("due.ics").read_text(encoding="utf-8")
    assert Path("case.pdf").read_bytes().startswith(b"%PDF-")
    assert (Path("for-the-court") / "verify_vault.py").exists()


def test_a_team_can_do_what_the_guide_says(at):
    guide = at("team")
    six, known, who, ran = {}, {}, "founder", 0
    for line in guide.lines():
        if "member apply" in line:
            for name in ("Aysel", "Ramin"):
                said = guide.run(f"{_applies(name)} --json", name)
                six[f"{name.lower()}.txt"] = " ".join(json.loads(said)["words"])
            assert line == _applies("Aysel")
        elif "member add" in line:
            guide.run(f"{line} --words '{six[line.split()[3]]}'")
        else:
            who = _stands(guide, line, known) or who
            guide.run(filled(line.replace(" words.txt", " founder.txt"), known), who)
        ran += 1

    assert ran > 15


def _applies(name):
    return f"candlemark member apply our-vault --name {name} --card {name.lower()}.txt"


def _stands(guide, line, known):
    """What a line of the team's guide speaks of, and who runs it from here on."""
    if "member approve" in line:
        guide.run(f"candlemark member change {guide.code('Ramin')} --not-coded --vault our-vault")
        with guide.open() as vault:
            known["CODE"] = vault.members.roster().waiting[0].code
        return "Aysel"
    if "erase agree" in line:
        with guide.open() as vault:
            known["CODE"] = vault.erasing.asked()[0].code
        return "Aysel"
    if "case open" in line or "compartment add" in line or "member role --vault" in line:
        known["CODE"] = guide.code("Ramin" if "member role" in line else "Aysel")
        return "founder"
    if line.endswith("case team CASE --vault our-vault"):
        with guide.open() as vault:
            known["CASE"] = casefile.cases(vault.ledger)[0].id
    if "--apart" in line:
        known["CASE"] = _with_names(guide)
    return ""


def _with_names(guide):
    """A case that lies with all others, with names in it."""
    with guide.open() as vault:
        say_public_cases(vault.ledger, guide.edition)
        return casefile.cases(vault.ledger)[-1].id


def test_on_a_bad_day_what_the_guide_says_works(at):
    guide = at("bad-day")
    run(["key", "recovery", "new", "shares"])
    public = next(Path("shares").glob("*public*"))
    run(["init", "our-vault", "--passphrase-file", "founder.txt", "--recovery", str(public)])
    for name in ("Aysel", "Ramin", "Leyla"):
        guide.take_in(name)
    known, six = {"CODE": guide.code("Aysel")}, []
    for line in guide.lines():
        who, now = "founder", line
        if "member apply" in line:
            six, who = json.loads(guide.run(f"{line} --json", "again"))["words"], ""
        elif "member add" in line:
            now = f"{line} --words '{' '.join(six)}'"
        elif "key recover " in line:
            shares = sorted(Path("shares").glob("share*"))[:3]
            now, who = line + "".join(f" --share {one}" for one in shares), "recovered"
        elif "device revoke" in line:
            listed = json.loads(guide.run("candlemark device list --json --vault our-vault"))
            known["CODE"] = next(
                one["code"] for one in listed["devices"] if one["member"] == guide.code("Ramin")
            )
        elif "member freeze" in line:
            known["CODE"], who = guide.code("Leyla"), "Leyla"
        elif "key destroy" in line:
            known["KEY"] = _with_a_key_of_a_stranger(guide)
        if who:
            guide.run(filled(now, known), who)

    with guide.open("recovered") as vault:
        assert vault.members.me.administrator
        names = [one.name for one in vault.members.roster().present]
    assert sorted(names) == ["Aysel", "Aysel", "Leyla", "Ramin", "founder"]


def _with_a_key_of_a_stranger(guide):
    """A key that somebody put into the file of keys; what it is called."""
    with guide.open() as vault:
        number = bytes.fromhex(vault.id)
        kid = vault.members.roster().compartments["coded"].keys[-1].kid
    store = Keystore(Path("our-vault"))
    held = next(one for one in store.wraps(number) if one.kid == kid)
    store.keep(wraps=[held._replace(holder=b"a stranger's kid")])
    return kid.hex()


def with_log():
    """A log of complaints of two years and two grounds, and the limit for an answer."""
    lines = ["id,what,day,bias"]
    for n in range(240):
        told = date(2019, 1, 1) + timedelta(days=3 * n)
        ground = ("religion", "ethnicity")[n % 2]
        lines.append(f"c{n},told,{told},{ground}")
        if n % 3:
            lines.append(f"c{n},answered,{told + timedelta(days=20 + n % 50)},{ground}")
        if n % 3 == 2:
            lines.append(f"c{n},closed,{told + timedelta(days=90 + n % 70)},{ground}")
    Path("log.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    Path("limits.toml").write_text(
        '[[limit]]\ncode = "answer"\nfrom = "told"\nto = "answered"\ndays = 30\nsource = "Rule 4"\n',
        encoding="utf-8",
    )


def test_a_researcher_can_do_what_the_guide_says(at):
    guide = at("researcher")
    rows = [
        f"2019{n:011},2019,{n % 12 + 1},{n % 12 + 1:02}/15/2019,61,PATROL BORO,KINGS,FELONY,"
        f'MURDER & NON-NEGL. MANSLAUGHTE,"MURDER,UNCLASSIFIED",{"ANTI-JEWISH" if n % 3 else "ANTI-ASIAN"},'
        f"Religion/Religious Practice,{f'{n % 12 + 1:02}/20/2019,K{n:08}' if n % 2 else ','}"
        for n in range(60)
    ]
    Path("complaints.csv").write_text(NYPD + "\n".join(rows) + "\n", encoding="utf-8")
    with_cases(guide)
    with_log()
    for line in guide.lines():
        guide.run(line)

    assert json.loads(Path("cases.json").read_text(encoding="utf-8"))["entries"] is not None
    assert Path("log.xes").read_bytes().startswith(b"<?xml")


def test_two_organisations_can_link_as_the_guide_says(at):
    guide, two = at("linking-privately"), regional(120)
    Path("ours.csv").write_bytes(as_csv(two.left))
    Path("theirs.csv").write_bytes(as_csv(two.right))
    said = [guide.run(line) for line in guide.lines()]

    assert "people are in both lists" in said[-1]


def test_whoever_publishes_can_do_what_the_guide_says(at):
    guide = at("publishing")
    run(["init", "our-vault", "--passphrase-file", "founder.txt"])
    guide.take_in("Aysel", administrator=True, coded=True)
    Path("clear").mkdir()
    court = write_files(Path("clear"), make_world(300))["xx-court"]
    with guide.open() as vault:
        crosswalk = load_crosswalk("xx-court", guide.edition)
        agency.import_source(vault.ledger, court, crosswalk, guide.edition)
    said = "".join(f'[{one}]\ntitle = "T"\ntext = "T"\nreason = "R"\n' for one in INTERFACE)
    Path("texts.toml").write_text(said, encoding="utf-8")
    Path("reasons.toml").write_text(said, encoding="utf-8")
    keys = 'agency = "A"\ntext = "T"\n'
    Path("answer.toml").write_text("".join(f"[{one}]\n{keys}" for one in INTERFACE), "utf-8")
    Path("agency.toml").write_bytes(Path("answer.toml").read_bytes())
    told = "".join(f'[{one}]\ncontact = "C"\n' for one in INTERFACE)
    Path("contact.toml").write_text(told, encoding="utf-8")
    known, ran = {}, []
    for line in guide.lines():
        if line == SERVED:
            continue
        others = ("release approve", "release show", "answer approve")
        who = "Aysel" if any(one in line for one in others) else "founder"
        guide.run(filled(line, known), who)
        if "release draft" in line:
            listed = json.loads(guide.run("candlemark release list --json --vault our-vault"))
            known["DRAFT"] = listed["releases"][0]["draft"]
        if "publish build" in line and not known.get("TABLE"):
            tables = json.loads(Path("site/api/tables.json").read_bytes())["tables"]
            known["TABLE"] = tables[0]["name"]
        if "answer ask" in line:
            asked = guide.run("candlemark release answer list --json --vault our-vault")
            known["NAME"] = json.loads(asked)["answers"][0]["name"]
        ran.append(line)

    assert len(ran) > 12
    assert "T" in Path("site/releases/1/en.html").read_text(encoding="utf-8")
    assert not list(Path("site").rglob("*.csv"))  # withdrawn at the end


def test_whoever_sends_cases_to_a_body_can_do_what_the_guide_says(at):
    guide = at("submissions")
    run(["init", "our-vault", "--passphrase-file", "founder.txt"])
    guide.take_in("Aysel", administrator=True, coded=True)
    Path("clear").mkdir()
    court = write_files(Path("clear"), make_world(300))["xx-court"]
    said = "".join(f'[{one}]\ntitle = "T"\ntext = "T"\n' for one in INTERFACE)
    Path("texts.toml").write_text(said, encoding="utf-8")
    with guide.open() as vault:
        crosswalk = load_crosswalk("xx-court", guide.edition)
        agency.import_source(vault.ledger, court, crosswalk, guide.edition)
        told = Told(vault.ledger, "ref-1")
    known = {"CASE": told.case, "PERSON": told.person}
    _released(guide)
    for line in guide.lines():
        who = "Aysel" if "submission show" in line or "submission approve" in line else "founder"
        out = guide.run(filled(line, known), who)
        if "submission odihr" in line:
            listed = json.loads(guide.run("candlemark submission list --json --vault our-vault"))
            known["DRAFT"] = listed["submissions"][0]["draft"]

    assert out.count("drafted") == 2
    assert out.count(" left ") == 1
    assert sorted(one.suffix for one in Path("to-odihr").iterdir()) == [".csv", ".pdf", ".xlsx"]


def _released(guide):
    """Release 1, of a court's file."""
    draft = "candlemark release draft texts.toml --crosswalk xx-court --table steps"
    name = json.loads(guide.run(f"{draft} --json --vault our-vault"))["draft"]
    guide.run(f"candlemark release approve {name} --vault our-vault", "Aysel")
    guide.run(f"candlemark release publish {name} --vault our-vault")


def test_what_is_not_run_says_why_and_stands_in_a_guide(at):
    said = {line for name in ("host", "case-worker", "publishing") for line in at(name).lines()}

    assert set(NOT_RUN) <= said
    assert set(at("host").lines()) <= set(NOT_RUN)
