"""Writes the files that fuzzing starts from into the folder it is given: small and valid ones."""
import json
import math
import struct
import sys
from pathlib import Path


def safetensors(metadata, tensors):
    """Bytes of a file; tensors are (name, dtype, shape, values)."""
    header, data = {"__metadata__": metadata}, b""
    for name, dtype, shape, values in tensors:
        packed = struct.pack(f"<{len(values)}{'f' if dtype == 'F32' else 'e'}", *values)
        header[name] = {"dtype": dtype, "shape": shape,
                        "data_offsets": [len(data), len(data) + len(packed)]}
        data += packed
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def layers(dtype, sizes):
    """Tensors of a perceptron."""
    tensors = []
    for k, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        weights = [(i % 7 - 3) / 8 for i in range(inputs * outputs)]
        tensors += [(f"layer{k}.weight", dtype, [outputs, inputs], weights),
                    (f"layer{k}.bias", dtype, [outputs], weights[:outputs])]
    return tensors


def model(dtype, width, hidden, architecture="subcell", inputs=18, outputs=4):
    """A sub-cell model of 3^d fractions, as many signs of the domain's edge, and 2^d nodes."""
    return safetensors({"architecture": architecture, "activation": "algebraic-gelu", "K": "3",
                        "r": "1", "width": str(width), "hidden": str(hidden)},
                       layers(dtype, [inputs] + [width] * hidden + [outputs]))


def autoencoder():
    """The smallest of the study's kind: one channel, one latent number, pooling of dilation 2."""
    shapes = {f"{part}{k}.weight": [1, 1, side, side]
              for part, sides in (("encoder", [3] * 5), ("decoder", [5] * 4 + [3]))
              for k, side in enumerate(sides)}
    shapes |= {f"{part}{k}.bias": [1] for part in ("encoder", "decoder") for k in range(5)}
    shapes |= {"down.weight": [1, 1024], "down.bias": [1], "up.weight": [1024, 1],
               "up.bias": [1024]}
    return safetensors({"architecture": "autoencoder", "activation": "leaky-relu-0.2",
                        "channels": "1", "latent": "1", "pooling": "2", "layernorm": "0"},
                       [(name, "F16", shape, [0.125] * math.prod(shape))
                        for name, shape in shapes.items()])


folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "single").write_bytes(model("F32", 2, 1))
(folder / "solid").write_bytes(model("F16", 2, 1, "subcell3d", 54, 8))
(folder / "autoencoder").write_bytes(autoencoder())
(folder / "half").write_bytes(model("F16", 3, 2))
(folder / "scalar").write_bytes(safetensors({"K": "7"}, [("a", "F32", [], [1.5])]))
