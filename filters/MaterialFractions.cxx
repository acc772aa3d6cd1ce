#include "MaterialFractions.h"

#include "ThreadedLoops.h"

#include "vtkCellData.h"
#include "vtkDataArray.h"
#include "vtkDataSet.h"
#include "vtkDataSetAttributes.h"
#include "vtkDoubleArray.h"
#include "vtkFloatArray.h"
#include "vtkUnsignedCharArray.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <stdexcept>

namespace mir {

namespace {

/// Cells that one thread classifies at a time.
constexpr vtkIdType BlockSize = 1 << 15;
/// Of these so many at a time, to stay in the processor's cache.
constexpr vtkIdType StripSize = 1024;
/// Sums that leave 1 by less need no rescaling: the last material takes what the others leave.
constexpr double SumRounding = 1e-13;
/// Fractions stored in single precision sum to 1 within this.
constexpr double SinglePrecision = 1e-6;

/// Cells that are not part of the mesh that is seen: blanked, or refined by cells of a finer level.
constexpr unsigned char Hidden =
  vtkDataSetAttributes::HIDDENCELL | vtkDataSetAttributes::REFINEDCELL;

/// What a block of cells tells about itself.
struct BlockReport
{
  vtkIdType badCell = -1;
  int badArray = 0;
  std::int64_t badSums = 0;
  vtkIdType worstSum = -1;
  double worstError = 0.0;
  double worstValue = 0.0;
  std::int64_t normalized = 0;
  bool needsSums = false;
  std::vector<vtkIdType> mixed;
};

std::string number(double value)
{
  std::ostringstream text;
  text.precision(17);
  text << value;
  return text.str();
}

std::string quoted(const std::vector<std::string>& names)
{
  std::string text;
  for (std::size_t i = 0; i < names.size(); ++i)
  {
    text += (i == 0 ? "'" : i + 1 == names.size() ? " and '" : ", '") + names[i] + "'";
  }
  return text;
}

} // namespace

MaterialFractions::MaterialFractions(
  vtkDataSet* mesh, const std::vector<std::string>& arrays, double tolerance, bool normalize)
  : Materials(std::max(2, static_cast<int>(arrays.size())))
  , Names(arrays)
{
  if (arrays.empty())
  {
    throw std::runtime_error("no cell array of volume fractions is chosen");
  }
  if (this->Materials >= Unknown)
  {
    throw std::runtime_error("arrays of " + std::to_string(arrays.size()) +
      " materials are chosen, from '" + arrays[0] + "' to '" + arrays.back() + "'; at most " +
      std::to_string(Unknown - 1) + " are taken");
  }
  for (const std::string& name : arrays)
  {
    this->open(mesh, name);
  }
  this->classify(mesh, tolerance, normalize);
}

void MaterialFractions::open(vtkDataSet* mesh, const std::string& name)
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
  if (array->GetNumberOfTuples() != mesh->GetNumberOfCells())
  {
    throw std::runtime_error("cell array '" + name + "' has " +
      std::to_string(array->GetNumberOfTuples()) + " values for " +
      std::to_string(mesh->GetNumberOfCells()) + " cells");
  }
  View view;
  if (auto* doubles = vtkDoubleArray::SafeDownCast(array))
  {
    view.doubles = doubles->GetPointer(0);
  }
  else if (auto* floats = vtkFloatArray::SafeDownCast(array))
  {
    view.floats = floats->GetPointer(0);
  }
  else
  {
    auto copy = vtkSmartPointer<vtkDoubleArray>::New();
    copy->DeepCopy(array);
    view.doubles = copy->GetPointer(0);
    this->Copies.push_back(copy);
  }
  this->Arrays.push_back(view);
}

void MaterialFractions::classify(vtkDataSet* mesh, double tolerance, bool normalize)
{
  const vtkIdType cells = mesh->GetNumberOfCells();
  const vtkIdType blocks = (cells + BlockSize - 1) / BlockSize;
  const std::size_t count = this->Arrays.size();
  vtkUnsignedCharArray* ghostArray = mesh->GetCellGhostArray();
  const unsigned char* ghosts =
    ghostArray && ghostArray->GetNumberOfTuples() == cells ? ghostArray->GetPointer(0) : nullptr;
  this->Cells = cells;
  this->States.reset(new unsigned char[cells]);
  std::vector<BlockReport> reports(blocks);

  auto classifyStrip = [&](BlockReport& report, vtkIdType begin, vtkIdType end) {
    double sums[StripSize] = {};
    double largest[StripSize];
    unsigned char filling[StripSize] = {};
    bool bad[StripSize] = {};
    bool moved[StripSize] = {};
    std::fill(std::begin(largest), std::end(largest), -1.0);
    const vtkIdType size = end - begin;
    for (std::size_t k = 0; k < count; ++k)
    {
      const View& view = this->Arrays[k];
      for (vtkIdType i = 0; i < size; ++i)
      {
        const double value = view[begin + i];
        if (!(value >= -tolerance && value <= 1.0 + tolerance))
        {
          const bool hidden = ghosts && (ghosts[begin + i] & Hidden) != 0;
          const double beyond = hidden ? tolerance
            : normalize                ? std::numeric_limits<double>::max()
            : view.floats              ? std::max(tolerance, SinglePrecision)
                                       : tolerance;
          if (!(value >= -beyond && value <= 1.0 + beyond))
          {
            if (!hidden && (report.badCell < 0 || begin + i < report.badCell))
            {
              report.badCell = begin + i;
              report.badArray = static_cast<int>(k);
            }
            bad[i] = true;
            continue;
          }
          moved[i] = normalize;
        }
        const double f = bounded(value);
        sums[i] += f;
        if (f > largest[i])
        {
          largest[i] = f;
          filling[i] = static_cast<unsigned char>(k);
        }
      }
    }
    for (vtkIdType i = 0; i < size; ++i)
    {
      const vtkIdType cell = begin + i;
      unsigned char& state = this->States[cell];
      if (bad[i])
      {
        state = Unknown;
        continue;
      }
      if (count == 1)
      {
        const double f = sums[i];
        state = f >= 1.0 - tolerance ? 0 : f <= tolerance ? 1 : Mixed;
      }
      else
      {
        const double error = std::abs(sums[i] - 1.0);
        report.needsSums = report.needsSums || error > SumRounding;
        if (error > SinglePrecision + tolerance)
        {
          moved[i] = true;
          const bool hidden = ghosts && (ghosts[cell] & Hidden) != 0;
          if (hidden)
          {
            state = Unknown;
            continue;
          }
          if (!normalize || !(sums[i] > 0.0))
          {
            ++report.badSums;
            if (error > report.worstError)
            {
              report.worstError = error;
              report.worstValue = sums[i];
              report.worstSum = cell;
            }
            continue;
          }
        }
        state = largest[i] >= (1.0 - tolerance) * sums[i] ? filling[i] : Mixed;
      }
      const bool ghost =
        ghosts && (ghosts[cell] & (Hidden | vtkDataSetAttributes::DUPLICATECELL)) != 0;
      report.normalized += moved[i] && !ghost ? 1 : 0;
      if (state == Mixed)
      {
        report.mixed.push_back(cell);
      }
    }
  };
  // One array whose values all are fractions, as most strips are: a loop without branches.
  auto classifyPlainStrip = [&](BlockReport& report, const auto* values, vtkIdType begin,
                              vtkIdType end) {
    unsigned char* states = this->States.get();
    const double full = 1.0 - tolerance;
    int good = 1;
    int anyMixed = 0;
    for (vtkIdType cell = begin; cell < end; ++cell)
    {
      const double f = values[cell];
      const bool empty = f <= tolerance;
      const bool mixed = !empty & !(f >= full);
      good &= (f >= -tolerance) & (f <= 1.0 + tolerance);
      anyMixed |= mixed;
      states[cell] = static_cast<unsigned char>(mixed ? Mixed : empty ? 1 : 0);
    }
    for (vtkIdType cell = begin; good & anyMixed && cell < end; ++cell)
    {
      if (states[cell] == Mixed)
      {
        report.mixed.push_back(cell);
      }
    }
    return good != 0;
  };
  auto classifyOne = [&](BlockReport& report, vtkIdType begin, vtkIdType end) {
    const View& view = this->Arrays[0];
    const bool done = count == 1 &&
      (view.doubles ? classifyPlainStrip(report, view.doubles, begin, end)
                    : classifyPlainStrip(report, view.floats, begin, end));
    if (!done)
    {
      classifyStrip(report, begin, end);
    }
  };
  runRanges(blocks, 1, [&](vtkIdType first, vtkIdType last) {
    for (vtkIdType block = first; block < last; ++block)
    {
      const vtkIdType end = std::min(cells, (block + 1) * BlockSize);
      for (vtkIdType begin = block * BlockSize; begin < end; begin += StripSize)
      {
        classifyOne(reports[block], begin, std::min(end, begin + StripSize));
      }
    }
  });

  BlockReport all;
  std::size_t mixed = 0;
  for (const BlockReport& report : reports)
  {
    if (report.badCell >= 0)
    {
      throw std::runtime_error("cell array '" + this->Names[report.badArray] + "' has the value " +
        number(this->Arrays[report.badArray][report.badCell]) + " in cell " +
        std::to_string(report.badCell) + "; volume fractions lie in [0, 1]");
    }
    all.badSums += report.badSums;
    if (report.worstError > all.worstError)
    {
      all.worstError = report.worstError;
      all.worstValue = report.worstValue;
      all.worstSum = report.worstSum;
    }
    all.needsSums = all.needsSums || report.needsSums;
    this->Normalized += report.normalized;
    mixed += report.mixed.size();
  }
  if (all.badSums > 0)
  {
    throw std::runtime_error("cell arrays " + quoted(this->Names) + " sum to " +
      number(all.worstValue) + " in cell " + std::to_string(all.worstSum) + ", not to 1; " +
      (all.badSums == 1 ? "it is the only such cell"
                        : "it is the worst of " + std::to_string(all.badSums) + " such cells") +
      (normalize ? "" : ". Turn Normalize on to rescale them"));
  }
  this->MixedCells.reserve(mixed);
  for (const BlockReport& report : reports)
  {
    this->MixedCells.insert(this->MixedCells.end(), report.mixed.begin(), report.mixed.end());
  }
  if (all.needsSums)
  {
    this->Sums.assign(cells, 1.0);
    runRanges(cells, BlockSize, [&](vtkIdType begin, vtkIdType end) {
      for (vtkIdType cell = begin; cell < end; ++cell)
      {
        if (this->States[cell] != Unknown)
        {
          double sum = 0.0;
          for (const View& view : this->Arrays)
          {
            sum += bounded(view[cell]);
          }
          this->Sums[cell] = sum;
        }
      }
    });
  }
}

} // namespace mir
