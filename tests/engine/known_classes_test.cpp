// Networks that know some of the classes: the same as one whose data have no other, and rows of the
// others count as wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "fit_fixture.hpp"

namespace mlpgrid {
namespace {

using testing::SmallData;

constexpr std::size_t kClasses = 4;
constexpr std::size_t kRows = 320;

struct Case {
  std::vector<std::int32_t> known;
  std::size_t width;  // 7: a tiny net
  Solver solver;
};

FitSpec spec_of(const Case& c, Output output) {
  FitSpec spec;
  spec.network = {.n_features = 3,
                  .hidden_layer_sizes = {c.width},
                  .n_outputs = output == Output::softmax ? c.known.size() : 1,
                  .output = output};
  spec.training.solver = c.solver;
  spec.training.max_iter = 12;
  spec.training.batch_size = 32;
  spec.training.learning_rate_init = 0.01;
  spec.keep_model = true;
  return spec;
}

FitResult fit(const FitSpec& spec, const FitData& data) {
  testing::TestObserver observer;
  return train(spec, data, observer);
}

// Rows of the class `actual` that were given the class `predicted`.
std::int32_t count_of(const std::vector<ConfusionCount>& counts, std::int32_t actual,
                      std::int32_t predicted) {
  for (const ConfusionCount& pair : counts) {
    if (pair.actual == actual && pair.predicted == predicted) return pair.count;
  }
  return 0;
}

void check(const Case& c, Output output) {
  const SmallData all(kRows, 3, kClasses, 0);
  const auto number = [&](std::int32_t row) {
    const auto found = std::ranges::find(c.known, all.labels[static_cast<std::size_t>(row)]);
    return found == c.known.end() ? -1 : static_cast<std::int32_t>(found - c.known.begin());
  };
  // The second half is held out; of the first, the rows of known classes train.
  std::vector<std::int32_t> train_rows, held_out, known_held_out;
  for (std::int32_t row = 0; row < static_cast<std::int32_t>(kRows); ++row) {
    if (row >= static_cast<std::int32_t>(kRows / 2)) held_out.push_back(row);
    if (number(row) < 0) continue;
    (row < static_cast<std::int32_t>(kRows / 2) ? train_rows : known_held_out).push_back(row);
  }
  FitSpec spec = spec_of(c, output);
  FitData data = all.view(1);
  data.train = train_rows;
  data.held_out = held_out;
  spec.network.classes = c.known;
  const FitResult some = fit(spec, data);

  SmallData renumbered = all;
  for (const std::int32_t row : all.rows) {
    renumbered.labels[static_cast<std::size_t>(row)] = std::max(number(row), 0);
  }
  spec.network.classes.clear();
  data.targets = {.labels = renumbered.labels.data(), .n_classes = std::max(c.known.size(), 2UL)};
  if (output == Output::softmax) data.targets.n_classes = c.known.size();
  data.held_out = known_held_out;
  const FitResult only = fit(spec, data);

  EXPECT_EQ(some.train_loss, only.train_loss);
  EXPECT_EQ(some.model->weights, only.model->weights);
  EXPECT_TRUE(std::ranges::all_of(some.val_loss, [](double loss) { return std::isnan(loss); }));
  std::int64_t hits = 0;
  for (std::size_t i = 0; i < c.known.size(); ++i) {
    std::int64_t answers = 0;
    for (std::size_t j = 0; j < c.known.size(); ++j) {
      const std::int32_t count = count_of(some.held_out_confusion, c.known[i], c.known[j]);
      answers += count;
      if (c.known.size() > 1) {
        EXPECT_EQ(count, count_of(only.held_out_confusion, static_cast<std::int32_t>(i),
                                  static_cast<std::int32_t>(j)));
      }
      if (i == j) hits += count;
    }
    EXPECT_EQ(answers,
              std::ranges::count(all.labels.begin() + kRows / 2, all.labels.end(), c.known[i]));
  }
  EXPECT_EQ(some.held_out_score, static_cast<double>(hits) / static_cast<double>(kRows / 2));
  std::int64_t total = 0;
  for (const ConfusionCount& pair : some.held_out_confusion) total += pair.count;
  EXPECT_EQ(total, static_cast<std::int64_t>(kRows / 2));
}

TEST(KnownClasses, TheOtherClassesAreNotThereInTraining) {
  for (const std::size_t width : {7UL, 20UL}) {
    for (const Solver solver : {Solver::adam, Solver::lbfgs}) {
      check({{0, 1, 3}, width, solver}, Output::softmax);
      check({{1, 2}, width, solver}, Output::logistic);
      check({{0, 3}, width, solver}, Output::softmax);
      check({{2}, width, solver}, Output::logistic);
    }
  }
}

}  // namespace
}  // namespace mlpgrid
