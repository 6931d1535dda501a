// The consistency check and the content hash.
#include "data/dataset.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <stdexcept>

#include "test_files.hpp"

namespace mlpgrid {
namespace {

using testing::error_of;
using ::testing::HasSubstr;

Dataset small() {
  Dataset dataset;
  dataset.name = "small";
  dataset.n_rows = 2;
  dataset.n_features = 3;
  dataset.values = {1, 2, 3, 4, 5, 6};
  dataset.feature_names = {"a", "b", "c"};
  dataset.labels = {0, 1};
  dataset.class_names = {"no", "yes"};
  return dataset;
}

TEST(CheckDataset, AcceptsAllKindsOfTargets) {
  Dataset dataset = small();
  EXPECT_NO_THROW(check(dataset));
  dataset.labels.clear();
  dataset.class_names.clear();
  EXPECT_NO_THROW(check(dataset));
  dataset.n_outputs = 2;
  dataset.target_values = {1, 2, 3, 4};
  EXPECT_NO_THROW(check(dataset));
}

TEST(CheckDataset, RefusesWhatDoesNotFitTogether) {
  const auto refused = [](auto change, const char* because) {
    Dataset dataset = small();
    change(dataset);
    EXPECT_THAT(error_of([&] { check(dataset); }), HasSubstr(because));
    EXPECT_THROW(check(dataset), std::invalid_argument);
  };
  refused([](Dataset& d) { d.n_rows = 0; }, "no rows");
  refused([](Dataset& d) { d.n_features = 0; }, "no features");
  refused([](Dataset& d) { d.values.pop_back(); }, "5 stored features");
  refused([](Dataset& d) { d.bytes.resize(6); }, "either bytes or numbers");
  refused([](Dataset& d) { d.feature_names.pop_back(); }, "2 feature names");
  refused([](Dataset& d) { d.image_height = 2, d.image_width = 2; }, "2x2");
  refused([](Dataset& d) { d.values[4] = std::numeric_limits<double>::infinity(); },
          "feature 1 of row 1 is not finite");
  refused([](Dataset& d) { d.labels[1] = 2; }, "label 2 of row 1");
  refused([](Dataset& d) { d.labels[0] = -1; }, "label -1 of row 0");
  refused([](Dataset& d) { d.labels.push_back(0); }, "3 labels");
  refused([](Dataset& d) { d.class_names.clear(); }, "come together");
  refused([](Dataset& d) { d.target_values = {1, 2}, d.n_outputs = 1; }, "both");
  refused([](Dataset& d) { d.n_outputs = 1; }, "0 target values");
}

TEST(ContentHash, IsSensitiveToContentOnly) {
  const std::string original = content_sha256(small());
  EXPECT_EQ(original.size(), 64U);
  EXPECT_EQ(original.find_first_not_of("0123456789abcdef"), std::string::npos);
  Dataset renamed = small();
  renamed.name = "other";
  EXPECT_EQ(content_sha256(renamed), original);

  std::set<std::string> seen = {original};
  const auto differs = [&](auto change) {
    Dataset dataset = small();
    change(dataset);
    EXPECT_TRUE(seen.insert(content_sha256(dataset)).second);
  };
  differs([](Dataset& d) { d.values[5] = 7; });
  differs([](Dataset& d) { std::swap(d.n_rows, d.n_features); });
  differs([](Dataset& d) { d.labels[0] = 1; });
  differs([](Dataset& d) { d.class_names[0] = "yes"; });
  differs([](Dataset& d) { d.feature_names = {"ab", "", "c"}; });
  differs([](Dataset& d) { d.feature_names = {"a", "b", "d"}; });
  differs([](Dataset& d) { d.image_height = 1, d.image_width = 3; });
  differs([](Dataset& d) { d.image_height = 3, d.image_width = 1; });
  differs([](Dataset& d) { d.bytes = {1, 2, 3, 4, 5, 6}, d.values.clear(); });
}

}  // namespace
}  // namespace mlpgrid
