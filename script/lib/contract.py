"""script/contract: the running API against its own description, by schemathesis."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from . import build, network, server, settings
from .api_client import Client
from .base import DEV, ROOT, Failed, make_dev, say, step
from .services import Services, unpack_all
from .supervise import Program, Supervisor
from .wheels import need_pip

HOME = DEV / "contract"
PINS = Path(__file__).with_name("contract-requirements.txt")
CONFIG = Path(__file__).with_name("contract.toml")
DATABASE = "hiring_contract"
OPERATOR = "the operator of the contract's run"
RESUME = b"Ada Lovelace\nada@example.org\nAnalyst at Analytical Engines, 1842 - 1843\nSkills: Rust, PostgreSQL\n"
# What a run in script/test affords: the same requests each time.
QUICK = ("--max-examples", "6", "--seed", "1", "--phases", "examples,coverage,fuzzing")
LONG = ("--max-examples", "50", "--phases", "examples,coverage,fuzzing,stateful")

USAGE = """usage: script/contract [--quick] [SCHEMATHESIS OPTION ...]

Starts the API and a worker on a database of their own with a few people, jobs and resumes in it, and has schemathesis make requests
from /api/openapi.json: what the description allows must be answered as described, and what it does not allow must be refused.
  --quick  the few requests of script/test, the same each time
Everything else is handed on, for instance --include-operation-id createJob, or --seed 7."""


def main(arguments):
    """Runs it against a server of its own; the status is schemathesis's."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    make_dev()
    settings.load_dotenv()
    with step("programs, model and runtime under .dev/"):
        unpack_all()
    running = Services("test")
    if running.is_running():
        running.adopt()
    running.start()
    try:
        return hold(running, arguments)
    finally:
        running.stop()


def quick():
    """The step of script/test, on the services that stand already or are started here."""
    if main(["--quick"]):
        raise Failed("the API and its description differ (above); script/contract repeats it")


def hold(running, arguments):
    """Starts the programs, makes the data, asks."""
    command = install()
    folder = build.build(debug=True)
    environment = prepare(running)
    supervisor = Supervisor(Nothing())
    try:
        with step("hiring-api and hiring-worker on a database of their own"):
            start(supervisor, folder, environment)
        tokens = people(server.base_url(environment))
        chosen = [argument for argument in arguments if argument != "--quick"]
        chosen = [*(QUICK if "--quick" in arguments else LONG), *chosen]
        url = f"{server.base_url(environment)}/api/openapi.json"
        with step("schemathesis"):
            return subprocess.run([*command, "--config-file", str(CONFIG), "run", url, "--no-color", *chosen], cwd=HOME, check=False,
                                  env={**os.environ, "PYTHONPATH": str(HOME / "site"), **tokens}).returncode
    finally:
        supervisor.stop()


class Nothing:
    """No services for the supervisor to stop: they are stopped by who started them."""

    def stop(self):
        """Does nothing."""


def install():
    """Installs schemathesis once, with pinned hashes, and gives the command."""
    if sys.version_info < (3, 11):
        raise Failed("schemathesis needs Python 3.11 or later")
    wanted = hashlib.sha256(PINS.read_bytes() + sys.version.encode()).hexdigest()
    mark = HOME / ".installed"
    if not (mark.is_file() and mark.read_text() == wanted):
        need_pip()
        say("    installing schemathesis in .dev/contract")
        shutil.rmtree(HOME, ignore_errors=True)
        done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
                               "--no-deps", "--require-hashes", "--target", str(HOME / "site"), "--requirement", str(PINS)],
                              capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"pip could not install schemathesis:\n{done.stderr.strip()[-1500:]}")
        mark.write_text(wanted)
    return [sys.executable, "-m", "schemathesis.cli"]


def prepare(running):
    """An empty database, and limits that nobody reaches."""
    environment = {**settings.application(running), **urls(running)}
    if running.cluster:
        running.cluster.psql("postgres", f'DROP DATABASE IF EXISTS "{DATABASE}" WITH (FORCE)')
        running.cluster.ensure_database(DATABASE)
        environment["DATABASE_URL"] = running.cluster.url(DATABASE)
    for variable in ("API_PORT", "WORKER_PORT", "METRICS_PORT", "WORKER_METRICS_PORT"):
        environment[variable] = str(network.choose(f"contract {variable}"))
    raised = ("PER_HOUR", *(f"{tier}{size}" for tier in ("AUTH_", "AI_", "UPLOAD_", "UPLOAD_CANDIDATE_", "READ_", "WRITE_", "")
                            for size in ("BURST", "PER_MINUTE")))
    environment.update({
        "STORAGE_DIR": str(HOME / "objects"), "MAIL_DIR": str(HOME / "mail"), "QUEUE_PREFIX": "hiring-contract", "OPS_TOKEN": OPERATOR,
        "PASSWORD_HASH_MEMORY_KIB": "8", "PASSWORD_HASH_ITERATIONS": "1", "JWT_EXPIRATION_MINUTES": "1440",
        **{f"RATE_LIMIT_{name}": "1000000" for name in raised},
    })
    return environment


def urls(running):
    """Where the test services are, under the names that the programs read."""
    return {name.removeprefix("TEST_"): value for name, value in running.urls().items()}


def start(supervisor, folder, environment):
    """Migrates, seeds, starts both programs."""
    api, worker = folder / "hiring-api", folder / "hiring-worker"
    server.once(api, "migrate", environment)
    server.once(api, "seed-demo", environment)
    worker_url = server.local("http", environment.get("WORKER_HOST"), environment["WORKER_PORT"])
    supervisor.add(Program("contract-api", [api, "serve"], environment, f"{server.base_url(environment)}/health/ready"))
    supervisor.add(Program("contract-worker", [worker, "run"], environment, f"{worker_url}/health/ready"))
    supervisor.wait_ready(server.answers_ok)


def people(base):
    """Signs everybody in who is needed, and leaves a job, a resume that was read, and an application behind."""
    url, (_, password) = f"{base}/api/v1", settings.demo_login()
    admin, leaving = Client(url, "admin@demo.example", password), Client(url, "recruiter@demo.example", password)
    admin.login()
    leaving.login()
    candidate = Client(url, "candidate@contract.example", "a contract password")
    admin.send("POST", "/auth/register", {"email": candidate.email, "password": candidate.password, "name": "Candidate"})
    candidate.login()
    job = json.loads((ROOT / "script/samples/jobs.json").read_text(encoding="utf-8"))[0]
    job = admin.call("POST", "/jobs", job)["data"]
    read = admin.upload("/candidates/upload", "ada.txt", RESUME)["data"]["candidate_id"]
    candidate.upload(f"/jobs/{job['id']}/apply", "mine.txt", RESUME.replace(b"Ada", b"Augusta"))
    deadline = time.monotonic() + 60
    while admin.get(f"/candidates/{read}")["data"]["status"] == "processing":
        if time.monotonic() > deadline:
            raise Failed("the resume is not read after a minute")
        time.sleep(0.2)
    return {"CONTRACT_ADMIN": admin.token, "CONTRACT_LEAVING": leaving.token, "CONTRACT_CANDIDATE": candidate.token,
            "CONTRACT_OPERATOR": OPERATOR}
