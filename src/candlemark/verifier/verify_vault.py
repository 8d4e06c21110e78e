"""Check an exported vault: what holds, and every fault by its place.  Reads; writes nothing.

    python verify_vault.py FOLDER        Python 3.11 or later; once before: pip install PyNaCl

This one file shares no code with the program that wrote the vault.  What it knows of the format
stands in docs/formats/{entry,vault,roster,log,export}.md of Candlemark.  Read it from top to end:
MessagePack and shapes; hashes, keys, notes; the roster; the walk over the folder; the report.

It leaves with 0 when everything holds, 1 when something does not, 2 when it could not check.  What
no check of one folder finds: a whole export replaced by another or an older one.  Against that,
hold it against what was kept elsewhere: --words, --checkpoint, --cosigner.
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
from dataclasses import dataclass
from pathlib import Path
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


# MessagePack, read to its last byte, and shapes that values must have


def unpack(data: bytes) -> Any:
    """The one value in ``data``; arrays come as lists, maps as lists of pairs."""
    try:
        value, end = unpack_at(data, 0, 0)
    except (IndexError, UnicodeDecodeError):
        raise BrokenError("it cannot be read") from None
    need(end == len(data), "it cannot be read: there is more behind it")
    return value


def unpack_at(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    """The value that begins at ``at``, and where it ends."""
    need(depth < 64, "it cannot be read: too deep")
    head, at = data[at], at + 1
    if head < 0x80 or head >= 0xE0:
        return head - 256 * (head >= 0xE0), at
    if head in {0xC0, 0xC2, 0xC3}:
        return {0xC0: None, 0xC2: False, 0xC3: True}[head], at
    need(head != 0xC1, "it cannot be read")
    if 0xCA <= head <= 0xD3:  # floats, which are never looked at, and whole numbers
        width = (4, 8, 1, 2, 4, 8, 1, 2, 4, 8)[head - 0xCA]
        number = int.from_bytes(cut(data, at, width), "big", signed=head >= 0xD0)
        return (float(number) if head < 0xCC else number), at + width
    if head >= 0xC4 and (head <= 0xC9 or 0xD4 <= head <= 0xDB or head >= 0xDC):
        width = 0 if 0xD4 <= head <= 0xD8 else {1: 1, 2: 2, 3: 4}[LENGTHS[head]]
        length = int.from_bytes(cut(data, at, width), "big") if width else 1 << head - 0xD4
        at += width
    else:
        length = head & (0x1F if head >= 0xA0 else 0x0F)
    if head in {0xC4, 0xC5, 0xC6}:
        return cut(data, at, length), at + length
    if head in {0xC7, 0xC8, 0xC9} or 0xD4 <= head <= 0xD8:  # an extension, such as a moment
        return ("extension", cut(data, at, length + 1)), at + length + 1
    if 0xA0 <= head <= 0xBF or 0xD9 <= head <= 0xDB:
        return cut(data, at, length).decode(), at + length
    values, pairs = [], head < 0x90 or head >= 0xDE
    for _ in range(length * (2 if pairs else 1)):
        value, at = unpack_at(data, at, depth + 1)
        values.append(value)
    return (("map", values) if pairs else values), at


LENGTHS = {0xC4: 1, 0xC5: 2, 0xC6: 3, 0xC7: 1, 0xC8: 2, 0xC9: 3, 0xD9: 1, 0xDA: 2, 0xDB: 3}
LENGTHS |= {0xDC: 2, 0xDD: 3, 0xDE: 2, 0xDF: 3}


def cut(data: bytes, at: int, length: int) -> bytes:
    """``length`` bytes from ``at``, all of them there."""
    need(at + length <= len(data), "it cannot be read: it ends too early")
    return data[at : at + length]


def raw(least: int, most: int | None = None) -> Any:
    """Bytes of so many, or from so many to so many."""
    top = least if most is None else most
    return lambda v: type(v) is bytes and least <= len(v) <= top


def text(most: int, least: int = 0) -> Any:
    """Text of so many characters at most."""
    return lambda v: type(v) is str and least <= len(v) <= most


def whole(least: int, most: int) -> Any:
    """A whole number within bounds."""
    return lambda v: type(v) is int and least <= v <= most


def many(least: int, most: int, shape: Any) -> Any:
    """An array of things of one shape."""
    return lambda v: (
        type(v) is list and least <= len(v) <= most and all(fits(each, shape) for each in v)
    )


def fits(value: Any, shape: Any) -> bool:
    """Whether a value has a shape; a tuple of shapes is an array with exactly these fields."""
    if isinstance(shape, tuple):
        return type(value) is list and len(value) == len(shape) and all(map(fits, value, shape))
    return bool(shape(value))


def shaped(data: bytes, shape: Any, what: str, most: int = 65_535) -> Any:
    """The value in ``data``, once it has its shape."""
    need(len(data) <= most, f"{what} is too long")
    try:
        value = unpack(data)
    except BrokenError as error:
        raise BrokenError(f"{what}: {error}") from None
    need(fits(value, shape), f"{what} is not of its form, or of a later version")
    return value


ANY, FLAG, ONE, HUGE = (lambda _: True), (lambda v: type(v) is bool), whole(1, 1), 1 << 31
ID, HASH, COUNT, MOMENT = raw(16), raw(32), whole(0, 2**63 - 1), whole(0, 253_402_300_799_999)
SIGNED, ENDED = (raw(0, 65_535), ID, raw(64)), (ID, whole(-1, 2**63 - 1))
GENESIS = (
    *(ONE, ONE, ID, many(1, 64, (HASH, HASH)), whole(1, 64)),
    *(raw(0, 4096), many(1, 64, HASH), FLAG),
)  # format, suite, salt, founders (identity, device), threshold, recovery, logs, demonstration
LEAF = (ONE, ONE, ID, ID, many(2, 201, (ID, HASH, whole(0, 201))))
NOTE = (many(1, 1024, (text(64), whole(1, 65_535))), text(64), text(64))
META = (
    *(ONE, ID, ID, ID, COUNT, HASH, COUNT, MOMENT, (ID, COUNT, HASH)),
    *(many(1, 200, NOTE), many(0, 1024, ID), text(64)),
)  # format, vault, action, device, number, previous, logical time, written, seen, notes, …
CERTIFICATE = (ONE, ID, ID, HASH, text(200, 1), MOMENT, MOMENT)
CARD = (ONE, ID, text(200, 1), HASH, whole(1, 2), raw(0, 4096), SIGNED)
CHANGES = {
    "member.added": (SIGNED, FLAG, FLAG),
    "member.changed": (ID, FLAG, FLAG),
    "member.removed": (ID, many(0, 256, ENDED)),
    "device.revoked": (ENDED,),
    "threshold.set": (whole(1, 64),),
    "member.thawed": (ID,),
    "recovery.set": (raw(0, 32), raw(0, 4096)),
    "log.added": (HASH, text(200, 1)),
}
CHANGE = (
    *(ONE, ID, COUNT, HASH, text(500)),
    many(1, 32, lambda v: type(v) is list and v and known(v[0], CHANGES, v[1:])),
)
BYTES, TEXT, NUMBER = raw(0, HUGE), text(HUGE), whole(-(2**63), 2**64)
FACTS = {  # what the ledger says of itself, version 1 of each kind
    "roster.proposed": (BYTES, BYTES, BYTES),
    "roster.approved": (BYTES, BYTES, BYTES),
    "roster.introduced": (SIGNED,),
    "device.certified": (SIGNED,),
    "device.lost": (ENDED,),
    "member.frozen": (BYTES,),
    "erasure.asked": (BYTES, TEXT, TEXT, many(0, HUGE, BYTES), many(0, HUGE, BYTES)),
    "erasure.agreed": (BYTES,),
    "erasure.done": (BYTES,),
    "compartment.epoch": (TEXT, NUMBER, BYTES, many(0, HUGE, BYTES), TEXT),
    "compartment.reader": (TEXT, BYTES),
}
DISCLOSED = (
    *(ONE, ID, COUNT, HASH, many(1, HUGE, (text(64, 1), whole(1, HUGE), HASH))),
    many(0, HUGE, (ID, text(64, 1), HASH)),
)


def known(kind: Any, shapes: dict[str, Any], fields: Any) -> bool:
    """Whether fields have the shape their kind has."""
    return type(kind) is str and kind in shapes and fits(fields, shapes[kind])


# Hashes, keys, signatures, sealed parts, notes


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def kid(key: bytes) -> bytes:
    """How a key is named: by a hash of itself."""
    return sha(b"candlemark/kid/v1" + key)[:16]


def vouches(key: bytes, signature: bytes, kind: str, payload: bytes) -> bool:
    """Whether an Ed25519 signature holds, over a payload with its type (DSSE) if it has one."""
    name = f"application/vnd.candlemark.{kind}.v1".encode()
    message = b"DSSEv1 %d %b %d %b" % (len(name), name, len(payload), payload)
    try:
        VerifyKey(key).verify(message if kind else payload, signature)
    except (CryptoError, ValueError):
        return False
    return True


def sizes() -> list[int]:
    """Every padded size of a part: multiples of 512 up to 4,096, then those of Padmé."""
    found = list(range(512, 4097, 512))
    while found[-1] < 1_114_112:
        exponent = (found[-1] + 1).bit_length() - 1
        low = exponent - exponent.bit_length()
        found.append((found[-1] + (1 << low)) >> low << low)
    return found


SIZES = sizes()


def unseal(key: bytes, bound: bytes, sealed: bytes) -> bytes:
    """nonce24 || XChaCha20-Poly1305, opened where it belongs and nowhere else."""
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(
            sealed[24:], bound + kid(key), sealed[:24], key
        )
    except (CryptoError, ValueError):
        raise BrokenError("sealed bytes do not open: changed, moved or truncated") from None


def open_part(key: bytes, vault: bytes, action: bytes, sealed: bytes) -> bytes:
    """The content of a part, without its padding, of which there is exactly one that is right."""
    padded = unseal(key, b"candlemark/part/v1\x01" + vault + action, sealed)
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
    need(encoded and base64.b64encode(found).decode() == encoded, "base 64 cannot be read")
    return found


def parse_note(stored: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """A signed note (C2SP): its text, and each signer's name with key hash and signature."""
    try:
        head, blank, tail = stored[:32_769].decode().rpartition("\n\n")
    except UnicodeDecodeError:
        head = blank = tail = ""
    lines = tail.removesuffix("\n").split("\n")
    control = re.search(r"[\x00-\x09\x0b-\x1f\x7f]", head)
    holds = blank and head and tail.endswith("\n") and not control and len(lines) <= 100
    need(holds and len(stored) <= 32_768, "the checkpoint is not a signed note")
    found = [re.fullmatch(r"— ([^\s+\x00-\x1f\x7f]{1,255}) ([A-Za-z0-9+/=]+)", at) for at in lines]
    need(all(found), "a signature under the checkpoint cannot be read")
    signers = [(each[1], exact64(each[2])) for each in found if each]
    need(all(len(rest) > 4 for _, rest in signers), "a signature is too short")
    return head + "\n", signers


def signatures(signers: list[tuple[str, bytes]], name: str, kind: int, key: bytes) -> list[bytes]:
    """The signatures under a note that say they are of this key."""
    mark = sha(name.encode() + b"\n" + bytes([kind]) + key)[:4]
    return [rest[4:] for who, rest in signers if (who, rest[:4]) == (name, mark)]


def parse_state(body: str) -> tuple[str, int, bytes]:
    """The log, the size and the root a checkpoint says."""
    found = re.fullmatch(
        r"([^\n]+)\n(0|[1-9][0-9]{0,17})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*", body
    )
    if found is None:
        raise BrokenError("the checkpoint cannot be read")
    return found[1], int(found[2]), exact64(found[3])


def log_name(vault: bytes, key: bytes) -> str:
    """The first line of every checkpoint of a log."""
    return f"candlemark.org/{vault.hex()}/{kid(key).hex()[:8]}"


def grow(peaks: list[tuple[int, bytes]], leaf: bytes) -> None:
    """Add a leaf to a tree (RFC 6962) known by the height and root of its perfect trees."""
    height, node = 0, sha(b"\x00" + leaf)
    while peaks and peaks[-1][0] == height:
        height, node = height + 1, sha(b"\x01" + peaks.pop()[1] + node)
    peaks.append((height, node))


def root_of(peaks: list[tuple[int, bytes]]) -> bytes:
    """The root over such a tree."""
    root = peaks[-1][1] if peaks else sha(b"")
    for _, peak in reversed(peaks[:-1]):
        root = sha(b"\x01" + peak + root)
    return root


# The roster: who was a member, with which devices, which keys counted; a fold from the genesis on


@dataclass
class Member:
    """A person whose identity key signs; ``met`` once their card is known."""

    key: bytes
    admin: bool
    coded: bool
    met: bool
    gone: bool = False


@dataclass
class Device:
    """A key that signs entries for a member; ``last``: the number up to which they count."""

    key: bytes
    member: bytes
    begins: int
    ends: int
    last: int | None = None


@dataclass
class Epoch:
    """One key of a compartment, who reads with it, and the entry it began in."""

    kid: bytes
    readers: set[bytes]
    began: int


@dataclass
class Said:
    """An entry in which the ledger speaks of itself, and what its signature is over."""

    n: int
    device: bytes
    written: int
    facts: list[list[Any]]
    message: bytes
    signature: bytes


@dataclass
class Facts:
    """What a change of the roster changes, so that a change is made whole or not at all."""

    members: dict[bytes, Member]
    devices: dict[bytes, Device]
    epochs: dict[str, list[Epoch]]
    logs: list[bytes]
    threshold: int
    recovery: bytes

    def present(self, name: bytes) -> Member:
        """A member who is one still."""
        member = self.members.get(name)
        if member is None or member.gone:
            raise BrokenError("it speaks of, or was signed by, nobody who is a member")
        return member

    def end(self, ended: list[Any]) -> None:
        """Let a device count up to a number and no further."""
        device = self.devices.get(ended[0])
        if device is None or device.last is not None:
            raise BrokenError("there is no such device that still counts")
        device.last = ended[1]

    def change(self, vault: bytes, kind: str, *fields: Any) -> None:
        """Make one change."""
        if kind == "member.added":
            key, device = read_card(vault, fields[0])
            need(kid(key) not in self.members, "the keys are of somebody who is, or was, a member")
            need(kid(device.key) not in self.devices, "the device is known already")
            self.members[kid(key)] = Member(key, fields[1], fields[2], met=True)
            self.devices[kid(device.key)] = device
        elif kind == "member.changed":
            member = self.present(fields[0])
            member.admin, member.coded = fields[1], fields[2]
        elif kind == "member.removed":
            member, devices = self.present(fields[0]), self.devices.items()
            theirs = {one for one, at in devices if at.member == fields[0] and at.last is None}
            need({one for one, _ in fields[1]} == theirs, "a removal does not end every device")
            for ended in fields[1]:
                self.end(ended)
            member.gone = True
        elif kind == "device.revoked":
            self.end(fields[0])
        elif kind == "threshold.set":
            self.threshold = fields[0]
        elif kind == "member.thawed":
            self.present(fields[0])
            for epochs in self.epochs.values():
                epochs[-1].readers.discard(fields[0])
        elif kind == "recovery.set":
            self.recovery = check_recovery(*fields)
        else:
            need(fields[0] not in self.logs, "the log is one of the vault already")
            self.logs.append(fields[0])


class Roster:
    """The fold; ``faults`` names what was said and does not hold."""

    def __init__(self, vault: bytes, genesis: list[Any]) -> None:
        self.vault, self.number, self.hash = vault, 0, sha(b"candlemark/roster/v1" + vault)
        self.now = Facts({}, {}, {}, list(genesis[6]), genesis[4], b"")
        for identity, device in genesis[3]:
            self.now.members[kid(identity)] = Member(identity, admin=True, coded=True, met=False)
            self.now.devices[kid(device)] = Device(device, kid(identity), 0, 1 << 63)
        if genesis[5]:
            halves = (lambda v: v == "recovery.set", raw(32), raw(0, 4096))
            recovery = shaped(genesis[5], halves, "the recovery key in the genesis")
            self.now.recovery = check_recovery(*recovery[1:])
        self.proposals: dict[bytes, dict[str, Any]] = {}
        self.erasures: dict[bytes, dict[str, Any]] = {}
        self.faults: list[tuple[str, str]] = []

    def hear(self, said: Said) -> None:
        """Go on with the next entry."""
        key = self.signer(said.device, said.facts)
        if key is None or not vouches(key, said.signature, "action", said.message):
            self.faults.append((f"leaf {said.n}", "what it says of members is not signed"))
            return
        for kind, version, fields in said.facts:
            if version == 1 and kind in FACTS:
                try:
                    getattr(self, kind.replace(".", "_"))(said, *fields)
                except BrokenError as error:
                    self.faults.append((f"leaf {said.n}", str(error)))

    def signer(self, device: bytes, facts: list[list[Any]]) -> bytes | None:
        """The key of a device: one that is known, or that the entry itself brings vouched for."""
        if device in self.now.devices:
            return self.now.devices[device].key
        for kind, version, fields in facts:
            try:
                found = self.brought(kind, fields) if version == 1 else b""
            except BrokenError:
                continue
            if found and kid(found) == device:
                return found
        return None

    def brought(self, kind: str, fields: list[Any]) -> bytes:
        """The key of a device a member certifies, or of whom the recovery key takes in."""
        if kind == "device.certified":
            identity = self.now.present(fields[0][1]).key
            return read_certificate(self.vault, identity, fields[0]).key
        key = self.now.recovery
        if kind == "roster.proposed" and key and fields[1] == kid(key):
            need(vouches(key, fields[2], "roster", fields[0]), "the signature does not hold")
            first = shaped(fields[0], CHANGE, "the change")[5][0]
            return read_card(self.vault, first[1])[1].key if first[0] == "member.added" else b""
        return b""

    def author(self, said: Said) -> bytes:
        """The member whose device signed an entry."""
        device = self.now.devices.get(said.device)
        self.now.present(device.member if device else b"")
        return device.member if device else b""

    def roster_introduced(self, _: Said, card: list[Any]) -> None:
        """A founder says what the genesis had no place for."""
        key, device = read_card(self.vault, card)
        founder, known_as = self.now.present(kid(key)), self.now.devices.get(kid(device.key))
        need(not founder.met, "a founder introduces themselves once")
        mine = known_as is not None and known_as.member == kid(key)
        need(mine, "a founder introduces themselves with the device of the genesis")
        founder.met = True

    def roster_proposed(self, said: Said, content: bytes, signer: bytes, signature: bytes) -> None:
        """A change, with its first signature."""
        change = shaped(content, CHANGE, "the change of the roster")
        need(change[1] == self.vault, "the change is of another vault")
        need(sha(content) not in self.proposals, "the change was proposed before")
        self.check_signature(content, change, signer, signature)
        waits = (change[2], change[3]) == (self.number + 1, self.hash)
        self.proposals[sha(content)] = {"change": change, "signers": {signer}, "waits": waits}
        self.conclude(said, content)

    def roster_approved(self, said: Said, content: bytes, signer: bytes, signature: bytes) -> None:
        """A further signature under a change."""
        proposal = self.proposals.get(sha(content))
        if proposal is None:
            raise BrokenError("a signature stands under a change nobody proposed")
        if proposal["waits"]:
            self.check_signature(content, proposal["change"], signer, signature)
            proposal["signers"].add(signer)
            self.conclude(said, content)

    def check_signature(self, content: bytes, change: Any, signer: bytes, signature: bytes) -> None:
        """That an administrator signed a change; or the recovery key one of members only."""
        key = self.now.recovery
        if key and signer == kid(key):
            only = {one[0] for one in change[5]} <= {"member.added", "member.removed"}
            need(only, "the recovery key signs for who is a member, and nothing else")
        else:
            key = self.now.present(signer).key
            need(self.now.members[signer].admin, "it was signed by nobody who is an administrator")
        need(vouches(key, signature, "roster", content), "the signature under it does not hold")

    def conclude(self, said: Said, content: bytes) -> None:
        """Make a change true once enough signed it."""
        proposal, now = self.proposals[sha(content)], self.now
        signers = proposal["signers"]
        recovered = bool(now.recovery) and kid(now.recovery) in signers
        signed = sum(one.admin and not one.gone and k in signers for k, one in now.members.items())
        if not proposal["waits"] or (signed < now.threshold and not recovered):
            return
        proposal["waits"], then, change = False, copy.deepcopy(now), proposal["change"]
        for kind, *fields in change[5]:
            then.change(self.vault, kind, *fields)
        admins = sum(one.admin and not one.gone for one in then.members.values())
        need(admins >= then.threshold, "there would be too few administrators to sign a change")
        if recovered:  # whom the recovery key takes in reads every compartment
            new = {one[1][1] for one in change[5] if one[0] == "member.added"}
            for epochs in then.epochs.values():
                epochs[-1].readers |= new
        self.now, self.number = then, self.number + 1
        self.hash = sha(b"candlemark/roster/v1" + self.hash + content)
        for other in self.proposals.values():
            other["waits"] = False

    def device_certified(self, said: Said, certificate: list[Any]) -> None:
        """A member vouches for a device of theirs."""
        identity = self.now.present(certificate[1]).key
        device = read_certificate(self.vault, identity, certificate)
        need(device.begins <= said.written + 86_400_000, "the certificate begins in the future")
        before = self.now.devices.get(kid(device.key))
        free = before is None or (before.member == device.member and before.last is None)
        need(free, "the device is another member's, or was given up before")
        self.now.devices[kid(device.key)] = device

    def device_lost(self, said: Said, ended: list[Any]) -> None:
        """A member gives up a device of theirs."""
        device = self.now.devices.get(ended[0])
        mine = device is not None and device.member == self.author(said)
        need(mine, "only a member gives up a device of theirs")
        self.now.end(ended)

    def member_frozen(self, said: Said, member: bytes) -> None:
        """A member asks that keys are destroyed; nothing that is checked here follows from it."""
        self.author(said)
        self.now.present(member)

    def erasure_asked(self, said: Said, *asked: Any) -> None:
        """A member asks that what is said about a person is destroyed."""
        name, subject, _, parts, _ = asked
        author = self.author(said)
        need(subject and name not in self.erasures, "it was asked before, or is about nobody")
        self.erasures[name] = {"subject": subject, "parts": parts, "by": set(), "agreed": False}
        self.agree(name, author)

    def erasure_agreed(self, said: Said, name: bytes) -> None:
        """A second member agrees."""
        author = self.author(said)
        need(name in self.erasures, "an erasure was agreed to that nobody asked for")
        self.agree(name, author)

    def erasure_done(self, said: Said, name: bytes) -> None:
        """An instance has nothing left of it."""
        self.author(said)
        agreed = self.erasures.get(name, {"agreed": False})["agreed"]
        need(agreed, "a receipt stands for an erasure nobody agreed to")

    def agree(self, name: bytes, author: bytes) -> None:
        """Let an erasure count once two members want it; all of them, where they are fewer."""
        erasure, members = self.erasures[name], self.now.members.values()
        erasure["by"].add(author)
        enough = min(2, sum(not one.gone for one in members))
        erasure["agreed"] = erasure["agreed"] or len(erasure["by"]) >= enough

    def compartment_epoch(self, said: Said, name: str, number: int, *more: Any) -> None:
        """A compartment has a new key."""
        key, readers, _ = more
        author, before = self.author(said), self.now.epochs.get(name, [])
        needs = re.fullmatch(r"meta|coded|identity(:[a-z0-9_-]{1,54})?", name)
        need(needs, "there can be no compartment of this name")
        new = number == len(before) + 1 and all(key != one.kid for one in before)
        need(new, "the key of the compartment is not the next one")
        need(readers, "the key of the compartment is for nobody")
        for one in readers:
            self.check_reader(name, one)
        if name in {"meta", "coded"}:
            need(self.now.members[author].admin, "only an administrator changes that key")
        else:
            need(not before or author in before[-1].readers, "only a reader changes the key")
        self.now.epochs[name] = [*before, Epoch(key, set(readers), said.n)]

    def compartment_reader(self, said: Said, name: str, member: bytes) -> None:
        """A further member may read a compartment."""
        author, epochs = self.author(said), self.now.epochs.get(name)
        if epochs is None or author not in epochs[-1].readers:
            raise BrokenError("only a reader of a compartment lets another read it")
        self.check_reader(name, member)
        epochs[-1].readers.add(member)

    def check_reader(self, name: str, member: bytes) -> None:
        """That a member may read a compartment at all."""
        coded = self.now.present(member).coded
        need(name != "coded" or coded, "somebody who is not cleared for a compartment reads it")

    def refusal(self, name: bytes, number: int, written: int) -> str:
        """Why an entry of a device does not count; empty when it does."""
        device = self.now.devices.get(name)
        if device is None:
            return "it was written by a device the vault does not know"
        if device.last is not None and number > device.last:
            return "it was written after its device, or its member, was given up"
        within = device.begins <= written <= device.ends
        return "" if within else "it was written when its device had no certificate"


def read_certificate(vault: bytes, identity: bytes, signed: list[Any]) -> Device:
    """The device a member vouches for."""
    content, _, signature = signed
    need(vouches(identity, signature, "device", content), "the certificate is not signed")
    found = shaped(content, CERTIFICATE, "the certificate")
    need((found[1], found[2]) == (vault, kid(identity)), "the certificate is of another")
    need(found[6] > found[5], "the certificate ends before it begins")
    return Device(found[3], found[2], found[5], found[6])


def read_card(vault: bytes, signed: list[Any]) -> tuple[bytes, Device]:
    """The identity key and the first device in a card its person signed."""
    content, signer, signature = signed
    card = shaped(content, CARD, "the card")
    holds = kid(card[3]) == signer and vouches(card[3], signature, "member", content)
    need(card[1] == vault and holds, "the card is of another vault, or not signed by its person")
    check_receiving(card[4], card[5])
    return card[3], read_certificate(vault, card[3], card[6])


def check_receiving(suite: int, key: bytes) -> None:
    """That this can be a receiving key: ML-KEM-768 (FIPS 203, 7.2) before X25519, or X25519."""
    need(len(key) == (1216 if suite == 1 else 32), "a receiving key has another length")
    for a, b, c in zip(*(key[at:1152:3] if suite == 1 else b"" for at in range(3)), strict=True):
        need(a + ((b & 15) << 8) < 3329 > (b >> 4) + (c << 4), "this can be no receiving key")


def check_recovery(signing: bytes, receiving: bytes) -> bytes:
    """The signing half of a recovery key; both empty for none."""
    if signing or receiving:
        need(len(signing) == 32, "the recovery key has another length")
        check_receiving(1, receiving)
    return signing


# The walk over the folder


class Check:
    """One export.  First the log in clear and the roster, then every entry under that roster."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder, self.faults, self.unchecked = folder, [], []  # type: ignore[var-annotated]
        self.count = dict.fromkeys(("entries", "parts", "sealed", "erased", "given_up"), 0)
        stored = self.read("genesis", 65_535)
        need(stored is not None, "there is no exported vault in this folder")
        self.genesis = shaped(stored or b"", GENESIS, "the genesis")
        self.vault = sha(b"candlemark/genesis/v1" + (stored or b""))[:16]
        self.roster = Roster(self.vault, self.genesis)
        self.keys: dict[bytes, tuple[str, bytes, str, bytes]] = {}  # kid: name, key, person, epoch
        self.made: tuple[int, bytes] | None = None
        if passphrase:
            self.disclose(passphrase)
        self.names = {name for name, *_ in self.keys.values()}
        self.roots: dict[int, bytes] = {}
        self.note, self.body, self.signers = b"", "", []  # type: ignore[var-annotated]
        self.log, self.size, self.root = "", 0, b""

    def fault(self, where: str, what: object) -> None:
        """Something at this place does not hold."""
        self.faults.append((where, str(what)))

    def read(self, name: str, most: int) -> bytes | None:
        """A plain file, at most one byte more than it may have; None when there is none."""
        path = self.folder / name
        try:
            if path.is_symlink() or not path.is_file():
                return None
            with path.open("rb") as file:
                return file.read(most + 1)
        except (OSError, ValueError):
            return None

    def disclose(self, passphrase: str) -> None:
        """Open the file with the keys that were handed over."""
        stored = self.read("disclosed", 1 << 28) or b""
        phc, sealed = shaped(stored, (ONE, text(80), raw(40, 1 << 28)), "disclosed", 1 << 28)[1:]
        found = re.fullmatch(r"\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=1\$([\w+/]{22})", phc)
        if found is None or not 8 <= int(found[1]) <= 524_288 or not 1 <= int(found[2]) <= 16:
            raise BrokenError("disclosed: the parameters of the passphrase cannot be read")
        try:
            salt = base64.b64decode(found[3] + "==")
        except ValueError:
            raise BrokenError("disclosed: the salt cannot be read") from None
        key = argon2id.kdf(32, passphrase.encode(), salt, int(found[2]), int(found[1]) * 1024)
        try:
            bound = b"candlemark/disclosed/v1\x01" + self.vault + phc.encode()
            content = unseal(key, bound, sealed)
        except BrokenError:
            raise BrokenError(
                "the passphrase does not open `disclosed`: it is another, or the file was changed"
            ) from None
        _, vault, size, root, epochs, persons = shaped(content, DISCLOSED, "disclosed", 1 << 28)
        need(vault == self.vault, "disclosed: it is of another vault")
        self.made = (size, root)
        for name, _, one in epochs:
            self.keys[kid(one)] = (name, one, "", kid(one))
        for epoch, person, one in persons:
            need(epoch in self.keys, "disclosed: a key of a person stands under no compartment")
            self.keys[kid(one)] = (self.keys[epoch][0], one, person, epoch)

    def run(self, wanted: set[int]) -> None:
        """Check everything; ``wanted`` are sizes at which the root is to be known."""
        try:
            self.note = self.read("checkpoint", 32_768) or b""
            self.body, self.signers = parse_note(self.note)
            self.log, self.size, self.root = parse_state(self.body)
        except BrokenError as error:
            self.fault("checkpoint", error)
        spoken = self.fold(wanted)
        for _, _, said in sorted(spoken, key=lambda one: one[:2]):
            self.roster.hear(said)
        self.faults += self.roster.faults
        self.check_log()
        if self.keys:
            self.walk()
        else:
            self.unchecked.append("what is sealed: it needs the passphrase of the export")
        there = self.folder / "part"
        kept = sum(1 for _ in os.scandir(there)) if there.is_dir() else 0
        if kept > self.count["parts"]:
            self.fault("part", f"{kept - self.count['parts']} files are there that no leaf names")

    def bundles(self) -> Any:
        """The leaves, 256 at a time: place of the first, the file, and the leaves or None."""
        absent = 0
        for first in range(0, self.size, 256):
            width = min(256, self.size - first)
            name = bundle(first // 256, width)
            stored, leaves, at = self.read(name, 256 * 65_537), [], 0
            while stored is not None and at < len(stored) and len(leaves) < width:
                end = at + 2 + int.from_bytes(stored[at : at + 2], "big")
                leaves.append(stored[at + 2 : end])
                at = end
            whole_file = stored is not None and at == len(stored) and len(leaves) == width
            yield first, name, leaves if whole_file else None
            absent = absent + 1 if stored is None else 0
            if absent > 1000:
                yield first + 256, "all files behind it", None
                return

    def fold(self, wanted: set[int]) -> list[tuple[int, bytes, Said]]:
        """The tree over the leaves (RFC 6962), and what the ledger says of itself."""
        peaks: list[tuple[int, bytes]] = []
        spoken: list[tuple[int, bytes, Said]] = []
        for first, name, leaves in self.bundles():
            if leaves is None:
                self.fault(name, "it is missing, or does not hold the leaves it should")
            for n, leaf in enumerate(leaves or [], first):
                if n in wanted:
                    self.roots[n] = root_of(peaks)
                grow(peaks, leaf)
                self.count["entries"] += 1
                if self.keys:
                    self.listen(n, leaf, spoken)
        self.roots[self.count["entries"]] = root_of(peaks)
        return spoken

    def listen(self, n: int, stored: bytes, spoken: list[tuple[int, bytes, Said]]) -> None:
        """Keep an entry in which the ledger speaks of itself; what is damaged is named later."""
        try:
            leaf = shaped(stored, LEAF, "the leaf")
            meta, signed, signature = self.open_meta(leaf)
            if any(note[2] == "meta" for note in meta[9]):
                facts = self.own_facts(leaf, meta)
                message = signed + b"".join(part[1] for part in leaf[4][1:])
                said = Said(n, meta[3], meta[7], facts, message, signature)
                spoken.append((meta[6], meta[2], said))
        except BrokenError:
            pass

    def sealed(self, part: list[Any]) -> bytes:
        """The sealed bytes of a part, once they are the ones its leaf names."""
        stored = self.read(f"part/{part[1].hex()}", SIZES[part[2]] + 40)
        if stored is None:
            raise BrokenError("it is missing")
        need(len(stored) == SIZES[part[2]] + 40, "it has another length than its leaf says")
        need(sha(stored) == part[1], "it was changed: its hash is another than its leaf says")
        return stored

    def content(self, leaf: list[Any], part: list[Any]) -> bytes:
        """What is in a part."""
        sealed = self.sealed(part)
        need(part[0] in self.keys, "it is sealed under a key that was not handed over")
        return open_part(self.keys[part[0]][1], self.vault, leaf[3], sealed)

    def open_meta(self, leaf: list[Any]) -> tuple[list[Any], bytes, bytes]:
        """The meta part of a leaf, the bytes that were signed, and the signature."""
        first, *parts = leaf[4]
        need(leaf[2] == self.vault, "the leaf belongs to another vault")
        need(self.keys.get(first[0], ("meta",))[0] == "meta", "the first part is not a meta part")
        try:
            content = self.content(leaf, first)
        except BrokenError as error:
            raise BrokenError(f"its meta part: {error}") from None
        meta = shaped(content[:-64], META, "the meta part", 1 << 21)
        need(meta[1:3] == leaf[2:4], "the meta part speaks of another action")
        need(len(meta[9]) == len(parts), "the meta part speaks of another number of parts")
        for part, (_, subject, compartment) in zip(parts, meta[9], strict=True):
            name, _, person, _ = self.keys.get(part[0], (compartment, b"", "", b""))
            right = name == compartment and person in {"", subject}
            need(right, "a part is not in the compartment the meta part says")
        return meta, content[:-64], content[-64:]

    def facts(self, leaf: list[Any], part: list[Any]) -> list[list[Any]]:
        """The facts in a part: kind, version, fields."""
        what = "the content of the part"
        return shaped(self.content(leaf, part), many(0, HUGE, (TEXT, NUMBER, ANY)), what, 1 << 21)  # type: ignore[no-any-return]

    def own_facts(self, leaf: list[Any], meta: list[Any]) -> list[list[Any]]:
        """What an entry says of members, devices, keys and erasures."""
        found = []
        for part, note in zip(leaf[4][1:], meta[9], strict=True):
            found += self.facts(leaf, part) if note[2] == "meta" else []
        for kind, version, fields in found:
            later = version != 1 or kind not in FACTS
            need(later or known(kind, FACTS, fields), f"a fact of the kind {kind} cannot be read")
        return found

    def check_log(self) -> None:
        """The signature under the checkpoint, and that it is over these leaves."""
        keys = [key for key in self.roster.now.logs if log_name(self.vault, key) == self.log]
        if not keys and not self.keys and self.vault.hex() in self.log.split("/"):
            self.unchecked.append("the checkpoint: its log was added later, which is sealed")
        elif not keys:
            self.fault("checkpoint", "it is of a log the vault does not know")
        else:
            found = signatures(self.signers, self.log, 1, keys[0])
            signed = [vouches(keys[0], one, "", self.body.encode()) for one in found]
            if not signed or not all(signed):
                self.fault("checkpoint", "the signature under it does not hold")
        if self.roots.get(self.size) != self.root:
            self.fault("checkpoint", "the entries are not the ones it was signed for")
        if self.made not in {None, (self.size, self.root)}:
            self.fault("checkpoint", "it is not of the state that was exported")

    def walk(self) -> None:
        """Every entry: what it is sealed and signed with, after what, and what is in it."""
        self.own = sha(self.log.encode())[:16]
        self.logs = {sha(log_name(self.vault, k).encode())[:16] for k in self.roster.now.logs}
        about = [one for one in self.roster.erasures.values() if one["agreed"]]
        self.gone = {part: one["subject"] for one in about for part in one["parts"]}
        self.chains: dict[bytes, tuple[int, bytes, int] | None] = {}
        self.unread, self.time = False, 0
        peaks: list[tuple[int, bytes]] = []
        self.seen = (0, root_of(peaks))
        for first, _, leaves in self.bundles():
            self.unread = self.unread or leaves is None
            for n, leaf in enumerate(leaves or [], first):
                try:
                    self.check_leaf(n, leaf, root_of(peaks))
                except BrokenError as error:
                    self.fault(f"leaf {n}", error)
                    self.chains, self.unread = dict.fromkeys(self.chains), True
                grow(peaks, leaf)

    def check_leaf(self, n: int, stored: bytes, root: bytes) -> None:
        """One entry; only what leaves the rest of it unread is raised."""
        where, leaf = f"leaf {n}", shaped(stored, LEAF, "the leaf")
        for part in leaf[4]:
            self.count["parts"] += self.read(f"part/{part[1].hex()}", 0) is not None
        meta, signed, signature = self.open_meta(leaf)
        device, number, previous, time, written, seen = meta[3:9]
        key = self.roster.signer(device, self.own_facts(leaf, meta))
        if key is None:
            raise BrokenError("it was written by a device the vault does not know")
        message = signed + b"".join(part[1] for part in leaf[4][1:])
        need(vouches(key, signature, "action", message), "the signature does not hold")
        here = seen[0] == self.own
        self.check_epochs(n, leaf, meta, here=here)
        refusal = self.roster.refusal(device, number, written)
        if refusal:
            self.fault(where, refusal)
        known_as = self.roster.now.devices.get(device)
        self.count["given_up"] += known_as is not None and known_as.last is not None
        last = self.chains.get(device, None if self.unread else (-1, bytes(32), 0))
        if last is not None:
            if number != last[0] + 1:
                self.fault(where, f"its number is {number} instead of {last[0] + 1}")
            if previous != last[1]:
                self.fault(where, "it does not follow the last leaf of its device")
            if time <= (self.time if here else last[2]):
                self.fault(where, "its logical time does not rise")
        if seen[1] == n:
            self.seen = (n, root)
        if here and (seen[1], seen[2]) != self.seen:
            self.fault(where, f"it was written after another state of {seen[1]} entries")
        if not here and seen[0] not in self.logs:
            self.fault(where, "it was written after another log")
        for place, (part, note) in enumerate(zip(leaf[4][1:], meta[9], strict=True), 1):
            try:
                self.check_part(leaf, part, note)
            except BrokenError as error:
                self.fault(f"leaf {n}, part {place}", error)
        self.chains[device] = (number, sha(b"\x00" + stored), time)
        self.time = max(self.time, time)

    def check_part(self, leaf: list[Any], part: list[Any], note: list[Any]) -> None:
        """That a part is there, and holds what is listed; or was erased, as members agreed."""
        kinds, subject, compartment = note
        if subject and self.gone.get(part[1]) == subject:
            self.count["erased"] += 1
            there = self.read(f"part/{part[1].hex()}", 0)
            need(there is None, "it was to be erased, and is still there")
        elif part[0] not in self.keys and compartment not in self.names:
            self.sealed(part)
            self.count["sealed"] += 1
        else:
            facts = self.facts(leaf, part)
            listed = list(dict.fromkeys((kind, version) for kind, version, _ in facts))
            need(listed == [tuple(each) for each in kinds], "it holds other kinds than are listed")
            own = all(kind in FACTS for kind, _ in listed)
            need((compartment == "meta") == own, "what it says is in the wrong compartment")

    def check_epochs(self, n: int, leaf: list[Any], meta: list[Any], *, here: bool) -> None:
        """That nothing is sealed under a key that had been replaced, or was never announced."""
        notes = [[[], "", "meta"], *meta[9]]
        for part, (_, subject, name) in zip(leaf[4], notes, strict=True):
            epochs, held = self.roster.now.epochs.get(name), self.keys.get(part[0])
            person = held is not None and held[2]
            if epochs is None or (subject and not person):
                continue  # whose key it is nobody can say: it is for others, or was destroyed
            key = held[3] if held else part[0]
            began = [one.kid for one in epochs if one.began < n]
            right = began[-1:] if here and began else [one.kid for one in epochs]
            if (began or not here) and key not in right:
                self.fault(f"leaf {n}", f"it was not sealed under the key {name} had then")


def bundle(number: int, width: int) -> str:
    """Where 256 leaves lie (C2SP tlog-tiles)."""
    digits = f"{number:0{3 * max(1, -(-len(str(number)) // 3))}d}"
    *above, last = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{one}" for one in above), last])
    return f"tile/entries/{name}" + (f".p/{width}" if width < 256 else "")


def hold_against(check: Check, size: int, root: bytes | None, what: str) -> None:
    """That this export continues a state that was kept elsewhere."""
    if size > check.count["entries"]:
        check.fault(what, f"it knows {size} entries; an older copy was put in their place")
    elif root is not None and check.roots.get(size) != root:
        check.fault(what, f"the first {size} entries are not the ones that were there then")


def words_for(size: int, root: bytes, listed: list[str]) -> list[str]:
    """Twelve words for a root, as minutes of meetings carry them."""
    number, found = int.from_bytes(sha(root + size.to_bytes(8, "big")), "big"), []
    for _ in range(12):
        number, digit = divmod(number, 7776)
        found.append(listed[digit])
    return found


WORDS = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522"


def examine(args: argparse.Namespace, passphrase: str) -> dict[str, Any]:
    """The whole check, as a document."""
    kept, wanted, typed = None, set[int](), re.fullmatch(r"(\d{1,18}) entries ?: ?(.+)", "")
    if args.words:
        typed = re.fullmatch(r"(\d{1,18})(?: entries)? ?:? ?(.+)", as_typed(args.words))
        need(typed and len(typed[2].split()) == 12, "--words is a number and twelve words")
        wanted.add(int(typed[1]) if typed else 0)
    if args.checkpoint:
        with Path(args.checkpoint).open("rb") as file:
            kept = parse_note(file.read(32_769))
        wanted.add(parse_state(kept[0])[1])
    check = Check(Path(args.folder), passphrase)
    check.run(wanted)
    if kept:
        log, size, root = parse_state(kept[0])
        key = next((k for k in check.roster.now.logs if log_name(check.vault, k) == log), b"")
        signed = signatures(kept[1], log, 1, key)
        holds = key and signed and all(vouches(key, one, "", kept[0].encode()) for one in signed)
        need(holds, "--checkpoint: it is not signed by a log of this vault")
        need(log == check.log, "--checkpoint: it is of another log of this vault")
        hold_against(check, size, root, "--checkpoint")
    listed = check.read("words", 1 << 20)
    if listed is None or sha(listed).hex() != WORDS:
        check.fault("words", "the list of words is missing, or another")
    elif typed:
        size = int(typed[1])
        hold_against(check, size, None, "--words")
        if size in check.roots:
            right = words_for(size, check.roots[size], listed.decode().split())
            for place, (one, other) in enumerate(zip(typed[2].split(), right, strict=True), 1):
                if one != other:
                    check.fault(f"--words, word {place}", f"it should be {other}")
    for text_of_key in args.cosigner:
        notes = [(check.body, check.signers), *([kept] if kept else [])]
        if not any(cosigned(text_of_key, *note) for note in notes):
            check.fault("--cosigner", f"{text_of_key.split('+')[0]} signed neither checkpoint")
    return {
        "holds": not check.faults,
        "vault": check.vault.hex(),
        "log": check.log,
        "root": check.roots[check.count["entries"]].hex(),
        **check.count,
        "faults": [{"where": where, "what": what} for where, what in check.faults],
        "not_checked": check.unchecked,
    }


def cosigned(key_text: str, body: str, signers: list[tuple[str, bytes]]) -> bool:
    """Whether a witness signed a checkpoint (C2SP tlog-cosignature), and every line of it holds."""
    name, mark, rest = ([*key_text.split("+", 2), "", ""])[:3]
    key = exact64(rest)
    need(len(key) == 33 and key[0] == 4, "--cosigner is the line a witness hands out")
    need(sha(name.encode() + b"\n" + key)[:4].hex() == mark, "--cosigner: the line was changed")
    found = signatures(signers, name, 4, key[1:])
    times = [int.from_bytes(one[:8], "big") for one in found]
    said = [f"cosignature/v1\ntime {time}\n{body}".encode() for time in times]
    holds = [vouches(key[1:], f[8:], "", s) for f, s in zip(found, said, strict=True)]
    return bool(holds) and all(holds)


def as_typed(words: str) -> str:
    """Words as they were meant: lower case, one space between, the i of any keyboard."""
    return " ".join(words.translate({0x130: "i", 0x131: "i", 0x307: None}).lower().split())


def report(found: dict[str, Any]) -> str:
    """The verdict in words."""
    lines = [f"Vault {found['vault']}", f"Root {found['root']} over {found['entries']} entries"]
    lines += [f"{found['parts']} sealed parts are there; {found['sealed']} of them are for others"]
    lines += [f"{found['erased']} parts were erased, as members agreed"]
    lines += [f"{found['given_up']} entries are of devices that were given up later"]
    lines += [f"NOT CHECKED  {what}" for what in found["not_checked"]]
    lines += [f"FAULT  {one['where']}: {one['what']}" for one in found["faults"]]
    much = "Everything that was checked holds."
    return "\n".join([*lines, much if found["holds"] else f"{len(found['faults'])} FAULTS."])


def main() -> int:
    """Ask, check, say."""
    parser = argparse.ArgumentParser(description="Check an exported vault; nothing is written.")
    parser.add_argument("folder")
    parser.add_argument("--passphrase-file", help="else it is asked for; empty: check without")
    parser.add_argument("--checkpoint", metavar="NOTE", help="a checkpoint kept from before")
    parser.add_argument("--words", metavar='"N entries: …"', help="the line of the minutes")
    parser.add_argument("--cosigner", metavar="KEY", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    try:
        if args.passphrase_file:
            passphrase = Path(args.passphrase_file).read_text(encoding="utf-8")
        else:
            ask = sys.stdin.isatty()
            passphrase = getpass.getpass("Passphrase (empty: without): ") if ask else ""
        found = examine(args, as_typed(passphrase))
    except (BrokenError, OSError, UnicodeDecodeError) as error:
        sys.stderr.write(f"This could not be checked: {error}\n")
        return 2
    said = json.dumps(found, indent=2) if args.json else report(found)
    sys.stdout.write(said + "\n")
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
