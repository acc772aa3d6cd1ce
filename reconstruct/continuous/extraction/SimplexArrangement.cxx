#include "reconstruct/continuous/extraction/SimplexArrangement.h"

#include <cmath>
#include <stdexcept>

namespace mir {

namespace {

constexpr int maximalMaterials = 64;
/// Labels of a corner in a cell of the sub-division: nodes it is not on, then further materials.
constexpr int firstMaterialLabel = 4;

std::uint64_t bit(int place)
{
  return std::uint64_t{ 1 } << place;
}

int countBits(std::uint64_t bits)
{
  int count = 0;
  for (; bits != 0; bits &= bits - 1)
  {
    ++count;
  }
  return count;
}

int lowestBit(std::uint64_t bits)
{
  int place = 0;
  while ((bits & bit(place)) == 0)
  {
    ++place;
  }
  return place;
}

int nodeList(unsigned nodes, int* list)
{
  int count = 0;
  for (int n = 0; n < 4; ++n)
  {
    if ((nodes & (1u << n)) != 0)
    {
      list[count++] = n;
    }
  }
  return count;
}

/// One in a segment, two in a polygon.
struct Labels
{
  int count = 0;
  int label[2] = { -1, -1 };
};

Labels labelsOf(const RegionCorner& corner, unsigned nodes, std::uint64_t materials)
{
  Labels result;
  const auto add = [&result](int label) {
    if (result.count < 2)
    {
      result.label[result.count] = label;
    }
    ++result.count;
  };
  for (unsigned rest = nodes & ~corner.nodes; rest != 0; rest &= rest - 1)
  {
    add(lowestBit(rest));
  }
  for (std::uint64_t rest = corner.materials & ~materials; rest != 0; rest &= rest - 1)
  {
    add(firstMaterialLabel + lowestBit(rest));
  }
  return result;
}

} // namespace

void SimplexArrangement::start(int nodes)
{
  this->Nodes = nodes;
  this->Groups = 1;
  this->Materials.clear();
  this->Corners.clear();
}

void SimplexArrangement::add(int material, const double* values, int group)
{
  this->Materials.push_back({ material, group, values });
  this->Groups = group == 1 ? 2 : this->Groups;
}

void SimplexArrangement::findCorners()
{
  this->prune();
  if (this->numberOfMaterials() > maximalMaterials)
  {
    throw std::length_error("more than 64 materials meet in a simplex");
  }
  this->Corners.clear();
  for (unsigned nodes = 1; nodes < (1u << this->Nodes); ++nodes)
  {
    this->choose(nodes, countBits(nodes) - 1 + this->Groups, 0, 0);
  }
}

void SimplexArrangement::prune()
{
  const auto beats = [this](const Material& a, const Material& b) {
    for (int n = 0; n < this->Nodes; ++n)
    {
      if (a.values[n] < b.values[n] || (a.values[n] == b.values[n] && a.number > b.number))
      {
        return false;
      }
    }
    return true;
  };
  std::size_t kept = 0;
  for (std::size_t m = 0; m < this->Materials.size(); ++m)
  {
    const Material candidate = this->Materials[m];
    bool below = false;
    for (std::size_t other = 0; other < this->Materials.size() && !below; ++other)
    {
      // Places between `kept` and m hold materials that were dropped or moved forward: what beat
      // those beats what they beat.
      if (other >= kept && other <= m)
      {
        continue;
      }
      const Material& rival = this->Materials[other];
      below = rival.group == candidate.group && beats(rival, candidate);
    }
    if (!below)
    {
      this->Materials[kept++] = candidate;
    }
  }
  this->Materials.resize(kept);
}

DeterminantRow SimplexArrangement::difference(int upper, int lower) const
{
  const Material& a = this->Materials[upper];
  const Material& b = this->Materials[lower];
  return DeterminantRow::difference(a.values, a.number, b.values, b.number);
}

int SimplexArrangement::rowsOf(std::uint64_t materials, DeterminantRow* rows) const
{
  int base[2] = { -1, -1 };
  int count = 0;
  for (; materials != 0; materials &= materials - 1)
  {
    const int place = lowestBit(materials);
    int& first = base[this->Materials[place].group];
    if (first < 0)
    {
      first = place;
    }
    else
    {
      rows[count++] = this->difference(first, place);
    }
  }
  return count;
}

// All sets of materials, at least one of each group, of which as many more are chosen.
void SimplexArrangement::choose(unsigned nodes, int missing, int next, std::uint64_t chosen)
{
  if (missing == 0)
  {
    this->test(nodes, chosen);
    return;
  }
  for (int place = next; place + missing <= this->numberOfMaterials(); ++place)
  {
    this->choose(nodes, missing - 1, place + 1, chosen | bit(place));
  }
}

void SimplexArrangement::test(unsigned nodes, std::uint64_t materials)
{
  int base[2] = { -1, -1 };
  for (std::uint64_t rest = materials; rest != 0; rest &= rest - 1)
  {
    const int place = lowestBit(rest);
    int& first = base[this->Materials[place].group];
    first = first < 0 ? place : first;
  }
  if (base[0] < 0 || (this->Groups == 2 && base[1] < 0))
  {
    return;
  }
  int columns[4];
  const int count = nodeList(nodes, columns);
  // The test's row comes first, then those that vanish at the corner.
  DeterminantRow rows[4];
  this->rowsOf(materials, rows + 1);
  int sign = 0;
  for (int k = 0; k < count; ++k)
  {
    int others[3];
    for (int i = 0, filled = 0; i < count; ++i)
    {
      if (i != k)
      {
        others[filled++] = columns[i];
      }
    }
    const int minor = determinantSign(rows + 1, count - 1, others) * (k % 2 == 0 ? 1 : -1);
    if (minor == 0 || (k > 0 && minor != sign))
    {
      return;
    }
    sign = minor;
  }
  for (int m = 0; m < this->numberOfMaterials(); ++m)
  {
    if ((materials & bit(m)) == 0)
    {
      rows[0] = this->difference(m, base[this->Materials[m].group]);
      if (determinantSign(rows, count, columns) * sign > 0)
      {
        return;
      }
    }
  }
  this->Corners.push_back({ nodes, materials });
}

DeterminantRow SimplexArrangement::labelRow(std::uint64_t materials, int label) const
{
  if (label < firstMaterialLabel)
  {
    return DeterminantRow::unitAt(label);
  }
  const int place = label - firstMaterialLabel;
  std::uint64_t rest = materials;
  while (this->Materials[lowestBit(rest)].group != this->Materials[place].group)
  {
    rest &= rest - 1;
  }
  return this->difference(lowestBit(rest), place);
}

int SimplexArrangement::turn(unsigned nodes, std::uint64_t materials, int from, int to) const
{
  int columns[4];
  const int count = nodeList(nodes, columns);
  DeterminantRow rows[4];
  int filled = 0;
  rows[filled++] = DeterminantRow::ones();
  rows[filled++] = this->labelRow(materials, from);
  if (to >= 0)
  {
    rows[filled++] = this->labelRow(materials, to);
  }
  if (filled < count)
  {
    // Between two materials: a facet is seen from the later one, a segment has the first on its
    // left.
    const int first = lowestBit(materials);
    const int second = lowestBit(materials & (materials - 1));
    rows[filled++] = count == 4 ? this->difference(second, first) : this->difference(first, second);
  }
  return determinantSign(rows, count, columns);
}

bool SimplexArrangement::outline(
  unsigned nodes, std::uint64_t materials, int orientation, std::vector<int>& corners) const
{
  struct Member
  {
    int corner;
    Labels labels;
  };
  thread_local std::vector<Member> members;
  members.clear();
  corners.clear();
  for (int c = 0; c < static_cast<int>(this->Corners.size()); ++c)
  {
    const RegionCorner& corner = this->Corners[c];
    if ((corner.nodes & ~nodes) == 0 && (materials & ~corner.materials) == 0)
    {
      members.push_back({ c, labelsOf(corner, nodes, materials) });
    }
  }
  if (members.empty())
  {
    return false;
  }
  const Labels& first = members[0].labels;
  if (first.count == 1)
  {
    if (members.size() != 2)
    {
      return false;
    }
    const bool forward = this->turn(nodes, materials, first.label[0], -1) * orientation > 0;
    corners = { members[forward ? 0 : 1].corner, members[forward ? 1 : 0].corner };
    return true;
  }
  const bool forward =
    this->turn(nodes, materials, first.label[0], first.label[1]) * orientation > 0;
  int leaving = first.label[forward ? 1 : 0];
  std::size_t at = 0;
  do
  {
    corners.push_back(members[at].corner);
    std::size_t next = 0;
    for (std::size_t m = 0; m < members.size(); ++m)
    {
      const Labels& labels = members[m].labels;
      if (m != at && (labels.label[0] == leaving || labels.label[1] == leaving))
      {
        next = m;
        leaving = labels.label[labels.label[0] == leaving ? 1 : 0];
        break;
      }
    }
    at = next;
  } while (at != 0 && corners.size() < members.size());
  return corners.size() >= 3;
}

std::array<double, 4> SimplexArrangement::coordinates(const RegionCorner& corner) const
{
  std::array<double, 4> result{};
  int columns[4];
  const int count = nodeList(corner.nodes, columns);
  DeterminantRow rows[3];
  this->rowsOf(corner.materials, rows);
  if (count == 2)
  {
    const double first = rows[0].upper[columns[0]] - rows[0].lower[columns[0]];
    const double second = rows[0].upper[columns[1]] - rows[0].lower[columns[1]];
    result[columns[1]] = first / (first - second);
    result[columns[0]] = 1.0 - result[columns[1]];
    return result;
  }
  double sum = 0.0;
  for (int k = 0; k < count; ++k)
  {
    int others[3];
    for (int i = 0, filled = 0; i < count; ++i)
    {
      if (i != k)
      {
        others[filled++] = columns[i];
      }
    }
    result[columns[k]] = std::abs(determinantValue(rows, count - 1, others));
    sum += result[columns[k]];
  }
  for (int k = 0; k < count; ++k)
  {
    result[columns[k]] = sum > 0.0 ? result[columns[k]] / sum : 1.0 / count;
  }
  return result;
}

int SimplexArrangement::tiedNode(const RegionCorner& corner) const
{
  int columns[4];
  const int count = nodeList(corner.nodes, columns);
  if (count == 1)
  {
    return columns[0];
  }
  DeterminantRow rows[3];
  const int numberOfRows = this->rowsOf(corner.materials, rows);
  for (int k = 0; k < count; ++k)
  {
    bool tied = true;
    for (int r = 0; r < numberOfRows && tied; ++r)
    {
      tied = rows[r].upper[columns[k]] == rows[r].lower[columns[k]];
    }
    if (tied)
    {
      return columns[k];
    }
  }
  return -1;
}

} // namespace mir
