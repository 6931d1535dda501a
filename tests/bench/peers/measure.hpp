// Measures one problem: every library is checked, put on its fastest way, and then timed in rounds
// of all libraries, so that a machine whose speed drifts drifts for all of them.
#pragma once

#include <cstddef>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "problem.hpp"
#include "task.hpp"

namespace mlpgrid::bench {

inline constexpr Library kOurs = {"mlpgrid", ways_of_mlpgrid};
inline constexpr Library kPeers[] = {{"oneDNN", ways_of_onednn},
                                     {"OpenBLAS", ways_of_openblas},
                                     {"Eigen", ways_of_eigen},
                                     {"libxsmm", ways_of_libxsmm}};

/// The libraries at work on one problem. Operands are warm when a time is taken.
class Race {
 public:
  /// Throws std::runtime_error, naming the library and its way, where a result is wrong or a
  /// library fails.
  explicit Race(const Problem& problem);

  /// One more time of each. Returns ours, in seconds per operation.
  double run_round();

  /// Medians over the rounds so far: ours in operations per second, ours as a share of the peak of
  /// the same round, and for each of kPeers its time in units of ours of the same round.
  struct Medians {
    double gflops = {};
    double peak_gflops = {};
    double share_of_peak = {};
    std::vector<double> ratios = {};
  };
  [[nodiscard]] Medians medians() const;

  /// "oneDNN: inner_product; OpenBLAS: sgemm; ...", the ways that the peers are on.
  [[nodiscard]] std::string ways() const;

 private:
  struct Runner {
    const char* library = {};
    std::string way;
    std::unique_ptr<Task> task;
    int repetitions = 1;
    std::vector<double> seconds = {};  // per operation, one per round

    void calibrate();
    void run_round();
  };

  static Runner fastest(const Library& library, const Problem& problem, const Reference& expected);

  double flops_;
  Runner ours_;
  std::vector<Runner> peers_;
  std::vector<double> peak_flops_;  // per second, one per round
  // Indices of peers_, then ours, then the peak. Shuffled for every round: nobody always runs after
  // the same neighbour, or in step with something periodic on the machine.
  std::vector<std::size_t> order_;
  std::mt19937 random_;
};

}  // namespace mlpgrid::bench
