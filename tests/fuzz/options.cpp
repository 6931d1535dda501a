// Command lines as far as they are only read. Input: the command, then its arguments, a line each.
#include "experiments/commands/arguments/data_arguments.hpp"
#include "experiments/commands/arguments/predict_arguments.hpp"
#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/commands/arguments/table_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "fuzz.hpp"

namespace {

using namespace mlpgrid;

void parse(std::string_view command, const Arguments& arguments) {
  const std::filesystem::path presets = MLPGRID_PRESETS_DIR;
  if (command == "run") (void)parse_run(arguments, presets);
  if (command == "show") (void)parse_show(arguments, presets);
  if (command == "table") (void)parse_table(arguments);
  if (command == "predict") (void)parse_predict(arguments);
  if (command == "data") (void)parse_data(arguments);
  for (const Command& known : commands()) {
    if (command == known.name) (void)parse_arguments(arguments, known.describe());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  fuzz::Input input(bytes, size);
  const std::string_view command = input.take_until('\n');
  Arguments arguments;
  while (!input.at_end()) {
    // What a shell hands over ends at its first zero.
    const std::string_view line = input.take_until('\n');
    arguments.emplace_back(line.substr(0, line.find('\0')));
  }
  fuzz::accepted([&] { parse(command, arguments); });
  return 0;
}
