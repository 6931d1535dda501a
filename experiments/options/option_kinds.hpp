// The kinds of experiment options: each function makes an ExperimentOption from the place of its
// value in Experiment (for an axis: in Config) and from how its text is read and printed. Only
// options.cpp, whose table is made of them, includes this file.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_set>
#include <utility>
#include <vector>

#include "data/text/printable.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"

namespace mlpgrid::option_kinds {

inline constexpr long long kInt32Max = std::numeric_limits<std::int32_t>::max();
inline constexpr Range kNotNegative{.low = 0.0};
inline constexpr Range kPositive{.low = 0.0, .low_open = true};

using Default = std::optional<std::string>;
inline const Default kNotGiven = std::nullopt;

// Access to a member of Experiment or Config, const or not; `member` may be a path (training.tol).
#define AT(member) \
  [](auto& holder) -> auto& { return holder.member; }

template <class Access, class Parse, class Print>
ExperimentOption single(const char* name, Default fallback, std::string help, Access at,
                        Parse parse, Print print) {
  return {name, std::move(fallback), std::move(help),
          [at, parse](Experiment& e, std::string_view text) {
            using Value = std::remove_reference_t<decltype(at(e))>;
            at(e) = static_cast<Value>(parse(text));
          },
          [at, print](const Experiment& e) -> std::optional<std::string> { return print(at(e)); }};
}

// The column of an axis holds real and whole numbers as such, everything else as text.
template <class Value, class Print>
auto column_value(const Value& value, Print print) {
  if constexpr (std::is_floating_point_v<Value>) {
    return value;
  } else if constexpr (std::is_integral_v<Value> && !std::is_same_v<Value, bool>) {
    return static_cast<std::int32_t>(value);
  } else {
    return print(value);
  }
}

// A column with value(config, rows) for every config.
template <class Value>
ParamColumn column_of(std::string name, const std::vector<Config>& configs, std::size_t rows,
                      Value value) {
  std::vector<decltype(value(configs[0], rows))> values;
  values.reserve(configs.size());
  for (const Config& config : configs) values.push_back(value(config, rows));
  return {std::move(name), std::move(values)};
}

template <class Access, class Parse, class Print>
Axis axis_at(Access at, Parse parse, Print print) {
  const auto text = [at, print](const Config& config) { return print(at(config)); };
  return {.set =
              [at, parse](Config& config, std::string_view item) {
                using Value = std::remove_reference_t<decltype(at(config))>;
                at(config) = static_cast<Value>(parse(item));
              },
          .copy = [at](Config& to, const Config& from) { at(to) = at(from); },
          .text = text,
          .key = [text](const Config& config, std::size_t) { return text(config); },
          .column =
              [at, print](std::string name, const std::vector<Config>& configs, std::size_t rows) {
                return column_of(std::move(name), configs, rows,
                                 [&](const Config& config, std::size_t) {
                                   return column_value(at(config), print);
                                 });
              }};
}

// Reads the list of an axis into the experiment.
inline void set_list(Experiment& e, const std::string& name, const Axis& axis,
                     std::string_view list) {
  std::vector<std::string> values;
  std::unordered_set<std::string> seen;  // as printed: equal values print alike
  Config config;
  for (const std::string& item : split_list(list)) {
    axis.set(config, item);
    values.push_back(axis.text(config));
    if (!seen.insert(values.back()).second) {
      throw ValueError(fmt::format("the value '{}' stands twice in the list", printable(item)));
    }
  }
  axis.set(e.config, values[0]);
  e.varied.erase(name);
  if (values.size() > 1) e.varied[name] = std::move(values);
}

template <class Access, class Parse, class Print>
ExperimentOption axis(const char* name, Default fallback, std::string help, Access at, Parse parse,
                      Print print) {
  const Axis axis = axis_at(at, parse, print);
  ExperimentOption option;
  option.name = name;
  option.default_value = std::move(fallback);
  option.help = std::move(help);
  option.set = [name = option.name, axis](Experiment& e, std::string_view list) {
    set_list(e, name, axis, list);
  };
  option.get = [name = option.name, axis](const Experiment& e) -> std::optional<std::string> {
    const auto found = e.varied.find(name);
    if (found != e.varied.end()) return join(found->second, ",");
    const std::string text = axis.text(e.config);
    return text.empty() ? std::nullopt : std::optional(text);
  };
  option.axis = axis;
  return option;
}

// told_apart_by(): an axis whose values count as equal where `value(config, rows)` is equal.
// shown_as(): one whose column holds that value.
template <class Value>
ExperimentOption told_apart_by(Value value, ExperimentOption option) {
  option.axis->key = [value](const Config& config, std::size_t rows) {
    return fmt::format("{}", value(config, rows));
  };
  return option;
}

template <class Value>
ExperimentOption shown_as(Value value, ExperimentOption option) {
  option.axis->column = [value](std::string name, const std::vector<Config>& configs,
                                std::size_t rows) {
    return column_of(std::move(name), configs, rows, value);
  };
  return option;
}

// An axis that has an effect only where `matters(config)`.
template <class Condition>
ExperimentOption where(Condition matters, ExperimentOption option) {
  option.axis->key = [matters, key = option.axis->key](const Config& config, std::size_t rows) {
    return matters(config) ? key(config, rows) : std::string();
  };
  return option;
}

// usual(): an axis that always has a column. main(): one that also names configs where nothing
// varies.
inline ExperimentOption usual(ExperimentOption option) {
  option.axis->has_column = true;
  return option;
}

inline ExperimentOption main(ExperimentOption option) {
  option.axis->is_main = true;
  return usual(std::move(option));
}

template <class Access>
ExperimentOption real_axis(const char* name, Default fallback, std::string help, Access at,
                           Range range) {
  return axis(
      name, std::move(fallback), std::move(help), at,
      [range](std::string_view text) { return parse_real(text, range); }, print_real);
}

template <class Access>
ExperimentOption integer_axis(const char* name, Default fallback, std::string help, Access at,
                              long long low, long long high = kInt32Max) {
  return axis(
      name, std::move(fallback), std::move(help), at,
      [low, high](std::string_view text) { return parse_integer(text, low, high); },
      [](auto value) { return fmt::format("{}", value); });
}

template <class Access>
ExperimentOption boolean_axis(const char* name, Default fallback, std::string help, Access at) {
  ExperimentOption option =
      axis(name, std::move(fallback), std::move(help), at, parse_bool, print_bool);
  option.is_switch = true;
  return option;
}

template <class E, class Access>
ExperimentOption name_axis(const char* name, Default fallback, std::string help, Access at) {
  return axis(
      name, std::move(fallback), std::move(help), at,
      [](std::string_view text) { return parse_name<E>(text); }, name_of<E>);
}

// A name that follows from other options unless it is given. `unset`, where there is one, is the
// text that says so.
template <class E, class Access>
ExperimentOption optional_name_axis(const char* name, Default unset, std::string help, Access at) {
  const std::string none = unset.value_or("");
  return axis(
      name, std::move(unset), std::move(help), at,
      [none](std::string_view text) -> std::optional<E> {
        if (!none.empty() && text == none) return std::nullopt;
        return parse_name<E>(text, none);
      },
      [none](const std::optional<E>& value) { return value ? name_of(*value) : none; });
}

// A bool written as one of two words; words[1] is true.
template <class Access>
ExperimentOption choice_axis(const char* name, Default fallback, std::string help, Access at,
                             const std::vector<std::string>& words) {
  return axis(
      name, std::move(fallback), std::move(help), at,
      [words](std::string_view text) { return parse_choice(text, words); },
      [words](bool value) { return words[value ? 1 : 0]; });
}

template <class Access>
ExperimentOption real(const char* name, Default fallback, std::string help, Access at,
                      Range range) {
  return single(
      name, std::move(fallback), std::move(help), at,
      [range](std::string_view text) { return parse_real(text, range); }, print_real);
}

template <class Access>
ExperimentOption integer(const char* name, Default fallback, std::string help, Access at,
                         long long low, long long high = kInt32Max) {
  return single(
      name, std::move(fallback), std::move(help), at,
      [low, high](std::string_view text) { return parse_integer(text, low, high); },
      [](const auto& value) { return fmt::format("{}", value); });
}

// A number of rows; 0 in the experiment stands for "not given".
template <class Access>
ExperimentOption count(const char* name, std::string help, Access at) {
  ExperimentOption option = integer(name, kNotGiven, std::move(help), at, 1);
  option.get = [at](const Experiment& e) -> std::optional<std::string> {
    if (at(e) == 0) return std::nullopt;
    return fmt::format("{}", at(e));
  };
  return option;
}

template <class Access>
ExperimentOption boolean(const char* name, Default fallback, std::string help, Access at) {
  ExperimentOption option =
      single(name, std::move(fallback), std::move(help), at, parse_bool, print_bool);
  option.is_switch = true;
  return option;
}

template <class E, class Access>
ExperimentOption name(const char* option_name, Default fallback, std::string help, Access at) {
  return single(
      option_name, std::move(fallback), std::move(help), at,
      [](std::string_view text) { return parse_name<E>(text); }, name_of<E>);
}

// A name that follows from other options unless it is given.
template <class E, class Access>
ExperimentOption optional_name(const char* option_name, std::string help, Access at) {
  return {option_name, kNotGiven, std::move(help),
          [at](Experiment& e, std::string_view text) { at(e) = parse_name<E>(text); },
          [at](const Experiment& e) -> std::optional<std::string> {
            return at(e) ? std::optional(name_of<E>(*at(e))) : std::nullopt;
          }};
}

template <class Access>
ExperimentOption choice(const char* name, Default fallback, std::string help, Access at,
                        const std::vector<std::string>& words) {
  return single(
      name, std::move(fallback), std::move(help), at,
      [words](std::string_view text) { return parse_choice(text, words); },
      [words](bool value) { return words[value ? 1 : 0]; });
}

template <class Access>
ExperimentOption names_list(const char* name, std::string help, Access at) {
  ExperimentOption option = {name, kNotGiven, std::move(help),
                             [at](Experiment& e, std::string_view text) {
                               at(e) = split_list(text);
                               for (std::string& item : at(e)) item = printable(item, kNoLimit);
                             },
                             [at](const Experiment& e) -> std::optional<std::string> {
                               if (at(e).empty()) return std::nullopt;
                               return join_names(at(e));
                             }};
  option.is_names = true;
  return option;
}

inline std::string one_line(std::string_view text) {
  const auto is_control = [](char c) { return static_cast<unsigned char>(c) < ' '; };
  if (std::any_of(text.begin(), text.end(), is_control)) {
    throw ValueError("the value has a line break or another control character");
  }
  return std::string(text);
}

inline ExperimentOption only_for(AppliesTo sources, ExperimentOption option) {
  option.applies_to = sources;
  return option;
}

template <class Access>
ExperimentOption file(const char* name, std::string help, Access at) {
  return {name, kNotGiven, std::move(help),
          [at](Experiment& e, std::string_view text) { at(e) = parse_file(one_line(text)); },
          [at](const Experiment& e) -> std::optional<std::string> {
            if (at(e).empty()) return std::nullopt;
            return at(e).string();
          }};
}

}  // namespace mlpgrid::option_kinds
