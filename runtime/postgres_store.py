"""A ledger in one schema of a PostgreSQL database."""

from __future__ import annotations

from contextlib import suppress
from inspect import unwrap
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit, urlunsplit

import psycopg
from eventsourcing.persistence import IntegrityError
from eventsourcing.postgres import PostgresDatastore, PostgresProcessRecorder
from psycopg.conninfo import conninfo_to_dict
from psycopg.sql import SQL, Identifier

from runtime.recorders import PATIENCE, Batch, fresh_secret, vault_row

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from contracts.sealed import VaultRow


class PostgresStore(PostgresProcessRecorder):
    """A ledger in one schema of a PostgreSQL database.

    Erasing deletes the row at once for everybody who asks the database. Its bytes stay in dead tuples until `scrub`
    (`VACUUM FULL` of the vault) and in the write-ahead log and backups until those are recycled: set their retention.
    """

    # A caller is told at once that the database is away, instead of after the library's ten attempts.
    select_events = unwrap(PostgresProcessRecorder.select_events)
    select_notifications = unwrap(PostgresProcessRecorder.select_notifications)
    max_notification_id = unwrap(PostgresProcessRecorder.max_notification_id)
    max_tracking_id = unwrap(PostgresProcessRecorder.max_tracking_id)

    def __init__(self, url: str, schema: str) -> None:
        conninfo, schema = postgres_address(url, schema)
        with psycopg.connect(**conninfo, autocommit=True) as connection:  # closing it gives the lock back
            connection.execute("SELECT pg_advisory_lock(hashtext(%s))", (f"layout {schema}",))
            connection.execute(SQL("CREATE SCHEMA IF NOT EXISTS {}").format(Identifier(schema)))
            super().__init__(_datastore(conninfo, schema))
            named = {
                "events": Identifier(schema, self.events_table_name),
                "tracking": Identifier(schema, self.tracking_table_name),
                "vault": Identifier(schema, "vault"),
                "secret": Identifier(schema, "secret"),
            }
            vault = (
                "CREATE TABLE IF NOT EXISTS {vault} (ref uuid PRIMARY KEY, subject uuid NOT NULL, field text NOT NULL,"
                " retention text NOT NULL, salt bytea NOT NULL, value text NOT NULL)"
            )
            key = "CREATE TABLE IF NOT EXISTS {secret} (one int PRIMARY KEY CHECK (one = 1), value bytea NOT NULL)"
            self.sql_create_statements += [SQL(vault).format(**named), SQL(key).format(**named)]
            self.create_table()
            self.secret = _secret(connection, named["secret"])
        self.append_events = SQL(_APPEND_EVENTS).format(**named)
        self.append_all = SQL(_APPEND_ALL).format(**named)
        self.select_vault = SQL("SELECT * FROM {vault} WHERE ref = ANY(%s)").format(**named)
        self.vacuum_vault = SQL("VACUUM (FULL) {vault}").format(**named)

    def write(self, batch: Batch) -> None:
        """Write the batch in one statement, which is one transaction. Raises `IntegrityError` when it does not fit."""
        needs = batch.needs
        values: dict[str, Any] = {
            "head": batch.head,
            "positions": [event.recorded.sequence for event in batch.events],
            "aggregates": [event.recorded.subject for event in batch.events],
            "versions": [event.version for event in batch.events],
            "topics": [event.recorded.type for event in batch.events],
            "states": [event.body for event in batch.events],
            "need_aggregates": [aggregate for aggregate, _ in needs],
            "need_versions": [version for _, version in needs],
        }
        statement = self.append_events
        if batch.sealed or batch.consumed or batch.erase:
            statement = self.append_all
            values |= {
                "sources": list(batch.consumed),
                "reached": list(batch.consumed.values()),
                "refs": [row.ref for row in batch.sealed],
                "subjects": [row.subject for row in batch.sealed],
                "fields": [row.field for row in batch.sealed],
                "retentions": [row.retention.value for row in batch.sealed],
                "salts": [row.salt for row in batch.sealed],
                "texts": [row.value for row in batch.sealed],
                "erase": list(batch.erase),
            }
        with self.datastore.get_connection() as connection:
            row = connection.execute(statement, values, prepare=True).fetchone()
        if row is None or not row["fits"]:
            raise IntegrityError("the events do not follow what is stored")

    def unseal(self, refs: Sequence[UUID]) -> list[VaultRow]:
        """The vault rows with these references, of those that are there."""
        with self.datastore.get_connection() as connection:
            rows = connection.execute(self.select_vault, (list(refs),)).fetchall()
        return [vault_row(row["ref"], row["subject"], row) for row in rows]

    def scrub(self) -> bool:
        """Write the vault's file anew without what was erased. Locks the vault while it lasts."""
        with self.datastore.get_connection() as connection:
            connection.execute(self.vacuum_vault)
        return True

    def recover(self) -> None:
        """Let the pool throw away the connections that broke."""
        with suppress(psycopg.Error):
            self.datastore.pool.check()

    def close(self) -> None:
        """Close the connections."""
        self.datastore.close()


# `fits` decides for every part of the statement; a writer that comes at the same moment collides on the position.
_FITS = """
WITH fits AS (SELECT (
    (cardinality(%(positions)s::bigint[]) = 0 OR %(head)s::bigint = 0
        OR EXISTS (SELECT FROM {events} WHERE notification_id = %(head)s::bigint))
    AND NOT EXISTS (SELECT FROM unnest(%(need_aggregates)s::uuid[], %(need_versions)s::bigint[]) AS need (id, version)
        WHERE NOT EXISTS (SELECT FROM {events} WHERE originator_id = need.id AND originator_version = need.version))
"""
_STORED = """), stored AS (
    INSERT INTO {events} (notification_id, originator_id, originator_version, topic, state)
    SELECT new.* FROM fits, unnest(%(positions)s::bigint[], %(aggregates)s::uuid[], %(versions)s::bigint[],
        %(topics)s::text[], %(states)s::bytea[]) AS new WHERE fits
)"""
_APPEND_EVENTS = _FITS + ") AS fits" + _STORED + " SELECT fits FROM fits"  # noqa: S608 - as below
_APPEND_ALL = f"""{_FITS}
    AND NOT EXISTS (SELECT FROM unnest(%(sources)s::text[], %(reached)s::bigint[]) AS now (source, reached)
        JOIN {{tracking}} ON application_name = source AND notification_id >= reached)
) AS fits{_STORED}, sealed AS (
    INSERT INTO {{vault}} (ref, subject, field, retention, salt, value)
    SELECT new.* FROM fits, unnest(%(refs)s::uuid[], %(subjects)s::uuid[], %(fields)s::text[], %(retentions)s::text[],
        %(salts)s::bytea[], %(texts)s::text[]) AS new WHERE fits
), erased AS (
    DELETE FROM {{vault}} USING fits WHERE fits AND ref = ANY(%(erase)s::uuid[])
), tracked AS (
    INSERT INTO {{tracking}} AS known (application_name, notification_id)
    SELECT now.* FROM fits, unnest(%(sources)s::text[], %(reached)s::bigint[]) AS now WHERE fits
    ON CONFLICT (application_name) DO UPDATE SET notification_id = excluded.notification_id
        WHERE known.notification_id < excluded.notification_id
) SELECT fits FROM fits"""  # noqa: S608 - table names are filled in as identifiers, values as parameters


def _secret(connection: psycopg.Connection[Any], table: Identifier) -> bytes:
    """The ledger's secret, made where there is none."""
    found = SQL("SELECT value FROM {}").format(table)
    row = connection.execute(found).fetchone()
    if row is None:
        connection.execute(SQL("INSERT INTO {} (one, value) VALUES (1, %s)").format(table), (fresh_secret(),))
        row = connection.execute(found).fetchone()
    assert row is not None  # noqa: S101 - it has just been written
    return bytes(row[0])


def _datastore(conninfo: dict[str, Any], schema: str) -> PostgresDatastore:
    rest = {"connect_timeout": PATIENCE, **conninfo}
    named = {name: rest.pop(name, "") for name in ("dbname", "host", "port", "user", "password")}
    datastore = PostgresDatastore(**named, schema=schema, max_overflow=9, connect_timeout=float(PATIENCE))
    assert isinstance(datastore.pool.kwargs, dict)  # noqa: S101 - the library has just made it one
    datastore.pool.kwargs |= rest  # sslmode and whatever else the library has no parameter for
    return datastore


def postgres_address(url: str, schema: str) -> tuple[dict[str, Any], str]:
    """Connection parameters, and the schema: `?schema=…` in the address, else the one given."""
    address = urlsplit(url)
    query = parse_qs(address.query)
    chosen = query.pop("schema", [schema])[0]
    rest = "&".join(f"{name}={value}" for name, values in query.items() for value in values)
    return dict(conninfo_to_dict(urlunsplit(address._replace(query=rest)))), chosen
