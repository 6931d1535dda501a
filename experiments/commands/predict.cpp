// `mlpgrid predict`: what the best model of a run says about rows, and how right it is. Loading the
// rows is stored/prediction_rows.hpp's, the meaning of outputs stored/prediction.hpp's.
#include "engine/predict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "experiments/commands/arguments/predict_arguments.hpp"
#include "experiments/commands/arguments/replacing.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/prediction.hpp"
#include "experiments/stored/prediction_rows.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/terminal.hpp"
#include "results/files/own_files.hpp"
#include "results/files/predictions_csv.hpp"
#include "results/journal/journal.hpp"

namespace mlpgrid {

namespace {

// So many rows are predicted at a time, which bounds the memory for outputs.
constexpr std::size_t kRowsAtOnce = 4096;

std::vector<std::string> header_of(const Predictor& predictor, bool probabilities) {
  if (!predictor.has_classes()) return predictor.value_names;
  return probabilities ? predictor.known_names : std::vector<std::string>{"class"};
}

// Refuses an output file that must not be replaced. Done before the rows are loaded, which may take
// long.
void check_output(const PredictArguments& predict, const Predictor& predictor,
                  const Experiment& experiment) {
  std::vector<std::filesystem::path> inputs = files_read(experiment, predict.file);
  inputs.insert(inputs.end(), {predict.file, journal_of(predict.file)});
  DataOptions rows = predict.rows.options;
  rows.source = predict.rows.source.value_or(rows.source);
  std::ranges::copy(data_files(rows), std::back_inserter(inputs));
  const auto header = header_of(predictor, predict.probabilities);
  check_replacing({.output = predict.output,
                   .inputs = std::move(inputs),
                   .force = predict.force,
                   .kind = "predictions of this kind",
                   .is_of_kind = [&](const std::filesystem::path& file) {
                     // The columns of reconstructed rows are those of the data, so a header alone
                     // does not tell the two apart.
                     const bool as_rows = predictor.task == Task::autoencoder &&
                                          experiment.data.source == DataSource::csv;
                     return !as_rows && has_csv_header(file, header);
                   }});
}

// Throws where an output is not finite, because it would still be written as a class or a number.
void require_finite(std::span<const double> outputs, std::size_t cols, std::size_t first_row) {
  const auto bad =
      std::find_if_not(outputs.begin(), outputs.end(), [](double y) { return std::isfinite(y); });
  if (bad == outputs.end()) return;
  throw std::runtime_error(fmt::format(
      "row {}: the model gives {}; either its training diverged or the row's numbers are far from "
      "those that it was trained on: look at the row, or train with --scale standard or "
      "--precision float64",
      first_row + static_cast<std::size_t>(bad - outputs.begin()) / cols + 1, *bad));
}

void write_answers(const Predictor& predictor, const FitData& data,
                   const PredictArguments& predict) {
  PredictionsCsv csv(predict.output, header_of(predictor, predict.probabilities));
  for (std::size_t start = 0; start < data.test.size(); start += kRowsAtOnce) {
    const auto rows = data.test.subspan(start, std::min(kRowsAtOnce, data.test.size() - start));
    std::vector<double> outputs = predict_outputs(predictor.model, data.features, rows);
    require_finite(outputs, predictor.model.network.n_outputs, start);
    if (predict.probabilities) {
      csv.add_values(probabilities_of(predictor, std::move(outputs)), predictor.is_float());
    } else if (predictor.has_classes()) {
      csv.add_classes(classes_of(predictor, outputs), predictor.class_names);
    } else {
      const bool unscaled = predictor.value_divisor.empty();
      csv.add_values(values_of(predictor, std::move(outputs)), unscaled && predictor.is_float());
    }
  }
  csv.finish();
}

// "f1_macro 0.93, accuracy 0.94": the run's scoring comes first.
std::string scores_text(const Predictor& predictor, Scoring scoring, const FitData& data) {
  std::vector<Scoring> all = {scoring};
  if (predictor.has_classes()) {
    all.push_back(Scoring::accuracy);
  } else {
    all.insert(all.end(), {Scoring::r2, Scoring::neg_mean_squared_error});
  }
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (i > 0 && all[i] == scoring) continue;
    const double score = score_model(predictor.model, all[i], data);
    texts.push_back(std::isnan(score)
                        ? fmt::format("{} is undefined on these rows", name_of(all[i]))
                        : fmt::format("{} {}", name_of(all[i]), score));
  }
  const bool scaled = predictor.task == Task::autoencoder && !predictor.value_divisor.empty();
  return join(texts, ", ") + (scaled ? " (as in the run, of scaled values)" : "");
}

}  // namespace

int predict_command(const Arguments& arguments) {
  const PredictArguments predict = parse_predict(arguments);
  choose_isa(predict.isa);
  const ResultsFile results = open_run(predict.file);
  const Experiment experiment = stored_experiment(results);
  const Predictor predictor = make_predictor(results, experiment, predict.config);
  if (predict.probabilities && !predictor.has_classes()) {
    throw UsageError(
        fmt::format("--proba: the model of {} predicts values, not classes; leave it out",
                    predict.file.string()));
  }
  check_output(predict, predictor, experiment);
  const PredictionRows rows =
      load_prediction_rows(predict.rows, results, experiment, predictor, predict.config);
  for (const std::string& note : rows.dataset.notes) to_stderr("Note: {}\n", note);
  const FitData data = prediction_data(rows, predictor);
  write_answers(predictor, data, predict);

  const std::string score =
      rows.has_targets
          ? ": " + scores_text(predictor, parse_name<Scoring>(results.run.scoring), data)
          : "";
  to_stderr("{} row(s), {}{}\n", rows.rows.size(), rows.description, score);
  return kExitDone;
}

}  // namespace mlpgrid
