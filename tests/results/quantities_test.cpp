// Quantities of the sample run by name, and thresholds.
#include "results/analysis/quantities.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsNan;
using testing::message_of;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

class QuantitiesTest : public ::testing::Test {
 protected:
  std::vector<double> values(const std::string& name, std::int32_t epoch = 0) {
    return fold_values(results(), name, epoch);
  }
  ResultsFile results() {
    write_results(folder_ / "run.h5", run_, {}, records_);
    return read_results(folder_ / "run.h5");
  }

  testing::TemporaryFolder folder_;
  RunDescription run_ = testing::sample_run();
  std::vector<FitRecord> records_ = testing::sample_records();
};

// Fit (3, 1) diverged. (0, 1) ran two epochs, and the curve of val_loss has a hole at the second.
TEST_F(QuantitiesTest, PointsOfCurves) {
  records_[2].train_loss = {3.0, 1.0, 2.0};
  records_[2].best_epoch = 1;
  const double third = 1.0 / 3.0;
  EXPECT_THAT(values("train_loss"),
              ElementsAre(third, 1.25, 2.0, 0.25, third, 1.25, third, IsNan()));
  EXPECT_EQ(values("train_loss_last")[2], 2.0);
  EXPECT_THAT(values("train_loss_min"),
              ElementsAre(third, 1.25, 1.0, 0.25, third, 1.25, third, IsNan()));
  EXPECT_THAT(values("train_loss_max"), ElementsAre(1.5, 1.5, 3.0, 2.5, 1.5, 1.5, 4.5, IsNan()));
  EXPECT_THAT(values("train_loss_best"),
              ElementsAre(1.25, 1.25, 3.0, 1.25, 1.25, 1.25, 1.25, IsNan()));
  EXPECT_THAT(values("val_loss"),
              ElementsAre(0.875, 1.75, 0.875, 0.875, 0.875, 1.75, 0.875, IsNan()));
  EXPECT_EQ(values("train_loss", 2)[2], 1.0);
  EXPECT_THAT(values("train_loss", 3)[1], IsNan()) << "it had ended";
}

TEST_F(QuantitiesTest, ValuesOfFits) {
  EXPECT_THAT(values("n_iter"), ElementsAre(3, 2, 3, 3, 3, 2, 3, 3));
  EXPECT_THAT(values("split_test_score"),
              ElementsAre(0.5, 0.75, 0.875, 0.625, 0.5, 0.75, 0.25, IsNan()));
  EXPECT_THAT(values("test_score")[2], 0.75);
  EXPECT_DOUBLE_EQ(values("elementwise_accuracy")[0], 1.0 - 2.0 * 3.0 / (3.0 * 18.0));
  EXPECT_DOUBLE_EQ(values("test_elementwise_accuracy")[0], 1.0 - 2.0 * 2.0 / (3.0 * 10.0));
  EXPECT_THAT(values("collapsed"), ElementsAre(0, 0, 0, 0, 0, 0, 0, IsNan()));
  records_.erase(records_.begin());
  EXPECT_THAT(values("n_iter")[0], IsNan()) << "not run";
}

TEST_F(QuantitiesTest, UnknownAndMissingOnesAreRefused) {
  const auto refusal = [&](const std::string& name, std::int32_t epoch = 0) {
    return message_of([&] { (void)values(name, epoch); });
  };
  EXPECT_THAT(refusal("val_los"), AllOf(HasSubstr("'val_los'"), HasSubstr("val_loss")));
  EXPECT_THAT(refusal("train_loss_median"), HasSubstr("'train_loss_median'"));
  EXPECT_THAT(refusal("early_stopping_score"), HasSubstr("no curve 'early_stopping_score'"));
  EXPECT_THAT(refusal("train_loss", 4), HasSubstr("from 1 to 3"));
  EXPECT_THAT(refusal("train_loss_min", 1), HasSubstr("no curve"));
  run_.class_names.clear();
  for (FitRecord& record : records_) {
    record.confusion.clear();
    record.test_confusion.clear();
    record.test_score = kNaN;
  }
  EXPECT_THAT(refusal("elementwise_accuracy"), HasSubstr("not classes"));
  EXPECT_THAT(refusal("test_score"), HasSubstr("no separate test set"));
}

TEST_F(QuantitiesTest, SuccessesAreOfFitsThatRan) {
  SuccessCounts counts = count_successes(results(), parse_condition("split_test_score>0.5"));
  EXPECT_THAT(counts.successes, ElementsAre(1, 2, 1, 0));
  EXPECT_THAT(counts.fits, ElementsAre(2, 2, 2, 2));
  EXPECT_THAT(counts.share, ElementsAre(0.5, 1.0, 0.5, 0.0));
  EXPECT_THAT(counts.mean, ElementsAre(0.625, 0.75, 0.625, 0.25)) << "of those with a value";
  EXPECT_THAT(counts.deviation, ElementsAre(0.125, 0.125, 0.125, 0.0));
  EXPECT_THAT(counts.min, ElementsAre(0.5, 0.625, 0.5, 0.25));
  EXPECT_THAT(counts.max, ElementsAre(0.75, 0.875, 0.75, 0.25));
  records_ = {records_[2]};
  counts = count_successes(results(), parse_condition("split_test_score>0.5"));
  EXPECT_THAT(counts.fits, ElementsAre(0, 1, 0, 0));
  EXPECT_THAT(counts.share, ElementsAre(IsNan(), 1.0, IsNan(), IsNan()));
  EXPECT_THAT(counts.min[0], IsNan());
}

TEST(Condition, HoldsOnTheRightSide) {
  const auto holds = [](const std::string& text) {
    const Condition condition = parse_condition(text);
    return std::vector<bool>{condition.holds(0.0), condition.holds(0.5), condition.holds(1.0),
                             condition.holds(kNaN)};
  };
  EXPECT_THAT(holds("x<0.5"), ElementsAre(true, false, false, false));
  EXPECT_THAT(holds(" x <= 5e-1 "), ElementsAre(true, true, false, false));
  EXPECT_THAT(holds("x>0.5"), ElementsAre(false, false, true, false));
  EXPECT_THAT(holds("x >= 0.5"), ElementsAre(false, true, true, false));
  EXPECT_EQ(parse_condition(" val_loss <= -5e-1 ").text, "val_loss<=-5e-1");
  EXPECT_EQ(parse_condition("val_loss<=-0.5").threshold, -0.5);
}

TEST(Condition, RefusesWhatIsNone) {
  for (const char* text : {"", "val_loss", "<0.1", "val_loss=0.1", "val_loss==0.1"}) {
    EXPECT_THAT(message_of([&] { (void)parse_condition(text); }), HasSubstr("e.g. val_loss<0.1"))
        << text;
  }
  for (const char* text : {"x<", "x<=", "x<a", "x<0.1a", "x<<1", "x<nan", "x>inf"}) {
    EXPECT_NE(message_of([&] { (void)parse_condition(text); }), "") << text;
  }
}

}  // namespace
}  // namespace mlpgrid
