"""The scripts behind testing/study: their statistics, and their tables from few images."""
import csv
import os
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import study_table
import study_ttest

PROGRAMS = Path(os.environ["MIR_PROGRAMS"])
TESTING = Path(study_table.__file__).parent


def run(script, *options):
    return subprocess.run([sys.executable, TESTING / script, *map(str, options)], check=True,
        stdout=subprocess.PIPE, encoding="utf-8", cwd=TESTING.parent).stdout


def rows_of(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Statistics(unittest.TestCase):
    def test_tails_are_those_of_cauchy_and_of_two_degrees(self):
        # In closed form: 1/2 - atan(t) / pi, and (1 - t / sqrt(2 + t^2)) / 2.
        self.assertAlmostEqual(study_ttest.tail(1.0, 1), 0.25, places=9)
        self.assertAlmostEqual(study_ttest.tail(-2.0, 2), 0.5 * (1 - 2 / 6 ** 0.5), places=9)

    def test_welch_of_equal_samples_is_student(self):
        # Equal deviations and numbers: t = difference / (deviation sqrt(2 / n)), 2 n - 2 degrees.
        t, freedom, two_sided, one_sided = study_ttest.welch((1.0, 2.0, 8), (3.0, 2.0, 8))
        self.assertAlmostEqual(t, -2.0)
        self.assertAlmostEqual(freedom, 14.0)
        self.assertAlmostEqual(two_sided, 2 * one_sided)


class Table(unittest.TestCase):
    def test_rows_are_methods_and_the_weights_that_are_there(self):
        with tempfile.TemporaryDirectory() as folder:
            text = run("study_table.py", "--output", folder, "--images", 4, "--program",
                PROGRAMS / "mirStudyTable", "--weights", f"32ch={folder}/none.safetensors")
            rows = {row["Method"]: row for row in rows_of(Path(folder) / "study-table.csv")}
            self.assertTrue((Path(folder) / "study-table.png").exists())
        self.assertIn("32 channels: left out", text)
        self.assertIn("2ch", rows)
        # PLIC and the sub-cell model conserve; in single precision images to 1e-6.
        for method in ("input image", "Youngs", "ELVIRA", "sub-cell model"):
            self.assertLess(float(rows[method]["Conservation"]), 2e-6)
        self.assertLess(float(rows["sub-cell model"]["MSE"]), float(rows["input image"]["MSE"]))


@unittest.skipUnless((PROGRAMS / "mir-train").exists(), "built without mir-train")
class Repeats(unittest.TestCase):
    def test_rows_that_are_there_are_not_trained_again(self):
        with tempfile.TemporaryDirectory() as folder:
            options = ("--output", folder, "--program", PROGRAMS / "mir-train", "--samples", 1000)
            path = Path(folder) / "study-ttest.csv"
            try:
                run("study_ttest.py", *options, "--repeats", 1)
            except subprocess.CalledProcessError:
                self.skipTest("built without LibTorch")
            first = path.read_text(encoding="utf-8")
            text = run("study_ttest.py", *options, "--repeats", 2)
            self.assertTrue(path.read_text(encoding="utf-8").startswith(first))
            self.assertEqual(len(rows_of(path)), 4)
            self.assertIn("Welch: t =", text)


if __name__ == "__main__":
    unittest.main()
