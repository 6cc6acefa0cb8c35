#!/usr/bin/env python3
"""Builds the ONNX graph of all-MiniLM-L6-v2 whose weights stay inside `model.safetensors`.

No ONNX file of the model is needed: every weight is an initializer with external data that points at its byte
offset in the safetensors file, so the graph itself stays small enough to live in the repository. It belongs to
one exact weights file, whose SHA-256 is written to its metadata and to a `.sha256` file next to it.

    build_graph.py model.safetensors all-minilm-l6-v2.onnx

Needs numpy and onnx. The output is byte-for-byte reproducible with the same version of onnx.

Input  input_ids           int64   [batch, tokens]  rows of equal length, no padding: there is no attention mask
Output sentence_embedding  float32 [batch, 384]     mean over the tokens, L2 norm 1
"""

import hashlib
import json
import struct
import sys

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LAYERS = 6
HEADS = 12
WIDTH = 384
HEAD_WIDTH = WIDTH // HEADS
# BERT's LayerNorm epsilon, from the model's config.json.
EPSILON = 1e-12
WEIGHTS_FILE = "model.safetensors"


class Graph:
    """Collects nodes and initializers; every method answers the name of a tensor."""

    def __init__(self, header, data_start):
        self.header = header
        self.data_start = data_start
        self.nodes = []
        self.initializers = []

    def weight(self, name):
        """A tensor that stays in the safetensors file."""
        entry = self.header[name]
        if entry["dtype"] != "F32":
            raise SystemExit(f"{name} is {entry['dtype']}, not F32")
        start, end = entry["data_offsets"]
        tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, data_location=TensorProto.EXTERNAL)
        tensor.dims.extend(entry["shape"])
        place = {"location": WEIGHTS_FILE, "offset": self.data_start + start, "length": end - start}
        for key, value in place.items():
            pair = tensor.external_data.add()
            pair.key, pair.value = key, str(value)
        self.initializers.append(tensor)
        return name

    def constant(self, name, value, dtype):
        self.initializers.append(numpy_helper.from_array(np.array(value, dtype), name))
        return name

    def node(self, kind, inputs, output=None, domain=None, **attributes):
        output = output or f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], name=output, domain=domain, **attributes))
        return output

    def linear(self, x, prefix):
        """x times the transposed weight plus bias. Gemm takes the weight as it lies in the file, untransposed."""
        return self.node("Gemm", [x, self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")], transB=1)

    def norm(self, x, prefix):
        weights = [self.weight(f"{prefix}.weight"), self.weight(f"{prefix}.bias")]
        return self.node("LayerNormalization", [x, *weights], axis=-1, epsilon=EPSILON)

    def embeddings(self, token_count):
        """Word + position + segment 0 for every token, normalised: [batch, tokens, WIDTH]."""
        zero, one = self.constant("zero", 0, np.int64), self.constant("one", 1, np.int64)
        words = self.node("Gather", [self.weight("embeddings.word_embeddings.weight"), "input_ids"])
        positions = self.node("Range", [zero, token_count, one])
        position = self.node("Gather", [self.weight("embeddings.position_embeddings.weight"), positions])
        segment = self.node("Gather", [self.weight("embeddings.token_type_embeddings.weight"), zero])
        x = self.node("Add", [words, self.node("Add", [position, segment])])
        return self.norm(x, "embeddings.LayerNorm")

    def attention(self, x, prefix, shapes):
        """Multi-head self-attention over rows of `x`, without its output projection."""
        heads = {}
        for name, order in ("query", [0, 2, 1, 3]), ("key", [0, 2, 3, 1]), ("value", [0, 2, 1, 3]):
            split = self.node("Reshape", [self.linear(x, f"{prefix}.self.{name}"), shapes["heads"]])
            heads[name] = self.node("Transpose", [split], perm=order)
        scores = self.node("Mul", [self.node("MatMul", [heads["query"], heads["key"]]), shapes["scale"]])
        mixed = self.node("MatMul", [self.node("Softmax", [scores], axis=-1), heads["value"]])
        return self.node("Reshape", [self.node("Transpose", [mixed], perm=[0, 2, 1, 3]), shapes["rows"]])

    def layer(self, x, prefix, shapes):
        """One transformer layer on [batch * tokens, WIDTH]."""
        attended = self.linear(self.attention(x, f"{prefix}.attention", shapes), f"{prefix}.attention.output.dense")
        x = self.norm(self.node("Add", [attended, x]), f"{prefix}.attention.output.LayerNorm")
        inner = self.node("Gelu", [self.linear(x, f"{prefix}.intermediate.dense")])
        return self.norm(self.node("Add", [self.linear(inner, f"{prefix}.output.dense"), x]), f"{prefix}.output.LayerNorm")

    def build(self):
        input_shape = self.node("Shape", ["input_ids"])
        token_count = self.node("Gather", [input_shape, self.constant("second", 1, np.int64)])
        shapes = {
            "heads": self.node("Concat", [input_shape, self.constant("head_split", [HEADS, HEAD_WIDTH], np.int64)], axis=0),
            "texts": self.node("Concat", [input_shape, self.constant("width", [WIDTH], np.int64)], axis=0),
            "rows": self.constant("rows", [-1, WIDTH], np.int64),
            "scale": self.constant("scale", HEAD_WIDTH**-0.5, np.float32),
        }
        x = self.node("Reshape", [self.embeddings(token_count), shapes["rows"]])
        for index in range(LAYERS):
            x = self.layer(x, f"encoder.layer.{index}", shapes)
        # The L2 norm cancels the mean's division by the number of tokens, so the sum is enough.
        x = self.node("Reshape", [x, shapes["texts"]])
        total = self.node("ReduceSum", [x, self.constant("tokens_axis", [1], np.int64)], keepdims=0)
        length = self.node("ReduceL2", [total, self.constant("last_axis", [-1], np.int64)], keepdims=1)
        self.node("Div", [total, length], output="sentence_embedding")


def main(source, target):
    with open(source, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    graph = Graph(header, 8 + size)
    graph.build()
    inputs = [helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "tokens"])]
    outputs = [helper.make_tensor_value_info("sentence_embedding", TensorProto.FLOAT, ["batch", WIDTH])]
    proto = helper.make_graph(graph.nodes, "all-minilm-l6-v2", inputs, outputs, graph.initializers)
    model = helper.make_model(proto, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    helper.set_model_props(model, {"weights_sha256": digest})
    onnx.save(model, target)
    with open(f"{target}.sha256", "w", encoding="ascii") as file:
        file.write(digest)
    print(f"{len(graph.nodes)} nodes, {model.ByteSize()} bytes, for weights {digest}")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        raise SystemExit(__doc__)
    main(sys.argv[1], sys.argv[2])
