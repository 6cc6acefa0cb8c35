"""Runs `cargo test` and counts: every test by its name, and those that said they were skipped."""

import re
import subprocess
import time

from .base import DEV, ROOT, say

RESULT = re.compile(r"^test result: \w+\. (\d+) passed; (\d+) failed; (\d+) ignored")
FAILED = re.compile(r"^test (.+) \.\.\. FAILED$")
IGNORED = re.compile(r"^test (.+) \.\.\. ignored")
SKIPPED = re.compile(r"^SKIPPED (.+)$")
BALANCE = re.compile(r"^accepted \d+ = ")
COMPILING = re.compile(r"^\s+(Compiling|Checking) ")


class Tally:
    """What a run of tests came to."""

    def __init__(self):
        self.passed, self.failed, self.skipped, self.broken = 0, 0, [], []
        self.compiled = 0
        self.in_failures = False

    def read(self, line):
        """Counts one line of cargo's output; True if a person should see it."""
        if COMPILING.match(line):
            self.compiled += 1
            return False
        if result := RESULT.match(line):
            passed, failed, _ = map(int, result.groups())
            self.passed, self.failed, self.in_failures = self.passed + passed, self.failed + failed, False
            return passed + failed > 0
        if failed := FAILED.match(line):
            self.broken.append(failed.group(1))
            return True
        if ignored := IGNORED.match(line):
            self.skipped.append(f"{ignored.group(1)}: marked as ignored")
            return False
        if skipped := SKIPPED.match(line):
            if skipped.group(1) not in self.skipped:
                self.skipped.append(skipped.group(1))
                self.passed -= 1
            return False
        if BALANCE.match(line):
            return True
        if line.startswith("failures:"):
            self.in_failures = True
        return self.in_failures or line.lstrip().startswith(("Running ", "Doc-tests ", "Finished ", "error", "warning:"))


def run_tests(environment, extra=(), restore_signals=True):
    """Runs every test of the workspace; the full output is kept in `.dev/log/test.log`."""
    log_path = DEV / "log" / "test.log"
    command = ["cargo", "test", "--locked", "--workspace", "--no-fail-fast", *extra, "--", "--show-output"]
    tally, told = Tally(), time.monotonic()
    with open(log_path, "w", encoding="utf-8") as log:
        child = subprocess.Popen(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                 stderr=subprocess.STDOUT, text=True, errors="replace", restore_signals=restore_signals)
        built, broken = False, False
        for line in child.stdout:
            log.write(line)
            shown = tally.read(line.rstrip("\n"))
            # A compiler's error spans lines; all of what follows the first one is worth seeing.
            built = built or line.lstrip().startswith("Running ")
            broken = not built and (broken or line.startswith("error"))
            if shown or broken:
                say(line.rstrip("\n"))
            elif not built and tally.compiled and time.monotonic() - told > 15:
                told = time.monotonic()
                say(f"    {tally.compiled} crates compiled so far")
        child.wait()
    if child.returncode and not tally.failed:
        tally.failed += 1
        tally.broken.append("cargo test")
    return tally
