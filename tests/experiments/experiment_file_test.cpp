// Lines of experiment files.
#include "experiments/options/experiment_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"
#include "experiments/options/usage_error.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

std::string value_of(const std::string& line) {
  const auto entries = parse_experiment_text(line, "x.ini");
  return entries.size() == 1 ? entries[0].value : "<not one entry>";
}

std::string refusal_of(const std::string& text) {
  return message_of<UsageError>([&] { (void)parse_experiment_text(text, "x.ini"); });
}

TEST(ExperimentFile, KeysValuesLinesAndComments) {
  const auto entries = parse_experiment_text(
      "# a comment\r\n\n  solver = adam,sgd  # why\r\nalpha=0.1\n\t#end\nmax-iter = 5", "x.ini");
  ASSERT_EQ(entries.size(), 3u);
  EXPECT_EQ(entries[0].key, "solver");
  EXPECT_EQ(entries[0].value, "adam,sgd");
  EXPECT_EQ(entries[0].line, 3);
  EXPECT_EQ(entries[1].value, "0.1");
  EXPECT_EQ(entries[2].key, "max-iter");
  EXPECT_EQ(entries[2].value, "5");
  EXPECT_EQ(entries[2].line, 6);
}

TEST(ExperimentFile, TakesWhatEditorsOfOtherSystemsSave) {
  for (const std::string text :
       {"\xEF\xBB\xBFsolver = adam\r\n\r\nalpha = 0.1\r\n", "solver = adam\r\ralpha = 0.1\r",
        "solver = adam\n\nalpha = 0.1\n\x1A", "solver = adam \n\ralpha = 0.1"}) {
    const auto entries = parse_experiment_text(text, "x.ini");
    ASSERT_EQ(entries.size(), 2u) << text;
    EXPECT_EQ(entries[0].key, "solver");
    EXPECT_EQ(entries[0].value, "adam");
    EXPECT_EQ(entries[1].value, "0.1");
    EXPECT_EQ(entries[1].line, 3);
  }
  EXPECT_TRUE(parse_experiment_text("\xEF\xBB\xBF", "x.ini").empty());
  using namespace std::string_literals;
  for (const std::string& text :
       {"\xFF\xFEs\0o\0"s, "\xFE\xFF\0s"s, "s\0o\0l\0v\0"s, "solver = adam\n\0"s}) {
    EXPECT_THAT(refusal_of(text), AllOf(HasSubstr("x.ini: "), HasSubstr("save it as UTF-8")));
  }
}

TEST(ExperimentFile, HugeKeysAndLinesAreShortenedInMessages) {
  const std::string huge(3'000'000, 'k');
  EXPECT_LT(refusal_of(huge + " = 1").size(), 300u);
  EXPECT_LT(refusal_of(huge).size(), 300u);
}

TEST(ExperimentFile, HashInsideAValueIsNoComment) {
  EXPECT_EQ(value_of("csv = /data/a#b.csv"), "/data/a#b.csv");
  EXPECT_EQ(value_of("title = \"run # 3\" # third"), "run # 3");
  EXPECT_EQ(value_of("title = a = b"), "a = b");
}

TEST(ExperimentFile, QuotedValuesRoundTrip) {
  for (const std::string value :
       {"plain", "a#b", "a # b", "\"quoted\"", " blanks ", "say \"hi\" # x", "#first", "\""}) {
    EXPECT_EQ(value_of("title = " + quoted_if_needed(value)), value) << value;
  }
  EXPECT_EQ(quoted_if_needed("plain text"), "plain text");
  EXPECT_EQ(value_of("columns = \"size, cm\",\"# of legs\" # note"), "\"size, cm\",\"# of legs\"");
}

TEST(ExperimentFile, RefusalsNameFileAndLine) {
  EXPECT_THAT(refusal_of("solver = adam\nsolvr = sgd\n"),
              AllOf(HasSubstr("x.ini:2"), HasSubstr("'solvr'"), HasSubstr("did you mean solver?")));
  EXPECT_THAT(refusal_of("alpha = 1\n\nalpha = 2\n"),
              AllOf(HasSubstr("x.ini:3"), HasSubstr("alpha"), HasSubstr("line 1")));
  EXPECT_THAT(refusal_of("just words"), HasSubstr("x.ini:1"));
  EXPECT_THAT(refusal_of("solver ="), AllOf(HasSubstr("x.ini:1"), HasSubstr("empty")));
  EXPECT_THAT(refusal_of("= adam"), HasSubstr("x.ini:1"));
  EXPECT_THAT(refusal_of("title = \"open"), HasSubstr("quotes"));
  EXPECT_THAT(refusal_of("title = \"a\" b"), HasSubstr("quotes"));
}

TEST(ExperimentFile, PrefixesOfNamesAndMachineMattersAreUnknown) {
  EXPECT_THAT(refusal_of("solv = adam"), HasSubstr("unknown option"));
  EXPECT_THAT(refusal_of("data-dir = /x"), HasSubstr("unknown option"));
  EXPECT_THAT(refusal_of("map-siz = 100"), HasSubstr("unknown option"));
}

TEST(ExperimentFile, MissingFileAndFolder) {
  const TemporaryFolder folder;
  const auto missing = folder.path() / "missing.ini";
  EXPECT_THAT(message_of<std::runtime_error>([&] { (void)read_experiment_file(missing); }),
              HasSubstr(missing.string()));
  EXPECT_THAT(message_of<std::runtime_error>([&] { (void)read_experiment_file(folder.path()); }),
              HasSubstr("folder"));
}

}  // namespace
}  // namespace mlpgrid
