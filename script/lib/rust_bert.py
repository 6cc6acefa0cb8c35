"""script/rust-bert: fetches libtorch and runs the contract of embedding backends on the one that is off by default."""

import os
import shutil
import subprocess

from . import build, services, wheels
from .base import DEV, ROOT, Failed, make_dev, run, say, step

FOLDER = DEV / "libtorch"
TORCH = FOLDER / "torch"
# The version that tch 0.17 is written for; it refuses others.
VERSION = wheels.TORCH.version

USAGE = f"""usage: script/rust-bert

Fetches libtorch {VERSION} (812 MB of Python wheels with pinned hashes, of which 560 MB are kept unpacked in .dev/libtorch), builds
hiring-platform with its feature rust-bert and runs the tests of that backend, the contract of all backends among them. Neither the
product nor script/test needs any of it.

Programs with it are built under the variables that this prints, by cargo build --features hiring-platform/rust-bert, and have to
find libtorch when they run. Linked with -Wl,-rpath,$LIBTORCH/lib they do: the worker starts its readers without an environment.

The wheels are for Linux on x86-64. Elsewhere LIBTORCH has to name a libtorch {VERSION} of your own (with LIBTORCH_CXX11_ABI=0, if it is
from PyTorch's wheel for Linux), and where it is set it is used."""


def main(arguments):
    """Fetches, builds, tests; the status is that of the tests."""
    if set(arguments) & {"-h", "--help"}:
        say(USAGE)
        return 0
    if arguments:
        raise Failed(USAGE)
    build.need_cargo()
    make_dev()
    with step("model"):
        services.unpack_model()
    with step(f"libtorch {VERSION}"):
        told = libtorch()
    for name, value in told.items():
        say(f"    {name}={value}")
    return test(told)


def test(told):
    """Runs the tests of the backend; what they print goes straight to the person."""
    command = ["cargo", "test", "--locked", "-p", "hiring-platform", "--features", "rust-bert", "--test", "it", "rust_bert::", "--", "--nocapture"]
    with step(" ".join(command)):
        return cargo(command, told)


def cargo(command, told):
    """Runs cargo, whose output goes straight to the person; its status."""
    return subprocess.run(command, cwd=ROOT, env={**build.cargo_environment(), **told}, stdin=subprocess.DEVNULL, check=False).returncode


def libtorch():
    """The variables under which libtorch is found by the build and by tests."""
    given = os.environ.get("LIBTORCH")
    if given:
        return {"LIBTORCH": given, "LD_LIBRARY_PATH": search_path(f"{given}/lib")}
    if wheels.this_platform() != wheels.LINUX_X86:
        raise Failed(f"there are no wheels of libtorch for this machine: set LIBTORCH to a libtorch {VERSION} of your own")
    wheels.unpack(wheels.TORCH, TORCH, torch_member)
    # Where the wheels have them: libtorch looks for them beside itself.
    for wheel, part, name in ((wheels.CUDA_CUPTI, "cuda_cupti", "libcupti.so.12"), (wheels.CUDA_RUNTIME, "cuda_runtime", "libcudart.so.12")):
        library = f"nvidia/{part}/lib/{name}"
        wheels.unpack(wheel, FOLDER / "nvidia" / part, lambda member, library=library: f"lib/{os.path.basename(library)}" if member == library else None)
    stub(TORCH / "lib")
    # PyTorch's wheels for Linux are compiled with the names that C++ libraries had before 2011.
    return {"LIBTORCH": str(TORCH), "LIBTORCH_CXX11_ABI": "0", "LD_LIBRARY_PATH": search_path(TORCH / "lib")}


def torch_member(member):
    """The headers, and of the libraries those that compute on processors: the others are 1.2 GB for graphics cards."""
    if member.startswith("torch/include/"):
        return member[len("torch/"):]
    name = os.path.basename(member)
    wanted = name in ("libtorch_cpu.so", "libc10.so") or name.startswith("libgomp-")
    return f"lib/{name}" if wanted and member == f"torch/lib/{name}" else None


def stub(folder):
    """Makes `libtorch.so`, by whose name everything is linked: the one in the wheel would load what is for graphics cards."""
    library = folder / "libtorch.so"
    if library.is_file():
        return
    compiler = shutil.which("c++") or shutil.which("g++")
    if not compiler:
        raise Failed("there is no C++ compiler (c++), which this backend takes: install one, for example with apt install g++")
    part = folder / f"libtorch.so.{os.getpid()}"
    run([compiler, "-shared", "-o", part, f"-L{folder}", "-Wl,--no-as-needed", "-ltorch_cpu", "-lc10", "-Wl,-soname,libtorch.so"])
    part.rename(library)


def search_path(folder):
    """The folder, before those where libraries are looked for anyway."""
    known = os.environ.get("LD_LIBRARY_PATH")
    return f"{folder}{os.pathsep}{known}" if known else str(folder)
