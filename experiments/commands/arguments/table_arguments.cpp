// Reads the arguments of `table`. Whether the run has the columns that they name is checked in
// results/tables/.
#include "experiments/commands/arguments/table_arguments.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <stdexcept>
#include <utility>

#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace po = boost::program_options;

OptionsDescription describe_table() {
  OptionsDescription description("Table", kHelpWidth);
  description.add_options()  //
      ("format", po::value<std::string>()->default_value("text")->value_name("NAME"),
       "text markdown csv latex json")  //
      ("pivot", po::value<std::string>()->value_name("ROWAXIS,COLAXIS"),
       "mean score of each pair of values of two axes")  //
      ("sort", po::value<std::string>()->value_name("COLUMN"),
       "order of the rows (by rank; csv and json: as in the grid, with --top by rank)")  //
      ("top", po::value<std::string>()->value_name("N"), "only the first N configs")     //
      ("success", po::value<std::string>()->value_name("CONDITION"),
       "mean, std, min and max of a quantity over folds and repeats, and the share of fits that "
       "pass, e.g. 'val_loss<0.1'")  //
      ("per-class", po::bool_switch(),
       "precision, recall, F1 and confusion matrix of each config")  //
      ("against-reported", po::bool_switch(),
       "the numbers that were reported for the run's preset, ours, and why they differ")  //
      ("reported", po::value<std::string>()->value_name("NAME|FILE.csv"),
       "compare with those of this preset, or of a file")  //
      ("trace", po::bool_switch(), "every step of a run with --trace true, instead of the ranking");
  return description;
}

TableFormat parse_table_format(const std::string& name) {
  const std::vector<std::pair<std::string, TableFormat>> formats = {
      {"text", TableFormat::text},
      {"markdown", TableFormat::markdown},
      {"csv", TableFormat::csv},
      {"latex", TableFormat::latex},
      {"json", TableFormat::json}};
  std::vector<std::string> known;
  for (const auto& [known_name, format] : formats) {
    if (name == known_name) return format;
    known.push_back(known_name);
  }
  throw UsageError(fmt::format("--format: {}", unknown_value(name, known).what()));
}

TableArguments parse_table(const Arguments& arguments) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_table());
  TableArguments table;
  table.file = results_file_argument(parsed, "table");

  table.options.format = parse_table_format(*parsed.text("format"));
  if (const std::string* sort = parsed.text("sort")) {
    if (sort->empty()) throw UsageError("--sort: the name is empty");
    table.options.sort = *sort;
  }
  if (parsed.has("top")) {
    table.options.top = static_cast<std::size_t>(parsed.integer("top", 1, 1'000'000'000));
  }
  if (const std::string* success = parsed.text("success")) {
    try {
      table.options.success = parse_condition(*success);
    } catch (const std::invalid_argument& error) {
      throw UsageError(fmt::format("--success: {}", error.what()));
    }
  }
  table.trace = parsed.is_on("trace");
  table.options.per_class = parsed.is_on("per-class");
  if (const std::string* reported = parsed.text("reported")) {
    if (reported->empty()) throw UsageError("--reported: the name is empty");
    table.reported = *reported;
  }
  table.against_reported = parsed.is_on("against-reported") || !table.reported.empty();
  for (const char* other : {"pivot", "sort", "top", "per-class"}) {
    if (table.against_reported && parsed.has(other)) {
      throw UsageError(fmt::format("--against-reported goes without --{}", other));
    }
  }
  for (const char* other :
       {"pivot", "sort", "top", "success", "per-class", "against-reported", "reported"}) {
    if (table.trace && parsed.has(other)) {
      throw UsageError(fmt::format("--trace goes without --{}", other));
    }
  }
  if (table.trace && table.options.format != TableFormat::text) {
    throw UsageError("--trace goes without --format: it is text only");
  }
  if (const std::string* pivot = parsed.text("pivot")) {
    const std::size_t comma = pivot->find(',');
    const bool two = comma != std::string::npos && comma > 0 && comma + 1 < pivot->size() &&
                     pivot->find(',', comma + 1) == std::string::npos;
    if (!two) throw UsageError("--pivot: expected two axes, e.g. activation,init");
    table.options.pivot_row = pivot->substr(0, comma);
    table.options.pivot_column = pivot->substr(comma + 1);
  }
  return table;
}

}  // namespace mlpgrid
