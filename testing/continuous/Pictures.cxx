#include "Pictures.h"

#include "Displacement.h"
#include "FacetChecks.h"
#include "Planes.h"
#include "Problem.h"

#include "reconstruct/continuous/extraction/ContinuousInterface.h"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace mir::testing {

namespace {

class Printer
{
public:
  explicit Printer(const Problem& problem)
    : About(problem)
  {}

  void begin(const std::string& method, double displacement)
  {
    this->Method = method;
    this->Displacement = displacement;
  }
  void facet(int inside, int outside, const std::vector<Vec3>& points) const
  {
    std::printf("%s,%s,%d,%s,%.6g,%d,%d,", this->About.name.c_str(), this->About.mesh.c_str(),
      this->About.n, this->Method.c_str(), this->Displacement, inside, outside);
    for (const Vec3& x : points)
    {
      std::printf("%.6g %.6g %.6g ", x.x, x.y, x.z);
    }
    std::puts("");
  }

private:
  const Problem& About;
  std::string Method;
  double Displacement = 0.0;
};

void printMesh(const Problem& problem, Printer& printer)
{
  printer.begin("mesh", 0.0);
  for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
  {
    std::vector<Vec3> loop;
    for (int i = 0; i < problem.band.cellSize(cell); ++i)
    {
      loop.push_back(problem.band.point(cell, i));
    }
    printer.facet(-1, -1, loop);
  }
}

void printFacets(const ContinuousFacets& facets, Printer& printer)
{
  for (std::size_t i = 0; i < facets.cells.size(); ++i)
  {
    std::vector<Vec3> loop;
    for (auto j = facets.facetOffsets[i]; j < facets.facetOffsets[i + 1]; ++j)
    {
      loop.push_back(facets.points[facets.facetPoints[j]]);
    }
    printer.facet(facets.inside[i], facets.outside[i], loop);
  }
}

void printColumn(const Problem& problem, const PictureColumn& column, Printer& printer)
{
  if (!column.recipe)
  {
    const MaterialNormals normals = planeNormals(problem, column.planes);
    printer.begin(column.name, planeDisplacement(problem, normals));
    printFacets(planeFacets(problem, normals), printer);
    return;
  }
  const Outcome outcome = carryOut(problem, *column.recipe);
  printer.begin(column.name, displacement(problem, outcome.mesh, outcome.field));
  printFacets(extractFacets(problem.band, outcome.mesh, outcome.field), printer);
}

} // namespace

void printPictureHeading()
{
  std::puts("Picture,Mesh,Resolution,Method,Displacement,Inside,Outside,Points");
}

void printPictures(const std::vector<Picture>& pictures, const std::vector<PictureColumn>& columns)
{
  for (const Picture& picture : pictures)
  {
    try
    {
      const Problem problem =
        makeProblem(picture.name, picture.mesh, picture.n, reportedSeeds()[0]);
      Printer printer(problem);
      if (problem.band.dimension == 2)
      {
        printMesh(problem, printer);
      }
      for (const PictureColumn& column : columns)
      {
        printColumn(problem, column, printer);
      }
    }
    catch (const std::exception& error)
    {
      std::fprintf(stderr, "picture of %s on %s: %s\n", picture.name.c_str(), picture.mesh.c_str(),
        error.what());
    }
  }
}

} // namespace mir::testing
