"""Secrets of this checkout, made once and kept in `.dev/secrets.env`, so that tokens and stored objects outlive a restart."""

import base64
import secrets

from .base import DEV, make_dev, write_private

PATH = DEV / "secrets.env"

MAKERS = {
    "POSTGRES_PASSWORD": lambda: secrets.token_hex(16),
    "VALKEY_PASSWORD": lambda: secrets.token_hex(16),
    "SECRET_KEY": lambda: secrets.token_urlsafe(48),
    "DATA_ENCRYPTION_KEY": lambda: base64.b64encode(secrets.token_bytes(32)).decode(),
}


def read():
    """All secrets by name; missing ones are made and kept."""
    make_dev()
    found = {}
    if PATH.is_file():
        lines = PATH.read_text().splitlines()
        found = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    missing = {name: make() for name, make in MAKERS.items() if name not in found}
    if missing:
        found.update(missing)
        write_private(PATH, "# Development secrets of this checkout alone.\n"
                      + "".join(f"{name}={value}\n" for name, value in found.items()))
    return found
