// Rows of the accuracy tables, gathered over placements.
#ifndef mir_testing_continuous_Table_h
#define mir_testing_continuous_Table_h

#include "Problem.h"

#include <map>
#include <mutex>
#include <string>
#include <vector>

namespace mir::testing {

/// Test,Mesh,Resolution,Cells,Mixed,Placements,Method,Measure,Value on the standard output.
class Table
{
public:
  /// Prints the names of the columns.
  Table();

  /// A value of one placement, from any thread; each placement gives the same rows in order. Of
  /// measures named "Displacement..." the mean over the placements is printed, of "...Max" the
  /// largest, of others the sum.
  void add(const std::string& test, const Problem& problem, const std::string& method,
    const std::string& measure, double value);

  /// Prints what has come since the last time.
  void print();

private:
  struct Group
  {
    std::vector<std::string> order;
    /// Of each row, by placement.
    std::map<std::string, std::map<unsigned, double>> values;
    double cells = 0.0;
    double mixed = 0.0;
    int adds = 0;
  };

  std::mutex Lock;
  std::map<std::string, Group> Groups;
  std::vector<std::string> Order;
};

} // namespace mir::testing

#endif
