import os
import signal
import sys
import tempfile
import threading
import time
import unittest
from pathlib import Path
from unittest import mock

from lib import processes, supervise


class NoServices:
    """Services of which none is ours."""

    started = []

    def parts(self):
        return []

    def stop(self):
        self.started = ["stopped"]


def until(condition, seconds=10):
    """Waits for a condition with a deadline."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("waited in vain")
        time.sleep(0.01)


class Supervising(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        for name in ("log", "run"):
            (Path(folder.name) / name).mkdir()
        for module in (supervise,):
            patch = mock.patch.object(module, "DEV", Path(folder.name))
            patch.start()
            self.addCleanup(patch.stop)
        self.said = []
        patch = mock.patch.object(supervise, "say", self.said.append)
        patch.start()
        self.addCleanup(patch.stop)

    def program(self, code):
        return supervise.Program("sleeper", [sys.executable, "-c", code], dict(os.environ))

    def test_a_killed_program_runs_again_within_a_second_and_a_line_says_so(self):
        supervisor = supervise.Supervisor(NoServices())
        program = self.program("import time; time.sleep(60)")
        supervisor.add(program)
        first = program.child.pid
        stop = threading.Event()

        def watch():
            while not stop.wait(0.05):
                supervisor.look_after(program)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            until(lambda: time.monotonic() - program.started > 0.5)
            began = time.monotonic()
            os.kill(first, signal.SIGKILL)
            until(lambda: program.child.pid != first)
            self.assertLess(time.monotonic() - began, 1.0)
            until(lambda: bool(self.said))
        finally:
            stop.set()
            watcher.join()
            supervisor.stop()
        self.assertIn("was killed by signal 9", self.said[0])
        self.assertFalse(processes.is_alive(program.child.pid, program.child))
        self.assertFalse(program.mark.exists())

    def test_what_a_killed_run_left_behind_is_ended_by_the_next(self):
        left = self.program("import time; time.sleep(60)")
        left.start()
        until(lambda: processes.command_line(left.child.pid) == " ".join(left.command))
        supervise.end_leftovers()
        self.assertEqual(left.child.wait(5), -signal.SIGTERM)

    def test_a_process_that_only_has_the_old_number_is_left_alone(self):
        program = self.program("pass")
        program.mark.write_text(f"{os.getpid()} hiring-api serve")
        supervise.end_leftovers()
        self.assertFalse(program.mark.exists())

    def test_a_program_that_cannot_start_shows_its_last_words(self):
        supervisor = supervise.Supervisor(NoServices())
        supervisor.add(self.program("import sys; print('SECRET_KEY: too short'); sys.exit(2)"))
        with self.assertRaisesRegex(supervise.Failed, "(?s)status 2.*SECRET_KEY: too short"):
            supervisor.wait_ready(lambda url: False)
        supervisor.stop()


if __name__ == "__main__":
    unittest.main()
