"""What ``candlemark doctor`` looks at: the installation, a vault, and its members.

Members, devices and keys are sealed: they are looked at when a file gives the passphrase.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import sqlite3
import stat
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from candlemark.cli.opening import DEMONSTRATION_PASSPHRASE, opened
from candlemark.definition import Definition
from candlemark.errors import CandlemarkError
from candlemark.ledger import Vault
from candlemark.ledger import examine as examine_server

if TYPE_CHECKING:
    from pathlib import Path

_NEEDS = {
    "duckdb": "measure",
    "pyarrow": "measure",
    "numpy": "measure",
    "scipy": "measure",
    "django": "web",
    "jinja2": "web",
    "babel": "web",
    "waitress": "web",
    "whitenoise": "web",
}
_SPACE = 500_000_000
_DEVICE_NEAR_ITS_END = 14
"""Days."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: how it is, and what to do when it is not well."""

    ok: bool
    what: str
    advice: str = ""


def examine(folder: Path | None, passphrase_file: Path | None = None) -> tuple[Finding, ...]:
    """Look at the installation, at the vault in ``folder``, and inside when it can be opened."""
    findings = [_python(), _sqlite(), _packages(), _definition()]
    if folder is not None:
        findings.extend(_vault(folder))
        findings.extend(_inside(folder, passphrase_file))
    return tuple(findings)


def _inside(folder: Path, passphrase_file: Path | None) -> list[Finding]:
    if passphrase_file is None:
        return []
    try:
        with opened(folder, passphrase_file) as vault:
            return _members(vault)
    except CandlemarkError as error:
        where = "".join(f"; {fault}" for fault in error.faults)
        return [Finding(ok=False, what=error.message + where, advice=error.hint)]


def _members(vault: Vault) -> list[Finding]:
    """Compartments, devices, waiting changes, and how many could replace somebody who is lost."""
    roster, now = vault.members.roster(), vault.ledger.now()
    findings = []
    for name in sorted(roster.compartments):
        why = roster.due(name, now)
        closed = "nothing can be written in" if name in roster.closed else "a new key is due for"
        if why:
            findings.append(
                Finding(
                    ok=False,
                    what=f"{closed} the compartment {name}: {why}",
                    advice=f"run: candlemark compartment rotate {name}",
                )
            )
    for device in roster.devices.values():
        member = roster.members[device.member]
        left = (device.ends - now).days
        if member.removed is None and device.last is None and left < _DEVICE_NEAR_ITS_END:
            ends = f"ends in {left} days" if left >= 0 else "has ended"
            findings.append(
                Finding(
                    ok=False,
                    what=f"the device {device.kid.hex()[:12]} of member {member.code} {ends}",
                    advice="its member runs, on that device: candlemark device renew",
                )
            )
    findings += [
        Finding(
            ok=False,
            what=f"the change {proposal.code} waits for signatures",
            advice=f"another administrator runs: candlemark member approve {proposal.code}",
        )
        for proposal in roster.waiting
    ]
    if len(roster.administrators) == 1 and roster.recovery is None and not vault.demonstration:
        findings.append(
            Finding(
                ok=False,
                what="one administrator alone, and no recovery key",
                advice="take in a second one: if their passphrase is lost, everything is",
            )
        )
    findings += [
        Finding(
            ok=False,
            what=f"{fault.where}: {fault.what}",
            advice="it does not count; find out who wrote it: candlemark ledger verify",
        )
        for fault in vault.ledger.roster_faults
    ]
    findings += [
        Finding(
            ok=False,
            what=f"{fault.where}: {fault.what}",
            advice="nothing under it can be read; put the last good copy of the file back",
        )
        for fault in vault.examine_keys()
    ]
    findings += [
        Finding(
            ok=False,
            what=f"{fault.where}: {fault.what}",
            advice="whoever put it there held the key, or wrote to the file: keep a copy, find"
            " out who, take it away with candlemark key destroy KEY, and change the keys they had",
        )
        for fault in vault.strange_keys
    ]
    told = [
        Finding(ok=True, what=f"another place had decided otherwise: {one.where}: {one.what}")
        for one in vault.ledger.roster_told
    ]
    if findings or told:
        return [*findings, *told]
    return [Finding(ok=True, what="members, devices and keys are in order")]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Finding(
        sys.version_info >= (3, 11),
        f"Python {version}",
        "" if sys.version_info >= (3, 11) else "Candlemark needs Python 3.11 or later",
    )


def _sqlite() -> Finding:
    ok = sqlite3.sqlite_version_info >= (3, 37)
    return Finding(
        ok,
        f"SQLite {sqlite3.sqlite_version}",
        "" if ok else "the ledger needs SQLite 3.37 or later; install a newer Python",
    )


def _packages() -> Finding:
    missing = sorted({name for name in _NEEDS if importlib.util.find_spec(name) is None})
    if not missing:
        return Finding(ok=True, what="all packages for measuring and for pages are there")
    extras = ",".join(sorted({_NEEDS[name] for name in missing}))
    return Finding(
        ok=False,
        what=f"packages are missing: {', '.join(missing)}",
        advice=f"run make setup, or install candlemark[{extras}]",
    )


def _definition() -> Finding:
    try:
        edition = Definition.load()
    except CandlemarkError as error:
        return Finding(ok=False, what=f"the definition: {error.message}", advice=error.hint)
    return Finding(ok=True, what=f"definition {edition.code}, {edition.fingerprint[:16]}…")


def _vault(folder: Path) -> list[Finding]:
    try:
        peeked = Vault.peek(folder)
    except CandlemarkError as error:
        return [Finding(ok=False, what=error.message, advice=error.hint)]
    findings = [Finding(ok=True, what=f"a vault, format {peeked.format}")]
    try:
        findings.extend(Finding(*found) for found in examine_server(folder))
    except CandlemarkError as error:
        findings.append(Finding(ok=False, what=error.message, advice=error.hint))
    findings.append(_permissions(folder))
    free = shutil.disk_usage(folder).free
    findings.append(
        Finding(
            free > _SPACE,
            f"{free / 1e9:.1f} GB free where the vault lies",
            "" if free > _SPACE else "imports may be refused; free some space",
        )
    )
    beside = (folder / DEMONSTRATION_PASSPHRASE).exists()
    if peeked.demonstration:
        findings.append(
            Finding(ok=True, what="a demonstration vault; its passphrase lies beside it by design")
        )
    elif beside:
        findings.append(
            Finding(
                ok=False,
                what="the passphrase of this vault lies in its folder",
                advice="copy it to paper and take the file away; who has the folder has everything",
            )
        )
    return findings


def _permissions(folder: Path) -> Finding:
    if os.name != "posix":
        return Finding(ok=True, what="permissions are not looked at on this system")
    open_to = [
        path.name or str(path)
        for path in (folder, *sorted(folder.iterdir()))
        if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXG | stat.S_IRWXO)
    ]
    if not open_to:
        return Finding(ok=True, what="only its owner can read the vault's files")
    return Finding(
        ok=False,
        what=f"other accounts can reach {', '.join(open_to)}",
        advice=f"run: chmod -R go= {folder}",
    )
