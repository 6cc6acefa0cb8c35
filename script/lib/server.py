"""script/server: the whole product on this machine, from nothing to a recruiter's login."""

import fcntl
import shutil
import subprocess
import urllib.error
import urllib.request

from . import build, settings
from .base import DEV, ROOT, Failed, make_dev, say, step
from .services import Services, unpack_all
from .supervise import Program, Supervisor, end_leftovers

USAGE = """usage: script/server [--debug]

Starts Postgres, Valkey, hiring-api and hiring-worker, and stops them again at Ctrl-C.
  --debug   builds and runs the debug programs (quicker to build, slower to run)"""


def main(arguments):
    """Sets up, builds, migrates, starts, watches; everything started here has ended when this returns."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    if set(arguments) - {"--debug"}:
        raise Failed(USAGE)
    make_dev()
    settings.load_dotenv()
    with only_one():
        running = Services("dev")
        supervisor = Supervisor(running)
        supervisor.catch_signals()
        try:
            serve(supervisor, running, debug="--debug" in arguments)
        except KeyboardInterrupt:
            say("\nstopping")
        finally:
            supervisor.stop()
    say("stopped")
    return 0


def only_one():
    """A lock that lives as long as this process, so that two runs in one checkout do not fight."""
    lock = open(DEV / "run" / "server.lock", "w", encoding="utf-8")  # closed by the caller's `with`
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise Failed("script/server already runs in this checkout") from None
    return lock


def serve(supervisor, running, debug):
    """The steps, in order; then watching until interrupted."""
    build.need_cargo()
    with step("programs, model and runtime under .dev/"):
        unpack_all()
    end_leftovers()
    if running.is_running():
        running.adopt()
    running.start()
    folder = keep(build.build(debug))
    environment = settings.application(running)
    api, worker = folder / "hiring-api", folder / "hiring-worker"
    once(api, "migrate", environment)
    once(api, "seed-demo", environment)
    start(supervisor, api, worker, environment)
    welcome(environment)
    supervisor.watch()


def keep(folder):
    """Copies of the programs in `.dev/bin`, so that a later build does not change what a restart would start."""
    place = DEV / "bin"
    place.mkdir(exist_ok=True)
    for name in build.PROGRAMS:
        part = place / f".{name}"
        shutil.copy2(folder / name, part)
        part.replace(place / name)
    return place


def once(program, command, environment):
    """Runs one of the api's short commands; what it says is shown only if it fails."""
    with step(f"{program.name} {command}"):
        done = subprocess.run([str(program), command], env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{program.name} {command} ended with status {done.returncode}:\n{(done.stderr + done.stdout).strip()[-3000:]}")


def start(supervisor, api, worker, environment):
    """Starts both programs and waits until both say they are ready."""
    with step("hiring-api serve, hiring-worker run"):
        worker_url = local("http", environment.get("WORKER_HOST"), environment["WORKER_PORT"])
        supervisor.add(Program("hiring-api", [api, "serve"], environment, f"{base_url(environment)}/health/ready"))
        supervisor.add(Program("hiring-worker", [worker, "run"], environment, f"{worker_url}/health/ready"))
        supervisor.wait_ready(answers_ok)


def base_url(environment):
    """Where the api is reached from this machine."""
    return local("http", environment.get("API_HOST"), environment["API_PORT"])


def local(scheme, host, port):
    """A URL for a listener; one on every address is reached on the loopback address."""
    return f"{scheme}://{'127.0.0.1' if host in (None, '', '0.0.0.0', '::') else host}:{port}"


def answers_ok(url):
    """Whether a GET there answers 200."""
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=2) as answer:
            return answer.status == 200
    except (urllib.error.URLError, OSError):
        return False


def welcome(environment):
    """Where everything is and three things to try."""
    base, (email, password) = base_url(environment), settings.demo_login()
    api = base + (environment.get("API_PREFIX") or "/api/v1")
    if environment["API_PORT"] != "8000" and not settings.given().get("API_PORT"):
        say(f"port 8000 is taken: the api listens on {environment['API_PORT']}")
    (DEV / "run" / "api.url").write_text(f"{api}\n")
    say(f"""
Hiring Agent is ready.

  API        {api}
  reference  {base}/api/docs
  ready      {base}/health/ready
  recruiter  {email}   password: {password}
  logs       {DEV / 'log' / 'hiring-api.log'}
             {DEV / 'log' / 'hiring-worker.log'}

Three things to try in another terminal:

  TOKEN=$(curl -s {api}/auth/login -H 'Content-Type: application/json' \\
    -d '{{"email":"{email}","password":"{password}"}}' | python3 -c 'import json,sys; print(json.load(sys.stdin)["access_token"])')
  curl -s {api}/candidates/upload -H "Authorization: Bearer $TOKEN" -F file=@resume.pdf
  curl -s -G {api}/candidates/search -H "Authorization: Bearer $TOKEN" --data-urlencode 'q=nurse with ICU experience'

Or a whole folder of resumes:  script/demo DIR

Ctrl-C stops everything.
""")
