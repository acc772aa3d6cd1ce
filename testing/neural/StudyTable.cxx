// The study's Table 1 on its held-out images: autoencoders beside Youngs, ELVIRA, the sub-cell
// model and the image that they are given.
//   mirStudyTable [--images N] [--pictures FILE] [NAME=WEIGHTS ...]
// Method,FullyConnected,MSE,Conservation,Continuity on the standard output (StudyImages.h), a row a
// method. FILE gets the first images of the truth and of every row as 64 x 64 floats.
#include "ClippedRegions.h"
#include "Planes.h"
#include "Problem.h"
#include "Recipe.h"

#include "data/Raster.h"
#include "reconstruct/autoencoder/Autoencoder.h"
#include "reconstruct/continuous/extraction/ContinuousInterface.h"
#include "reconstruct/training/StudyImages.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

using namespace mir;
using namespace mir::testing;

namespace {

constexpr std::uint64_t seed = 1; // Of the shipped models.
constexpr int side = autoencoderImageSize;
constexpr int cells = side / autoencoderCellSize;
constexpr int pixels = side * side;
constexpr int pictures = 6;

/// The cells' fractions of a shape.
Problem problemOf(const RandomShape& shape)
{
  std::vector<double> fractions = cellCoverage(shape.loops, { cells, cells, 1.0 / cells, {} });
  for (double& f : fractions)
  {
    f = shape.complement ? 1.0 - f : f;
    f = f < 1e-10 ? 0.0 : f > 1.0 - 1e-10 ? 1.0 : f;
  }
  return makeProblem(cells, fractions);
}

Polygon cellPolygon(const Problem& problem, int cell)
{
  Polygon polygon;
  for (int i = 0; i < problem.band.cellSize(cell); ++i)
  {
    const Vec3 x = problem.band.point(cell, i);
    polygon.push_back({ x.x, x.y });
  }
  return polygon;
}

/// Exact coverage of the pixels by polygons that do not overlap and by full cells.
void appendCoverage(
  const Problem& problem, std::vector<Polygon>& polygons, std::vector<float>& images)
{
  for (int cell = 0; cell < problem.band.numberOfCells(); ++cell)
  {
    if (problem.fraction(0, cell) == 1.0)
    {
      polygons.push_back(cellPolygon(problem, cell));
    }
  }
  for (double f : cellCoverage(polygons, { side, side, 1.0 / side, {} }))
  {
    images.push_back(static_cast<float>(f));
  }
}

void appendPlanes(const Problem& problem, const std::string& method, std::vector<float>& images)
{
  const std::vector<std::vector<MaterialCut>> cuts =
    planeCuts(problem, planeNormals(problem, method));
  NestedCutter cutter(problem.band);
  std::vector<Polygon> polygons;
  for (std::size_t m = 0; m < cuts.size(); ++m)
  {
    const int cell = problem.mixed[m];
    const Vec3 origin = problem.band.origin(cell);
    cutter.run(cell, cuts[m].data(), static_cast<int>(cuts[m].size()), true);
    for (int i = 0; i < cutter.numberOfParts(); ++i)
    {
      if (cutter.part(i).material == 0)
      {
        polygons.push_back(cutter.part(i).polygon);
        for (Vec2& x : polygons.back())
        {
          x = x + Vec2{ origin.x, origin.y };
        }
      }
    }
  }
  appendCoverage(problem, polygons, images);
}

void appendSubcell(const Problem& problem, std::vector<float>& images)
{
  Recipe recipe;
  recipe.model = &shippedSubcellModel();
  const Outcome outcome = carryOut(problem, recipe);
  const ContinuousParts parts = extractParts(problem.band, outcome.mesh, outcome.field);
  std::vector<Polygon> polygons;
  for (std::size_t i = 0; i < parts.simplices.size(); ++i)
  {
    if (parts.materials[i] == 0)
    {
      Polygon triangle;
      for (int k = 0; k < 3; ++k)
      {
        const Vec3 x = parts.points[parts.simplices[i][k]];
        triangle.push_back({ x.x, x.y });
      }
      polygons.push_back(triangle);
    }
  }
  appendCoverage(problem, polygons, images);
}

struct Options
{
  int images = heldOutImages;
  std::string pictures;
  std::vector<std::pair<std::string, std::string>> weights; ///< Names and files.
};

Options parsed(int argc, char** argv)
{
  Options options;
  for (int i = 1; i < argc; ++i)
  {
    const std::string argument = argv[i];
    const std::size_t equals = argument.find('=');
    if (argument == "--images" && i + 1 < argc)
    {
      options.images = std::max(1, std::atoi(argv[++i]));
    }
    else if (argument == "--pictures" && i + 1 < argc)
    {
      options.pictures = argv[++i];
    }
    else if (equals != std::string::npos)
    {
      options.weights.emplace_back(argument.substr(0, equals), argument.substr(equals + 1));
    }
    else
    {
      throw std::invalid_argument(
        "usage: mirStudyTable [--images N] [--pictures FILE] [NAME=WEIGHTS ...]");
    }
  }
  return options;
}

/// Prints rows and keeps the first images of each.
class Rows
{
public:
  Rows(std::vector<float> truth, const std::string& path)
    : Truth(std::move(truth))
  {
    if (!path.empty())
    {
      this->Pictures.open(path, std::ios::binary);
    }
    this->keep(this->Truth);
    std::puts("Method,FullyConnected,MSE,Conservation,Continuity");
  }

  void add(const std::string& method, int fullyConnected, const std::vector<float>& images)
  {
    const StudyErrors errors = studyErrors(this->Truth, autoencoderCellSize, images);
    std::printf("%s,%d,%.6f,%.6f,%.6f\n", method.c_str(), fullyConnected, errors.squared,
      errors.conservation, errors.continuity);
    std::fflush(stdout);
    this->keep(images);
  }

private:
  void keep(const std::vector<float>& images)
  {
    const std::size_t count = std::min<std::size_t>(images.size(), std::size_t(pictures) * pixels);
    this->Pictures.write(reinterpret_cast<const char*>(images.data()),
      static_cast<std::streamsize>(count * sizeof(float)));
  }

  std::vector<float> Truth;
  std::ofstream Pictures;
};

void run(const Options& options)
{
  const std::vector<float> truth = studyImages(seed, firstHeldOutShape, options.images);
  const std::vector<float> input = drawnCells(truth, autoencoderCellSize);
  Rows rows(truth, options.pictures);
  rows.add("input image", 0, input);
  const std::pair<const char*, std::function<void(const Problem&, std::vector<float>&)>>
    methods[] = { { "Youngs",
                    [](const auto& p, auto& images) { appendPlanes(p, "Youngs", images); } },
      { "ELVIRA", [](const auto& p, auto& images) { appendPlanes(p, "ELVIRA", images); } },
      { "sub-cell model", appendSubcell } };
  for (const auto& [name, append] : methods)
  {
    std::vector<float> images;
    for (int k = 0; k < options.images; ++k)
    {
      append(problemOf(studyShape(seed, firstHeldOutShape + k)), images);
    }
    rows.add(name, 0, images);
  }
  for (const auto& [name, path] : options.weights)
  {
    const Autoencoder model = Autoencoder::load(readSafetensors(path));
    rows.add(
      name, model.design().fullyConnectedSize(), model.evaluate(input.data(), options.images));
  }
}

} // namespace

int main(int argc, char** argv)
{
  try
  {
    run(parsed(argc, argv));
  }
  catch (const std::exception& error)
  {
    std::fprintf(stderr, "mirStudyTable: %s\n", error.what());
    return 1;
  }
  return 0;
}
