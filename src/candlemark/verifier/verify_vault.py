"""Check an exported vault: what holds, and every fault by its place.  Reads; writes nothing.

    python -m pip install PyNaCl         once; Python 3.11 or later
    python verify_vault.py FOLDER

This file shares no code with the program that wrote the vault.  What it knows of the format stands
in Candlemark's docs/formats/{entry,vault,roster,log,export}.md.  It leaves with 0 when everything
holds, 1 when something does not, 2 when it could not check.  No check of one folder finds a whole
export put in the place of another: for that, give what was kept elsewhere (--words and others).
"""

import argparse
import base64
import copy
import getpass
import hashlib
import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from types import SimpleNamespace as Thing
from typing import Any

from nacl import bindings, exceptions, pwhash

if __name__.startswith("candlemark"):
    raise ImportError("this file is run, or copied into an export, and never imported")

CLAIMS = {
    "files": "The files are those that the checkpoint and the entries name, and no others.",
    "genesis": "The vault began with the genesis in this folder: its log is named by the hash.",
    "log": "The entries are those their log signed for: all of them, unchanged, in this order.",
    "parts": "Each sealed part is the one its entry names; what is gone was erased by agreement.",
    "kept": "What was kept elsewhere agrees with this export.",
    "open": "The keys handed over are those the entries name; what is sealed under them opens.",
    "members": "Members were taken in, changed and removed by as many signatures as are needed.",
    "signed": "Each entry is signed by a device that a member vouched for, before it was given up.",
    "order": "The entries of each device follow one another without a gap or a double.",
    "seen": "Each entry was written after a state that this log had: nothing was taken back.",
}
SEALED = ("open", "members", "signed", "order", "seen")  # cannot be told without the passphrase
NOT_JUDGED = (
    "who ought to read a compartment and under which of its keys, who is frozen, logical time from "
    "one device to another, limits of length, and what the facts in a part say"
)
FACTS = "roster.proposed roster.approved roster.introduced device.certified device.lost"
ELSEWHERE = "it was written after its device was given up elsewhere, or beside another change"
UNOPENED = "what is sealed, and a log that joined later: it needs the passphrase of the export"
WORD_LIST = "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522"
TYPES = {"b": bytes, "i": int, "s": str, "a": list, "f": bool}
WIDTHS: dict[int, tuple[Any, int]] = {  # MessagePack: what follows, and how wide its length is
    0xC4: (bytes, 1), 0xC5: (bytes, 2), 0xC6: (bytes, 4), 0xDC: (list, 2), 0xDD: (list, 4),
    0xCC: (int, 1), 0xCD: (int, 2), 0xCE: (int, 4), 0xCF: (int, 8),
    0xD9: (str, 1), 0xDA: (str, 2), 0xDB: (str, 4),
}  # fmt: skip


class BrokenError(Exception):
    """Something does not hold; the message says what."""


UNREAD = (LookupError, TypeError, ValueError)  # what a value of another type than its form ends in


def need(holds: object, what: str) -> None:
    """Go on only where something holds."""
    if not holds:
        raise BrokenError(what)


# Bytes and keys


def unpack(data: bytes, at: int = 0, depth: int = 0) -> tuple[Any, int]:
    """The value of MessagePack at ``at``, and where it ends; too far, if it is cut short."""
    head, at = data[at], at + 1
    if head < 0x80 or head >= 0xE0:
        return (head if head < 0x80 else head - 256), at
    if head in {0xC2, 0xC3}:
        return head == 0xC3, at
    need(head >= 0x90, "it holds what the format does not use")
    kind: Any = list if head < 0xA0 else str
    length = head & (0x0F if kind is list else 0x1F)
    if head >= 0xC0:
        need(head in WIDTHS, "it holds what the format does not use")
        kind, width = WIDTHS[head]
        length, at = int.from_bytes(data[at : at + width], "big"), at + width
    if kind is int:
        return length, at
    if kind is not list:
        found = data[at : at + length]
        return (found.decode() if kind is str else found), at + length
    need(depth < 16, "it is too deep")
    values = []
    for _ in range(length):
        value, at = unpack(data, at, depth + 1)
        values.append(value)
    return values, at


def read(data: bytes, form: str, what: str) -> Any:
    """The array that fills ``data``: bytes, integers, strings, arrays, flags; its version first."""
    try:
        value, end = unpack(data)
    except (BrokenError, *UNREAD):
        raise BrokenError(f"{what} cannot be read") from None
    right = end == len(data) and [*map(type, value)] == [TYPES[one] for one in form]
    need(right and value[0] in {1, "recovery.set"}, f"{what} is not of its form, or of a later one")
    return value


def sha(data: bytes) -> bytes:
    """SHA-256."""
    return hashlib.sha256(data).digest()


def kid(key: bytes) -> bytes:
    """How a key is named: by a hash of itself."""
    return sha(b"candlemark/kid/v1" + key)[:16]


def vouches(key: bytes, signature: bytes, message: bytes, kind: str = "") -> bool:
    """Whether an Ed25519 signature holds; over the message with its type (DSSE), if it has one."""
    name = f"application/vnd.candlemark.{kind}.v1".encode()
    if kind:
        message = b"DSSEv1 %d %b %d %b" % (len(name), name, len(message), message)
    try:
        return bool(bindings.crypto_sign_open(signature + message, key) == message)
    except exceptions.CryptoError:
        return False


def unseal(key: bytes, bound: bytes, sealed: bytes) -> bytes:
    """nonce24 || XChaCha20-Poly1305, which opens where it belongs and nowhere else."""
    opened = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt
    return opened(sealed[24:], bound + kid(key), sealed[:24], key)


def exact64(encoded: str) -> bytes:
    """Base 64 in the one way it can be written."""
    found = base64.b64decode(encoded, validate=True)
    need(base64.b64encode(found).decode() == encoded, "base 64 cannot be read")
    return found


# The log: signed notes (C2SP) and the tree (RFC 6962)


def log_name(vault: bytes, key: bytes) -> str:
    """What a log is called: the first line of its checkpoints."""
    return f"candlemark.org/{vault.hex()}/{kid(key).hex()[:8]}"


def read_note(stored: bytes) -> Thing:
    """A checkpoint: the log, its size and root; and the lines of who signed it."""
    form = r"((\S+)\n(0|[1-9][0-9]{0,17})\n(\S{44})\n(?:.+\n)*)\n((?:— \S+ \S+\n)+)"
    found: Any = re.fullmatch(form, stored.decode(errors="replace"))
    need(found, "the checkpoint is not a signed note")
    signers = [line.split(" ")[1:] for line in found[5].splitlines()]
    size, root = int(found[3]), exact64(found[4])
    return Thing(text=found[1], log=found[2], size=size, root=root, signers=signers)


def signed_note(note: Thing, name: str, kind: int, key: bytes) -> bool:
    """Whether a log (kind 1) or a witness (kind 4) signed, and every line of theirs holds."""
    mark, found = sha(name.encode() + b"\n" + bytes([kind]) + key)[:4], []
    for raw in [exact64(line) for who, line in note.signers if who == name]:
        if raw[:4] == mark:
            time, signature = (b"", raw[4:]) if kind == 1 else (raw[4:12], raw[12:])
            head = f"cosignature/v1\ntime {int.from_bytes(time, 'big')}\n" if time else ""
            found.append(vouches(key, signature, (head + note.text).encode()))
    return bool(found) and all(found)


def roots_of(leaves: list[bytes]) -> list[bytes]:
    """The roots of the tree over the first 0, 1, 2 … of the leaves."""
    roots, perfect = [sha(b"")], list[tuple[int, bytes]]()  # the perfect trees in it, with height
    for leaf in leaves:
        height, root = 0, sha(b"\0" + leaf)
        while perfect and perfect[-1][0] == height:
            height, root = height + 1, sha(b"\x01" + perfect.pop()[1] + root)
        perfect.append((height, root))
        for _, larger in reversed(perfect[:-1]):
            root = sha(b"\x01" + larger + root)
        roots.append(root)
    return roots


# Who is a member, and which entries count


class Roster:
    """Members, devices and erasures: the genesis, and then what those who may have signed for."""

    def __init__(self, vault: bytes, genesis: bytes) -> None:
        _, _, _, founders, self.threshold, recovery, self.logs, _ = read(
            genesis, "iibaibaf", "the genesis"
        )
        self.vault, self.number, self.hash = vault, 0, sha(b"candlemark/roster/v1" + vault)
        self.members = {kid(key): key for key, _ in founders}  # who is one now; and who ever was:
        self.keys, self.signing = dict(self.members), set(self.members)  # administrators
        self.recovery = read(recovery, "sbb", "the recovery key")[1] if recovery else b""
        self.devices, self.overtaken = dict[bytes, Thing](), dict[bytes, Thing]()
        self.left = dict[bytes, bytes]()  # who was removed, in an entry of which log
        self.boxes = dict[bytes, bytes]()  # with which key what is meant for them is wrapped
        self.changes, self.erasures = dict[bytes, Thing](), dict[bytes, Thing]()
        for key, device in founders:
            always = Thing(key=device, member=kid(key), begins=0, ends=1 << 63, last=None, log=b"")
            self.devices[kid(device)] = always

    def refusal(self, said: Thing) -> str:
        """Why an entry does not count; empty when it does."""
        device = self.devices.get(said.device) or self.overtaken.get(said.device)
        if device is None:
            return "it was written by a device the vault does not know"
        if not vouches(device.key, said.signature, said.message, "action"):
            return "the signature does not hold"
        if device.last is not None and said.number > device.last:
            same = "it was written after its device, or its member, was given up"
            return same if device.log == said.log else ELSEWHERE
        within = device.begins <= said.written <= device.ends
        return "" if within else "it was written when its device had no certificate"

    def hear(self, said: Thing, fact: list[Any]) -> None:
        """One fact.  The first four are signed in themselves; of others the author must count."""
        kind, version, fields = fact
        if self.refusal(said) == ELSEWHERE:
            return
        match kind if version == 1 else "later", fields:
            case "roster.proposed" | "roster.approved", [change, signer, signature]:
                self.sign(said.log, change, signer, signature, new=kind == "roster.proposed")
            case "roster.introduced", [card]:  # a founder, with perhaps another device
                key, box, signed = self.read_card(card)
                new = kid(key) in self.members and kid(key) not in self.boxes
                need(new, "only a founder introduces themselves, and once")
                device = self.read_device(signed)
                self.devices.setdefault(kid(device.key), device)
                self.boxes[kid(key)] = box
            case "device.certified", [certificate]:
                self.present(certificate[1], said.log)
                device = self.read_device(certificate)
                need(device.begins <= said.written + 86_400_000, "a certificate begins later")
                known = self.devices.get(kid(device.key), device)
                device.begins = min(device.begins, known.begins)  # it was renewed
                self.devices[kid(device.key)] = device
            case (
                "device.lost" | "erasure.asked" | "erasure.agreed" | "roster.taken-back",
                [name, *asked],
            ):
                refusal = self.refusal(said)
                need(not refusal, refusal)
                author = self.devices[said.device].member
                self.present(author, said.log)
                if kind == "roster.taken-back":
                    self.take_back(author, name, asked[0])
                    return
                if kind == "device.lost":
                    lost = self.devices.get(name[0])
                    mine = lost and lost.member == author and lost.last is None
                    need(mine, "only a member gives up a device of theirs, and once")
                    self.end(name[0], name[1], said.log)
                    return
                if asked:
                    need(asked[0] and name not in self.erasures, "asked before, or about nobody")
                    gone = {*asked[2], *asked[3]}  # hashes of parts, and kids of keys
                    self.erasures[name] = Thing(person=asked[0], gone=gone, by=set(), agreed=False)
                need(name in self.erasures, "an erasure was agreed to that nobody asked for")
                erasure = self.erasures[name]
                erasure.by.add(author)  # two members have to want it; all, where they are fewer
                erasure.agreed |= len(erasure.by) >= min(2, len(self.members))
            case _:
                need(kind not in FACTS, f"a fact of the kind {kind} cannot be read")

    def take_back(self, author: bytes, what: str, name: bytes) -> None:
        """A word counts no longer where it was not enough yet; afterwards this has no effect."""
        erasure = self.erasures.get(name, Thing(by=set(), agreed=True))
        if what == "erasure" and not erasure.agreed:
            erasure.by.discard(author)
        for content, change in self.changes.items():
            if what == "change" and sha(content) == name and change.on == self.hash:
                change.by.discard(author)

    def present(self, name: bytes, log: bytes) -> None:
        """That somebody is a member, as far as could be known at the place of a log."""
        need(self.left.get(name, log) == log, ELSEWHERE)
        need(name in self.members, "it is of, or by, nobody who is a member")

    def read_device(self, signed: list[Any]) -> Thing:
        """A device a member vouches for, that is nobody else's and was not given up."""
        content, signer, signature = signed
        _, vault, member, key, _, begins, ends = read(content, "ibbbsii", "the certificate")
        need(signer in self.members and signer == member, "it is of nobody who is a member")
        mine = vault == self.vault and vouches(self.members[signer], signature, content, "device")
        need(mine, "the certificate is not its member's, for this vault")
        need(begins < ends, "the certificate ends before it begins")
        found = Thing(key=key, member=member, begins=begins, ends=ends, last=None, log=b"")
        known = self.devices.get(kid(key), found)
        free = known.member == member and known.last is None
        need(free, "the device is another member's, or was given up before")
        return found

    def read_card(self, signed: list[Any]) -> tuple[bytes, bytes, list[Any]]:
        """Whose card it is, the key to wrap for them with, and their device: they signed it."""
        content, signer, signature = signed
        _, vault, name, key, suite, box, device = read(content, "ibsbiba", "the card")
        mine = kid(key) == signer and vouches(key, signature, content, "member")
        need(mine and vault == self.vault, "the card is not its person's for this vault")
        need(name.isprintable() and 0 < len(name) <= 200, "the card has a name nobody can read")
        need((suite, len(box)) in {(1, 1216), (2, 32)}, "the key to wrap with is none")
        for at in range(0, len(box) - 64, 3):  # ML-KEM-768: 768 numbers of 12 bits, below 3329
            both = int.from_bytes(box[at : at + 3], "little")
            need(both & 0xFFF < 3329 and both >> 12 < 3329, "the key to wrap with is none")
        return key, box, device

    def sign(
        self, log: bytes, content: bytes, signer: bytes, signature: bytes, *, new: bool
    ) -> None:
        """A signature under a change, which is made once enough administrators signed it."""
        _, vault, number, before, _, made = read(content, "ibibsa", "the change")
        fresh = content not in self.changes  # else proposed again: a further signature under it
        need(new or not fresh, "a signature stands under a change nobody proposed")
        need(made and vault == self.vault, "the change is of another vault, or empty")
        follows = (number, before) == (self.number + 1, self.hash)
        change = self.changes.get(content, Thing(on=before if follows else b"", by=set()))
        need(not new or signer not in change.by, "the change was proposed before")
        waits = change.on == self.hash  # else another was made meanwhile: this one is overtaken
        key, may = self.keys.get(signer, b""), not waits or signer in self.signing
        recovers = bool(self.recovery) and signer == kid(self.recovery)
        if recovers:
            key, may = self.recovery, {one[0] for one in made} <= {"member.added", "member.removed"}
        may = may and vouches(key, signature, content, "roster")
        if not (may or fresh or waits):
            return  # signed by one who did not know yet
        need(may, "a change is signed by nobody who may, or the signature under it does not hold")
        self.changes[content] = change
        change.by.add(signer)
        by = change.by & (self.signing if waits else self.keys.keys())
        if len(by) < self.threshold and not recovers:
            return
        then, change.on = copy.deepcopy(self), b""  # all of it is made, or nothing, and once
        for one in made:
            if waits:
                then.make(log, *one)
            elif one[0] == "member.added" and one[1][1] not in self.keys:
                with suppress(BrokenError):  # nobody is taken in by it: it need not be right
                    then.make(log, *one)
        if waits:
            need(len(then.signing) >= then.threshold > 0, "too few would be left to sign a change")
            then.number, then.hash = number, sha(b"candlemark/roster/v1" + before + content)
            self.__dict__.update(then.__dict__)
            return
        for name in then.devices.keys() - self.devices.keys():  # what these write does not count
            self.overtaken[name] = then.devices[name]
            self.overtaken[name].last = -1

    def make(self, log: bytes, *change: Any) -> None:
        """One change of members."""
        match change:
            case "member.added", card, bool(signs), bool():
                key, box, device = self.read_card(card)
                free = kid(key) not in self.keys and box not in self.boxes.values()
                need(free, "these are the keys of somebody who is, or was, a member")
                self.members[kid(key)] = self.keys[kid(key)] = key
                self.boxes[kid(key)] = box
                self.signing |= {kid(key)} if signs else set()
                found = self.read_device(device)
                need(kid(found.key) not in self.devices, "the device is one the vault knows")
                self.devices[kid(found.key)] = found
            case "member.changed", name, bool(signs), bool() if name in self.members:
                self.signing = self.signing | {name} if signs else self.signing - {name}
            case "member.removed", name, ended if name in self.members:
                del self.members[name]
                self.left[name] = log
                self.signing -= {name}
                theirs = {at for at, one in self.devices.items() if one.member == name}
                need(dict(ended).keys() <= theirs, "the removal speaks of another's device")
                for at in theirs:  # one that it does not name had written nothing
                    self.end(at, dict(ended).get(at, -1), log)
            case "device.revoked", [name, int(last)]:
                self.end(name, last, log)
            case "threshold.set", int(number):
                self.threshold = number
            case "recovery.set", signing, box if (len(signing), len(box)) in {(0, 0), (32, 1216)}:
                self.recovery = signing
            case "log.added", key, str() if key not in self.logs:
                self.logs.append(key)
            case _:
                thawed = change[0] == "member.thawed" and change[1] in self.members
                need(thawed, "a change is none there can be: of nobody, or of what is so already")

    def end(self, name: bytes, last: int, log: bytes) -> None:
        """Let a device count up to a number and no further; the number only ever sinks."""
        need(name in self.devices, "there is no such device")
        device = self.devices[name]
        if device.last is None or last < device.last:
            device.last, device.log = last, log


# The export


class Export:
    """A folder, and every fault in it: the claim it breaks, its place, and what it is."""

    def __init__(self, folder: Path, passphrase: str) -> None:
        self.folder, self.named, self.chains = folder, set[str](), dict[bytes, Any]()
        self.faults, self.told = list[tuple[str, str, str]](), list[tuple[str, str]]()
        self.leaves, self.keys, self.made = list[bytes](), dict[bytes, Thing](), b""
        self.count = dict.fromkeys(("counted", "parts", "sealed", "erased", "absent"), 0)
        genesis = self.file("genesis", "there is no exported vault in this folder")
        self.vault = sha(b"candlemark/genesis/v1" + genesis)[:16]
        self.roster = Roster(self.vault, genesis)
        self.note = Thing(text="", signers=[], log="", size=0, root=b"")
        self.attempt("genesis", "checkpoint", self.take_checkpoint)
        try:
            if passphrase:
                self.unlock(passphrase)
        except (BrokenError, exceptions.CryptoError, *UNREAD) as error:
            also = "; ".join([str(error), *(what for _, _, what in self.faults)])
            what = "the passphrase is not the one, or `disclosed` was changed"
            raise BrokenError(f"{what}: {also}") from None
        tile, whole = 0, True
        while whole and 256 * tile < self.note.size:
            whole = self.attempt("log", f"tile/entries/{tile:03}", self.take_leaves, tile)
            tile += 1
        self.roots, self.seen, self.gone = roots_of(self.leaves), 0, set[tuple[str, bytes]]()

    def expect(self, holds: object, claim: str, where: str, what: str) -> None:
        """Note a fault where something does not hold, and go on."""
        if not holds:
            self.faults.append((claim, where, what))

    def attempt(self, claim: str, where: str, step: Any, *given: Any) -> Any:
        """What a step gives; nothing, and a fault at its place, when something does not hold."""
        try:
            return step(*given)
        except BrokenError as error:
            if str(error) == ELSEWHERE:
                self.told.append((where, ELSEWHERE))
            self.expect(str(error) == ELSEWHERE, claim, where, str(error))
        except exceptions.CryptoError:
            self.expect(False, claim, where, "it does not open: changed, moved or truncated")
        except UNREAD:
            self.expect(False, claim, where, "it cannot be read")

    def file(self, name: str, missing: str = "it is missing", most: int = 1 << 25) -> bytes:
        """A plain file, which something names."""
        path = self.folder / name
        self.named.add(name)
        need(path.is_file() and not path.is_symlink(), missing)
        need(path.stat().st_size <= most, f"{name} is too long")
        return path.read_bytes()

    def unlock(self, passphrase: str) -> None:
        """Take the keys that were handed over, and the root they were handed over with."""
        _, phc, sealed = read(self.file("disclosed"), "isb", "disclosed")
        cost: Any = re.fullmatch(r"\$argon2id\$v=19\$m=(\d{1,6}),t=(\d{1,2}),p=1\$(.{22})", phc)
        bearable = cost and 8 <= int(cost[1]) <= 524_288 and 1 <= int(cost[2]) <= 16
        need(bearable, "the parameters of the passphrase cannot be read")
        salt, memory = exact64(cost[3] + "=="), int(cost[1]) * 1024
        key = pwhash.argon2id.kdf(32, passphrase.encode(), salt, int(cost[2]), memory)
        bound = b"candlemark/disclosed/v1\x01" + self.vault + phc.encode()
        opened = unseal(key, bound, sealed)
        _, vault, _, self.made, epochs, persons = read(opened, "ibibaa", "disclosed")
        need(vault == self.vault, "it is of another vault")
        for name, _, key in epochs:
            self.keys[kid(key)] = Thing(key=key, name=name, person="")
        for epoch, person, key in persons:
            need(epoch in self.keys, "the key of a person is of no compartment")
            self.keys[kid(key)] = Thing(key=key, name=self.keys[epoch].name, person=person)

    def take_checkpoint(self) -> None:
        """The signed state; whether its signature holds is seen once the logs are known."""
        self.note = read_note(self.file("checkpoint", most=32_768))
        named = self.note.log.startswith(f"candlemark.org/{self.vault.hex()}/")
        need(named, "it is not of the vault that began with this genesis, or one was changed")

    def take_leaves(self, tile: int) -> bool:
        """The leaves in one file, 256 or what is left of them, each after its length."""
        width, at = min(256, self.note.size - 256 * tile), 0
        name = f"tile/entries/x{tile // 1000:03}/{tile % 1000:03}".replace("x000/", "")
        stored = self.file(name if width == 256 else f"{name}.p/{width}")
        for _ in range(width):
            length = int.from_bytes(stored[at : at + 2], "big")
            self.leaves.append(stored[at + 2 : at + 2 + length])
            at += 2 + length
        need(at == len(stored), "it does not hold the leaves it should")
        return True

    def whole(self, part: list[Any], where: str) -> bytes:
        """The sealed bytes of a part; nothing, and a fault, where they are not the leaf's."""
        stored: bytes | None = self.attempt("parts", where, self.file, f"part/{part[1].hex()}")
        if stored is not None and sha(stored) != part[1]:
            what = "it was changed: its hash is another than its leaf says"
            self.expect(False, "parts", where, what)
            return b""
        return stored or b""

    def content(
        self, action: bytes, part: list[Any], person: str, name: str, sealed: bytes
    ) -> bytes:
        """What is in a part; its key must be of the compartment and person the entry says."""
        need(part[0] in self.keys, "it is sealed under a key that was not handed over")
        held = self.keys[part[0]]
        need(held.name == name and held.person in {"", person}, "it is not in its compartment")
        opened = unseal(held.key, b"candlemark/part/v1\x01" + self.vault + action, sealed)
        content, mark, zeros = opened.rpartition(b"\x80")
        need(mark and not zeros.strip(b"\0"), "its padding is not the right one")
        return content

    def leaf(self, stored: bytes) -> Any:
        """The action and the parts that a leaf names, each by kid of its key, hash and size."""
        _, suite, vault, action, parts = read(stored, "iibba", "the leaf")
        need(suite == 1 and vault == self.vault, "it is of another vault, or of a later version")
        need(all([*map(type, part)] == [bytes, bytes, int] for part in parts), "it names no parts")
        return action, parts

    def entry(self, n: int, stored: bytes, action: bytes, parts: list[Any]) -> Any:
        """Who wrote an entry, after what, and what it says of members."""
        first, *parts = parts
        sealed = self.whole(first, f"leaf {n}, part 0")
        if not sealed:
            return None
        content = self.content(action, first, "", "meta", sealed)
        meta = read(content[:-64], "ibbbibiiaaas", "the meta part")
        _, vault, same, device, number, before, time, written, seen, notes, _, _ = meta
        need((vault, same) == (self.vault, action), "the meta part is of another action")
        said = Thing(n=n, action=action, device=device, number=number, before=before, time=time)
        said.written, said.seen, said.log, said.hash = written, seen, seen[0], sha(b"\0" + stored)
        said.message = content[:-64] + b"".join(part[1] for part in parts)
        said.parts, said.signature, said.facts = [], content[-64:], []
        for place, (part, (_, person, name)) in enumerate(zip(parts, notes, strict=True), 1):
            said.parts.append((part, person, name, f"leaf {n}, part {place}"))
            if name == "meta":
                sealed = self.whole(part, said.parts[-1][-1])
                said.facts += unpack(self.content(action, part, person, name, sealed))[0]
        return said

    def judge(self, said: Thing) -> None:
        """One entry: whether it counts, what it follows, and whether its parts are there."""
        where, refusal = f"leaf {said.n}", self.roster.refusal(said)
        self.count["counted"] += not refusal
        self.attempt("signed", where, need, not refusal, refusal)
        number, before, time = self.chains.get(said.device, (-1, bytes(32), 0))
        self.chains[said.device] = (said.number, said.hash, said.time)
        follows = (said.number, said.before) == (number + 1, before) and said.time > time
        self.expect(follows, "order", where, "it does not follow the last entry of its device")
        log, size, root = said.seen
        self.expect(log in self.logs, "seen", where, "it was written after a log nobody knows")
        if log == sha(self.note.log.encode())[:16]:
            there = self.seen <= size <= said.n and self.roots[size] == root
            self.expect(there, "seen", where, "it was written after another state of this log")
            self.seen = size if there else self.seen
        for part, person, name, where in said.parts:
            if (person, part[0]) in self.gone or (person, part[1]) in self.gone:
                self.count["erased"] += 1
                there = (self.folder / f"part/{part[1].hex()}").exists()
                self.expect(not there, "parts", where, "it was to be erased, and is still there")
            elif name != "meta":
                sealed, known = self.whole(part, where), part[0] in self.keys or name in self.names
                self.count["sealed"] += not known
                if sealed and known:
                    self.attempt(
                        "open", where, self.content, said.action, part, person, name, sealed
                    )

    def run(self) -> None:
        """Everything: the roster, then each entry under it, and what else lies there."""
        opened = []
        for n, stored in enumerate(self.leaves):
            leaf = self.attempt("log", f"leaf {n}", self.leaf, stored)
            if leaf and self.keys:
                opened.append(self.attempt("open", f"leaf {n}", self.entry, n, stored, *leaf))
            for place, part in enumerate(leaf[1] if leaf and not self.keys else []):
                there = (self.folder / f"part/{part[1].hex()}").exists()
                self.count["absent"] += not there
                self.count["sealed"] += there and bool(self.whole(part, f"leaf {n}, part {place}"))
        opened = [said for said in opened if said]
        for said in sorted(opened, key=lambda one: (one.time, one.action)):  # one order everywhere
            for fact in said.facts:
                self.attempt("members", f"leaf {said.n}", self.roster.hear, said, fact)
        self.names = {held.name for held in self.keys.values()}
        self.logs = {sha(log_name(self.vault, key).encode())[:16] for key in self.roster.logs}
        erasures = [one for one in self.roster.erasures.values() if one.agreed]
        self.gone = {(one.person, name) for one in erasures for name in one.gone}
        for said in opened:
            self.attempt("signed", f"leaf {said.n}", self.judge, said)
        paths = [one for at in ("part", "tile") for one in (self.folder / at).rglob("*")]
        found = {one.relative_to(self.folder).as_posix() for one in paths if not one.is_dir()}
        self.count["parts"] = sum(name.startswith("part/") for name in found & self.named)
        for name in sorted(found - self.named if self.note.log else ()):
            self.expect(False, "files", name, "no checkpoint and no entry names it")

    def check_log(self) -> None:
        """Whether a log of the vault signed for these entries."""
        key = {log_name(self.vault, key): key for key in self.roster.logs}.get(self.note.log)
        if key or self.keys:
            signed = key and signed_note(self.note, self.note.log, 1, key)
            self.expect(signed, "log", "checkpoint", "no log of the vault signed it as it is")
        right = (len(self.leaves), self.roots[-1]) == (self.note.size, self.note.root)
        self.expect(right, "log", "checkpoint", "the entries are not the ones it was signed for")
        right = self.made in {b"", self.note.root}
        self.expect(right, "log", "checkpoint", "it is not of the state that was exported")

    def compare(self, asked: argparse.Namespace) -> None:
        """Hold what was kept elsewhere against this log: a checkpoint, words, a witness's key."""
        notes, size = [self.note], len(self.leaves)
        if asked.checkpoint:
            kept = read_note(Path(asked.checkpoint).read_bytes())
            notes.append(kept)
            ours = any(signed_note(kept, self.note.log, 1, key) for key in self.roster.logs)
            same = ours and kept.size <= size and self.roots[kept.size] == kept.root
            what = "it is not one of this log, or this export does not continue it"
            self.expect(same, "kept", "--checkpoint", what)
        listed = self.attempt("files", "words", self.file, "words") or b""
        self.expect(sha(listed).hex() == WORD_LIST, "files", "words", "the list is another")
        if asked.words:
            need(sha(listed).hex() == WORD_LIST, "--words: the list of words is another")
            said, *typed = re.findall(r"\d+|[a-z-]+", as_typed(asked.words).replace("entries", ""))
            need(len(typed) == 12, "--words: N entries: and twelve words")
            root = self.roots[int(said)] if int(said) <= size else b""
            number = int.from_bytes(sha(root + int(said).to_bytes(8, "big")), "big")
            right = [listed.decode().split()[number // 7776**place % 7776] for place in range(12)]
            self.expect(
                root and typed == right, "kept", "--words", "they are not those of this log"
            )
        for line in asked.cosigner:
            name, mark, key = line.split("+", 2)
            raw = exact64(key)
            known = raw[0] == 4 and sha(f"{name}\n".encode() + raw)[:4].hex() == mark
            need(known, "--cosigner: NAME+HASH+KEY, the line a witness hands out")
            signs = any(signed_note(note, name, 4, raw[1:]) for note in notes)
            self.expect(signs, "kept", "--cosigner", f"{name} signed neither checkpoint")


# What is said of it


def as_typed(words: str) -> str:
    """Words as they were meant: lower case, one space between, the i of any keyboard."""
    return " ".join(words.translate({0x130: "i", 0x131: "i", 0x307: None}).lower().split())


def examine(asked: argparse.Namespace, passphrase: str) -> dict[str, Any]:
    """The whole check, as a document."""
    export = Export(Path(asked.folder), passphrase)
    export.run()
    export.attempt("log", "checkpoint", export.check_log)
    export.compare(asked)
    broken = {claim for claim, _, _ in export.faults}
    left_out = [*([] if passphrase else SEALED)]
    if not (asked.checkpoint or asked.words or asked.cosigner):
        left_out.append("kept")
    return {
        "holds": not export.faults,
        "vault": export.vault.hex(),
        "log": export.note.log,
        "root": export.roots[-1].hex(),
        "entries": len(export.leaves),
        **export.count,
        "claims": {one: one not in broken for one in CLAIMS if one not in left_out},
        "faults": [
            dict(zip(("claim", "where", "what"), one, strict=True)) for one in export.faults
        ],
        "told": [dict(zip(("where", "what"), one, strict=True)) for one in export.told],
        "not_checked": [] if passphrase else [UNOPENED],
        "not_judged": NOT_JUDGED,
    }


def report(found: dict[str, Any]) -> str:
    """The verdict in words."""
    lines = ["Vault {vault}, log {log}", "{entries} entries, {counted} count; root {root}"]
    lines += ["{parts} sealed parts are there; {sealed} are sealed to you too"]
    lines += ["{erased} parts were erased, as members agreed; {absent} are absent, erased or not"]
    lines = [line.format(**found) for line in lines]
    for claim, holds in found["claims"].items():
        lines += [f"{'HOLDS' if holds else 'DOES NOT HOLD'}: {CLAIMS[claim]}"]
        faults = [one for one in found["faults"] if one["claim"] == claim]
        lines += [f"    FAULT at {one['where']}: {one['what']}" for one in faults]
    lines += [f"DOES NOT COUNT: {one['where']}: {one['what']}" for one in found["told"]]
    lines += [f"NOT CHECKED: {what}" for what in found["not_checked"]]
    lines += [f"Not judged here: {found['not_judged']}."]
    holds = "Everything that was checked holds."
    return "\n".join([*lines, holds if found["holds"] else f"{len(found['faults'])} FAULTS."])


def main() -> int:
    """Ask, check, say."""
    parser = argparse.ArgumentParser(description="Check an exported vault; nothing is written.")
    parser.add_argument("folder", metavar="FOLDER")
    parser.add_argument("--passphrase-file", help="else it is asked for; empty: check without")
    parser.add_argument("--checkpoint", metavar="NOTE", help="a checkpoint kept elsewhere: a file")
    parser.add_argument("--words", metavar="LINE", help="of the minutes: N entries: twelve words")
    parser.add_argument("--cosigner", metavar="KEY", action="append", default=[])
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    try:
        passphrase = ""
        if asked.passphrase_file:
            passphrase = Path(asked.passphrase_file).read_text(encoding="utf-8")
        elif sys.stdin.isatty():
            passphrase = getpass.getpass("Passphrase (empty: check only what lies in clear): ")
        found = examine(asked, as_typed(passphrase))
    except (*UNREAD, BrokenError, OSError) as error:
        sys.stderr.write(f"This could not be checked: {error}\n")
        return 2
    said = json.dumps(found, indent=2) if asked.json else report(found)
    sys.stdout.write(said.encode("ascii", "backslashreplace").decode() + "\n")
    return 0 if found["holds"] else 1


if __name__ == "__main__":
    sys.exit(main())
