"""A schema of its own on the session's PostgreSQL, for tests of views."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest


@pytest.fixture
def view_database(postgres_server: str) -> str:
    schema = f"views_{uuid4().hex}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f'CREATE SCHEMA "{schema}"')
    return f"{postgres_server}&options=-csearch_path%3D{schema}"
