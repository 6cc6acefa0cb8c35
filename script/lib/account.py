"""Whom Postgres runs as. It refuses root, so root lends it an unprivileged account and a place that account can enter."""

import os
import pwd
import subprocess

from .base import DEV, Failed, checkout_key, make_dev


def postgres_account():
    """(user id, group id) for Postgres where this program runs as root; None where it runs as ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        if entry.pw_uid != 0:
            return entry.pw_uid, entry.pw_gid
    raise Failed("Postgres refuses to run as root, and neither `postgres` nor `nobody` exists to run it: use another user")


def as_account():
    """Arguments for subprocess that make the child run as Postgres's account."""
    account = postgres_account()
    return {} if account is None else {"user": account[0], "group": account[1], "extra_groups": []}


def can_enter(folder):
    """Whether Postgres's account can reach into the folder through every parent."""
    done = subprocess.run(["test", "-x", str(folder)], check=False, cwd="/", **as_account())
    return done.returncode == 0


def postgres_home():
    """Where Postgres's programs and data lie: `.dev/`, or a cache folder named after the checkout if that is closed to it."""
    make_dev()
    if can_enter(DEV):
        return DEV
    for base in ("/var/cache", "/var/tmp", "/tmp"):
        home = os.path.join(base, "hiring-agent", checkout_key())
        try:
            os.makedirs(home, mode=0o755, exist_ok=True)
        except OSError:
            continue
        if can_enter(home) and os.stat(home).st_uid == os.geteuid():
            return type(DEV)(home)
    raise Failed(f"Postgres's account can enter neither {DEV} nor a cache folder: run this as an ordinary user")


def link(name, place):
    """Makes `.dev/name` lead to `place` where that lies elsewhere."""
    path = DEV / name
    if path == place:
        return
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        raise Failed(f"{path} is in the way of a link to {place}: remove it")
    path.symlink_to(place)
