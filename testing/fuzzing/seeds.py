"""Writes the files that fuzzing starts from into the folder it is given: small and valid ones."""
import json
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


def model(dtype, width, hidden):
    """A sub-cell model of 3x3 fractions and 2x2 nodes."""
    sizes = [9] + [width] * hidden + [4]
    tensors = []
    for k, (inputs, outputs) in enumerate(zip(sizes, sizes[1:])):
        weights = [(i % 7 - 3) / 8 for i in range(inputs * outputs)]
        tensors += [(f"layer{k}.weight", dtype, [outputs, inputs], weights),
                    (f"layer{k}.bias", dtype, [outputs], weights[:outputs])]
    return safetensors({"architecture": "subcell", "activation": "algebraic-gelu", "K": "3",
                        "r": "1", "width": str(width), "hidden": str(hidden)}, tensors)


folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
(folder / "single").write_bytes(model("F32", 2, 1))
(folder / "half").write_bytes(model("F16", 3, 2))
(folder / "scalar").write_bytes(safetensors({"K": "7"}, [("a", "F32", [], [1.5])]))
