// Decides whether a target column holds classes or values, by what people usually mean by such a
// column, and numbers the classes. The cells come from csv.cpp.
#include "data/csv/csv_classes.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>
#include <unordered_set>

#include "data/csv/csv_numbers.hpp"
#include "data/text/printable.hpp"

namespace mlpgrid {
namespace {

constexpr std::size_t kMaxAutomaticClasses = 100;

// Numbers the classes in the order of their keys, as scikit-learn does. A class is called what all
// of its cells say or, where they differ (007 and 7), its key.
template <class Less, class KeyOf, class NameOf>
void number_classes(Dataset& dataset, const std::vector<std::string>& cells, KeyOf key_of,
                    NameOf name_of) {
  struct Class {
    std::string name;
    std::int32_t number = 0;
  };
  std::map<std::string, Class, Less> classes;
  std::vector<Class*> class_of;
  class_of.reserve(cells.size());
  for (const std::string& cell : cells) {
    const std::string key = key_of(cell);
    const auto [found, is_new] = classes.try_emplace(key, Class{name_of(cell, key)});
    if (found->second.name != name_of(cell, key)) found->second.name = key;
    class_of.push_back(&found->second);
  }
  for (auto& [key, one] : classes) {
    one.number = static_cast<std::int32_t>(dataset.class_names.size());
    dataset.class_names.push_back(one.name);
  }
  for (const Class* one : class_of) dataset.labels.push_back(one->number);
}

// Leading zeros are kept, as codes have them: 007 is not called 7. A number in another form, such
// as 7.0, is called 7.
std::string code_name(const std::string& cell, const std::string& number) {
  const bool has_zeros = cell.size() > number.size() && cell.ends_with(number) &&
                         cell.find_first_not_of('0') >= cell.size() - number.size();
  return has_zeros ? cell : number;
}

}  // namespace

void CsvTarget::add(const std::string& cell, std::size_t line) {
  const std::optional<double> value = parse_number(cell);
  const Kind kind = !value               ? kText
                    : whole_number(cell) ? kWhole
                    : std::isnan(*value) ? kNan
                    : std::isinf(*value) ? kInfinite
                                         : kFraction;
  if (!has(kind)) first_[kind] = {line, cell};
  cells_.push_back(cell);
}

void CsvTarget::fail(Kind kind, std::string_view what) const {
  throw std::runtime_error(fmt::format("{}:{}:{}: '{}' {}", file_, first_[kind].line, column_,
                                       printable(first_[kind].cell, 40), what));
}

std::size_t CsvTarget::distinct_numbers(std::size_t enough) const {
  std::unordered_set<std::string> distinct;
  for (const std::string& cell : cells_) {
    distinct.insert(*whole_number(cell));
    if (distinct.size() == enough) break;
  }
  return distinct.size();
}

bool CsvTarget::takes_classes(Task task) const {
  const bool asked = task == Task::classification;
  const bool has_numbers = has(kWhole) || has(kFraction);
  if (has_numbers && !has(kText)) {
    for (const Kind kind : {kNan, kInfinite}) {
      if (has(kind)) fail(kind, "is not a finite number");
    }
    if (!has(kFraction)) {
      return asked || distinct_numbers(kMaxAutomaticClasses + 1) <= kMaxAutomaticClasses;
    }
    if (asked) {
      fail(kFraction,
           "is neither a whole number nor text, so it is no class; say --task regression");
    }
    return false;
  }
  if (asked) return true;  // as asked for: numbers and text alike are names
  if (has_numbers) {
    fail(kText,
         "is text among numbers; correct the file, or say --task classification if the column "
         "holds class names");
  }
  constexpr std::string_view kNoValue =
      "is no value; correct the file, or say --task classification if it is the name of a class";
  if (has(kNan)) fail(kNan, kNoValue);
  if (!has(kText)) fail(kInfinite, kNoValue);
  return true;  // beside other text, "inf" is one more name
}

void CsvTarget::fill(Dataset& dataset, Task task) const {
  const bool whole_numbers = has(kWhole) && !has(kText) && !has(kFraction);
  if (!takes_classes(task)) {
    dataset.n_outputs = 1;
    for (const std::string& cell : cells_) dataset.target_values.push_back(*parse_number(cell));
    if (whole_numbers) {
      dataset.notes.push_back(
          fmt::format("{} holds whole numbers, more than {} different ones: taken as values; "
                      "--task classification takes them as classes",
                      column_, kMaxAutomaticClasses));
    }
    return;
  }
  if (whole_numbers) {
    number_classes<WholeNumberLess>(
        dataset, cells_, [](const std::string& cell) { return *whole_number(cell); }, code_name);
  } else {
    const auto same = [](const std::string& cell, const auto&...) { return cell; };
    number_classes<std::less<>>(dataset, cells_, same, same);
  }
  const std::size_t n = dataset.class_names.size();
  if (n < 2) {
    throw std::runtime_error(
        fmt::format("{}:{}: every row is of class '{}'; classification needs at least two classes",
                    file_, column_, printable(dataset.class_names[0])));
  }
  if (whole_numbers && task == Task::automatic) {
    dataset.notes.push_back(fmt::format(
        "{} holds whole numbers, {} different ones: taken as classes; --task regression takes them "
        "as values",
        column_, n));
  }
}

KnownClasses::KnownClasses(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto number = static_cast<std::int32_t>(i);
    by_name_.emplace(names[i], number);
    const std::optional<std::string> value = whole_number(names[i]);
    if (!value) continue;
    const auto [same, is_new] = by_number_.emplace(*value, number);
    if (!is_new) same->second = -1;  // 7 and 07 are two classes: the number alone names neither
  }
}

std::int32_t KnownClasses::find(const std::string& cell) const {
  if (const auto found = by_name_.find(cell); found != by_name_.end()) return found->second;
  const std::optional<std::string> value = whole_number(cell);
  const auto found = value ? by_number_.find(*value) : by_number_.end();
  return found == by_number_.end() ? -1 : found->second;
}

}  // namespace mlpgrid
