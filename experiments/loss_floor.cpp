// Clamps targets to what an output function can give.
#include "experiments/loss_floor.hpp"

#include <algorithm>

namespace mlpgrid {

double loss_floor(const Plan& plan, const Fold& fold, const RowList& rows) {
  const Network& network = fold.output;
  const bool bounded = network.output == Output::logistic || network.output == Output::tanh;
  if (plan.experiment.data.task != Task::regression || !bounded || rows.empty()) return 0.0;
  const double low = network.output == Output::tanh ? -1.0 : 0.0;
  const std::size_t n = network.n_outputs;
  double squares = 0.0;
  for (const std::int32_t row : rows.rows()) {
    for (std::size_t j = 0; j < n; ++j) {
      double y = plan.data.dataset.target_values[static_cast<std::size_t>(row) * n + j];
      if (!fold.targets.divisor.empty()) {
        y = (y - fold.targets.shift[j]) / fold.targets.divisor[j];
      }
      const double gap = y - std::clamp(y, low, 1.0);
      squares += gap * gap;
    }
  }
  const LossScaling& scaling = network.scaling;
  return scaling.loss_factor * (0.5 * squares / static_cast<double>(n)) /
         scaling.rows(static_cast<double>(rows.size()));
}

}  // namespace mlpgrid
