// Files of reported numbers: the ones that come with the program, and bad ones.
#include "experiments/stored/reported.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"
#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/presets.hpp"
#include "experiments/options/usage_error.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TemporaryFolder;

const std::filesystem::path kPresets = MLPGRID_PRESETS_DIR;

TEST(Reported, EachFileBelongsToAPreset) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kPresets)) {
    if (entry.path().extension() != ".csv") continue;
    ++files;
    const std::string preset = preset_named_by(entry.path());
    EXPECT_NO_THROW((void)find_experiment(preset, kPresets)) << entry.path();
    for (const ReportedRow& row : read_reported(entry.path())) {
      EXPECT_NE(row.reported, "") << entry.path() << ": " << row.quantity;
    }
  }
  EXPECT_GE(files, 1U);
}

TEST(Reported, ReadsCells) {
  const TemporaryFolder folder;
  const auto file = folder.write(
      "x.csv", "quantity,where,reported,note\nn_iter,solver=adam,12,\"a, \"\"b\"\"\"\nalpha,,,\n");
  const std::vector<ReportedRow> rows = read_reported(file);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].quantity, "n_iter");
  EXPECT_EQ(rows[0].where, "solver=adam");
  EXPECT_EQ(rows[0].reported, "12");
  EXPECT_EQ(rows[0].note, "a, \"b\"");
  EXPECT_EQ(rows[1].reported, "");
}

TEST(Reported, BadFilesNameTheLine) {
  const TemporaryFolder folder;
  const auto refusal = [&](const std::string& text) {
    const auto file = folder.write("x.csv", text);
    return message_of<std::runtime_error>([&] { (void)read_reported(file); });
  };
  const std::string header = "quantity,where,reported,note\n";
  EXPECT_THAT(refusal("a,b\n"), AllOf(HasSubstr("x.csv:1"), HasSubstr("quantity,where")));
  EXPECT_THAT(refusal(header + "n_iter,,3\n"), AllOf(HasSubstr("x.csv:2"), HasSubstr("3 cells")));
  EXPECT_THAT(refusal(header + ",,3,\n"), HasSubstr("x.csv:2:quantity"));
  EXPECT_THAT(refusal(header), HasSubstr("no reported numbers"));
  EXPECT_THAT(refusal(""), HasSubstr("no reported numbers"));
}

TEST(Reported, FoundByThePresetOfTheRunOrByName) {
  ResultsFile results;
  results.path = "run.h5";
  const auto refusal = [&](const std::string& given) {
    return message_of<UsageError>([&] { (void)find_reported(results, given, kPresets); });
  };
  EXPECT_THAT(refusal(""), AllOf(HasSubstr("run.h5"), HasSubstr("--reported")));
  EXPECT_THAT(refusal("quickstart"), HasSubstr("there are for: "));
  EXPECT_EQ(find_reported(results, "mine.csv", kPresets), "mine.csv");
  EXPECT_EQ(find_reported(results, "./mine", kPresets), "./mine");
  const auto expected = kPresets / "fashion-solver-grid.reported.csv";
  EXPECT_EQ(find_reported(results, "fashion-solver-grid", kPresets), expected);
  results.environment = {{"cpu", "x"}, {"preset", "fashion-solver-grid"}};
  EXPECT_EQ(find_reported(results, "", kPresets), expected);
  EXPECT_EQ(preset_named_by(expected), "fashion-solver-grid");
  EXPECT_EQ(preset_named_by("mine.csv"), "");
}

TEST(Reported, ChangesOfThePreset) {
  ResultsFile results;
  const auto changes = [&](const Arguments& arguments) {
    results.run.experiment = experiment_text(parse_show(arguments, kPresets));
    return changes_of_preset(results, "fashion-solver-grid", kPresets);
  };
  EXPECT_THAT(changes({"fashion-solver-grid"}), IsEmpty());
  EXPECT_THAT(changes({"fashion-solver-grid", "--title", "mine", "--samples", "70",
                       "--test-samples", "9", "--solver", "adam"}),
              ElementsAre("samples = 70 (preset: 8000)", "solver = adam (preset: lbfgs,sgd,adam)",
                          "test-samples = 9 (preset: not set)"));
  EXPECT_THAT(changes_of_preset(results, "", kPresets), IsEmpty());
}

}  // namespace
}  // namespace mlpgrid
