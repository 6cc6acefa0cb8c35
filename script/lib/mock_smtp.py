"""A mail server for the tests: aiosmtpd with exact versions and hashes in `.dev/smtp`, never part of the product.

Run as a program it listens on a free port, prints `PORT <number>`, and keeps what it accepts in a directory, one JSON file
a mail. How it behaves is read anew for every mail from the file `behaviour` in that directory; see `Handler`.
"""

import argparse
import asyncio
import hashlib
import json
import logging
import os
import shutil
import ssl
import subprocess
import sys
import warnings
from pathlib import Path

PINS = {
    "aiosmtpd==1.4.6": "72c99179ba5aa9ae0abbda6994668239b64a5ce054471955fe75f581d2592475",
    "atpublic==6.0.2": "156cfd3854e580ebfa596094a018fe15e4f3fa5bade74b39c3dabb54f12d6565",
    "attrs==26.1.0": "c647aa4a12dfbad9333ca4e71fe62ddc36f4e63b2d260a37a8b83d2f043ac309",
}


def server():
    """Where the program is once it is installed."""
    from .base import DEV

    return DEV / "smtp" / "bin" / "smtp_server"


def ensure():
    """Installs aiosmtpd once and gives the program that serves mail with it."""
    from .base import Failed, say
    from .wheels import need_pip

    program = server()
    home = program.parent.parent
    launcher = f'#!/bin/sh\nPYTHONPATH="{home / "site"}" exec "{sys.executable}" "{Path(__file__).resolve()}" "$@"\n'
    wanted = hashlib.sha256(" ".join([*PINS, *PINS.values(), launcher]).encode()).hexdigest()
    mark = home / ".installed"
    if mark.is_file() and mark.read_text() == wanted:
        return program
    need_pip()
    say("    installing aiosmtpd (a mail server for tests) in .dev/smtp")
    shutil.rmtree(home, ignore_errors=True)
    (home / "site").mkdir(parents=True)
    requirements = home / "requirements.txt"
    requirements.write_text("".join(f"{pin} --hash=sha256:{digest}\n" for pin, digest in PINS.items()))
    done = subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:",
                           "--no-deps", "--require-hashes", "--target", str(home / "site"), "--requirement", str(requirements)],
                          capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"pip could not install aiosmtpd:\n{done.stderr.strip()[-1500:]}")
    program.parent.mkdir()
    program.write_text(launcher)
    os.chmod(program, 0o755)
    mark.write_text(wanted)
    return program


class Handler:
    """Accepts mail, unless the file `behaviour` says otherwise:

    accept; slow and slow-recipient (answer to the message, or to the recipient, once the file `go-on` is there);
    refuse-recipient (550, repeating the address); refuse-message (554); defer-recipient (451); defer-message (451);
    closing (421 to the recipient); drop-recipient (closes instead of an answer to the recipient); drop-unkept (closes
    instead of an answer to the message, which is not kept); drop-kept (keeps the message, then closes); silent (keeps the
    message and never answers).
    """

    def __init__(self, directory):
        self.directory = directory
        self.kept = 0
        self.tried = 0

    def behaviour(self):
        try:
            return (self.directory / "behaviour").read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return "accept"

    async def handle_RCPT(self, server, session, envelope, address, options):
        behaviour = self.behaviour()
        if behaviour == "refuse-recipient":
            return f"550 5.1.1 <{address}> is nobody here"
        if behaviour == "defer-recipient":
            return f"451 4.7.1 <{address}> is greylisted"
        if behaviour == "closing":
            return "421 4.3.2 going down"
        if behaviour == "drop-recipient":
            return drop(server)
        if behaviour == "slow-recipient":
            await self.told_to_go_on()
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        behaviour = self.behaviour()
        self.note_try(behaviour)
        if behaviour == "slow":
            await self.told_to_go_on()
        if behaviour == "refuse-message":
            return "554 5.7.1 not with these words"
        if behaviour == "defer-message":
            return "451 4.3.0 not now"
        if behaviour == "drop-unkept":
            return drop(server)
        self.keep(server, session, envelope)
        if behaviour == "drop-kept":
            return drop(server)
        if behaviour == "silent":
            await asyncio.sleep(3600)
        return "250 OK"

    async def told_to_go_on(self):
        (self.directory / "waiting").touch()
        while not (self.directory / "go-on").exists():
            await asyncio.sleep(0.01)

    def note_try(self, behaviour):
        """Says that a message has been handed over, whatever becomes of it."""
        self.tried += 1
        (self.directory / f"try-{self.tried:03}").write_text(behaviour, encoding="utf-8")

    def keep(self, server, session, envelope):
        """Writes the mail down; the file is whole when it is there."""
        self.kept += 1
        encrypted = server.transport.get_extra_info("ssl_object") is not None
        mail = {"sender": envelope.mail_from, "recipients": envelope.rcpt_tos, "encrypted": encrypted,
                "user": session.auth_data, "content": envelope.content.decode("utf-8")}
        draft = self.directory / "draft"
        draft.write_text(json.dumps(mail), encoding="utf-8")
        draft.rename(self.directory / f"mail-{self.kept:03}.json")


def drop(server):
    """Closes the connection at once; nothing that is still to be written arrives."""
    server.transport.abort()
    return "250 nobody hears this"


def serve(options):
    """Serves until it is killed, or until whoever started it is gone."""
    # What it thinks of passwords in the clear is of no interest to a test's output.
    logging.disable()
    warnings.simplefilter("ignore")
    from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

    def authenticate(_server, _session, _envelope, _mechanism, data):
        right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"ada", b"swordfish")
        return AuthResult(success=right, handled=False, auth_data="ada" if right else None)

    context = None
    if options.certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.certificate, options.key)
    handler = Handler(Path(options.directory))
    settings = {"enable_SMTPUTF8": not options.ascii, "timeout": 3600}
    if options.login:
        settings |= {"authenticator": authenticate, "auth_required": True, "auth_require_tls": False}
    if options.security == "starttls":
        settings |= {"tls_context": context, "require_starttls": True}

    async def run():
        loop = asyncio.get_running_loop()
        listening = await loop.create_server(lambda: SMTP(handler, loop=loop, **settings), host="127.0.0.1", port=options.port,
                                             ssl=context if options.security == "tls" else None)
        print(f"PORT {listening.sockets[0].getsockname()[1]}", flush=True)
        # The starter holds the other end of standard input: when it is gone, so are we.
        await loop.run_in_executor(None, sys.stdin.buffer.read)
        os._exit(0)

    asyncio.run(run())


def arguments():
    """What the program is told."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("directory", help="where mail is kept and behaviour is read")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--security", choices=("none", "starttls", "tls"), default="none")
    parser.add_argument("--certificate")
    parser.add_argument("--key")
    parser.add_argument("--login", action="store_true", help="ada must sign in with swordfish")
    parser.add_argument("--ascii", action="store_true", help="does not offer SMTPUTF8")
    return parser.parse_args()


if __name__ == "__main__":
    serve(arguments())
