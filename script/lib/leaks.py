"""Searches what a whole run of the tests logged for what must be in no log: names, addresses, tokens, keys, questions."""

import re

from .base import Failed, target_dir

# Each test binary and the programs that it starts append to a file here (shared/testkit/src/logs.rs).
FOLDER = "test-logs"
# What api/tests/it/canary.rs says when it has planted them: without it, finding nothing means nothing.
PLANTED = "names, addresses and secrets were planted"
# What both programs say about everything that they do.
USUAL = ("answered", "task attempt", PLANTED)
RULES = {
    "what the tests plant": re.compile(r"zzcanary", re.IGNORECASE),
    "an e-mail address": re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[A-Za-z]{2,}"),
    "a person of the tests, or their file": re.compile(r"\b(?:Lovelace|Okafor|Hopper|Vogel)\b|\b(?:ada|mira|jane)\.(?:txt|pdf|docx?)\b", re.IGNORECASE),
    "an access token": re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}"),
    "what authorizes": re.compile(r"\bBearer [\w.-]{8,}"),
    "a password in a URL": re.compile(r"://[^/\s:@\"]+:[^/\s@\"]+@"),
    "a key of the tests": re.compile(r"a key for tests that is long|\bsk-\w+|\bphc_\w+"),
}
# Lines shown for each rule; one is enough to find its cause.
SHOWN = 3


def folder():
    """Where the run's logs are."""
    return target_dir() / FOLDER


def forget():
    """Removes the logs of earlier runs."""
    for path in folder().glob("*.jsonl"):
        path.unlink()


def search(where=None):
    """Fails when a line breaks a rule, or when nothing was recorded; answers how many rules held."""
    where = where or folder()
    missing, found, lines = set(USUAL), {}, 0
    for path in sorted(where.glob("*.jsonl")):
        with open(path, encoding="utf-8", errors="replace") as log:
            for number, line in enumerate(log, 1):
                lines += 1
                missing -= {words for words in missing if words in line}
                for rule, pattern in RULES.items():
                    if pattern.search(line):
                        found.setdefault(rule, []).append(f"{path.name}:{number}: {line.strip()[:400]}")
    if missing:
        raise Failed(f"the logs of the tests ({lines} lines) lack {sorted(missing)}: they were not recorded, so nothing was searched")
    if found:
        told = [f"{rule}, {len(places)} times:\n  " + "\n  ".join(places[:SHOWN]) for rule, places in found.items()]
        raise Failed("the logs of the tests hold\n" + "\n".join(told))
    return len(RULES)
