// Builds the columns and looks them up, sorts by them and words their cells. Layout is
// render.cpp's.
#include "results/tables/columns.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>
#include <stdexcept>

#include "results/class_scores.hpp"
#include "results/moments.hpp"

namespace mlpgrid {
namespace {

constexpr std::array<const char*, 6> kStatusNames = {"not_run",       "converged", "max_epochs",
                                                     "early_stopped", "diverged",  "failed"};

struct ColumnMoments {
  std::vector<double> mean, deviation;  // per config
};

// Mean and deviation over the folds that ran.
template <class T>
ColumnMoments column_moments(const ResultsFile& results, const std::vector<T>& values) {
  const std::size_t folds = results.run.n_folds();
  ColumnMoments all;
  for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
    std::vector<double> ran;
    for (std::size_t i = config * folds; i < (config + 1) * folds; ++i) {
      if (results.status[i] != RunStatus::not_run) ran.push_back(static_cast<double>(values[i]));
    }
    const Moments of_folds = moments(ran);
    all.mean.push_back(of_folds.mean);
    all.deviation.push_back(of_folds.deviation);
  }
  return all;
}

std::vector<double> fold_column(const ResultsFile& results, const std::vector<double>& values,
                                std::size_t fold) {
  std::vector<double> column;
  for (std::size_t i = fold; i < values.size(); i += results.run.n_folds()) {
    column.push_back(values[i]);
  }
  return column;
}

// Whether larger values of the column are better.
bool is_score(const std::string& name) {
  return (name.ends_with("_score") || name.ends_with("elementwise_accuracy") ||
          name == "success_share" || name == "precision" || name == "recall" || name == "f1") &&
         !name.starts_with("std_") && !name.starts_with("rank_");
}

}  // namespace

std::size_t collapsed_folds(const ResultsFile& results, std::size_t config) {
  if (results.confusion.empty()) return 0;
  const std::size_t folds = results.run.n_folds();
  const auto fits = std::span(results.confusion).subspan(config * folds, folds);
  return static_cast<std::size_t>(std::ranges::count(collapsed(fits), 1));
}

namespace {

std::string ending_summary(const ResultsFile& results, std::size_t config) {
  const std::size_t folds = results.run.n_folds();
  const auto row = std::span(results.status).subspan(config * folds, folds);
  std::string all;
  std::string bad;
  for (std::size_t i = 0; i < kStatusNames.size(); ++i) {
    const auto status = static_cast<RunStatus>(i);
    const auto count = static_cast<std::size_t>(std::ranges::count(row, status));
    if (count == folds) return kStatusNames[i];
    if (count == 0) continue;
    const bool is_bad = status == RunStatus::not_run || status == RunStatus::diverged ||
                        status == RunStatus::failed;
    for (std::string* text : {&all, is_bad ? &bad : nullptr}) {
      if (text == nullptr) continue;
      *text += fmt::format("{}{} {}/{}", text->empty() ? "" : ", ", kStatusNames[i], count, folds);
    }
  }
  return bad.empty() ? all : bad;
}

}  // namespace

std::string status_summary(const ResultsFile& results, std::size_t config) {
  std::string ending = ending_summary(results, config);
  const std::size_t count = collapsed_folds(results, config);
  const std::size_t folds = results.run.n_folds();
  if (count == 0) return ending;
  if (count == folds) return ending + ", collapsed";
  return fmt::format("{}, collapsed {}/{}", ending, count, folds);
}

std::vector<TableColumn> result_columns(const ResultsFile& results) {
  const RunDescription& run = results.run;
  std::vector<TableColumn> columns;
  const auto add_moments = [&](const char* name, const auto& values,
                               const std::string& heading_of_mean = {}) {
    ColumnMoments of = column_moments(results, values);
    columns.push_back({fmt::format("mean_{}", name), std::move(of.mean), heading_of_mean});
    columns.push_back({fmt::format("std_{}", name), std::move(of.deviation)});
  };
  add_moments("fit_time", results.fit_time_s, "fit time (s)");
  add_moments("score_time", results.score_time_s);
  for (const ParamColumn& param : run.params) {
    std::visit(
        [&](const auto& values) {
          columns.push_back({"param_" + param.name, values, param.name});
        },
        param.values);
  }
  for (std::size_t fold = 0; fold < run.n_folds(); ++fold) {
    columns.push_back({fmt::format("split{}_test_score", fold),
                       fold_column(results, results.split_test_score, fold)});
  }
  columns.push_back({"mean_test_score", results.ranking.mean_test_score});
  columns.push_back({"std_test_score", results.ranking.std_test_score});
  columns.push_back({"rank_test_score", results.ranking.rank_test_score, "rank"});
  for (std::size_t fold = 0; fold < run.n_folds(); ++fold) {
    columns.push_back({fmt::format("split{}_train_score", fold),
                       fold_column(results, results.split_train_score, fold)});
  }
  add_moments("train_score", results.split_train_score);
  if (!results.test_score.empty()) {
    columns.push_back({"test_score", column_moments(results, results.test_score).mean});
  }
  const std::size_t classes = run.class_names.size();
  const auto add_elementwise = [&](const char* name, const std::vector<Confusion>& fits) {
    if (fits.empty()) return;
    columns.push_back({name, column_moments(results, elementwise_accuracy(fits, classes)).mean});
  };
  add_elementwise("elementwise_accuracy", results.confusion);
  add_elementwise("test_elementwise_accuracy", results.test_confusion);
  if (!results.confusion.empty()) {
    std::vector<std::int32_t> folds;
    for (std::size_t i = 0; i < run.n_configs(); ++i) {
      folds.push_back(static_cast<std::int32_t>(collapsed_folds(results, i)));
    }
    columns.push_back({"collapsed", std::move(folds)});
  }
  columns.push_back({"n_iter", column_moments(results, results.n_iter).mean});
  std::vector<std::string> status;
  std::vector<std::int32_t> config(run.n_configs());
  std::iota(config.begin(), config.end(), 0);
  for (std::size_t i = 0; i < run.n_configs(); ++i) status.push_back(status_summary(results, i));
  columns.push_back({"status", std::move(status)});
  columns.push_back({"alias_of", run.alias_of, "alias"});
  columns.push_back({"config", std::move(config)});
  columns.push_back({"label", run.label});
  return columns;
}

void add_success_columns(std::vector<TableColumn>& columns, const Condition& condition,
                         const SuccessCounts& counts) {
  const auto add = [&](const char* what, const std::vector<double>& values) {
    columns.push_back({fmt::format("{}_of_{}", what, condition.quantity), values,
                       fmt::format("{} {}", what, condition.quantity)});
  };
  add("mean", counts.mean);
  add("std", counts.deviation);
  add("min", counts.min);
  add("max", counts.max);
  columns.push_back({"successes", counts.successes});
  columns.push_back({"success_fits", counts.fits});
  columns.push_back({"success_share", counts.share, condition.text});
}

const std::string& heading_of(const TableColumn& column) {
  return column.heading.empty() ? column.name : column.heading;
}

namespace {

// A name as it is compared: without blanks, and with underscores for dashes.
std::string plain(std::string text) {
  std::erase(text, ' ');
  std::ranges::replace(text, '-', '_');
  return text;
}

// Finds a column by its name or, failing that, its heading; nullptr where there is none.
const TableColumn* column_called(const std::vector<TableColumn>& columns, std::string_view name) {
  const std::string wanted = plain(std::string(name));
  const TableColumn* found = nullptr;
  for (const TableColumn& column : columns) {
    if (plain(column.name) == wanted) return &column;
    if (found == nullptr && plain(column.heading) == wanted) found = &column;
  }
  return found;
}

}  // namespace

bool has_column(const std::vector<TableColumn>& columns, const std::string& name) {
  return column_called(columns, name) != nullptr;
}

const TableColumn& find_column(const std::vector<TableColumn>& columns, std::string_view name) {
  if (const TableColumn* found = column_called(columns, name)) return *found;
  std::vector<std::string> known;
  for (const TableColumn& column : columns) known.push_back(column.name);
  throw std::invalid_argument(
      fmt::format("the table has no column '{}'; it has {}", name, fmt::join(known, ", ")));
}

void sort_rows(std::vector<std::size_t>& rows, const TableColumn& by) {
  if (const auto* numbers = std::get_if<std::vector<double>>(&by.values)) {
    const double sign = is_score(by.name) ? -1.0 : 1.0;
    std::ranges::stable_sort(rows, {}, [&](std::size_t row) {
      const double value = (*numbers)[row];
      return std::pair(std::isnan(value), std::isnan(value) ? 0.0 : sign * value);
    });
  } else {
    std::visit(
        [&](const auto& values) {
          std::ranges::stable_sort(rows, {}, [&](std::size_t row) { return values[row]; });
        },
        by.values);
  }
}

std::vector<std::size_t> row_order(const ResultsFile& results,
                                   const std::vector<TableColumn>& columns,
                                   const std::string& column) {
  std::vector<std::size_t> order(results.run.n_configs());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto& ranks = results.ranking.rank_test_score;
  std::ranges::stable_sort(order, {}, [&](std::size_t config) { return ranks[config]; });
  if (!column.empty()) sort_rows(order, find_column(columns, column));
  return order;
}

std::string cell_text(const TableColumn& column, std::size_t config) {
  return std::visit(
      [&](const auto& values) -> std::string {
        if constexpr (std::is_same_v<decltype(values), const std::vector<double>&>) {
          if (std::isnan(values[config])) return {};
        }
        return fmt::format("{}", values[config]);
      },
      column.values);
}

}  // namespace mlpgrid
