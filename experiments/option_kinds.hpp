// What one experiment option is made of: a place in Experiment, how its text is read, how its value
// is printed. options.cpp makes its table with these and is the only one to include them.
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
#include <utility>
#include <vector>

#include "data/printable.hpp"
#include "experiments/option_values.hpp"
#include "experiments/options.hpp"

namespace mlpgrid::option_kinds {

inline constexpr long long kInt32Max = std::numeric_limits<std::int32_t>::max();
inline constexpr Range kNotNegative{.low = 0.0};
inline constexpr Range kPositive{.low = 0.0, .low_open = true};

using Default = std::optional<std::string>;
inline const Default kNotGiven = std::nullopt;

// A member of Experiment, const or not; `member` is a path such as training.tol.
#define AT(member) \
  [](auto& experiment) -> auto& { return experiment.member; }

template <class Access, class Parse, class Print>
ExperimentOption single(const char* name, Default fallback, const char* help, Access at,
                        Parse parse, Print print) {
  return {name, std::move(fallback), help,
          [at, parse](Experiment& e, std::string_view text) {
            using Value = std::remove_reference_t<decltype(at(e))>;
            at(e) = static_cast<Value>(parse(text));
          },
          [at, print](const Experiment& e) -> std::optional<std::string> { return print(at(e)); }};
}

template <class Access, class Parse, class Print>
ExperimentOption axis(const char* name, Default fallback, const char* help, Access at, Parse parse,
                      Print print) {
  return {name, std::move(fallback), help,
          [at, parse](Experiment& e, std::string_view text) {
            auto& list = at(e);
            list.clear();
            for (const std::string& item : split_list(text)) {
              auto value = parse(item);
              if (std::find(list.begin(), list.end(), value) != list.end()) {
                throw ValueError(fmt::format("the value '{}' stands twice in the list", item));
              }
              list.push_back(std::move(value));
            }
          },
          [at, print](const Experiment& e) -> std::optional<std::string> {
            std::vector<std::string> items;
            for (const auto& value : at(e)) items.push_back(print(value));
            return join(items, ",");
          }};
}

template <class Access>
ExperimentOption real_axis(const char* name, Default fallback, const char* help, Access at,
                           Range range) {
  return axis(
      name, std::move(fallback), help, at,
      [range](std::string_view text) { return parse_real(text, range); }, print_real);
}

template <class E, class Access>
ExperimentOption name_axis(const char* name, Default fallback, const char* help, Access at) {
  return axis(
      name, std::move(fallback), help, at,
      [](std::string_view text) { return parse_name<E>(text); }, name_of<E>);
}

template <class Access>
ExperimentOption real(const char* name, Default fallback, const char* help, Access at,
                      Range range) {
  return single(
      name, std::move(fallback), help, at,
      [range](std::string_view text) { return parse_real(text, range); }, print_real);
}

template <class Access>
ExperimentOption integer(const char* name, Default fallback, const char* help, Access at,
                         long long low, long long high = kInt32Max) {
  return single(
      name, std::move(fallback), help, at,
      [low, high](std::string_view text) { return parse_integer(text, low, high); },
      [](const auto& value) { return fmt::format("{}", value); });
}

// A number of rows of which 0 stands for "not given".
template <class Access>
ExperimentOption count(const char* name, const char* help, Access at) {
  ExperimentOption option = integer(name, kNotGiven, help, at, 1);
  option.get = [at](const Experiment& e) -> std::optional<std::string> {
    if (at(e) == 0) return std::nullopt;
    return fmt::format("{}", at(e));
  };
  return option;
}

template <class Access>
ExperimentOption boolean(const char* name, Default fallback, const char* help, Access at) {
  return single(name, std::move(fallback), help, at, parse_bool,
                [](bool value) { return std::string(value ? "true" : "false"); });
}

template <class E, class Access>
ExperimentOption name(const char* option_name, Default fallback, const char* help, Access at) {
  return single(
      option_name, std::move(fallback), help, at,
      [](std::string_view text) { return parse_name<E>(text); }, name_of<E>);
}

// A name that follows from other options unless it is given; `unset` says so, where it may be said.
template <class E, class Access>
ExperimentOption optional_name(const char* option_name, Default unset, const char* help,
                               Access at) {
  return {option_name, unset, help,
          [at, unset](Experiment& e, std::string_view text) {
            if (unset && text == *unset) {
              at(e).reset();
              return;
            }
            at(e) = parse_name<E>(text, unset.value_or(""));
          },
          [at, unset](const Experiment& e) -> std::optional<std::string> {
            return at(e) ? name_of<E>(*at(e)) : unset;
          }};
}

// One of two words for a bool: `word[1]` for true.
template <class Access>
ExperimentOption choice(const char* name, Default fallback, const char* help, Access at,
                        const std::vector<std::string>& words) {
  return single(
      name, std::move(fallback), help, at,
      [words](std::string_view text) {
        if (text == words[0]) return false;
        if (text == words[1]) return true;
        throw unknown_value(text, words);
      },
      [words](bool value) { return words[value ? 1 : 0]; });
}

template <class Access>
ExperimentOption names_list(const char* name, const char* help, Access at) {
  ExperimentOption option = {name, kNotGiven, help,
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
ExperimentOption file(const char* name, const char* help, Access at) {
  return {name, kNotGiven, help,
          [at](Experiment& e, std::string_view text) { at(e) = parse_file(one_line(text)); },
          [at](const Experiment& e) -> std::optional<std::string> {
            if (at(e).empty()) return std::nullopt;
            return at(e).string();
          }};
}

}  // namespace mlpgrid::option_kinds
