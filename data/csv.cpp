// What the cells of a CSV file mean: which columns are used, which numbers and classes they hold.
// Cutting the file into rows and cells is csv_rows.cpp's job.
#include "data/csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "data/csv_rows.hpp"
#include "data/nearest_name.hpp"

namespace mlpgrid {
namespace {

constexpr std::size_t kMaxAutomaticClasses = 100;

using Cells = CsvRowReader::Cells;

// A whole cell as a finite number; nothing for text. "nan" and "inf" come back as such.
std::optional<double> parse_number(std::string_view text) {
  if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

void check_header(const CsvRowReader& reader, const Cells& header) {
  const bool numbers_only = std::all_of(header.begin(), header.end(), [](const auto& name) {
    return parse_number(name).has_value();
  });
  if (numbers_only) reader.fail_row("no header: the first line must name the columns");
  for (std::size_t i = 0; i < header.size(); ++i) {
    if (header[i].empty())
      reader.fail_row(fmt::format("column {} has no name in the header", i + 1));
    const auto earlier = header.begin() + static_cast<std::ptrdiff_t>(i);
    if (std::find(header.begin(), earlier, header[i]) != earlier) {
      reader.fail_row(fmt::format("two columns are called '{}'", header[i]));
    }
  }
}

std::size_t find_column(const CsvRowReader& reader, const Cells& header, const std::string& name,
                        std::string_view option) {
  const auto found = std::find(header.begin(), header.end(), name);
  if (found == header.end()) {
    const std::string near = nearest_name(name, header);
    reader.fail_row(fmt::format("{} {}: there is no such column; {}", option, name,
                                near.empty()
                                    ? fmt::format("the columns are {}", fmt::join(header, ", "))
                                    : fmt::format("did you mean {}?", near)));
  }
  return static_cast<std::size_t>(found - header.begin());
}

struct Choice {
  std::vector<std::size_t> features, targets;  // column numbers
};

Choice choose_columns(const CsvRowReader& reader, const Cells& header, const CsvOptions& options) {
  Choice choice;
  const auto add = [&](std::vector<std::size_t>& list, const std::string& name,
                       std::string_view option) {
    const std::size_t column = find_column(reader, header, name, option);
    for (const auto* taken : {&choice.targets, &choice.features}) {
      if (std::find(taken->begin(), taken->end(), column) != taken->end()) {
        reader.fail_row(fmt::format("{} {}: this column is named twice in --target and --columns",
                                    option, name));
      }
    }
    list.push_back(column);
  };
  for (const std::string& name : options.targets) add(choice.targets, name, "--target");
  for (const std::string& name : options.columns) add(choice.features, name, "--columns");
  for (std::size_t i = 0; options.columns.empty() && i < header.size(); ++i) {
    const auto& targets = choice.targets;
    if (std::find(targets.begin(), targets.end(), i) == targets.end()) choice.features.push_back(i);
  }
  if (choice.features.empty()) reader.fail_row("no column is left for the features");
  return choice;
}

double number_in(const CsvRowReader& reader, const Cells& header, const Cells& row,
                 std::size_t column) {
  const std::optional<double> value = parse_number(row[column]);
  if (!value) reader.fail_cell(header[column], fmt::format("'{}' is not a number", row[column]));
  return *value;
}

// Refused in every used column, whatever its type.
void require_value(const CsvRowReader& reader, const Cells& header, const Cells& row,
                   std::size_t column) {
  if (row[column].empty()) reader.fail_cell(header[column], "the cell is empty");
  const std::optional<double> value = parse_number(row[column]);
  if (value && !std::isfinite(*value)) {
    reader.fail_cell(header[column], fmt::format("'{}' is not a finite number", row[column]));
  }
}

bool is_integer(double value) {
  return value == std::trunc(value) && std::abs(value) <= 9007199254740992.0;  // 2^53
}

std::string name_of_number(double value) {
  return fmt::format("{}", static_cast<long long>(value));
}

// The number of a class whose name is in `classes`, or a number as which that name reads.
std::int32_t known_class(const CsvRowReader& reader, const std::string& column,
                         const std::string& cell, const std::vector<std::string>& classes) {
  auto found = std::find(classes.begin(), classes.end(), cell);
  if (found == classes.end()) {
    const std::optional<double> value = parse_number(cell);
    if (value && is_integer(*value)) {
      found = std::find(classes.begin(), classes.end(), name_of_number(*value));
    }
  }
  if (found == classes.end()) {
    reader.fail_cell(column,
                     fmt::format("'{}' is none of the classes {}", cell, fmt::join(classes, ", ")));
  }
  return static_cast<std::int32_t>(found - classes.begin());
}

// What a target column holds, gathered while it is read.
struct TargetColumn {
  Cells texts;
  std::vector<double> numbers;  // of the cells that are numbers
  std::size_t first_text = 0;   // line numbers; 0: none
  std::size_t first_fraction = 0;
};

Task decide_task(const TargetColumn& target, const std::string& where) {
  if (target.numbers.empty()) return Task::classification;
  if (target.first_text != 0) {
    throw std::runtime_error(
        fmt::format("{}: the target column holds numbers but also text (line {}); correct the "
                    "file, or say --task classification if these are class names",
                    where, target.first_text));
  }
  if (target.first_fraction != 0) return Task::regression;
  std::vector<double> distinct = target.numbers;
  std::sort(distinct.begin(), distinct.end());
  const auto end = std::unique(distinct.begin(), distinct.end());
  return static_cast<std::size_t>(end - distinct.begin()) <= kMaxAutomaticClasses
             ? Task::classification
             : Task::regression;
}

template <class Key, class Name>
void number_classes(Dataset& dataset, const std::vector<Key>& keys, Name name_of) {
  std::map<Key, std::int32_t> classes;
  for (const Key& key : keys) classes.emplace(key, 0);
  for (auto& [key, number] : classes) {
    number = static_cast<std::int32_t>(dataset.class_names.size());
    dataset.class_names.push_back(name_of(key));
  }
  for (const Key& key : keys) dataset.labels.push_back(classes.at(key));
}

void set_classes(Dataset& dataset, const TargetColumn& target, const std::string& where) {
  if (target.first_text != 0) {
    number_classes(dataset, target.texts, [](const std::string& text) { return text; });
  } else if (target.first_fraction != 0) {
    throw std::runtime_error(
        fmt::format("{}: the target column holds fractions (line {}), which are no class names; "
                    "say --task regression",
                    where, target.first_fraction));
  } else {
    number_classes(dataset, target.numbers, name_of_number);
  }
  if (dataset.class_names.size() < 2) {
    throw std::runtime_error(
        fmt::format("{}: every row is of class '{}'; classification needs at least two classes",
                    where, dataset.class_names[0]));
  }
}

void check_options(const CsvOptions& options) {
  if (options.task == Task::autoencoder) {
    if (options.targets.empty()) return;
    throw std::invalid_argument(
        "--target: an autoencoder has none; name the columns it sees with --columns");
  }
  if (options.targets.empty()) {
    throw std::invalid_argument(
        "--target: name the column to predict, or say --task autoencoder for none");
  }
  if (options.targets.size() > 1 && options.task != Task::regression) {
    throw std::invalid_argument("--target: several columns need --task regression");
  }
}

}  // namespace

Dataset read_csv(const CsvOptions& given) {
  CsvOptions options = given;
  if (!options.on_header) check_options(options);
  Dataset dataset;
  dataset.name = options.file.stem().string();
  CsvRowReader reader(options.file);
  Cells header;
  Choice choice;
  TargetColumn target;  // unless it is regression

  const auto take_row = [&](const Cells& row) {
    if (row.size() != header.size()) {
      reader.fail_row(fmt::format("{} cell(s), but the header has {}", row.size(), header.size()));
    }
    for (const std::size_t column : choice.features) {
      require_value(reader, header, row, column);
      dataset.values.push_back(number_in(reader, header, row, column));
    }
    for (const std::size_t column : choice.targets) {
      require_value(reader, header, row, column);
      if (options.task == Task::regression) {
        dataset.target_values.push_back(number_in(reader, header, row, column));
        continue;
      }
      if (!options.classes.empty()) {
        dataset.labels.push_back(known_class(reader, header[column], row[column], options.classes));
        continue;
      }
      target.texts.push_back(row[column]);
      if (const std::optional<double> value = parse_number(row[column])) {
        target.numbers.push_back(*value);
        if (!is_integer(*value) && target.first_fraction == 0)
          target.first_fraction = reader.line();
      } else if (target.first_text == 0) {
        target.first_text = reader.line();
      }
    }
    ++dataset.n_rows;
  };
  reader.read([&](const Cells& row) {
    if (header.empty()) {
      check_header(reader, row);
      header = row;
      if (options.on_header) {
        options.on_header(header, options);
        check_options(options);
      }
      choice = choose_columns(reader, header, options);
    } else {
      take_row(row);
    }
    return dataset.n_rows < options.max_rows;
  });

  if (header.empty()) reader.fail_file("is empty; it needs a header line and rows");
  if (dataset.n_rows == 0) reader.fail_file("has a header but no rows");
  for (const std::size_t column : choice.features) dataset.feature_names.push_back(header[column]);
  dataset.n_features = choice.features.size();
  if (options.task == Task::regression) dataset.n_outputs = choice.targets.size();
  if (options.task == Task::regression || options.task == Task::autoencoder) return dataset;

  if (!options.classes.empty()) {
    dataset.class_names = options.classes;
    return dataset;
  }
  const std::string where = fmt::format("{}:{}", options.file.string(), options.targets[0]);
  const Task task = options.task == Task::automatic ? decide_task(target, where) : options.task;
  if (task == Task::classification) {
    set_classes(dataset, target, where);
  } else {
    dataset.n_outputs = 1;
    dataset.target_values = std::move(target.numbers);
  }
  return dataset;
}

}  // namespace mlpgrid
