// What a library looks like to the measurement: ways to compute a problem, each prepared outside of
// the time and then run as often as asked. Which way is the fastest is found by measuring.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "problem.hpp"

namespace mlpgrid::bench {

/// A problem with its operands in place. Weights are in whatever form the library likes best: a
/// training run converts them once per step for all libraries alike, outside of these operations.
class Task {
 public:
  Task() = default;
  Task(const Task&) = delete;
  Task& operator=(const Task&) = delete;
  virtual ~Task() = default;

  /// The whole operation, `repetitions` times.
  virtual void run(int repetitions) = 0;
  /// What the last run computed, row-major without padding; see Operation.
  [[nodiscard]] virtual std::vector<float> result() = 0;
};

struct Way {
  std::string name;
  std::unique_ptr<Task> task;
};

/// A way whose operation is run() and whose result is read().
template <class Run, class Read>
Way make_way(std::string name, Run run, Read read) {
  class Closures final : public Task {
   public:
    Closures(Run run_once, Read read_result)
        : run_(std::move(run_once)), read_(std::move(read_result)) {}
    void run(int repetitions) override {
      for (int i = 0; i < repetitions; ++i) run_();
    }
    std::vector<float> result() override { return read_(); }

   private:
    Run run_;
    Read read_;
  };
  return {std::move(name), std::make_unique<Closures>(std::move(run), std::move(read))};
}

struct Library {
  const char* name;
  std::vector<Way> (*ways)(const Problem& problem);
};

[[nodiscard]] std::vector<Way> ways_of_mlpgrid(const Problem& problem);
[[nodiscard]] std::vector<Way> ways_of_onednn(const Problem& problem);
[[nodiscard]] std::vector<Way> ways_of_openblas(const Problem& problem);
[[nodiscard]] std::vector<Way> ways_of_eigen(const Problem& problem);
[[nodiscard]] std::vector<Way> ways_of_libxsmm(const Problem& problem);

}  // namespace mlpgrid::bench
