// Finds the config and the value that each row is about. A row that cannot be answered keeps the
// reason, so that it does not hide the others.
#include "results/tables/against_reported.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <span>
#include <sstream>
#include <stdexcept>
#include <variant>

#include "results/files/csv_text.hpp"
#include "results/files/json_text.hpp"
#include "results/moments.hpp"
#include "results/tables/columns.hpp"
#include "results/tables/parts.hpp"
#include "results/tables/render.hpp"

namespace mlpgrid {
namespace {

using nlohmann::ordered_json;

constexpr std::size_t kNoteWidth = 60;  // of a note's lines in the text table

std::optional<double> as_number(const std::string& text) {
  double value = 0.0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

struct Selection {
  std::size_t config = 0;
  std::optional<std::size_t> fold;
  std::int32_t epoch = 0;  // 0: none
  std::int32_t step = 0;   // 0: none
  std::optional<Condition> condition;
};

struct Answer {
  std::optional<std::size_t> config;
  std::variant<std::monostate, double, std::string> value;
  std::string why;  // why there is no value
};

class Join {
 public:
  Join(const ResultsFile& results, const std::optional<Condition>& success)
      : results_(results), success_(success), columns_(result_columns(results)) {}

  [[nodiscard]] Answer answer(const ReportedRow& row) const {
    Answer answer;
    try {
      const Selection selection = select(row.where);
      answer.config = selection.config;
      answer.value = value_of(row.quantity, selection);
      if (const auto* number = std::get_if<double>(&answer.value); number && std::isnan(*number)) {
        throw std::invalid_argument(fmt::format("config {} has no value: {}", selection.config,
                                                status_summary(results_, selection.config)));
      }
    } catch (const std::exception& error) {
      answer.value = std::monostate();
      answer.why = error.what();
    }
    return answer;
  }

 private:
  [[nodiscard]] std::int32_t index(const std::string& key, const std::string& text,
                                   std::int32_t first, std::int32_t last) const {
    const auto number = as_number(text);
    if (!number || *number < first || *number > last || *number != std::floor(*number)) {
      throw std::invalid_argument(
          fmt::format("{}={}: expected a number from {} to {}", key, text, first, last));
    }
    return static_cast<std::int32_t>(*number);
  }

  [[nodiscard]] std::vector<bool> having(const std::string& axis, const std::string& value) const {
    std::string name = axis;
    std::ranges::replace(name, '-', '_');
    if (!name.starts_with("param_")) name = "param_" + name;
    if (!has_column(columns_, name)) {
      throw std::invalid_argument(fmt::format("the run has no axis '{}'", axis));
    }
    const TableColumn& column = find_column(columns_, name);
    const auto wanted = as_number(value);
    std::vector<bool> matches;
    for (std::size_t i = 0; i < results_.run.n_configs(); ++i) {
      const std::string text = cell_text(column, i);
      matches.push_back(text == value || (wanted && as_number(text) == wanted));
    }
    return matches;
  }

  [[nodiscard]] Selection select(const std::string& where) const {
    Selection selection;
    std::vector<bool> matches(results_.run.n_configs(), true);
    std::istringstream words(where);
    for (std::string word; words >> word;) {
      if (word.find_first_of("<>") != std::string::npos) {
        selection.condition = parse_condition(word);
        continue;
      }
      const std::size_t equals = word.find('=');
      if (equals == std::string::npos) {
        throw std::invalid_argument(fmt::format("'{}' is no selector; expected AXIS=VALUE", word));
      }
      const std::string key = word.substr(0, equals);
      const std::string value = word.substr(equals + 1);
      if (key == "epoch") {
        selection.epoch = index(key, value, 1, results_.run.max_epochs);
      } else if (key == "step") {
        selection.step = index(key, value, 1, std::numeric_limits<std::int32_t>::max());
      } else if (key == "fold") {
        const auto folds = static_cast<std::int32_t>(results_.run.n_folds());
        selection.fold = static_cast<std::size_t>(index(key, value, 0, folds - 1));
      } else {
        const std::vector<bool> of_axis = having(key, value);
        for (std::size_t i = 0; i < matches.size(); ++i) matches[i] = matches[i] && of_axis[i];
      }
    }
    const auto& ranks = results_.ranking.rank_test_score;
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < matches.size(); ++i) {
      if (matches[i] && (!best || ranks[i] < ranks[*best])) best = i;
    }
    if (!best) throw std::invalid_argument("no config of the run matches");
    selection.config = *best;
    return selection;
  }

  [[nodiscard]] std::variant<std::monostate, double, std::string> value_of(
      const std::string& quantity, const Selection& selection) const {
    if (quantity == "success_share") return share(selection);
    if (quantity == "best_model_test_score") return best_model_score(selection.config);
    const bool of_config = !selection.fold && selection.epoch == 0 && selection.step == 0;
    for (const std::string& name : {quantity, "param_" + quantity}) {
      if (!of_config || !has_column(columns_, name)) continue;
      return std::visit(
          [&](const auto& values) -> std::variant<std::monostate, double, std::string> {
            using Value = std::decay_t<decltype(values.front())>;
            if constexpr (std::is_same_v<Value, std::string>) {
              return values[selection.config];
            } else {
              return static_cast<double>(values[selection.config]);
            }
          },
          find_column(columns_, name).values);
    }
    const std::vector<double> values = selection.step == 0
                                           ? fold_values(results_, quantity, selection.epoch)
                                           : traced_values(results_, quantity, selection.step);
    const std::size_t folds = results_.run.n_folds();
    const std::size_t first = selection.config * folds;
    if (selection.fold) return values[first + *selection.fold];
    return moments(std::span(values).subspan(first, folds)).mean;
  }

  [[nodiscard]] double share(const Selection& selection) const {
    const auto& condition = selection.condition ? selection.condition : success_;
    if (!condition) {
      throw std::invalid_argument(
          "success_share needs a condition, such as val_loss<0.1, as a selector or by --success");
    }
    return count_successes(results_, *condition).share[selection.config];
  }

  [[nodiscard]] double best_model_score(std::size_t config) const {
    if (results_.best_config != static_cast<std::int32_t>(config)) {
      throw std::invalid_argument("the stored best model is not of this config");
    }
    return results_.best_model_test_score;
  }

  const ResultsFile& results_;
  const std::optional<Condition>& success_;
  std::vector<TableColumn> columns_;
};

std::optional<double> difference(const ReportedRow& row, const Answer& answer) {
  const auto reported = as_number(row.reported);
  const auto* ours = std::get_if<double>(&answer.value);
  if (!reported || ours == nullptr) return std::nullopt;
  return *ours - *reported;
}

std::string full_note(const ReportedRow& row, const Answer& answer) {
  if (answer.why.empty()) return row.note;
  return fmt::format("Not computed: {}.{}{}", answer.why, row.note.empty() ? "" : " ", row.note);
}

// The value as text; numbers by `number_text`.
template <class NumberText>
std::string ours_text(const Answer& answer, NumberText number_text) {
  if (const auto* number = std::get_if<double>(&answer.value)) return number_text(*number);
  const auto* text = std::get_if<std::string>(&answer.value);
  return text == nullptr ? std::string() : *text;
}

std::string as_csv(std::span<const ReportedRow> rows, const std::vector<Answer>& answers) {
  std::string out =
      csv_line({"quantity", "where", "reported", "ours", "difference", "note", "config"});
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto gap = difference(rows[i], answers[i]);
    out += csv_line({rows[i].quantity, rows[i].where, rows[i].reported,
                     ours_text(answers[i], [](double value) { return fmt::format("{}", value); }),
                     gap ? fmt::format("{}", *gap) : "", full_note(rows[i], answers[i]),
                     answers[i].config ? fmt::format("{}", *answers[i].config) : ""});
  }
  return out;
}

std::string as_json(std::span<const ReportedRow> rows, const std::vector<Answer>& answers) {
  ordered_json all = ordered_json::array();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto number_or = [](const std::optional<double>& number, const ordered_json& other) {
      return number ? ordered_json(*number) : other;
    };
    ordered_json ours;
    if (const auto* number = std::get_if<double>(&answers[i].value)) ours = *number;
    if (const auto* text = std::get_if<std::string>(&answers[i].value)) ours = *text;
    all.push_back({{"quantity", rows[i].quantity},
                   {"where", rows[i].where},
                   {"reported", number_or(as_number(rows[i].reported), rows[i].reported)},
                   {"ours", ours},
                   {"difference", number_or(difference(rows[i], answers[i]), nullptr)},
                   {"note", full_note(rows[i], answers[i])},
                   {"config", answers[i].config ? ordered_json(*answers[i].config) : nullptr}});
  }
  return json_text(all, 2) + "\n";
}

// Lines of at most kNoteWidth bytes where words allow it; at least one.
std::vector<std::string> wrapped(const std::string& text) {
  std::vector<std::string> lines(1);
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > kNoteWidth) {
      lines.emplace_back();
    }
    lines.back() += (lines.back().empty() ? "" : " ") + word;
  }
  return lines;
}

std::string as_text(const ResultsFile& results, std::span<const ReportedRow> rows,
                    const std::vector<Answer>& answers, const ReportedOptions& options) {
  TextTable table;
  table.title = title_of(results) + "; reported and ours";
  table.columns = {{"quantity"},         {"where"},
                   {"reported", true},   {"ours", true},
                   {"difference", true}, {"note", false, true}};
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto gap = difference(rows[i], answers[i]);
    const std::string note = full_note(rows[i], answers[i]);
    std::vector<std::string> lines{note};
    if (options.format == TableFormat::text) lines = wrapped(note);
    table.rows.push_back(
        {rows[i].quantity, rows[i].where, rows[i].reported,
         ours_text(answers[i], [](double value) { return fmt::format("{:.7g}", value); }),
         gap ? fmt::format("{:+.3g}", *gap) : "", lines[0]});
    for (std::size_t k = 1; k < lines.size(); ++k) {
      table.rows.push_back({"", "", "", "", "", lines[k]});
    }
  }
  const std::int32_t best = results.ranking.best();
  const bool asks_for_best = std::ranges::any_of(rows, &std::string::empty, &ReportedRow::where);
  if (asks_for_best && best >= 0) {
    table.notes.push_back(fmt::format("Where nothing is selected ours is the best config, {}: {}.",
                                      best, results.run.label[static_cast<std::size_t>(best)]));
  }
  table.notes.push_back(fmt::format("Reported: {}.", options.source));
  if (!options.changes.empty()) {
    std::string changes;
    for (const std::string& change : options.changes) {
      changes += (changes.empty() ? "" : "; ") + change;
    }
    table.notes.push_back(
        fmt::format("Warning: this run is not the preset as it stands: {}.", changes));
  }
  for (std::string& note : notes_of(results)) table.notes.push_back(std::move(note));
  return render(table, options.format, options.terminal);
}

}  // namespace

std::string format_against_reported(const ResultsFile& results, std::span<const ReportedRow> rows,
                                    const ReportedOptions& options) {
  const Join join(results, options.success);
  std::vector<Answer> answers;
  for (const ReportedRow& row : rows) answers.push_back(join.answer(row));
  switch (options.format) {
    case TableFormat::csv:
      return as_csv(rows, answers);
    case TableFormat::json:
      return as_json(rows, answers);
    default:
      return as_text(results, rows, answers, options);
  }
}

}  // namespace mlpgrid
