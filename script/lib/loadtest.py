"""script/loadtest: builds the product for speed, starts it on a database of its own, and lets a crowd at it."""

import subprocess

from . import build, server, settings
from .base import DEV, ROOT, Failed, files_allowed, make_dev, say, step
from .bench import machine
from .services import Services, unpack_all
from .supervise import Program, Supervisor

PROGRAM = "hiring-loadtest"
DATABASE = "hiring_loadtest"
FILES = 12_000

USAGE = """usage: script/loadtest [normal|spike|soak|stress] [OPTION ...]

Builds the release programs, starts Postgres, Valkey, api and worker on an empty database, signs people in, and has them ask
for what candidates and recruiters ask for. Ends with status 1 if a criterion is missed. Run it on an otherwise idle machine.
  --people N    people in normal times (normal and soak 1800, spike 300, stress from 1800); each asks once in three seconds
  --seconds N   length of each phase
  --resumes N   resumes read before it begins (150)
  --seed N      decides who asks for what and when (1)
  --json FILE   where the result is written as JSON"""


def main(arguments):
    """Builds, starts, runs; the status is the program's."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    make_dev()
    settings.load_dotenv()
    files_allowed(FILES)
    with step("programs, model and runtime under .dev/"):
        unpack_all()
    running = Services("dev")
    supervisor = Supervisor(running)
    supervisor.catch_signals()
    try:
        if running.is_running():
            running.adopt()
        running.start()
        folder = build.build(packages=(*build.PROGRAMS, PROGRAM))
        environment = prepare(running)
        return crowd(supervisor, folder, environment, arguments)
    finally:
        supervisor.stop()


def prepare(running):
    """An empty database, and the environment of the product as in production but for what would only slow the preparation down."""
    environment = settings.application(running)
    if running.cluster:
        running.cluster.psql("postgres", f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        running.cluster.ensure_database(DATABASE)
        environment["DATABASE_URL"] = running.cluster.url(DATABASE)
    environment.update({
        "STORAGE_DIR": str(DEV / "loadtest" / "objects"), "QUEUE_PREFIX": "hiring-loadtest", "LOG_FORMAT": "json",
        # Everybody signs in from an address of their own before it begins, and nobody does while it runs.
        "TRUSTED_PROXIES": "127.0.0.1/32", "PASSWORD_HASH_MEMORY_KIB": "8", "PASSWORD_HASH_ITERATIONS": "1",
        "JWT_EXPIRATION_MINUTES": "1440",
    })
    return environment


def crowd(supervisor, folder, environment, arguments):
    """Starts the product and the crowd."""
    api, worker = folder / "hiring-api", folder / "hiring-worker"
    server.once(api, "migrate", environment)
    server.once(api, "seed-demo", environment)
    worker_url = server.local("http", environment.get("WORKER_HOST"), environment["WORKER_PORT"])
    with step("hiring-api serve, hiring-worker run"):
        supervisor.add(Program("loadtest-api", [api, "serve"], environment, f"{server.base_url(environment)}/health/ready"))
        supervisor.add(Program("loadtest-worker", [worker, "run"], environment, f"{worker_url}/health/ready"))
        supervisor.wait_ready(server.answers_ok)
    say(f"machine: {machine()}")
    environment = {
        **environment, "LOADTEST_API": f"127.0.0.1:{environment['API_PORT']}",
        "LOADTEST_METRICS": f"http://127.0.0.1:{environment['METRICS_PORT']}/metrics",
        "LOADTEST_PROCESSES": ",".join(str(program.child.pid) for program in supervisor.programs),
    }
    done = subprocess.run([str(folder / PROGRAM), *arguments], cwd=ROOT, env=environment, check=False)
    ended = [program.name for program in supervisor.programs if program.child.poll() is not None]
    if ended:
        raise Failed(f"{' and '.join(ended)} ended while people were there; the logs are in {DEV / 'log'}")
    return done.returncode
