"""Reads lcov files: which lines of the product ran, tests inside its files left out."""

import re

from .base import ROOT

# The product's own code; tests, benches and what only tests use are not measured.
MEASURED = re.compile(r"^(api|worker|shared/(?!testkit/)[a-z]+)/src/")
TEST_MODULE = re.compile(r"^\s*#\[cfg\((all\()?test\b")


def read(text, root=ROOT):
    """{file: {line: times run}} for the measured files."""
    found, lines = {}, None
    for entry in text.splitlines():
        if entry.startswith("SF:"):
            name = entry[3:]
            name = name[len(str(root)) + 1:] if name.startswith(f"{root}/") else name
            lines = found.setdefault(name, {}) if MEASURED.match(name) else None
        elif entry.startswith("DA:") and lines is not None:
            number, times = entry[3:].split(",")[:2]
            lines[int(number)] = max(lines.get(int(number), 0), int(times))
    return {name: without_tests(name, lines, root) for name, lines in found.items()}


def without_tests(name, lines, root):
    """The lines above the file's test module, which stands last by convention."""
    try:
        source = (root / name).read_text(encoding="utf-8").splitlines()
    except OSError:
        return lines
    end = next((number for number, line in enumerate(source, 1) if TEST_MODULE.match(line)
                and any(text.lstrip().startswith("mod ") for text in source[number:number + 3])), len(source) + 1)
    return {number: times for number, times in lines.items() if number < end}


def share(files):
    """(lines that ran, lines) over all files."""
    ran = sum(sum(times > 0 for times in lines.values()) for lines in files.values())
    return ran, sum(len(lines) for lines in files.values())


def missed(lines):
    """Line numbers that never ran, as ranges: `3-5, 9`."""
    ranges = []
    for number in sorted(number for number, times in lines.items() if times == 0):
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
