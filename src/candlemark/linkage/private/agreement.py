"""What two organisations agree on before anything is encoded.

The agreement is a file both hold and may show to the linkage unit: which columns are compared and
how, what the result will be, and by which words the secret is known.  It holds no secret and no
data.  Every encoding is bound to its hash: change one letter and nothing fits any more.
"""

from __future__ import annotations

import tomllib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from candlemark.errors import DefinitionFaulty, Fault, SettingRefused
from candlemark.ids import new_id
from candlemark.linkage.columns import VERSION as COLUMNS_VERSION
from candlemark.linkage.names import FOLDING_VERSION
from candlemark.linkage.private import papers
from candlemark.linkage.private.papers import Paper

if TYPE_CHECKING:
    from collections.abc import Iterator

Kind = Literal["words", "sounds", "date", "text", "digits", "code"]
Output = Literal["counts", "links"]

AGREEMENT: Final = "agreement"
_WHOLE: Final = 1_000
_BITS: Final = (512, 16_384)
_LONGEST: Final = 65_536
_SHORTEST_LIST: Final = 20
_FEWEST: Final = 3
_FEWEST_COLUMNS: Final = 3


class Attribute(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One thing that is compared."""

    name: str
    column: str
    """Of the list: ``name``, ``father``, ``birth``, ``day``, ``place``, ``docket``, or one of
    one's own."""
    kind: Kind
    """What it is cut into: pairs of letters of each word (``words``, ``text``), sound keys
    (``sounds``), parts of a date, digits by their place, or nothing (``code``)."""
    weight: int
    """Per thousand of all."""
    tied: str = ""
    """The attribute each part of which is joined to every piece of this one."""


class Scheme(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a record becomes bits, and when two are taken for one person."""

    attributes: tuple[Attribute, ...]
    bits: int
    """Of an encoding as it is exchanged."""
    folds: int
    """How often an encoding twice as long was laid on itself, bit against bit (XOR)."""
    load: float
    """Positions that are drawn, over the length before folding."""
    threshold: float
    """Dice coefficient from which two records are linked."""
    least_known: int
    """Per thousand by weight that must be known of a record, or it is left out."""

    @property
    def length(self) -> int:
        """Bits before folding."""
        return self.bits << self.folds


class Agreement(Paper, frozen=True, kw_only=True):
    """See above."""

    id: str
    scheme: Scheme
    output: Output
    """``counts``: how many are in both lists; ``links``: who is, each side for its own records."""
    fewest: int
    """A count below this is *fewer than*; so is the rest of a list."""
    step: int
    """Counts are rounded to a multiple of it, so that one more row does not show."""
    least_rows: int
    """A list with fewer rows is not encoded and not matched."""
    secret: str
    """The words by which the secret is known."""
    folding: str
    """Version of the folding of names."""
    columns: int
    """Version of the columns."""


def profile(name: str) -> Scheme:
    """A scheme that comes with Candlemark: ``people`` or ``people-loose``.

    Raises:
        SettingRefused: there is none of this name.
    """
    known = _profiles()
    if name not in known:
        raise SettingRefused(
            "there is no such profile", hint=f"there are {' and '.join(sorted(known))}"
        )
    return scheme_of(known[name])


def profiles() -> dict[str, str]:
    """Names of the profiles and what each is for."""
    return {name: str(one["says"]) for name, one in _profiles().items()}


def _profiles() -> dict[str, dict[str, Any]]:
    text = files("candlemark.linkage.private").joinpath("profiles.toml").read_text("utf-8")
    return tomllib.loads(text)


def scheme_in(content: bytes) -> Scheme:
    """A scheme of one's own, from a TOML file with the fields of a profile.

    Raises:
        DefinitionFaulty: it cannot be read, or breaks a rule; all faults are named.
    """
    try:
        return scheme_of(tomllib.loads(content.decode()))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise DefinitionFaulty(
            "the scheme cannot be read", hint="write it as docs/formats/private-linkage.md says"
        ) from None


def scheme_of(found: dict[str, Any]) -> Scheme:
    """A scheme from the fields of a profile, checked."""
    try:
        made = msgspec.convert({key: one for key, one in found.items() if key != "says"}, Scheme)
    except msgspec.ValidationError as error:
        raise DefinitionFaulty(f"the scheme is not complete: {error}") from None
    faults = tuple(_faults(made))
    if faults:
        raise DefinitionFaulty("the scheme breaks its rules", hint="mend the fields", faults=faults)
    return made


def _faults(scheme: Scheme) -> Iterator[Fault]:
    yield from _attribute_faults(scheme)
    low, high = _BITS
    if not low <= scheme.bits <= high or scheme.bits & (scheme.bits - 1):
        yield Fault("bits", f"a power of two from {low} to {high}")
    elif not 0 <= scheme.folds <= 3 or scheme.length > _LONGEST:
        yield Fault("folds", "from 0 to 3, and not beyond 65,536 bits before folding")
    if not 0.2 <= scheme.load <= 1.2:
        yield Fault("load", "from 0.2 to 1.2")
    if not 0.5 <= scheme.threshold < 1:
        yield Fault("threshold", "from 0.5 to below 1")
    if not 0 < scheme.least_known <= _WHOLE:
        yield Fault("least_known", f"from 1 to {_WHOLE}")


def _attribute_faults(scheme: Scheme) -> Iterator[Fault]:
    by_name = {one.name: one for one in scheme.attributes}
    if len(by_name) < len(scheme.attributes):
        yield Fault("attributes", "a name stands twice")
    if len({one.column for one in scheme.attributes}) < _FEWEST_COLUMNS:
        yield Fault("attributes", "fewer than three columns: values would be found by their number")
    if sum(one.weight for one in scheme.attributes) != _WHOLE:
        yield Fault("attributes", f"the weights do not add up to {_WHOLE}")
    for one in scheme.attributes:
        if not 0 < one.weight <= _WHOLE // 2:
            yield Fault(one.name, f"a weight is from 1 to {_WHOLE // 2}")
        other = by_name.get(one.tied)
        if one.tied and (other is None or other.tied or other.name == one.name):
            yield Fault(one.name, "what it is tied to is no other attribute, or is tied itself")


def agree(
    scheme: Scheme, output: Output, secret: str, *, fewest: int = 10, step: int = 5, rows: int = 50
) -> Agreement:
    """A new agreement.

    Args:
        scheme: how records are encoded and compared.
        output: what the result is.
        secret: the words by which the secret is known.
        fewest: see :class:`Agreement`.
        step: see there.
        rows: the fewest rows of a list.

    Raises:
        SettingRefused: a number that would protect nobody.
    """
    faults = [
        Fault(name, f"at least {least}")
        for name, given, least in (
            ("fewest", fewest, _FEWEST),
            ("step", step, 1),
            ("rows", rows, _SHORTEST_LIST),
        )
        if given < least
    ]
    if step > fewest:
        faults.append(Fault("step", "not above fewest, or a count would be rounded to nothing"))
    if faults:
        raise SettingRefused(
            "with these numbers single people would show", hint="raise them", faults=faults
        )
    made = Agreement(
        format=papers.format_of(AGREEMENT),
        id=new_id("agreement"),
        scheme=scheme,
        output=output,
        fewest=fewest,
        step=step,
        least_rows=rows,
        secret=secret,
        folding=FOLDING_VERSION,
        columns=COLUMNS_VERSION,
    )
    return papers.sealed_with_hash(made)


def read_agreement(content: bytes) -> Agreement:
    """The agreement in a file, its scheme checked again.

    Raises:
        NewerFormat, SourceMalformed: see :func:`~candlemark.linkage.private.papers.read`.
        DefinitionFaulty: its scheme breaks a rule.
    """
    found = papers.read(content, Agreement, AGREEMENT, name="the agreement")
    scheme_of(msgspec.to_builtins(found.scheme))
    return found
