// What the cells of a CSV file mean: which columns are used, which numbers and classes they hold.
// Cutting the file into rows and cells is csv_rows.cpp's job.
#include "data/csv/csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "data/csv/csv_classes.hpp"
#include "data/csv/csv_numbers.hpp"
#include "data/csv/csv_rows.hpp"
#include "data/text/nearest_name.hpp"
#include "data/text/printable.hpp"

namespace mlpgrid {
namespace {

using Cells = CsvRowReader::Cells;

// A column name as a user has to write it in a list of names, which is split at commas.
std::string as_option(const std::string& name) {
  std::string text = printable(name);
  if (text.find_first_of(",\"") == std::string::npos) return text;
  for (std::size_t at = 0; (at = text.find('"', at)) != std::string::npos; at += 2) {
    text.insert(at, 1, '"');
  }
  return fmt::format("'\"{}\"'", text);
}

// Whether a list that holds `whole` without quotes has `part` among its names.
bool is_part(std::string_view part, std::string_view whole) {
  for (std::size_t at = whole.find(part); at != std::string_view::npos;
       at = whole.find(part, at + 1)) {
    const auto before = whole.substr(0, at).find_last_not_of(' ');
    const auto after = whole.find_first_not_of(' ', at + part.size());
    const bool begins = before == std::string_view::npos || whole[before] == ',';
    const bool ends = after == std::string_view::npos || whole[after] == ',';
    if (begins && ends && part.size() < whole.size()) return true;
  }
  return false;
}

[[noreturn]] void no_such_column(const CsvRowReader& reader, const CsvHeader& header,
                                 const std::string& name, std::string_view option) {
  const auto& names = header.names();
  const auto whole = std::find_if(names.begin(), names.end(),
                                  [&](const std::string& known) { return is_part(name, known); });
  std::string hint;
  if (whole != names.end()) {
    hint = fmt::format("a name with a comma stands in double quotes: {} {}", option,
                       as_option(*whole));
  } else if (const std::string near = nearest_name(name, names); !near.empty()) {
    hint = fmt::format("did you mean {}?", as_option(near));
  } else {
    std::vector<std::string> named;
    std::copy_if(names.begin(), names.end(), std::back_inserter(named),
                 [](const std::string& known) { return !known.empty(); });
    hint = named.empty() ? "no column has a name" : "the columns are " + printable_list(named);
  }
  reader.fail_row(fmt::format("{} {}: there is no such column; {}", option, printable(name), hint));
}

struct Choice {
  std::vector<std::size_t> features, targets;  // column numbers
};

class ColumnChooser {
 public:
  ColumnChooser(const CsvRowReader& reader, const CsvHeader& header)
      : reader_(reader), header_(header), taken_(header.names().size(), false) {}

  Choice choose(const CsvOptions& options, std::vector<std::string>& notes) {
    Choice choice;
    for (const std::string& name : options.targets) take(choice.targets, name, "--target");
    if (choice.targets.size() > 1 && options.task != Task::regression) {
      throw std::invalid_argument("--target: several columns need --task regression");
    }
    for (const std::string& name : options.columns) take(choice.features, name, "--columns");
    if (options.columns.empty()) take_others(choice.features, notes);
    if (choice.features.empty()) reader_.fail_row("no column is left for the features");
    return choice;
  }

 private:
  void take(std::vector<std::size_t>& list, const std::string& name, std::string_view option) {
    const CsvHeader::Found found = header_.find(name);
    if (found.count == 0) no_such_column(reader_, header_, name, option);
    if (found.count > 1) fail_repeated(name, option);
    if (taken_[found.column]) {
      reader_.fail_row(fmt::format("{} {}: this column is named twice in --target and --columns",
                                   option, printable(name)));
    }
    taken_[found.column] = true;
    list.push_back(found.column);
  }

  // Columns without a name are left out, because neither an option nor a file of rows to predict
  // can name them. They are row numbers, as pandas and R write them, or come from a comma at the
  // end of each line.
  void take_others(std::vector<std::size_t>& list, std::vector<std::string>& notes) {
    std::string nameless;
    for (std::size_t i = 0; i < header_.names().size(); ++i) {
      const std::string& name = header_.names()[i];
      if (taken_[i]) continue;
      if (name.empty()) {
        if (nameless.size() < 40)
          nameless += fmt::format("{}{}", nameless.empty() ? "" : ", ", i + 1);
        else if (!nameless.ends_with("..."))
          nameless += ", ...";
        continue;
      }
      if (header_.find(name).count > 1) fail_repeated(name, "");
      list.push_back(i);
    }
    if (nameless.empty()) return;
    notes.push_back(fmt::format(
        "column {} has no name and is left out; to use it, name it in the header", nameless));
  }

  [[noreturn]] void fail_repeated(const std::string& name, std::string_view option) {
    reader_.fail_row(fmt::format(
        "{}{}{} columns are called '{}'; {}", option, option.empty() ? "" : ": ",
        header_.find(name).count, printable(name),
        option.empty() ? "rename them, or say with --columns which others to use" : "rename them"));
  }

  const CsvRowReader& reader_;
  const CsvHeader& header_;
  std::vector<bool> taken_;
};

void check_options(const CsvOptions& options) {
  if (options.task == Task::autoencoder && !options.targets.empty()) {
    throw std::invalid_argument(
        "--target: an autoencoder has none; name the columns it sees with --columns");
  }
  if (options.task != Task::autoencoder && options.targets.empty()) {
    throw std::invalid_argument(
        "--target: name the column to predict, or say --task autoencoder for none");
  }
}

// Reads one file into one data set; use an object once.
class CsvLoader {
 public:
  explicit CsvLoader(const CsvOptions& options)
      : options_(options), reader_(options.file), known_(options.classes) {}

  Dataset load() {
    if (!options_.on_header) check_options(options_);
    dataset_.name = options_.file.stem().string();
    reader_.read([this](const Cells& row) {
      if (header_) {
        take_row(row);
      } else {
        take_header(row);
      }
      return dataset_.n_rows < options_.max_rows;
    });
    if (!header_) reader_.fail_file("is empty; it needs a header line and rows");
    if (dataset_.n_rows == 0) reader_.fail_file("has a header but no rows");
    if (options_.task == Task::regression) {
      dataset_.n_outputs = choice_.targets.size();
    } else if (target_) {
      target_->fill(dataset_, options_.task);
    } else if (options_.task != Task::autoencoder) {
      dataset_.class_names = options_.classes;
    }
    return std::move(dataset_);
  }

 private:
  void take_header(const Cells& row) {
    if (std::all_of(row.begin(), row.end(), [](const auto& name) { return parse_number(name); })) {
      reader_.fail_row("no header: the first line must name the columns");
    }
    header_.emplace(row);
    if (options_.on_header) {
      options_.on_header(*header_, options_);
      check_options(options_);
      known_ = KnownClasses(options_.classes);
    }
    choice_ = ColumnChooser(reader_, *header_).choose(options_, dataset_.notes);
    dataset_.n_features = choice_.features.size();
    for (const std::size_t column : choice_.features) dataset_.feature_names.push_back(row[column]);
    const bool has_classes =
        options_.task == Task::automatic || options_.task == Task::classification;
    if (has_classes && options_.classes.empty()) {
      target_.emplace(printable(options_.file.string(), kNoLimit),
                      printable(row[choice_.targets[0]]));
    }
  }

  void take_row(const Cells& row) {
    if (row.size() != header_->names().size()) {
      reader_.fail_row(
          fmt::format("{} cell(s), but the header has {}", row.size(), header_->names().size()));
    }
    for (const std::size_t column : choice_.features)
      dataset_.values.push_back(number(row, column));
    for (const std::size_t column : choice_.targets) {
      if (options_.task == Task::regression) {
        dataset_.target_values.push_back(number(row, column));
        continue;
      }
      require_value(row, column);
      if (target_) {
        target_->add(row[column], reader_.line());
      } else {
        dataset_.labels.push_back(known_class(row, column));
      }
    }
    ++dataset_.n_rows;
  }

  void require_value(const Cells& row, std::size_t column) const {
    if (row[column].empty()) fail_cell(column, "the cell is empty");
  }

  [[nodiscard]] double number(const Cells& row, std::size_t column) const {
    require_value(row, column);
    const std::optional<double> value = parse_number(row[column]);
    if (value && std::isfinite(*value)) return *value;
    fail_cell(column, fmt::format("'{}' is not a {}number", printable(row[column], 40),
                                  value ? "finite " : ""));
  }

  [[nodiscard]] std::int32_t known_class(const Cells& row, std::size_t column) const {
    const std::int32_t found = known_.find(row[column]);
    if (found >= 0) return found;
    fail_cell(column, fmt::format("'{}' is none of the classes {}", printable(row[column], 40),
                                  printable_list(options_.classes)));
  }

  [[noreturn]] void fail_cell(std::size_t column, std::string_view what) const {
    reader_.fail_cell(header_->names()[column], what);
  }

  CsvOptions options_;
  CsvRowReader reader_;
  std::optional<CsvHeader> header_;
  Choice choice_;
  std::optional<CsvTarget> target_;  // where there may be classes and options.classes is empty
  KnownClasses known_;
  Dataset dataset_;
};

}  // namespace

Dataset read_csv(const CsvOptions& options) { return CsvLoader(options).load(); }

}  // namespace mlpgrid
