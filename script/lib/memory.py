"""Memory of process trees by proportional set size: shared pages count by their share, so that a sum over processes is true."""

import os
from pathlib import Path

from .base import Failed

PROC = Path("/proc")


def installed_gib():
    """The machine's memory in GiB."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def children():
    """{process id: [ids of its children]} of all processes."""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                # The name in parentheses may hold anything, so count from the last one.
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except (OSError, ValueError, IndexError):
                continue
            found.setdefault(parent, []).append(int(folder.name))
    return found


def tree(pid):
    """The process and all that descend from it."""
    below, wanted, found = children(), [pid], []
    while wanted:
        current = wanted.pop()
        found.append(current)
        wanted += below.get(current, [])
    return found


def pss(pid):
    """A process tree's proportional set size in bytes; processes that end meanwhile count nothing."""
    if not (PROC / "self" / "smaps_rollup").exists():
        raise Failed("PSS is only told by Linux")
    total = 0
    for member in tree(pid):
        try:
            lines = (PROC / str(member) / "smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
    return total


def main(arguments):
    """script/pss PID ...: the PSS of each process tree in bytes, one a line."""
    if not arguments or not all(argument.isdigit() for argument in arguments):
        raise Failed("usage: script/pss PID ...")
    for argument in arguments:
        print(pss(int(argument)))
