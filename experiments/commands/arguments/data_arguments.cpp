// Reads the arguments of `data` and checks names and numbers; whether files exist is found out
// later.
#include "experiments/commands/arguments/data_arguments.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>

#include "data/public/public_sets.hpp"
#include "experiments/options/option_values.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {

namespace {

namespace po = boost::program_options;

constexpr int kMaxTimeout = 3600;  // seconds

OptionsDescription describe_fetch_options() {
  OptionsDescription description("Download (data fetch)", kHelpWidth);
  description.add_options()  //
      ("mirror", po::value<std::string>()->value_name("URL"),
       "download from here instead of the known mirrors; has URL/NAME/FILE.gz")  //
      ("timeout", po::value<std::string>()->default_value("30")->value_name("SECONDS"),
       "give up a mirror that sends nothing for so long")                     //
      ("force", po::bool_switch(), "replace files that are there and wrong")  //
      ("quiet", po::bool_switch(), "no progress");
  return description;
}

// A message does not repeat what may have a password in it.
std::string web_address(std::string url) {
  if (!url.starts_with("https://") && !url.starts_with("http://")) {
    throw UsageError(
        fmt::format("--mirror: {} does not begin with https:// or http://",
                    url.find('@') == std::string::npos ? fmt::format("'{}'", url) : "the address"));
  }
  if (url.find_first_of(" \t\n'\"") != std::string::npos) {
    throw UsageError("--mirror: the address has a space or a quote; write %20, %22 or %27");
  }
  while (url.ends_with('/')) url.pop_back();
  return url;
}

// How many names each action takes, and that they are names of public sets.
void check_set_names(const DataArguments& data) {
  using Action = DataArguments::Action;
  std::vector<std::string> known;
  for (const PublicSet& set : public_sets()) known.push_back(set.name);
  if (data.action == Action::list && !data.names.empty()) {
    throw UsageError(fmt::format("data list takes no name, but there is '{}'", data.names[0]));
  }
  if (data.action == Action::path && data.names.size() > 1) {
    throw UsageError(
        fmt::format("data path takes one name, but there is also '{}'", data.names[1]));
  }
  if (data.action == Action::fetch && data.names.empty()) {
    throw UsageError(fmt::format("data fetch needs names; known: {}", join(known, " ")));
  }
  for (const std::string& name : data.names) {
    if (!find_public_set(name)) {
      throw UsageError(fmt::format("data: {}", unknown_value(name, known).what()));
    }
  }
}

}  // namespace

OptionsDescription describe_data() {
  OptionsDescription all;
  all.add(describe_data_dir()).add(describe_fetch_options());
  return all;
}

DataArguments parse_data(const Arguments& arguments) {
  using Action = DataArguments::Action;
  const std::vector<std::string> actions = {"list", "fetch", "path"};  // in Action's order
  const ParsedArguments parsed = parse_arguments(arguments, describe_data());
  DataArguments data;
  if (parsed.positional.empty()) {
    throw UsageError(fmt::format("data needs one of: {}", join(actions, " ")));
  }
  const std::string& wanted = parsed.positional[0];
  const auto action = std::find(actions.begin(), actions.end(), wanted);
  if (action == actions.end()) {
    throw UsageError(fmt::format("data: {}", unknown_value(wanted, actions).what()));
  }
  data.action = static_cast<Action>(action - actions.begin());
  data.names.assign(parsed.positional.begin() + 1, parsed.positional.end());
  check_set_names(data);
  if (data.action != Action::fetch) {
    for (const std::string& name : parsed.names) {
      if (name == "data-dir") continue;
      throw UsageError(fmt::format("--{} is for data fetch, not for data {}", name, wanted));
    }
    data.data_dir = existing_data_dir(parsed);
    return data;
  }
  if (const std::string* folder = parsed.text("data-dir")) data.data_dir = *folder;
  if (const std::string* mirror = parsed.text("mirror")) data.mirror = web_address(*mirror);
  data.timeout = parsed.integer("timeout", 1, kMaxTimeout);
  data.force = parsed.is_on("force");
  data.quiet = parsed.is_on("quiet");
  return data;
}

}  // namespace mlpgrid
