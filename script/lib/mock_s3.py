"""An S3 server for the tests: moto with exact versions in `.dev/venv`, never part of the product."""

import hashlib
import os
import shutil
import subprocess
import sys

from .base import DEV, Failed, say
from .wheels import need_pip

# The libraries below moto are pinned where Python is recent enough for them; an older Python takes what suits it.
MOTO = ["moto[s3]==5.1.22", "flask", "flask-cors"]
PINS = """blinker==1.9.0 boto3==1.44.5 botocore==1.44.5 certifi==2026.10.18 cffi==2.1.1 charset-normalizer==3.5.2 click==8.5.1
cryptography==50.0.2 flask==3.1.3 flask-cors==6.0.5 idna==3.20 itsdangerous==2.2.0 jinja2==3.1.6 jmespath==1.1.0 markupsafe==3.0.4
py-partiql-parser==0.6.3 pycparser==3.12 python-dateutil==2.9.0.post0 pyyaml==6.0.3 requests==2.34.2 responses==0.26.3
s3transfer==0.19.3 six==1.17.0 urllib3==2.8.0 werkzeug==3.1.9 xmltodict==1.0.4""".split()

VENV = DEV / "venv"
SERVER = VENV / "bin" / "moto_server"


def ensure():
    """Installs moto once and gives the program that serves it."""
    wanted = hashlib.sha256(" ".join([*MOTO, *PINS, sys.executable]).encode()).hexdigest()
    mark = VENV / ".installed"
    if mark.is_file() and mark.read_text() == wanted:
        return SERVER
    need_pip()
    say("    installing moto (an S3 server for tests) in .dev/venv")
    shutil.rmtree(VENV, ignore_errors=True)
    site = VENV / "site"
    site.mkdir(parents=True)
    constraints = VENV / "constraints.txt"
    constraints.write_text("".join(f'{pin}; python_version >= "3.11"\n' for pin in PINS))
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
                           "--target", str(site), "--constraint", str(constraints), *MOTO], capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"pip could not install moto:\n{done.stderr.strip()[-1500:]}")
    (VENV / "bin").mkdir()
    SERVER.write_text(f'#!/bin/sh\nPYTHONPATH="{site}" exec "{sys.executable}" -m moto.server "$@"\n')
    os.chmod(SERVER, 0o755)
    mark.write_text(wanted)
    return SERVER
