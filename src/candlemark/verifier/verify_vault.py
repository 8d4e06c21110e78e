"""Check an exported vault: what holds, and every fault by its place.  Reads; writes nothing.

    python verify_vault.py FOLDER        Python 3.11 or later; once before: pip install PyNaCl

This one file shares no code with the program that wrote the vault.  What it knows of the format
stands in Candlemark's docs/formats/{entry,vault,roster,log,export}.md.  Its order: MessagePack and
shapes; keys and notes; the roster; the walk over the folder; the report.

It leaves with 0 when everything holds, 1 when something does not, 2 when it could not check.  What
no check of one folder finds is a whole export put in the place of another: for that, hold it
against what was kept elsewhere with --words, --checkpoint or --cosigner.
"""

import argparse
import base64
import copy
import getpass
import hashlib
import json
import os
import re
import sys
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

if __name__.startswith("candlemark"):
    raise ImportError("this file is run, or copied into an export, and never imported")

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
from nacl.exceptions import CryptoError
from nacl.pwhash import argon2id
from nacl.signing import VerifyKey


class BrokenError(Exception):
    """Something does not hold; the message says what."""


def need(holds: object, what: str) -> None:
    """Go on only where something holds."""
    if not holds:
        raise BrokenError(what)


# MessagePack, read to its last byte.  Maps and extensions stand in facts only, and are not used.
KINDS: Any = {0xC4: bytes, 0xC7: None, 0xD9: str}  # a length of 1, 2 or 4 bytes stands behind
LONG = {head + i: (kind, 1 << i) for head, kind in KINDS.items() for i in range(3)}
LONG |= {0xDC: (list, 2), 0xDD: (list, 4), 0xDE: (dict, 2), 0xDF: (dict, 4)}
NUMBERS = dict(zip(range(0xCA, 0xD4), (4, 8, 1, 2, 4, 8, 1, 2, 4, 8), strict=True))


def cut(data: bytes, at: int, length: int) -> bytes:
    """``length`` bytes from ``at``, all of them there."""
    need(at + length <= len(data), "it ends too early")
    return data[at : at + length]


def unpack(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """The value that begins at ``at``, and where it ends."""
    need(depth < 64, "it is too deep")
    head, at = cut(data, at, 1)[0], at + 1
    if head < 0x80 or head >= 0xE0:
        return head - 256 * (head >= 0xE0), at
    if head in {0xC0, 0xC2, 0xC3}:
        return {0xC0: None, 0xC2: False, 0xC3: True}[head], at
    if head in NUMBERS:
        number = int.from_bytes(cut(data, at, NUMBERS[head]), "big", signed=head >= 0xD0)
        return (float(number) if head < 0xCC else number), at + NUMBERS[head]
    if head in LONG:
        kind, width = LONG[head]
        length, at = int.from_bytes(cut(data, at, width), "big"), at + width
    elif 0xD4 <= head <= 0xD8:
        kind, length = None, 1 << (head - 0xD4)
    else:
        need(head < 0xC0, "it is no MessagePack")
        kind = dict if head < 0x90 else list if head < 0xA0 else str
        length = head & (0x1F if kind is str else 0x0F)
    if kind in {bytes, str, None}:
        length += kind is None  # the type of an extension
        found = cut(data, at, length)
        return (found.decode() if kind is str else found if kind else None), at + length
    values = []
    for _ in range(length * (2 if kind is dict else 1)):
        value, at = unpack(data, at, depth + 1)
        values.append(value)
    return (values if kind is list else None), at


def fits(v: Any, shape: Any) -> bool:
    """Whether a value has a shape.

    ``(type, least, most)`` is a number within bounds, or text or bytes of so many; a tuple of
    shapes an array of exactly these; ``[shape, least, most]`` an array of so many; a dictionary an
    array that begins with one of its names; None anything.
    """
    if shape is None:
        return True
    if isinstance(shape, dict):
        named = type(v) is list and v and type(v[0]) is str and v[0] in shape
        return bool(named) and fits(v[1:], shape[v[0]])
    if isinstance(shape, list):
        right = type(v) is list and shape[1] <= len(v) <= shape[2]
        return right and all(fits(each, shape[0]) for each in v)
    if isinstance(shape[0], type):
        right = type(v) is shape[0]
        return right and shape[1] <= (v if isinstance(v, int) else len(v)) <= shape[2]
    return type(v) is list and len(v) == len(shape) and all(map(fits, v, shape))


def shaped(data: bytes, shape: Any, what: str, most: int = 65_535) -> Any:
    """The one value in ``data``, once it has its shape."""
    need(len(data) <= most, f"{what} is too long")
    try:
        value, end = unpack(data, 0, 0)
    except (BrokenError, UnicodeDecodeError):
        raise BrokenError(f"{what} cannot be read") from None
    need(end == len(data) and fits(value, shape), f"{what} is not of its form, or of a later one")
    return value


HUGE, ONE, FLAG, COUNT = 1 << 31, (int, 1, 1), (bool, 0, 1), (int, 0, 2**63 - 1)
ID, HASH, MOMENT = (bytes, 16, 16), (bytes, 32, 32), (int, 0, 253_402_300_799_999)
NAME, SHORT, BYTES, TEXT = (str, 1, 200), (str, 0, 64), (bytes, 0, HUGE), (str, 0, HUGE)
SIGNED = ((bytes, 0, 65_535), ID, (bytes, 64, 64))  # content, signer, signature
ENDED = (ID, (int, -1, 2**63 - 1))  # device, the last number of it that counts
# format, suite, salt, founders (identity, device), threshold, recovery, logs, demonstration
GENESIS = (ONE, ONE, ID, [(HASH, HASH), 1, 64], (int, 1, 64), (bytes, 0, 4096), [HASH, 1, 64], FLAG)
LEAF = (ONE, ONE, ID, ID, [(ID, HASH, (int, 0, 201)), 2, 201])  # …, vault, action, parts
PART_NOTE = ([(SHORT, (int, 1, 65_535)), 1, 1024], SHORT, SHORT)  # kinds, subject, compartment
SEEN = (ID, COUNT, HASH)  # log, size, root
# format, vault, action, device, number, previous, logical time, written, seen, notes, corrected, …
META = (
    *(ONE, ID, ID, ID, COUNT, HASH, COUNT, MOMENT, SEEN),
    *([PART_NOTE, 1, 200], [ID, 0, 1024], SHORT),
)
CERTIFICATE = (ONE, ID, ID, HASH, NAME, MOMENT, MOMENT)  # …, member, device, label, begins, ends
CARD = (ONE, ID, NAME, HASH, (int, 1, 2), (bytes, 0, 4096), SIGNED)  # …, identity, …, device
CHANGES = {
    "member.added": (SIGNED, FLAG, FLAG),  # card, administrator, coded
    "member.changed": (ID, FLAG, FLAG),
    "member.removed": (ID, [ENDED, 0, 256]),
    "device.revoked": (ENDED,),
    "threshold.set": ((int, 1, 64),),
    "member.thawed": (ID,),
    "recovery.set": ((bytes, 0, 32), (bytes, 0, 4096)),
    "log.added": (HASH, NAME),
}
LEAP = 1 << 40  # how far logical time may rise at once
CHANGE = (ONE, ID, COUNT, HASH, (str, 0, 500), [CHANGES, 1, 32])  # …, number, previous, …
FACTS = {  # what a ledger says of itself, version 1 of each kind
    "roster.proposed": (BYTES, BYTES, BYTES),  # change, signer, signature
    "roster.approved": (BYTES, BYTES, BYTES),
    "roster.introduced": (SIGNED,),
    "device.certified": (SIGNED,),
    "device.lost": (ENDED,),
    "member.frozen": (BYTES,),
    "erasure.asked": (BYTES, TEXT, TEXT, [BYTES, 0, HUGE], [BYTES, 0, HUGE]),
    "erasure.agreed": (BYTES,),
    "erasure.done": (BYTES,),
    "roster.taken-back": (TEXT, BYTES),
    "compartment.epoch": (TEXT, (int, -(2**63), 2**64), BYTES, [BYTES, 0, HUGE], TEXT),
    "compartment.reader": (TEXT, BYTES),
}
CONTENT = [(TEXT, (int, -(2**63), 2**64), None), 0, HUGE]  # kind, version, fields of each fact
# format, vault, size, root, keys of compartments (name, epoch, key), of persons (epoch, whose, key)
DISCLOSED = (
    *(ONE, ID, COUNT, HASH, [((str, 1, 64), (int, 1, HUGE), HASH), 1, HUGE]),
    [(ID, (str, 1, 64), HASH), 0, HUGE],
)
KEYS = 1 << 25  # bytes of that at most
WORD_LIST = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522"


# Keys, signatures, seals, notes


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def kid(key: bytes) -> bytes:
    """How a key is named: by a hash of itself."""
    return sha(b"candlemark/kid/v1" + key)[:16]


def vouches(key: bytes, signature: bytes, kind: str, payload: bytes) -> bool:
    """Whether an Ed25519 signature holds; over the payload with its type (DSSE), if it has one."""
    name = f"application/vnd.candlemark.{kind}.v1".encode()
    typed = b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)
    try:
        VerifyKey(key).verify(typed if kind else payload, signature)
    except (CryptoError, ValueError):
        return False
    return True


def unseal(key: bytes, bound: bytes, sealed: bytes) -> bytes:
    """nonce24 || XChaCha20-Poly1305, which opens where it belongs and nowhere else."""
    nonce, rest = sealed[:24], sealed[24:]
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(rest, bound + kid(key), nonce, key)
    except (CryptoError, ValueError):
        raise BrokenError("sealed bytes do not open: changed, moved or truncated") from None


SIZES = list(range(512, 4097, 512))  # of padded content; above 4,096 those of Padmé
while SIZES[-1] < 1_114_112:
    exponent = (SIZES[-1] + 1).bit_length() - 1
    low = exponent - exponent.bit_length()
    SIZES.append((SIZES[-1] + (1 << low)) >> low << low)


def unpad(padded: bytes) -> bytes:
    """Content without its padding, of which exactly one is right."""
    marked = padded.rstrip(b"\0")
    need(marked.endswith(b"\x80"), "the padding does not end the content")
    right = next(size for size in SIZES if size >= len(marked))
    need(right == len(padded), "the padded size is not the one for this content")
    return marked[:-1]


def exact64(encoded: str) -> bytes:
    """Base 64 in the one way it can be written."""
    try:
        found = base64.b64decode(encoded, validate=True)
    except ValueError:
        found = b""
    need(found and base64.b64encode(found).decode() == encoded, "base 64 cannot be read")
    return found


def as_typed(words: str) -> str:
    """Words as they were meant: lower case, one space between, the i of any keyboard."""
    return " ".join(words.translate({0x130: "i", 0x131: "i", 0x307: None}).lower().split())


def log_name(vault: bytes, key: bytes) -> str:
    """What a log is called: the first line of its checkpoints."""
    return f"candlemark.org/{vault.hex()}/{kid(key).hex()[:8]}"


def read_note(stored: bytes) -> Thing:
    """A signed checkpoint (C2SP): text, signers (name, key hash and signature), log, size, root."""
    try:
        head, blank, tail = stored.decode().rpartition("\n\n")
    except UnicodeDecodeError:
        head = blank = tail = ""
    control, lines = re.search(r"[\x00-\x09\x0b-\x1f\x7f]", head), tail[:-1].split("\n")
    form = blank and not control and tail.endswith("\n") and len(lines) <= 100
    need(form and len(stored) <= 32_768, "the checkpoint is not a signed note")
    found = [re.fullmatch(r"— ([^\s+\x00-\x1f\x7f]{1,255}) ([\w+/=]{7,})", one) for one in lines]
    need(all(found), "a signature under the checkpoint cannot be read")
    signers = [(one[1], exact64(one[2])) for one in found if one]
    state = r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*"
    said = re.fullmatch(state, head + "\n")
    if said is None:
        raise BrokenError("the checkpoint cannot be read")
    log, size, root = said[1], int(said[2]), exact64(said[3])
    return Thing(text=head + "\n", signers=signers, log=log, size=size, root=root)


def signed_by(note: Thing, name: str, kind: int, key: bytes) -> bool:
    """Whether a log (kind 1) or witness (kind 4) signed a note, and every line of theirs holds."""
    mark = sha(name.encode() + b"\n" + bytes([kind]) + key)[:4]
    theirs = [rest[4:] for who, rest in note.signers if (who, rest[:4]) == (name, mark)]
    if kind == 1:
        holds = [vouches(key, one, "", note.text.encode()) for one in theirs]
    else:
        times = [int.from_bytes(one[:8], "big") for one in theirs]
        said = [f"cosignature/v1\ntime {time}\n{note.text}".encode() for time in times]
        holds = [vouches(key, one[8:], "", what) for one, what in zip(theirs, said, strict=True)]
    return bool(holds) and all(holds)


class Tree:
    """The Merkle tree over leaves (RFC 6962), as height and root of its perfect trees."""

    def __init__(self) -> None:
        self.peaks: list[tuple[int, bytes]] = []

    def grow(self, leaf: bytes) -> None:
        """Add a leaf."""
        height, node = 0, sha(b"\x00" + leaf)
        while self.peaks and self.peaks[-1][0] == height:
            height, node = height + 1, sha(b"\x01" + self.peaks.pop()[1] + node)
        self.peaks.append((height, node))

    def root(self) -> bytes:
        """The root over all leaves."""
        root = self.peaks[-1][1] if self.peaks else sha(b"")
        for _, peak in reversed(self.peaks[:-1]):
            root = sha(b"\x01" + peak + root)
        return root


# Members, their cards and devices


def read_certificate(vault: bytes, identity: bytes, signed: list[Any]) -> Thing:
    """The device a member vouches for."""
    content, _, signature = signed
    need(vouches(identity, signature, "device", content), "the certificate is not its member's")
    _, place, member, key, _, begins, ends = shaped(content, CERTIFICATE, "the certificate")
    need((place, member) == (vault, kid(identity)), "the certificate is of another vault or member")
    need(ends > begins, "the certificate ends before it begins")
    return Thing(key=key, member=member, begins=begins, ends=ends, last=None)


def read_card(vault: bytes, signed: list[Any]) -> tuple[bytes, Thing, bytes]:
    """The identity key, the first device and the receiving key in a card its person signed."""
    content, signer, signature = signed
    _, place, _, key, suite, receiving, device = shaped(content, CARD, "the card")
    need(place == vault, "the card is of another vault")
    signs = kid(key) == signer and vouches(key, signature, "member", content)
    need(signs, "the card was not signed by its person")
    check_receiving(suite, receiving)
    return key, read_certificate(vault, key, device), bytes([suite]) + receiving


def check_receiving(suite: int, key: bytes) -> None:
    """That this can be a receiving key: ML-KEM-768 (FIPS 203, 7.2) before X25519, or X25519."""
    need(len(key) == (1216 if suite == 1 else 32), "a receiving key has another length")
    for at in range(0, 1152 if suite == 1 else 0, 3):
        both = int.from_bytes(key[at : at + 3], "little")
        need((both & 0xFFF) < 3329 > both >> 12, "this can be no receiving key")


def check_recovery(signing: bytes, receiving: bytes) -> bytes:
    """The signing half of the recovery key; empty, with the other half, where there is none."""
    if signing or receiving:
        need(len(signing) == 32, "the recovery key has another length")
        check_receiving(1, receiving)
    return signing


class Roster:
    """Who is a member, with which devices, and which keys count: a fold from the genesis on.

    ``members`` by kid: key, admin, coded, met (their card is known), gone.  ``devices`` by kid: see
    read_certificate; ``last`` is the number up to which they count.  ``epochs`` by compartment: a
    list of kid, readers, and the place they began at.  ``faults``: what was said and does not hold.
    """

    def __init__(self, vault: bytes, genesis: list[Any]) -> None:
        self.vault, self.number, self.hash = vault, 0, sha(b"candlemark/roster/v1" + vault)
        self.logs, self.threshold, self.recovery = list(genesis[6]), genesis[4], b""
        self.members: dict[bytes, Any] = {}
        self.devices: dict[bytes, Any] = {}
        self.epochs: dict[str, list[Any]] = {}
        self.proposals: dict[bytes, Any] = {}
        self.erasures: dict[bytes, Any] = {}
        self.faults: list[tuple[str, str]] = []
        for key, device in genesis[3]:
            self.members[kid(key)] = Thing(
                key=key, admin=True, coded=True, met=False, gone=False, box=b"", frozen=set()
            )
            always = Thing(key=device, member=kid(key), begins=0, ends=1 << 63, last=None)
            self.devices[kid(device)] = always
        if genesis[5]:
            halves = {"recovery.set": (HASH, (bytes, 0, 4096))}
            recovery = shaped(genesis[5], halves, "the recovery key in the genesis")
            self.recovery = check_recovery(*recovery[1:])

    def hear(self, said: Thing) -> None:
        """Go on with the next entry in which the ledger speaks of itself."""
        key = self.signer(said.device, said.facts)
        if key is None or not vouches(key, said.signature, "action", said.message):
            self.faults.append((f"leaf {said.n}", "what it says of members is not signed"))
            return
        for kind, version, fields in said.facts:
            try:
                if version == 1 and kind in FACTS:
                    self.apply(said, kind, fields)
            except BrokenError as error:
                self.faults.append((f"leaf {said.n}", str(error)))

    def signer(self, device: bytes, facts: list[Any]) -> bytes | None:
        """The key of a device that is known, or that the entry itself brings with who vouches."""
        if device in self.devices:
            return bytes(self.devices[device].key)
        for kind, version, fields in facts:
            try:
                found = self.brought(kind, fields) if version == 1 else b""
            except BrokenError:
                continue
            if found and kid(found) == device:
                return found
        return None

    def brought(self, kind: str, fields: list[Any]) -> bytes:
        """The key of a device a member certifies, or of the person the recovery key takes in."""
        key = self.recovery
        if kind == "device.certified":
            identity = self.present(fields[0][1]).key
            return bytes(read_certificate(self.vault, identity, fields[0]).key)
        if kind == "roster.introduced":
            identity, device, _ = read_card(self.vault, fields[0])
            return b"" if self.present(kid(identity)).met else bytes(device.key)
        if kind == "roster.proposed" and key and fields[1] == kid(key):
            need(vouches(key, fields[2], "roster", fields[0]), "it is not the recovery key's")
            name, card, *_ = shaped(fields[0], CHANGE, "the change")[5][0]
            return bytes(read_card(self.vault, card)[1].key) if name == "member.added" else b""
        return b""

    def present(self, member: bytes) -> Any:
        """A member who is one still."""
        found = self.members.get(member)
        need(found and not found.gone, "it is of, or by, nobody who is a member")
        return found

    def apply(self, said: Thing, kind: str, fields: list[Any]) -> None:
        """One fact; whether the member whose device signed it may say it is decided here."""
        first, author = fields[0], self.devices.get(said.device, Thing(member=b"")).member
        if not kind.startswith("roster.") and kind != "device.certified":
            self.present(author)  # those say themselves who vouches
            refusal = self.refusal(said.device, said.seq, said.written)
            need(not refusal, refusal)
        if kind in {"roster.proposed", "roster.approved"}:
            self.sign(*fields, new=kind == "roster.proposed")
        elif kind == "roster.introduced":  # what the genesis has no place for
            key, device, box = read_card(self.vault, first)
            need(not self.present(kid(key)).met, "only a founder introduces themselves, and once")
            before = self.devices.get(kid(device.key), device)
            free = before.member == kid(key) and before.last is None
            need(free, "the device is another member's, or was given up before")
            self.devices[kid(device.key)] = before
            self.members[kid(key)].met, self.members[kid(key)].box = True, box
        elif kind == "device.certified":
            device = read_certificate(self.vault, self.present(first[1]).key, first)
            need(device.begins <= said.written + 86_400_000, "a certificate begins in the future")
            before = self.devices.get(kid(device.key), device)
            free = before.member == device.member and before.last is None
            need(free, "the device is another member's, or was given up before")
            device.begins = min(device.begins, before.begins)  # what it wrote before counts
            self.devices[kid(device.key)] = device
        elif kind == "device.lost":
            device = self.devices.get(first[0], Thing(member=b"", last=None))
            mine = device.member == author and device.last is None
            need(mine, "only a member gives up a device of theirs, and once")
            self.end(first)
        elif kind == "member.frozen":  # destroys keys; what was signed counts as before
            self.present(first).frozen.add(author)
        elif kind == "erasure.asked":
            need(fields[1] and first not in self.erasures, "asked before, or about nobody")
            erasure = Thing(subject=fields[1], parts=fields[3], by={author}, agreed=False)
            self.erasures[first] = erasure
            self.agree(erasure)
        elif kind == "erasure.agreed":
            need(first in self.erasures, "an erasure was agreed to that nobody asked for")
            self.erasures[first].by.add(author)
            self.agree(self.erasures[first])
        elif kind == "erasure.done":
            agreed = self.erasures.get(first, Thing(agreed=False)).agreed
            need(agreed, "a receipt stands for an erasure nobody agreed to")
        elif kind == "roster.taken-back":
            self.take_back(author, first, fields[1])
        elif kind == "compartment.epoch":
            self.begin(said, author, *fields)
        elif kind == "compartment.reader":
            there = self.epochs.get(first, [])
            need(there and author in there[-1].readers, "only a reader lets another read")
            self.check_readers(first, fields[1:])
            there[-1].readers.add(fields[1])

    def agree(self, erasure: Thing) -> None:
        """An erasure counts once two members want it; all of them, where they are fewer."""
        enough = min(2, sum(not one.gone for one in self.members.values()))
        erasure.agreed = erasure.agreed or len(erasure.by) >= enough

    def take_back(self, author: bytes, what: str, name: bytes) -> None:
        """A word counts no longer where it was not enough yet; afterwards this has no effect."""
        erasure, proposal = self.erasures.get(name), self.proposals.get(name)
        member = self.members.get(name)
        if what == "erasure" and erasure and not erasure.agreed:
            erasure.by.discard(author)
        elif what == "change" and proposal and proposal.waits:
            proposal.signers.discard(author)
        elif what == "freezing" and member and not (
            name in member.frozen or len(member.frozen) >= 2
        ):
            member.frozen.discard(author)

    def begin(self, said: Thing, author: bytes, name: str, number: int, *more: Any) -> None:
        """A compartment has a new key."""
        key, readers, before = more[0], more[1], self.epochs.get(name, [])
        form = re.fullmatch(r"meta|coded|identity(:[a-z0-9_-]{1,54})?", name)
        used = [one.kid for epochs in self.epochs.values() for one in epochs]
        new = number == len(before) + 1 and len(key) == 16 and key not in used
        need(
            form and new and readers, "the key of the compartment is not the next one, or nobody's"
        )
        self.check_readers(name, readers)
        own = self.members[author].admin if name in {"meta", "coded"} else not before
        need(
            own or (before and name not in {"meta", "coded"} and author in before[-1].readers),
            "only a reader changes the key of a compartment, and of meta and coded administrators",
        )
        if name in {"meta", "coded"}:  # one administrator alone must not shut the others out
            due = {
                at
                for at, one in self.members.items()
                if not one.gone
                and one.met
                and (one.coded or name == "meta")
                and at not in one.frozen
                and len(one.frozen) < 2
            }
            need(due <= set(readers), "the key of the compartment leaves out who is to read it")
        self.epochs[name] = [*before, Thing(kid=key, readers=set(readers), began=said.n)]

    def check_readers(self, name: str, readers: list[bytes]) -> None:
        """That all of them may read a compartment at all."""
        cleared = [self.present(one).coded or name != "coded" for one in readers]
        need(all(cleared), "somebody who is not cleared for it is to read a compartment")

    def sign(self, content: bytes, signer: bytes, signature: bytes, *, new: bool) -> None:
        """A change of the roster with a signature; it is made once enough administrators signed."""
        proposal = self.proposals.get(sha(content))
        if new:
            change = shaped(content, CHANGE, "the change of the roster")
            need(change[1] == self.vault and not proposal, "of another vault, or proposed before")
            waits = (change[2], change[3]) == (self.number + 1, self.hash)
            proposal = Thing(change=change[5], signers=set(), waits=waits)
        if proposal is None:
            raise BrokenError("a signature stands under a change nobody proposed")
        if not proposal.waits and not new:
            return  # signed by one who did not know yet
        by_recovery, names = self.recovery and signer == kid(self.recovery), {"member.added"}
        if by_recovery:
            only = {one[0] for one in proposal.change} <= {*names, "member.removed"}
            need(only, "the recovery key signs for who is a member, and nothing else")
        else:
            need(self.present(signer).admin, "it was signed by nobody who is an administrator")
        key = self.recovery if by_recovery else self.members[signer].key
        need(vouches(key, signature, "roster", content), "the signature under it does not hold")
        self.proposals[sha(content)] = proposal
        proposal.signers.add(signer)
        recovered = bool(self.recovery) and kid(self.recovery) in proposal.signers
        admins = {name for name, one in self.members.items() if one.admin and not one.gone}
        enough = recovered or len(admins & proposal.signers) >= self.threshold
        if not (proposal.waits and enough):
            return
        proposal.waits, then = False, copy.copy(self)  # made whole, or not at all
        then.members, then.devices = copy.deepcopy((self.members, self.devices))
        then.epochs, then.logs = copy.deepcopy((self.epochs, self.logs))
        for name, *fields in proposal.change:
            then.make(name, *fields)
        left = sum(one.admin and not one.gone for one in then.members.values())
        need(left >= then.threshold, "there would be too few administrators to sign a change")
        if recovered:  # whom the recovery key takes in reads every compartment
            for epochs in then.epochs.values():
                epochs[-1].readers |= {one[1][1] for one in proposal.change if one[0] in names}
        for other in then.proposals.values():
            other.waits = False
        then.number, then.hash = then.number + 1, sha(b"candlemark/roster/v1" + self.hash + content)
        self.__dict__.update(then.__dict__)

    def make(self, name: str, *f: Any) -> None:
        """Make one change."""
        if name == "member.added":
            key, device, box = read_card(self.vault, f[0])
            others = [one.box for one in self.members.values()]
            need(box not in others, "the receiving key on the card is another member's")
            need(kid(key) not in self.members, "these are keys of somebody who is or was a member")
            need(kid(device.key) not in self.devices, "the device is one the vault knows")
            self.members[kid(key)] = Thing(
                key=key, admin=f[1], coded=f[2], met=True, gone=False, box=box, frozen=set()
            )
            self.devices[kid(device.key)] = device
        elif name == "member.changed":
            self.present(f[0]).admin, self.present(f[0]).coded = f[1], f[2]
        elif name == "member.removed":
            named = dict(map(tuple, f[1]))
            mine = {at for at, device in self.devices.items() if device.member == f[0]}
            self.present(f[0]).gone = True
            need(named.keys() <= mine, "the removal speaks of a device that is not theirs")
            for one in mine:  # one it does not name wrote nothing before it was proposed
                self.end([one, named.get(one, -1)])
        elif name == "device.revoked":
            self.end(f[0])
        elif name == "threshold.set":
            self.threshold = f[0]
        elif name == "member.thawed":
            self.present(f[0]).frozen = set()
            for epochs in self.epochs.values():
                epochs[-1].readers.discard(f[0])
        elif name == "recovery.set":
            self.recovery = check_recovery(*f)
        else:
            need(f[0] not in self.logs, "the log is one of the vault already")
            self.logs.append(f[0])

    def end(self, ended: list[Any]) -> None:
        """Let a device count up to a number and no further; the number only ever sinks."""
        need(ended[0] in self.devices, "there is no such device")
        device = self.devices[ended[0]]
        device.last = ended[1] if device.last is None else min(device.last, ended[1])

    def refusal(self, device: bytes, number: int, written: int) -> str:
        """Why an entry of a device does not count; empty when it does."""
        found = self.devices.get(device)
        if found is None:
            return "it was written by a device the vault does not know"
        if found.last is not None and number > found.last:
            return "it was written after its device, or its member, was given up"
        within = found.begins <= written <= found.ends
        return "" if within else "it was written when its device had no certificate"


class Check:
    """One export: first the log and the roster, then every entry under the roster of them all."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder = folder
        self.faults: list[tuple[str, str]] = []
        self.unchecked: list[str] = []
        self.count = dict.fromkeys(("entries", "parts", "sealed", "erased", "given_up"), 0)
        self.roots: dict[int, bytes] = {}
        self.keys: dict[bytes, Thing] = {}
        stored = self.read("genesis", 65_535)
        if stored is None:
            raise BrokenError("there is no exported vault in this folder")
        self.vault = sha(b"candlemark/genesis/v1" + stored)[:16]
        self.roster = Roster(self.vault, shaped(stored, GENESIS, "the genesis"))
        self.note = Thing(text="", signers=[], log="", size=0, root=b"")
        self.attempt("checkpoint", self.read_checkpoint)
        self.made: Any = self.disclose(passphrase) if passphrase else None

    def fault(self, where: str, what: object) -> None:
        """Something at this place does not hold."""
        self.faults.append((where, str(what)))

    def read(self, name: str, most: int) -> bytes | None:
        """A plain file, at most one byte more of it than it may have; None when there is none."""
        path = self.folder / name
        try:
            if path.is_symlink() or not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(min(most, path.stat().st_size) + 1)
        except OSError:
            return None

    def read_checkpoint(self) -> None:
        """Take the signed state; whether its signature holds is seen once the logs are known."""
        self.note = read_note(self.read("checkpoint", 32_768) or b"")
        named = self.note.log.startswith(f"candlemark.org/{self.vault.hex()}/")
        need(named, "it is not of the vault that began with this genesis, or one was changed")

    def disclose(self, passphrase: str) -> tuple[int, bytes]:
        """Take the keys that were handed over; the size and root they were handed over with."""
        form, stored = (ONE, (str, 0, 80), (bytes, 40, KEYS)), self.read("disclosed", KEYS)
        _, phc, sealed = shaped(stored or b"", form, "disclosed", KEYS)
        cost = re.fullmatch(r"\$argon2id\$v=19\$m=([0-9]{1,6}),t=([0-9]{1,2}),p=1\$(.{22})", phc)
        if cost is None or not 8 <= int(cost[1]) <= 524_288 or not 1 <= int(cost[2]) <= 16:
            raise BrokenError("disclosed: the parameters of the passphrase cannot be read")
        try:
            salt, memory = exact64(cost[3] + "=="), int(cost[1]) * 1024
            key = argon2id.kdf(32, passphrase.encode(), salt, int(cost[2]), memory)
            opened = unseal(key, b"candlemark/disclosed/v1\x01" + self.vault + phc.encode(), sealed)
        except (BrokenError, CryptoError, ValueError):
            what = "the passphrase is not the one, or `disclosed` was changed"
            raise BrokenError(
                "; ".join([*(f"{at}: {it}" for at, it in self.faults), what])
            ) from None
        _, vault, size, root, epochs, persons = shaped(opened, DISCLOSED, "disclosed", KEYS)
        need(vault == self.vault, "disclosed is of another vault")
        for name, _, one in epochs:
            self.keys[kid(one)] = Thing(key=one, name=name, person="", epoch=kid(one))
        for epoch, person, one in persons:
            need(epoch in self.keys, "disclosed: the key of a person is of no compartment")
            name = self.keys[epoch].name
            self.keys[kid(one)] = Thing(key=one, name=name, person=person, epoch=epoch)
        return size, root

    def run(self, wanted: set[int]) -> None:
        """Check everything, and note the root at the sizes that are wanted."""
        tree, spoken = Tree(), list[tuple[int, bytes, Thing]]()
        for n, leaf in self.leaves(tell=True):
            if n in wanted:
                self.roots[n] = tree.root()
            tree.grow(leaf)
            self.count["entries"] += 1
            self.listen(n, leaf, spoken)
        self.root = self.roots[self.count["entries"]] = tree.root()
        for _, _, said in sorted(spoken, key=lambda one: one[:2]):  # one order everywhere
            self.roster.hear(said)
        self.faults += self.roster.faults
        self.check_log()
        self.walk()
        there = self.folder / "part"
        more = sum(1 for _ in os.scandir(there)) if there.is_dir() else 0
        if more > self.count["parts"] and self.note.log:
            self.fault("part", f"{more - self.count['parts']} files are there that no leaf names")

    def leaves(self, *, tell: bool = False) -> Any:
        """Place and bytes of every leaf (C2SP tlog-tiles: 256 to a file, each after its length)."""
        absent = 0
        for first in range(0, self.note.size, 256):
            width, groups = min(256, self.note.size - first), f"{first // 256:,}".split(",")
            *above, last = [one.zfill(3) for one in groups]
            name = "tile/entries/" + "".join(f"x{one}/" for one in above) + last
            name += f".p/{width}" if width < 256 else ""
            stored, found, at = self.read(name, 256 * 65_537), list[bytes](), 0
            while stored and at < len(stored) and len(found) < width:
                end = at + 2 + int.from_bytes(stored[at : at + 2], "big")
                found.append(stored[at + 2 : end])
                at = end
            if stored is None or at != len(stored) or len(found) != width:
                if tell:
                    self.fault(name, "it is missing, or does not hold the leaves it should")
                absent, self.unread = absent + 1, True
                if absent > 1000:
                    return
            else:
                yield from enumerate(found, first)

    def listen(self, n: int, stored: bytes, spoken: list[tuple[int, bytes, Thing]]) -> None:
        """Keep an entry in which the ledger speaks of itself; the walk names what is damaged."""
        try:
            leaf = shaped(stored, LEAF, "the leaf")
            meta, message, signature = self.open_meta(leaf)
            if any(note[2] == "meta" for note in meta[9]):
                facts = self.own_facts(leaf, meta)
                about = Thing(n=n, device=meta[3], seq=meta[4], written=meta[7], facts=facts)
                about.message, about.signature = message, signature
                spoken.append((meta[6], meta[2], about))
        except BrokenError:
            return

    def sealed(self, part: list[Any]) -> bytes:
        """The sealed bytes of a part, once they are the ones its leaf names."""
        length = SIZES[part[2]] + 40
        stored = self.read(f"part/{part[1].hex()}", length)
        if stored is None:
            raise BrokenError("it is missing")
        need(len(stored) == length, "it has another length than its leaf says")
        need(sha(stored) == part[1], "it was changed: its hash is another than its leaf says")
        return stored

    def content(self, leaf: list[Any], part: list[Any]) -> bytes:
        """What is in a part."""
        sealed, held = self.sealed(part), self.keys.get(part[0])
        if held is None:
            raise BrokenError("it is sealed under a key that was not handed over")
        return unpad(unseal(held.key, b"candlemark/part/v1\x01" + self.vault + leaf[3], sealed))

    def open_meta(self, leaf: list[Any]) -> tuple[list[Any], bytes, bytes]:
        """The meta part of a leaf, what is signed, and the signature."""
        first, *parts = leaf[4]
        need(leaf[2] == self.vault, "the leaf belongs to another vault")
        need(self.keys.get(first[0], Thing(name="meta")).name == "meta", "no meta part comes first")
        try:
            content = self.content(leaf, first)
        except BrokenError as error:
            raise BrokenError(f"its meta part: {error}") from None
        meta = shaped(content[:-64], META, "the meta part", 1 << 21)
        need(meta[1:3] == leaf[2:4], "the meta part speaks of another action")
        need(len(meta[9]) == len(parts), "the meta part speaks of another number of parts")
        for part, (_, subject, compartment) in zip(parts, meta[9], strict=True):
            held = self.keys.get(part[0], Thing(name=compartment, person=""))
            right = held.name == compartment and held.person in {"", subject}
            need(right, "a part is not in the compartment the meta part says")
        return meta, content[:-64] + b"".join(part[1] for part in parts), content[-64:]

    def facts(self, leaf: list[Any], part: list[Any]) -> list[Any]:
        """The facts in a part: kind, version, fields."""
        return list(shaped(self.content(leaf, part), CONTENT, "the content of the part", 1 << 21))

    def own_facts(self, leaf: list[Any], meta: list[Any]) -> list[Any]:
        """What an entry says of members, devices, keys and erasures."""
        pairs = zip(leaf[4][1:], meta[9], strict=True)
        found = [f for part, note in pairs if note[2] == "meta" for f in self.facts(leaf, part)]
        for kind, version, fields in found:
            later = version != 1 or kind not in FACTS
            need(later or fits(fields, FACTS[kind]), f"a fact of the kind {kind} cannot be read")
        return found

    def check_log(self) -> None:
        """That the checkpoint is signed by a log of the vault, over these leaves."""
        note, logs = self.note, {log_name(self.vault, key): key for key in self.roster.logs}
        if note.log in logs:
            if not signed_by(note, note.log, 1, logs[note.log]):
                self.fault("checkpoint", "the signature under it does not hold")
        elif self.keys:
            self.fault("checkpoint", "it is of a log the vault does not know")
        else:
            self.unchecked.append("the checkpoint: its log joined later, which is sealed")
        if self.roots.get(note.size) != note.root:
            self.fault("checkpoint", "the entries are not the ones it was signed for")
        if self.made not in {None, (note.size, note.root)}:
            self.fault("checkpoint", "it is not of the state that was exported")

    def walk(self) -> None:
        """Every entry: whose it is, after what, what it is sealed with, what is in it."""
        self.own = sha(self.note.log.encode())[:16]
        self.logs = {sha(log_name(self.vault, key).encode())[:16] for key in self.roster.logs}
        agreed = [one for one in self.roster.erasures.values() if one.agreed]
        self.gone = {part: one.subject for one in agreed for part in one.parts}
        self.names = {held.name for held in self.keys.values()}
        self.chains: dict[bytes, Any] = {}
        self.unread, self.time, self.absent, tree = False, 0, 0, Tree()
        self.seen = (0, tree.root())
        for n, stored in self.leaves():
            try:
                self.check_leaf(n, stored, tree)
            except BrokenError as error:
                self.fault(f"leaf {n}", error)
                self.chains, self.unread = dict.fromkeys(self.chains), True
            tree.grow(stored)
        if not self.keys:
            self.unchecked.append("what is sealed: it needs the passphrase of the export")
        if self.absent:
            self.unchecked.append(f"{self.absent} parts are absent; whether erased is sealed")

    def check_leaf(self, n: int, stored: bytes, tree: Tree) -> None:
        """One entry; only what leaves the rest of it unread is raised."""
        where, leaf = f"leaf {n}", shaped(stored, LEAF, "the leaf")
        there = [self.read(f"part/{part[1].hex()}", 0) is not None for part in leaf[4]]
        self.count["parts"] += sum(there)
        if not self.keys:
            need(leaf[2] == self.vault, "the leaf belongs to another vault")
            self.absent += there.count(False)
            for place, part in enumerate(leaf[4]):
                self.attempt(f"{where}, part {place}", self.sealed, part) if there[place] else None
            return
        meta, message, signature = self.open_meta(leaf)
        device, number, previous, time, written, seen = meta[3:9]
        key = self.roster.signer(device, self.own_facts(leaf, meta))
        need(key, "it was written by a device the vault does not know")
        need(vouches(key or b"", signature, "action", message), "the signature does not hold")
        here, first = seen[0] == self.own, None if self.unread else (-1, bytes(32), 0)
        last = self.chains.get(device, first)
        if seen[1] == n:
            self.seen = (n, tree.root())
        state = (seen[1], seen[2]) == self.seen if here else seen[0] in self.logs
        for holds, what in (
            (not (refusal := self.roster.refusal(device, number, written)), refusal),
            (not last or number == last[0] + 1, "its number is not the next of its device"),
            (not last or previous == last[1], "it does not follow the last leaf of its device"),
            (not last or time > (self.time if here else last[2]), "its logical time does not rise"),
            (not last or time <= self.time + LEAP, "its logical time leaps"),
            (state, "it was written after another state, or another log"),
        ):
            if not holds:
                self.fault(where, what)
        self.check_epochs(n, leaf, meta, here=here)
        for place, (part, note) in enumerate(zip(leaf[4][1:], meta[9], strict=True), 1):
            self.attempt(f"{where}, part {place}", self.check_part, leaf, part, note)
        self.count["given_up"] += self.roster.devices.get(device, Thing(last=None)).last is not None
        self.chains[device] = (number, sha(b"\x00" + stored), time)
        self.time = self.time if time > self.time + LEAP else max(self.time, time)

    def attempt(self, where: str, check: Any, *what: Any) -> None:
        """Check something, and name what does not hold by its place."""
        try:
            check(*what)
        except BrokenError as error:
            self.fault(where, error)

    def check_part(self, leaf: list[Any], part: list[Any], note: list[Any]) -> None:
        """That a part is there and holds what is listed, or was erased, as members agreed."""
        kinds, subject, compartment = note
        if subject and self.gone.get(part[1]) == subject:
            self.count["erased"] += 1
            there = self.read(f"part/{part[1].hex()}", 0)
            need(there is None, "it was to be erased, and is still there")
        elif part[0] not in self.keys and compartment not in self.names:
            self.sealed(part)
            self.count["sealed"] += 1
        else:
            found = self.facts(leaf, part)
            listed = list(dict.fromkeys((kind, version) for kind, version, _ in found))
            need(listed == [tuple(one) for one in kinds], "it holds other kinds than are listed")
            own = all(kind in FACTS for kind, _ in listed)
            need((compartment == "meta") == own, "what it says is in the wrong compartment")

    def check_epochs(self, n: int, leaf: list[Any], meta: list[Any], *, here: bool) -> None:
        """That nothing is sealed under a key that had been replaced, or was never announced."""
        notes = [[[], "", "meta"], *meta[9]]
        for part, (_, subject, name) in zip(leaf[4], notes, strict=True):
            epochs, held = self.roster.epochs.get(name), self.keys.get(part[0])
            if epochs is None or (subject and not (held and held.person)):
                continue  # whose key it is nobody can say: it is for others, or was destroyed
            began = [one.kid for one in epochs if one.began < n]  # written elsewhere: any of them
            right = (began[-1:] or [held and held.epoch]) if here else [one.kid for one in epochs]
            if (held.epoch if held else part[0]) not in right and (began or not here):
                self.fault(f"leaf {n}", f"it was not sealed under the key {name} had then")


def examine(args: argparse.Namespace, passphrase: str) -> dict[str, Any]:
    """The whole check, as a document."""
    typed = re.fullmatch(r"([0-9]{1,18})(?: entries)? ?:? ?(.+)", as_typed(args.words or ""))
    need(not args.words or (typed and len(typed[2].split()) == 12), "--words: N and twelve words")
    kept = read_note(Path(args.checkpoint).read_bytes()) if args.checkpoint else None
    check = Check(Path(args.folder), passphrase)
    check.run({int(typed[1]) if typed else 0, kept.size if kept else 0})
    if kept is not None:
        logs = {log_name(check.vault, key): key for key in check.roster.logs}
        same = kept.log == check.note.log and kept.log in logs
        if not same or not signed_by(kept, kept.log, 1, logs[kept.log]):
            check.fault("--checkpoint", "it is not one of this log, or was changed")
        elif check.roots.get(kept.size) != kept.root:
            check.fault("--checkpoint", "this export does not continue it: older, or another")
    listed = check.read("words", 1 << 20) or b""
    if sha(listed).hex() != WORD_LIST:
        check.fault("words", "the list of words is missing, or another")
    elif typed:
        root, right = check.roots.get(int(typed[1]), b""), list[str]()
        number = int.from_bytes(sha(root + int(typed[1]).to_bytes(8, "big")), "big")
        for _ in range(12):
            number, digit = divmod(number, 7776)
            right.append(listed.decode().split()[digit])
        if not root or typed[2].split() != right:
            check.fault("--words", "they are not those of this log when it had so many entries")
    for line in args.cosigner:
        name, mark, key = ([*line.split("+", 2), "", ""])[:3]
        raw = exact64(key)
        known = len(raw) == 33 and raw[0] == 4 and sha(f"{name}\n".encode() + raw)[:4].hex() == mark
        need(known, "--cosigner: NAME+HASH+KEY, the line a witness hands out")
        notes = [check.note, *([kept] if kept else [])]
        if not any(signed_by(note, name, 4, raw[1:]) for note in notes):
            check.fault("--cosigner", f"{name} signed neither checkpoint")
    return {
        "holds": not check.faults,
        "vault": check.vault.hex(),
        "log": check.note.log,
        "root": check.root.hex(),
        **check.count,
        "faults": [{"where": where, "what": what} for where, what in check.faults],
        "not_checked": check.unchecked,
    }


def report(found: dict[str, Any]) -> str:
    """The verdict in words."""
    lines = [f"Vault {found['vault']}, log {found['log']}"]
    lines += [f"{found['entries']} entries, root {found['root']}"]
    lines += [f"{found['parts']} sealed parts are there; {found['sealed']} are sealed to you too"]
    lines += [f"{found['erased']} parts were erased, as members agreed"]
    lines += [f"{found['given_up']} entries are of devices that were given up, or removed, later"]
    lines += [f"NOT CHECKED: {what}" for what in found["not_checked"]]
    lines += [f"FAULT at {one['where']}: {one['what']}" for one in found["faults"]]
    holds = "Everything that was checked holds."
    return "\n".join([*lines, holds if found["holds"] else f"{len(found['faults'])} FAULTS."])


def main() -> int:
    """Ask, check, say."""
    parser = argparse.ArgumentParser(description="Check an exported vault; nothing is written.")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--passphrase-file", help="else it is asked for; empty: check without")
    parser.add_argument("--checkpoint", metavar="NOTE", help="a checkpoint from before: a file")
    parser.add_argument("--words", metavar="LINE", help="of the minutes: N entries: twelve words")
    parser.add_argument("--cosigner", metavar="KEY", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        if args.passphrase_file:
            passphrase = Path(args.passphrase_file).read_text(encoding="utf-8")
        else:
            ask = "Passphrase (empty: check only what lies in clear): "
            passphrase = getpass.getpass(ask) if sys.stdin.isatty() else ""
        found = examine(args, as_typed(passphrase))
    except (BrokenError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"This could not be checked: {error}\n")
        return 2
    said = json.dumps(found, indent=2) if args.json else report(found)
    sys.stdout.write(said.encode("ascii", "backslashreplace").decode() + "\n")
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
