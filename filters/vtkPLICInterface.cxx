#include "vtkPLICInterface.h"

#include "InputFractions.h"
#include "InterfacePolyData.h"
#include "MeshAdaptor.h"
#include "PLICNormals.h"
#include "ThreadsByDefault.h"
#include "VolumeFractionArrays.h"

#include "plic/PlaneConstant.h"

#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkObjectFactory.h"
#include "vtkPolyData.h"
#include "vtkSMPTools.h"
#include "vtkStreamingDemandDrivenPipeline.h"
#include "vtkTimerLog.h"

#include <algorithm>
#include <stdexcept>

vtkStandardNewMacro(vtkPLICInterface);
mirVolumeFractionArraysMacro(vtkPLICInterface)

  namespace
{

  constexpr const char* MethodNames[] = { "Youngs", "Mixed Youngs-Centered", "Least Squares" };

  /// A mixed cell's facet: lines of a planar mesh or loops in space.
  struct Facet
  {
    std::vector<std::array<mir::Vec2, 2>> lines;
    std::vector<std::vector<mir::Vec3>> loops;
    mir::Vec3 normal;
  };

  /// Cuts the cell in local coordinates, so that digits do not depend on where the mesh lies.
  Facet planarFacet(const mir::MeshAdaptor& mesh, vtkIdType cell, double fraction, mir::Vec3 normal)
  {
    mir::Polygon polygon;
    mesh.polygon(cell, polygon);
    const mir::Vec2 origin = polygon[0];
    for (mir::Vec2& point : polygon)
    {
      point = point - origin;
    }
    const mir::Vec2 n{ normal.x, normal.y };
    Facet facet;
    facet.normal = normal;
    if (mir::area(polygon) > 0.0)
    {
      facet.lines = mir::cut(polygon, n, mir::planeConstant(polygon, n, fraction));
    }
    for (auto& line : facet.lines)
    {
      line = { origin + line[0], origin + line[1] };
    }
    return facet;
  }

  Facet spatialFacet(
    const mir::MeshAdaptor& mesh, vtkIdType cell, double fraction, mir::Vec3 normal)
  {
    mir::Polyhedron polyhedron;
    mesh.polyhedron(cell, polyhedron);
    const mir::Vec3 origin = polyhedron.points[0];
    for (mir::Vec3& point : polyhedron.points)
    {
      point = point - origin;
    }
    Facet facet;
    facet.normal = normal;
    if (mir::volume(polyhedron) > 0.0)
    {
      facet.loops = mir::cut(polyhedron, normal, mir::planeConstant(polyhedron, normal, fraction));
    }
    for (auto& loop : facet.loops)
    {
      for (mir::Vec3& point : loop)
      {
        point = origin + point;
      }
    }
    return facet;
  }

} // namespace

//------------------------------------------------------------------------------
vtkPLICInterface::vtkPLICInterface()
{
  mir::useThreadsByDefault();
}

//------------------------------------------------------------------------------
vtkPLICInterface::~vtkPLICInterface() = default;

//------------------------------------------------------------------------------
int vtkPLICInterface::FillInputPortInformation(int, vtkInformation* info)
{
  info->Set(vtkAlgorithm::INPUT_REQUIRED_DATA_TYPE(), "vtkDataSet");
  return 1;
}

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestUpdateExtent(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  // One layer of ghost cells feeds the stencils of the cells at a piece's edge.
  using sddp = vtkStreamingDemandDrivenPipeline;
  vtkInformation* out = outputVector->GetInformationObject(0);
  inputVector[0]->GetInformationObject(0)->Set(
    sddp::UPDATE_NUMBER_OF_GHOST_LEVELS(), out->Get(sddp::UPDATE_NUMBER_OF_GHOST_LEVELS()) + 1);
  return 1;
}

//------------------------------------------------------------------------------
int vtkPLICInterface::RequestData(
  vtkInformation*, vtkInformationVector** inputVector, vtkInformationVector* outputVector)
{
  vtkDataSet* input = vtkDataSet::GetData(inputVector[0]);
  vtkPolyData* output = vtkPolyData::GetData(outputVector);
  const double start = vtkTimerLog::GetUniversalTime();
  try
  {
    if (mir::isEmptyPiece(input, outputVector))
    {
      return 1;
    }
    const mir::MeshAdaptor mesh(input);
    const std::vector<double> fractions =
      mir::readFractions(input, this->VolumeFractionArrays, this->Tolerance);
    std::vector<vtkIdType> mixed = mir::mixedCells(fractions, this->Tolerance);
    mixed.erase(std::remove_if(mixed.begin(), mixed.end(),
                  [&mesh](vtkIdType cell) { return mesh.isGhost(cell); }),
      mixed.end());
    auto method = static_cast<mir::NormalMethod>(this->Method);
    const auto normals = mir::makeNormalEstimator(method, mesh, fractions, mixed);

    std::vector<Facet> facets(mixed.size());
    auto compute = [&](vtkIdType begin, vtkIdType end) {
      for (vtkIdType i = begin; i < end && !this->GetAbortExecute(); ++i)
      {
        const mir::Vec3 normal = normals->normal(mixed[i]);
        facets[i] = mesh.dimension() == 2
          ? planarFacet(mesh, mixed[i], fractions[mixed[i]], normal)
          : spatialFacet(mesh, mixed[i], fractions[mixed[i]], normal);
      }
    };
    const auto count = static_cast<vtkIdType>(mixed.size());
    const vtkIdType slice = std::max<vtkIdType>(1024, count / 20);
    for (vtkIdType begin = 0; begin < count && !this->GetAbortExecute(); begin += slice)
    {
      vtkSMPTools::For(begin, std::min(count, begin + slice), compute);
      this->UpdateProgress(static_cast<double>(begin) / count);
    }

    mir::InterfaceBuilder builder(mesh);
    std::vector<mir::Vec2> points;
    std::vector<std::array<std::int64_t, 2>> segments;
    std::vector<std::int64_t> cells;
    for (vtkIdType i = 0; i < count; ++i)
    {
      for (const auto& line : facets[i].lines)
      {
        const auto first = static_cast<std::int64_t>(points.size());
        points.insert(points.end(), line.begin(), line.end());
        segments.push_back({ first, first + 1 });
        cells.push_back(mixed[i]);
      }
      for (const auto& loop : facets[i].loops)
      {
        builder.addPolygon(loop, facets[i].normal, mixed[i]);
      }
      if (facets[i].lines.empty() && facets[i].loops.empty() && !this->GetAbortExecute())
      {
        throw std::runtime_error(
          "cell " + std::to_string(mixed[i]) + " is mixed but has no volume");
      }
    }
    builder.addSegments(points, segments, cells);
    builder.finish(output);

    if (method != static_cast<mir::NormalMethod>(this->Method))
    {
      vtkDebugMacro(<< MethodNames[this->Method] << " needs an image or rectilinear grid; used "
                    << MethodNames[static_cast<int>(method)]);
    }
    mir::setField(output, "Method", std::string("PLIC ") + MethodNames[static_cast<int>(method)]);
    mir::setField(output, "MixedCells", static_cast<std::int64_t>(count));
    mir::setField(output, "ReconstructedCells", static_cast<std::int64_t>(count));
    mir::setField(output, "RejectedCells", std::int64_t{ 0 });
    mir::setField(output, "Milliseconds", 1e3 * (vtkTimerLog::GetUniversalTime() - start));
  }
  catch (const std::exception& error)
  {
    output->Initialize();
    vtkErrorMacro(<< error.what());
    return 0;
  }
  return 1;
}

//------------------------------------------------------------------------------
void vtkPLICInterface::PrintSelf(ostream& os, vtkIndent indent)
{
  this->Superclass::PrintSelf(os, indent);
  for (const std::string& name : this->VolumeFractionArrays)
  {
    os << indent << "VolumeFractionArray: " << name << "\n";
  }
  os << indent << "Method: " << MethodNames[this->Method] << "\n";
  os << indent << "Tolerance: " << this->Tolerance << "\n";
}
