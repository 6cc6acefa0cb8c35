"""Where things live, how steps are told, how programs are run."""

import hashlib
import os
import resource
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

if sys.version_info < (3, 9):
    sys.exit("Python 3.9 or later is needed; this is Python {}.{}".format(*sys.version_info[:2]))

ROOT = Path(__file__).resolve().parents[2]
DEV = ROOT / ".dev"


class Failed(Exception):
    """A step cannot go on; the message tells the person what to do. Ends the program with status 1."""


def say(text):
    """One line for the person watching."""
    print(text, flush=True)


@contextmanager
def step(name):
    """Says a step's name before and its time after, when it took long enough to matter."""
    say(f"==> {name}")
    began = time.monotonic()
    yield
    took = time.monotonic() - began
    if took >= 1:
        say(f"    {took:.1f} s")


def main(program):
    """Runs a script's function and turns what may go wrong into one readable line and an exit status."""
    try:
        status = program(sys.argv[1:])
    except Failed as problem:
        print(f"error: {problem}", file=sys.stderr)
        status = 1
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        status = 130
    sys.exit(status or 0)


def cache_dir():
    """The machine's cache folder for this project, or None where the machine has no cache folder."""
    home = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(home) / "hiring-agent" if os.path.isdir(home) and os.access(home, os.W_OK) else None


def target_dir():
    """Where cargo builds: CARGO_TARGET_DIR, else the machine's cache folder, else ./target."""
    if os.environ.get("CARGO_TARGET_DIR"):
        return Path(os.environ["CARGO_TARGET_DIR"]).absolute()
    cache = cache_dir()
    return cache / "target" if cache else ROOT / "target"


def checkout_key():
    """A short name that differs between two checkouts on one machine."""
    return f"{ROOT.name}-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]}"


def make_dev():
    """Creates `.dev/` with the folders every part expects."""
    for folder in (DEV, DEV / "log", DEV / "run"):
        folder.mkdir(parents=True, exist_ok=True)


def run(command, **options):
    """Runs a program to its end; its failure is ours, with the last lines it printed."""
    options.setdefault("cwd", ROOT)
    done = subprocess.run([str(part) for part in command], text=True, capture_output=True, check=False, **options)
    if done.returncode:
        tail = "\n".join((done.stderr or done.stdout).strip().splitlines()[-15:])
        raise Failed(f"{Path(str(command[0])).name} ended with status {done.returncode}\n{tail}")
    return done.stdout


def files_allowed(wanted):
    """Lets this program and those that it starts open so many files each, or says that the system does not allow it."""
    current, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if current != resource.RLIM_INFINITY and current < wanted:
        if most != resource.RLIM_INFINITY and most < wanted:
            raise Failed(f"this needs {wanted} open files a process and the system allows {most}: raise it (ulimit -Hn, as root) and run this again")
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def write_private(path, text):
    """Writes a file that only its owner may read, whole or not at all."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
        out.write(text)
    os.replace(part, path)
