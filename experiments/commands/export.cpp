// `mlpgrid export`: the best model of a run as an ONNX file, for other programs. The format is
// results/files/onnx_model.hpp's.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/program_options.hpp>
#include <span>
#include <stdexcept>
#include <string>

#include "experiments/commands/arguments/replacing.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/prediction.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/build_info.hpp"
#include "experiments/system/terminal.hpp"
#include "results/files/atomic_file.hpp"
#include "results/files/onnx_model.hpp"
#include "results/files/own_files.hpp"
#include "results/journal/journal.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

Precision precision_argument(const ParsedArguments& parsed) {
  try {
    return parse_name<Precision>(*parsed.text("precision"));
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("--precision: {}", error.what()));
  }
}

}  // namespace

OptionsDescription describe_export() {
  OptionsDescription description("Export", kHelpWidth);
  description.add_options()  //
      (",o", po::value<std::string>()->value_name("MODEL.onnx"), "the file (-: standard output)")(
          "force", po::bool_switch(), "replace a file that is something else")(
          "precision", po::value<std::string>()->default_value("float32")->value_name("NAME"),
          "float32, which every runtime reads, or float64")(
          "config", po::value<std::string>()->value_name("N"),
          "the model of this config's first fold, which --keep-models all has kept (the best "
          "one)");
  return description;
}

int export_command(const Arguments& arguments) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_export());
  const std::filesystem::path file = results_file_argument(parsed, "export");
  const std::filesystem::path output = output_argument(parsed, {});
  if (output.empty()) throw UsageError("export needs the file to write: -o MODEL.onnx");
  const Precision precision = precision_argument(parsed);
  const std::int32_t config = config_argument(parsed);
  check_replacing({.output = output,
                   .inputs = {file, journal_of(file)},
                   .force = parsed.is_on("force"),
                   .kind = "a model that mlpgrid has exported",
                   .is_of_kind = is_exported_model});
  if (output == "-" && isatty(STDOUT_FILENO) == 1) {
    throw UsageError("-o -: a model is nothing to read; send standard output to a file or program");
  }

  const ResultsFile results = open_run(file);
  const Experiment experiment = stored_experiment(results);
  Predictor predictor = make_predictor(results, experiment, config);
  const OnnxDescription description = {.title = results.run.title,
                                       .version = build_info().version,
                                       .class_names = std::move(predictor.known_names),
                                       .feature_names = results.run.feature_names,
                                       .value_names = std::move(predictor.value_names),
                                       .value_shift = std::move(predictor.value_shift),
                                       .value_divisor = std::move(predictor.value_divisor),
                                       .float64 = precision == Precision::float64};
  std::string bytes;
  try {
    bytes = onnx_model(predictor.stored, description);
  } catch (const std::invalid_argument& error) {
    throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
  }
  write_whole(output, std::as_bytes(std::span(bytes)));

  const std::size_t columns = description.class_names.empty() ? predictor.model.network.n_outputs
                                                              : description.class_names.size();
  to_stderr("{}: {} [N, {}] to {} [N, {}], {}, ONNX opset {}\n", output.string(), kOnnxInput,
            predictor.n_features(), onnx_output_name(description), columns, name_of(precision),
            kOnnxOpset);
  if (!experiment.features_from.empty()) {
    to_stderr("Its inputs are the units of hidden layer {} of the models of {}.\n",
              experiment.features_layer, experiment.features_from);
  }
  return kExitDone;
}

}  // namespace mlpgrid
