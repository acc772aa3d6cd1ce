#include "PLICReconstruction.h"

#include "CellCutting.h"
#include "FacetChunks.h"
#include "GridStencils.h"
#include "InterfaceBand.h"
#include "MaterialCells.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"
#include "ThreadedLoops.h"

#include "vtkDataSet.h"
#include "vtkPolyData.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>
#include <utility>

namespace mir {

namespace {

/// Mixed cells that one thread cuts at a time.
constexpr int ChunkSize = 128;

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

/// What a chunk of mixed cells gives.
struct Chunk
{
  std::int64_t mixed = 0;
  std::int64_t reconstructed = 0;
  FacetChunk facets;
  PartChunk parts;
};

/// The chunks [begin, end) of mixed cells, the same by any thread.
void cutChunks(CellCutting& cutting, vtkIdType begin, vtkIdType end, std::vector<Chunk>& work)
{
  for (vtkIdType c = begin; c < end; ++c)
  {
    Chunk& chunk = work[c];
    const auto last =
      std::min(static_cast<vtkIdType>(cutting.numberOfCells()), (c + 1) * vtkIdType{ ChunkSize });
    for (auto i = static_cast<int>(c * ChunkSize); i < last; ++i)
    {
      if (!cutting.isGhost(i))
      {
        ++chunk.mixed;
        chunk.reconstructed += cutting.cut(i, chunk.facets, chunk.parts) ? 1 : 0;
      }
    }
  }
}

} // namespace

PLICCounts reconstructPLIC(vtkDataSet* input, const PLICOptions& options, vtkDataObject* output)
{
  const SharedThreads threads;
  const MeshAdaptor mesh(input);
  const MaterialFractions fractions(
    input, options.fractionArrays, options.tolerance, options.normalize);
  const MethodInput data{ GridStencils::apply(mesh),
    options.centroidArrays.size() == options.fractionArrays.size() };
  const NormalMethod method = applicableMethod(options.method, data);
  const bool several = anyCellOfThree(fractions, options.tolerance);
  const InterfaceBand band =
    makeInterfaceBand(mesh, fractions, several ? BandExtent::Neighbours : bandExtent(method, mesh));
  MixedMaterials materials = mixedMaterials(fractions, band, options.tolerance);
  findNormals(method, roundsOf(options.method, data), options.centroidArrays, mesh, fractions, band,
    options.tolerance, materials);

  const int mixed = static_cast<int>(band.mixed.size());
  const int chunks = (mixed + ChunkSize - 1) / ChunkSize;
  std::vector<Chunk> work(chunks);
  auto* polydata = vtkPolyData::SafeDownCast(output);
  // Few slices, as threads wait for each other after each; enough to follow and to stop the work.
  const int slice = std::max(256, chunks / 16);
  bool goOn = options.progress(0.1);
  for (int first = 0; first < chunks && goOn; first += slice)
  {
    runRanges(std::min(slice, chunks - first), 1, [&](vtkIdType begin, vtkIdType end) {
      CellCutting cutting(mesh, fractions, band, materials, options.automaticOrder);
      if (!polydata)
      {
        cutting.makeParts(options.simplices);
      }
      cutChunks(cutting, first + begin, first + end, work);
    });
    goOn = options.progress(0.1 + 0.8 * (first + slice) / chunks);
  }

  PLICCounts counts;
  std::vector<FacetChunk> facets;
  std::vector<PartChunk> parts;
  for (Chunk& chunk : work)
  {
    counts.mixed += chunk.mixed;
    counts.reconstructed += chunk.reconstructed;
    facets.push_back(std::move(chunk.facets));
    parts.push_back(std::move(chunk.parts));
  }
  counts.normalized = fractions.numberNormalized();
  counts.used = method;
  const bool asked = options.method == method || options.method == NormalMethod::Automatic;
  counts.otherMethod = asked ? 0 : counts.mixed;
  counts.withoutDirection = asked ? materials.withoutDirection : 0;
  if (polydata)
  {
    facets.emplace_back();
    addPureFaces(mesh, fractions, facets.back());
    writeFacets(mesh, facets, polydata);
  }
  else
  {
    writeMaterialCells(
      mesh, fractions, parts, options.mixedCellsOnly, vtkUnstructuredGrid::SafeDownCast(output));
  }
  return counts;
}

} // namespace mir
