"""Cargo, told where to build and checked for being there."""

import os
import shutil
import subprocess
import time

from .base import ROOT, Failed, say, target_dir

PROGRAMS = ("hiring-api", "hiring-worker")


def need_cargo():
    """Says clearly what is missing where there is no Rust."""
    if not shutil.which("cargo"):
        raise Failed("cargo is not on PATH: install Rust 1.90 or later (rustup), then run this again")


def cargo_environment():
    """The environment under which every cargo command builds in the same folder."""
    return {**os.environ, "CARGO_TARGET_DIR": str(target_dir())}


def build(debug=False, packages=PROGRAMS):
    """Builds the programs and gives the folder they are in; cargo shows its own progress."""
    need_cargo()
    profile = [] if debug else ["--release"]
    command = ["cargo", "build", "--locked", *profile, *(part for package in packages for part in ("--package", package))]
    began = time.monotonic()
    say(f"==> {' '.join(command)}")
    if subprocess.run(command, cwd=ROOT, env=cargo_environment(), check=False).returncode:
        raise Failed("the build failed; what cargo said is above")
    say(f"    {time.monotonic() - began:.1f} s, in {target_dir()}")
    return target_dir() / ("debug" if debug else "release")


def main(arguments):
    """script/build [--debug]: builds both programs."""
    if set(arguments) - {"--debug"}:
        raise Failed("usage: script/build [--debug]")
    folder = build(debug="--debug" in arguments)
    for program in PROGRAMS:
        size = (folder / program).stat().st_size / 1e6
        say(f"{folder / program}  {size:.1f} MB")
