"""script/coverage: which lines the tests run. Below 80 % of all, or below 100 % of authentication, it fails."""

import json
import re
import shutil
import subprocess
import sys
import zlib
from pathlib import Path

from . import build, lcov, testrun, wheels
from .base import DEV, ROOT, Failed, cache_dir, make_dev, run, say, step, target_dir
from .cargo_tests import run_tests
from .services import Services

LEAST_PERCENT = 80.0
# Who is calling and what they may do.
AUTH = re.compile(r"^api/src/(identity/|extract/(allowed|auth|token)|handlers/auth)|^shared/core/src/identity")

# Instruments the workspace's own crates alone: the dependencies stay those of every other build. Names stay uncompressed,
# for the wheel's programs were built without zlib.
# No shell: it would drop variables such as CARGO_BIN_EXE_hiring-worker, whose names it cannot spell.
WRAPPER = """#!{python} -SE
import os, sys
os.execvp(sys.argv[1], sys.argv[1:] + ["-C", "instrument-coverage", "-C", "llvm-args=-enable-name-compression=false"])
"""


def main(arguments):
    """Runs the instrumented tests and prints each file's share; details go to coverage/lcov.info."""
    if set(arguments) - {"--report"}:
        raise Failed("usage: script/coverage [--report]\n  --report  shows the last run again without running the tests")
    build.need_cargo()
    make_dev()
    folder = ROOT / "coverage"
    info = folder / "lcov.info"
    broken = []
    if "--report" not in arguments:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / "raw").mkdir()
        broken = measure(folder, info)
    elif not info.is_file():
        raise Failed("there is no last run: script/coverage")
    status = report(lcov.read(info.read_text(encoding="utf-8")))
    if broken:
        say(f"failed tests: {', '.join(broken)}")
    return 1 if broken else status


def measure(folder, info):
    """Runs the tests with counters in and turns what they counted into one lcov file; gives the names of failed tests."""
    with step("llvm-cov and llvm-profdata"):
        profdata, cov = tools()
    # Cargo takes a wrapper of the same name for the same wrapper, so other flags need another name.
    program = WRAPPER.format(python=sys.executable)
    wrapper = DEV / "run" / f"instrument-{zlib.crc32(program.encode()):08x}"
    wrapper.write_text(program)
    wrapper.chmod(0o755)
    services = Services("test")
    try:
        environment = testrun.start(services)
        environment.update({"RUSTC_WORKSPACE_WRAPPER": str(wrapper), "LLVM_PROFILE_FILE": str(folder / "raw" / "%p-%m.profraw"),
                            "CARGO_INCREMENTAL": "0"})
        say("==> cargo test, instrumented")
        # Python ignores SIGXFSZ and here its children do too: a sandboxed child that may not write files must not be
        # killed for trying to write its counters as it ends.
        tally = run_tests(environment, ["--lib", "--bins", "--tests"], restore_signals=False)
        objects = programs(environment)
    finally:
        services.stop()
    if not list((folder / "raw").glob("*.profraw")):
        raise Failed(f"no test ran: {', '.join(tally.broken)}")
    with step(f"merging what {tally.passed} tests counted"):
        merged = folder / "merged.profdata"
        listing = folder / "raw.txt"
        listing.write_text("".join(f"{path}\n" for path in sorted((folder / "raw").glob("*.profraw")) if path.stat().st_size))
        run([profdata, "merge", "-sparse", "--failure-mode=all", "-f", listing, "-o", merged])
        command = [cov, "export", "--format=lcov", f"--instr-profile={merged}", objects[0]]
        for program in objects[1:]:
            command += ["--object", program]
        info.write_text(run(command), encoding="utf-8")
        shutil.rmtree(folder / "raw")
    return tally.broken


def tools():
    """(llvm-profdata, llvm-cov): rustup's component where it is installed, else from a pinned wheel."""
    sysroot = Path(run(["rustc", "--print", "target-libdir"]).strip()).parent / "bin"
    if (sysroot / "llvm-profdata").exists():
        return sysroot / "llvm-profdata", sysroot / "llvm-cov"
    version = re.search(r"^LLVM version: (\d+)", run(["rustc", "-vV"]), re.MULTILINE)
    if not version or not wheels.LLVM_TOOLS.version.startswith(f"{version.group(1)}."):
        raise Failed("this rustc needs its own llvm-tools: rustup component add llvm-tools")
    folder = (cache_dir() or DEV) / f"llvm-tools-{wheels.LLVM_TOOLS.version}"
    names = {"llvm/bin/llvm-cov", "llvm/bin/llvm-profdata", "llvm/lib/libLLVM.so", "llvm/lib/libLLVM.dylib"}
    wheels.unpack(wheels.LLVM_TOOLS, folder, lambda member: member if member in names else None, programs=lambda path: True)
    return folder / "llvm/bin/llvm-profdata", folder / "llvm/bin/llvm-cov"


def programs(environment):
    """The test programs and the product's own, as cargo built them just now."""
    command = ["cargo", "test", "--locked", "--workspace", "--no-run", "--lib", "--bins", "--tests", "--message-format=json"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    found = set()
    for line in done.stdout.splitlines():
        message = json.loads(line) if line.startswith("{") else {}
        if message.get("reason") == "compiler-artifact" and message.get("executable"):
            found.add(message["executable"])
    found |= {str(path) for name in build.PROGRAMS if (path := target_dir() / "debug" / name).exists()}
    if not found:
        raise Failed("cargo built no test program")
    return sorted(found)


def report(files):
    """Prints the least covered files and both verdicts; status 1 below a bar."""
    worst = sorted(files.items(), key=lambda item: share_of(item[1]))
    say("\nleast covered files:")
    for name, lines in worst[:25]:
        if share_of(lines) < 100:
            say(f"  {share_of(lines):5.1f} %  {name}: {lcov.missed(lines)[:90]}")
    auth = {name: lines for name, lines in files.items() if AUTH.search(name)}
    for name, lines in auth.items():
        if share_of(lines) < 100:
            say(f"authentication: {name} never runs {lcov.missed(lines)}")
    all_share, auth_share = percent(*lcov.share(files)), percent(*lcov.share(auth))
    say(f"\nlines: {all_share:.1f} % (at least {LEAST_PERCENT:.0f} %), authentication: {auth_share:.1f} % (100 %)")
    return 1 if all_share < LEAST_PERCENT or auth_share < 100 or not auth else 0


def share_of(lines):
    """One file's share in per cent."""
    return percent(*lcov.share({"": lines}))


def percent(ran, lines):
    """A share in per cent; of nothing, everything ran."""
    return 100.0 * ran / lines if lines else 100.0
