// The record of a training: one JSON object a line in a file, and a progress line for people.
#ifndef mir_reconstruct_training_TrainingLog_h
#define mir_reconstruct_training_TrainingLog_h

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace mir {

class TrainingLog
{
public:
  /// Starts the file at `path` anew, or goes on with it when `append` is set.
  TrainingLog(const std::string& path, bool append);

  using Fields = std::vector<std::pair<std::string, double>>;
  /// Appends {"event": event, fields...}.
  void write(const std::string& event, const Fields& fields);
  /// Shows how far the run is (0 .. 1) and the time left, estimated from this run's pace.
  void progress(double done, double loss);
  /// SHA-256 of the file.
  std::string hash() const;
  const std::string& path() const { return this->Path; }

private:
  std::string Path;
  std::chrono::steady_clock::time_point Start;
  std::chrono::steady_clock::time_point Shown;
  double FirstDone = -1.0;
};

} // namespace mir

#endif
