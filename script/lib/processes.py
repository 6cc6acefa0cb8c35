"""Looking at and ending processes, whoever started them."""

import os
import signal
import subprocess
import time


def command_line(pid):
    """The command line of a process, empty if there is no such process."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as source:
            return source.read().replace(b"\0", b" ").decode(errors="replace").strip()
    except FileNotFoundError:
        if os.path.isdir("/proc/self"):
            return ""
    except OSError:
        return ""
    done = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def is_alive(pid, child=None):
    """Whether the process still runs; a child of ours that ended is also laid to rest."""
    if child is not None and child.pid == pid:
        return child.poll() is None
    return command_line(pid) != ""


def end(pid, how=signal.SIGTERM, seconds=10, child=None):
    """Asks a process to end, waits that long, then insists."""
    for number, patience in ((how, seconds), (signal.SIGKILL, 5)):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        deadline = time.monotonic() + patience
        while time.monotonic() < deadline:
            if not is_alive(pid, child):
                return
            time.sleep(0.02)
