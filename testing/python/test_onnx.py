"""Exported autoencoders compute in ONNX Runtime what they compute in LibTorch."""
import os
import subprocess
import tempfile
import unittest

import numpy as np

try:
    import onnxruntime
except ImportError:
    onnxruntime = None

PROGRAMS = os.environ["MIR_PROGRAMS"]


@unittest.skipIf(onnxruntime is None, "ONNX Runtime is not installed")
class Export(unittest.TestCase):
    def test_every_model_of_the_study_agrees_with_libtorch(self):
        with tempfile.TemporaryDirectory() as folder:
            samples = os.path.join(PROGRAMS, "mirAutoencoderSamples")
            names = subprocess.check_output([samples, folder], text=True).split()
            self.assertGreaterEqual(len(names), 5)
            images = np.fromfile(f"{folder}/images.bin", np.float32).reshape(-1, 1, 64, 64)
            for name in names:
                with self.subTest(name):
                    subprocess.check_call([os.path.join(PROGRAMS, "mir-export"),
                        f"{folder}/{name}.safetensors", "--out", f"{folder}/{name}.onnx"])
                    session = onnxruntime.InferenceSession(f"{folder}/{name}.onnx")
                    coverage, = session.run(["coverage"], {"fractions": images})
                    expected = np.fromfile(f"{folder}/{name}.bin", np.float32)
                    self.assertEqual(coverage.shape, images.shape)
                    self.assertGreater(np.ptp(expected), 1e-2)
                    self.assertLess(np.abs(coverage.ravel() - expected).max(), 1e-5)
                    # One image alone, as TensorRT would be given a batch of its own.
                    alone, = session.run(["coverage"], {"fractions": images[1:2]})
                    self.assertLess(np.abs(alone - coverage[1:2]).max(), 1e-5)

    def test_other_files_are_refused(self):
        weights = os.path.join(os.path.dirname(__file__), "../../data/weights/subcell.safetensors")
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run([os.path.join(PROGRAMS, "mir-export"), weights, "--out",
                f"{folder}/model.onnx"], capture_output=True, text=True)
            self.assertEqual(done.returncode, 1)
            self.assertIn("architecture", done.stderr)
            self.assertFalse(os.path.exists(f"{folder}/model.onnx"))


if __name__ == "__main__":
    unittest.main()
