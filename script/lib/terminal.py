"""Progress bars and tables in plain text."""

import shutil
import sys
import unicodedata


class Progress:
    """A bar on a terminal; elsewhere a line at every tenth."""

    def __init__(self, label, total):
        self.label, self.total, self.done, self.told = label, total, 0, -1
        self.terminal = sys.stdout.isatty()
        self.show()

    def add(self, count=1):
        """Counts on."""
        self.done += count
        self.show()

    def show(self):
        """Draws the present state."""
        share = self.done / self.total if self.total else 1.0
        if self.terminal:
            filled = int(30 * share)
            ending = "\n" if self.done >= self.total else ""
            print(f"\r{self.label} [{'#' * filled}{'.' * (30 - filled)}] {self.done}/{self.total}", end=ending, flush=True)
        elif int(share * 10) > self.told:
            self.told = int(share * 10)
            print(f"{self.label} {self.done}/{self.total}", flush=True)


def width(text):
    """Columns the text takes on a terminal; combining marks take none, wide characters two."""
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def plain(text):
    """The text on one line, without characters that could move a terminal's cursor."""
    return " ".join("".join(char if char.isprintable() else " " for char in str(text)).split())


def fit(text, columns):
    """The text cut or filled to exactly that many columns."""
    text = plain(text)
    if width(text) > columns:
        while text and width(text) > columns - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (columns - width(text))


def table(headings, rows, flexible):
    """Prints rows under headings; the column `flexible` takes what the terminal has left."""
    columns = [max([width(plain(row[index])) for row in rows] + [width(heading)]) for index, heading in enumerate(headings)]
    columns = [min(size, 32) if index != flexible else size for index, size in enumerate(columns)]
    room = shutil.get_terminal_size((120, 24)).columns - 2 * len(columns) - sum(columns) + columns[flexible]
    columns[flexible] = max(20, min(columns[flexible], room))
    for row in (headings, ["-" * size for size in columns], *rows):
        print("  " + "  ".join(fit(cell, size) for cell, size in zip(row, columns)).rstrip())
