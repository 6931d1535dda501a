// Reads the arguments of `predict`. Whether the rows go with the model is checked in
// stored/prediction_rows.cpp.
#include "experiments/commands/arguments/predict_arguments.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>

#include "experiments/options/option_values.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

// The data options. They are read as `run` reads them, but have a help text of their own.
constexpr const char* kDataOptions[] = {"data",   "csv",     "target", "images",
                                        "labels", "samples", "noise",  "data-seed"};

OptionsDescription describe_rows() {
  const auto text = [](const char* name) { return po::value<std::string>()->value_name(name); };
  OptionsDescription description("Rows (without any: the run's own test set)", kHelpWidth);
  description.add_options()  //
      ("csv", text("FILE"), "a CSV file (-: standard input); its columns are found by their names")(
          "target", text("COLUMN"),
          "column(s) with the truth, for the score (the run's, where the file has them)")  //
      ("images", text("FILE"), "an IDX file of images")                                    //
      ("labels", text("FILE"), "the IDX file with their classes, for the score")           //
      ("data", text("NAME"),
       "mnist or fashion-mnist: their test file; moons, glyphs, ...: new rows of the "
       "generator")  //
      ("samples", text("N"), "only the first N rows; of a generator, how many (500)")(
          "noise", text("X"), "of a generator (the run's, where it is the same, or its default)")(
          "data-seed", text("N"), "of a generator (one more than the run's, or 0)")  //
      ("no-score", po::bool_switch(), "look for no targets");
  return description;
}

void refuse_together(const ParsedArguments& parsed, const char* a, const char* b) {
  if (parsed.has(a) && parsed.has(b)) {
    throw UsageError(fmt::format("--{} and --{} contradict each other", a, b));
  }
}

DataSource source_of(const ParsedArguments& parsed, const Experiment& scratch) {
  if (parsed.has("csv")) return DataSource::csv;
  if (parsed.has("images")) return DataSource::idx;
  const DataSource source = scratch.data.source;
  if (source == DataSource::csv) throw UsageError("--data csv: name the file with --csv");
  if (source == DataSource::idx) throw UsageError("--data idx: name the file with --images");
  return source;
}

RowsWanted rows_wanted(const ParsedArguments& parsed) {
  refuse_together(parsed, "csv", "images");
  refuse_together(parsed, "csv", "data");
  refuse_together(parsed, "images", "data");
  RowsWanted rows;
  rows.with_targets = !parsed.is_on("no-score");
  rows.has_data_seed = parsed.has("data-seed");
  if (!rows.with_targets) {
    refuse_together(parsed, "no-score", "target");
    refuse_together(parsed, "no-score", "labels");
  }

  Experiment scratch;
  for (const char* name : kDataOptions) {
    if (!parsed.has(name)) continue;
    try {
      find_experiment_option(name)->set(scratch, *parsed.text(name));
    } catch (const ValueError& error) {
      throw UsageError(fmt::format("--{}: {}", name, error.what()));
    }
  }
  const bool own = !parsed.has("csv") && !parsed.has("images") && !parsed.has("data");
  if (!own) rows.source = source_of(parsed, scratch);
  for (const char* name : kDataOptions) {
    if (!parsed.has(name)) continue;
    if (own) {
      throw UsageError(
          fmt::format("--{}: say of which rows: --csv FILE, --images FILE or --data NAME", name));
    }
    if (!applies(*find_experiment_option(name), *rows.source)) {
      throw UsageError(
          fmt::format("--{}: means nothing with --data {}", name, name_of(*rows.source)));
    }
  }
  rows.options = scratch.data;
  rows.options.data_dir = existing_data_dir(parsed);
  return rows;
}

}  // namespace

OptionsDescription describe_predict() {
  OptionsDescription description("Answers", kHelpWidth);
  description.add_options()  //
      (",o", po::value<std::string>()->value_name("OUT.csv"),
       "the file for them (stdout)")                                            //
      ("force", po::bool_switch(), "replace a file that holds something else")  //
      ("proba", po::bool_switch(),
       "a column of probabilities for each class, instead of the class")  //
      ("config", po::value<std::string>()->value_name("N"),
       "the model of this config's first fold, which --keep-models all has kept (the best "
       "one)")  //
      ("isa", po::value<std::string>()->value_name("NAME"), "instruction set to use (the best)");
  description.add(describe_rows()).add(describe_data_dir());
  return description;
}

PredictArguments parse_predict(const Arguments& arguments) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_predict());
  PredictArguments predict;
  predict.file = results_file_argument(parsed, "predict");
  predict.rows = rows_wanted(parsed);
  predict.output = output_argument(parsed, predict.output);
  predict.force = parsed.is_on("force");
  predict.probabilities = parsed.is_on("proba");
  predict.config = config_argument(parsed);
  if (const std::string* isa = parsed.text("isa")) predict.isa = *isa;
  return predict;
}

}  // namespace mlpgrid
