// What the report's data are made of: packed numbers, escapes, moments over folds, and how much of
// a large run it keeps. The page itself is tests/report's.
#include "results/report/report.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <string>
#include <vector>

#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "results/report/curves.hpp"
#include "results/report/encoding.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

std::string base64_of(const std::string& text) {
  return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
}

// Bit by bit, as RFC 4648 describes it.
std::vector<std::uint8_t> decoded(const std::string& text) {
  const std::string letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::vector<bool> bits;
  for (const char c : text) {
    if (c == '=') break;
    const std::size_t value = letters.find(c);
    for (unsigned bit = 6; bit-- > 0;) bits.push_back((value >> bit & 1U) != 0);
  }
  std::vector<std::uint8_t> bytes(bits.size() / 8, 0);
  for (std::size_t i = 0; i < bytes.size() * 8; ++i) {
    bytes[i / 8] = static_cast<std::uint8_t>(2U * bytes[i / 8] + (bits[i] ? 1U : 0U));
  }
  return bytes;
}

std::vector<float> unpacked_floats(const std::string& text) {
  const std::vector<std::uint8_t> bytes = decoded(text);
  std::vector<float> values;
  for (std::size_t i = 0; i + 2 < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t j) { return std::uint32_t{bytes[i + j]}; };
    values.push_back(std::bit_cast<float>(byte(0) << 8U | byte(1) << 16U | byte(2) << 24U));
  }
  return values;
}

TEST(ReportEncoding, Base64IsThatOfRfc4648) {  // its section 10
  EXPECT_EQ(base64_of(""), "");
  EXPECT_EQ(base64_of("f"), "Zg==");
  EXPECT_EQ(base64_of("fo"), "Zm8=");
  EXPECT_EQ(base64_of("foo"), "Zm9v");
  EXPECT_EQ(base64_of("foob"), "Zm9vYg==");
  EXPECT_EQ(base64_of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(base64_of("foobar"), "Zm9vYmFy");
}

TEST(ReportEncoding, PackedFloatsKeepFifteenBitsOfTheFraction) {
  std::mt19937 random(1);
  std::uniform_real_distribution<double> exponent(-37.0, 37.0);
  std::vector<double> values = {0.0, 1.0, -1.0, 0.25, 1e30};
  for (int i = 0; i < 10'000; ++i) {
    values.push_back((i % 2 == 0 ? 1.0 : -1.0) * std::pow(10.0, exponent(random)));
  }
  const std::vector<float> found = unpacked_floats(packed_floats(values));
  ASSERT_EQ(found.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    EXPECT_LE(std::abs(found[i] - values[i]), std::ldexp(std::abs(values[i]), -16)) << values[i];
  }
}

TEST(ReportEncoding, PackedFloatsAreNaNWhereThereIsNoFloat) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const float value : unpacked_floats(packed_floats(std::vector{kNaN, infinity, -1e300}))) {
    EXPECT_TRUE(std::isnan(value));
  }
}

TEST(ReportEncoding, PackedBytes) {
  const std::vector<double> values = {-1.0, 0.0, 1.0, 2.0, 3.0, 9.0, kNaN};
  EXPECT_THAT(decoded(packed_bytes(values, 1.0, 3.0)), ElementsAre(0, 0, 0, 127, 254, 254, 255));
  EXPECT_THAT(decoded(packed_bytes(values, 1.0, 1.0)), ElementsAre(0, 0, 0, 0, 0, 0, 255));
}

TEST(ReportEncoding, Escapes) {
  EXPECT_EQ(html_escaped("<a href=\"x\">'&'</a>"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;&#39;&lt;/a&gt;");
  const std::string hostile = "</script><!-- & \xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xA6 \xE2\x80";
  const nlohmann::json json = hostile.substr(0, hostile.size() - 3);
  const std::string escaped = script_escaped(json.dump());
  EXPECT_EQ(escaped.find_first_of("<>&"), std::string::npos);
  EXPECT_THAT(escaped, Not(HasSubstr("\xE2\x80\xA8")));
  EXPECT_THAT(escaped, HasSubstr("\xE2\x80\xA6"));
  EXPECT_EQ(nlohmann::json::parse(escaped), json);
  EXPECT_EQ(script_escaped("\xE2\x80"), "\xE2\x80");  // cut short
}

TEST(ReportCurves, MomentsAreOverTheFoldsThatHaveAValue) {
  const double infinity = std::numeric_limits<double>::infinity();
  // 2 configs x 2 folds x 3 epochs
  const std::vector<double> curve = {1.0, 5.0,  kNaN, 3.0,      kNaN, kNaN,
                                     2.0, kNaN, 8.0,  infinity, 4.0,  8.0};
  const FoldMoments moments = fold_moments(curve, 2, 3);
  using ::testing::NanSensitiveDoubleEq;
  using ::testing::Pointwise;
  EXPECT_THAT(moments.mean, Pointwise(NanSensitiveDoubleEq(), {2.0, 5.0, kNaN, 2.0, 4.0, 8.0}));
  EXPECT_THAT(moments.deviation,
              Pointwise(NanSensitiveDoubleEq(), {1.0, 0.0, kNaN, 0.0, 0.0, 0.0}));
}

class LongRun : public ::testing::Test {
 protected:
  // Curves that end at different epochs, with a value of their own at each.
  ResultsFile write(std::int32_t epochs, std::int32_t every) {
    RunDescription run = testing::sample_run();
    run.max_epochs = epochs;
    std::vector<FitRecord> records = testing::sample_records();
    for (FitRecord& record : records) {
      if (record.fold == kRefitFold) continue;
      record.n_iter = epochs - record.config;
      for (auto* curve :
           {&record.train_loss, &record.train_score, &record.val_loss, &record.val_score}) {
        curve->assign(static_cast<std::size_t>(record.n_iter), kNaN);
        for (std::int32_t epoch = 1; epoch <= record.n_iter; ++epoch) {
          if (epoch % every != 0 && epoch != record.n_iter) continue;
          (*curve)[static_cast<std::size_t>(epoch - 1)] = record.config + epoch / 65536.0;
        }
      }
    }
    write_results(file_, run, {}, records);
    return read_results(file_);
  }

  // {epoch, value} as the page puts them together.
  static std::vector<std::pair<int, float>> points(const nlohmann::ordered_json& curve,
                                                   std::size_t config) {
    const std::vector<float> values = unpacked_floats(curve["mean"][config].get<std::string>());
    std::vector<std::pair<int, float>> found;
    for (std::size_t i = 0; i < values.size(); ++i) {
      const bool is_last = i + 1 == values.size();
      found.emplace_back((is_last ? curve["last"][config] : curve["epochs"][i]).get<int>(),
                         values[i]);
    }
    return found;
  }

  testing::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_.path() / "run.h5";
};

TEST_F(LongRun, KeepsEveryEpochOfAShortOne) {
  const auto curves = report_curves(write(300, 1));
  for (const std::size_t config : {0U, 1U, 3U}) {
    const auto found = points(curves["val_loss"], config);
    ASSERT_EQ(found.size(), 300 - config);
    for (std::size_t i = 0; i < found.size(); ++i) {
      EXPECT_EQ(found[i].first, static_cast<int>(i + 1));
      EXPECT_NEAR(found[i].second, static_cast<double>(config) + found[i].first / 65536.0, 1e-4);
    }
  }
  EXPECT_TRUE(curves["val_loss"]["mean"][2].is_null());  // shares the fits of config 0
  EXPECT_EQ(curves["val_loss"]["last"][2], 0);
}

TEST_F(LongRun, ThinsALongOneAndKeepsItsEnds) {
  const auto curves = report_curves(write(9'001, 1));
  for (const std::size_t config : {0U, 1U, 3U}) {
    const auto found = points(curves["train_loss"], config);
    EXPECT_LE(found.size(), kMaxPointsPerCurve + 1);
    EXPECT_GE(found.size(), kMaxPointsPerCurve / 2);
    EXPECT_EQ(found.front().first, 1);
    EXPECT_EQ(found.back().first, 9'001 - static_cast<int>(config));
    for (std::size_t i = 1; i < found.size(); ++i) EXPECT_GT(found[i].first, found[i - 1].first);
    for (const auto& [epoch, value] : found) {
      EXPECT_NEAR(value, static_cast<double>(config) + epoch / 65536.0, 1e-4);
    }
  }
}

TEST_F(LongRun, KeepsTheEpochsThatWereEvaluated) {
  auto found = points(report_curves(write(9'001, 1'000))["val_score"], 0);
  std::erase_if(found, [](const auto& point) { return std::isnan(point.second); });  // of others
  ASSERT_EQ(found.size(), 10U);
  EXPECT_EQ(found[0].first, 1'000);
  EXPECT_EQ(found[9].first, 9'001);
}

}  // namespace
}  // namespace mlpgrid
