// Tables of the sample run against what they should look like.
#include "results/tables/table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <sstream>

#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::message_of;
using ::testing::Not;
using testing::pairs_of;
using testing::sample_records;
using testing::sample_run;
using ::testing::StartsWith;
using testing::TemporaryFolder;

class TableTest : public ::testing::Test {
 protected:
  ResultsFile results() const {
    write_results(folder_ / "run.h5", run_, {}, records_);
    return read_results(folder_ / "run.h5");
  }
  std::string table(const TableOptions& options = {}) const {
    return format_table(results(), options);
  }
  static TableOptions as(TableFormat format) {
    TableOptions options;
    options.format = format;
    return options;
  }

  TemporaryFolder folder_;
  RunDescription run_ = sample_run();
  std::vector<FitRecord> records_ = sample_records();
};

TEST_F(TableTest, Text) {
  EXPECT_EQ(table(), R"golden(sample grid: accuracy, 2 folds, 4 configs

rank  config  activation  learning_rate_init  mean_test_score  test_score  n_iter  fit time (s)  status                         alias
----  ------  ----------  ------------------  ---------------  ----------  ------  ------------  -----------------------------  ----------
   1       1  tanh                     0.001  0.7500 ± 0.1250      0.6250     3.0         0.625  max_epochs
   2       0  relu                     0.001  0.6250 ± 0.1250      0.5000     2.5         0.625  converged 1/2, max_epochs 1/2
   2       2  relu                       0.1  0.6250 ± 0.1250      0.5000     2.5         0.625  converged 1/2, max_epochs 1/2  = config 0
   4       3  tanh                       0.1                -           -     3.0         0.625  diverged 1/2
)golden");
}

TEST_F(TableTest, TheBestRowIsBoldOnATerminal) {
  TableOptions options;
  options.terminal = true;
  EXPECT_THAT(table(options), AllOf(HasSubstr("\x1b[1m   1 "), HasSubstr("max_epochs\x1b[0m\n")));
  EXPECT_THAT(table(), Not(HasSubstr("\x1b")));
}

TEST_F(TableTest, Markdown) {
  run_.alias_of = {0, 1, 2, 3};
  records_[0].config = records_[1].config = 2;
  run_.title = "a|b";
  TableOptions options = as(TableFormat::markdown);
  options.top = 2;
  EXPECT_EQ(table(options), R"golden(a\|b: accuracy, 2 folds, 4 configs

|  rank | activation | learning_rate_init |     mean_test_score | test_score |  n_iter | fit time (s) | status                        |
| ----: | ---------- | -----------------: | ------------------: | ---------: | ------: | -----------: | ----------------------------- |
| **1** | **tanh**   |          **0.001** | **0.7500 ± 0.1250** | **0.6250** | **3.0** |    **0.625** | **max_epochs**                |
|     2 | relu       |                0.1 |     0.6250 ± 0.1250 |     0.5000 |     2.5 |        0.625 | converged 1/2, max_epochs 1/2 |

Incomplete: 6 of 8 fits are there; --resume runs what is missing.
)golden");
}

TEST_F(TableTest, Latex) {
  TableOptions options = as(TableFormat::latex);
  options.top = 1;
  EXPECT_EQ(table(options), R"golden(% sample grid: accuracy, 2 folds, 4 configs
% needs \usepackage{booktabs}
\begin{tabular}{rrlrrrrrll}
\toprule
rank & config & activation & learning\_rate\_init & mean\_test\_score & test\_score & n\_iter & fit time (s) & status & alias \\
\midrule
\textbf{1} & \textbf{1} & \textbf{tanh} & \textbf{0.001} & \textbf{0.7500 $\pm$ 0.1250} & \textbf{0.6250} & \textbf{3.0} & \textbf{0.625} & \textbf{max\_epochs} &  \\
\bottomrule
\end{tabular}
)golden");
}

TEST_F(TableTest, LatexEscapesWhatTheUserWrote) {
  run_.class_names = {R"([a] & 50% *b_)", R"(*{x}\y~$1 #^)", "<b> | -5 --c 1e-05 16-16"};
  TableOptions options = as(TableFormat::latex);
  options.per_class = true;
  options.top = 1;
  EXPECT_THAT(
      table(options),
      AllOf(HasSubstr(R"(& {[}a] \& 50\% {*}b\_ & 0.7143 )"),
            HasSubstr(R"(& {*}\{x\}\textbackslash{}y\textasciitilde{}\$1 \#\textasciicircum{} &)"),
            HasSubstr(R"(& \textless{}b\textgreater{} \textbar{} $-$5 -{}-c 1e-05 16-16 &)")));
}

TEST_F(TableTest, NamesCannotLeaveTheirCell) {
  run_.class_names = {"big\nant", "\x1b[2Jbee", "_a_ b_c [x](http://y) &lt; ~~z~~ ]"};
  TableOptions options;
  options.per_class = true;
  EXPECT_THAT(table(options),
              AllOf(HasSubstr(" big\\nant "), HasSubstr(" \\x1b[2Jbee "), Not(HasSubstr("\x1b"))));
  options.format = TableFormat::markdown;
  EXPECT_THAT(table(options), AllOf(HasSubstr("| big\\\\nant "), HasSubstr("| \\\\x1b[2Jbee "),
                                    HasSubstr(R"(| \_a\_ b_c [x\](http://y) \&lt; \~~z\~~ ] |)")));
  options.format = TableFormat::latex;
  EXPECT_THAT(table(options), AllOf(HasSubstr(R"(& big\textbackslash{}nant &)"),
                                    HasSubstr(R"(& \textbackslash{}x1b{[}2Jbee &)")));
  options.format = TableFormat::json;
  EXPECT_THAT(table(options), HasSubstr(R"("big\nant")"));
  options.format = TableFormat::csv;
  EXPECT_THAT(table(options), AllOf(HasSubstr("\"big\nant\""), HasSubstr("\x1b[2Jbee")));
}

TEST_F(TableTest, LatexHasMinusSigns) {
  for (FitRecord& record : records_) record.split_test_score -= 1.0;
  EXPECT_THAT(table(as(TableFormat::latex)), AllOf(HasSubstr(R"(\textbf{$-$0.2500 $\pm$ 0.1250})"),
                                                   HasSubstr(R"( $-$0.3750 $\pm$ 0.1250 )")));
}

TEST_F(TableTest, CsvHasTheNamesOfCvResults) {
  EXPECT_EQ(
      table(as(TableFormat::csv)),
      R"golden(params,mean_fit_time,std_fit_time,mean_score_time,std_score_time,param_hidden_layer_sizes,param_activation,param_learning_rate_init,param_batch_size,split0_test_score,split1_test_score,mean_test_score,std_test_score,rank_test_score,split0_train_score,split1_train_score,mean_train_score,std_train_score,test_score,elementwise_accuracy,test_elementwise_accuracy,collapsed,n_iter,status,alias_of,config,label
"{""hidden_layer_sizes"":""4"",""activation"":""relu"",""learning_rate_init"":0.001,""batch_size"":200}",0.625,0.125,0.0625,0,4,relu,0.001,200,0.5,0.75,0.625,0.125,2,0.5625,0.8125,0.6875,0.125,0.5,0.8888888888888888,0.8666666666666667,0,2.5,"converged 1/2, max_epochs 1/2",0,0,activation=relu
"{""hidden_layer_sizes"":""4"",""activation"":""tanh"",""learning_rate_init"":0.001,""batch_size"":200}",0.625,0.125,0.0625,0,4,tanh,0.001,200,0.875,0.625,0.75,0.125,1,0.9375,0.6875,0.8125,0.125,0.625,0.8947368421052632,0.8666666666666667,0,3,max_epochs,1,1,activation=tanh
"{""hidden_layer_sizes"":""4"",""activation"":""relu"",""learning_rate_init"":0.1,""batch_size"":200}",0.625,0.125,0.0625,0,4,relu,0.1,200,0.5,0.75,0.625,0.125,2,0.5625,0.8125,0.6875,0.125,0.5,0.8888888888888888,0.8666666666666667,0,2.5,"converged 1/2, max_epochs 1/2",0,2,"activation=relu, again"
"{""hidden_layer_sizes"":""4"",""activation"":""tanh"",""learning_rate_init"":0.1,""batch_size"":200}",0.625,0.125,0.0625,0,4,tanh,0.1,200,0.25,,,,4,0.3125,,,,,,,0,3,diverged 1/2,3,3,α=0.1
)golden");
}

TEST_F(TableTest, JsonIsCvResults) {
  const auto json = nlohmann::json::parse(table(as(TableFormat::json)));
  EXPECT_EQ(json["rank_test_score"], nlohmann::json({2, 1, 2, 4}));
  EXPECT_EQ(json["mean_test_score"], nlohmann::json({0.625, 0.75, 0.625, nullptr}));
  EXPECT_EQ(json["split0_test_score"], nlohmann::json({0.5, 0.875, 0.5, 0.25}));
  EXPECT_EQ(json["split1_test_score"], nlohmann::json({0.75, 0.625, 0.75, nullptr}));
  EXPECT_EQ(json["std_test_score"][0], 0.125);
  EXPECT_EQ(json["mean_fit_time"][0], 0.625);
  EXPECT_EQ(json["std_fit_time"][0], 0.125);
  EXPECT_EQ(json["mean_score_time"][0], 0.0625);
  EXPECT_EQ(json["param_learning_rate_init"], nlohmann::json({0.001, 0.001, 0.1, 0.1}));
  EXPECT_EQ(json["param_batch_size"][0], 200);
  EXPECT_EQ(json["params"][3], nlohmann::json({{"hidden_layer_sizes", "4"},
                                               {"activation", "tanh"},
                                               {"learning_rate_init", 0.1},
                                               {"batch_size", 200}}));
}

TEST_F(TableTest, SortsByAnyColumn) {
  const auto order = [&](const std::string& column) {
    TableOptions options = as(TableFormat::json);
    options.sort = column;
    return nlohmann::json::parse(table(options))["config"];
  };
  EXPECT_EQ(order(""), nlohmann::json({0, 1, 2, 3})) << "as in the grid";
  EXPECT_EQ(order("rank"), nlohmann::json({1, 0, 2, 3}));
  EXPECT_EQ(order("config"), nlohmann::json({0, 1, 2, 3}));
  EXPECT_EQ(order("n_iter"), nlohmann::json({0, 2, 1, 3}));
  EXPECT_EQ(order("split1_test_score"), nlohmann::json({0, 2, 1, 3})) << "best first, NaN last";
  EXPECT_EQ(order("activation"), nlohmann::json({0, 2, 1, 3}));
  EXPECT_EQ(order("learning-rate-init"), nlohmann::json({1, 0, 2, 3}));
  EXPECT_EQ(order("param_learning_rate_init"), nlohmann::json({1, 0, 2, 3}));
  EXPECT_EQ(order("status"), nlohmann::json({0, 2, 3, 1}));
  EXPECT_THAT(
      message_of([&] { order("speed"); }),
      AllOf(HasSubstr("'speed'"), HasSubstr("mean_test_score"), HasSubstr("param_activation")));
}

// What stands above a column of any table names it.
TEST_F(TableTest, SortsByEveryHeadingThatItPrints) {
  const auto headings = [&](const TableOptions& options) {
    std::istringstream lines(table(options));
    std::string above;
    std::string line;
    while (std::getline(lines, line) && !line.starts_with("---")) above = line;
    std::vector<std::string> all;  // two blanks and more between them
    for (std::size_t at = 0; at < above.size();) {
      const std::size_t end = std::min(above.find("  ", at), above.size());
      all.push_back(above.substr(at, end - at));
      at = std::min(above.find_first_not_of(' ', end), above.size());
    }
    return all;
  };
  TableOptions with_success;
  with_success.success = parse_condition("train_loss<0.3");
  TableOptions per_class;
  per_class.per_class = true;
  for (TableOptions options : {TableOptions(), with_success, per_class}) {
    const std::vector<std::string> all = headings(options);
    EXPECT_GE(all.size(), 10u);
    for (const std::string& heading : all) {
      options.sort = heading;
      EXPECT_EQ(message_of([&] { (void)table(options); }), "") << heading;
    }
  }
  TableOptions options = as(TableFormat::json);
  options.sort = "fit time (s)";
  EXPECT_EQ(nlohmann::json::parse(table(options))["config"], nlohmann::json({1, 0, 2, 3}));
  options.success = with_success.success;
  for (const char* sort : {"train_loss<0.3", "train_loss < 0.3", "mean train_loss"}) {
    options.sort = sort;
    EXPECT_EQ(nlohmann::json::parse(table(options))["config"][0], 1) << sort;
  }
  per_class.format = TableFormat::json;
  per_class.sort = "recall";
  const auto recall = nlohmann::json::parse(table(per_class))["recall"].get<std::vector<double>>();
  EXPECT_TRUE(std::ranges::is_sorted(recall, std::greater{})) << "of all classes and configs";
}

TEST_F(TableTest, TopLimitsEveryFormat) {
  TableOptions options = as(TableFormat::csv);
  options.top = 2;
  EXPECT_EQ(std::ranges::count(table(options), '\n'), 3);
  EXPECT_THAT(table(options), HasSubstr(",activation=tanh\n")) << "the best, not the first";
  options.top = 100;
  EXPECT_EQ(std::ranges::count(table(options), '\n'), 5);
}

TEST_F(TableTest, AnIncompleteRunSaysSo) {
  records_ = {records_[0], records_[2], records_[3]};
  const std::string text = table();
  EXPECT_THAT(text, AllOf(HasSubstr("not_run 1/2"), HasSubstr("not_run\n"),
                          HasSubstr("Incomplete: 3 of 6 fits are there; --resume")));
  records_ = sample_records();
  records_.pop_back();
  EXPECT_THAT(table(), HasSubstr("6 of 6 fits are there, the refit is not"));
}

TEST_F(TableTest, ASingleConfigShowsTheUsualAxes) {
  run_.label = {"only"};
  run_.params = {{"hidden_layer_sizes", std::vector<std::string>{"128-64"}},
                 {"activation", std::vector<std::string>{"relu"}},
                 {"solver", std::vector<std::string>{"adam"}},
                 {"alpha", std::vector<double>{0.5}}};
  run_.alias_of = {0};
  run_.refit = false;
  records_.resize(2);
  records_[0].split_test_score = -12345678.0;
  records_[1].split_test_score = -0.000012;
  records_[0].fit_time_s = records_[1].fit_time_s = 123.456;
  EXPECT_EQ(table(), R"golden(sample grid: accuracy, 2 folds, 1 config

rank  hidden_layer_sizes  activation  solver         mean_test_score  test_score  n_iter  fit time (s)  status
----  ------------------  ----------  ------  ----------------------  ----------  ------  ------------  -----------------------------
   1  128-64              relu        adam    -6.173e+06 ± 6.173e+06      0.5000     2.5         123.5  converged 1/2, max_epochs 1/2
)golden");
}

TEST_F(TableTest, CollapsedPredictorsAreFlagged) {
  records_[0].confusion = pairs_of({0, 6, 0, 0, 6, 0, 0, 6, 0});
  records_[2].confusion = records_[3].confusion = pairs_of({0, 0, 6, 0, 0, 6, 0, 0, 7});
  const std::string text = table();
  EXPECT_THAT(text, AllOf(HasSubstr("  max_epochs, collapsed\n"),
                          HasSubstr("  converged 1/2, max_epochs 1/2, collapsed 1/2\n"),
                          HasSubstr("Warning: 3 of 4 configs collapsed")))
      << "config 2 shares the fits of config 0";
}

TEST_F(TableTest, ElementwiseAccuracyIsShownWhereItExplains) {
  EXPECT_THAT(table(), Not(HasSubstr("elementwise")));
  records_[0].confusion = pairs_of({0, 6, 0, 0, 6, 0, 0, 6, 0});
  EXPECT_THAT(table(), AllOf(HasSubstr("  elementwise_accuracy  test_elementwise_accuracy  "),
                             HasSubstr("  0.8667  ")));
  TableOptions best;
  best.top = 1;
  EXPECT_THAT(table(best), AllOf(HasSubstr("Warning"), Not(HasSubstr("elementwise"))))
      << "of the rows that are shown none collapsed";
  run_.class_names = {"no", "yes"};
  records_.pop_back();
  run_.refit = false;
  for (FitRecord& record : records_) {
    record.confusion = pairs_of({0, 4, 0, 4});
    record.test_confusion = pairs_of({1, 0, 0, 1});
  }
  EXPECT_THAT(table(), AllOf(HasSubstr("collapsed"), Not(HasSubstr("elementwise"))))
      << "with two classes it is the accuracy";
}

TEST_F(TableTest, PerClass) {
  TableOptions options;
  options.per_class = true;
  options.top = 1;
  EXPECT_EQ(table(options), R"golden(sample grid: accuracy, 2 folds, 4 configs

rank  config  activation  learning_rate_init  class       precision  recall      f1  support  as cat  as dög  as say "x, y"
----  ------  ----------  ------------------  ----------  ---------  ------  ------  -------  ------  ------  -------------
   1       1  tanh                     0.001  cat            0.7143  0.8333  0.7692       12      10       2              0
   1       1  tanh                     0.001  dög            0.8000  0.6667  0.7273       12       4       8              0
   1       1  tanh                     0.001  say "x, y"     1.0000  1.0000  1.0000       14       0       0             14

Over the held-out rows of all folds together; 'as X' counts the rows that were taken for class X.
)golden");
  options.top = 0;
  options.format = TableFormat::json;
  const auto json = nlohmann::json::parse(table(options));
  EXPECT_EQ(json["config"], nlohmann::json({1, 1, 1, 0, 0, 0, 3, 3, 3})) << "no aliases";
  EXPECT_EQ(json["recall"][0], 5.0 / 6.0);
  EXPECT_EQ(json["predicted_cat"], nlohmann::json({10, 4, 0, 10, 4, 0, 5, 2, 0}));
  options.format = TableFormat::csv;
  EXPECT_THAT(table(options), AllOf(StartsWith("rank_test_score,config,param_activation,"),
                                    HasSubstr(",\"say \"\"x, y\"\"\",1,1,1,14,0,0,14\n")));
  options.pivot_row = "activation";
  options.pivot_column = "batch_size";
  EXPECT_THROW((void)table(options), std::invalid_argument);
}

TEST_F(TableTest, Success) {
  TableOptions options;
  options.success = parse_condition("train_loss < 0.3");
  options.sort = "success_share";
  EXPECT_EQ(table(options), R"golden(sample grid: accuracy, 2 folds, 4 configs

rank  config  activation  learning_rate_init  mean_test_score  test_score  mean train_loss  min train_loss  max train_loss  train_loss<0.3  n_iter  fit time (s)  status                         alias
----  ------  ----------  ------------------  ---------------  ----------  ---------------  --------------  --------------  --------------  ------  ------------  -----------------------------  ----------
   1       1  tanh                     0.001  0.7500 ± 0.1250      0.6250  0.2917 ± 0.0417          0.2500          0.3333             1/2     3.0         0.625  max_epochs
   2       0  relu                     0.001  0.6250 ± 0.1250      0.5000  0.7917 ± 0.4583          0.3333          1.2500             0/2     2.5         0.625  converged 1/2, max_epochs 1/2
   2       2  relu                       0.1  0.6250 ± 0.1250      0.5000  0.7917 ± 0.4583          0.3333          1.2500             0/2     2.5         0.625  converged 1/2, max_epochs 1/2  = config 0
   4       3  tanh                       0.1                -           -  0.3333 ± 0.0000          0.3333          0.3333             0/2     3.0         0.625  diverged 1/2
)golden");
  options.format = TableFormat::json;
  const auto json = nlohmann::json::parse(table(options));
  EXPECT_EQ(json["success_share"], nlohmann::json({0.5, 0.0, 0.0, 0.0}));
  EXPECT_EQ(json["successes"], nlohmann::json({1, 0, 0, 0}));
  EXPECT_EQ(json["success_fits"], nlohmann::json({2, 2, 2, 2}));
  EXPECT_EQ(json["max_of_train_loss"], nlohmann::json({1.0 / 3.0, 1.25, 1.25, 1.0 / 3.0}));
  options.format = TableFormat::csv;
  EXPECT_THAT(table(options), HasSubstr(",mean_of_train_loss,std_of_train_loss,min_of_train_loss,"
                                        "max_of_train_loss,successes,success_fits,success_share"));
  options.per_class = true;
  EXPECT_THROW((void)table(options), std::invalid_argument);
}

// Own names are UTF-8; the file may be another program's.
TEST_F(TableTest, JsonReplacesBytesThatAreNotUtf8) {
  run_.params[0].values = std::vector<std::string>(4, "caf\xe9");
  run_.class_names[0] = "th\xe9";
  TableOptions options = as(TableFormat::json);
  EXPECT_THAT(table(options), HasSubstr("caf\uFFFD"));
  options.per_class = true;
  EXPECT_THAT(table(options), HasSubstr("th\uFFFD"));
  EXPECT_THAT(table(as(TableFormat::csv)), HasSubstr("caf\uFFFD"));
}

TEST_F(TableTest, PivotOfSuccesses) {
  TableOptions options;
  options.success = parse_condition("split_test_score>=0.75");
  options.pivot_row = "activation";
  options.pivot_column = "learning_rate_init";
  EXPECT_EQ(table(options),
            "sample grid: accuracy, 2 folds, 4 configs; activation by learning_rate_init; fits "
            "with split_test_score>=0.75\n"
            "\n"
            "activation  0.001  0.1\n"
            "----------  -----  ---\n"
            "relu          1/2  1/2\n"
            "tanh          1/2  0/2\n");
  options.format = TableFormat::csv;
  EXPECT_EQ(table(options), "param_activation,0.001,0.1\nrelu,0.5,0.5\ntanh,0.5,0\n");
}

TEST_F(TableTest, PerClassNeedsClasses) {
  run_.class_names.clear();
  for (FitRecord& record : records_) {
    record.confusion.clear();
    record.test_confusion.clear();
  }
  TableOptions options;
  options.per_class = true;
  EXPECT_THAT(message_of([&] { (void)table(options); }), HasSubstr("not classes"));
  EXPECT_THAT(table(as(TableFormat::csv)),
              AllOf(Not(HasSubstr("collapsed")), Not(HasSubstr("elementwise"))));
}

TEST_F(TableTest, Pivot) {
  TableOptions options;
  options.pivot_row = "activation";
  options.pivot_column = "learning-rate-init";
  EXPECT_EQ(table(options),
            "sample grid: accuracy, 2 folds, 4 configs; activation by learning_rate_init\n"
            "\n"
            "activation            0.001              0.1\n"
            "----------  ---------------  ---------------\n"
            "relu        0.6250 ± 0.1250  0.6250 ± 0.1250\n"
            "tanh        0.7500 ± 0.1250                -\n");
  options.format = TableFormat::csv;
  EXPECT_EQ(table(options), "param_activation,0.001,0.1\nrelu,0.625,0.625\ntanh,0.75,\n");
  options.format = TableFormat::json;
  EXPECT_EQ(nlohmann::json::parse(table(options)),
            nlohmann::json({{"relu", {{"0.001", 0.625}, {"0.1", 0.625}}},
                            {"tanh", {{"0.001", 0.75}, {"0.1", nullptr}}}}));
}

TEST_F(TableTest, ThePivotsBestCellIsBold) {
  TableOptions options;
  options.pivot_row = "activation";
  options.pivot_column = "learning-rate-init";
  options.terminal = true;
  EXPECT_THAT(table(options),
              HasSubstr("\ntanh        \x1b[1m0.7500 ± 0.1250\x1b[0m                -\n"));
  options.format = TableFormat::markdown;
  EXPECT_THAT(table(options), HasSubstr("\n| tanh       | **0.7500 ± 0.1250** | "));
  options.format = TableFormat::latex;
  EXPECT_THAT(table(options), HasSubstr("\ntanh & \\textbf{0.7500 $\\pm$ 0.1250} & - \\\\\n"));
  options.success = parse_condition("split_test_score>=0.75");
  EXPECT_THAT(table(options), Not(HasSubstr("textbf"))) << "the counts have another best";
}

TEST_F(TableTest, PivotTakesTheBestOverTheOtherAxes) {
  TableOptions options;
  options.pivot_row = "batch_size";
  options.pivot_column = "activation";
  EXPECT_THAT(table(options), AllOf(HasSubstr("best over the other axes"),
                                    HasSubstr("       200  0.6250 ± 0.1250  0.7500 ± 0.1250\n")));
}

// As many values on each axis as configs: the square of them in cells.
TEST_F(TableTest, PivotRefusesWhatIsFarFromAGrid) {
  const auto use_configs = [&](std::size_t configs) {
    run_.label.resize(configs, "random");
    std::vector<double> values(configs);
    std::iota(values.begin(), values.end(), 1.0);
    for (ParamColumn& param : run_.params) param.values = values;
    run_.alias_of.resize(configs);
    std::iota(run_.alias_of.begin(), run_.alias_of.end(), 0);
  };
  TableOptions options = as(TableFormat::csv);
  options.pivot_row = "activation";
  options.pivot_column = "learning_rate_init";
  use_configs(2000);
  EXPECT_THAT(table(options), HasSubstr("\n2000,"));
  use_configs(2001);
  EXPECT_THAT(message_of([&] { (void)table(options); }),
              HasSubstr("--pivot activation,learning_rate_init: 2001 by 2001 values"));
}

TEST_F(TableTest, PivotRefusesWhatMakesNoSense) {
  TableOptions options;
  options.pivot_row = "activation";
  options.pivot_column = "speed";
  EXPECT_THAT(message_of([&] { (void)table(options); }),
              AllOf(HasSubstr("'speed'"), HasSubstr("learning_rate_init")));
  options.pivot_column = "";
  EXPECT_THROW((void)table(options), std::invalid_argument);
  options.pivot_column = "batch_size";
  options.top = 3;
  EXPECT_THROW((void)table(options), std::invalid_argument);
}

}  // namespace
}  // namespace mlpgrid
