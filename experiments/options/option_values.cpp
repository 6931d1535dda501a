// Reads and prints names, numbers and lists. Which option takes which of them is options.cpp's.
#include "experiments/options/option_values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <system_error>

#include "data/text/nearest_name.hpp"
#include "data/text/printable.hpp"
#include "engine/scoring/scores.hpp"

namespace mlpgrid {

namespace {

constexpr long long kMaxRows = std::numeric_limits<std::int32_t>::max();
constexpr long long kMaxLayerWidth = 1'000'000;

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The position after the quote that closes the one at `begin`. Throws where there is none.
std::size_t end_of_quotes(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    if (text[at] != '"') continue;
    if (!text.substr(at + 1).starts_with('"')) return at + 1;
    ++at;
  }
  throw ValueError(fmt::format("the quotes of '{}' do not match", text.substr(begin)));
}

// The text within the quotes of `item`, with doubled quotes halved. Throws where something follows
// the closing quote.
std::string unquoted(std::string_view item) {
  if (end_of_quotes(item, 0) != item.size()) {
    throw ValueError(fmt::format("'{}' goes on behind its quotes", item));
  }
  std::string text;
  for (std::size_t at = 1; at + 1 < item.size(); ++at) {
    text += item[at];
    if (item[at] == '"') ++at;
  }
  return text;
}

std::string describe(const Range& range) {
  const bool bounded_low = std::isfinite(range.low);
  const bool bounded_high = std::isfinite(range.high);
  const char* above = range.low_open ? "above" : "of at least";
  const char* below = range.high_open ? "below" : "at most";
  if (bounded_low && bounded_high) {
    return fmt::format("a number {} {} and {} {}", above, range.low, below, range.high);
  }
  if (bounded_low) return fmt::format("a number {} {}", above, range.low);
  if (bounded_high) return fmt::format("a number {} {}", below, range.high);
  return "a number";
}

bool contains(const Range& range, double value) {
  if (!std::isfinite(value)) return false;
  const bool low_ok = range.low_open ? value > range.low : value >= range.low;
  const bool high_ok = range.high_open ? value < range.high : value <= range.high;
  return low_ok && high_ok;
}

}  // namespace

#define MLPGRID_NAMES(Enum, ...)                                                 \
  template <>                                                                    \
  std::span<const NamedValue<Enum>> named_values() {                             \
    static constexpr auto kNames = std::to_array<NamedValue<Enum>>(__VA_ARGS__); \
    return kNames;                                                               \
  }

MLPGRID_NAMES(Activation, {{Activation::identity, "identity"},
                           {Activation::logistic, "logistic"},
                           {Activation::logistic, "sigmoid"},
                           {Activation::tanh, "tanh"},
                           {Activation::relu, "relu"},
                           {Activation::leaky_relu, "leaky_relu"}})
MLPGRID_NAMES(Initializer, {{Initializer::sklearn, "sklearn"},
                            {Initializer::zero, "zero"},
                            {Initializer::uniform, "uniform"},
                            {Initializer::normal, "normal"},
                            {Initializer::he_normal, "he_normal"},
                            {Initializer::he_uniform, "he_uniform"},
                            {Initializer::glorot_normal, "glorot_normal"},
                            {Initializer::glorot_uniform, "glorot_uniform"},
                            {Initializer::lecun_normal, "lecun_normal"},
                            {Initializer::torch, "torch"},
                            {Initializer::constant, "constant"}})
MLPGRID_NAMES(Solver, {{Solver::sgd, "sgd"}, {Solver::adam, "adam"}, {Solver::lbfgs, "lbfgs"}})
MLPGRID_NAMES(LearningRate, {{LearningRate::constant, "constant"},
                             {LearningRate::invscaling, "invscaling"},
                             {LearningRate::adaptive, "adaptive"},
                             {LearningRate::step, "step"}})
MLPGRID_NAMES(Output, {{Output::softmax, "softmax"},
                       {Output::logistic, "logistic"},
                       {Output::linear, "linear"},
                       {Output::tanh, "tanh"}})
MLPGRID_NAMES(LossName, {{LossName::log_loss, "log_loss"},
                         {LossName::log_loss_sum, "log_loss_sum"},
                         {LossName::squared_error, "squared_error"},
                         {LossName::mean_squared_error, "mean_squared_error"},
                         {LossName::half_squared_error_sum, "half_squared_error_sum"},
                         {LossName::squared_error_sum, "squared_error_sum"}})
MLPGRID_NAMES(Regularization, {{Regularization::none, "none"},
                               {Regularization::l1, "l1"},
                               {Regularization::l2, "l2"}})
MLPGRID_NAMES(Monitor, {{Monitor::train_loss, "train_loss"},
                        {Monitor::val_loss, "val_loss"},
                        {Monitor::val_score, "val_score"}})
MLPGRID_NAMES(Precision, {{Precision::float32, "float32"}, {Precision::float64, "float64"}})
MLPGRID_NAMES(Scale, {{Scale::none, "none"}, {Scale::unit, "unit"}, {Scale::standard, "standard"}})
MLPGRID_NAMES(Task, {{Task::automatic, "auto"},
                     {Task::classification, "classification"},
                     {Task::regression, "regression"},
                     {Task::autoencoder, "autoencoder"}})
#undef MLPGRID_NAMES

namespace {

// Names that stand in a table of the folder whose values they are.
template <class E, class Table>
std::vector<NamedValue<E>> names_in(const Table& table) {
  std::vector<NamedValue<E>> names;
  for (const auto& entry : table) names.push_back({entry.value, entry.name});
  return names;
}

}  // namespace

template <>
std::span<const NamedValue<DataSource>> named_values() {
  static const auto kNames = names_in<DataSource>(data_sources());
  return kNames;
}

template <>
std::span<const NamedValue<Scoring>> named_values() {
  static const auto kNames = names_in<Scoring>(scorings());
  return kNames;
}

ValueError unknown_value(std::string_view text, std::span<const std::string> known) {
  const std::string nearest = nearest_name(text, known);
  return ValueError(fmt::format("unknown value '{}'{}; known: {}", text,
                                nearest.empty() ? "" : fmt::format(" (did you mean {}?)", nearest),
                                join(known, " ")));
}

double parse_real(std::string_view text, const Range& range) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || !contains(range, value)) {
    throw ValueError(fmt::format("'{}' is not {}", text, describe(range)));
  }
  return value == 0.0 ? 0.0 : value;  // no negative zero, which would print as another value
}

long long parse_integer(std::string_view text, long long low, long long high) {
  long long value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end || value < low || value > high) {
    throw ValueError(fmt::format("'{}' is not a whole number from {} to {}", text, low, high));
  }
  return value;
}

std::filesystem::path parse_file(std::string_view text) {
  if (text.empty()) throw ValueError("the file name is empty");
  if (text == "-") return "/dev/stdin";
  return std::filesystem::absolute(text).lexically_normal();
}

bool parse_bool(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  throw ValueError(fmt::format("'{}' is neither true nor false", text));
}

std::string print_bool(bool value) { return value ? "true" : "false"; }

bool parse_choice(std::string_view text, std::span<const std::string> words) {
  if (text == words[0]) return false;
  if (text == words[1]) return true;
  throw unknown_value(text, words);
}

std::string print_real(double value) { return fmt::format("{}", value); }

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  for (std::size_t begin = 0; begin <= text.size();) {
    begin = std::min(text.find_first_not_of(" \t", begin), text.size());
    const bool quoted = text.substr(begin).starts_with('"');
    std::size_t end = quoted ? end_of_quotes(text, begin) : begin;
    end = std::min(text.find(',', end), text.size());
    const std::string_view item = trimmed(text.substr(begin, end - begin));
    if (item.empty() || item == R"("")") {
      throw ValueError(items.empty() && end == text.size()
                           ? std::string("the list is empty; give at least one value")
                           : fmt::format("the list '{}' has an empty item", printable(text)));
    }
    items.push_back(quoted ? unquoted(item) : std::string(item));
    begin = end + 1;
  }
  return items;
}

std::string join_names(std::span<const std::string> names) {
  std::vector<std::string> items;
  for (const std::string& name : names) {
    if (name.find_first_of(",\"#") == std::string::npos) {
      items.push_back(name);
      continue;
    }
    std::string quoted = "\"";
    for (const char c : name) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    items.push_back(quoted + '"');
  }
  return join(items, ",");
}

std::string join(std::span<const std::string> items, std::string_view separator) {
  return fmt::format("{}", fmt::join(items.begin(), items.end(), separator));
}

HiddenLayerSizes parse_hidden_layer_sizes(std::string_view text) {
  HiddenLayerSizes sizes;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find('-', begin), text.size());
    try {
      sizes.push_back(static_cast<std::size_t>(
          parse_integer(text.substr(begin, end - begin), 1, kMaxLayerWidth)));
    } catch (const ValueError&) {
      throw ValueError(
          fmt::format("'{}' is not a list of layer widths from 1 to {} such as 128-64-32", text,
                      kMaxLayerWidth));
    }
    begin = end + 1;
  }
  return sizes;
}

std::string print_hidden_layer_sizes(const HiddenLayerSizes& sizes) {
  return fmt::format("{}", fmt::join(sizes, "-"));
}

InitChoice parse_init(std::string_view text) {
  const std::size_t colon = text.find(':');
  InitChoice choice{parse_name<Initializer>(text.substr(0, colon)), std::nullopt};
  if (colon != std::string_view::npos) choice.scale = parse_real(text.substr(colon + 1), {});
  return choice;
}

std::string print_init(const InitChoice& choice) {
  const std::string name = name_of(choice.initializer);
  return choice.scale ? fmt::format("{}:{}", name, *choice.scale) : name;
}

BiasInit parse_bias_init(std::string_view text) {
  if (text == "auto") return {};
  if (text == "same") return {Initialization::Bias::same, 0.0};
  try {
    return {Initialization::Bias::constant, parse_real(text, {})};
  } catch (const ValueError&) {
    throw ValueError(fmt::format("'{}' is neither auto nor same nor a number", text));
  }
}

std::string print_bias_init(const BiasInit& init) {
  switch (init.bias) {
    case Initialization::Bias::automatic:
      return "auto";
    case Initialization::Bias::same:
      return "same";
    case Initialization::Bias::constant:
      break;
  }
  return print_real(init.value);
}

BatchSize parse_batch_size(std::string_view text) {
  if (text == "auto") return {BatchSize::Rule::automatic, 0};
  if (text == "full") return {BatchSize::Rule::full, 0};
  try {
    return {BatchSize::Rule::rows, static_cast<std::size_t>(parse_integer(text, 1, kMaxRows))};
  } catch (const ValueError&) {
    throw ValueError(
        fmt::format("'{}' is neither a number of rows (1 or more) nor auto or full", text));
  }
}

std::string print_batch_size(const BatchSize& size) {
  switch (size.rule) {
    case BatchSize::Rule::automatic:
      return "auto";
    case BatchSize::Rule::full:
      return "full";
    case BatchSize::Rule::rows:
      break;
  }
  return fmt::format("{}", size.rows);
}

MapRange parse_map_range(std::string_view text) {
  const std::vector<std::string> items = split_list(text);
  if (items.size() != 4) {
    throw ValueError(fmt::format(
        "'{}' is not LOW1,HIGH1,LOW2,HIGH2 of the two features such as -1.6,2.6,-1.6,1.6", text));
  }
  MapRange range{};
  for (std::size_t j = 0; j < 2; ++j) {
    range.low[j] = parse_real(items[2 * j], {});
    range.high[j] = parse_real(items[2 * j + 1], {.low = range.low[j], .low_open = true});
  }
  return range;
}

std::string print_map_range(const MapRange& range) {
  return fmt::format("{},{},{},{}", range.low[0], range.high[0], range.low[1], range.high[1]);
}

LearningRateSteps parse_learning_rate_steps(std::string_view text) {
  LearningRateSteps steps;
  for (const std::string& item : split_list(text)) {
    const std::size_t colon = item.find(':');
    if (colon == std::string::npos) {
      throw ValueError(fmt::format("'{}' is not EPOCH:RATE such as 4000:0.001", item));
    }
    const std::string_view view = item;
    const int epoch = static_cast<int>(
        parse_integer(view.substr(0, colon), 0, std::numeric_limits<std::int32_t>::max()));
    if (!steps.empty() && epoch <= steps.back().first) {
      throw ValueError("the epochs of the steps must rise");
    }
    steps.emplace_back(epoch, parse_real(view.substr(colon + 1), {.low = 0.0, .low_open = true}));
  }
  return steps;
}

std::string print_learning_rate_steps(const LearningRateSteps& steps) {
  std::vector<std::string> items;
  for (const auto& [epoch, rate] : steps) items.push_back(fmt::format("{}:{}", epoch, rate));
  return join(items, ",");
}

}  // namespace mlpgrid
