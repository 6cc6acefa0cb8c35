"""script/chaos: the fault-injection suite at length, on servers that sync to disk."""

import subprocess

from . import build, testrun
from .base import ROOT, Failed, make_dev, say, step
from .services import Services

MINUTES = 5

USAGE = f"""usage: script/chaos [--minutes N] [--seed N] [TEST ...]

Kills, freezes, pauses, floods and restarts everything that background work depends on for N minutes ({MINUTES} unless told
otherwise; `script/test` does the same for some seconds), runs the other proofs at their full size, and prints the balance:
  accepted N = completed N + dead N + cancelled N, effects doubled = 0, lost = 0, Redis keys left = 0
--seed repeats the choices of the run that printed it as CHAOS_SEED. With the names of tests only those are run."""


def main(arguments):
    """Builds, starts the services, runs; the status is that of the tests."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    told, names = read(arguments)
    build.need_cargo()
    make_dev()
    with testrun.waiting_lock():
        services = Services("test")
        try:
            environment = {**testrun.start(services), **told}
            with step("cargo build"):
                run(["cargo", "build", "--locked", "--workspace", "--bins"], environment)
            return run(["cargo", "test", "--locked", "-p", "hiring-worker", "--test", "chaos", "--", "--nocapture", *names], environment)
        finally:
            services.stop()


def read(arguments):
    """The variables that the arguments stand for, and the names of tests."""
    told, names, rest = {"CHAOS_MINUTES": str(MINUTES)}, [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word in ("--minutes", "--seed"):
            try:
                number = float(rest.pop(0)) if word == "--minutes" else int(rest.pop(0))
            except (IndexError, ValueError):
                raise Failed(USAGE) from None
            told[f"CHAOS_{word[2:].upper()}"] = str(number)
        elif word.startswith("-"):
            raise Failed(USAGE)
        else:
            names.append(word)
    return told, names


def run(command, environment):
    """Runs a program whose output goes straight to the person; its status."""
    return subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False).returncode
