#include "Pictures.h"

#include "Displacement.h"
#include "Planes.h"
#include "Problem.h"
#include "Recipe.h"

#include "plic/NestedCuts.h"
#include "reconstruct/continuous/ContinuousInterface.h"

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

namespace mir::testing {

namespace {

struct Picture
{
  const char* name;
  const char* mesh;
  int n;
};

const Picture Pictures[] = { { "star", "triangles", 16 }, { "triple", "voronoi", 8 },
  { "annulus0.7", "quads", 10 }, { "layers", "distorted", 12 }, { "cube", "tetrahedra", 8 },
  { "tripleline", "hexahedra", 6 } };

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

void printPlanes(const Problem& problem, const MaterialNormals& normals, Printer& printer)
{
  printer.begin("PLIC", planeDisplacement(problem, normals));
  const std::vector<std::vector<MaterialCut>> cuts = planeCuts(problem, normals);
  NestedCutter cutter(problem.band);
  for (std::size_t i = 0; i < cuts.size(); ++i)
  {
    const int cell = problem.mixed[i];
    cutter.run(cell, cuts[i].data(), static_cast<int>(cuts[i].size()), false);
    for (const MaterialFacet& facet : cutter.facets())
    {
      std::vector<Vec3> loop;
      for (int j = facet.begin; j < facet.end; ++j)
      {
        loop.push_back(problem.band.origin(cell) + cutter.points()[j]);
      }
      printer.facet(facet.inside, facet.outside, loop);
    }
  }
}

void printField(const Problem& problem, const Recipe& recipe, const char* name, Printer& printer)
{
  const Outcome outcome = carryOut(problem, recipe);
  printer.begin(name, displacement(problem, outcome.mesh, outcome.field));
  const ContinuousFacets facets = extractFacets(problem.band, outcome.mesh, outcome.field);
  for (std::size_t i = 0; i + 1 < facets.facetOffsets.size(); ++i)
  {
    std::vector<Vec3> loop;
    for (auto j = facets.facetOffsets[i]; j < facets.facetOffsets[i + 1]; ++j)
    {
      loop.push_back(facets.points[facets.facetPoints[j]]);
    }
    printer.facet(facets.inside[i], facets.outside[i], loop);
  }
}

} // namespace

void printPictures()
{
  std::puts("Picture,Mesh,Resolution,Method,Displacement,Inside,Outside,Points");
  for (const Picture& picture : Pictures)
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
      printPlanes(problem, planeNormals(problem, "LVIRA"), printer);
      Recipe recipe;
      printField(problem, recipe, "Averaged Planes", printer);
      recipe.planes = "Reconstructed Distance";
      recipe.method = ContinuousMethod::AveragedParaboloids;
      printField(problem, recipe, "Averaged Paraboloids", printer);
      recipe.method = ContinuousMethod::Variational;
      printField(problem, recipe, "Variational", printer);
    }
    catch (const std::exception& error)
    {
      std::fprintf(stderr, "picture of %s on %s: %s\n", picture.name, picture.mesh, error.what());
    }
  }
}

} // namespace mir::testing
