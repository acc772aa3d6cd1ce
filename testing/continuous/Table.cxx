#include "Table.h"

#include <algorithm>
#include <cstdio>

namespace mir::testing {

namespace {

std::string quoted(const std::string& text)
{
  return text.find(',') == std::string::npos ? text : "\"" + text + "\"";
}

double combined(const std::string& row, const std::map<unsigned, double>& values)
{
  double sum = 0.0;
  double most = 0.0;
  for (const auto& [seed, value] : values)
  {
    sum += value;
    most = std::max(most, value);
  }
  const std::string measure = row.substr(row.rfind(',') + 1);
  const bool isMost = measure.size() > 3 && measure.substr(measure.size() - 3) == "Max";
  const bool isMean = measure.find("Displacement") == 0;
  return isMost ? most : isMean ? sum / static_cast<double>(values.size()) : sum;
}

} // namespace

Table::Table()
{
  std::puts("Test,Mesh,Resolution,Cells,Mixed,Placements,Method,Measure,Value");
}

void Table::add(const std::string& test, const Problem& problem, const std::string& method,
  const std::string& measure, double value)
{
  const std::string key = quoted(test) + "," + problem.mesh + "," + std::to_string(problem.n);
  const std::lock_guard<std::mutex> lock(this->Lock);
  Group& group = this->Groups[key];
  if (group.order.empty())
  {
    this->Order.push_back(key);
  }
  group.cells += problem.band.numberOfCells();
  group.mixed += static_cast<double>(problem.mixed.size());
  ++group.adds;
  const std::string row = quoted(method) + "," + measure;
  if (group.values.count(row) == 0)
  {
    group.order.push_back(row);
  }
  group.values[row][problem.seed] = value;
}

void Table::print()
{
  for (const std::string& key : this->Order)
  {
    const Group& group = this->Groups[key];
    for (const std::string& row : group.order)
    {
      const std::map<unsigned, double>& values = group.values.at(row);
      std::printf("%s,%.0f,%.0f,%zu,%s,%.6g\n", key.c_str(), group.cells / group.adds,
        group.mixed / group.adds, values.size(), row.c_str(), combined(row, values));
    }
  }
  std::fflush(stdout);
  this->Groups.clear();
  this->Order.clear();
}

} // namespace mir::testing
