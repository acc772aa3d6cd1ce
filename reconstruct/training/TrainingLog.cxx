#include "reconstruct/training/TrainingLog.h"

#include "reconstruct/training/Sha256.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace mir {

TrainingLog::TrainingLog(const std::string& path, bool append)
  : Path(path)
  , Start(std::chrono::steady_clock::now())
  , Shown(this->Start)
{
  std::ofstream stream(path, append ? std::ios::app : std::ios::trunc);
  if (!stream)
  {
    throw std::runtime_error(path + ": cannot be written");
  }
}

void TrainingLog::write(const std::string& event, const Fields& fields)
{
  std::ostringstream line;
  line.precision(6);
  line << "{\"event\": \"" << event << '"';
  for (const auto& [name, value] : fields)
  {
    line << ", \"" << name << "\": ";
    std::floor(value) == value ? line << static_cast<long long>(value) : line << value;
  }
  line << '}';
  std::ofstream stream(this->Path, std::ios::app);
  stream << line.str() << '\n';
  std::printf("\r%s\n", line.str().c_str());
  std::fflush(stdout);
}

void TrainingLog::progress(double done, double loss)
{
  using Seconds = std::chrono::duration<double>;
  const auto now = std::chrono::steady_clock::now();
  if (this->FirstDone < 0.0)
  {
    this->FirstDone = done;
    this->Start = now;
  }
  if (Seconds(now - this->Shown).count() < 2.0 || done <= this->FirstDone)
  {
    return;
  }
  this->Shown = now;
  const double elapsed = Seconds(now - this->Start).count();
  const double left = elapsed * (1.0 - done) / (done - this->FirstDone);
  std::printf("\r%5.1f %%  loss %.5f  %d:%02d left   ", 100.0 * done, loss,
    static_cast<int>(left) / 60, static_cast<int>(left) % 60);
  std::fflush(stdout);
}

std::string TrainingLog::hash() const
{
  std::ifstream stream(this->Path, std::ios::binary);
  std::ostringstream bytes;
  bytes << stream.rdbuf();
  return sha256(bytes.str());
}

} // namespace mir
