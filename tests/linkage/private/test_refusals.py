"""What two organisations and a linkage unit can get wrong, and what they are told."""

import json

import msgspec
import numpy as np
import pytest

from candlemark.errors import (
    ColumnsDiffer,
    DefinitionFaulty,
    NewerFormat,
    NotTogether,
    SettingRefused,
    SourceEmpty,
    SourceMalformed,
    WrongPassphrase,
)
from candlemark.linkage.private import (
    ENCODINGS,
    RESULT,
    Encodings,
    agree,
    check_own,
    comparing,
    encode,
    known_by,
    make_ready,
    match,
    new_secret,
    open_secret,
    profile,
    profiles,
    read,
    read_agreement,
    read_links,
    read_list,
    scheme_in,
    seal_secret,
    written,
)
from candlemark.linkage.private.agreement import scheme_of
from candlemark.linkage.private.papers import sealed_with_hash
from candlemark.linkage.private.result import Result, counted
from candlemark.seal import Cost
from two_lists import SECRET, agreement, as_csv, clean, ready, regional

WORDS = "able acid acorn acre actor adapt adult"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(Cost.STRONG, "_value_", Cost.QUICK.value)


@pytest.fixture(scope="module")
def two():
    return regional(120)


@pytest.fixture(scope="module")
def agreed():
    return agreement()


@pytest.fixture(scope="module")
def sides(two, agreed):
    return [
        encode(ready(rows, agreed), agreed, SECRET, side)
        for rows, side in ((two.left, "a"), (two.right, "b"))
    ]


def test_every_profile_is_in_order():
    assert set(profiles()) == {"people", "people-loose"}
    assert all(profile(name).attributes for name in profiles())
    with pytest.raises(SettingRefused, match="no such profile"):
        profile("voters")


def test_a_file_is_read_as_it_was_written(agreed, sides):
    assert read_agreement(written(agreed)) == agreed
    assert read(written(sides[0].encodings), Encodings, ENCODINGS) == sides[0].encodings


@pytest.mark.parametrize("at", range(3, 3_000, 83))
def test_a_changed_byte_is_found(agreed, at):
    content = bytearray(written(agreed))
    at %= len(content)
    before = bytes(content)
    content[at] ^= 1
    if json.loads(before) == _loaded(bytes(content)):
        pytest.skip("white space between words is no content")
    with pytest.raises((SourceMalformed, NewerFormat)):
        read_agreement(bytes(content))


def _loaded(content):
    try:
        return json.loads(content)
    except ValueError:
        return None


def test_a_later_form_and_another_file_are_told_apart(agreed, sides):
    later = written(agreed).replace(b"agreement/1", b"agreement/2")
    with pytest.raises(NewerFormat):
        read_agreement(later)
    with pytest.raises(SourceMalformed, match="no file of the kind agreement"):
        read_agreement(written(sides[0].encodings))
    with pytest.raises(SourceMalformed, match="not the fields"):
        read_agreement(written(agreed).replace(b'"step"', b'"steps"'))
    with pytest.raises(SourceMalformed, match="no file of the kind"):
        read_agreement(b"\xff\x00")


def test_the_secret_opens_with_its_passphrase_under_its_agreement_alone(agreed):
    file = written(seal_secret(SECRET, agreed, WORDS))
    assert open_secret(file, agreed, WORDS.upper()).reveal() == SECRET.reveal()
    with pytest.raises(WrongPassphrase):
        open_secret(file, agreed, "other words")
    with pytest.raises(NotTogether, match="another agreement"):
        open_secret(file, agreement(step=10), WORDS)
    assert SECRET.reveal().hex() not in file.decode()


def test_a_secret_the_agreement_does_not_name_is_refused(agreed):
    with pytest.raises(NotTogether, match="not the one the agreement names"):
        open_secret(written(seal_secret(new_secret(), agreed, WORDS)), agreed, WORDS)


def test_an_agreement_somebody_changed_and_hashed_again_fits_nothing(agreed, sides):
    lower = sealed_with_hash(msgspec.structs.replace(agreed, fewest=3))
    with pytest.raises(NotTogether, match="the agreement was changed"):
        open_secret(written(seal_secret(SECRET, agreed, WORDS)), lower, WORDS)
    with pytest.raises(NotTogether, match="another agreement"):
        match(lower, sides[0].encodings, sides[1].encodings)


def test_encodings_of_another_secret_are_refused(agreed, sides):
    other = sealed_with_hash(
        msgspec.structs.replace(sides[1].encodings, secret=known_by(new_secret()))
    )
    with pytest.raises(NotTogether, match="another secret"):
        match(agreed, sides[0].encodings, other)


def test_encodings_of_another_length_are_refused(agreed, sides):
    other = sealed_with_hash(msgspec.structs.replace(sides[1].encodings, bits=2048))
    with pytest.raises(NotTogether, match="another length"):
        match(agreed, sides[0].encodings, other)
    short = sealed_with_hash(
        msgspec.structs.replace(sides[1].encodings, data=sides[1].encodings.data[:400])
    )
    with pytest.raises(SourceMalformed, match="not as many"):
        match(agreed, sides[0].encodings, short)


def test_both_files_of_one_side_are_refused(agreed, sides):
    with pytest.raises(NotTogether, match="both files are of side a"):
        match(agreed, sides[0].encodings, sides[0].encodings)


def test_one_list_given_twice_is_refused(agreed):
    rows = clean(100)
    one, other = (encode(ready(rows, agreed), agreed, SECRET, side) for side in "ab")
    with pytest.raises(NotTogether, match="one list was given twice"):
        match(agreed, one.encodings, other.encodings)


def test_a_list_that_asks_after_a_few_people_is_refused(agreed):
    with pytest.raises(SourceEmpty, match="the agreement asks for 50"):
        ready(clean(12), agreed)


def test_a_column_that_is_empty_is_refused_by_its_name(agreed):
    rows = [row | {"place": "naməlum"} for row in clean(60)]
    with pytest.raises(SourceMalformed, match="say nothing in any row") as refused:
        ready(rows, agreed)
    assert [fault.where for fault in refused.value.faults] == ["place"]
    rows = [row | {"birth": "1900-01-01"} for row in clean(60)]
    with pytest.raises(SourceMalformed) as refused:
        ready(rows, agreed)
    assert {"birth", "name", "father"} <= {fault.where for fault in refused.value.faults}


def test_a_row_of_which_too_little_is_known_is_left_out_and_counted(agreed):
    rows = [row | {"birth": ""} if at < 10 else row for at, row in enumerate(clean(100))]
    found = ready(rows, agreed)
    assert (len(found.rows), found.left_out) == (90, 10)


def test_rows_equal_in_everything_are_one_and_a_hundred_are_a_mistake(agreed):
    people = clean(80)
    found = ready([*people, people[3], people[3]], agreed)
    assert (len(found.rows), found.made_one) == (80, 2)
    assert ("3", "80", "81") in [row.records for row in found.rows]
    with pytest.raises(SourceMalformed, match="far too often"):
        ready([*people, *[people[3]] * 100], agreed)


def test_two_rows_of_which_something_is_unknown_are_never_made_one(agreed):
    people = clean(80)
    half = people[3] | {"father": ""}
    assert ready([*people, half, half], agreed).made_one == 0


@pytest.mark.parametrize(
    ("content", "error", "said"),
    [
        (b"record,name,birth\n1,Ali,1990\n", ColumnsDiffer, "father, place"),
        (b"\xff\xfe", SourceMalformed, "UTF-8"),
        (b"record,name,birth,father,place\n", SourceEmpty, "no row"),
        (b"record,name,birth,father,place\n1,Ali\n2,a,b,c,d,e\n", SourceMalformed, "no table"),
        (b"record,name,birth,father,place\n1,A,,,\n1,B,,,\n,C,,,\n", SourceMalformed, "no table"),
        (b'record,name,birth,father,place\n1,"A,,,\n', SourceMalformed, "no table"),
    ],
)
def test_a_list_that_is_none_is_refused(agreed, content, error, said):
    with pytest.raises(error, match=said):
        read_list(content, agreed.scheme)


def test_all_lines_that_are_not_in_order_are_told_together(agreed):
    with pytest.raises(SourceMalformed) as refused:
        read_list(b"record,name,birth,father,place\n1,A,,,\n1,B,,,\n,C,,,\n9,D\n", agreed.scheme)
    assert [fault.where for fault in refused.value.faults] == ["line 3", "line 4", "line 5"]


def test_a_list_with_semicolons_and_one_name_column_is_read(agreed):
    rows = [
        f"{at};{one['family']}, {one['given']};{one['birth']};{one['father']};{one['place']}"
        for at, one in enumerate(clean(60))
    ]
    content = "\n".join(["record;name;birth;father;place", *rows]).encode("utf-8-sig")
    found, _ = read_list(content, agreed.scheme)
    assert make_ready(found, agreed).left_out == 0


def test_a_name_is_read_alike_from_one_column_and_from_two(agreed):
    people = clean(60)
    joined = [
        {
            "name": f"{one['family']}, {one['given']}",
            **{key: one[key] for key in ("birth", "father", "place")},
        }
        for one in people
    ]
    one, other = (ready(rows, agreed).rows for rows in (people, joined))
    assert [row.pieces["name"] for row in one] == [row.pieces["name"] for row in other]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"bits": 1000}, "bits"),
        ({"bits": 16384, "folds": 3}, "folds"),
        ({"load": 9.0}, "load"),
        ({"threshold": 0.2}, "threshold"),
        ({"least_known": 0}, "least_known"),
    ],
)
def test_a_scheme_that_would_protect_nobody_is_refused(change, where):
    found = msgspec.to_builtins(profile("people")) | change
    with pytest.raises(DefinitionFaulty) as refused:
        scheme_of(found)
    assert where in {fault.where for fault in refused.value.faults}


def test_attributes_of_a_scheme_are_checked_together():
    found = msgspec.to_builtins(profile("people"))
    first = found["attributes"][1]
    found["attributes"] = [first | {"tied": "nothing"}, first | {"weight": 900}]
    with pytest.raises(DefinitionFaulty) as refused:
        scheme_of(found)
    assert len(refused.value.faults) >= 4
    with pytest.raises(DefinitionFaulty, match="cannot be read"):
        scheme_in(b"bits = ")
    with pytest.raises(DefinitionFaulty, match="not complete"):
        scheme_in(b"bits = 1024")


def test_numbers_under_which_single_people_would_show_are_refused():
    with pytest.raises(SettingRefused) as refused:
        agree(profile("people"), "counts", "words", fewest=1, step=0, rows=2)
    assert {fault.where for fault in refused.value.faults} == {"fewest", "step", "rows"}


def test_a_count_is_not_rounded_to_nothing():
    with pytest.raises(SettingRefused) as refused:
        agree(profile("people"), "counts", "words", fewest=10, step=50)
    assert [fault.where for fault in refused.value.faults] == ["step"]


@pytest.mark.parametrize(
    ("both", "a", "b", "said", "number", "of"),
    [
        (0, 100, 100, "fewer than", 10, ""),
        (9, 100, 100, "fewer than", 10, ""),
        (13, 100, 100, "about", 15, ""),
        (12, 100, 100, "about", 10, ""),
        (95, 100, 500, "all but fewer than", 10, "a"),
        (95, 100, 100, "all but fewer than", 10, "a and b"),
    ],
)
def test_a_count_never_lets_single_people_show(agreed, both, a, b, said, number, of):
    count = counted(both, a, b, agreed)
    assert (count.said, count.number, count.of) == (said, number, of)


def test_for_counts_no_row_is_in_the_result(two):
    agreed = agreement(output="counts")
    one, other = (
        encode(ready(rows, agreed), agreed, SECRET, side).encodings
        for rows, side in ((two.left, "a"), (two.right, "b"))
    )
    (result,) = match(agreed, one, other).files.values()
    assert result.links == ()
    assert result.side == ""
    assert result.count.said == "about"


def test_a_result_is_read_by_the_side_it_is_for_and_of_the_encodings_it_made(agreed, sides, two):
    matched = match(agreed, sides[1].encodings, sides[0].encodings)
    for at, side in enumerate("ab"):
        result = read(written(matched.files[side]), Result, RESULT)
        assert read_links(result, agreed, sides[at].rows, SECRET)
        with pytest.raises(NotTogether, match=f"for side {side}"):
            check_own(result, agreed, sides[1 - at].rows)
    again = encode(ready(two.left, agreed), agreed, SECRET, "a")
    with pytest.raises(NotTogether, match="other encodings"):
        check_own(matched.files["a"], agreed, again.rows)
    with pytest.raises(NotTogether, match="another agreement"):
        check_own(matched.files["a"], agreement(step=10), sides[0].rows)
    with pytest.raises(SourceMalformed, match="does not open"):
        read_links(matched.files["a"], agreed, sides[0].rows, new_secret())


def test_files_that_travel_hold_no_name_no_record_and_no_secret(agreed, sides, two):
    matched = match(agreed, *(each.encodings for each in sides))
    files = [
        written(one)
        for one in (
            *matched.files.values(),
            *(each.encodings for each in sides),
            *(each.rows for each in sides),
            agreed,
        )
    ]
    for content in files:
        assert SECRET.reveal() not in content
        for row in two.left:
            assert row["family"].encode() not in content


def test_another_reading_of_names_is_refused_before_anything_is_encoded(two):
    agreed = sealed_with_hash(msgspec.structs.replace(agreement(), folding="0.0"))
    with pytest.raises(NotTogether, match="reads names in another way"):
        encode(ready(two.left, agreed), agreed, SECRET, "a")


def test_a_tie_links_nobody():
    chance = np.random.default_rng(1)
    rows = chance.integers(0, 256, (3, 64), dtype=np.uint8)
    left = rows[[0, 1]]
    right = rows[[0, 0, 1, 2]]
    pairs = comparing.match(left, right, 0.9)
    assert [pair[:2] for pair in pairs.links] == [(1, 2)]
    assert pairs.undecided == 1


def test_lists_are_read_with_the_name_of_the_row_kept(two, agreed):
    found, _ = read_list(as_csv(two.left, "row "), agreed.scheme)
    assert found[5]["record"] == "row 5"
