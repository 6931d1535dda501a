// `mlpgrid report`: writes the HTML page of a results file, and with --watch again while the run
// goes on. The page is results/report/'s.
#include "results/report/report.hpp"

#include <fmt/format.h>

#include <boost/program_options.hpp>
#include <chrono>
#include <filesystem>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "experiments/commands/arguments/replacing.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/usage_error.hpp"
#include "experiments/stored/stored_run.hpp"
#include "experiments/system/interrupt.hpp"
#include "experiments/system/terminal.hpp"
#include "results/files/atomic_file.hpp"
#include "results/files/own_files.hpp"
#include "results/journal/journal.hpp"
#include "results/journal/read_results.hpp"

namespace mlpgrid {

namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;

constexpr int kReloadSeconds = 5;
constexpr std::chrono::milliseconds kPollInterval{250};

struct ReportArguments {
  fs::path file, output;
  bool watch = false;
  bool force = false;
};

ReportArguments parse_report(const Arguments& arguments) {
  const ParsedArguments parsed = parse_arguments(arguments, describe_report());
  ReportArguments report;
  report.file = results_file_argument(parsed, "report");
  report.output = output_argument(parsed, fs::path(report.file).replace_extension(".html"));
  report.watch = parsed.is_on("watch");
  report.force = parsed.is_on("force");
  if (report.watch && is_stream(report.output)) {
    throw UsageError(fmt::format("--watch rewrites the page, but {} takes it once; name a file",
                                 report.output.string()));
  }
  return report;
}

// Writes the page; returns whether the run is complete.
bool write_report(const ReportArguments& arguments, const ResultsFile& results, int reload_s) {
  const Report report = make_report(results, reload_s);
  write_whole(arguments.output, std::as_bytes(std::span(report.html)));
  return report.complete;
}

// Rewrites the page until the run is complete or the user presses Ctrl-C; the last page does not
// reload itself any more.
void watch(const ReportArguments& arguments) {
  const InterruptFlag interrupt;
  const fs::path journal = journal_of(arguments.file);
  std::optional<fs::file_time_type> seen;
  bool complete = false;
  if (!fs::exists(arguments.file) && fs::exists(journal)) {
    to_stderr("Waiting for {}, which its run builds after ten seconds; Ctrl-C ends it.\n",
              arguments.file.string());
  }
  while (!complete && !interrupt.raised()) {
    std::error_code missing;
    const auto written = fs::last_write_time(arguments.file, missing);
    if (!missing && written != seen) {
      complete = write_report(arguments, read_results(arguments.file), kReloadSeconds);
      if (!seen && !complete) {
        to_stderr("Watching {}; Ctrl-C ends it.\n", arguments.file.string());
      }
      seen = written;
    } else if (missing && !fs::exists(journal)) {
      throw std::runtime_error(
          fmt::format("cannot read {}: there is no such file, and no run that would write it",
                      arguments.file.string()));
    }
    if (!complete) std::this_thread::sleep_for(kPollInterval);
  }
  if (seen && !complete) write_report(arguments, read_results(arguments.file), 0);
}

}  // namespace

OptionsDescription describe_report() {
  OptionsDescription description("Report", kHelpWidth);
  description.add_options()  //
      (",o", po::value<std::string>()->value_name("RUN.html"),
       "the page (RUN.html; -: standard output)")                       //
      ("force", po::bool_switch(), "replace a file that is no report")  //
      ("watch", po::bool_switch(),
       "rewrite it whenever the run has more results, until it is complete; the page reloads "
       "itself");
  return description;
}

int report_command(const Arguments& arguments) {
  const ReportArguments report = parse_report(arguments);
  check_replacing({.output = report.output,
                   .inputs = {report.file, journal_of(report.file)},
                   .force = report.force,
                   .kind = "a report",
                   .is_of_kind = is_report});
  if (report.watch) {
    watch(report);
  } else {
    write_report(report, open_run(report.file), 0);
  }
  if (!is_stream(report.output)) to_stdout("Report: {}\n", report.output.string());
  return kExitDone;
}

}  // namespace mlpgrid
