// Plans: what each fit of an experiment is given.
#include "experiments/plan/plan.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "experiments/fits/records.hpp"
#include "experiments/options/resolve.hpp"
#include "experiments/options/usage_error.hpp"

namespace mlpgrid {
namespace {

Plan plan_for(const std::vector<std::pair<std::string, std::string>>& values) {
  GivenValues given;
  for (const auto& [name, text] : values) given[name] = {text, name, GivenValue::By::file};
  Experiment experiment = make_experiment(given);
  LoadedData data = load_data(experiment.data);
  return make_plan(std::move(experiment), std::move(data));
}

TEST(Plan, FoldsCoverThePoolAndRefitTakesAllOfIt) {
  const Plan plan = plan_for({{"data", "moons"}, {"samples", "90"}, {"test-samples", "10"}});
  ASSERT_EQ(plan.folds.size(), 3u);
  std::vector<int> held_out(90, 0);
  for (const Fold& fold : plan.folds) {
    EXPECT_EQ(fold.train.size() + fold.held_out.size(), 90u);
    for (const std::int32_t row : fold.held_out.rows()) ++held_out[static_cast<std::size_t>(row)];
  }
  for (const int times : held_out) EXPECT_EQ(times, 1);
  EXPECT_TRUE(plan.refit);
  const FitRows rows = fit_rows(plan, kRefitFold);
  const FitData refit = fit_data(plan, 0, kRefitFold, rows);
  EXPECT_EQ(refit.train.size(), 90u);
  EXPECT_TRUE(refit.held_out.empty());
  EXPECT_EQ(refit.test.size(), 10u);
  EXPECT_EQ(number_of_fits(plan), 4u);
}

TEST(Plan, SpecsCarryConfigAndSeed) {
  const Plan plan = plan_for({{"data", "moons"},
                              {"solver", "sgd,lbfgs"},
                              {"batch-size", "full"},
                              {"random-state", "5"},
                              {"repeats", "2"},
                              {"folds", "2"}});
  ASSERT_EQ(plan.folds.size(), 4u);
  EXPECT_EQ(fit_spec(plan, 0, 0).training.solver, Solver::sgd);
  EXPECT_EQ(fit_spec(plan, 1, 0).training.solver, Solver::lbfgs);
  EXPECT_EQ(fit_spec(plan, 0, 1).training.random_state, 5u);
  EXPECT_EQ(fit_spec(plan, 0, 2).training.random_state, 6u);
  EXPECT_EQ(fit_spec(plan, 0, kRefitFold).training.random_state, 5u);
  EXPECT_EQ(fit_spec(plan, 0, 0).training.batch_size, 250u);
  EXPECT_EQ(fit_spec(plan, 0, kRefitFold).training.batch_size, 500u);
  EXPECT_EQ(plan.folds[2].repeat, 1);
}

TEST(Plan, RepeatsShuffleAnewWhereFoldsAreShuffled) {
  const Plan shuffled = plan_for({{"data", "moons"}, {"repeats", "2"}, {"shuffle-folds", "true"}});
  EXPECT_NE(shuffled.folds[0].held_out, shuffled.folds[3].held_out);
  const Plan plain = plan_for({{"data", "moons"}, {"repeats", "2"}});
  EXPECT_EQ(plain.folds[0].held_out, plain.folds[3].held_out);
}

TEST(Plan, WhichFitsKeepTheirModel) {
  const Plan cv = plan_for({{"data", "moons"}});
  EXPECT_FALSE(fit_spec(cv, 0, 0).keep_model);
  EXPECT_TRUE(fit_spec(cv, 0, kRefitFold).keep_model);
  const Plan hold_out = plan_for({{"data", "moons"}, {"folds", "1"}, {"repeats", "2"}});
  EXPECT_FALSE(hold_out.refit);
  EXPECT_TRUE(fit_spec(hold_out, 0, 0).keep_model);
  EXPECT_FALSE(fit_spec(hold_out, 0, 1).keep_model);
  const Plan refitted = plan_for({{"data", "moons"}, {"folds", "1"}, {"refit", "true"}});
  EXPECT_TRUE(refitted.refit);
  EXPECT_EQ(fit_rows(refitted, kRefitFold).train.size(), 500u);
  // The fit itself is on all rows.
  EXPECT_FALSE(plan_for({{"data", "moons"}, {"folds", "0"}, {"refit", "true"}}).refit);
  const Plan all = plan_for({{"data", "moons"}, {"keep-models", "all"}});
  EXPECT_TRUE(fit_spec(all, 0, 2).keep_model);
}

TEST(Plan, NetworksKnowTheClassesOfTheirTrainingRows) {
  LoadedData data;
  Dataset& dataset = data.dataset;
  dataset.n_rows = 12;
  dataset.n_features = 1;
  dataset.class_names = {"ant", "bee", "cat"};
  for (std::int32_t row = 0; row < 12; ++row) {
    dataset.values.push_back(row);
    dataset.labels.push_back(row / 4);
    data.pool.push_back(row);
  }
  const auto plan = [&](const char* output) {
    GivenValues given;
    given["csv"] = {"x.csv", "csv", GivenValue::By::file};
    given["target"] = {"y", "target", GivenValue::By::file};
    given["stratify"] = {"false", "stratify", GivenValue::By::file};
    given["output"] = {output, "output", GivenValue::By::file};
    return make_plan(make_experiment(given), data);
  };
  const Plan automatic = plan("auto");
  EXPECT_EQ(automatic.folds[1].classes, (std::vector<std::int32_t>{0, 2}));
  EXPECT_EQ(network_of(automatic, 0, 1).n_outputs, 1u);
  EXPECT_EQ(network_of(automatic, 0, 1).output, Output::logistic);
  EXPECT_TRUE(automatic.refit_fold.classes.empty());
  EXPECT_EQ(network_of(automatic, 0, kRefitFold).n_outputs, 3u);
  EXPECT_EQ(network_of(plan("softmax"), 0, 1).n_outputs, 2u);
  EXPECT_EQ(describe_run(automatic).fold_missing_classes,
            (std::vector<std::vector<std::int32_t>>{{0}, {1}, {2}}));
  dataset.labels.assign(12, 1);
  EXPECT_THROW((void)plan("auto"), UsageError);
}

TEST(Plan, RefitHasNothingToWatch) {
  const Plan plan = plan_for({{"data", "moons"}, {"patience", "4"}});
  EXPECT_EQ(fit_spec(plan, 0, 0).training.patience, 4);
  EXPECT_EQ(fit_spec(plan, 0, kRefitFold).training.patience, 0);
}

TEST(Plan, ScalersSeeTheirFoldsTrainingRowsUnlessToldOtherwise) {
  const Plan per_fold = plan_for({{"data", "moons"}, {"scale", "standard"}});
  EXPECT_NE(feature_scaler(per_fold, 0, 0).shift, feature_scaler(per_fold, 0, 1).shift);
  const Plan all = plan_for({{"data", "moons"}, {"scale", "standard"}, {"scale-on", "all"}});
  EXPECT_EQ(feature_scaler(all, 0, 0).shift, feature_scaler(all, 0, 1).shift);
  EXPECT_EQ(feature_scaler(all, 0, 0).shift, feature_scaler(all, 0, kRefitFold).shift);
}

TEST(Plan, ConfigsMayDifferInScaleLossAndLength) {
  const Plan plan = plan_for({{"data", "moons"},
                              {"max-iter", "5,9"},
                              {"loss", "log_loss,squared_error"},
                              {"scale", "none,standard"}});
  ASSERT_EQ(plan.grid.configs.size(), 8u);
  EXPECT_EQ(plan.scalings.size(), 2u);
  EXPECT_TRUE(feature_scaler(plan, 0, 0).shift.empty());
  EXPECT_EQ(feature_scaler(plan, 1, 0).shift.size(), 2u);
  EXPECT_EQ(feature_scaler(plan, 7, 0).shift, feature_scaler(plan, 1, 0).shift);
  EXPECT_EQ(network_of(plan, 1, 0).loss, Loss::log_loss);
  EXPECT_EQ(network_of(plan, 2, 0).loss, Loss::squared_error);
  EXPECT_EQ(fit_spec(plan, 3, 0).training.max_iter, 5);
  EXPECT_EQ(fit_spec(plan, 4, 0).training.max_iter, 9);
  EXPECT_EQ(describe_run(plan).max_epochs, 9);
}

TEST(Records, LossFloorsAreOfAllConfigsOrOfNone) {
  const auto floors = [](const char* target_scale) {
    return describe_run(plan_for({{"data", "line"},
                                  {"output", "tanh"},
                                  {"scale", "standard"},
                                  {"scale-on", "train,all"},
                                  {"target-scale", target_scale}}))
        .fold_train_loss_floor;
  };
  EXPECT_GT(floors("none").at(0), 0.0);
  EXPECT_TRUE(std::isnan(floors("none,standard").at(0)));
}

TEST(Plan, LongerFitsCostMore) {
  const Plan plan = plan_for({{"data", "moons"}, {"hidden-layer-sizes", "8,512"}});
  EXPECT_LT(fit_cost(plan, 0, 0), fit_cost(plan, 1, 0));
  EXPECT_LT(fit_cost(plan, 0, 0), fit_cost(plan, 0, kRefitFold));
}

TEST(Records, DescriptionMatchesThePlan) {
  const Plan plan = plan_for({{"data", "moons"}, {"activation", "tanh,relu"}, {"max-iter", "9"}});
  const RunDescription run = describe_run(plan);
  EXPECT_EQ(run.n_configs(), 2u);
  EXPECT_EQ(run.n_folds(), 3u);
  EXPECT_EQ(run.max_epochs, 9);
  EXPECT_EQ(run.scoring, "accuracy");
  EXPECT_EQ(run.class_names.size(), 2u);
  EXPECT_EQ(run.fold_train_rows[1], plan.folds[1].train);
  EXPECT_NE(run.experiment.find("activation = tanh,relu"), std::string::npos);
}

TEST(Records, DivergedFitsHaveNoScore) {
  const Plan plan = plan_for({{"data", "moons"}});
  FitResult result;
  result.status = FitStatus::diverged;
  result.held_out_score = 0.9;
  const FitRecord record = make_record(plan, 0, 1, std::move(result));
  EXPECT_EQ(record.status, RunStatus::diverged);
  EXPECT_TRUE(std::isnan(record.split_test_score));
  EXPECT_EQ(failed_record(0, 1, "why").error, "why");
}

}  // namespace
}  // namespace mlpgrid
