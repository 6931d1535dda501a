// Rows of reported numbers against the sample run: which config answers, and what cannot be.
#include "results/tables/against_reported.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class AgainstReportedTest : public ::testing::Test {
 protected:
  ResultsFile results() const {
    write_results(folder_ / "run.h5", run_, {}, records_);
    return read_results(folder_ / "run.h5");
  }
  std::string formatted(TableFormat format) {
    options_.format = format;
    options_.source = "sample.reported.csv";
    return format_against_reported(results(), rows_, options_);
  }
  nlohmann::json row(const std::string& quantity, const std::string& where,
                     const std::string& reported = "0.5") {
    rows_ = {{quantity, where, reported, ""}};
    return nlohmann::json::parse(formatted(TableFormat::json))[0];
  }

  testing::TemporaryFolder folder_;
  RunDescription run_ = testing::sample_run();
  std::vector<FitRecord> records_ = testing::sample_records();
  std::vector<ReportedRow> rows_;
  ReportedOptions options_;
};

TEST_F(AgainstReportedTest, Text) {
  rows_ = {{"mean_test_score", "", "0.7",
            "Ours is better, for reasons that take more than one line"
            " of this table to tell."},
           {"activation", "", "relu", ""},
           {"test_score", "activation=sigmoid", "0.1", "Never ran."}};
  options_.changes = {"samples = 5 (preset: 10)", "tol = 0 (preset: 1)"};
  EXPECT_EQ(formatted(TableFormat::text),
            R"golden(sample grid: accuracy, 2 folds, 4 configs; reported and ours

quantity         where               reported  ours  difference  note
---------------  ------------------  --------  ----  ----------  -----------------------------------------------------------
mean_test_score                           0.7  0.75       +0.05  Ours is better, for reasons that take more than one line of
                                                                 this table to tell.
activation                               relu  tanh
test_score       activation=sigmoid       0.1                    Not computed: no config of the run matches. Never ran.

Where nothing is selected ours is the best config, 1: activation=tanh.

Reported: sample.reported.csv.

Warning: this run is not the preset as it stands: samples = 5 (preset: 10); tol = 0 (preset: 1).
)golden");
}

TEST_F(AgainstReportedTest, MarkdownAndLatexKeepNotesWhole) {
  const std::string note = "a note that is rather longer than the sixty letters of a line of text";
  rows_ = {{"n_iter", "learning_rate_init=0.1", "3", note}};
  EXPECT_THAT(formatted(TableFormat::markdown),
              HasSubstr("| n_iter   | learning_rate_init=0.1 |        3 |  2.5 |       -0.5 | " +
                        note + " |\n"));
  EXPECT_THAT(formatted(TableFormat::latex),
              AllOf(HasSubstr(R"({llrrrp{0.4\linewidth}})"), HasSubstr(note + R"( \\)"),
                    Not(HasSubstr("nothing is selected"))));
}

TEST_F(AgainstReportedTest, CsvHasFullPrecision) {
  rows_ = {{"train_loss", "activation=relu fold=0", "0.25", "a \"b\""}};
  EXPECT_EQ(formatted(TableFormat::csv),
            "quantity,where,reported,ours,difference,note,config\n"
            "train_loss,activation=relu fold=0,0.25,0.3333333333333333,0.08333333333333331,"
            "\"a \"\"b\"\"\",0\n");
}

TEST_F(AgainstReportedTest, SelectsConfigsFoldsAndEpochs) {
  EXPECT_EQ(row("mean_test_score", "")["config"], 1);
  EXPECT_EQ(row("mean_test_score", "activation=relu")["config"], 0) << "first of equal ranks";
  EXPECT_EQ(row("mean_test_score", "activation=relu learning-rate-init=1e-1")["config"], 2);
  EXPECT_EQ(row("mean_test_score", "learning_rate_init=0.1")["config"], 2) << "the best ranked";
  EXPECT_EQ(row("split_test_score", "activation=relu fold=1")["ours"], 0.75);
  EXPECT_EQ(row("split_test_score", "activation=relu")["ours"], 0.625);
  EXPECT_EQ(row("split_test_score", "activation=relu")["difference"], 0.125);
  EXPECT_EQ(row("train_loss", "activation=tanh epoch=1")["ours"], 2.5);
  EXPECT_EQ(row("train_loss_min", "activation=tanh fold=0")["ours"], 1.0 / 3.0);
  EXPECT_EQ(row("test_score", "")["ours"], 0.625);
  EXPECT_EQ(row("batch_size", "", "100")["difference"], 100.0);
  EXPECT_EQ(row("best_model_test_score", "")["ours"], 0.8125);
  EXPECT_EQ(row("label", "", "activation=tanh")["ours"], "activation=tanh");
}

TEST_F(AgainstReportedTest, SuccessShareTakesItsConditionFromTheRowOrTheCaller) {
  EXPECT_EQ(row("success_share", "activation=tanh split_test_score>0.7")["ours"], 0.5);
  EXPECT_THAT(row("success_share", "activation=tanh")["note"].get<std::string>(),
              HasSubstr("needs a condition"));
  options_.success = parse_condition("split_test_score>0.1");
  EXPECT_EQ(row("success_share", "activation=tanh")["ours"], 1.0);
  EXPECT_EQ(row("success_share", "activation=tanh split_test_score>0.7")["ours"], 0.5);
}

TEST_F(AgainstReportedTest, WhatCannotBeComputedSaysWhy) {
  const auto why = [&](const std::string& quantity, const std::string& where) {
    const nlohmann::json answer = row(quantity, where);
    EXPECT_TRUE(answer["ours"].is_null() && answer["difference"].is_null()) << quantity;
    return answer["note"].get<std::string>();
  };
  EXPECT_THAT(why("speed", ""), HasSubstr("no quantity 'speed'"));
  EXPECT_THAT(why("mean_test_score", "speed=3"), HasSubstr("no axis 'speed'"));
  EXPECT_THAT(why("mean_test_score", "tanh"), HasSubstr("'tanh' is no selector"));
  EXPECT_THAT(why("mean_test_score", "fold=2"), HasSubstr("from 0 to 1"));
  EXPECT_THAT(why("train_loss", "epoch=0"), HasSubstr("from 1 to 3"));
  EXPECT_THAT(why("n_iter", "epoch=1"), HasSubstr("no curve"));
  EXPECT_THAT(why("early_stopping_score", ""), HasSubstr("no curve 'early_stopping_score'"));
  EXPECT_THAT(why("best_model_test_score", "activation=relu"), HasSubstr("not of this config"));
  EXPECT_THAT(why("mean_test_score", "activation=tanh learning_rate_init=0.1"),
              HasSubstr("config 3 has no value: diverged 1/2"));
  EXPECT_THAT(why("success_share", "val_loss<x"), HasSubstr("'x' is not a number"));
}

}  // namespace
}  // namespace mlpgrid
