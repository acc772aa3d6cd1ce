#include "InputFractions.h"

#include "vtkCellData.h"
#include "vtkDataArray.h"
#include "vtkDataSet.h"
#include "vtkInformation.h"
#include "vtkInformationVector.h"
#include "vtkStreamingDemandDrivenPipeline.h"

#include <cmath>
#include <sstream>
#include <stdexcept>

namespace mir {

namespace {

std::vector<double> readArray(vtkDataSet* mesh, const std::string& name, double tolerance)
{
  vtkDataArray* array = mesh->GetCellData()->GetArray(name.c_str());
  if (!array)
  {
    throw std::runtime_error("there is no cell array '" + name + "'");
  }
  if (array->GetNumberOfComponents() != 1)
  {
    throw std::runtime_error("cell array '" + name + "' has " +
      std::to_string(array->GetNumberOfComponents()) + " components; volume fractions have one");
  }
  const vtkIdType cells = mesh->GetNumberOfCells();
  if (array->GetNumberOfTuples() != cells)
  {
    throw std::runtime_error("cell array '" + name + "' has " +
      std::to_string(array->GetNumberOfTuples()) + " values for " + std::to_string(cells) +
      " cells");
  }
  std::vector<double> fractions(cells);
  for (vtkIdType cell = 0; cell < cells; ++cell)
  {
    const double f = array->GetTuple1(cell);
    if (!(f >= -tolerance && f <= 1.0 + tolerance))
    {
      std::ostringstream message;
      message.precision(17);
      message << "cell array '" << name << "' has the value " << f << " in cell " << cell
              << "; volume fractions lie in [0, 1]";
      throw std::runtime_error(message.str());
    }
    fractions[cell] = f < 0.0 ? 0.0 : f > 1.0 ? 1.0 : f;
  }
  return fractions;
}

} // namespace

std::vector<double> readFractions(
  vtkDataSet* mesh, const std::vector<std::string>& arrays, double tolerance)
{
  if (arrays.empty())
  {
    throw std::runtime_error("no cell array of volume fractions is chosen");
  }
  if (arrays.size() > 2)
  {
    throw std::runtime_error("arrays of " + std::to_string(arrays.size()) +
      " materials are chosen, from '" + arrays[0] + "' to '" + arrays.back() +
      "'; this filter takes two materials: one array, or two that sum to 1");
  }
  const std::vector<double> fractions = readArray(mesh, arrays[0], tolerance);
  if (arrays.size() == 2)
  {
    const std::vector<double> second = readArray(mesh, arrays[1], tolerance);
    for (std::size_t cell = 0; cell < fractions.size(); ++cell)
    {
      const double sum = fractions[cell] + second[cell];
      // Fractions stored in single precision sum to 1 within 1e-6.
      if (std::abs(sum - 1.0) > 1e-6 + tolerance)
      {
        std::ostringstream message;
        message.precision(17);
        message << "cell arrays '" << arrays[0] << "' and '" << arrays[1] << "' sum to " << sum
                << " in cell " << cell << ", not to 1";
        throw std::runtime_error(message.str());
      }
    }
  }
  return fractions;
}

bool isEmptyPiece(vtkDataSet* mesh, vtkInformationVector* output)
{
  if (mesh->GetNumberOfCells() > 0)
  {
    return false;
  }
  if (output->GetInformationObject(0)->Get(
        vtkStreamingDemandDrivenPipeline::UPDATE_NUMBER_OF_PIECES()) > 1)
  {
    return true;
  }
  throw std::runtime_error("the mesh has no cells");
}

std::vector<vtkIdType> mixedCells(const std::vector<double>& fractions, double tolerance)
{
  std::vector<vtkIdType> mixed;
  for (std::size_t cell = 0; cell < fractions.size(); ++cell)
  {
    if (fractions[cell] > tolerance && fractions[cell] < 1.0 - tolerance)
    {
      mixed.push_back(static_cast<vtkIdType>(cell));
    }
  }
  return mixed;
}

} // namespace mir
