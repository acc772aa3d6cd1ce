#include "PLICReconstruction.h"

#include "FacetChunks.h"
#include "InterfaceBand.h"
#include "MaterialCells.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "PureFaces.h"

#include "plic/CellCutter.h"

#include "vtkDataSet.h"
#include "vtkPolyData.h"
#include "vtkSMPTools.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>
#include <atomic>

namespace mir {

namespace {

/// Mixed cells that one thread cuts at a time.
constexpr int ChunkSize = 512;

/// Whether any cell holds three or more materials.
bool anyCellOfThree(const MaterialFractions& fractions, double tolerance)
{
  const int count = fractions.numberOfMaterials();
  const std::vector<vtkIdType>& mixed = fractions.mixedCells();
  return count > 2 && std::any_of(mixed.begin(), mixed.end(), [&](vtkIdType cell) {
    int present = 0;
    for (int material = 0; material < count && present < 3; ++material)
    {
      present += fractions.fraction(material, cell) > tolerance ? 1 : 0;
    }
    return present == 3;
  });
}

/// Appends the facets on faces between full cells and tells how many they are.
std::int64_t addPureFaces(
  const MeshAdaptor& mesh, const MaterialFractions& fractions, FacetChunk& facets)
{
  const std::vector<PureFace> faces = pureFaces(mesh, fractions);
  std::vector<Vec3> loop;
  for (const PureFace& face : faces)
  {
    loop.clear();
    for (vtkIdType id : face.points)
    {
      const Vec3 x = mesh.reader().point(id);
      const Vec2 u = mesh.plane().project(x);
      loop.push_back(mesh.dimension() == 2 ? Vec3{ u.x, u.y, 0.0 } : x);
    }
    const Vec3 origin = loop[0];
    for (Vec3& x : loop)
    {
      x = x - origin;
    }
    const Vec3 along = loop[1] - loop[0];
    Vec3 normal = { along.y, -along.x, 0.0 };
    if (mesh.dimension() == 3)
    {
      normal = {};
      for (std::size_t i = 2; i < loop.size(); ++i)
      {
        normal = normal + cross(loop[i - 1], loop[i]);
      }
    }
    const double size = length(normal);
    if (size > 0.0)
    {
      facets.add(mesh, face.source, origin, loop, 1.0 / size * normal, fractions.state(face.inside),
        fractions.state(face.outside));
    }
  }
  return static_cast<std::int64_t>(faces.size());
}

} // namespace

PLICCounts reconstructPLIC(vtkDataSet* input, const PLICOptions& options, vtkDataObject* output)
{
  const MeshAdaptor mesh(input);
  const MaterialFractions fractions(
    input, options.fractionArrays, options.tolerance, options.normalize);
  const NormalMethod method = applicableMethod(options.method, mesh);
  const bool several = anyCellOfThree(fractions, options.tolerance);
  const InterfaceBand band =
    makeInterfaceBand(mesh, fractions, several || needsNeighbours(method, mesh));
  MixedMaterials materials = mixedMaterials(fractions, band, options.tolerance);
  findNormals(method, options.centroidArrays, mesh, fractions, band, options.tolerance, materials);

  const int mixed = static_cast<int>(band.mixed.size());
  const int chunks = (mixed + ChunkSize - 1) / ChunkSize;
  std::vector<FacetChunk> facets(chunks + 1);
  std::vector<PLICCounts> counted(chunks);
  std::atomic<bool> stopped{ false };
  vtkSMPTools::For(0, chunks, 1, [&](vtkIdType chunk, vtkIdType last) {
    CellCutter cutter(band.cells);
    for (; chunk < last && !stopped; ++chunk)
    {
      FacetChunk& found = facets[chunk];
      const int end = std::min<int>(mixed, (chunk + 1) * ChunkSize);
      for (int i = chunk * ChunkSize; i < end; ++i)
      {
        const int cell = band.mixed[i];
        const vtkIdType id = band.ids[cell];
        if (mesh.isGhost(id))
        {
          continue;
        }
        const std::size_t before = found.sizes.size();
        if (materials.count(i) > 1)
        {
          const std::int64_t e = materials.offsets[i];
          const Vec3 normal = materials.normals[e];
          const double constant = cutter.planeConstant(cell, normal, materials.fractions[e]);
          for (const auto& loop : cutter.cut(cell, normal, constant))
          {
            found.add(mesh, id, band.cells.origin(cell), loop, normal, materials.materials[e],
              materials.materials[e + 1]);
          }
        }
        ++counted[chunk].mixed;
        counted[chunk].reconstructed += found.sizes.size() > before ? 1 : 0;
      }
    }
  });

  PLICCounts counts;
  for (const PLICCounts& some : counted)
  {
    counts.mixed += some.mixed;
    counts.reconstructed += some.reconstructed;
  }
  counts.normalized = fractions.numberNormalized();
  counts.used = method;
  const bool asked = options.method == method || options.method == NormalMethod::Automatic;
  counts.fallback = asked ? materials.withoutDirection : counts.mixed;
  if (auto* polydata = vtkPolyData::SafeDownCast(output))
  {
    counts.pureFaces = addPureFaces(mesh, fractions, facets.back());
    writeFacets(mesh, facets, polydata);
  }
  return counts;
}

} // namespace mir
