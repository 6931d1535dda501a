// CSV files: what they become, and what is said of bad ones.
#include "data/csv/csv.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "data/csv/csv_numbers.hpp"
#include "test_files.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::error_of;
using ::testing::HasSubstr;
using testing::TemporaryFolder;

class Csv : public ::testing::Test {
 protected:
  Dataset read(const std::string& content, std::vector<std::string> targets = {"y"},
               Task task = Task::automatic, std::vector<std::string> columns = {}) {
    CsvOptions options;
    options.file = dir_.write("data.csv", content);
    options.targets = std::move(targets);
    options.task = task;
    options.columns = std::move(columns);
    Dataset dataset = read_csv(options);
    check(dataset);
    return dataset;
  }
  std::string error(const std::string& content, std::vector<std::string> targets = {"y"},
                    Task task = Task::automatic, std::vector<std::string> columns = {}) {
    return error_of([&] { (void)read(content, targets, task, columns); });
  }
  TemporaryFolder dir_;
};

TEST_F(Csv, ReadsFeaturesAndNamedClasses) {
  const Dataset d = read("a,y,b\n1,cat,2.5\n-3e2,ant,+4\n5,cat,.5\n");
  EXPECT_EQ(d.name, "data");
  EXPECT_THAT(d.feature_names, ElementsAre("a", "b"));
  EXPECT_THAT(d.values, ElementsAre(1, 2.5, -300, 4, 5, 0.5));
  EXPECT_THAT(d.class_names, ElementsAre("ant", "cat"));
  EXPECT_THAT(d.labels, ElementsAre(1, 0, 1));
}

TEST_F(Csv, ReadsTheFormsThatProgramsWrite) {
  const Dataset plain = read("a,y\n1,p\n2,q\n");
  for (const char* content : {"\xEF\xBB\xBF"
                              "a,y\n1,p\n2,q\n",
                              "a,y\r\n1,p\r\n2,q\r\n", "a,y\n1,p\n2,q", "a, y\n\n 1 ,p \n\n2,q\n\n",
                              "\"a\",\"y\"\n\"1\",\"p\"\n\"2\",\"q\"\n", "a,y\r1,p\r2,q\r"}) {
    EXPECT_EQ(content_sha256(read(content)), content_sha256(plain)) << content;
  }
}

TEST_F(Csv, ReadsQuotedCommasQuotesAndLineEnds) {
  const Dataset d = read("\"a, \"\"b\"\"\",y\n1,\"two\nlines\"\n2,\"x,y\"\n");
  EXPECT_THAT(d.feature_names, ElementsAre("a, \"b\""));
  EXPECT_THAT(d.class_names, ElementsAre("two\nlines", "x,y"));
}

TEST_F(Csv, SortsIntegerClassesNumerically) {
  const Dataset d = read("a,y\n1,10\n2,9\n3,-1\n4,10.0\n");
  EXPECT_THAT(d.class_names, ElementsAre("-1", "9", "10"));
  EXPECT_THAT(d.labels, ElementsAre(2, 1, 0, 2));
}

TEST_F(Csv, DecidesTheTaskFromTheTarget) {
  std::string hundred = "a,y\n";
  for (int i = 0; i < 100; ++i) hundred += "1," + std::to_string(i) + "\n";
  EXPECT_EQ(read(hundred).class_names.size(), 100U);
  const Dataset many = read(hundred + "1,100\n");
  EXPECT_TRUE(many.labels.empty());
  EXPECT_EQ(many.n_outputs, 1U);
  EXPECT_EQ(read("a,y\n1,0.5\n2,1\n").n_outputs, 1U);
  EXPECT_EQ(read("a,y\n1,3\n2,1\n", {"y"}, Task::regression).n_outputs, 1U);
}

TEST_F(Csv, RegressionTakesSeveralTargets) {
  const Dataset d = read("u,a,v\n1,2,3\n4,5,6\n", {"v", "u"}, Task::regression);
  EXPECT_THAT(d.target_values, ElementsAre(3, 1, 6, 4));
  EXPECT_THAT(d.values, ElementsAre(2, 5));
}

TEST_F(Csv, AutoencoderHasNoTarget) {
  const Dataset d = read("a,b\n1,2\n3,4\n", {}, Task::autoencoder);
  EXPECT_TRUE(d.labels.empty());
  EXPECT_EQ(d.n_outputs, 0U);
  EXPECT_EQ(d.n_features, 2U);
}

TEST_F(Csv, ChosenColumnsLeaveOthersUnread) {
  const Dataset d = read("id,b,y,a\nx1,2,p,1\n,4,q,3\n", {"y"}, Task::automatic, {"a", "b"});
  EXPECT_THAT(d.feature_names, ElementsAre("a", "b"));
  EXPECT_THAT(d.values, ElementsAre(1, 2, 3, 4));
}

TEST_F(Csv, StopsAfterTheRowsAskedFor) {
  CsvOptions options;
  options.file = dir_.write("data.csv", "a,y\n1,p\n2,q\nbroken\n");
  options.targets = {"y"};
  options.max_rows = 2;
  EXPECT_EQ(read_csv(options).n_rows, 2U);
}

TEST_F(Csv, NamesFileLineAndColumnOfBadCells) {
  EXPECT_THAT(error("a,b,y\n1,2,p\n1,x,q\n"), HasSubstr("data.csv:3:b: 'x' is not a number"));
  EXPECT_THAT(error("a,b,y\n\n1,\"\n2x\",p\n"), HasSubstr("data.csv:3:b:"));
  EXPECT_THAT(error("a,b,y\r\n1,,p\r\n"), HasSubstr("data.csv:2:b: the cell is empty"));
  EXPECT_THAT(error("a,y\n1,p\n2,\n"), HasSubstr("data.csv:3:y: the cell is empty"));
  EXPECT_THAT(error("a,y\n1,p\nnan,q\n"), HasSubstr("data.csv:3:a: 'nan' is not a finite"));
  EXPECT_THAT(error("a,y\n-inf,p\n"), HasSubstr("data.csv:2:a:"));
  EXPECT_THAT(error("a,y\n1,p\n1,NaN\n"), HasSubstr("data.csv:3:y: 'NaN' is no value"));
  EXPECT_THAT(error("a,y\n1,3\n1,NaN\n"), HasSubstr("data.csv:3:y: 'NaN' is not a finite"));
  EXPECT_THAT(error("a,y\n1 2,p\n"), HasSubstr("'1 2' is not a number"));
  EXPECT_THAT(error("a,y\n+-1,p\n"), HasSubstr("'+-1' is not a number"));
  EXPECT_THAT(error("a,y\n1,5\n1,x\n", {"y"}, Task::regression), HasSubstr("data.csv:3:y:"));
}

TEST_F(Csv, NamesTheLineOfMalformedRows) {
  EXPECT_THAT(error("a,y\n1,p\n1,p,3\n"), HasSubstr("data.csv:3: 3 cell(s), but the header has 2"));
  EXPECT_THAT(error("a,y\n1\n"), HasSubstr("data.csv:2: 1 cell(s)"));
  EXPECT_THAT(error("a,y\n1,p\n2,\"q\n3,r\n"), HasSubstr("data.csv:3: a quoted cell"));
  EXPECT_THAT(error("a,y\n1,p\"q\n"), HasSubstr("data.csv:2: misplaced quote"));
  EXPECT_THAT(error(std::string("a,y\n1,p\0\n", 9)), HasSubstr("data.csv:2: is not text in UTF-8"));
  EXPECT_THAT(error("a,y\n1,M\xFCnchen\n"), HasSubstr("not text in UTF-8"));
  EXPECT_EQ(read("a,y\n1,M\xC3\xBCnchen\n2,\xF0\x9F\x98\x80\n").class_names.size(), 2U);
}

TEST_F(Csv, NamesWhatIsWrongWithTheHeader) {
  EXPECT_THAT(error(""), HasSubstr("data.csv: is empty"));
  EXPECT_THAT(error("\n \n"), HasSubstr("data.csv: is empty"));
  EXPECT_THAT(error("a,y\n"), HasSubstr("has a header but no rows"));
  EXPECT_THAT(error("1,2\n3,4\n"), HasSubstr("data.csv:1: no header"));
  EXPECT_THAT(error("a,a,y\n1,2,p\n"),
              AllOf(HasSubstr("2 columns are called 'a'"), HasSubstr("--columns")));
  EXPECT_THAT(error(",y\n1,p\n"), HasSubstr("no column is left"));
  EXPECT_THAT(error("y\np\nq\n"), HasSubstr("no column is left"));
}

TEST_F(Csv, HintsAtTheNearestColumn) {
  EXPECT_THAT(error("width,kind\n1,p\n", {"knid"}),
              AllOf(HasSubstr("--target knid"), HasSubstr("did you mean kind?")));
  EXPECT_THAT(error("width,kind\n1,p\n", {"kind"}, Task::automatic, {"depth_of_water"}),
              AllOf(HasSubstr("--columns depth_of_water"), HasSubstr("width, kind")));
  EXPECT_THAT(error("a,y\n1,p\n", {"y"}, Task::automatic, {"a", "y"}), HasSubstr("named twice"));
}

TEST_F(Csv, RefusesTargetsThatDoNotSuitTheTask) {
  EXPECT_THAT(error("a,y\n1,2\n", {}), HasSubstr("--target"));
  EXPECT_THAT(error("a,y\n1,2\n", {"y"}, Task::autoencoder), HasSubstr("--target"));
  EXPECT_THAT(error("a,y,z\n1,2,3\n", {"y", "z"}), HasSubstr("--task regression"));
  EXPECT_THAT(error("a,y\n1,2.5\n", {"y"}, Task::classification),
              AllOf(HasSubstr("data.csv:2:y: '2.5'"), HasSubstr("--task regression")));
  EXPECT_THAT(error("a,y\n1,2\n2,3\n3,4x\n"),
              AllOf(HasSubstr("data.csv:4:y: '4x'"), HasSubstr("--task classification")));
  EXPECT_EQ(read("a,y\n1,2\n2,3\n3,4x\n", {"y"}, Task::classification).class_names.size(), 3U);
  EXPECT_THAT(error("a,y\n1,p\n2,p\n"), HasSubstr("at least two classes"));
}

TEST_F(Csv, NamesMissingFilesAndFolders) {
  CsvOptions options;
  options.targets = {"y"};
  options.file = dir_.path() / "nowhere.csv";
  EXPECT_THAT(error_of([&] { (void)read_csv(options); }),
              AllOf(HasSubstr("nowhere.csv"), HasSubstr("No such file")));
  options.file = dir_.path();
  EXPECT_THAT(error_of([&] { (void)read_csv(options); }), HasSubstr("is a folder"));
}

TEST_F(Csv, TakesKnownClassesInTheirOrder) {
  CsvOptions options;
  options.file = dir_.write("data.csv", "a,y\n1,cat\n2,cat\n");
  options.targets = {"y"};
  options.classes = {"dog", "cat"};
  const Dataset d = read_csv(options);
  EXPECT_THAT(d.class_names, ElementsAre("dog", "cat"));
  EXPECT_THAT(d.labels, ElementsAre(1, 1));
  options.classes = {"dog", "cow"};
  EXPECT_THAT(
      error_of([&] { (void)read_csv(options); }),
      AllOf(HasSubstr("data.csv:2"), HasSubstr("y"), HasSubstr("'cat'"), HasSubstr("dog, cow")));
  options.file = dir_.write("numbers.csv", "a,y\n1,+2\n2,1.0\n");
  options.classes = {"1", "2"};
  EXPECT_THAT(read_csv(options).labels, ElementsAre(1, 0));
}

TEST_F(Csv, ColumnsMayBeChosenByTheHeader) {
  CsvOptions options;
  options.file = dir_.write("data.csv", "c,a,b\n1,2,3\n");
  options.on_header = [](const CsvHeader& header, CsvOptions& chosen) {
    EXPECT_THAT(header.names(), ElementsAre("c", "a", "b"));
    chosen.columns = {"b", "c"};
    chosen.task = Task::autoencoder;
  };
  const Dataset d = read_csv(options);
  EXPECT_THAT(d.feature_names, ElementsAre("b", "c"));
  EXPECT_THAT(d.values, ElementsAre(3, 1));
  EXPECT_TRUE(options.columns.empty());
}

TEST_F(Csv, TakesNamesWithCommasSpacesAndLineEnds) {
  const std::string text =
      "\"size, cm\",\" b\",\"weight\n(kg)\",\"kind, of insect\"\n1,2,3,p\n4,5,6,q\n";
  const Dataset d = read(text, {"kind, of insect"});
  EXPECT_THAT(d.feature_names, ElementsAre("size, cm", "b", "weight\n(kg)"));
  EXPECT_THAT(read(text, {"kind, of insect"}, Task::automatic, {"weight\\n(kg)", "b"}).values,
              ElementsAre(3, 2, 6, 5));  // as a message shows it
  EXPECT_THAT(error(text, {"kind", "of insect"}),
              HasSubstr("double quotes: --target '\"kind, of insect\"'"));
  EXPECT_THAT(error("\"skin, fur\",kind\n1,p\n", {"kin"}), HasSubstr("did you mean kind?"));
}

TEST_F(Csv, LeavesNamelessColumnsOutAndSaysSo) {
  const Dataset d = read(",a,y,\n0,1,p,\n1,2,q,\n");
  EXPECT_THAT(d.feature_names, ElementsAre("a"));
  EXPECT_THAT(d.values, ElementsAre(1, 2));
  EXPECT_THAT(d.notes, ElementsAre(HasSubstr("column 1, 4 has no name")));
  EXPECT_THAT(read("a,y\n1,p\n2,q\n").notes, ElementsAre());
  EXPECT_THAT(read(",a,y\n0,1,p\n1,2,q\n", {"y"}, Task::automatic, {"a"}).notes, ElementsAre());
}

TEST_F(Csv, UnusedColumnsMayRepeatTheirNames) {
  const std::string text = "a,note,note,y\n1,,x,p\n2,,x,q\n";
  EXPECT_THAT(read(text, {"y"}, Task::automatic, {"a"}).values, ElementsAre(1, 2));
  EXPECT_THAT(error(text, {"y"}, Task::automatic, {"a", "note"}),
              HasSubstr("--columns: 2 columns are called 'note'"));
  EXPECT_THAT(error(text, {"note"}), HasSubstr("--target: 2 columns are called 'note'"));
}

TEST_F(Csv, KeepsCodesOfAnyLength) {
  const Dataset d = read(
      "a,y\n1,281302541000119102\n2,281302541000119101\n3,-900000000000207008\n4,12\n"
      "5,281302541000119102\n");
  EXPECT_THAT(d.class_names,
              ElementsAre("-900000000000207008", "12", "281302541000119101", "281302541000119102"));
  EXPECT_THAT(d.labels, ElementsAre(3, 2, 0, 1, 3));
  EXPECT_THAT(read("a,y\n1,007\n2,10\n3,007\n").class_names, ElementsAre("007", "10"));
  EXPECT_THAT(read("a,y\n1,007\n2,10\n3,7\n").class_names, ElementsAre("7", "10"));
  EXPECT_THAT(read("a,y\n1,1.0\n2,1e1\n").class_names, ElementsAre("1", "10"));
}

TEST_F(Csv, SaysWhyItTookClassesOrValues) {
  EXPECT_THAT(read("a,y\n1,3\n2,1\n").notes,
              ElementsAre(AllOf(HasSubstr("y holds whole numbers, 2 different"),
                                HasSubstr("taken as classes; --task regression"))));
  std::string many = "a,y\n";
  for (int i = 0; i < 101; ++i) many += "1," + std::to_string(i) + "\n";
  EXPECT_THAT(read(many).notes,
              ElementsAre(AllOf(HasSubstr("more than 100"),
                                HasSubstr("taken as values; --task classification"))));
  EXPECT_EQ(read(many, {"y"}, Task::classification).class_names.size(), 101U);
  EXPECT_THAT(read(many, {"y"}, Task::regression).notes, ElementsAre());
  EXPECT_THAT(read("a,y\n1,p\n2,q\n").notes, ElementsAre());
  EXPECT_THAT(read("a,y\n1,0.5\n2,1\n").notes, ElementsAre());
}

TEST_F(Csv, TakesInfAndNanAsNamesWhereTheyAre) {
  EXPECT_THAT(read("a,y\n1,inf\n2,sup\n").class_names, ElementsAre("inf", "sup"));
  for (const char* text : {"a,y\n1,sup\n2,nan\n3,inf\n", "a,y\n1,inf\n2,nan\n"}) {
    EXPECT_THAT(error(text),
                AllOf(HasSubstr("data.csv:3:y: 'nan'"), HasSubstr("--task classification")));
    EXPECT_THAT(read(text, {"y"}, Task::classification).class_names, ::testing::Contains("nan"));
  }
  EXPECT_THAT(error("a,y\n1,3\n2,inf\n", {"y"}, Task::classification),
              HasSubstr("data.csv:3:y: 'inf' is not a finite number"));
}

TEST_F(Csv, CountsLinesByWhateverEndsThem) {
  for (const char* end : {"\n", "\r\n", "\r"}) {
    const std::string text = fmt::format("a,y{0}1,p{0}{0}\"x\",q{0}", end);
    EXPECT_THAT(error(text), HasSubstr("data.csv:4:a: 'x'"));
    EXPECT_THAT(error(fmt::format("a,y{0}\"1\",\"p{0}q\"{0}x,q{0}", end)),
                HasSubstr("data.csv:4:a: 'x'"));
  }
}

TEST_F(Csv, TakesTheCtrlZThatEndsAFileForItsEnd) {
  EXPECT_EQ(read("a,y\n1,p\n2,q\n\x1a").n_rows, 2U);
  EXPECT_EQ(read("a,y\n1,p\n2,q\n\x1a\x1a\r\n").n_rows, 2U);
  EXPECT_THAT(read("a,y\n1,p\n2,\"q\"\x1a").class_names, ElementsAre("p", "q"));
  EXPECT_THAT(read("a,y\n1,p\n2,q\x1a").class_names, ElementsAre("p", "q"));
  EXPECT_THAT(read("a,y\n1,p\x1a\n2,q\n").class_names, ElementsAre("p\x1a", "q"));
}

TEST_F(Csv, ReadsNumbersBelowTheSmallestAsStrtodDoes) {
  EXPECT_THAT(read("a,b,y\n1e-400,-1e-400,p\n4e-324,2e-310,q\n").values,
              ElementsAre(0.0, 0.0, 4e-324, 2e-310));
  EXPECT_THAT(error("a,y\n1e400,p\n2,q\n"), HasSubstr("'1e400' is not a finite number"));
  EXPECT_EQ(read("a,y\n1,1e-400\n2,0.5\n").target_values[0], 0.0);
}

TEST_F(Csv, ShowsForeignTextInMessagesOnOneLineAndShort) {
  EXPECT_THAT(error("\"a\nb\",y\n\x1b[31m,p\n"),
              HasSubstr("data.csv:3:a\\nb: '\\x1b[31m' is not a number"));
  std::string wide = "y";
  for (int i = 0; i < 100'000; ++i) wide += ",column" + std::to_string(i);
  EXPECT_LT(error(wide + "\n", {"target"}).size(), 500U);
  EXPECT_LT(error("a,y\n" + std::string(1'000'000, 'x') + ",p\n").size(), 500U);
}

TEST_F(Csv, KnownClassesAreFoundByNameThenByNumber) {
  CsvOptions options;
  options.file = dir_.write("data.csv", "a,y\n1,7\n2,281302541000119101\n3,007\n");
  options.targets = {"y"};
  options.classes = {"281302541000119101", "281302541000119102", "007"};
  EXPECT_THAT(read_csv(options).labels, ElementsAre(2, 0, 2));
}

TEST(WholeNumber, OrdersByValue) {
  const WholeNumberLess less;
  const std::vector<std::string> sorted = {
      "-281302541000119102", "-10", "-9", "0", "9", "10", "281302541000119101",
      "281302541000119102"};
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    for (std::size_t j = 0; j < sorted.size(); ++j) EXPECT_EQ(less(sorted[i], sorted[j]), i < j);
    EXPECT_EQ(whole_number(sorted[i]), sorted[i]);
  }
  EXPECT_EQ(whole_number("-000"), "0");
  EXPECT_EQ(whole_number("+007"), "7");
  EXPECT_EQ(whole_number("1e3"), "1000");
  EXPECT_EQ(whole_number("1e30"), std::nullopt);
  EXPECT_EQ(whole_number("1.5"), std::nullopt);
  EXPECT_EQ(whole_number("-"), std::nullopt);
}

}  // namespace
}  // namespace mlpgrid
