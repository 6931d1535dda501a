// `mlpgrid compare`: is the best config of a run really better than the others? The tests are
// results/analysis/compare.hpp's, the table is results/tables/compare_table.hpp's.
#include "results/analysis/compare.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <stdexcept>

#include "experiments/commands/arguments/table_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/terminal.hpp"
#include "results/tables/compare_table.hpp"

namespace mlpgrid {

namespace po = boost::program_options;

OptionsDescription describe_compare() {
  OptionsDescription description("Compare", kHelpWidth);
  description.add_options()  //
      ("rope", po::value<std::string>()->default_value("0.01")->value_name("DIFFERENCE"),
       "region of practical equivalence: scores that differ by no more are as good")  //
      ("format", po::value<std::string>()->default_value("text")->value_name("NAME"),
       "text markdown csv latex json");
  return description;
}

int compare_command(const Arguments& arguments) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_compare());
  const std::filesystem::path file = results_file_argument(parsed, "compare");
  const TableFormat format = parse_table_format(*parsed.text("format"));
  double rope = 0.0;
  try {
    rope = parse_real(*parsed.text("rope"), {.low = 0.0});
  } catch (const ValueError& error) {
    throw UsageError(fmt::format("--rope: {}", error.what()));
  }
  const ResultsFile results = open_run(file);
  RunComparison comparison;
  try {
    comparison = compare_with_best(results, rope);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(fmt::format("{}: {}", file.string(), error.what()));
  }
  to_stdout("{}", format_comparison(results, comparison, format, stdout_shows_bold()));
  return kExitDone;
}

}  // namespace mlpgrid
