"""script/db and script/reset: a look into the development database, and a fresh start."""

import os
import shutil

from . import account, postgres, settings
from .base import DEV, Failed, make_dev, say
from .services import KINDS, Services


def psql(arguments):
    """script/db [psql's arguments]: psql on the development database; starts Postgres for the while if it does not run."""
    make_dev()
    settings.load_dotenv()
    postgres.unpack()
    running = Services("dev")
    running.valkey = None
    if running.is_running():
        status = talk(running, arguments)
    else:
        try:
            running.start()
            status = talk(running, arguments)
        finally:
            running.stop()
    return status


def talk(running, arguments):
    """Hands the terminal to psql until it ends."""
    program = str(postgres.program("psql"))
    try:
        return os.spawnvp(os.P_WAIT, program, [program, running.urls()["DATABASE_URL"], *arguments])
    except KeyboardInterrupt:
        return 130


def reset(arguments):
    """script/reset [--all]: forgets this checkout's development data; --all removes everything under .dev/."""
    if set(arguments) - {"--all"}:
        raise Failed("usage: script/reset [--all]\n  forgets databases, stored files and secrets of this checkout; "
                     "--all also removes the unpacked programs")
    make_dev()
    if not os.environ.get("DATABASE_URL"):
        forget()
    else:
        say("DATABASE_URL is set: that database is yours to empty")
    for name in ("objects", "bench", "secrets.env"):
        remove(DEV / name)
    if "--all" in arguments:
        home = account.postgres_home()
        for entry in list(DEV.iterdir()):
            remove(entry)
        if home != DEV:
            shutil.rmtree(home, ignore_errors=True)
    say("done; script/server starts from nothing")


def forget():
    """Stops our servers and removes their data."""
    for kind in KINDS:
        services = Services(kind)
        services.stop_all()
        if services.cluster:
            services.cluster.destroy()
            remove(DEV / services.cluster.folder)
        say(f"removed the {kind} databases")


def remove(path):
    """Removes a file, a folder, or a link together with what it leads to."""
    if path.is_symlink():
        place = path.resolve()
        path.unlink()
        if place.is_dir() and "hiring-agent" in place.parts:
            shutil.rmtree(place, ignore_errors=True)
    elif path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
