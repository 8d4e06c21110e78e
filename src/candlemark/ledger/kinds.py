"""What can be said: facts, and the kinds under which they are stored.

A stored fact names its *kind* and *version* (``case.opened``, 1), never a Python path, so that
classes may move and be renamed.  A fact of a kind or version this program does not know is kept and
handed on as :class:`UnknownFact`: the entry was signed and sealed by somebody, and reading must not
lose it because the reader is older than the writer.

How a kind gets a version 2, and what readers of version 1 then see: docs/formats/entry.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import msgspec

from candlemark.errors import CandlemarkError, Fault, LedgerBroken, NotInOrder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_CODE: Final = re.compile(r"(?=.{3,64}\Z)[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+")
_PATH: Final = re.compile(r"at `\$\[(\d+)\]")
_ENCODER: Final = msgspec.msgpack.Encoder()
VERSION_LIMIT: Final = 65_535


class Fact(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    """Something said once and never changed.  Subclass it with typed fields.

    Fields may be text, numbers, bytes, booleans, None, tuples, ``PartialDate``, ``date``, aware
    ``datetime``, enums, other facts, and unions of these with None.  They are stored in order, as
    an array: a new field goes to the end, has a default, and makes a new version of the kind.
    """


class UnknownFact(Fact, frozen=True):
    """A fact of a kind, or of a version, that this program does not know; kept as it was stored."""

    kind: str
    version: int
    data: bytes


@dataclass(frozen=True, slots=True)
class _Known:
    """One version of one kind, and how to lift its facts to the next version."""

    version: int
    meaning: type[Fact]
    decoder: msgspec.msgpack.Decoder[Any]
    upgrade: Callable[[Any], Fact] | None


class _StoredFact(msgspec.Struct, frozen=True, array_like=True, forbid_unknown_fields=True):
    kind: str
    version: int
    data: msgspec.Raw


_CONTENT: Final = msgspec.msgpack.Decoder(list[_StoredFact])


class Kinds:
    """The kinds a program knows.  Join those of several floors with ``|``."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, _Known]] = {}
        self._kind_of: dict[type[Fact], tuple[str, int]] = {}

    @classmethod
    def of(cls, *kinds: tuple[str, int, type[Fact]]) -> Kinds:
        """The kinds given as ``(code, version, class)``."""
        made = cls()
        for code, version, meaning in kinds:
            made.add(code, version, meaning)
        return made

    def add(
        self,
        code: str,
        version: int,
        meaning: type[Fact],
        upgrade: Callable[[Any], Fact] | None = None,
    ) -> None:
        """Let ``code`` in ``version`` be read as ``meaning``.

        Args:
            code: such as ``case.opened``.
            version: from 1; one class may serve several versions (a field with a default was
                added), and is then written under the highest.
            meaning: the class of the facts.
            upgrade: for a version that is no longer written: makes a fact of the next version out
                of one of this.  Readers then meet the newest version only.

        Raises:
            ValueError: a code or version of the wrong shape, or one that already has another
                meaning; a mistake of the program, not of a person.
        """
        if _CODE.fullmatch(code) is None or not 1 <= version <= VERSION_LIMIT:
            raise ValueError(f"{code!r} version {version} cannot name a kind")
        versions = self._known.setdefault(code, {})
        there = versions.get(version)
        if there is not None:
            if there.meaning is meaning and there.upgrade is upgrade:
                return
            raise ValueError(f"{code} version {version} already means {there.meaning.__name__}")
        other, written_as = self._kind_of.get(meaning, (code, 0))
        if other != code:
            raise ValueError(f"{meaning.__name__} is already stored as {other}")
        versions[version] = _Known(version, meaning, msgspec.msgpack.Decoder(meaning), upgrade)
        if version > written_as:
            self._kind_of[meaning] = (code, version)

    def __or__(self, other: Kinds) -> Kinds:
        joined = Kinds()
        for kinds in (self, other):
            for code, versions in kinds._known.items():
                for known in versions.values():
                    joined.add(code, known.version, known.meaning, known.upgrade)
        return joined

    def __contains__(self, code: object) -> bool:
        return code in self._known

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code known, sorted."""
        return tuple(sorted(self._known))

    @property
    def versions(self) -> tuple[tuple[str, int], ...]:
        """Every code and version known, sorted: two programs with the same read the same."""
        return tuple(
            sorted((code, version) for code, known in self._known.items() for version in known)
        )

    @property
    def meanings(self) -> dict[tuple[str, int], type[Fact]]:
        """The class each code and version is read as."""
        return {
            (code, version): one.meaning
            for code, versions in self._known.items()
            for version, one in versions.items()
        }

    def kind_of(self, fact: Fact) -> tuple[str, int]:
        """The code and version ``fact`` is stored under.

        Raises:
            NotInOrder: no kind was registered for it, or its version is only read, not written.
        """
        if isinstance(fact, UnknownFact):
            return fact.kind, fact.version
        kind = self._kind_of.get(type(fact))
        if kind is None:
            raise NotInOrder(
                f"no kind is known for facts of the class {type(fact).__name__}",
                hint="open the vault with the kinds of every floor that writes to it",
            )
        if self._known[kind[0]][kind[1]].upgrade is not None:
            raise NotInOrder(
                f"version {kind[1]} of {kind[0]} is read, but no longer written",
                hint="say it in the newest version",
            )
        return kind

    def encode(self, facts: Sequence[Fact]) -> tuple[bytes, tuple[tuple[str, int], ...]]:
        """The content of a part that holds ``facts``, and their kinds in order of appearance.

        What would not be read back as it was said is refused here, before it is signed for ever.

        Raises:
            NotInOrder: ``faults`` names every fact that is not of its declared types.
        """
        faults: list[Fault] = []
        stored: list[tuple[str, int, msgspec.Raw]] = []
        for number, fact in enumerate(facts):
            try:
                kind, version = self.kind_of(fact)
                data = self._encode_one(kind, version, fact)
            except CandlemarkError as error:
                faults.append(Fault(f"fact {number} ({type(fact).__name__})", error.message))
            else:
                stored.append((kind, version, msgspec.Raw(data)))
        if faults:
            raise NotInOrder(
                f"{len(faults)} of {len(facts)} facts cannot be stored",
                hint="see the faults for each",
                faults=faults,
            )
        kinds = tuple(dict.fromkeys((kind, version) for kind, version, _ in stored))
        return _ENCODER.encode(stored), kinds

    def _encode_one(self, kind: str, version: int, fact: Fact) -> bytes:
        if isinstance(fact, UnknownFact):
            return fact.data
        known = self._known[kind][version]
        try:
            data = _ENCODER.encode(fact)
            read_back = known.decoder.decode(data)
        except (
            msgspec.MsgspecError,
            TypeError,
            ValueError,
            OverflowError,
            RecursionError,
        ) as error:
            field = _field_named(error, known.meaning)
            raise NotInOrder(f"{field} is not of the type {kind} declares") from None
        if read_back != fact:
            raise NotInOrder(f"{kind} would not be read back as it was said")
        return data

    def decode(self, content: bytes) -> list[tuple[str, int, msgspec.Raw]]:
        """The facts in the content of a part, not yet read: kind, version, stored bytes.

        Raises:
            LedgerBroken: the content is not a list of facts.
        """
        try:
            return [(one.kind, one.version, one.data) for one in _CONTENT.decode(content)]
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            raise LedgerBroken("the content of the part is not a list of facts") from None

    def read(self, kind: str, version: int, data: bytes | msgspec.Raw) -> Fact:
        """The fact stored as ``data``, lifted to the newest version known of its kind.

        Raises:
            LedgerBroken: the kind is known and these bytes are not of it.
        """
        known = self._known.get(kind, {}).get(version)
        if known is None:
            return UnknownFact(kind, version, bytes(data))
        try:
            fact: Fact = known.decoder.decode(data)
        except (msgspec.MsgspecError, CandlemarkError, ValueError, RecursionError):
            raise LedgerBroken(
                f"a fact of the kind {kind} version {version} cannot be read"
            ) from None
        while known is not None and known.upgrade is not None:
            fact = known.upgrade(fact)
            known = self._known[kind].get(known.version + 1)
        return fact


def _field_named(error: Exception, meaning: type[Fact]) -> str:
    """The field an error of msgspec is about; its own words can repeat the value."""
    found = _PATH.search(str(error))
    fields = meaning.__struct_fields__
    if found is None or int(found[1]) >= len(fields):
        return "one of its fields"
    return f"its field {fields[int(found[1])]}"
