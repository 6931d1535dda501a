// The presets that come with the program, and how experiments are found.
#include "experiments/options/presets.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"
#include "experiments/commands/arguments/run_arguments.hpp"
#include "experiments/options/options.hpp"
#include "experiments/options/usage_error.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::HasSubstr;
using testing::TemporaryFolder;

const std::filesystem::path kPresets = MLPGRID_PRESETS_DIR;

TEST(Presets, EachIsAValidExperimentWithATitle) {
  const auto presets = list_presets(kPresets);
  ASSERT_GE(presets.size(), 2u);
  for (const Preset& preset : presets) {
    EXPECT_FALSE(preset.title.empty()) << preset.name;
    EXPECT_NO_THROW((void)parse_show({preset.name}, kPresets)) << preset.name;
  }
}

TEST(Presets, FashionSolverGridIsTheReferencesGrid) {
  const Experiment e = parse_show({"fashion-solver-grid"}, kPresets);
  EXPECT_EQ(e.data.source, DataSource::fashion_mnist);
  EXPECT_EQ(e.data.samples, 8000u);
  EXPECT_EQ(e.config.scale, Scale::unit);
  EXPECT_EQ(e.config.hidden_layer_sizes, (HiddenLayerSizes{128, 64, 32}));
  EXPECT_EQ(grid_size(e), 27u);
  EXPECT_EQ(e.config.training.max_iter, 100);
  EXPECT_EQ(e.config.training.random_state, 42u);
  EXPECT_EQ(e.split.folds, 3);
  EXPECT_FALSE(e.split.shuffle_folds);
}

TEST(Presets, FindsPresetsAndFiles) {
  EXPECT_EQ(find_experiment("quickstart", kPresets).name, "quickstart");
  EXPECT_EQ(find_experiment("my/grid.ini", kPresets).name, "grid");
  EXPECT_EQ(find_experiment("grid.ini", kPresets).file, "grid.ini");
  EXPECT_THAT(message_of<UsageError>([] { (void)find_experiment("quikstart", kPresets); }),
              HasSubstr("did you mean quickstart?"));
}

TEST(Presets, MissingFolderIsNamed) {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "presets";
  EXPECT_THAT(message_of<std::runtime_error>([&] { (void)list_presets(missing); }),
              HasSubstr(missing.string()));
}

}  // namespace
}  // namespace mlpgrid
