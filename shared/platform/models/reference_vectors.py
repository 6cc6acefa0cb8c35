#!/usr/bin/env python3
"""Makes the reference vectors of the embedding contract test with sentence-transformers (PyTorch), which is how the
model's authors run it and shares no code with this product's graph.

    reference_vectors.py MODEL_DIR ../tests/it/reference_vectors.json

MODEL_DIR is the model as its authors publish it (modules.json and what it names). Vectors are little-endian float32 in base64.
"""

import base64
import json
import sys

import numpy as np
import sentence_transformers
import torch
from sentence_transformers import SentenceTransformer

# (text, how often it is repeated)
TEXTS = [
    ("", 1),
    ("Rust", 1),
    ("  \t\n  ", 1),
    ("Senior backend engineer with eight years of Rust, PostgreSQL and Kubernetes.", 1),
    ("registered nurse, intensive care, night shifts, Hamburg", 1),
    ("Zoë Müller-Lüdenscheidt, Ingenieurin für Straßenbau in Nürnberg; naïve café résumé.", 1),
    ("Инженер-программист, Санкт-Петербург: C++, Linux, сети.", 1),
    ("東京大学でコンピュータサイエンスを専攻。機械学習エンジニア。", 1),
    ("مهندس برمجيات في القاهرة", 1),
    ("e\u0301tude cafe\u0301 (decomposed) \u200b zero width \ufeff mark", 1),
    ("👩🏽‍💻 shipped 🚀 5× faster builds → saved €1,000,000", 1),
    ("C++ C# .NET Node.js F# T-SQL OAuth2.0 CI/CD --verbose a_b_c foo@bar.example", 1),
    ("x" * 300, 1),
    ("[CLS] [SEP] [MASK] [UNK] [PAD] as plain words", 1),
    ("Led a team of five engineers and cut the time to hire from ten weeks to three. ", 25),
    ("Designed, built and ran a payment platform for 40 countries. ", 164),
    ("0123456789", 1000),
]
MAX_TOKENS = (128, 256)


def main(model_dir, target):
    model = SentenceTransformer(model_dir, device="cpu")
    cases = []
    for max_tokens in MAX_TOKENS:
        model.max_seq_length = max_tokens
        for text, repeat in TEXTS:
            vector = model.encode(text * repeat, convert_to_numpy=True)
            encoded = base64.b64encode(vector.astype("<f4").tobytes()).decode()
            cases.append({"text": text, "repeat": repeat, "max_tokens": max_tokens, "vector": encoded})
    made_with = f"sentence-transformers {sentence_transformers.__version__}, torch {torch.__version__.split('+')[0]}"
    with open(target, "w", encoding="utf-8") as file:
        json.dump({"made_with": made_with, "cases": cases}, file, ensure_ascii=False, indent=1)
        file.write("\n")
    norms = [float(np.linalg.norm(np.frombuffer(base64.b64decode(case["vector"]), "<f4"))) for case in cases]
    print(f"{len(cases)} vectors, norms {min(norms):.6f} to {max(norms):.6f}, {made_with}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
