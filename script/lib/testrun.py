"""script/test: everything a change must pass, on this machine alone, ending in one line of counts."""

import fcntl
import os
import shutil
import signal
import time

from . import build, checks, contract, leaks, mock_s3, mock_smtp
from .base import DEV, Failed, make_dev, say
from .cargo_tests import run_tests
from .services import Services, model_environment, programs, unpack_all

OPTIONAL = ("pdftotext", "pdftoppm", "tesseract", "pgbouncer", "node")
STEPS = ("scripts", "house", "fmt", "deny", "clippy", "rust", "openapi", "settings", "contract")

USAGE = f"""usage: script/test [STEP ...]

Runs {', '.join(STEPS)}, or only the named steps, and ends with
`N passed, N failed, N skipped`; each test and each check counts as one."""


class Run:
    """One run of the steps and what they came to."""

    def __init__(self):
        self.passed, self.failed, self.skipped, self.broken, self.times = 0, 0, [], [], []

    def check(self, name, work):
        """Runs one check and counts it; a number that it gives counts instead of one."""
        say(f"==> {name}")
        began = time.monotonic()
        try:
            self.passed += work() or 1
        except (Failed, SyntaxError, ValueError) as problem:
            say(f"FAILED {name}: {problem}")
            self.failed += 1
            self.broken.append(name)
        self.times.append((name, time.monotonic() - began))
        say(f"    {self.times[-1][1]:.1f} s")

    def rust(self):
        """All Rust tests against services of their own, and a search of what they logged."""
        began = time.monotonic()
        leaks.forget()
        services = Services("test")
        try:
            with_services = start(services)
            say("==> cargo test --workspace")
            tally = run_tests(with_services)
        finally:
            services.stop()
        self.passed, self.failed = self.passed + tally.passed, self.failed + tally.failed
        self.skipped += tally.skipped
        self.broken += tally.broken
        self.times.append(("rust", time.monotonic() - began))
        say(f"    {self.times[-1][1]:.1f} s")
        self.check("logs", leaks.search)

    def report(self):
        """The closing lines."""
        say("\n" + ", ".join(f"{name} {seconds:.0f} s" for name, seconds in self.times))
        for name in self.skipped:
            say(f"skipped: {name}")
        for name in self.broken:
            say(f"failed: {name}")
        if self.failed:
            say(f"the tests' full output is in {DEV / 'log' / 'test.log'}")
        say(f"{self.passed} passed, {self.failed} failed, {len(self.skipped)} skipped")
        return 1 if self.failed else 0


def main(arguments):
    """Runs the steps; status 1 if anything failed."""
    if set(arguments) - set(STEPS):
        raise Failed(USAGE)
    wanted = arguments or STEPS
    signal.signal(signal.SIGTERM, lambda *_: (_ for _ in ()).throw(KeyboardInterrupt()))
    build.need_cargo()
    make_dev()
    if os.environ.get("CI"):
        os.environ.setdefault("CARGO_INCREMENTAL", "0")
    quick = {"scripts": checks.scripts, "house": checks.house_rules, "fmt": checks.formatting, "deny": checks.licences,
             "clippy": checks.lints, "openapi": checks.api_document, "settings": checks.settings,
             "contract": contract.quick}
    run = Run()
    with waiting_lock():
        for name in STEPS:
            if name not in wanted:
                continue
            if name == "rust":
                run.rust()
            else:
                run.check(name, quick[name])
    return run.report()


def waiting_lock():
    """One run at a time in one checkout: a second waits for the first."""
    lock = open(DEV / "run" / "test.lock", "w", encoding="utf-8")  # closed by the caller's `with`
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("another script/test runs in this checkout: waiting for it")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def start(services):
    """Starts the test services and gives the environment of the tests."""
    say("==> services for tests")
    unpack_all()
    if services.is_running():
        services.adopt()
    elif services.cluster:
        # What an interrupted run left behind must not reach the next one.
        services.cluster.destroy()
    services.start()
    server, mail_server = mock_s3.ensure(), mock_smtp.ensure()
    for program in OPTIONAL:
        if not shutil.which(program):
            say(f"    {program} is not on PATH: tests that need it are skipped")
    return {**build.cargo_environment(), **services.urls(), **model_environment(), "MOTO_SERVER": str(server),
            "SMTP_SERVER": str(mail_server), **programs(), "CARGO_TERM_PROGRESS_WHEN": "never", "CARGO_TERM_COLOR": "never"}
