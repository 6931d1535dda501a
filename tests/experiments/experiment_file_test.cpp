// Lines of experiment files.
#include "experiments/experiment_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "expect_throw.hpp"
#include "experiments/usage_error.hpp"
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
