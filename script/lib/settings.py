"""What the product's programs are told: the caller's environment first, `.env` next, then what these scripts choose."""

import os

from . import network, secret_values, services
from .base import DEV, ROOT

DEMO_EMAIL = "recruiter@demo.example"
DEMO_PASSWORD = "hiring-demo-1"


def dotenv():
    """The variables of `.env`, if there is one."""
    try:
        lines = (ROOT / ".env").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return {}
    pairs = (line.removeprefix("export ").split("=", 1) for line in map(str.strip, lines) if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


def given():
    """What the person set, in the environment or in `.env`; an empty variable counts as unset."""
    return {name: value for name, value in {**dotenv(), **os.environ}.items() if value}


def load_dotenv():
    """Lets `.env` fill the variables that the environment does not set, for the rest of this program."""
    for name, value in dotenv().items():
        if value and not os.environ.get(name):
            os.environ[name] = value


def demo_login():
    """(e-mail, password) of the demo organization's recruiter."""
    return DEMO_EMAIL, os.environ.get("DEMO_PASSWORD") or DEMO_PASSWORD


def storage():
    """Where development keeps uploaded files, and the mail that nobody receives."""
    return {"STORAGE_DIR": str(DEV / "objects"), "MAIL_DIR": str(DEV / "mail")}


def application(running):
    """The whole environment of `hiring-api` and `hiring-worker`, with free ports for each door."""
    secrets = secret_values.read()
    chosen = {
        **running.urls(), **services.model_environment(), **storage(),
        "SECRET_KEY": secrets["SECRET_KEY"], "DATA_ENCRYPTION_KEY": secrets["DATA_ENCRYPTION_KEY"],
        "DEMO_PASSWORD": demo_login()[1],
    }
    mine = given()
    # PORT would win in both programs and they would fight over it.
    port = mine.pop("PORT", None)
    doors = {"API_PORT": ("api", 8000), "WORKER_PORT": ("worker", 8001), "METRICS_PORT": ("metrics", 9090),
             "WORKER_METRICS_PORT": ("worker-metrics", 9091)}
    for variable, (name, usual) in doors.items():
        wished = port if variable == "API_PORT" and port else None
        chosen[variable] = wished or mine.get(variable) or str(network.choose(name, usual))
    secret_files = {name for name in ("SECRET_KEY", "DATA_ENCRYPTION_KEY") if mine.get(f"{name}_FILE")}
    merged = {**{name: value for name, value in chosen.items() if name not in secret_files}, **mine}
    merged["API_PORT"] = chosen["API_PORT"]
    merged.pop("PORT", None)
    return merged
