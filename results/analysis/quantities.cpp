// Looks quantities up by name, takes one value out of each curve, and counts over folds.
#include "results/analysis/quantities.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>

#include "results/class_scores.hpp"
#include "results/hdf5/read.hpp"
#include "results/moments.hpp"

namespace mlpgrid {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

enum class Point { last, min, max, best };

struct CurvePoint {
  std::string curve;
  Point point = Point::last;
};

std::optional<CurvePoint> as_curve_point(std::string_view name) {
  for (const FitCurve& curve : kFitCurves) {
    const std::string found = curve.name;
    if (!name.starts_with(found)) continue;
    const std::string_view rest = name.substr(found.size());
    if (rest.empty() || rest == "_last") return CurvePoint{found, Point::last};
    if (rest == "_min") return CurvePoint{found, Point::min};
    if (rest == "_max") return CurvePoint{found, Point::max};
    if (rest == "_best") return CurvePoint{found, Point::best};
  }
  return std::nullopt;
}

// The value at `epoch`, which counts from 1; NaN outside of the curve.
double at_epoch(std::span<const double> curve, std::int32_t epoch) {
  const auto place = static_cast<std::size_t>(epoch) - 1;
  return place < curve.size() ? curve[place] : kNaN;
}

double point_of(std::span<const double> curve, Point point, std::int32_t best_epoch) {
  if (point == Point::best) return at_epoch(curve, best_epoch);
  double found = kNaN;
  for (const double value : curve) {  // NaN after the end, and at epochs without an evaluation
    if (std::isnan(value)) continue;
    const bool first = std::isnan(found) || point == Point::last;
    if (first || (point == Point::min ? value < found : value > found)) found = value;
  }
  return found;
}

std::vector<double> curve_values(const ResultsFile& results, const CurvePoint& wanted,
                                 std::int32_t epoch) {
  const ValuesOfConfig curves = read_curve(results, wanted.curve);
  const auto length = static_cast<std::size_t>(results.run.max_epochs);
  const std::size_t folds = results.run.n_folds();
  std::vector<double> values;
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    const auto of_config = curves(i / folds);
    const auto curve =
        of_config.empty() ? of_config : of_config.subspan(i % folds * length, length);
    values.push_back(epoch != 0 ? at_epoch(curve, epoch)
                                : point_of(curve, wanted.point, results.best_epoch[i]));
  }
  return values;
}

template <class T>
std::vector<double> doubles(const std::vector<T>& values) {
  return {values.begin(), values.end()};
}

const std::vector<Confusion>& confusion_of(const ResultsFile& results, bool test) {
  if (results.confusion.empty()) {
    throw std::invalid_argument("the run predicts values, not classes");
  }
  if (test && results.test_confusion.empty()) {
    throw std::invalid_argument("the run has no answers to a separate test set");
  }
  return test ? results.test_confusion : results.confusion;
}

// Repeats one value per fold for every config; 0 where the file has none.
std::vector<double> for_every_config(const ResultsFile& results,
                                     const std::vector<double>& by_fold) {
  std::vector<double> values;
  for (std::size_t i = 0; i < results.status.size(); ++i) {
    values.push_back(by_fold.empty() ? 0.0 : by_fold[i % results.run.n_folds()]);
  }
  return values;
}

struct Computed {
  const char* name;
  bool of_any_fit;  // has a meaning even where the fit diverged
  std::vector<double> (*values)(const ResultsFile& results);
};

constexpr Computed kComputed[] = {
    {"elementwise_accuracy", false,
     [](const ResultsFile& r) {
       return elementwise_accuracy(confusion_of(r, false), r.run.class_names.size());
     }},
    {"test_elementwise_accuracy", false,
     [](const ResultsFile& r) {
       return elementwise_accuracy(confusion_of(r, true), r.run.class_names.size());
     }},
    {"collapsed", false,
     [](const ResultsFile& r) { return doubles(collapsed(confusion_of(r, false))); }},
    {"train_loss_floor", true,
     [](const ResultsFile& r) { return for_every_config(r, r.run.fold_train_loss_floor); }},
    {"val_loss_floor", true,
     [](const ResultsFile& r) { return for_every_config(r, r.run.fold_val_loss_floor); }}};

struct Values {
  std::vector<double> values;
  bool of_any_fit;
};

// A number that the file holds as it is; nothing for another name.
std::optional<Values> recorded(const ResultsFile& results, const std::string& name) {
  std::optional<Values> found;
  for_each_fit_number([&](const FitNumber& number, auto, auto of_file) {
    if (name != number.name) return;
    found = {doubles(results.*of_file), number.of_any_fit};
    if (!found->values.empty()) return;
    throw std::invalid_argument(number.kept == FitNumber::Kept::with_test_set
                                    ? "the run has no separate test set"
                                    : "the file is older than this quantity");
  });
  return found;
}

[[noreturn]] void unknown_quantity(const std::string& name) {
  std::vector<std::string> known;
  for_each_fit_number([&](const FitNumber& n, auto, auto) { known.emplace_back(n.name); });
  for (const Computed& computed : kComputed) known.emplace_back(computed.name);
  std::vector<std::string> curves;
  for (const FitCurve& curve : kFitCurves) curves.emplace_back(curve.name);
  throw std::invalid_argument(fmt::format(
      "there is no quantity '{}'; known: {}, and {}, each alone or with _last, _min, _max or _best",
      name, fmt::join(known, ", "), fmt::join(curves, ", ")));
}

Values values_of(const ResultsFile& results, const std::string& name, std::int32_t epoch) {
  if (auto number = recorded(results, name)) return *std::move(number);
  const auto* computed = std::ranges::find(kComputed, name, &Computed::name);
  if (computed != std::end(kComputed)) return {computed->values(results), computed->of_any_fit};
  const auto point = as_curve_point(name);
  if (!point) unknown_quantity(name);
  return {curve_values(results, *point, epoch), false};
}

}  // namespace

std::vector<double> fold_values(const ResultsFile& results, const std::string& name,
                                std::int32_t epoch) {
  if (epoch < 0 || epoch > results.run.max_epochs) {
    throw std::invalid_argument(
        fmt::format("epochs count from 1 to {} in this run", results.run.max_epochs));
  }
  if (epoch != 0 && std::ranges::find(kFitCurves, name, &FitCurve::name) == std::end(kFitCurves)) {
    throw std::invalid_argument(fmt::format("'{}' is no curve, so it has no epoch", name));
  }
  auto [values, of_any_fit] = values_of(results, name, epoch);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const RunStatus status = results.status[i];
    const bool has_value = status != RunStatus::not_run && status != RunStatus::failed &&
                           (of_any_fit || status != RunStatus::diverged);
    if (!has_value) values[i] = kNaN;
  }
  return values;
}

std::vector<double> traced_values(const ResultsFile& results, const std::string& name,
                                  std::int32_t step) {
  const RunDescription& run = results.run;
  const auto row = static_cast<std::size_t>(step) - 1;
  std::vector<double> values(run.n_configs() * run.n_folds(), kNaN);
  std::vector<FitTrace> traces;
  try {
    traces = read_traces(results);
  } catch (const std::runtime_error& error) {
    throw std::invalid_argument(error.what());
  }
  bool found = false;
  for (const auto& [config, fold, trace] : traces) {
    const auto column = std::ranges::find(trace.names, name) - trace.names.begin();
    const auto width = static_cast<std::ptrdiff_t>(trace.names.size());
    const bool is_loss = name == "loss_before";
    if (column == width && !is_loss) continue;
    found = true;
    if (row >= trace.n_steps()) continue;
    const std::size_t place = row * trace.names.size() + static_cast<std::size_t>(column);
    for (std::size_t i = 0; i < run.n_configs(); ++i) {
      if (run.alias_of[i] != config) continue;
      values[i * run.n_folds() + static_cast<std::size_t>(fold)] =
          is_loss ? trace.loss[row] : trace.parameters[place];
    }
  }
  if (!found) {
    throw std::invalid_argument(
        fmt::format("no traced parameter is called '{}'; `table --trace` shows their names", name));
  }
  return values;
}

bool Condition::holds(double value) const {
  switch (comparison) {
    case Operator::less:
      return value < threshold;
    case Operator::less_equal:
      return value <= threshold;
    case Operator::greater:
      return value > threshold;
    case Operator::greater_equal:
      break;
  }
  return value >= threshold;
}

Condition parse_condition(const std::string& text) {
  Condition condition;
  for (const char c : text) {
    if (c != ' ' && c != '\t') condition.text += c;
  }
  const std::string& all = condition.text;
  const std::size_t sign = all.find_first_of("<>");
  if (sign == std::string::npos || sign == 0) {
    throw std::invalid_argument(fmt::format(
        "'{}' is no condition; expected QUANTITY<NUMBER (or <= > >=), e.g. val_loss<0.1", text));
  }
  const bool with_equals = sign + 1 < all.size() && all[sign + 1] == '=';
  condition.quantity = all.substr(0, sign);
  using Operator = Condition::Operator;
  condition.comparison = all[sign] == '<'
                             ? (with_equals ? Operator::less_equal : Operator::less)
                             : (with_equals ? Operator::greater_equal : Operator::greater);
  const std::string number = all.substr(sign + (with_equals ? 2 : 1));
  const char* end = number.data() + number.size();
  const auto [stop, error] = std::from_chars(number.data(), end, condition.threshold);
  if (error != std::errc() || stop != end || !std::isfinite(condition.threshold)) {
    throw std::invalid_argument(fmt::format("'{}': '{}' is not a number", text, number));
  }
  return condition;
}

SuccessCounts count_successes(const ResultsFile& results, const Condition& condition) {
  const std::vector<double> all = fold_values(results, condition.quantity);
  const std::size_t folds = results.run.n_folds();
  SuccessCounts counts;
  for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
    std::vector<double> values;
    std::int32_t fits = 0;
    std::int32_t successes = 0;
    for (std::size_t i = config * folds; i < (config + 1) * folds; ++i) {
      if (results.status[i] == RunStatus::not_run) continue;
      ++fits;
      if (std::isnan(all[i])) continue;
      values.push_back(all[i]);
      successes += condition.holds(all[i]);
    }
    const Moments of_fits = moments(values);
    counts.mean.push_back(of_fits.mean);
    counts.deviation.push_back(of_fits.deviation);
    counts.min.push_back(values.empty() ? kNaN : std::ranges::min(values));
    counts.max.push_back(values.empty() ? kNaN : std::ranges::max(values));
    counts.successes.push_back(successes);
    counts.fits.push_back(fits);
    counts.share.push_back(fits == 0 ? kNaN : successes / static_cast<double>(fits));
  }
  return counts;
}

}  // namespace mlpgrid
