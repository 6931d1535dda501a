// Tasks in parallel, and an end to wait for.
#pragma once

#include <tbb/task_group.h>

#include <atomic>
#include <utility>

namespace mlpgrid {

/// A tbb::task_group that says in its own words what oneTBB guarantees: all that came before run()
/// comes before the task, and the task before the end of wait(). Distributions build oneTBB without
/// ThreadSanitizer, which therefore sees neither and would call each result of a task a data race.
class TaskGroup {
 public:
  /// `task` is copied. It runs in the task arena of the caller.
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

  /// Leaves out the tasks that have not begun.
  void cancel() { group_.cancel(); }

  /// Takes part in the tasks until all have ended. An exception of a task is thrown here, and the
  /// tasks that have not begun are then left out.
  void wait() {
    const struct AfterIt {
      std::atomic<int>& ended;
      ~AfterIt() { (void)ended.load(std::memory_order_acquire); }
    } after{ended_};
    group_.wait();
  }

 private:
  // The one read of what oneTBB hands over that comes before all order; tests/tsan.supp names it.
  static TaskGroup& begin_task(TaskGroup* const& self) {
    (void)self->begun_.load(std::memory_order_acquire);
    return *self;
  }

  tbb::task_group group_;
  std::atomic<int> begun_{0}, ended_{0};
};

}  // namespace mlpgrid
