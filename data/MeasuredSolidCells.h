// What the cells of a mesh in space hold, measured cell by cell: volumes, traces on faces, normals.
// Private to this folder.
#ifndef mir_data_MeasuredSolidCells_h
#define mir_data_MeasuredSolidCells_h

#include "data/CellMaterials.h"
#include "data/Solid.h"
#include "data/SolidFacets.h"
#include "data/SolidRegion.h"
#include "plic/ParallelFor.h"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace mir {

/// What the truth says of the facets of a cell.
struct SolidCellNormals
{
  double sum = 0.0;
  std::int64_t count = 0;
  double largestDistance = 0.0;
};

/// What there is to know of a cell.
struct MeasuredSolidCell
{
  double volume = 0.0;
  bool missing = false;
  /// Facets inside of it.
  bool crossed = false;
  /// Largest error of the materials' volumes, as a part of the cell.
  double conservation = 0.0;
  /// Volumes of the truth in the cell and of the difference of the first material's region.
  double truth = 0.0;
  double difference = 0.0;
  SolidCellNormals normals;
  /// Traces of the measured materials, one after the other, on the cell's faces in turn; empty
  /// where one material has all.
  std::vector<FaceTrace> traces;
  /// Facets on its faces.
  std::vector<std::int64_t> onFaces;
};

/// The cells of a mesh with the faces and facets of each.
class MeasuredSolidCells
{
public:
  /// Refers to its arguments. Without `truth` what is measured against it is 0.
  MeasuredSolidCells(const SolidMeshView& mesh, const CellMaterials& materials,
    const SolidFacets& facets, const Solid* truth);
  MeasuredSolidCells(const MeasuredSolidCells&) = delete;
  MeasuredSolidCells& operator=(const MeasuredSolidCells&) = delete;

  /// Measures all cells. Throws std::invalid_argument, naming the first, for cells without positive
  /// volume.
  void measure(const ParallelFor& parallelFor);

  const MeasuredSolidCell& operator[](std::int64_t cell) const { return this->States[cell]; }
  /// Whether a material has all of a cell that no facets cross.
  bool full(int material, std::int64_t cell) const;
  /// The materials that are measured.
  const std::vector<int>& measured() const { return this->Measured; }
  /// Planar parts of a face, and the place of the first among those of its cells a and b.
  const std::vector<FacePart>& parts(std::size_t face) const { return this->Parts[face]; }
  std::size_t firstOfA(std::size_t face) const { return this->FirstOfA[face]; }
  std::size_t firstOfB(std::size_t face) const { return this->FirstOfB[face]; }
  /// How many planar parts the faces of a cell have.
  std::size_t partsOfCell(std::int64_t cell) const { return this->CellFaces[cell].size(); }
  /// Signed distances of the facets' centroids from the true boundary, NaN where not measured.
  const std::vector<double>& distances() const { return this->Distances; }

private:
  struct Facet;

  void sortFaces();
  void sortFacets();
  bool active(std::int64_t cell) const;
  std::vector<Facet> facetsOf(std::int64_t cell);
  SolidRegion regionOf(int material, std::int64_t cell, const std::vector<Facet>& facets) const;
  bool isTurned(std::int64_t cell, double volume, std::vector<Facet> facets) const;
  void measureActive(std::int64_t cell);
  void measurePure(std::int64_t cell);
  void measureNormals(std::int64_t cell, bool turned);
  double insideTruth(Polyhedron& local, Vec3 origin) const;

  const SolidMeshView& Mesh;
  const CellMaterials& Materials;
  const SolidFacets& Facets;
  const Solid* Truth;
  std::vector<int> Measured;
  std::vector<std::vector<FacePart>> Parts;
  std::vector<std::size_t> FirstOfA;
  std::vector<std::size_t> FirstOfB;
  std::vector<std::vector<CellFace>> CellFaces;
  /// Facets by cell.
  std::vector<std::int64_t> FacetOffsets;
  std::vector<std::int64_t> FacetIds;
  std::vector<MeasuredSolidCell> States;
  std::vector<double> Distances;
};

} // namespace mir

#endif
