"""A small client of the HTTP API: one login, polite about limits, the same Idempotency-Key for every try of one request."""

import json
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid

from .base import Failed

PATIENCE_SECONDS = 300


class Problem(Exception):
    """An answer that is no success: its status and the problem document."""

    def __init__(self, status, body):
        self.status, self.body = status, body
        super().__init__(f"{status} {body.get('title', '')}: {body.get('detail', '')}".strip(" :"))


class Client:
    """Speaks to the API under `base`, such as http://127.0.0.1:8000/api/v1."""

    def __init__(self, base, email, password):
        self.base, self.email, self.password = base.rstrip("/"), email, password
        # A proxy of the environment is not meant for a server on this machine.
        self.opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.token, self.lock = None, threading.Lock()

    def login(self):
        """Gets a token; raises Failed where there is no server or no such login."""
        try:
            answer = self.send("POST", "/auth/login", {"email": self.email, "password": self.password}, token=None)
        except Problem as problem:
            raise Failed(f"{self.email} cannot log in at {self.base}: {problem}") from None
        self.token = answer["access_token"]

    def call(self, method, path, body=None, **options):
        """One request with the token; a token that has run out is replaced once."""
        used = self.token
        try:
            return self.send(method, path, body, token=used, **options)
        except Problem as problem:
            if problem.status != 401:
                raise
        with self.lock:
            if self.token == used:
                self.login()
        return self.send(method, path, body, token=self.token, **options)

    def get(self, path, **query):
        """The answer to a GET, query values encoded."""
        return self.call("GET", path + ("?" + urllib.parse.urlencode(query) if query else ""))

    def upload(self, path, name, content):
        """Posts one file as multipart field `file`."""
        boundary = uuid.uuid4().hex
        safe = name.replace("\\", "_").replace('"', "%22").replace("\r", "_").replace("\n", "_")
        head = (f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="{safe}"\r\n'
                "Content-Type: application/octet-stream\r\n\r\n")
        data = head.encode() + content + f"\r\n--{boundary}--\r\n".encode()
        return self.call("POST", path, data, content_type=f"multipart/form-data; boundary={boundary}")

    def send(self, method, path, body=None, token=None, content_type="application/json"):
        """Sends until there is an answer other than 429 and 503, waiting as long as `Retry-After` says."""
        data = json.dumps(body).encode() if isinstance(body, (dict, list)) else body
        headers = {"Accept": "application/json"}
        if data is not None:
            headers["Content-Type"] = content_type
        if token:
            headers["Authorization"] = f"Bearer {token}"
            if method == "POST":
                headers["Idempotency-Key"] = str(uuid.uuid4())
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            request = urllib.request.Request(self.base + path, data=data, headers=headers, method=method)
            try:
                with self.opener.open(request, timeout=60) as answer:
                    return json.loads(answer.read() or b"{}")
            except urllib.error.HTTPError as error:
                wait = retry_after(error)
                if wait is None or time.monotonic() + wait > deadline:
                    raise Problem(error.code, problem_of(error)) from None
                time.sleep(wait)
            except urllib.error.URLError as error:
                raise Failed(f"no answer from {self.base} ({error.reason}); is script/server running?") from None
            except OSError as error:
                if time.monotonic() > deadline:
                    raise Failed(f"the connection to {self.base} breaks: {error}") from None
                time.sleep(0.5)


def retry_after(error):
    """Seconds to wait before the next try; None if a try would not help."""
    if error.code not in (429, 503):
        return None
    try:
        seconds = float(error.headers.get("Retry-After") or 1)
    except ValueError:
        seconds = 1.0
    return seconds + random.uniform(0, 0.3)


def problem_of(error):
    """The problem document of an error answer, or something like one."""
    try:
        body = json.loads(error.read())
    except (ValueError, OSError):
        body = None
    return body if isinstance(body, dict) else {"title": error.reason or "", "detail": ""}
