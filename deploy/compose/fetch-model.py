"""Unpacks the embedding model and ONNX Runtime for an image: fetch-model.py MODEL_DIR RUNTIME_DIR."""

import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "script"))

from lib import base, services  # noqa: E402 (the path comes first)


def main(arguments):
    """Unpacks as a development machine does and moves the result to where the image wants it."""
    if len(arguments) != 2:
        raise base.Failed("usage: fetch-model.py MODEL_DIR RUNTIME_DIR")
    base.make_dev()
    services.unpack_model()
    for name, place in zip(("model", "onnxruntime"), arguments):
        shutil.copytree(base.DEV / name, place)


base.main(main)
