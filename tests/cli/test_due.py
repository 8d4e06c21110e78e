"""Commands about what is due, pathways and dossiers."""

from __future__ import annotations

import json
import stat

import pytest

from nowhere import OWN


@pytest.fixture
def said(ask):
    """Code, standard output and standard error of a command."""

    def say(*words):
        answer = ask(*words)
        return answer.code, answer.out, answer.err

    return say


@pytest.fixture(scope="module")
def vault(demo_vault):
    """The demonstration; only read."""
    return demo_vault


def case_of(said, vault, place=1):
    return json.loads(said("case", "list", "--vault", vault, "--json")[1])["cases"][place]["id"]


def test_the_docket_names_each_rule_with_its_article(said, vault):
    code, out, _ = said("docket", "--vault", vault, "--today", "2014-07-01")
    assert code == 0
    assert "To act on" in out
    assert "Code of Criminal Procedure, Article 384" in out
    assert "(to be confirmed)" in out


def test_the_docket_is_narrowed(said, vault):
    asked = ("docket", "--vault", vault, "--today", "2014-07-01", "--json")
    rows = json.loads(said(*asked, "--rule", "ecthr-six-months")[1])["rows"]
    assert [row["rule"] for row in rows] == ["ecthr-six-months"]
    assert json.loads(said(*asked, "--within", "7")[1])["rows"][0]["days_left"] <= 7


def test_a_calendar_is_written_once_for_its_owner_alone(said, vault, tmp_path):
    target = tmp_path / "due.ics"
    asked = ("docket", "--vault", vault, "--today", "2014-07-01", "--calendar", target)
    code, out, _ = said(*asked)
    assert (code, stat.S_IMODE(target.stat().st_mode)) == (0, 0o600)
    assert "no names and no titles" in out
    text = target.read_bytes().decode()
    assert "public-case-2: European Court of Human Rights: six months" in text.replace("\r\n ", "")
    assert "beaten" not in text
    code, _, err = said(*asked)
    assert code == 70
    assert "name a file that is not there yet" in err


def test_a_dossier_is_written_and_its_owner_is_told_that_it_is_open(said, vault, tmp_path):
    target = tmp_path / "case.pdf"
    case = case_of(said, vault)
    asked = ("case", "dossier", case, "--vault", vault, "--out", target, "--tongue", "fa")
    code, out, _ = said(*asked, "--names")
    assert (code, target.read_bytes()[:5]) == (0, b"%PDF-")
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "not sealed" in out
    assert "names persons" in out
    assert said(*asked)[0] == 70


def test_a_dossier_of_no_case_writes_nothing(said, vault, tmp_path):
    target = tmp_path / "case.pdf"
    code, _, _ = said(
        "case", "dossier", "case_00000000000000000000000000", "--vault", vault, "--out", target
    )
    assert code == 41
    assert not target.exists()


def test_a_pathway_is_added_listed_and_shown(said, vault, tmp_path):
    file = tmp_path / "xx.toml"
    file.write_bytes(OWN)
    code, out, _ = said("pathway", "add", file, "--vault", vault)
    assert code == 0
    assert "1 of its 1 limits are to be confirmed" in out
    listed = json.loads(said("pathway", "list", "--vault", vault, "--json")[1])["pathways"]
    assert [(one["code"], one["kept"]) for one in listed] == [
        ("az", False),
        ("generic", False),
        ("xx", True),
    ]
    assert "10 days" in said("pathway", "show", "xx", "--vault", vault)[1]
    assert said("pathway", "add", file, "--vault", vault)[0] == 40


def test_a_pathway_with_faults_is_refused_with_all_of_them(said, vault, tmp_path):
    file = tmp_path / "bad.toml"
    file.write_bytes(OWN.replace(b"days = 10", b"days = 0").replace(b'"judged"', b'"jugded"'))
    code, _, err = said("pathway", "add", file, "--vault", vault)
    assert code == 11
    assert "limit xx-appeal, days" in err
    assert "stage jugded" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(("pathway", "add", "no.toml"), 14), (("pathway", "show", "yy"), 14)],
)
def test_a_pathway_nobody_has_is_refused(said, vault, arguments, code):
    assert said(*arguments, "--vault", vault)[0] == code
