// Plain columns with ten decimals, to be compared with a calculation by hand. Recording steps is
// the engine's.
#include "results/tables/trace_table.hpp"

#include <fmt/format.h>

#include <iterator>

namespace mlpgrid {
namespace {

constexpr int kWidth = 16;

}  // namespace

std::string format_traces(std::span<const FitTrace> traces, const std::vector<std::string>& label) {
  std::string text;
  const auto out = std::back_inserter(text);
  for (const auto& [config, fold, trace] : traces) {
    if (!text.empty()) text += '\n';
    fmt::format_to(out, "config {} ({}), fold {}\n\n{:>8}", config,
                   label.at(static_cast<std::size_t>(config)), fold, "step");
    for (const std::string& name : trace.names) fmt::format_to(out, "{:>{}}", name, kWidth);
    fmt::format_to(out, "{:>{}}\n", "loss before", kWidth);
    const std::size_t columns = trace.names.size();
    for (std::size_t step = 0; step < trace.n_steps(); ++step) {
      fmt::format_to(out, "{:>8}", step + 1);
      for (std::size_t j = 0; j < columns; ++j) {
        fmt::format_to(out, "{:>{}.10f}", trace.parameters[step * columns + j], kWidth);
      }
      fmt::format_to(out, "{:>{}.10f}\n", trace.loss[step], kWidth);
    }
  }
  return text;
}

}  // namespace mlpgrid
