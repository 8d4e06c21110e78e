"""The tables of a ledger on PostgreSQL: how they are made, and whether they are still the same.

One schema holds one ledger.  Triggers refuse what a ledger never does, also when the session
pretends to be a replica; the owner of the schema can remove a trigger, as the owner of a file can
change it, and what that cannot do is hide from ``verify``.
"""

from __future__ import annotations

import hashlib
import re
from importlib import resources
from typing import TYPE_CHECKING, Any, Final, LiteralString

from psycopg import Connection, sql

from candlemark.errors import Fault, LedgerBroken, NewerFormat, SettingRefused, VaultMissing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Session = Connection[tuple[Any, ...]]
"""One connection to the server."""

LEDGER_FORMAT: Final = 1
REFUSED_BY_TRIGGER: Final = "CNDLM"
"""The SQLSTATE of our own triggers."""
_COMMENT: Final = "candlemark ledger, format {}"
_MOVED: Final = ", moved away"
_READ_COMMENT: Final = re.compile(r"candlemark ledger, format ([0-9]{1,6})(, moved away)?")
_SCHEMA: Final = re.compile(r"candlemark_[0-9a-z_]{1,48}")

_DEFINITION: Final = """
CREATE SCHEMA {schema};
CREATE TABLE {schema}.genesis (one integer PRIMARY KEY CHECK (one = 1), genesis bytea NOT NULL);
CREATE TABLE {schema}.leaf (n bigint PRIMARY KEY, leaf bytea NOT NULL,
  hash bytea NOT NULL UNIQUE, action bytea NOT NULL UNIQUE);
CREATE TABLE {schema}.part (hash bytea PRIMARY KEY, ct bytea NOT NULL);
ALTER TABLE {schema}.part ALTER ct SET STORAGE EXTERNAL;
ALTER TABLE {schema}.part ALTER ct SET STATISTICS 0;
CREATE TABLE {schema}.tile (level integer NOT NULL, n bigint NOT NULL, root bytea NOT NULL,
  PRIMARY KEY (level, n));
CREATE TABLE {schema}.head (one integer PRIMARY KEY CHECK (one = 1), size bigint NOT NULL,
  peaks bytea NOT NULL, note bytea NOT NULL);
CREATE FUNCTION {schema}.refuse() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog
  AS 'BEGIN RAISE EXCEPTION USING ERRCODE = ''CNDLM'', MESSAGE = TG_ARGV[0]; END';
CREATE FUNCTION {schema}.refuse_a_gap() RETURNS trigger LANGUAGE plpgsql
  SET search_path = pg_catalog
  AS 'DECLARE next bigint = (SELECT coalesce(max(n) + 1, 0) FROM {schema}.leaf); '
    'BEGIN IF NEW.n = next THEN RETURN NEW; END IF; '
    'RAISE EXCEPTION USING ERRCODE = ''CNDLM'', MESSAGE = ''a leaf is added at the end''; END';
CREATE TRIGGER genesis_stays BEFORE UPDATE OR DELETE ON {schema}.genesis FOR EACH ROW
  EXECUTE FUNCTION {schema}.refuse('the genesis is never changed or deleted');
CREATE TRIGGER leaf_stays BEFORE UPDATE OR DELETE ON {schema}.leaf FOR EACH ROW
  EXECUTE FUNCTION {schema}.refuse('a leaf is never changed or deleted');
CREATE TRIGGER leaf_is_next BEFORE INSERT ON {schema}.leaf FOR EACH ROW
  EXECUTE FUNCTION {schema}.refuse_a_gap();
CREATE TRIGGER part_stays BEFORE UPDATE ON {schema}.part FOR EACH ROW
  EXECUTE FUNCTION {schema}.refuse('a part is never changed');
CREATE TRIGGER tile_stays BEFORE UPDATE OR DELETE ON {schema}.tile FOR EACH ROW
  EXECUTE FUNCTION {schema}.refuse('a tile is never changed or deleted');
CREATE TRIGGER head_never_goes BEFORE DELETE ON {schema}.head FOR EACH ROW
  EXECUTE FUNCTION {schema}.refuse('the head is never deleted');
CREATE TRIGGER head_moves_on BEFORE UPDATE ON {schema}.head FOR EACH ROW
  WHEN (NEW.size < OLD.size) EXECUTE FUNCTION {schema}.refuse('the head never moves back');
CREATE TRIGGER genesis_is_kept BEFORE TRUNCATE ON {schema}.genesis
  EXECUTE FUNCTION {schema}.refuse('the genesis is never deleted');
CREATE TRIGGER leaf_is_kept BEFORE TRUNCATE ON {schema}.leaf
  EXECUTE FUNCTION {schema}.refuse('a leaf is never deleted');
CREATE TRIGGER part_is_kept BEFORE TRUNCATE ON {schema}.part
  EXECUTE FUNCTION {schema}.refuse('parts are never deleted together');
CREATE TRIGGER tile_is_kept BEFORE TRUNCATE ON {schema}.tile
  EXECUTE FUNCTION {schema}.refuse('a tile is never deleted');
CREATE TRIGGER head_is_kept BEFORE TRUNCATE ON {schema}.head
  EXECUTE FUNCTION {schema}.refuse('the head is never deleted');
ALTER TABLE {schema}.genesis ENABLE ALWAYS TRIGGER genesis_stays;
ALTER TABLE {schema}.genesis ENABLE ALWAYS TRIGGER genesis_is_kept;
ALTER TABLE {schema}.leaf ENABLE ALWAYS TRIGGER leaf_stays;
ALTER TABLE {schema}.leaf ENABLE ALWAYS TRIGGER leaf_is_next;
ALTER TABLE {schema}.leaf ENABLE ALWAYS TRIGGER leaf_is_kept;
ALTER TABLE {schema}.part ENABLE ALWAYS TRIGGER part_stays;
ALTER TABLE {schema}.part ENABLE ALWAYS TRIGGER part_is_kept;
ALTER TABLE {schema}.tile ENABLE ALWAYS TRIGGER tile_stays;
ALTER TABLE {schema}.tile ENABLE ALWAYS TRIGGER tile_is_kept;
ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_never_goes;
ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_moves_on;
ALTER TABLE {schema}.head ENABLE ALWAYS TRIGGER head_is_kept;
"""

# The server's statistics hold samples of what stands in a column (in another table, and in files of
# their own), so none are made of sealed bytes: what is erased here would stay there.

# The rows that are left, in new files, and nothing else.  The expression makes the server write the
# table anew; ALTER TABLE then copies what this transaction sees, where VACUUM FULL and CLUSTER also
# copy dead rows that somebody with an older snapshot might still ask for.
_REWRITE: Final[LiteralString] = r"""
ALTER TABLE {schema}.part ALTER ct TYPE bytea USING ct || '\x'::bytea,
  ALTER ct SET STORAGE EXTERNAL, ALTER ct SET STATISTICS 0
"""

# Every object of the schema as one line of text, however it came to be there.
_CATALOG: Final = """
WITH of AS (SELECT c.* FROM pg_class c JOIN pg_namespace s ON s.oid = c.relnamespace
            WHERE s.nspname = %(schema)s)
SELECT format('relation %%s %%s%%s security=%%s', relname, relkind, relpersistence, relrowsecurity)
  FROM of WHERE relkind <> 'i'
UNION ALL SELECT format('column %%s.%%s %%s null=%%s storage=%%s default=%%s sampled=%%s', relname,
    attname, format_type(atttypid, atttypmod), NOT attnotnull, attstorage, atthasdef,
    coalesce(attstattarget, -1) <> 0)
  FROM of JOIN pg_attribute ON attrelid = of.oid
  WHERE relkind <> 'i' AND attnum > 0 AND NOT attisdropped
UNION ALL SELECT format('constraint %%s.%%s %%s valid=%%s', relname, conname,
    pg_get_constraintdef(k.oid), convalidated)
  FROM of JOIN pg_constraint k ON conrelid = of.oid WHERE contype <> 'n'
UNION ALL SELECT format('index %%s valid=%%s', pg_get_indexdef(indexrelid),
    indisvalid AND indisready)
  FROM of JOIN pg_index ON indexrelid = of.oid
UNION ALL SELECT format('trigger %%s enabled=%%s', pg_get_triggerdef(t.oid), tgenabled)
  FROM of JOIN pg_trigger t ON tgrelid = of.oid WHERE NOT tgisinternal
UNION ALL SELECT format('rule %%s.%%s', relname, rulename)
  FROM of JOIN pg_rewrite ON ev_class = of.oid
UNION ALL SELECT format('heir of %%s', relname) FROM of JOIN pg_inherits ON inhparent = of.oid
UNION ALL SELECT format('function %%s(%%s) %%s %%s definer=%%s %%s %%s', proname,
    oidvectortypes(proargtypes), format_type(prorettype, NULL), lanname, prosecdef, proconfig,
    prosrc)
  FROM pg_proc JOIN pg_namespace s ON s.oid = pronamespace JOIN pg_language l ON l.oid = prolang
  WHERE nspname = %(schema)s
"""

_EXPECTED: Final = frozenset(
    resources.files("candlemark.ledger")
    .joinpath("postgres_catalog.txt")
    .read_text(encoding="utf-8")
    .splitlines()
)


def check_name(schema: str) -> None:
    """Refuse a name that no schema of a vault has, so that it can stand in any statement.

    Raises:
        SettingRefused: it is another name.
    """
    if not _SCHEMA.fullmatch(schema):
        raise SettingRefused(
            "this cannot be the schema of a vault",
            hint="its name begins with candlemark_, and has small letters, digits and _ only",
        )


def schema_of(vault: str) -> str:
    """The schema for the ledger of a vault with this identifier, in hexadecimal."""
    return f"candlemark_{vault[:16]}"


def lock_number(schema: str) -> int:
    """The number of the advisory lock of whoever writes to the ledger in ``schema``; 64 bits."""
    drawn = hashlib.sha256(b"candlemark/writer/v1" + schema.encode()).digest()
    return int.from_bytes(drawn[:8], "big", signed=True)


def named(schema: str) -> Callable[[LiteralString], sql.Composed]:
    """What puts the name of the schema into a statement, wherever ``{schema}`` stands in it."""
    check_name(schema)
    return lambda text: sql.SQL(text).format(schema=sql.Identifier(schema))


def make_tables(session: Session, schema: str) -> None:
    """Make the schema with its tables and triggers, inside the caller's transaction."""
    check_name(schema)
    session.execute(_DEFINITION.replace("{schema}", schema).encode())
    _label(session, schema, _COMMENT.format(LEDGER_FORMAT))


def erase_parts(session: Session, schema: str, hashes: Sequence[bytes]) -> int:
    """Take parts out of the table and its files, inside the caller's transaction; how many.

    Raises an error of the driver when somebody reads the table for longer than ``lock_timeout``.
    """
    name = named(schema)
    session.execute(name("LOCK TABLE {schema}.part IN ACCESS EXCLUSIVE MODE"))
    gone = session.execute(
        name("DELETE FROM {schema}.part WHERE hash = ANY(%s)"), (list(hashes),)
    ).rowcount
    if gone:
        session.execute(name(_REWRITE))
    return gone


def mark_moved(session: Session, schema: str) -> None:
    """Say in the schema that its ledger is kept elsewhere from now on; only reading is left."""
    _label(session, schema, _COMMENT.format(LEDGER_FORMAT) + _MOVED)


def _label(session: Session, schema: str, words: str) -> None:
    comment = sql.SQL("COMMENT ON SCHEMA {} IS {}")
    session.execute(comment.format(sql.Identifier(schema), sql.Literal(words)))


def has_moved(session: Session, schema: str) -> bool:
    """Whether the ledger in this schema is kept elsewhere by now.

    Raises:
        VaultMissing: there is no such schema.
        NewerFormat: a later version of Candlemark wrote it.
        LedgerBroken: it is not a ledger of Candlemark.
    """
    found = session.execute(
        "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s",
        (schema,),
    ).fetchone()
    if found is None:
        raise VaultMissing(
            f"the server has no ledger of this vault: there is no schema {schema}",
            hint="see whether ledger.toml names the right database, or restore it from its copy",
        )
    match = _READ_COMMENT.fullmatch(found[0] or "")
    if match is None:
        raise LedgerBroken(
            f"the schema {schema} is not a ledger of Candlemark",
            hint="restore the database from its copy, comments included (pg_dump keeps them)",
        )
    if int(match[1]) > LEDGER_FORMAT:
        raise NewerFormat(
            f"the ledger was written by a later version of Candlemark (format {match[1]})",
            hint="install that version; this one changed nothing",
        )
    return match[2] is not None


def catalog(session: Session, schema: str) -> frozenset[str]:
    """Every object of the schema as the server describes it, the schema itself named ``schema``."""
    rows = session.execute(_CATALOG, {"schema": schema}).fetchall()
    return frozenset(line.replace(f"{schema}.", "schema.") for (line,) in rows)


def check_tables(session: Session, schema: str) -> tuple[Fault, ...]:
    """Whether the tables and triggers are, word for word, the ones that were made."""
    kept = catalog(session, schema)
    if kept == _EXPECTED:
        return ()
    return (Fault(f"schema {schema}", "its tables and triggers are not the ones it was made with"),)
