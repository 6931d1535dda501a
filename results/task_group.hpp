// Runs tasks in parallel on oneTBB and waits for their end, in a way that ThreadSanitizer can
// follow. How many threads there are is decided by the arena of the caller.
#pragma once

#include <tbb/task_group.h>

#include <atomic>
#include <utility>

namespace mlpgrid {

/// A tbb::task_group that repeats the ordering that oneTBB guarantees (what precedes run() happens
/// before the task, and the task before the return of wait()) with atomics of its own.
/// Distributions build oneTBB without ThreadSanitizer, which would otherwise report each result of
/// a task as a data race.
class TaskGroup {
 public:
  /// Starts a copy of `task` in the task arena of the caller, at once or during wait().
  template <class Task>
  void run(Task task) {
    tbb::task_handle handle = group_.defer([self = this, task = std::move(task)] {
      const struct AtEnd {
        std::atomic<int>& ended;
        ~AtEnd() { ended.fetch_add(1, std::memory_order_release); }
      } at_end{begin_task(self).ended_};
      task();
    });
    begun_.fetch_add(1, std::memory_order_release);
    group_.run(std::move(handle));
  }

  /// Drops the tasks that have not begun.
  void cancel() { group_.cancel(); }

  /// Helps with the tasks until all have ended. Rethrows an exception of a task, after which the
  /// tasks that have not begun are dropped.
  void wait() {
    const struct AfterIt {
      std::atomic<int>& ended;
      ~AfterIt() { (void)ended.load(std::memory_order_acquire); }
    } after{ended_};
    group_.wait();
  }

 private:
  // Reads `self` before the acquire below orders anything, which ThreadSanitizer would report;
  // tests/tsan.supp suppresses this function by name.
  static TaskGroup& begin_task(TaskGroup* const& self) {
    (void)self->begun_.load(std::memory_order_acquire);
    return *self;
  }

  tbb::task_group group_;
  std::atomic<int> begun_{0}, ended_{0};
};

}  // namespace mlpgrid
