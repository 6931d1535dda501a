// The table of commands, and the help that is made of it. What a command does is in its own file.
#include "experiments/commands/commands.hpp"

#include <fmt/format.h>

#include <sstream>

#include "experiments/commands/arguments/data_arguments.hpp"
#include "experiments/commands/arguments/predict_arguments.hpp"
#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/commands/arguments/table_arguments.hpp"

namespace mlpgrid {

namespace {

OptionsDescription no_options() { return OptionsDescription(); }

// Adapts commands that do not need to know how the program was called; only `run` does.
template <int (*kCommand)(const Arguments&)>
int without_program(const std::string& /*program*/, const Arguments& arguments) {
  return kCommand(arguments);
}

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> kCommands = {
      {"run", "run [NAME|FILE.ini] [-o RUN.h5] [OPTIONS]",
       "runs an experiment; without NAME, on the data given, else the quickstart", describe_run,
       run_command},
      {"list", "list", "the presets", no_options, without_program<list_command>},
      {"show", "show NAME|FILE.ini [OPTIONS]", "the resolved experiment file", describe_show,
       without_program<show_command>},
      {"table", "table RUN.h5 [OPTIONS]", "the ranking of a run", describe_table,
       without_program<table_command>},
      {"compare", "compare RUN.h5 [OPTIONS]",
       "every config of a run against the best: tests, intervals and probabilities over the folds",
       describe_compare, without_program<compare_command>},
      {"report", "report RUN.h5 [-o RUN.html] [--watch] [--force]",
       "one HTML page of a run: table, curves, maps, where it comes from", describe_report,
       without_program<report_command>},
      {"predict", "predict RUN.h5 [OPTIONS]",
       "what the best model says about rows, as CSV, and its score", describe_predict,
       without_program<predict_command>},
      {"export", "export RUN.h5 -o MODEL.onnx [OPTIONS]",
       "the best model as an ONNX file, for other programs", describe_export,
       without_program<export_command>},
      {"diff", "diff A.h5 B.h5",
       "whether two runs gave the same bits, or what differs (exit 0 or 1)", no_options,
       without_program<diff_command>},
      {"bench", "bench [OPTIONS]",
       "what kernels and training steps reach of this machine's multiply-add peak", describe_bench,
       without_program<bench_command>},
      {"data", "data list | data fetch NAME... | data path [NAME]",
       "the public data sets: what is here, download them, where they lie", describe_data,
       without_program<data_command>},
  };
  return kCommands;
}

std::string help_text() {
  std::string text = "usage: mlpgrid COMMAND [ARGUMENTS]\n\n";
  for (const Command& c : commands()) text += fmt::format("  {:<8}{}\n", c.name, c.what);
  return text +
         "\n`mlpgrid COMMAND --help` shows a command's options, `mlpgrid --version` the "
         "version.\n"
         "Ctrl-C, SIGTERM and SIGHUP stop a run in order; Ctrl-C again, a second later, at once.\n"
         "Exit codes: 0 done, 1 an error, 2 wrong usage, 3 incomplete and resumable.\n";
}

std::string help_text(const Command& command) {
  std::ostringstream text;
  text << fmt::format("usage: mlpgrid {}\n\n{}\n", command.usage, command.what)
       << command.describe();
  return text.str();
}

}  // namespace mlpgrid
