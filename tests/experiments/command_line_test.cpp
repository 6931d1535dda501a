// Arguments of the commands; the file and the flags together.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"
#include "experiments/commands/arguments/data_arguments.hpp"
#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/commands/arguments/table_arguments.hpp"
#include "experiments/commands/commands.hpp"
#include "experiments/options/usage_error.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

const std::filesystem::path kPresets = MLPGRID_PRESETS_DIR;

RunArguments run(const Arguments& arguments) { return parse_run(arguments, kPresets); }

std::string refusal(const Arguments& arguments) {
  return message_of<UsageError>([&] { (void)run(arguments); });
}

TEST(CommandLine, DefaultsToTheQuickstart) {
  const RunArguments arguments = run({});
  EXPECT_EQ(arguments.name, "quickstart");
  EXPECT_EQ(arguments.output, "quickstart.h5");
  EXPECT_EQ(arguments.mode, OutputMode::create);
  EXPECT_EQ(arguments.jobs, 0);
}

TEST(CommandLine, TakesOptionsInAnyPlaceAndForm) {
  const RunArguments arguments =
      run({"-j2", "--solver=sgd,adam", "quickstart", "-o", "x.h5", "--bias-init", "-1.5", "--force",
           "--quiet", "--isa", "avx2"});
  EXPECT_EQ(arguments.jobs, 2);
  EXPECT_EQ(arguments.output, "x.h5");
  EXPECT_EQ(arguments.mode, OutputMode::force);
  EXPECT_TRUE(arguments.quiet);
  EXPECT_EQ(arguments.isa, "avx2");
  EXPECT_EQ(arguments.experiment.varied.at("solver"), (std::vector<std::string>{"sgd", "adam"}));
  EXPECT_EQ(arguments.experiment.config.bias_init.value, -1.5);
}

TEST(CommandLine, FlagsWinOverTheFile) {
  const TemporaryFolder folder;
  const auto file = folder.write("mine.ini", "solver = sgd\nmax-iter = 7\ntitle = T # c\n");
  const RunArguments arguments = run({file.string(), "--solver", "lbfgs"});
  EXPECT_EQ(arguments.name, "mine");
  EXPECT_EQ(arguments.experiment.config.training.solver, Solver::lbfgs);
  EXPECT_TRUE(arguments.experiment.varied.empty());
  EXPECT_EQ(arguments.experiment.config.training.max_iter, 7);
  EXPECT_EQ(arguments.experiment.title, "T");
}

TEST(CommandLine, BadValuesInFilesNameTheLine) {
  const TemporaryFolder folder;
  const auto file = folder.write("mine.ini", "\nsolver = addam\n");
  EXPECT_THAT(refusal({file.string()}),
              AllOf(HasSubstr(file.string() + ":2"), HasSubstr("did you mean adam?")));
}

TEST(CommandLine, MissingFileIsAnErrorNotWrongUsage) {
  try {
    (void)run({"missing.ini"});
    FAIL();
  } catch (const UsageError&) {
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("missing.ini"));
  }
}

TEST(CommandLine, NoGuessing) {
  EXPECT_THAT(refusal({"--solv", "adam"}), HasSubstr("unknown option '--solv'"));
  EXPECT_THAT(refusal({"--solvr", "adam"}), HasSubstr("did you mean --solver?"));
  EXPECT_THAT(refusal({"--tracing", "true"}), HasSubstr("unknown option"));
  EXPECT_THAT(refusal({"--positional", "x"}), HasSubstr("unknown option"));
}

// A forgotten value must not take the next option for it.
TEST(CommandLine, AnOptionIsNoValueOfAnother) {
  for (const Arguments& arguments : {Arguments{"--max-iter", "--tol", "3"},
                                     {"--title", "--force"},
                                     {"-o", "-j2"},
                                     {"-o", "--max-iter=3"},
                                     {"--solver", "-o", "x.h5"},
                                     {"--csv", "--early-stopping"},
                                     {"--title"},
                                     {"-j"}}) {
    EXPECT_THAT(
        refusal(arguments),
        AllOf(HasSubstr(arguments[0] + ": the value is missing"),
              HasSubstr(arguments.size() > 1 ? "'" + arguments[1] + "' is an option" : "")));
  }
  EXPECT_EQ(run({"--title=--force"}).experiment.title, "--force");
  EXPECT_EQ(run({"-o-j"}).output, "-j");
  EXPECT_EQ(run({"--init-scale", "-0.5"}).experiment.config.init_scale, -0.5);
}

TEST(CommandLine, ASwitchAloneIsTrue) {
  EXPECT_TRUE(
      run({"--early-stopping", "--max-iter", "3"}).experiment.config.training.early_stopping);
  EXPECT_EQ(run({"--early-stopping", "--max-iter", "3"}).experiment.config.training.max_iter, 3);
  EXPECT_TRUE(run({"quickstart", "--early-stopping"}).experiment.config.training.early_stopping);
  EXPECT_TRUE(run({"--early-stopping", "true", "-j2"}).experiment.config.training.early_stopping);
  EXPECT_EQ(run({"--refit=false"}).experiment.refit, false);
  EXPECT_EQ(run({"--refit", "false", "quickstart"}).experiment.refit, false);
  EXPECT_FALSE(run({"--shuffle", "false", "--refit"}).experiment.config.training.shuffle);
  EXPECT_EQ(run({"--refit", "--", "quickstart"}).name, "quickstart");
  EXPECT_THAT(refusal({"--refit", "quickstart"}),
              AllOf(HasSubstr("--refit"), HasSubstr("neither true nor false")));
  EXPECT_THAT(refusal({"--refit="}), HasSubstr("--refit: the value is empty"));
  EXPECT_THAT(refusal({"--refit", ""}), HasSubstr("--refit: the value is empty"));
}

TEST(CommandLine, Refusals) {
  EXPECT_THAT(refusal({"--solver", "adam", "--solver", "sgd"}),
              AllOf(HasSubstr("--solver"), HasSubstr("twice")));
  EXPECT_THAT(refusal({"--solver"}), HasSubstr("--solver"));
  EXPECT_THAT(refusal({"--solver="}), HasSubstr("--solver"));
  EXPECT_THAT(refusal({"--solver", ""}), HasSubstr("--solver"));
  EXPECT_THAT(refusal({"quickstart", "again"}), HasSubstr("again"));
  EXPECT_THAT(refusal({"--resume", "--force"}), HasSubstr("--force"));
  EXPECT_THAT(refusal({"-j", "0"}), HasSubstr("-j"));
  EXPECT_THAT(refusal({"--data-dir", "/no/such/folder"}), HasSubstr("/no/such/folder"));
}

TEST(CommandLine, OtherDataTakeTheTitleOfThePresetAway) {
  EXPECT_THAT(run({"ps5-linear"}).experiment.title, HasSubstr("never published"));
  const Arguments mine = {"ps5-linear", "--csv", "my/ps5_data.csv", "--target", "classification"};
  EXPECT_EQ(run(mine).experiment.title, "ps5-linear on ps5_data");
  Arguments titled = mine;
  titled.insert(titled.end(), {"--title", "Mine"});
  EXPECT_EQ(run(titled).experiment.title, "Mine");
}

TEST(CommandLine, Table) {
  const TableArguments table =
      parse_table({"x.h5", "--format", "latex", "--top", "3", "--pivot", "init,activation"});
  EXPECT_EQ(table.file, "x.h5");
  EXPECT_EQ(table.options.format, TableFormat::latex);
  EXPECT_EQ(table.options.top, 3u);
  EXPECT_EQ(table.options.pivot_row, "init");
  EXPECT_EQ(table.options.pivot_column, "activation");
  const TableArguments counted = parse_table({"x.h5", "--success", "n_iter <= 20"});
  EXPECT_EQ(counted.options.success->text, "n_iter<=20");
  EXPECT_THAT(message_of<UsageError>([] {
                (void)parse_table({"x.h5", "--success", "n_iter"});
              }),
              AllOf(HasSubstr("--success"), HasSubstr("val_loss<0.1")));
  EXPECT_TRUE(parse_table({"x.h5", "--against-reported"}).against_reported);
  EXPECT_TRUE(parse_table({"x.h5", "--reported", "r.csv"}).against_reported);
  EXPECT_THAT(message_of<UsageError>([] {
                (void)parse_table({"x.h5", "--against-reported", "--top", "3"});
              }),
              HasSubstr("without --top"));
  EXPECT_EQ(run({}).preset, "quickstart");
  EXPECT_THROW((void)parse_table({}), UsageError);
  EXPECT_THROW((void)parse_table({"x.h5", "--format", "html"}), UsageError);
  EXPECT_THROW((void)parse_table({"x.h5", "--top", "0"}), UsageError);
  EXPECT_THROW((void)parse_table({"x.h5", "--pivot", "init"}), UsageError);
}

TEST(CommandLine, Data) {
  using Action = DataArguments::Action;
  const DataArguments plain = parse_data({"fetch", "fashion-mnist", "mnist"});
  EXPECT_EQ(plain.action, Action::fetch);
  EXPECT_EQ(plain.names, (std::vector<std::string>{"fashion-mnist", "mnist"}));
  EXPECT_EQ(plain.mirror, "");
  EXPECT_EQ(plain.timeout, 30);
  const DataArguments all = parse_data({"fetch", "--mirror", "http://host/x//", "--timeout=5",
                                        "mnist", "--force", "--quiet", "--data-dir", "new"});
  EXPECT_EQ(all.mirror, "http://host/x");
  EXPECT_EQ(all.timeout, 5);
  EXPECT_EQ(all.data_dir, "new");
  EXPECT_TRUE(all.force && all.quiet);
  EXPECT_EQ(parse_data({"list"}).action, Action::list);
  EXPECT_EQ(parse_data({"path", "mnist"}).action, Action::path);
  EXPECT_THAT(message_of<UsageError>([] {
                (void)parse_data({"fetch", "glyphs"});
              }),
              HasSubstr("known: mnist fashion-mnist"));
}

TEST(CommandLine, HelpNamesEveryOption) {
  const std::string help = help_text(commands().front());
  for (const char* option :
       {"--hidden-layer-sizes", "--fold-seed", "--resume", "-o", "--data-dir"}) {
    EXPECT_THAT(help, HasSubstr(option));
  }
  for (const Command& command : commands()) {
    EXPECT_THAT(help_text(), HasSubstr(command.name));
  }
}

}  // namespace
}  // namespace mlpgrid
