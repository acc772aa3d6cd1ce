#include "PLICReconstruction.h"

#include "FacetChunks.h"
#include "GridStencils.h"
#include "InterfaceBand.h"
#include "MaterialCells.h"
#include "MaterialFractions.h"
#include "MeshAdaptor.h"

#include "plic/CellCutter.h"
#include "plic/MaterialOrder.h"
#include "plic/NestedCuts.h"

#include "vtkDataSet.h"
#include "vtkPolyData.h"
#include "vtkSMPTools.h"
#include "vtkUnstructuredGrid.h"

#include <algorithm>
#include <utility>

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

/// What a chunk of mixed cells gives.
struct Chunk
{
  std::int64_t mixed = 0;
  std::int64_t reconstructed = 0;
  FacetChunk facets;
  PartChunk parts;
};

/// The cutting of mixed cells, the same by any thread.
struct CellCutting
{
  const MeshAdaptor& mesh;
  const MaterialFractions& fractions;
  const InterfaceBand& band;
  const MixedMaterials& materials;
  const PLICOptions& options;
  bool withParts;

  void run(vtkIdType begin, vtkIdType end, std::vector<Chunk>& work) const;
  bool addFacet(CellCutter& cutter, vtkIdType mixed, FacetChunk& facets) const;
};

void CellCutting::run(vtkIdType begin, vtkIdType end, std::vector<Chunk>& work) const
{
  CellCutter simpleCutter(band.cells);
  NestedCutter cutter(band.cells);
  PartWriter writer(mesh, options.simplices);
  MaterialOrder order(band.cells,
    [this](int material, int cell) { return fractions.fraction(material, band.ids[cell]); });
  std::vector<MaterialEstimate> estimates;
  std::vector<MaterialCut> cuts;
  for (vtkIdType c = begin; c < end; ++c)
  {
    Chunk& chunk = work[c];
    const auto last =
      std::min(static_cast<vtkIdType>(band.mixed.size()), (c + 1) * vtkIdType{ ChunkSize });
    for (vtkIdType i = c * ChunkSize; i < last; ++i)
    {
      const int cell = band.mixed[i];
      const vtkIdType id = band.ids[cell];
      if (mesh.isGhost(id))
      {
        continue;
      }
      const Vec3 origin = band.reference + band.cells.origin(cell);
      ++chunk.mixed;
      if (materials.count(i) == 2 && !withParts)
      {
        chunk.reconstructed += addFacet(simpleCutter, i, chunk.facets) ? 1 : 0;
        continue;
      }
      estimates.clear();
      for (std::int64_t e = materials.offsets[i]; e < materials.offsets[i + 1]; ++e)
      {
        estimates.push_back({ materials.materials[e], materials.fractions[e], materials.normals[e],
          materials.gradients.empty() ? Vec3{} : materials.gradients[e] });
      }
      const int count = static_cast<int>(estimates.size());
      order.choose(cell, estimates.data(), count, options.automaticOrder, cuts);
      cutter.run(cell, cuts.data(), count, withParts);
      if (withParts)
      {
        for (int p = 0; p < cutter.numberOfParts(); ++p)
        {
          writer.add(chunk.parts, id, origin, cutter.part(p));
        }
      }
      else
      {
        for (const MaterialFacet& facet : cutter.facets())
        {
          chunk.facets.add(mesh, id, origin, cutter.points().data() + facet.begin,
            facet.end - facet.begin, facet.normal, facet.inside, facet.outside);
        }
      }
      chunk.reconstructed += cutter.facets().empty() ? 0 : 1;
    }
  }
}

/// The facet of a cell of two materials; whether there is one.
bool CellCutting::addFacet(CellCutter& cutter, vtkIdType mixed, FacetChunk& facets) const
{
  const int cell = band.mixed[mixed];
  const std::int64_t e = materials.offsets[mixed];
  const Vec3 normal = materials.normals[e];
  const double constant = cutter.planeConstant(cell, normal, materials.fractions[e]);
  const auto& loops = cutter.cut(cell, normal, constant);
  for (const auto& loop : loops)
  {
    facets.add(mesh, band.ids[cell], band.reference + band.cells.origin(cell), loop.data(),
      static_cast<int>(loop.size()), normal, materials.materials[e], materials.materials[e + 1]);
  }
  return !loops.empty();
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
    makeInterfaceBand(mesh, fractions, several ? BandExtent::Neighbours : bandExtent(method, mesh));
  MixedMaterials materials = mixedMaterials(fractions, band, options.tolerance);
  findNormals(method, roundsOf(options.method, GridStencils::apply(mesh)), options.centroidArrays,
    mesh, fractions, band, options.tolerance, materials);

  const int mixed = static_cast<int>(band.mixed.size());
  const int chunks = (mixed + ChunkSize - 1) / ChunkSize;
  std::vector<Chunk> work(chunks);
  auto* polydata = vtkPolyData::SafeDownCast(output);
  const CellCutting cutting{ mesh, fractions, band, materials, options, polydata == nullptr };
  // Few slices, as threads are started for each; enough to follow and to stop the work.
  const int slice = std::max(64, chunks / 16);
  bool goOn = options.progress(0.1);
  for (int first = 0; first < chunks && goOn; first += slice)
  {
    vtkSMPTools::For(first, std::min(chunks, first + slice), 1,
      [&](vtkIdType begin, vtkIdType end) { cutting.run(begin, end, work); });
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
