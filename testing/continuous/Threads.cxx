#include "Threads.h"

#include <algorithm>

namespace mir::testing {

Threads::Threads(int count)
{
  for (int i = 1; i < count; ++i)
  {
    this->Workers.emplace_back([this] { this->wait(); });
  }
}

Threads::~Threads()
{
  {
    const std::lock_guard<std::mutex> lock(this->Lock);
    this->Stop = true;
  }
  this->Begin.notify_all();
  for (std::thread& worker : this->Workers)
  {
    worker.join();
  }
}

ParallelFor Threads::parallelFor()
{
  return [this](int count, const std::function<void(int, int)>& body) { this->run(count, body); };
}

void Threads::run(int count, const std::function<void(int, int)>& body)
{
  if (this->Workers.empty() || count < 2)
  {
    runSerially(count, body);
    return;
  }
  {
    const std::lock_guard<std::mutex> lock(this->Lock);
    this->Body = &body;
    this->Count = count;
    // Some ranges a thread, as cells differ in their cost.
    this->Step = std::max(1, count / (8 * (static_cast<int>(this->Workers.size()) + 1)));
    this->Next = 0;
    this->Busy = static_cast<int>(this->Workers.size());
    ++this->Loop;
  }
  this->Begin.notify_all();
  this->help();
  std::unique_lock<std::mutex> lock(this->Lock);
  this->End.wait(lock, [this] { return this->Busy == 0; });
}

void Threads::help()
{
  for (int begin = this->Next.fetch_add(this->Step); begin < this->Count;
       begin = this->Next.fetch_add(this->Step))
  {
    (*this->Body)(begin, std::min(this->Count, begin + this->Step));
  }
}

void Threads::wait()
{
  int done = 0;
  std::unique_lock<std::mutex> lock(this->Lock);
  while (true)
  {
    this->Begin.wait(lock, [&] { return this->Stop || this->Loop != done; });
    if (this->Stop)
    {
      return;
    }
    done = this->Loop;
    lock.unlock();
    this->help();
    lock.lock();
    if (--this->Busy == 0)
    {
      this->End.notify_one();
    }
  }
}

} // namespace mir::testing
