"""The pieces of a read model, each by itself: its mark, its place, its file, its words, its answers."""

from __future__ import annotations

import errno
import hashlib
import os
import sqlite3
import stat
from contextlib import closing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark import __version__
from candlemark.errors import BeingPrepared, NotEntitled, StorageFull
from candlemark.ledger import Fact, Kinds, Part, Vault
from candlemark.ledger.entry import Entry
from candlemark.ledger.merkle import Tree
from candlemark.ledger.model import (
    CodedProjection,
    IdentityProjection,
    Models,
    Row,
    Table,
    Text,
    cipher,
    models,
    place,
)
from candlemark.ledger.model.asking import RANKED
from candlemark.ledger.model.cipher import Unusable
from candlemark.ledger.model.files import LOCK, ModelFiles, publish, unlink
from candlemark.ledger.model.gathering import Gathering, Hand, named
from candlemark.ledger.model.place import is_in_memory, is_ours_alone, make_folder
from candlemark.ledger.model.projection import MODEL_FORMAT, Projection
from candlemark.ledger.model.searching import (
    Forms,
    Snippet,
    WordForms,
    asked,
    expressions,
    heard,
    snippet,
    words,
)
from candlemark.ledger.model.watermark import (
    Build,
    Mark,
    Place,
    read_build,
    read_mark,
    write_build,
    write_mark,
)
from candlemark.ledger.said import Said, State
from candlemark.seal import SealingKey, seal

VAULT = b"v" * 16
KEY, OTHER_KEY = (SealingKey.from_bytes(bytes([n]) * 32) for n in (1, 2))
HERE = Place(VAULT, "coded")
BUILD = Build(b"b" * 8, b"k" * 32)


def told(call, error):
    with pytest.raises(error) as caught:
        call()
    found = caught.value
    assert type(found) is error
    return found.message, found.hint


def leaves(count):
    return [hashlib.sha256(b"%d" % n).digest() for n in range(count)]


# The key file and the watermark


def test_the_name_of_a_place_follows_from_vault_and_compartment():
    said = hashlib.sha256(b"candlemark/model/place/v1" + VAULT + b"coded").hexdigest()

    assert HERE.name == said[:32]
    assert Place(VAULT, "identity").name != HERE.name != Place(b"w" * 16, "coded").name


def test_each_build_is_new_and_does_not_show_its_key():
    made = [Build.new() for _ in range(20)]

    assert len({one.number for one in made}) == len({one.key for one in made}) == 20
    assert {(len(one.number), len(one.key)) for one in made} == {(8, 32)}
    assert repr(BUILD) == f"<build {b'b'.hex() * 8}>"


def test_a_key_file_gives_back_the_build_to_who_has_the_key():
    assert read_build(write_build(BUILD, HERE, KEY), HERE, KEY) == BUILD


def key_file(**changes):
    bound = VAULT + HERE.name.encode() + BUILD.number
    sealed = seal(KEY, b"candlemark/model/key/v1", bound, BUILD.key)
    said = {"format": 1, "build": BUILD.number, "kid": KEY.kid, "sealed": sealed, **changes}
    return msgspec.msgpack.encode(list(said.values()))


def test_a_key_file_is_format_build_kid_and_sealed_key():
    assert MODEL_FORMAT == 1
    assert read_build(key_file(), HERE, KEY) == BUILD
    written = msgspec.msgpack.decode(write_build(BUILD, HERE, KEY))
    assert written[:3] == [1, BUILD.number, KEY.kid]


BAD_KEY_FILES = {
    "format 0": {"format": 0}, "format 2": {"format": 2}, "another kid": {"kid": b"x" * 16},
    "a kid too short": {"kid": KEY.kid[:15]}, "a build too short": {"build": b"b" * 7},
    "a build too long": {"build": b"b" * 9}, "another build": {"build": b"c" * 8},
    "nothing sealed": {"sealed": b""}, "too much sealed": {"sealed": bytes(129)},
    "other bytes": {"sealed": bytes(128)}, "more": {"more": 1},
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_KEY_FILES)
def test_a_key_file_cannot_be_used_with(name):
    with pytest.raises(Unusable):
        read_build(key_file(**BAD_KEY_FILES[name]), HERE, KEY)


@pytest.mark.parametrize(
    ("at", "key"),
    [(Place(VAULT, "identity"), KEY), (Place(b"w" * 16, "coded"), KEY), (HERE, OTHER_KEY)],
)
def test_the_key_of_another_place_or_an_older_key_opens_nothing(at, key):
    with pytest.raises(Unusable):
        read_build(write_build(BUILD, HERE, KEY), at, key)


def mark_of(size=3, **changes):
    tree = Tree().grown(leaves(size))
    return Mark(b"f" * 32, tree, size, b"", b"")._replace(**changes)


def sealed_mark(mark, at=HERE, build=BUILD, name="notes", key=KEY):
    return write_mark(mark, at, build, name, key)


def read(rows, at=HERE, build=BUILD, name="notes", key=KEY):
    return read_mark(rows, at, build, name, key)


@given(st.integers(0, 300), st.binary(max_size=32), st.binary(max_size=32))
def test_a_watermark_is_read_as_it_was_written(size, order, erased):
    mark = mark_of(size, order=order, erased=erased, entries=size // 2)

    assert read([(sealed_mark(mark),)]) == mark


BOUND = {
    "another place": {"at": Place(VAULT, "identity")},
    "another vault": {"at": Place(b"w" * 16, "coded")},
    "another file": {"build": Build(b"c" * 8, BUILD.key)},
    "another projection": {"name": "note"},
    "another key": {"key": OTHER_KEY},
}


@pytest.mark.parametrize("name", BOUND)
def test_a_watermark_is_bound_to_its_place_file_and_projection(name):
    with pytest.raises(Unusable):
        read([(sealed_mark(mark_of()),)], **BOUND[name])


@pytest.mark.parametrize("rows", [[], [(b"",)], [("text",)], [(None,)], [(7,)]])
def test_what_is_no_watermark_cannot_be_used(rows):
    with pytest.raises(Unusable):
        read(rows)


def test_one_watermark_stands_alone():
    kept = (sealed_mark(mark_of()),)
    with pytest.raises(Unusable):
        read([kept, kept])


def raw_mark(**changes):
    tree = Tree().grown(leaves(3))
    said = {
        "fingerprint": b"f" * 32, "size": 3, "root": tree.root, "peaks": tree.packed, "count": 3,
        "order": b"", "erased": b"", **changes,
    }  # fmt: skip
    bound = VAULT + HERE.name.encode() + BUILD.number + b"notes"
    return seal(
        KEY, b"candlemark/model/mark/v1", bound, msgspec.msgpack.encode(list(said.values()))
    )


BAD_MARKS = {
    "a fingerprint too short": {"fingerprint": b"f" * 31}, "a size under none": {"size": -1},
    "another size": {"size": 2}, "another root": {"root": bytes(32)},
    "a root too long": {"root": bytes(33)}, "peaks cut short": {"peaks": bytes(63)},
    "other peaks": {"peaks": bytes(64)}, "a count under none": {"count": -1}, "more": {"more": 0},
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_MARKS)
def test_a_sealed_watermark_is_still_refused_with(name):
    assert read([(raw_mark(),)]) == mark_of()
    with pytest.raises(Unusable):
        read([(raw_mark(**BAD_MARKS[name]),)])


def state(places, erased=b""):
    return State(Tree().grown(leaves(len(places))), places, erased)


@pytest.mark.parametrize(
    ("made_from", "now", "grows"),
    [
        (state([0, 1]), state([0, 1]), True),
        (state([0, 1]), state([0, 1, 2]), True),
        (state([]), state([0]), True),
        (state([0, 1, 2]), state([0, 1]), False),
        (state([0, 1]), state([0, 2, 1]), False),
        (state([1, 0]), state([1, 0, 2]), True),
        (state([1, 0]), state([0, 1, 2]), False),
        (state([0]), state([0], b"e"), False),
        (state([0], b"e"), state([0, 1], b"e"), True),
        (state([0], b"e"), state([0]), False),
    ],
)
def test_a_model_grows_into_what_begins_with_what_it_was_made_from(made_from, now, grows):
    mark = Mark.of(b"f" * 32, made_from)

    assert mark.grows_into(now) is grows
    assert (mark.fingerprint, mark.tree, mark.entries) == (
        b"f" * 32, made_from.tree, len(made_from.places),
    )  # fmt: skip
    assert (mark.order, mark.erased) == (made_from.order(mark.entries), made_from.erased)


# The folder and its files


@pytest.mark.parametrize("mode", [0o700, 0o500, 0o600, 0o701, 0o710, 0o704, 0o720, 0o777])
def test_a_folder_is_ours_alone_when_nobody_else_may_anything(tmp_path, mode):
    folder = tmp_path / "f"
    folder.mkdir()
    folder.chmod(mode)

    assert is_ours_alone(folder) is (mode & 0o077 == 0)


def test_a_folder_is_made_closed_with_the_one_it_lies_in(tmp_path):
    make_folder(tmp_path / "of us" / "of the vault")
    make_folder(tmp_path / "of us" / "of the vault")
    for one in (tmp_path / "of us", tmp_path / "of us" / "of the vault"):
        assert stat.S_IMODE(one.stat().st_mode) == 0o700
    make_folder(tmp_path / place.FOLDER)
    assert (place.FOLDER, stat.S_IMODE((tmp_path / "models").stat().st_mode)) == ("models", 0o700)


@pytest.mark.parametrize("which", ["of us", "of us/of the vault"])
def test_a_folder_open_to_others_is_refused(tmp_path, which):
    make_folder(tmp_path / "of us" / "of the vault")
    (tmp_path / which).chmod(0o755)

    with pytest.raises(OSError, match="open to other accounts") as caught:
        make_folder(tmp_path / "of us" / "of the vault")
    assert (caught.value.errno, caught.value.strerror, caught.value.filename) == (
        errno.EPERM, "the folder is open to other accounts", which.rpartition("/")[2],
    )  # fmt: skip


MOUNTS = {
    "tmpfs / tmpfs rw": True, "ramfs / ramfs rw": True, "disk / ext4 rw": False,
    "disk / ext4 rw\ntmpfs {} tmpfs rw": True, "tmpfs / tmpfs rw\ndisk {} ext4 rw": False,
    "tmpfs {} tmpfs rw\ndisk {} ext4 rw": False, "disk {} ext4 rw\ntmpfs {} tmpfs rw": True,
    "disk / ext4 rw\ntmpfs {}x tmpfs rw": False, "disk / ext4 rw\ntmpfs {}/x tmpfs rw": False,
    "tmpfs {} tmpfs rw\ndisk / ext4 rw": True, "": False,
}  # fmt: skip


@pytest.mark.parametrize("mounts", MOUNTS)
def test_the_nearest_and_latest_mount_says_what_a_folder_lies_on(tmp_path, monkeypatch, mounts):
    listed = tmp_path / "mounts"
    listed.write_text(
        "".join(f"{line} 0 0\n" for line in mounts.format(tmp_path, tmp_path).splitlines())
    )
    monkeypatch.setattr(place, "_MOUNTS", listed)

    assert is_in_memory(tmp_path) is MOUNTS[mounts]
    assert not is_in_memory(tmp_path / "nowhere")


@pytest.fixture
def model_files(tmp_path):
    return ModelFiles(tmp_path / "of us" / "m", patience=0)


def test_files_are_named_by_place_and_build(model_files):
    assert model_files.key_file(HERE) == model_files.folder / f"{HERE.name}.key"
    assert model_files.file(HERE, BUILD) == model_files.folder / f"{HERE.name}.{'62' * 8}.db"


def test_one_builds_at_a_time_and_the_next_is_told(model_files):
    with model_files.locked():
        assert told(lambda: model_files.locked().__enter__(), BeingPrepared) == (
            "another process is building a read model of this vault",
            "wait until it is done and try again",
        )
    with model_files.locked():
        assert stat.S_IMODE((model_files.folder / LOCK).stat().st_mode) == 0o600


def test_removing_takes_every_file_of_a_place_and_no_other(model_files):
    with model_files.locked():
        pass
    other = Place(VAULT, "identity")
    for name in (f"{HERE.name}.key", f"{HERE.name}.62.db", f"{HERE.name}.63.db-journal",
                 f"{other.name}.key", f"{other.name}.62.db"):  # fmt: skip
        (model_files.folder / name).write_bytes(b"x")
    model_files.remove(HERE)

    assert sorted(one.name for one in model_files.folder.iterdir()) == sorted(
        [f"{other.name}.key", f"{other.name}.62.db", LOCK]
    )


def test_a_key_is_written_over_before_it_goes(tmp_path):
    for name in ("a.key", "a.db"):
        (tmp_path / name).write_bytes(b"secret")
        os.link(tmp_path / name, tmp_path / f"linked {name}")

    assert [unlink(tmp_path / name) for name in ("a.key", "a.db", "a.key", "none")] == [6, 6, 0, 0]
    assert (tmp_path / "linked a.key").read_bytes() == bytes(6)
    assert (tmp_path / "linked a.db").read_bytes() == b"secret"


def test_publishing_puts_the_key_in_its_place_in_one_step(tmp_path):
    whole, key = tmp_path / "x.db", tmp_path / "x.key"
    whole.write_bytes(b"all")
    key.write_bytes(b"old")
    (tmp_path / "x.new").write_bytes(b"left by a kill")
    publish(whole, key, b"new")

    assert key.read_bytes() == b"new"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert sorted(one.name for one in tmp_path.iterdir()) == ["x.db", "x.key"]


@pytest.mark.parametrize("length", [0, 31, 33])
def test_the_key_of_a_file_has_32_bytes(tmp_path, length):
    with pytest.raises(ValueError, match=r"^the key of a model has 32 bytes$"):
        cipher.make(tmp_path / "x.db", bytes(length))
    assert cipher.KEY_BYTES == 32


def test_a_file_opens_under_its_key_and_no_other(tmp_path):
    with closing(cipher.make(tmp_path / "x.db", b"k" * 32)) as made:
        made.execute("CREATE TABLE a (b)")
    assert stat.S_IMODE((tmp_path / "x.db").stat().st_mode) == 0o600
    with closing(cipher.open_file(tmp_path / "x.db", b"k" * 32, 0)) as connection:
        said = {
            name: str(connection.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("trusted_schema", "cell_size_check", "temp_store", "synchronous",
                         "cache_size", "journal_mode", "cipher_memory_security")
        }  # fmt: skip
    assert said == {
        "trusted_schema": "0", "cell_size_check": "1", "temp_store": "2", "synchronous": "2",
        "cache_size": "-16384", "journal_mode": "delete", "cipher_memory_security": "0",
    }  # fmt: skip
    for path, key in (("x.db", b"l" * 32), ("y.db", b"k" * 32), (".", b"k" * 32)):
        with pytest.raises(Unusable):
            cipher.open_file(tmp_path / path, key, 0)
    with pytest.raises(FileExistsError):
        cipher.make(tmp_path / "x.db", b"k" * 32)


NO_ROOM = (
    "a read model could not be kept",
    "make room where candlemark ledger model show says it lies; the vault is as it was",
)
IN_USE = ("another process is building the read model", "wait until it is done and try again")


@pytest.mark.parametrize(
    ("code", "error", "said"),
    [
        ("FULL", StorageFull, NO_ROOM), ("IOERR", StorageFull, NO_ROOM),
        ("IOERR_WRITE", StorageFull, NO_ROOM), ("CANTOPEN", StorageFull, NO_ROOM),
        ("READONLY", StorageFull, NO_ROOM), ("BUSY", BeingPrepared, IN_USE),
        ("LOCKED", BeingPrepared, IN_USE), ("CORRUPT", Unusable, None), ("NOTADB", Unusable, None),
        ("ERROR", Unusable, None), ("CONSTRAINT", Unusable, None),
    ],
)  # fmt: skip
def test_each_error_of_a_models_file_means_one_thing(code, error, said):
    def happens():
        with cipher.speaking():
            raised = cipher.cipher.OperationalError("x")
            raised.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{code}")
            raise raised

    if said is None:
        with pytest.raises(error):
            happens()
    else:
        assert told(happens, error) == said


@pytest.mark.parametrize(
    ("raised", "error"),
    [(FileExistsError(), Unusable), (PermissionError(), StorageFull), (OSError(), StorageFull)],
)
def test_what_the_folder_says_means_one_thing(raised, error):
    with pytest.raises(error), cipher.speaking():
        raise raised


# Projections


class Note(Fact):
    text: str
    number: int = 0


KINDS = Kinds.of(("a.note", 1, Note))
TABLE = Table("note", (("said", "TEXT"), ("count", "INTEGER")), found_by=("said",))


def rows_of(said, fact):
    return [Row("note", (fact.text, fact.number))]


def texts_of(said, fact):
    return [Text(f"about {fact.number}", "title", "en", fact.text)]


def projection(sort=CodedProjection, **more):
    asked_for = {
        "name": "notes", "version": 1, "kinds": KINDS, "tables": (TABLE,), "rows": rows_of, **more,
    }  # fmt: skip
    return sort(**asked_for)


BAD_NAMES = [
    "",
    "A",
    "1a",
    "a-b",
    "a__b",
    "_a",
    "a_",
    "at",
    "part",
    "number",
    "entry",
    "text",
    "words",
]


@pytest.mark.parametrize("name", BAD_NAMES)
@pytest.mark.parametrize("where", ["the model", "a table", "a column"])
def test_names_that_cannot_be_those_of_tables_are_refused(name, where):
    made = {
        "the model": {"name": name},
        "a table": {"tables": (Table(name, (("said", "TEXT"),)),)},
        "a column": {"tables": (Table("note", ((name, "TEXT"),)),)},
    }[where]
    with pytest.raises(ValueError, match="cannot name parts") as caught:
        projection(**made)
    assert str(caught.value) == f"these cannot name parts of a model: {name}"


@pytest.mark.parametrize("name", ["a", "a1", "a_b", "a_1", "words2", "at_all", "entries"])
def test_names_of_small_letters_and_figures_are_taken(name):
    assert projection(name=name, tables=(Table(name, ((name, "TEXT"),), (name,)),)).name == name


def test_everything_wrong_with_names_is_told_together():
    with pytest.raises(ValueError, match="cannot name") as caught:
        projection(name="A", tables=(Table("note", (("B", "TEXT"),), ("c", "d")),))
    assert str(caught.value) == "these cannot name parts of a model: A, B, c, d"


OTHERS = {
    "its name": {"name": "other"},
    "its version": {"version": 2},
    "its kinds": {"kinds": Kinds.of(("a.note", 2, Note))},
    "no table": {"tables": ()},
    "a sort": {"tables": (Table("note", (("said", "TEXT"), ("count", "REAL")), ("said",)),)},
    "an index": {"tables": (Table("note", TABLE.columns),)},
    "a gathering": {"gathering": Gathering(1, "note", "said", (), (), lambda *_: None)},
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_model_is_another_with_another(name):
    assert projection(**OTHERS[name]).fingerprint != projection().fingerprint


def test_a_fingerprint_is_over_everything_a_model_depends_on():
    said = (
        1, __version__, "CodedProjection", "notes", 1, (("a.note", 1),),
        [("note", (("said", "TEXT"), ("count", "INTEGER")), ("said",))], [],
    )  # fmt: skip
    assert projection().fingerprint == hashlib.sha256(msgspec.msgpack.encode(said)).digest()
    assert projection(IdentityProjection).fingerprint != projection().fingerprint
    first, second = (Gathering(n, "note", "said", (), ("x",), lambda *_: None) for n in (1, 2))
    assert projection(gathering=first).fingerprint != projection(gathering=second).fingerprint


@pytest.mark.parametrize(
    ("compartment", "coded", "identity"),
    [
        ("coded", True, False), ("identity", False, True), ("identity:case_x", False, True),
        ("identity:", False, True), ("identityx", False, False), ("meta", False, False),
        ("coded:x", False, False), ("", False, False),
    ],
)  # fmt: skip
def test_a_projection_accepts_what_it_is_for(compartment, coded, identity):
    assert projection().accepts(compartment) is coded
    assert projection(IdentityProjection).accepts(compartment) is identity
    with pytest.raises(NotImplementedError):
        projection(Projection).accepts(compartment)


def said_of(fact, compartment="coded"):
    ((kind, version, data),) = KINDS.decode(KINDS.encode([fact])[0])
    entry = Entry(0, "", None, "", (kind,), "en", ())
    return Said(entry, compartment, 0, 0, 0, kind, version, bytes(data))


def test_a_fact_becomes_its_rows_and_texts():
    made = projection(texts=texts_of)

    assert made.of(said_of(Note("x", 3))) == (
        [Row("note", ("x", 3))], [Text("about 3", "title", "en", "x")],
    )  # fmt: skip
    assert projection().of(said_of(Note("x", 3)))[1] == []


def test_a_fact_of_the_wrong_compartment_is_refused_in_words():
    assert told(lambda: projection().of(said_of(Note("x"), "identity")), NotEntitled) == (
        "the read model notes may hold nothing of the compartment it was given",
        "ask for it under the compartment it was made for",
    )


def test_tables_are_named_in_braces():
    assert named("n", "SELECT {a}.b FROM {a}, {c_d} WHERE '{A}' = {1}") == (
        "SELECT n__a.b FROM n__a, n__c_d WHERE '{A}' = {1}"
    )
    with closing(sqlite3.connect(":memory:")) as connection:
        hand = Hand(connection, "n")
        assert hand.do("CREATE TABLE {a} (b, c)") == []
        hand.do_all("INSERT INTO {a} VALUES (?, ?)", [(1, 2), (3, 4)])
        assert hand.do("SELECT c FROM {a} WHERE b > ?", (1,)) == [(4,)]
        assert connection.execute("SELECT count(*) FROM n__a").fetchone() == (2,)


# Words

WORDS = {
    "": [], "one two": [("one", 0, 3), ("two", 4, 7)], "'a'": [("a", 1, 2)], "__a_b__": [("a_b", 2, 5)],
    "a-b": [("a", 0, 1), ("b", 2, 3)], "’ ' _": [], "e\u0301": [("é", 0, 2)], "x’y": [("x’y", 0, 3)],
    "1,5": [("1", 0, 1), ("5", 2, 3)],
}  # fmt: skip


@pytest.mark.parametrize("text", WORDS)
def test_words_of_a_text_have_their_places(text):
    assert list(words(text)) == WORDS[text]


@pytest.mark.parametrize(("plain", "key"), [("a", "a"), ("ab", "ab"), ("", "")])
def test_a_short_word_is_heard_as_itself(plain, key):
    assert heard(plain) == key


def test_a_question_is_its_words_without_what_says_nothing_and_none_twice():
    found = asked("one _ one two 'one'", WordForms())

    assert [one.folded for one in found] == ["one", "two"]
    assert asked("", WordForms()) == asked("_ ' -", WordForms()) == ()


@pytest.mark.parametrize("count", [15, 16, 17])
def test_a_question_has_sixteen_words_at_most(count):
    assert len(asked(" ".join(f"w{n}" for n in range(count)), WordForms())) == min(count, 16)


@pytest.mark.parametrize("length", [63, 64, 65])
def test_a_word_has_sixty_four_letters_at_most(length):
    assert asked("y" * length, WordForms())[0].folded == "y" * min(length, 64)


def test_a_question_is_asked_closest_first_and_every_word_quoted():
    assert list(expressions((Forms("fold", "plain", "sound"), Forms("a", "b", "cd")))) == [
        '(folded : "fold"*) AND (folded : "a")',
        '(folded : "fold"* OR plain : "plain"*) AND (folded : "a" OR plain : "b")',
        (
            '(folded : "fold"* OR plain : "plain"* OR sounding : "sound"*)'
            ' AND (folded : "a" OR plain : "b" OR sounding : "cd"*)'
        ),
    ]


def test_forms_of_a_text_are_those_of_its_words():
    forms = WordForms()

    assert forms.of_text("", "en") == forms.of_text("- _ ,", "en") == Forms("", "", "")
    assert forms.of_text("One TWO", "en")[:2] == ("one two", "one two")
    assert forms.of_text("a_b c’d", "en").folded == " ".join(
        forms.of(one, "en").folded for one in ("a_b", "c’d")
    )


def shown(text, question):
    forms = WordForms()
    return snippet(text, "en", asked(question, forms), forms)


@pytest.mark.parametrize("before", [59, 60, 61, 80])
@pytest.mark.parametrize("after", [59, 60, 61, 80])
def test_a_snippet_shows_sixty_letters_on_each_side_and_cuts_between_words(before, after):
    left, right = ("xx " * 40)[-before:], (" yy" * 40)[:after]
    found = shown(f"{left}needle{right}", "needle")

    cut_left = left if before <= 60 else "…" + left[-60:].partition(" ")[2]
    cut_right = right if after < 61 else right[:60].rpartition(" ")[0] + "…"
    assert found == Snippet(cut_left, "needle", cut_right)


@pytest.mark.parametrize("length", [119, 120, 121])
def test_a_text_found_otherwise_shows_its_beginning(length):
    text = "x" * length
    assert shown(text, "nothing") == Snippet(text[:120] + ("…" if length > 120 else ""), "", "")


def test_a_snippet_shows_the_first_word_that_meets_the_question():
    assert shown("one needles needle", "needle") == Snippet("one ", "needles", " needle")
    assert shown("an a", "a") == Snippet("an ", "a", "")


# Answers


@pytest.fixture
def shelf(tmp_path):
    with Vault.in_memory(KINDS) as vault:
        identity = vault._identity
        kept = Models(
            vault.ledger, identity.vault, identity.keyring.compartments, tmp_path / "a" / "b"
        )
        vault.ledger.append_all(
            [[Part("coded", (Note("needle in hay", n), Note(f"other {n}")))] for n in range(3)]
        )
        yield kept


def test_a_model_answers_by_place_column_and_word(shelf):
    made = projection(texts=texts_of)

    def ask(model):
        return (
            model.size, len(model.root), [row[:3] for row in model.rows("note")],
            [row.values for row in model.rows("note", "said", ["other 2", "other 0", "other 2"])],
            sorted(model.entries()), sorted(model.entries([2, 0, 2, 9])),
            [(hit.about, hit.at, hit.part, hit.number) for hit in model.search("needle")],
            [len(model.search("needle", limit)) for limit in (-1, 0, 1, 2, 3, 4)],
            model.query("SELECT sum(count) FROM {note} WHERE count > ?", (1,)),
        )  # fmt: skip

    assert shelf.coded(made, ask) == (
        3, 32, [(0, 0, 0), (0, 0, 1), (1, 0, 0), (1, 0, 1), (2, 0, 0), (2, 0, 1)],
        [("other 0", 0), ("other 2", 0)], [0, 1, 2], [0, 2],
        [("about 0", 0, 0, 0), ("about 1", 1, 0, 0), ("about 2", 2, 0, 0)],
        [0, 0, 1, 2, 3, 3], [(2,)],
    )  # fmt: skip
    assert RANKED == 300


def test_a_question_cannot_write(shelf):
    def ask(model):
        model.query("SELECT 1")
        with pytest.raises(Unusable), cipher.speaking():
            raise Unusable
        with pytest.raises((Unusable, StorageFull)):
            model.query("DELETE FROM {note}")
        return len(list(model.rows("note")))

    assert shelf.coded(projection(), ask) == 6


def test_a_model_of_another_compartment_is_refused_in_words(shelf):
    refused = [
        lambda: shelf.identity(projection(IdentityProjection), "coded", list),
        lambda: shelf.identity(projection(IdentityProjection), "identity:case_x", list),
    ]
    assert told(refused[0], NotEntitled) == (
        "the read model notes may hold nothing of that compartment",
        "ask for it under a compartment it was made for",
    )
    assert told(refused[1], NotEntitled) == (
        "this member has no key of that compartment",
        "a reader of it lets you read it: candlemark compartment add",
    )


def test_a_file_that_is_damaged_each_time_is_told_after_three_tries(shelf):
    asked_times = []

    def ask(_model):
        asked_times.append(1)
        raise Unusable

    assert told(lambda: shelf.coded(projection(), ask), models.VaultError) == (
        "the read model is damaged each time it is built",
        "look after the memory and the disk of this machine; the vault is as it was",
    )
    assert len(asked_times) == 3
    assert shelf.show() == ()


def test_a_card_tells_of_each_file_how_large_it_is_and_how_far_it_goes(shelf):
    assert (shelf.compartments, shelf.partly, shelf.of_cases) == (
        ("coded", "identity"), (), frozenset(),
    )  # fmt: skip
    shelf.coded(projection(), lambda _: None)
    shelf.coded(projection(name="others"), lambda _: None)
    (card,) = shelf.show()
    (kept,) = (one for one in shelf.folder.iterdir() if one.suffix == ".db")

    assert (card.compartment, card.usable, card.size) == ("coded", True, {"notes": 3, "others": 3})
    assert card.bytes == kept.stat().st_size
    assert shelf.drop() > card.bytes
    assert (shelf.show(), shelf.drop()) == ((), 0)
