"""script/demo DIR: uploads a folder of resumes to the running product and prints who fits the three sample jobs best."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import settings
from .api_client import Client, Problem
from .base import DEV, ROOT, Failed, say
from .terminal import Progress, plain, table

KINDS = {".pdf", ".docx", ".doc", ".rtf", ".odt", ".html", ".htm", ".txt"}
UPLOADERS = 4
STALL_SECONDS = 180

USAGE = """usage: script/demo DIR [--api URL] [--top N]

Uploads every resume in DIR (PDF, DOCX, DOC, RTF, ODT, HTML, TXT), waits until all are read, and prints the best
candidates for each of the three sample jobs in script/samples/jobs.json. script/server must be running.
  --api URL  the API to use, such as http://127.0.0.1:8000/api/v1 (default: this checkout's running server)
  --top N    rows for each job (default 8)"""


def main(arguments):
    """Logs in, makes the jobs, uploads, waits, ranks. Status 1 if an upload was refused."""
    folder, api, top = options(arguments)
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in KINDS)
    if not files:
        raise Failed(f"there are no resumes in {folder}")
    settings.load_dotenv()
    client = Client(api or running_api(), *settings.demo_login())
    client.login()
    jobs = [ensure_job(client, job) for job in json.loads((ROOT / "script/samples/jobs.json").read_text(encoding="utf-8"))]
    began = time.monotonic()
    uploaded, refused = upload_all(client, files)
    failed = wait_for_all(client, uploaded)
    say(f"{len(uploaded) - len(failed)} of {len(files)} resumes read and findable after {time.monotonic() - began:.1f} s")
    for name, reason in sorted(refused + failed):
        say(f"  {plain(name)}: {plain(reason)}")
    for job in jobs:
        ranking(client, job, top)
    return 1 if refused else 0


def options(arguments):
    """(folder, api or None, rows)."""
    rest, found = list(arguments), {}
    for flag in ("--api", "--top"):
        if flag in rest[:-1]:
            at = rest.index(flag)
            found[flag] = rest[at + 1]
            del rest[at:at + 2]
    if len(rest) != 1 or rest[0].startswith("-") or not found.get("--top", "8").isdigit():
        raise Failed(USAGE)
    folder = Path(rest[0])
    if not folder.is_dir():
        raise Failed(f"{folder} is no folder")
    return folder, found.get("--api"), int(found.get("--top", "8"))


def running_api():
    """The base URL that script/server left for us."""
    try:
        return (DEV / "run" / "api.url").read_text().strip()
    except FileNotFoundError:
        raise Failed("no server has been started in this checkout: run script/server in another terminal") from None


def ensure_job(client, job):
    """The sample job, created unless the board already has one of that title."""
    for known in client.get("/jobs", search=job["title"], per_page=100)["data"]:
        if known["title"] == job["title"]:
            return known
    created = client.call("POST", "/jobs", job)["data"]
    say(f"created the job {job['title']}")
    return created


def upload_all(client, files):
    """([(name, candidate id)], [(name, reason)]): accepted and refused files."""
    progress, uploaded, refused = Progress("uploading", len(files)), [], []

    def one(path):
        return client.upload("/candidates/upload", path.name, path.read_bytes())["data"]

    with ThreadPoolExecutor(UPLOADERS) as pool:
        waiting = [(path, pool.submit(one, path)) for path in files]
        for path, future in waiting:
            try:
                uploaded.append((path.name, future.result()))
            except Problem as problem:
                refused.append((path.name, f"refused: {problem}"))
            progress.add()
    again = sum(bool(answer.get("duplicate")) for _, answer in uploaded)
    if again:
        say(f"{again} of them were known already")
    return uploaded, refused


def wait_for_all(client, uploaded):
    """Waits until each candidate is ready or failed; gives [(name, reason)] of the failed."""
    progress, failed = Progress("reading  ", len(uploaded)), []
    for name, answer in uploaded:
        pause, stalls_at = 0.2, time.monotonic() + STALL_SECONDS
        while True:
            candidate = client.get(f"/candidates/{answer['candidate_id']}")["data"]
            state, reason = status_of(candidate)
            if state == "ready":
                break
            if state == "failed":
                failed.append((name, reason))
                break
            if time.monotonic() > stalls_at:
                failed.append((name, f"still {state} after {STALL_SECONDS} s ({task_line(client, answer)})"))
                break
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)
        progress.add()
    return failed


def status_of(candidate):
    """(state, reason) of a candidate, whether the failure stands beside the status or inside it."""
    status = candidate["status"]
    failure = candidate.get("failure") or {}
    if isinstance(status, dict):
        state = status.get("state") or next(iter(status), "")
        inner = status.get(state)
        failure = inner if isinstance(inner, dict) else status
        status = state
    return status, f"{failure.get('reason') or 'no reason given'} ({failure.get('code') or 'no code'})"


def task_line(client, answer):
    """Where a resume's task is, in words."""
    try:
        task = client.get(f"/tasks/{answer['task_id']}")["data"]
    except (Problem, KeyError) as problem:
        return f"task: {problem}"
    return f"task {task.get('state')}, stage {task.get('stage')}"


def ranking(client, job, top):
    """Prints a job's best candidates with the first thing that speaks for each."""
    answer = client.get(f"/jobs/{job['id']}/matches", per_page=max(1, min(top, 100)))
    must = ", ".join((job.get("requirements") or {}).get("must_have") or [])
    say(f"\n{job['title']}" + (f" (must have: {must})" if must else "") + f", {answer.get('meta', {}).get('total', '?')} candidates")
    rows = [[str(place), f"{float(match['score']):.3f}", match.get("name") or "(no name found)", first_quote(match)]
            for place, match in enumerate(answer["data"][:top], 1)]
    if rows:
        table(["#", "score", "candidate", "first evidence"], rows, flexible=3)
    else:
        say("  nobody yet")


def first_quote(match):
    """The first quoted evidence of a match, with the component that it stands for."""
    for component in match.get("components") or []:
        for evidence in component.get("evidence") or []:
            if evidence.get("quote"):
                return f"{component.get('name', '').replace('_', ' ')}: “{plain(evidence['quote'])}”"
    return ""
