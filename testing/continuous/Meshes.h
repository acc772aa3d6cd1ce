// Meshes of the whole unit square and cube on which the continuous methods are measured.
#ifndef mir_testing_continuous_Meshes_h
#define mir_testing_continuous_Meshes_h

#include "plic/CellBand.h"
#include "plic/PlanarMesh.h"

#include <string>
#include <vector>

namespace mir::testing {

/// A measured band of all cells of a mesh of about n^dimension cells; equal seeds give equal
/// meshes. Its neighbours are not connected. By name:
/// - 2D: "quads" n x n squares; "triangles" of points jittered by .25, random diagonals;
/// "distorted"
///   quads, jittered by .2 and warped by .03; "curvilinear" quads, warped by .05;
/// "stretched" quads, rectilinear of aspect ratios from .1 to 10; "voronoi"
///   polygons after two steps of Lloyd's;
/// - 3D: "boxes" n^3 cubes; "hexahedra" jittered by .15 and warped by .03; "tetrahedra" six a cube
///   and "wedges" two a cube, jittered by .15 and .1; "pyramids" six a cube; "prisms" over hexagons
///   and "polyhedra", truncated octahedra of warped faces, which reach over the cube's edges;
///   "mixture" of hexahedra, wedges, pyramids, tetrahedra and polyhedra that meet, jittered by .1.
///
/// Throws std::invalid_argument for another name.
CellBand makeMesh(const std::string& name, int n, unsigned seed);

/// Their names.
const std::vector<std::string>& planarMeshes();
const std::vector<std::string>& spatialMeshes();

/// Whether cell i + n (j + n k) is the one at (i, j, k) of n^dimension equal boxes.
bool isGrid(const std::string& mesh);

/// A planar band as a mesh, its cells counter-clockwise.
PlanarMesh planarMesh(const CellBand& band);

/// Voronoi cells of n x n jittered points after `steps` of Lloyd's, vertices nearer than .02 / n
/// joined.
CellBand voronoiMesh(int n, unsigned seed, int steps = 2);

} // namespace mir::testing

#endif
