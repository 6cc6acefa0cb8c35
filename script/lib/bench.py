"""script/bench: builds everything for speed, gives it databases of its own, and hands over to the bench programs."""

import itertools
import os
import platform
import subprocess

from . import build, memory, settings
from .base import DEV, ROOT, Failed, files_allowed, make_dev, say, step
from .services import Services, model_environment, unpack_all

PROGRAM = "hiring-bench"
DATABASE = "hiring_bench"
KEPT = "hiring_bench_kept"
# The http bench opens 10,000 connections between two programs.
FILES = 12_000
KEEP = "--keep"

USAGE = """usage: script/bench [BENCH ...] [OPTION ...]

Builds the release programs, makes an empty database, and runs `hiring-bench` with the named benches (all if none).
Run it on an otherwise idle machine. With --keep the database is another one, which stays: the search bench fills it in its first
run only. It finds in its environment:
  DATABASE_URL, REDIS_URL        servers as durable as development's
  BENCH_API, BENCH_WORKER        the release programs to measure
  BENCH_PSS                      a program: given process ids, prints the PSS of their trees in bytes, one a line
  EMBEDDING_MODEL_DIR, ORT_DYLIB_PATH"""
# Sizes of the buckets that one client who measures would empty.
RAISED = ("PER_HOUR", *(f"{tier}{size}" for tier in ("AUTH_", "AI_", "UPLOAD_", "UPLOAD_CANDIDATE_", "READ_", "WRITE_", "")
                        for size in ("BURST", "PER_MINUTE")))


def main(arguments):
    """Builds, prepares, runs; the bench programs print their own figures."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    if not (ROOT / "benches" / "Cargo.toml").is_file():
        raise Failed("there is no benches/ crate in this checkout")
    make_dev()
    settings.load_dotenv()
    with step("programs, model and runtime under .dev/"):
        unpack_all()
    if named(arguments) == {"ranking"}:
        return rank(arguments)
    keeps = KEEP in arguments
    arguments = [argument for argument in arguments if argument != KEEP]
    running = Services("dev")
    if running.is_running():
        running.adopt()
    if not named(arguments) or "http" in named(arguments):
        files_allowed(FILES)
    try:
        running.start()
        folder = build.build(packages=(*build.PROGRAMS, PROGRAM))
        environment = prepare(running, folder, keeps)
        say(f"machine: {machine()}")
        return subprocess.run([str(folder / PROGRAM), *arguments], cwd=ROOT, env=environment, check=False).returncode
    finally:
        running.stop()


def named(arguments):
    """The benches that are named; they stand before the first option."""
    return set(itertools.takewhile(lambda argument: not argument.startswith("-"), arguments))


def rank(arguments):
    """The one bench that needs nothing but the model."""
    folder = build.build(packages=(PROGRAM,))
    say(f"machine: {machine()}")
    environment = {**os.environ, **model_environment(), "ENVIRONMENT": "development"}
    return subprocess.run([str(folder / PROGRAM), *arguments], cwd=ROOT, env=environment, check=False).returncode


def prepare(running, folder, keeps=False):
    """A migrated database, empty unless it is the kept one, and the bench programs' environment."""
    environment = settings.application(running)
    if running.cluster:
        database = KEPT if keeps else DATABASE
        if not keeps:
            running.cluster.psql("postgres", f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        running.cluster.ensure_database(database)
        environment["DATABASE_URL"] = running.cluster.url(database)
    environment.update({
        "BENCH_API": str(folder / "hiring-api"), "BENCH_WORKER": str(folder / "hiring-worker"),
        "BENCH_PSS": str(ROOT / "script" / "pss"), "STORAGE_DIR": str(DEV / "bench" / "objects"),
        "QUEUE_PREFIX": "hiring-bench",
        # Limits are counted as always, and nobody reaches them.
        **{f"RATE_LIMIT_{name}": "1000000" for name in RAISED},
    })
    with step("hiring-api migrate"):
        done = subprocess.run([str(folder / "hiring-api"), "migrate"], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"hiring-api migrate ended with status {done.returncode}:\n{done.stderr[-2000:]}")
    return environment


def machine():
    """This machine in one line, for the figures."""
    model = platform.processor() or platform.machine()
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as source:
            model = next((line.split(":", 1)[1].strip() for line in source if line.startswith("model name")), model)
    except OSError:
        pass
    return f"{os.cpu_count()} cores, {model}, {memory.installed_gib():.0f} GiB, {platform.system()} {platform.release()}"
