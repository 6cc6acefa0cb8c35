"""Ports of this checkout: free ones, remembered in `.dev/ports.json`, so that two checkouts never meet."""

import json
import os
import socket
import zlib

from .base import DEV, Failed, checkout_key, make_dev

# Below the range systems hand out to outgoing connections (32768 on Linux, 49152 on macOS).
FIRST, LAST = 20000, 32000


def is_free(port, host="127.0.0.1"):
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def remembered():
    """The ports chosen so far, by name."""
    try:
        return json.loads((DEV / "ports.json").read_text())
    except (OSError, ValueError):
        return {}


def choose(name, preferred=None):
    """A free port for `name`: the remembered one, else `preferred`, else one from the project's range."""
    ports = remembered()
    start = zlib.crc32(f"{checkout_key()}/{name}".encode()) % (LAST - FIRST)
    others = {port for key, port in ports.items() if key != name}
    candidates = [ports.get(name), preferred, *(FIRST + (start + tried) % (LAST - FIRST) for tried in range(2000))]
    for port in candidates:
        if port and port not in others and is_free(port):
            keep(name, port)
            return port
    raise Failed(f"no free port for {name} between {FIRST} and {LAST}")


def keep(name, port):
    """Remembers the port for the next start."""
    make_dev()
    ports = remembered()
    if ports.get(name) != port:
        ports[name] = port
        part = DEV / f"ports.json.{os.getpid()}"
        part.write_text(json.dumps(ports, indent=1, sort_keys=True) + "\n")
        os.replace(part, DEV / "ports.json")
