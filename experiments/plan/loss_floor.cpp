// Clamps targets to the range of the output function and adds up what is left. Which function that
// is, is output_layer.cpp's.
#include "experiments/plan/loss_floor.hpp"

#include <algorithm>

namespace mlpgrid {

double loss_floor(const Plan& plan, std::int32_t config, std::int32_t fold, const RowList& rows) {
  const Network network = network_of(plan, config, fold);
  const Scaler& scaler = target_scaler(plan, config, fold);
  const bool bounded = network.output == Output::logistic || network.output == Output::tanh;
  if (plan.experiment.data.task != Task::regression || !bounded || rows.empty()) return 0.0;
  const double low = network.output == Output::tanh ? -1.0 : 0.0;
  const std::size_t n = network.n_outputs;
  double squares = 0.0;
  for (const std::int32_t row : rows.rows()) {
    for (std::size_t j = 0; j < n; ++j) {
      double y = plan.data.dataset.target_values[static_cast<std::size_t>(row) * n + j];
      if (!scaler.divisor.empty()) {
        y = (y - scaler.shift[j]) / scaler.divisor[j];
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
