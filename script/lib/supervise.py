"""Keeps programs running: what dies is started again within a second, and all of it ends when this ends."""

import os
import signal
import subprocess
import threading
import time

from . import processes
from .base import DEV, ROOT, Failed, say


class Program:
    """One program of the product with its environment and log file."""

    def __init__(self, name, command, environment, ready_url=None):
        self.name, self.command, self.environment, self.ready_url = name, [str(part) for part in command], environment, ready_url
        self.log = DEV / "log" / f"{name}.log"
        self.mark = DEV / "run" / f"{name}.pid"
        self.child = None
        self.started = 0.0

    def start(self):
        """Starts the process; what it logs is appended to its file."""
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(self.command, env=self.environment, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=subprocess.STDOUT, start_new_session=True)
        self.started = time.monotonic()
        self.mark.write_text(f"{self.child.pid} {' '.join(self.command)}\n")

    def last_words(self):
        """The end of the log, for the message about a program that would not start."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-20:])


def end_leftovers():
    """Ends programs that an earlier run could not end because it was killed itself, before they hold on to their ports."""
    for mark in (DEV / "run").glob("*.pid"):
        pid, _, command = mark.read_text().strip().partition(" ")
        if pid.isdigit() and command and processes.command_line(int(pid)).endswith(command):
            say(f"ending {mark.stem} (process {pid}), which an earlier run left behind")
            processes.end(int(pid))
        mark.unlink()


class Supervisor:
    """Watches the programs and the services that were started with them."""

    def __init__(self, running):
        self.running = running
        self.programs = []
        self.stopping = False
        self.restarts = {}

    def catch_signals(self):
        """SIGTERM and SIGHUP end this as Ctrl-C does; a second one while ending is for the impatient."""
        def interrupt(_number, _frame):
            if self.stopping:
                for program in self.programs:
                    kill(program, signal.SIGKILL)
            else:
                raise KeyboardInterrupt

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, interrupt)

    def add(self, program):
        """Starts a program and looks after it from here on."""
        program.log.write_bytes(b"")
        self.programs.append(program)
        program.start()

    def wait_ready(self, is_ready, seconds=120):
        """Waits until every program says it is ready; one that ends instead shows its last words."""
        deadline = time.monotonic() + seconds
        for program in self.programs:
            while not is_ready(program.ready_url):
                if program.child.poll() is not None:
                    raise Failed(f"{program.name} ended with status {program.child.returncode}:\n{program.last_words()}")
                if time.monotonic() > deadline:
                    raise Failed(f"{program.name} was not ready within {seconds} s:\n{program.last_words()}")
                time.sleep(0.05)

    def watch(self):
        """Looks ten times a second, for ever; ends by KeyboardInterrupt."""
        while True:
            time.sleep(0.1)
            for program in self.programs:
                self.look_after(program)
            for name, server in self.running.parts():
                self.look_after_service(name, server)

    def look_after_service(self, name, server):
        """Starts a service again if it ended; aside, for Postgres may take seconds to recover and others must not wait for it."""
        at_work = self.restarts.get(name)
        if server.child is None or server.child.poll() is None or (at_work and at_work.is_alive()):
            return
        say(f"{clock()} {name} (process {server.child.pid}) {fate(server.child)}: starting it again")
        self.restarts[name] = threading.Thread(target=self.restart, args=(name, server), daemon=True)
        self.restarts[name].start()

    def restart(self, name, server):
        """Starts a service and says how that went."""
        try:
            server.start()
            say(f"{clock()} {name} is back")
        except Failed as problem:
            say(f"{clock()} {problem}")

    def look_after(self, program):
        """Starts a program again if it ended; one that keeps dying at once is given half a second between tries."""
        if program.child.poll() is None or (time.monotonic() - program.started) < 0.5:
            return
        ended = f"{program.name} (process {program.child.pid}) {fate(program.child)}"
        program.start()
        say(f"{clock()} {ended}: started again as process {program.child.pid}; its log is {program.log}")

    def stop(self):
        """Asks every program to end, then stops the services that were started here."""
        self.stopping = True
        for program in self.programs:
            kill(program, signal.SIGTERM)
        deadline = time.monotonic() + 40
        for program in self.programs:
            try:
                program.child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                kill(program, signal.SIGKILL)
                program.child.wait()
            program.mark.unlink(missing_ok=True)
        for restart in self.restarts.values():
            restart.join(60)
        self.running.stop()


def kill(program, number):
    """Sends a signal to a program that still runs."""
    if program.child and program.child.poll() is None:
        os.kill(program.child.pid, number)


def fate(child):
    """How a process ended, in words."""
    code = child.returncode
    return f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"


def clock():
    """The time of day, for lines that appear while nobody may be looking."""
    return time.strftime("%H:%M:%S")
