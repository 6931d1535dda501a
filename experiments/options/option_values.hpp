// The values of options as text: names of enumerations, numbers and lists, read and printed.
// Reading what was printed gives the same value; which option takes what is options.cpp's business.
// All parse functions throw ValueError.
#pragma once

#include <cstddef>
#include <filesystem>
#include <limits>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiments/options/experiment.hpp"

namespace mlpgrid {

/// Thrown for a text that is no valid value; the message says what would be. Callers add the option
/// and the line it came from.
class ValueError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// A value and a name of it. Of several entries for one value the first is printed, the others are
/// synonyms.
template <class E>
struct NamedValue {
  E value;
  std::string_view name;
};

template <class E>
[[nodiscard]] std::span<const NamedValue<E>> named_values();

template <>
std::span<const NamedValue<Activation>> named_values();
template <>
std::span<const NamedValue<Initializer>> named_values();
template <>
std::span<const NamedValue<Solver>> named_values();
template <>
std::span<const NamedValue<LearningRate>> named_values();
template <>
std::span<const NamedValue<Output>> named_values();
template <>
std::span<const NamedValue<LossName>> named_values();
template <>
std::span<const NamedValue<Regularization>> named_values();
template <>
std::span<const NamedValue<Scoring>> named_values();
template <>
std::span<const NamedValue<Monitor>> named_values();
template <>
std::span<const NamedValue<Precision>> named_values();
template <>
std::span<const NamedValue<DataSource>> named_values();
template <>
std::span<const NamedValue<Scale>> named_values();
template <>
std::span<const NamedValue<Task>> named_values();

/// "unknown value 'addam' (did you mean adam?); known: ...".
[[nodiscard]] ValueError unknown_value(std::string_view text, std::span<const std::string> known);

template <class E>
[[nodiscard]] std::string name_of(E value) {
  for (const auto& [v, name] : named_values<E>()) {
    if (v == value) return std::string(name);
  }
  throw std::logic_error("a value without a name");
}

/// All names in their order, with blanks between them.
template <class E>
[[nodiscard]] std::string names_of() {
  std::string names;
  for (const auto& [value, name] : named_values<E>()) {
    names.append(names.empty() ? "" : " ").append(name);
  }
  return names;
}

template <class E>
[[nodiscard]] E parse_name(std::string_view text, const std::string& also_known = "") {
  std::vector<std::string> known;
  if (!also_known.empty()) known.push_back(also_known);
  for (const auto& [value, name] : named_values<E>()) {
    if (name == text) return value;
    known.emplace_back(name);
  }
  throw unknown_value(text, known);
}

/// The numbers that an option takes; an end belongs to the range unless it is open.
struct Range {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  bool low_open = false;
  bool high_open = false;
};

[[nodiscard]] double parse_real(std::string_view text, const Range& range);
[[nodiscard]] long long parse_integer(std::string_view text, long long low, long long high);
[[nodiscard]] bool parse_bool(std::string_view text);
[[nodiscard]] std::string print_bool(bool value);
/// True for words[1], false for words[0]; throws for another word.
[[nodiscard]] bool parse_choice(std::string_view text, std::span<const std::string> words);
/// A file to read, made absolute so that the resolved experiment means the same from every folder.
/// "-" is standard input.
[[nodiscard]] std::filesystem::path parse_file(std::string_view text);

/// The shortest text that reads back as the same double.
[[nodiscard]] std::string print_real(double value);

/// The items of a comma-separated list, without the blanks around them. An item that begins with a
/// double quote ends at the next quote that is not doubled, as in CSV. Throws for an empty list or
/// item.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

/// Joins names into a list that split_list() splits again, quoted where necessary.
[[nodiscard]] std::string join_names(std::span<const std::string> names);

[[nodiscard]] std::string join(std::span<const std::string> items, std::string_view separator);

/// "128-64-32".
[[nodiscard]] HiddenLayerSizes parse_hidden_layer_sizes(std::string_view text);
[[nodiscard]] std::string print_hidden_layer_sizes(const HiddenLayerSizes& sizes);

/// "normal" or "normal:0.1".
[[nodiscard]] InitChoice parse_init(std::string_view text);
[[nodiscard]] std::string print_init(const InitChoice& choice);

/// "auto", "same" or a number.
[[nodiscard]] BiasInit parse_bias_init(std::string_view text);
[[nodiscard]] std::string print_bias_init(const BiasInit& init);

/// A number of rows, "auto" or "full".
[[nodiscard]] BatchSize parse_batch_size(std::string_view text);
[[nodiscard]] std::string print_batch_size(const BatchSize& size);

/// "-1.6,2.6,-1.6,1.6": lowest and highest of the first feature, then of the second.
[[nodiscard]] MapRange parse_map_range(std::string_view text);
[[nodiscard]] std::string print_map_range(const MapRange& range);

/// "4000:0.001,6000:0.0001": epochs (from 0) in rising order, each with its learning rate.
using LearningRateSteps = std::vector<std::pair<int, double>>;
[[nodiscard]] LearningRateSteps parse_learning_rate_steps(std::string_view text);
[[nodiscard]] std::string print_learning_rate_steps(const LearningRateSteps& steps);

}  // namespace mlpgrid
