"""What is said of a case at the command line, its past, and where it went."""

from __future__ import annotations

import pytest

from candlemark import casefile, errors
from candlemark.casefile import facts
from candlemark.cli.opening import KINDS
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.ids import new_id
from candlemark.ledger import Vault

EDITION = Definition.load()


@pytest.fixture
def case(vault, ask):
    """A case opened at the command line."""
    answer = ask("case", "open", "A neutral title", "--reference", "no-1", "--json", *vault)
    assert answer.code == 0, answer.err
    return answer.json["case"]


@pytest.fixture
def person(vault, case):
    """A named person in it."""
    with Vault.open(vault[1], vault[3].read_text().strip(), KINDS) as opened:
        given = {"case": case, "edition": EDITION.code, "person": new_id("person")}
        role = facts.PersonInRole(id=new_id("fact"), roles=("victim",), **given)
        name = facts.IdentityStated(
            id=new_id("fact"), names=(facts.Spelling(text="Zarifa"),), **given
        )
        casefile.say(opened.ledger, EDITION, [role, name])
    return given["person"]


@pytest.fixture
def text(tmp_path):
    """A file with a text of the case."""
    file = tmp_path / "said.txt"
    file.write_text("A call to the lawyer\n", encoding="utf-8")
    return file


def test_a_case_is_opened_and_read_by_its_opener(vault, ask, case):
    listed = ask("case", "list", "--json", *vault).json["cases"]
    team = ask("case", "team", case, *vault)

    assert [one["id"] for one in listed] == [case]
    assert "as of all cases without a team: founder" in team.out


def test_a_stage_is_said_as_exactly_as_it_is_known_and_shown(vault, ask, case, person, text):
    said = ask(
        "case", "stage", case, "judged", "--when", "1995-03/1995-06", "--person", person,
        "--outcome", "convicted", "--final", "1995", "--note", text, "--json", *vault,
    )  # fmt: skip
    assert said.code == 0, said.err
    told = ask("case", "show", case, *vault).out
    assert "Judged" in told
    assert "Convicted" in told
    assert "A call to the lawyer" in told
    assert ask("case", "withdraw", case, said.json["statement"], *vault).code == 0
    assert "Convicted" not in ask("case", "show", case, *vault).out


def test_a_stage_in_no_scheme_of_a_person_not_in_the_case_is_refused_whole(vault, ask, case):
    answer = ask(
        "case", "stage", case, "arrested", "--outcome", "good", "--person", new_id("person"), *vault
    )

    assert answer.code == errors.NotInOrder.exit_code
    assert "stage: 'arrested' is not a term of stages" in answer.err
    assert "outcome: 'good' is not a term of outcomes" in answer.err
    assert "person" in answer.err


def test_consents_and_restraints_are_said_and_shown(vault, ask, case, person, text):
    given = ask(
        "case", "consent", case, person, "statistics", "given", "--when", "2026-01", "--review",
        "2027", "--words", text, "--json", *vault,
    )  # fmt: skip
    assert given.code == 0, given.err
    assert ask("case", "restrain", case, person, "no-telephone", "no-post", *vault).code == 0
    shown = ask("case", "show", case, "--json", *vault).json["case"]
    (consent,) = shown["consents"]
    ended = ask("case", "end-consent", case, consent["id"], "--when", "2026-03", *vault)
    told = ask("case", "show", case, *vault).out

    assert (consent["review"]["year"], consent["words"]) == (2027, {"en": "A call to the lawyer"})
    assert ended.code == 0
    assert "Statistics: consent taken back" in told
    assert "No telephone, No letters by post" in told


def test_a_next_step_is_said_shown_and_done(vault, ask, case, text):
    assert ask(
        "case", "next", case, "--what", text, "--due", "2026-05", "--form", "hearing", *vault
    ).code == 0  # fmt: skip
    told = ask("case", "show", case, *vault).out
    (step,) = ask("case", "show", case, "--json", *vault).json["case"]["steps"]
    assert ask("case", "done", case, step["id"], "--outcome", "missed", *vault).code == 0
    (over,) = ask("case", "show", case, "--json", *vault).json["case"]["steps"]

    assert "2026-05  A call to the lawyer [hearing]" in told
    assert over["end"]["outcome"] == "missed"
    after = ask("case", "show", case, *vault).out
    assert "A call to the lawyer [hearing]" not in after
    assert "A call to the lawyer [missed]" in after


def test_two_cases_are_merged_and_parted_again(vault, ask, case):
    other = ask("case", "open", "Another title", "--json", *vault).json["case"]
    merged = ask("case", "merge", other, case, "--json", *vault)
    listed = ask("case", "list", "--json", *vault).json["cases"]

    assert merged.code == 0, merged.err
    assert [one["id"] for one in listed] == [case]
    assert f"merged into {case}" in ask("case", "show", other, *vault).out
    assert f"what was said in {other} (Another title)" in ask("case", "show", case, *vault).out
    assert ask("case", "withdraw", other, merged.json["statement"], *vault).code == 0
    assert len(ask("case", "list", "--json", *vault).json["cases"]) == 2


def test_statements_are_moved_to_another_case(vault, ask, case, text):
    other = ask("case", "open", "Another title", "--json", *vault).json["case"]
    said = ask("case", "next", case, "--what", text, "--json", *vault).json["statement"]
    assert ask("case", "move", case, other, said, *vault).code == 0

    assert "A call to the lawyer" in ask("case", "show", other, *vault).out
    assert f"1 statement went to {other}" in ask("case", "show", case, *vault).out
    assert f"1 statement went from {case}" in ask("case", "show", other, *vault).out


def test_the_past_of_a_case_is_shown_compared_and_seen_as_it_was(vault, ask, case, person, text):
    ask("case", "consent", case, person, "contact", "given", "--when", "2026", *vault)
    said = ask("case", "next", case, "--what", text, "--json", *vault).json["statement"]
    ask("case", "withdraw", case, said, *vault)
    told = ask("case", "history", case, *vault).out
    happenings = ask("case", "history", case, "--json", *vault).json["happenings"]
    n, m = happenings[-3]["n"], happenings[-2]["n"]
    of_step = ask("case", "history", case, "--of", happenings[-2]["thing"], "--json", *vault).json
    compared = ask("case", "compare", case, n, m, *vault).out

    assert [one["deed"] for one in happenings][-2:] == ["said", "withdrew"]
    assert len(of_step["happenings"]) == 2
    assert "founder said: NextStep [withdrawn since]" in told
    assert "use: Contact" in told
    assert "A call to the lawyer (en)" in compared
    assert "Nothing differs." in ask("case", "compare", case, n, n, *vault).out
    assert "A call to the lawyer" in ask("case", "as-of", case, m, *vault).out
    assert "A call to the lawyer" not in ask("case", "as-of", case, n, *vault).out
    assert ask("case", "as-of", case, 0, "--json", *vault).json["case"]["persons"] == []


def test_what_is_not_in_order_is_refused_with_the_field(vault, ask, case, person):
    answer = ask("case", "consent", case, person, "fun", "maybe", *vault)

    assert answer.code == errors.NotInOrder.exit_code
    assert "use: 'fun' is not a term of consent-uses" in answer.err
    assert "answer: write given" in answer.err
    assert ask(
        "case", "consent", case, person, "contact", "given", "--when", "May", *vault
    ).code == (errors.NotUnderstood.exit_code)


def test_who_it_is_is_told_when_nobody_recorded_it(vault, ask, case):
    with Vault.open(vault[1], vault[3].read_text().strip(), KINDS) as opened:
        role = facts.PersonInRole(
            id=new_id("fact"),
            case=case,
            edition=EDITION.code,
            person=new_id("person"),
            roles=("witness",),
        )
        casefile.say(opened.ledger, EDITION, [role])

    assert "Nobody recorded who this is." in ask("case", "show", case, *vault).out


def test_a_measure_tells_how_many_cases_consent_leaves_out(vault, ask, case, person):
    _charged(vault, case, person)
    other = ask("case", "open", "Another title", "--json", *vault).json["case"]
    theirs = new_id("person")
    _charged(vault, other, theirs, new=True)
    before = ask("measure", "attrition", *vault)
    refused = ask("case", "consent", other, theirs, "statistics", "refused", *vault)
    after = ask("measure", "attrition", *vault)

    assert (refused.code, after.code) == (0, 0), (refused.err, after.err)
    assert "left out" not in before.out
    assert "1 case left out: consent refused or withdrawn" in after.out
    assert ask("measure", "attrition", "--json", *vault).json["basis"]["left_out"] == 1


def _charged(vault, case, person, *, new=False):
    """A charge reached with a day, said of a person, who may be new to the case."""
    given = {"case": case, "edition": EDITION.code}
    proceeding = new_id("proceeding")
    said = [
        facts.ProceedingOpened(
            id=new_id("fact"),
            proceeding=proceeding,
            forum=facts.Forum.NATIONAL,
            persons=(person,),
            **given,
        ),
        facts.StageReached(
            id=new_id("fact"),
            person=person,
            proceeding=proceeding,
            stage="charged",
            when=PartialDate(2020, 1, 1),
            **given,
        ),
    ]
    if new:
        said.insert(
            0, facts.PersonInRole(id=new_id("fact"), person=person, roles=("suspect",), **given)
        )
    with Vault.open(vault[1], vault[3].read_text().strip(), KINDS) as opened:
        casefile.say(opened.ledger, EDITION, said)


WRITTEN = """\
when = "2025-05"
country = "AZ"
region = "az-lan"
grounds = ["talysh"]
offences = ["assault"]
place.az = "Lənkəran"
words.en = "Two men beat him at a bus stop."
"""


def test_what_happened_is_said_from_a_file_and_corrected_by_options(vault, ask, case, tmp_path):
    file = tmp_path / "incident.toml"
    file.write_text(WRITTEN, encoding="utf-8")
    first = ask("case", "incident", case, file, "--json", *vault).json
    told = ask("case", "show", case, *vault).out
    again = ask(
        "case", "incident", case, "--region", "refused", "--until", "2025-06",
        "--corrects", first["statement"], "--json", *vault,
    )  # fmt: skip
    (shown,) = ask("case", "show", case, "--json", *vault).json["case"]["incidents"]
    found = ask("case", "list", "--term", "regions=az-lan", "--json", *vault).json

    assert all(one in told for one in ("2025-05", "Lənkəran", "Lankaran", "Talysh", "bus stop"))
    assert again.json["incident"] == first["incident"]
    assert (shown["region"], shown["absent"]) == ("", {"region": "refused"})
    assert (shown["when"]["month"], shown["until"]["month"]) == (5, 6)
    assert shown["place"] == {"az": "Lənkəran"}
    assert "region: Refused" in ask("case", "show", case, *vault).out
    assert found["cases"] == []


NOT_DESCRIBED = {
    "nothing": ((), "", 2, "nothing is said of what happened"),
    "a region of no scheme": (("--region", "az-xx"), "", 40, "not a term of regions"),
    "a day no month has": (("--when", "2025-02-30"), "", 10, "some of it cannot be read"),
    "a statement that is none": (("--when", "2025", "--corrects", "fact_1"), "", 2, "of this case"),
    "no TOML": ((), "region =", 10, "this is not TOML"),
    "several faults": (
        (),
        'street = "x"\nregion = ["az-lan"]\ngrounds = "talysh"\nplace.az = 1\nwords = "x"\n',
        10,
        "an incident is not described so",
    ),
}


@pytest.mark.parametrize("what", NOT_DESCRIBED)
def test_an_incident_that_cannot_be_described_so_is_refused_whole(vault, ask, case, tmp_path, what):
    options, written, code, expected = NOT_DESCRIBED[what]
    file = tmp_path / "incident.toml"
    file.write_text(written, encoding="utf-8")
    answer = ask("case", "incident", case, *([file] if written else []), *options, *vault)

    assert answer.code == code
    assert expected in answer.err
    if what == "several faults":
        assert all(one in answer.err for one in ("street", "region", "grounds", "place", "words"))
    assert ask("case", "show", case, "--json", *vault).json["case"]["incidents"] == []
