"""PLIC and autoencoders have the same facets on 1 and on 2 ranks, bit for bit; continuous interfaces
join up between ranks. Needs mpirun and pvbatch: MIR_MPIRUN, MIR_PVBATCH, MIR_PLUGIN."""
import ast
import glob
import math
import os
import shutil
import subprocess
import tempfile
import unittest

SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "parallel_facets.py")


class Parallel(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        environment = dict(os.environ, OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1")
        environment.pop("PYTHONPATH", None)
        for ranks in (1, 2):
            subprocess.run([os.environ["MIR_MPIRUN"], "--oversubscribe", "-np", str(ranks),
                os.environ["MIR_PVBATCH"], "--symmetric", SCRIPT, os.environ["MIR_PLUGIN"],
                os.path.join(cls.folder, "facets")], check=True, env=environment, timeout=300)

    @classmethod
    def tearDownClass(cls):
        shutil.rmtree(cls.folder)

    def facets(self, ranks):
        """Facets by case, as all ranks together have them; also how many ranks had some."""
        cases = {}
        parts = []
        for path in sorted(glob.glob(os.path.join(self.folder, "facets.%d.*" % ranks))):
            with open(path) as file:
                lines = file.read().splitlines()
            parts.append(len(lines))
            for line in lines:
                name, facet = line.split(": ", 1)
                cases.setdefault(name, []).append(facet)
        return cases, parts

    def test_two_ranks_have_the_facets_of_one(self):
        one, _ = self.facets(1)
        two, parts = self.facets(2)
        self.assertEqual(len(parts), 2)
        self.assertGreater(min(parts), 0)
        self.assertEqual(set(one), set(two))
        for name in one:
            with self.subTest(name):
                self.assertGreater(len(one[name]), 20)
                self.assertEqual(len(one[name]), len(two[name]))
                self.assertTrue(sorted(one[name]) == sorted(two[name]), "not the same bits")

    def ends(self, ranks):
        """For every case the areas and open ends of each rank."""
        cases = {}
        for path in sorted(glob.glob(os.path.join(self.folder, "facets.ends.%d.*" % ranks))):
            with open(path) as file:
                for line in file:
                    name, value = line.split(": ", 1)
                    cases.setdefault(name, []).append(ast.literal_eval(value))
        return cases

    def test_continuous_interfaces_of_two_ranks_join_up(self):
        one, two = self.ends(1), self.ends(2)
        self.assertEqual(set(two), {"2D", "3D"})
        for name, parts in two.items():
            (whole, none), = one[name]
            self.assertEqual(none, [], "closed on one rank")
            (area, ends), (other_area, other_ends) = parts
            self.assertAlmostEqual((area + other_area) / whole, 1.0, delta=1e-5)
            self.assertGreater(len(ends), 0)
            self.assertEqual(len(ends), len(other_ends))
            # In cells, whose side is 1: what one round of shared nodes more would change.
            for point in ends:
                self.assertLess(min(math.dist(point, other) for other in other_ends), 1e-4)


if __name__ == "__main__":
    unittest.main()
