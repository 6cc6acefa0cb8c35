"""script/fuzz: the fuzz targets of the reader, each for some minutes, beginning with what is checked in."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from . import build
from .base import DEV, ROOT, Failed, cache_dir, say, step

FOLDER = ROOT / "shared" / "resume" / "fuzz"
VERSION = "0.13.2"
MINUTES = 2.0
# Largest input in bytes: the readers' limits are tested elsewhere, the fuzzer looks for shapes. A byte of `fields` is a word.
MOST_BYTES = {"pdf": 100_000, "docx": 100_000, "doc": 100_000, "odt": 100_000, "any": 60_000, "rtf": 30_000, "html": 30_000,
              "txt": 15_000, "fields": 2_000, "recognised": 15_000}

USAGE = f"""usage: script/fuzz [--minutes N] [--keep] [TARGET ...]

Runs each fuzz target of shared/resume/fuzz (all unless named) for N minutes ({MINUTES:g} unless told otherwise) on what is in
its corpus/ and the reader's own documents of its type; installs cargo-fuzz {VERSION} into a cache if it is not there. A panic, a broken promise
or ten seconds without an end stops it and leaves the input in shared/resume/fuzz/artifacts/. With --keep, inputs that reach
code which no other one reaches are put into corpus/, smallest first, at most {{KEPT}} of them and none above {{KEPT_BYTES}} bytes."""
KEPT, KEPT_BYTES = 12, 2_000
USAGE = USAGE.replace("{KEPT}", str(KEPT)).replace("{KEPT_BYTES}", str(KEPT_BYTES))


def main(arguments):
    """Runs the targets one after the other; the first failure ends it."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    minutes, keep, names = read(arguments)
    build.need_cargo()
    program = cargo_fuzz()
    known = sorted(path.stem for path in (FOLDER / "fuzz_targets").glob("*.rs"))
    unknown = set(names) - set(known)
    if unknown:
        raise Failed(f"there is no target {', '.join(sorted(unknown))}; there are {', '.join(known)}")
    for name in names or known:
        fuzz(program, name, minutes, keep)
    return 0


def read(arguments):
    """Minutes, whether to keep what was found, names of targets."""
    minutes, keep, names, rest = MINUTES, False, [], list(arguments)
    while rest:
        word = rest.pop(0)
        if word == "--minutes":
            try:
                minutes = float(rest.pop(0))
            except (IndexError, ValueError):
                raise Failed(USAGE) from None
        elif word == "--keep":
            keep = True
        elif word.startswith("-"):
            raise Failed(USAGE)
        else:
            names.append(word)
    return minutes, keep, names


def cargo_fuzz():
    """The program, installed once into the cache."""
    folder = (cache_dir() or DEV) / f"cargo-fuzz-{VERSION}"
    program = folder / "bin" / "cargo-fuzz"
    if not program.is_file():
        with step(f"cargo-fuzz {VERSION}"):
            subprocess.run(["cargo", "install", "cargo-fuzz", "--version", VERSION, "--locked", "--quiet", "--root", str(folder)], check=True)
    return program


def fuzz(program, name, minutes, keep):
    """One target. The sanitizers need an unstable compiler; without them panics, overflows and broken promises are found."""
    kept = FOLDER / "corpus" / name
    kept.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as found, tempfile.TemporaryDirectory() as seeds:
        sow(name, Path(seeds))
        command = [str(program), "fuzz", "run", "--fuzz-dir", str(FOLDER), "--sanitizer", "none", name, found, str(kept), seeds, "--",
                   f"-max_total_time={int(minutes * 60)}", f"-max_len={MOST_BYTES[name]}", "-timeout=10", "-rss_limit_mb=2048",
                   "-print_final_stats=1"]
        with step(f"fuzz {name}, {minutes:g} min"):
            done = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True, check=False)
        if done.returncode:
            raise Failed(f"{name} failed; the input is in {FOLDER.relative_to(ROOT)}/artifacts/{name}/:\n{done.stderr[-4000:]}")
        runs = next((line.rsplit(":", 1)[-1].strip() for line in done.stderr.splitlines() if "number_of_executed_units" in line), "?")
        say(f"{name}: {runs} inputs, no failure")
        if keep:
            keep_smallest(Path(found), kept)


def sow(name, seeds):
    """Copies the reader's own documents of a target's type, whole ones only: a cut zip leads nowhere."""
    for folder in ("fixtures", "labelled", "attacks"):
        for path in sorted((FOLDER.parent / "tests" / folder).iterdir()):
            kind = path.suffix.lstrip(".")
            if kind in MOST_BYTES and name in (kind, "any") and path.stat().st_size <= MOST_BYTES[name]:
                shutil.copy(path, seeds / f"{folder}-{path.name}")


def environment():
    """cargo-fuzz asks rustc for coverage flags; a build folder of its own keeps the product's warm."""
    cache = cache_dir()
    target = {"CARGO_TARGET_DIR": str((cache or DEV) / "fuzz-target")}
    return {**os.environ, **target}


def keep_smallest(found, kept):
    """The smallest new inputs, under their content's name."""
    inputs = sorted((path for path in found.iterdir() if path.stat().st_size <= KEPT_BYTES), key=lambda path: (path.stat().st_size, path.name))
    room = max(0, KEPT - sum(1 for _ in kept.iterdir()))
    for path in inputs[:room]:
        (kept / path.name).write_bytes(path.read_bytes())
