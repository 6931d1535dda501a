// Words the rows and sentences of a comparison; the layout is render.cpp's.
#include "results/tables/compare_table.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "results/files/json_text.hpp"
#include "results/tables/columns.hpp"
#include "results/tables/parts.hpp"
#include "results/tables/render.hpp"

namespace mlpgrid {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kNamedAtMost = 10;  // so many configs are named in a sentence
constexpr std::size_t kFewFolds = 10;

// A difference with as many decimals as the scores have; what rounding leaves of two equal means is
// shown as 0.
std::string difference_text(double difference, double score) {
  if (std::abs(difference) < 1e-12 * std::abs(score)) difference = 0.0;
  if (difference == 0.0 || score_text(score).find('e') != std::string::npos) {
    return score_text(difference);
  }
  return fmt::format("{:+.4f}", difference);
}

std::string p_text(double p) { return p < 1e-4 ? "<0.0001" : fmt::format("{:.4f}", p); }

// "config 3 (activation=relu), config 1 (activation=tanh) and 4 more".
std::string named(const RunDescription& run, const std::vector<std::size_t>& configs) {
  std::vector<std::string> names;
  for (const std::size_t config : configs) {
    if (names.size() == kNamedAtMost) break;
    names.push_back(fmt::format("config {} ({})", config, run.label[config]));
  }
  const std::string text = fmt::format("{}", fmt::join(names, ", "));
  const std::size_t more = configs.size() - names.size();
  return more == 0 ? text : fmt::format("{} and {} more", text, more);
}

template <class Predicate>
std::vector<std::size_t> configs_where(const RunComparison& all, Predicate predicate) {
  std::vector<std::size_t> configs;
  for (const Comparison& c : all.others) {
    if (predicate(c)) configs.push_back(c.config);
  }
  return configs;
}

std::vector<std::size_t> indistinguishable(const RunComparison& all) {
  return configs_where(all, [](const Comparison& c) { return !c.is_distinguishable(); });
}

std::string verdict(const RunDescription& run, const RunComparison& all) {
  const std::vector<std::size_t> as_good = indistinguishable(all);
  if (as_good.empty()) {
    return fmt::format("The best is distinguishable from every other config ({}).",
                       all.others.size());
  }
  if (as_good.size() == all.others.size() && as_good.size() > 1) {
    return fmt::format("Not distinguishable from the best: any of the {} others.", as_good.size());
  }
  return fmt::format("Not distinguishable from the best: {}.", named(run, as_good));
}

std::string power(const RunDescription& run, const RunComparison& all) {
  const bool few = run.n_folds() < kFewFolds;
  std::string text = fmt::format(
      "{} {} folds and the spread seen here (median), the smallest difference that counts as "
      "significant is {} for one comparison",
      few ? "These tests see little: with" : "With", run.n_folds(),
      score_text(all.smallest_difference));
  if (all.others.size() > 1) {
    text += fmt::format(" and {} for the clearest of {}",
                        score_text(all.smallest_difference_of_all), all.others.size());
  }
  return text + (few ? "; --folds 10 --repeats 3 sees more." : ".");
}

std::vector<std::string> notes(const ResultsFile& results, const RunComparison& all) {
  const RunDescription& run = results.run;
  std::vector<std::string> notes = {verdict(run, all)};
  if (all.smallest_difference > 0.0) notes.push_back(power(run, all));
  if (all.n_splits == 1) {
    notes.push_back(fmt::format(
        "Warning: all {} folds hold out the same rows and differ by the seed alone: the tests "
        "speak of these rows, not of new ones. --folds 10 --shuffle-folds true splits the data.",
        run.n_folds()));
  } else if (all.n_splits < run.n_folds()) {
    notes.push_back(fmt::format(
        "Warning: only {} of the {} folds hold out different rows, the others repeat them with "
        "another seed: the tests see less of the data than they assume. --shuffle-folds true "
        "splits anew in every repeat.",
        all.n_splits, run.n_folds()));
  }
  const auto constant = configs_where(all, [](const Comparison& c) { return c.has_no_spread(); });
  if (!constant.empty()) {
    notes.push_back(fmt::format(
        "Warning: the same difference in every fold, which leaves no noise to test against (p is "
        "0 whatever the number of folds): {}.",
        named(run, constant)));
  }
  if (!all.left_out.empty()) {
    notes.push_back(
        fmt::format("Left out, without a score in every fold: {}.", named(run, all.left_out)));
  }
  if (!all.aliases.empty()) {
    std::vector<std::string> pairs;
    for (const std::size_t config : all.aliases) {
      if (pairs.size() == kNamedAtMost) break;
      pairs.push_back(fmt::format("{} = {}", config, run.alias_of[config]));
    }
    const std::size_t more = all.aliases.size() - pairs.size();
    notes.push_back(fmt::format("Not compared, being the same fits as another config: {}{}.",
                                fmt::join(pairs, ", "),
                                more == 0 ? "" : fmt::format(" and {} more", more)));
  }
  for (std::string& note : notes_of(results)) notes.push_back(std::move(note));
  notes.push_back(fmt::format(
      "p: corrected resampled t-test (Nadeau and Bengio; test to training rows {:.4g}), two-sided; "
      "p (Holm): corrected for {} comparison{}, significant below {}. The interval is of each "
      "difference alone.",
      all.n_test_over_n_train, all.others.size(), all.others.size() == 1 ? "" : "s",
      kSignificance));
  notes.push_back(fmt::format(
      "better, equivalent, worse: probability that the config is more than {0} above the best, "
      "within {0} of it, more than {0} below it (--rope, in units of {1}).",
      all.rope, run.scoring));
  return notes;
}

TextTable text_table(const ResultsFile& results, const RunComparison& all) {
  const std::vector<TableColumn> columns = result_columns(results);
  std::vector<std::size_t> configs = {all.best};
  for (const Comparison& c : all.others) configs.push_back(c.config);
  TextTable table;
  table.title = title_of(results) + "; against the best";
  table.notes = notes(results, all);
  table.best_row = 0;
  table.rows.resize(configs.size());
  const auto add = [&](const std::string& heading, bool right_aligned, auto cell) {
    table.columns.push_back({heading, right_aligned});
    for (std::size_t i = 0; i < configs.size(); ++i) table.rows[i].push_back(cell(configs[i]));
  };
  const auto add_number = [&](const std::string& heading, auto text) {
    table.columns.push_back({heading, true});
    table.rows[0].emplace_back();  // the best has no difference to itself
    for (std::size_t i = 0; i < all.others.size(); ++i) {
      table.rows[i + 1].push_back(text(all.others[i]));
    }
  };
  add("rank", true,
      [&](std::size_t i) { return fmt::format("{}", results.ranking.rank_test_score[i]); });
  add("config", true, [](std::size_t i) { return fmt::format("{}", i); });
  for (const std::string& axis : shown_axes(results.run)) {
    const TableColumn& column = find_column(columns, "param_" + axis);
    add(axis, is_number(column), [&](std::size_t i) { return cell_text(column, i); });
  }
  add("mean_test_score", true, [&](std::size_t i) { return mean_text(results.ranking, i); });
  const double score = results.ranking.mean_test_score[all.best];
  add_number("difference",
             [&](const auto& c) { return difference_text(c.difference.mean, score); });
  add_number("95% interval", [&](const auto& c) {
    return fmt::format("[{}, {}]", difference_text(c.interval.low, score),
                       difference_text(c.interval.high, score));
  });
  add_number("p", [](const auto& c) { return p_text(c.test.p_val); });
  add_number("p (Holm)", [](const auto& c) { return p_text(c.p_val_holm); });
  add_number("better", [](const auto& c) { return fmt::format("{:.3f}", c.probabilities.better); });
  add_number("equivalent",
             [](const auto& c) { return fmt::format("{:.3f}", c.probabilities.equivalent); });
  add_number("worse", [](const auto& c) { return fmt::format("{:.3f}", c.probabilities.worse); });
  return table;
}

// A row per comparison.
std::vector<TableColumn> number_columns(const ResultsFile& results, const RunComparison& all) {
  std::vector<TableColumn> columns;
  const auto add = [&](const std::string& name, auto number) {
    std::vector<decltype(number(all.others.front()))> values;
    for (const Comparison& c : all.others) values.push_back(number(c));
    columns.push_back({name, std::move(values)});
  };
  const auto of_config = [&](const auto& values) {
    return [&values](const Comparison& c) { return values[c.config]; };
  };
  add("config", [](const Comparison& c) { return static_cast<std::int32_t>(c.config); });
  add("label", of_config(results.run.label));
  for (const TableColumn& column : result_columns(results)) {
    if (!column.name.starts_with("param_")) continue;
    std::visit([&](const auto& values) { add(column.name, of_config(values)); }, column.values);
  }
  add("mean_test_score", of_config(results.ranking.mean_test_score));
  add("std_test_score", of_config(results.ranking.std_test_score));
  add("rank_test_score", of_config(results.ranking.rank_test_score));
  add("best_config", [&](const Comparison&) { return static_cast<std::int32_t>(all.best); });
  add("difference", [](const Comparison& c) { return c.difference.mean; });
  add("corrected_std", [](const Comparison& c) { return c.difference.corrected_std; });
  add("ci_low", [](const Comparison& c) { return c.interval.low; });
  add("ci_high", [](const Comparison& c) { return c.interval.high; });
  add("t_stat", [](const Comparison& c) { return c.test.t_stat; });
  add("p_val", [](const Comparison& c) { return c.test.p_val; });
  add("p_val_holm", [](const Comparison& c) { return c.p_val_holm; });
  add("better_prob", [](const Comparison& c) { return c.probabilities.better; });
  add("rope_prob", [](const Comparison& c) { return c.probabilities.equivalent; });
  add("worse_prob", [](const Comparison& c) { return c.probabilities.worse; });
  return columns;
}

ordered_json as_json(const ResultsFile& results, const RunComparison& all,
                     const std::vector<TableColumn>& columns,
                     const std::vector<std::size_t>& rows) {
  ordered_json json = {{"title", results.run.title},
                       {"scoring", results.run.scoring},
                       {"n_folds", results.run.n_folds()},
                       {"n_splits", all.n_splits},
                       {"n_test_over_n_train", all.n_test_over_n_train},
                       {"alpha", kSignificance},
                       {"rope", all.rope},
                       {"best_config", all.best},
                       {"best_label", results.run.label[all.best]},
                       {"best_mean_test_score", results.ranking.mean_test_score[all.best]},
                       {"not_distinguishable", indistinguishable(all)},
                       {"smallest_difference", all.smallest_difference},
                       {"smallest_difference_of_all", all.smallest_difference_of_all},
                       {"left_out", all.left_out},
                       {"aliases", all.aliases}};
  add_columns_json(json["comparisons"], columns, rows);
  return json;
}

}  // namespace

std::string format_comparison(const ResultsFile& results, const RunComparison& comparison,
                              TableFormat format, bool terminal) {
  if (format != TableFormat::csv && format != TableFormat::json) {
    return render(text_table(results, comparison), format, terminal);
  }
  const std::vector<TableColumn> columns = number_columns(results, comparison);
  std::vector<std::size_t> rows(comparison.others.size());
  std::iota(rows.begin(), rows.end(), std::size_t{0});
  if (format == TableFormat::csv) return columns_csv(columns, rows);
  return json_text(as_json(results, comparison, columns, rows), 2) + "\n";
}

}  // namespace mlpgrid
