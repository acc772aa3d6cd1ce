#include "AMRGhosts.h"

#include "vtkAMRBox.h"
#include "vtkCellData.h"
#include "vtkDataSetAttributes.h"
#include "vtkIdList.h"
#include "vtkIdTypeArray.h"
#include "vtkImageData.h"
#include "vtkNew.h"
#include "vtkOverlappingAMR.h"
#include "vtkUniformGrid.h"
#include "vtkUnsignedCharArray.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace mir {

namespace {

/// Layers of ghost cells.
constexpr int Width = 2;

int floorDivide(int a, int b)
{
  return a >= 0 ? a / b : -((b - 1 - a) / b);
}

template <typename Box, typename Index>
const Box* find(const std::vector<Box>& boxes, const Index& cell)
{
  for (const Box& box : boxes)
  {
    bool inside = true;
    for (int axis = 0; axis < 3; ++axis)
    {
      inside = inside && cell[axis] >= box.low[axis] && cell[axis] <= box.high[axis];
    }
    if (inside)
    {
      return &box;
    }
  }
  return nullptr;
}

template <typename Box, typename Index>
vtkIdType cellId(const Box& box, const Index& cell)
{
  vtkIdType id = 0;
  for (int axis = 2; axis >= 0; --axis)
  {
    id = id * (box.high[axis] - box.low[axis] + 1) + (cell[axis] - box.low[axis]);
  }
  return id;
}

} // namespace

AMRGhosts::AMRGhosts(vtkUniformGridAMR* amr, const std::vector<std::string>& arrays)
  : Hierarchy(amr)
  , Overlapping(vtkOverlappingAMR::SafeDownCast(amr))
  , Arrays(arrays)
{
  if (!this->Overlapping)
  {
    return;
  }
  this->AllBoxes.resize(amr->GetNumberOfLevels());
  for (unsigned int level = 0; level < amr->GetNumberOfLevels(); ++level)
  {
    for (unsigned int index = 0; index < amr->GetNumberOfDataSets(level); ++index)
    {
      const vtkAMRBox& extent = this->Overlapping->GetAMRBox(level, index);
      Box box{ {}, {}, amr->GetDataSet(level, index) };
      for (int axis = 0; axis < 3; ++axis)
      {
        box.low[axis] = extent.GetLoCorner()[axis];
        box.high[axis] = std::max(box.low[axis], extent.GetHiCorner()[axis]);
        this->Thin[axis] = this->Thin[axis] || extent.EmptyDimension(axis);
      }
      this->AllBoxes[level].push_back(box);
    }
  }
}

int AMRGhosts::ratio(unsigned int coarse, int axis) const
{
  return this->Thin[axis] ? 1 : std::max(1, this->Overlapping->GetRefinementRatio(coarse));
}

AMRGhosts::Boxes AMRGhosts::boxesAbout(unsigned int level, const Box& block) const
{
  Boxes near(this->AllBoxes.size());
  for (unsigned int other = 0; other < near.size(); ++other)
  {
    // The block and its ghosts in the indices of the other level, one cell wider.
    Index low = block.low;
    Index high = block.high;
    for (int axis = 0; axis < 3; ++axis)
    {
      low[axis] -= Width;
      high[axis] += Width;
      for (unsigned int l = level; l < other; ++l)
      {
        low[axis] *= this->ratio(l, axis);
        high[axis] = (high[axis] + 1) * this->ratio(l, axis) - 1;
      }
      for (unsigned int l = level; l > other; --l)
      {
        low[axis] = floorDivide(low[axis], this->ratio(l - 1, axis));
        high[axis] = floorDivide(high[axis], this->ratio(l - 1, axis));
      }
    }
    for (const Box& box : this->AllBoxes[other])
    {
      bool meets = box.grid != nullptr;
      for (int axis = 0; axis < 3; ++axis)
      {
        meets = meets && box.low[axis] <= high[axis] && box.high[axis] >= low[axis];
      }
      if (meets)
      {
        near[other].push_back(box);
      }
    }
  }
  return near;
}

bool AMRGhosts::isCovered(const Boxes& boxes, unsigned int level, const Index& cell) const
{
  if (level + 1 >= boxes.size())
  {
    return false;
  }
  Index fine;
  for (int axis = 0; axis < 3; ++axis)
  {
    fine[axis] = cell[axis] * this->ratio(level, axis);
  }
  return find(boxes[level + 1], fine) != nullptr;
}

double AMRGhosts::value(
  const Boxes& boxes, unsigned int level, const Index& cell, const std::string& array) const
{
  if (this->isCovered(boxes, level, cell))
  {
    double sum = 0.0;
    int count = 0;
    Index child;
    const Index ratios{ this->ratio(level, 0), this->ratio(level, 1), this->ratio(level, 2) };
    for (child[2] = cell[2] * ratios[2]; child[2] < (cell[2] + 1) * ratios[2]; ++child[2])
    {
      for (child[1] = cell[1] * ratios[1]; child[1] < (cell[1] + 1) * ratios[1]; ++child[1])
      {
        for (child[0] = cell[0] * ratios[0]; child[0] < (cell[0] + 1) * ratios[0]; ++child[0])
        {
          sum += this->value(boxes, level + 1, child, array);
          ++count;
        }
      }
    }
    return sum / count;
  }
  const Box* box = find(boxes[level], cell);
  if (box)
  {
    vtkDataArray* values = box->grid->GetCellData()->GetArray(array.c_str());
    const vtkIdType id = cellId(*box, cell);
    return values && id < values->GetNumberOfTuples() ? values->GetTuple1(id)
                                                      : std::numeric_limits<double>::quiet_NaN();
  }
  if (level == 0)
  {
    return std::numeric_limits<double>::quiet_NaN();
  }
  Index coarse;
  for (int axis = 0; axis < 3; ++axis)
  {
    coarse[axis] = floorDivide(cell[axis], this->ratio(level - 1, axis));
  }
  // Not covered: the finer level has no cell there.
  const Box* coarseBox = find(boxes[level - 1], coarse);
  if (!coarseBox)
  {
    return level > 1 ? this->value(boxes, level - 1, coarse, array)
                     : std::numeric_limits<double>::quiet_NaN();
  }
  vtkDataArray* values = coarseBox->grid->GetCellData()->GetArray(array.c_str());
  const vtkIdType id = cellId(*coarseBox, coarse);
  return values && id < values->GetNumberOfTuples() ? values->GetTuple1(id)
                                                    : std::numeric_limits<double>::quiet_NaN();
}

vtkSmartPointer<vtkDataSet> AMRGhosts::surrounded(unsigned int level, unsigned int index) const
{
  vtkUniformGrid* grid = this->Hierarchy->GetDataSet(level, index);
  if (!this->Overlapping)
  {
    return grid;
  }
  const Box& block = this->AllBoxes[level][index];
  const Boxes boxes = this->boxesAbout(level, block);
  Box padded = block;
  int dims[3];
  double origin[3];
  for (int axis = 0; axis < 3; ++axis)
  {
    const int width = this->Thin[axis] ? 0 : Width;
    padded.low[axis] -= width;
    padded.high[axis] += width;
    dims[axis] = padded.high[axis] - padded.low[axis] + (this->Thin[axis] ? 1 : 2);
    origin[axis] = grid->GetOrigin()[axis] - width * grid->GetSpacing()[axis];
  }
  auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(dims);
  image->SetOrigin(origin);
  image->SetSpacing(grid->GetSpacing());
  const vtkIdType cells = image->GetNumberOfCells();

  // The block's own cells with all their arrays.
  vtkNew<vtkIdList> from;
  vtkNew<vtkIdList> to;
  vtkNew<vtkUnsignedCharArray> ghosts;
  ghosts->SetName(vtkDataSetAttributes::GhostArrayName());
  ghosts->SetNumberOfValues(cells);
  ghosts->FillValue(vtkDataSetAttributes::DUPLICATECELL);
  vtkUnsignedCharArray* known = grid->GetCellGhostArray();
  Index cell;
  auto forEach = [&cell](const Box& box, auto&& visit) {
    for (cell[2] = box.low[2]; cell[2] <= box.high[2]; ++cell[2])
    {
      for (cell[1] = box.low[1]; cell[1] <= box.high[1]; ++cell[1])
      {
        for (cell[0] = box.low[0]; cell[0] <= box.high[0]; ++cell[0])
        {
          visit();
        }
      }
    }
  };
  forEach(block, [&]() {
    const vtkIdType id = cellId(block, cell);
    from->InsertNextId(id);
    to->InsertNextId(cellId(padded, cell));
    const bool covered = this->isCovered(boxes, level, cell);
    ghosts->SetValue(cellId(padded, cell),
      static_cast<unsigned char>(
        (known ? known->GetValue(id) : 0) | (covered ? vtkDataSetAttributes::REFINEDCELL : 0)));
  });
  vtkCellData* arrays = grid->GetCellData();
  for (int i = 0; i < arrays->GetNumberOfArrays(); ++i)
  {
    vtkAbstractArray* array = arrays->GetAbstractArray(i);
    if (array->GetNumberOfTuples() != grid->GetNumberOfCells() || !array->GetName() ||
      std::strcmp(array->GetName(), vtkDataSetAttributes::GhostArrayName()) == 0)
    {
      continue;
    }
    const auto copy = vtkSmartPointer<vtkAbstractArray>::Take(array->NewInstance());
    copy->SetName(array->GetName());
    copy->SetNumberOfComponents(array->GetNumberOfComponents());
    copy->SetNumberOfTuples(cells);
    if (auto* numbers = vtkDataArray::SafeDownCast(copy))
    {
      numbers->Fill(0.0);
    }
    copy->InsertTuples(to, from, array);
    image->GetCellData()->AddArray(copy);
  }
  if (vtkDataArray* ids = arrays->GetGlobalIds())
  {
    image->GetCellData()->SetActiveAttribute(ids->GetName(), vtkDataSetAttributes::GLOBALIDS);
  }
  else
  {
    vtkNew<vtkIdTypeArray> numbers;
    numbers->SetName("SourceCellIds");
    numbers->SetNumberOfValues(cells);
    numbers->FillValue(-1);
    for (vtkIdType i = 0; i < from->GetNumberOfIds(); ++i)
    {
      numbers->SetValue(to->GetId(i), from->GetId(i));
    }
    image->GetCellData()->SetGlobalIds(numbers);
  }

  // Fractions about it and of what finer blocks cover.
  const std::vector<Box> own{ block };
  for (const std::string& name : this->Arrays)
  {
    vtkDataArray* values = image->GetCellData()->GetArray(name.c_str());
    if (!values || values->GetNumberOfComponents() != 1)
    {
      continue;
    }
    forEach(padded, [&]() {
      const vtkIdType id = cellId(padded, cell);
      const bool covered = (ghosts->GetValue(id) & vtkDataSetAttributes::REFINEDCELL) != 0;
      const bool outside = !find(own, cell);
      if (!covered && !outside)
      {
        return;
      }
      const double f = this->value(boxes, level, cell, name);
      if (std::isfinite(f))
      {
        values->SetTuple1(id, f);
      }
      if (outside)
      {
        const bool sibling = find(boxes[level], cell) != nullptr;
        ghosts->SetValue(id,
          static_cast<unsigned char>(vtkDataSetAttributes::DUPLICATECELL |
            (!std::isfinite(f) ? vtkDataSetAttributes::HIDDENCELL : 0) |
            (sibling ? 0 : vtkDataSetAttributes::EXTERIORCELL)));
        if (!std::isfinite(f))
        {
          values->SetTuple1(id, f);
        }
      }
    });
  }
  image->GetCellData()->AddArray(ghosts);
  return image;
}

} // namespace mir
