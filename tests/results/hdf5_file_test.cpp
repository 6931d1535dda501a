// The results file: what is read equals what was written, the format's rules hold for every object
// in it (asked of HDF5 itself), and bad files are refused by name.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <hdf5.h>
#include <hdf5_hl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <random>
#include <span>
#include <stop_token>

#include "results/hdf5/library/handles.hpp"
#include "results/hdf5/read.hpp"
#include "results/hdf5/write.hpp"
#include "results/journal/read_results.hpp"
#include "sample_run.hpp"
#include "temporary_folder.hpp"

namespace mlpgrid {
namespace {

using hdf5::Handle;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::message_of;
using testing::pairs_of;
using testing::read_bytes;
using testing::sample_records;
using testing::sample_run;
using testing::TemporaryFolder;
using testing::write_bytes;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();
const Environment kEnvironment = {{"cpu", "a \xC2\xB5processor"}, {"threads", "2"}};

class Hdf5FileTest : public ::testing::Test {
 protected:
  void write() { write_results(file_, run_, kEnvironment, records_); }

  // Of all configs.
  [[nodiscard]] std::vector<double> read_whole_curve(const std::string& name) const {
    const ResultsFile results = read_results(file_);
    const ValuesOfConfig curve = read_curve(results, name);
    std::vector<double> all;
    for (std::size_t config = 0; config < results.run.n_configs(); ++config) {
      const std::span<const double> values = curve(config);
      all.insert(all.end(), values.begin(), values.end());
      all.resize(
          (config + 1) * results.run.n_folds() * static_cast<std::size_t>(results.run.max_epochs),
          kNaN);
    }
    return all;
  }

  TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "run.h5";
  RunDescription run_ = sample_run();
  std::vector<FitRecord> records_ = sample_records();
};

TEST_F(Hdf5FileTest, ReadsBackTheRun) {
  write();
  const ResultsFile results = read_results(file_);
  EXPECT_EQ(results.schema_version, kSchemaVersion);
  EXPECT_TRUE(results.complete);
  EXPECT_EQ(results.environment, kEnvironment);
  const RunDescription& run = results.run;
  EXPECT_EQ(run.title, run_.title);
  EXPECT_EQ(run.experiment, run_.experiment);
  EXPECT_EQ(run.version, run_.version);
  EXPECT_EQ(run.seed, run_.seed);
  EXPECT_EQ(run.data_sha256, run_.data_sha256);
  EXPECT_EQ(run.features_sha256, run_.features_sha256);
  EXPECT_EQ(run.scoring, run_.scoring);
  EXPECT_EQ(run.label, run_.label);
  ASSERT_EQ(run.params.size(), run_.params.size());
  for (std::size_t i = 0; i < run.params.size(); ++i) {
    EXPECT_EQ(run.params[i].name, run_.params[i].name);
    EXPECT_EQ(run.params[i].values, run_.params[i].values);
  }
  EXPECT_EQ(run.alias_of, run_.alias_of);
  EXPECT_EQ(run.fold_seed, run_.fold_seed);
  EXPECT_EQ(run.fold_repeat, run_.fold_repeat);
  EXPECT_EQ(run.fold_train_rows, run_.fold_train_rows);
  EXPECT_EQ(run.fold_held_out_rows, run_.fold_held_out_rows);
  EXPECT_EQ(run.max_epochs, run_.max_epochs);
  EXPECT_EQ(run.refit, run_.refit);
  EXPECT_EQ(run.class_names, run_.class_names);
  EXPECT_EQ(run.feature_names, run_.feature_names);
}

TEST_F(Hdf5FileTest, ReadsBackTheFitsWithAliasRowsCopied) {
  std::ranges::reverse(records_);  // the order they come in means nothing
  write();
  const ResultsFile results = read_results(file_);
  using ::testing::NanSensitiveDoubleEq;
  EXPECT_THAT(results.split_test_score,
              ElementsAre(0.5, 0.75, 0.875, 0.625, 0.5, 0.75, 0.25, NanSensitiveDoubleEq(kNaN)));
  EXPECT_THAT(results.split_train_score, ElementsAre(0.5625, 0.8125, 0.9375, 0.6875, 0.5625, 0.8125,
                                                     0.3125, NanSensitiveDoubleEq(kNaN)));
  EXPECT_THAT(results.test_score, ElementsAre(0.375, 0.625, 0.75, 0.5, 0.375, 0.625, 0.125,
                                              NanSensitiveDoubleEq(kNaN)));
  EXPECT_THAT(results.n_iter, ElementsAre(3, 2, 3, 3, 3, 2, 3, 3));
  EXPECT_THAT(results.best_epoch, ElementsAre(2, 2, 2, 2, 2, 2, 2, 2));
  EXPECT_EQ(results.status[1], RunStatus::converged);
  EXPECT_EQ(results.status[5], RunStatus::converged);
  EXPECT_EQ(results.status[7], RunStatus::diverged);
  EXPECT_EQ(results.error[7], "loss is not finite");
  EXPECT_EQ(results.error[0], "");
  EXPECT_THAT(results.fit_time_s, ElementsAre(0.5, 0.75, 0.5, 0.75, 0.5, 0.75, 0.5, 0.75));
  EXPECT_THAT(results.score_time_s, ::testing::Each(0.0625));
  EXPECT_THAT(results.ranking.rank_test_score, ElementsAre(2, 1, 2, 4));
  EXPECT_THAT(results.ranking.mean_test_score,
              ElementsAre(0.625, 0.75, 0.625, NanSensitiveDoubleEq(kNaN)));
}

TEST_F(Hdf5FileTest, ReadsBackTheRefittedModel) {
  for (const char* precision : {"float32", "float64"}) {
    StoredModel& model = *records_.back().model;
    model.precision = precision;
    if (model.precision == "float64") model.weights[0][0] = 0.1;
    write();
    const ResultsFile results = read_results(file_);
    ASSERT_TRUE(results.best_model);
    EXPECT_EQ(results.best_config, 1);
    EXPECT_EQ(results.best_model_test_score, 0.8125);
    EXPECT_EQ(results.best_model->layer_sizes, model.layer_sizes);
    EXPECT_EQ(results.best_model->activation, model.activation);
    EXPECT_EQ(results.best_model->output, model.output);
    EXPECT_EQ(results.best_model->precision, model.precision);
    EXPECT_EQ(results.best_model->weights, model.weights);
    EXPECT_EQ(results.best_model->biases, model.biases);
    EXPECT_EQ(results.best_model->feature_shift, model.feature_shift);
    EXPECT_EQ(results.best_model->feature_divisor, model.feature_divisor);
    EXPECT_THAT(results.best_model->target_shift, IsEmpty());
  }
}

TEST_F(Hdf5FileTest, WithoutARefitTheBestConfigsFirstFoldIsTheModel) {
  run_.refit = false;
  const StoredModel model = *records_.back().model;
  records_.pop_back();
  for (FitRecord& record : records_) record.model = model;
  records_[2].model->biases[1][0] = 42.0;  // config 1, fold 0
  write();
  const ResultsFile results = read_results(file_);
  ASSERT_TRUE(results.best_model);
  EXPECT_EQ(results.best_config, 1);
  EXPECT_EQ(results.best_model->biases[1][0], 42.0);
  EXPECT_EQ(results.best_model_test_score, 0.75);
  const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
  EXPECT_TRUE(hdf5::has_link(file.id(), "models"));
  EXPECT_GT(H5Oexists_by_name(file.id(), "models/3/fold_1/weights_1", H5P_DEFAULT), 0);
  EXPECT_FALSE(H5Lexists(file.id(), "models/2", H5P_DEFAULT) > 0);
}

TEST_F(Hdf5FileTest, CurvesEndInNotANumber) {
  write();
  const std::vector<double> loss = read_whole_curve("train_loss");
  ASSERT_EQ(loss.size(), 4U * 2 * 3);
  for (const FitRecord& record : records_) {
    if (record.fold == kRefitFold) continue;
    const auto offset = static_cast<std::size_t>(record.config * 2 + record.fold) * 3;
    for (std::size_t i = 0; i < 3; ++i) {
      if (i < record.train_loss.size()) {
        EXPECT_EQ(loss[offset + i], record.train_loss[i]);
      } else {
        EXPECT_TRUE(std::isnan(loss[offset + i]));
      }
    }
  }
  EXPECT_EQ(std::memcmp(&loss[0], &loss[2UL * 2 * 3], 6 * sizeof(double)), 0) << "alias";
  EXPECT_THAT(message_of([&] { (void)read_whole_curve("early_stopping_score"); }),
              AllOf(HasSubstr("early_stopping_score"), HasSubstr(file_.string())));
  EXPECT_THAT(message_of([&] { (void)read_whole_curve("label"); }), HasSubstr("no curve"));
  records_[0].early_stopping_score = {0.5, 0.25};
  write();
  EXPECT_EQ(read_whole_curve("early_stopping_score")[1], 0.25);
}

// Which datasets there are is the experiment's business: NaN where no fit made an epoch, or none
// ran.
TEST_F(Hdf5FileTest, EveryCurveIsThereWithoutAnEpoch) {
  for (const bool wanted : {false, true}) {
    run_.stops_early = run_.has_test_set = wanted;
    records_ = sample_records();
    for (FitRecord& record : records_) {
      for (auto* curve :
           {&record.train_loss, &record.train_score, &record.val_loss, &record.val_score}) {
        curve->clear();
      }
      record.test_score = kNaN;
      record.test_confusion.clear();
    }
    for (int i = 0; i < 2; ++i) {
      write();
      for (const char* name : {"train_loss", "train_score", "val_loss", "val_score"}) {
        EXPECT_EQ(read_whole_curve(name).size(), 4U * 2 * 3);
        EXPECT_THAT(read_whole_curve(name), ::testing::Each(::testing::IsNan()));
      }
      const auto early = [&] { (void)read_whole_curve("early_stopping_score"); };
      EXPECT_EQ(message_of(early).empty(), wanted);
      EXPECT_EQ(read_results(file_).test_score.size(), wanted ? 8U : 0U);
      EXPECT_EQ(read_results(file_).test_confusion.empty(), !wanted);
      records_.clear();
    }
  }
}

TEST_F(Hdf5FileTest, ReadsBackWhichClassesTrainingRowsLackAndModelsKnow) {
  run_.fold_missing_classes = {{}, {0, 2}};
  records_.back().model->class_names = {"cat", "say \"x, y\""};
  records_.back().model->layer_sizes.back() = 2;
  records_.back().model->weights.back().resize(8);
  records_.back().model->biases.back().resize(2);
  write();
  const ResultsFile results = read_results(file_);
  EXPECT_EQ(results.run.fold_missing_classes, run_.fold_missing_classes);
  EXPECT_THAT(results.best_model->class_names, ElementsAre("cat", "say \"x, y\""));
  EXPECT_EQ(results.best_model->fold, kRefitFold);
  run_.fold_missing_classes = {{}, {3}};
  write();
  EXPECT_THAT(message_of([&] { (void)read_results(file_); }), HasSubstr("/fold_rows"));
}

// r2 of a single row: every config shares rank 1, and the first is the one to refit.
TEST_F(Hdf5FileTest, WithoutAnyDefinedScoreTheFirstConfigIsRefitted) {
  for (FitRecord& record : records_) record.split_test_score = kNaN;
  records_[0].status = RunStatus::failed;  // config 0; and config 3 has diverged
  write();
  const ResultsFile results = read_results(file_);
  EXPECT_TRUE(results.complete);
  EXPECT_EQ(results.best_config, 1);
  EXPECT_EQ(results.ranking.best(), -1);
  EXPECT_THAT(results.ranking.rank_test_score, ::testing::Each(1));
  records_.pop_back();
  write();
  EXPECT_FALSE(read_results(file_).complete);  // the refit is missing
  records_[2].status = RunStatus::diverged;
  write();
  EXPECT_TRUE(read_results(file_).complete);  // there is nothing to refit
}

// Enough configs for several chunks per curve, the last of them not full; smooth losses, scores of
// few values and curves of noise, of all lengths. Nothing has run in the first chunk.
TEST_F(Hdf5FileTest, ManyChunksHoldTheCurvesOnAnyNumberOfThreads) {
  constexpr std::size_t kConfigs = 100;
  constexpr std::size_t kFolds = 2;
  constexpr std::size_t kEpochs = 400;
  run_ = RunDescription{};
  run_.label.assign(kConfigs, "c");
  for (std::int32_t i = 0; i < std::int32_t{kConfigs}; ++i) run_.alias_of.push_back(i);
  run_.fold_seed = run_.fold_repeat = {0, 1};
  run_.fold_train_rows = run_.fold_held_out_rows = {{0}, {1}};
  run_.max_epochs = kEpochs;
  records_.clear();
  std::mt19937_64 noise(1);
  for (std::size_t i = 40; i < kConfigs * kFolds; ++i) {
    FitRecord& record = records_.emplace_back();
    record.config = static_cast<std::int32_t>(i / kFolds);
    record.fold = static_cast<std::int32_t>(i % kFolds);
    record.status = RunStatus::max_epochs;
    for (std::size_t epoch = 0; epoch < 1 + (i * 37) % kEpochs; ++epoch) {
      record.train_loss.push_back(std::exp(-0.001 * static_cast<double>(epoch * i)));
      record.val_score.push_back(std::round(67 * record.train_loss.back()) / 67);
      record.val_loss.push_back(static_cast<double>(noise()));
    }
  }
  write();
  const std::string bytes = read_bytes(file_);
  const std::pair<const char*, std::vector<double> FitRecord::*> curves[] = {
      {"train_loss", &FitRecord::train_loss},
      {"val_score", &FitRecord::val_score},
      {"val_loss", &FitRecord::val_loss}};
  for (const auto& [name, values] : curves) {
    std::vector<double> expected(kConfigs * kFolds * kEpochs, kNaN);
    for (const FitRecord& record : records_) {
      const auto cell =
          static_cast<std::size_t>(record.config) * kFolds + static_cast<std::size_t>(record.fold);
      std::ranges::copy(record.*values,
                        expected.begin() + static_cast<std::ptrdiff_t>(cell * kEpochs));
    }
    const std::vector<double> found = read_whole_curve(name);
    ASSERT_EQ(found.size(), expected.size());
    EXPECT_EQ(std::memcmp(found.data(), expected.data(), found.size() * sizeof(double)), 0) << name;
  }
  {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
    const Handle curve = hdf5::open_dataset(file.id(), "train_loss");
    EXPECT_LT(H5Dget_storage_size(curve.id()), kConfigs * kFolds * kEpochs * sizeof(double) / 2);
  }
  EXPECT_THAT(read_whole_curve("train_score"), ::testing::Each(::testing::IsNan()));

  std::vector<const FitRecord*> pointers;
  for (const FitRecord& record : records_) pointers.push_back(&record);
  const RecordGrid grid = arrange(run_, pointers);
  const ResultsFile results = collect_results(run_, kEnvironment, grid);
  for (const int threads : {1, 3}) {
    CurveChunks chunks(run_);
    for (const FitRecord& record : records_) chunks.add(record);
    ASSERT_TRUE(write_results(file_, results, grid, chunks, threads));
    EXPECT_TRUE(read_bytes(file_) == bytes) << threads;
  }
}

// With a driver of its own HDF5 1.10 fails to close such a file, and crashes in H5close().
TEST_F(Hdf5FileTest, AFullDiskLeavesTheFileAsItWasAndHdf5InOrder) {
  write_bytes(file_, "what was there");
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    ::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = 3000;  // as on a full disk: writes stop half-way
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const std::string message = message_of([&] { write(); });
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto files = std::distance(std::filesystem::directory_iterator(file_.parent_path()), {});
    const bool named = message.find("cannot write " + file_.string()) != std::string::npos &&
                       message.find("too large") != std::string::npos;
    const bool kept = files == 1 && read_bytes(file_) == "what was there";
    write();  // now there is room
    const bool whole = read_results(file_).complete;
    ::_exit(named && kept && whole && H5close() >= 0 ? 42 : 0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 42);
}

TEST_F(Hdf5FileTest, AStopLeavesTheFileAsItWas) {
  std::vector<const FitRecord*> pointers;
  for (const FitRecord& record : records_) pointers.push_back(&record);
  const RecordGrid grid = arrange(run_, pointers);
  std::stop_source stop;
  stop.request_stop();
  write_bytes(file_, "what was there");
  CurveChunks curves(run_);
  for (const FitRecord& record : records_) curves.add(record);
  const ResultsFile results = collect_results(run_, {}, grid);
  EXPECT_FALSE(write_results(file_, results, grid, curves, 1, stop.get_token()));
  EXPECT_EQ(read_bytes(file_), "what was there");
}

// Tables after a run are made of the one, tables of a file of the other.
TEST_F(Hdf5FileTest, CollectingGivesWhatReadingGives) {
  for (const std::size_t part : {records_.size(), std::size_t{3}}) {
    records_.resize(part);
    write();
    std::vector<const FitRecord*> pointers;
    for (const FitRecord& record : records_) pointers.push_back(&record);
    const ResultsFile read = read_results(file_);
    const ResultsFile collected = collect_results(run_, kEnvironment, arrange(run_, pointers));
    EXPECT_EQ(collected.environment, read.environment);
    EXPECT_EQ(collected.schema_version, read.schema_version);
    EXPECT_EQ(collected.complete, read.complete);
    const auto same = [](const std::vector<double>& a, const std::vector<double>& b) {
      return a.size() == b.size() &&
             std::memcmp(a.data(), b.data(), a.size() * sizeof(double)) == 0;
    };
    EXPECT_TRUE(same(collected.split_test_score, read.split_test_score));
    EXPECT_TRUE(same(collected.split_train_score, read.split_train_score));
    EXPECT_TRUE(same(collected.test_score, read.test_score));
    EXPECT_EQ(collected.n_iter, read.n_iter);
    EXPECT_EQ(collected.best_epoch, read.best_epoch);
    EXPECT_EQ(collected.status, read.status);
    EXPECT_EQ(collected.error, read.error);
    EXPECT_TRUE(same(collected.fit_time_s, read.fit_time_s));
    EXPECT_TRUE(same(collected.score_time_s, read.score_time_s));
    EXPECT_TRUE(same(collected.ranking.mean_test_score, read.ranking.mean_test_score));
    EXPECT_TRUE(same(collected.ranking.std_test_score, read.ranking.std_test_score));
    EXPECT_EQ(collected.ranking.rank_test_score, read.ranking.rank_test_score);
    EXPECT_EQ(collected.best_config, read.best_config);
    EXPECT_TRUE(same({collected.best_model_test_score}, {read.best_model_test_score}));
    ASSERT_EQ(collected.best_model.has_value(), read.best_model.has_value());
    if (read.best_model) {
      EXPECT_EQ(collected.best_model->layer_sizes, read.best_model->layer_sizes);
      EXPECT_EQ(collected.best_model->weights, read.best_model->weights);
    }
    EXPECT_EQ(collected.run.label, read.run.label);
    EXPECT_EQ(collected.run.version, read.run.version);
  }
}

TEST_F(Hdf5FileTest, APartOfTheRunIsMarkedSo) {
  records_ = {records_[2], records_[4]};
  write();
  const ResultsFile results = read_results(file_);
  EXPECT_FALSE(results.complete);
  EXPECT_EQ(results.best_config, -1);
  EXPECT_TRUE(std::isnan(results.best_model_test_score));
  EXPECT_EQ(results.status[0], RunStatus::not_run);
  EXPECT_EQ(results.status[2], RunStatus::max_epochs);
  EXPECT_TRUE(std::isnan(results.split_test_score[0]));
  EXPECT_TRUE(std::isnan(results.fit_time_s[0]));
  EXPECT_EQ(results.ranking.best(), -1);
  records_.clear();
  write();
  EXPECT_FALSE(read_results(file_).complete);
}

TEST_F(Hdf5FileTest, DivergedFitsHaveNoRankedScore) {
  records_[5].split_test_score = 0.99;
  write();
  const ResultsFile results = read_results(file_);
  EXPECT_TRUE(std::isnan(results.split_test_score[7]));
  EXPECT_EQ(results.ranking.rank_test_score[3], 4);
}

TEST_F(Hdf5FileTest, RegressionHasNoClasses) {
  run_.class_names.clear();
  run_.scoring = "r2";
  for (FitRecord& record : records_) {
    record.confusion.clear();
    record.test_confusion.clear();
    record.test_score = kNaN;
  }
  StoredModel& model = *records_.back().model;
  model.target_shift = {1, 2, 3};
  model.target_divisor = {4, 5, 6};
  write();
  const ResultsFile results = read_results(file_);
  EXPECT_THAT(results.run.class_names, IsEmpty());
  EXPECT_THAT(results.test_score, IsEmpty());
  EXPECT_THAT(results.confusion, IsEmpty());
  EXPECT_EQ(results.best_model->target_divisor, model.target_divisor);
}

TEST_F(Hdf5FileTest, EqualContentGivesEqualBytes) {
  write();
  const std::string first = read_bytes(file_);
  std::ranges::reverse(records_);
  write();
  EXPECT_TRUE(first == read_bytes(file_));
  EXPECT_THAT(folder_.names(), ElementsAre("run.h5"));
}

// Asked of HDF5 for every object: the rules of a file that all readers open.
herr_t check_object(hid_t root, const char* name, const H5O_info_t* info, void*) {
  EXPECT_EQ(info->mtime, 0) << name << ": object times are on";
  if (info->type != H5O_TYPE_DATASET) return 0;
  const Handle dataset = hdf5::open_dataset(root, name);
  const Handle type(H5Dget_type(dataset.id()), H5Tclose, "type");
  switch (H5Tget_class(type.id())) {
    case H5T_STRING:
      EXPECT_TRUE(H5Tis_variable_str(type.id())) << name;
      EXPECT_EQ(H5Tget_cset(type.id()), H5T_CSET_UTF8) << name;
      break;
    case H5T_INTEGER:
      EXPECT_EQ(H5Tget_size(type.id()), 4U) << name;
      break;
    case H5T_FLOAT: {
      const Handle fill(H5Aopen(dataset.id(), "_FillValue", H5P_DEFAULT), H5Aclose, "fill");
      const Handle fill_type(H5Aget_type(fill.id()), H5Tclose, "type");
      EXPECT_GT(H5Tequal(fill_type.id(), type.id()), 0) << name;
      const Handle list(H5Dget_create_plist(dataset.id()), H5Pclose, "list");
      double value = 0.0;
      EXPECT_GE(H5Pget_fill_value(list.id(), H5T_NATIVE_DOUBLE, &value), 0);
      EXPECT_TRUE(std::isnan(value)) << name;
      break;
    }
    default:
      ADD_FAILURE() << name << " is neither text, i32 nor a float";
  }
  const Handle space(H5Dget_space(dataset.id()), H5Sclose, "space");
  hsize_t dims[H5S_MAX_RANK];
  hsize_t most[H5S_MAX_RANK];
  const int rank = H5Sget_simple_extent_dims(space.id(), dims, most);
  for (int i = 0; i < rank; ++i) EXPECT_EQ(dims[i], most[i]) << name << " can grow";
  if (H5DSis_scale(dataset.id()) > 0 || std::strncmp(name, "fold_rows/", 10) == 0) return 0;
  for (int i = 0; i < rank; ++i) {
    EXPECT_EQ(H5DSget_num_scales(dataset.id(), static_cast<unsigned>(i)), 1)
        << name << ", dimension " << i;
  }
  return 0;
}

TEST_F(Hdf5FileTest, EveryObjectKeepsTheRules) {
  write();
  const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
  ASSERT_GE(H5Ovisit(file.id(), H5_INDEX_NAME, H5_ITER_INC, check_object, nullptr), 0);

  for (const char* name : {"/", "timing", "best_model"}) {
    const Handle group = hdf5::open_group(file.id(), name);
    const Handle creation(H5Gget_create_plist(group.id()), H5Pclose, "list");
    unsigned order = 0;
    ASSERT_GE(H5Pget_link_creation_order(creation.id(), &order), 0);
    EXPECT_EQ(order, unsigned{H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED}) << name;
  }

  const Handle curve = hdf5::open_dataset(file.id(), "train_loss");
  const Handle list(H5Dget_create_plist(curve.id()), H5Pclose, "list");
  hsize_t chunk[3] = {};
  ASSERT_EQ(H5Pget_chunk(list.id(), 3, chunk), 3);
  EXPECT_EQ(std::vector<hsize_t>(chunk, chunk + 3), hdf5::extents(curve.id(), "train_loss"))
      << "a few small configs share one chunk";
  EXPECT_EQ(H5Pget_nfilters(list.id()), 2);

  const std::string config_coordinates =
      "label param_hidden_layer_sizes param_activation param_learning_rate_init param_batch_size";
  const auto coordinates = [&](const char* name) {
    return hdf5::read_string_attribute(hdf5::open_dataset(file.id(), name).id(), "coordinates");
  };
  EXPECT_EQ(coordinates("mean_test_score"), config_coordinates);
  EXPECT_EQ(coordinates("alias_of"), config_coordinates);
  EXPECT_EQ(coordinates("val_loss"), config_coordinates + " fold_seed fold_repeat");
  const Handle status = hdf5::open_dataset(file.id(), "status");
  EXPECT_EQ(hdf5::read_string_attribute(status.id(), "flag_meanings"),
            "not_run converged max_epochs early_stopped diverged failed");
}

TEST_F(Hdf5FileTest, TheDefaultPlotIsTheValidationCurve) {
  write();
  const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
  const auto text = [](const Handle& object, const char* name) {
    return hdf5::read_string_attribute(object.id(), name);
  };
  const Handle plots = hdf5::open_group(file.id(), text(file, "default"));
  EXPECT_EQ(text(plots, "NX_class"), "NXentry");
  const Handle plot = hdf5::open_group(plots.id(), text(plots, "default"));
  EXPECT_EQ(text(plot, "NX_class"), "NXdata");
  EXPECT_EQ(text(plot, "signal"), "val_loss");
  const Handle signal = hdf5::open_dataset(plot.id(), "val_loss");
  EXPECT_EQ(text(signal, "interpretation"), "spectrum");
  EXPECT_THAT(hdf5::read_values<std::int32_t>(plot.id(), "config", {4}), ElementsAre(0, 1, 2, 3));

  const Handle scores = hdf5::open_group(plots.id(), "mean_test_score");
  EXPECT_THAT(hdf5::read_values<double>(scores.id(), "mean_test_score_errors", {4}).front(), 0.125);
}

TEST_F(Hdf5FileTest, WithoutCurvesTheDefaultPlotIsTheScores) {
  records_.clear();
  write();
  const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
  const Handle plots = hdf5::open_group(file.id(), "plots");
  const std::string name = hdf5::read_string_attribute(plots.id(), "default");
  EXPECT_EQ(name, "mean_test_score");
  EXPECT_TRUE(hdf5::has_link(plots.id(), name));
}

TEST_F(Hdf5FileTest, ReadingNamesTheFileAndTheFault) {
  const auto refusal = [&] { return message_of([&] { (void)read_results(file_); }); };
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("no such file")));
  write_bytes(file_, "rank,score\n1,0.5\n");
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("not an HDF5 file")));
  write_bytes(file_, "");
  EXPECT_THAT(refusal(), HasSubstr("not an HDF5 file"));
  { const Handle file(H5Fcreate(file_.c_str(), H5F_ACC_TRUNC, 0, 0), H5Fclose, "create"); }
  EXPECT_THAT(refusal(), AllOf(HasSubstr(file_.string()), HasSubstr("not one of mlpgrid's")));
  EXPECT_THAT(message_of([&] { (void)read_results(folder_.path()); }), HasSubstr("not a file"));
}

TEST_F(Hdf5FileTest, TruncatedFilesAreRefusedAtAnyLength) {
  write();
  const std::string whole = read_bytes(file_);
  for (std::size_t size = 0; size < whole.size(); size += 1 + whole.size() / 97) {
    write_bytes(file_, whole.substr(0, size));
    EXPECT_THAT(message_of([&] { (void)read_results(file_); }), HasSubstr(file_.string())) << size;
  }
}

TEST_F(Hdf5FileTest, RefusesANewerSchema) {
  write();
  {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "open");
    const Handle attribute(H5Aopen(file.id(), "schema_version", H5P_DEFAULT), H5Aclose, "open");
    const std::int32_t newer = kSchemaVersion + 1;
    ASSERT_GE(H5Awrite(attribute.id(), H5T_NATIVE_INT32, &newer), 0);
  }
  EXPECT_THAT(message_of([&] { (void)read_results(file_); }),
              AllOf(HasSubstr("schema_version 2"), HasSubstr("newer mlpgrid")));
}

TEST_F(Hdf5FileTest, RefusesAFileThatLacksADataset) {
  write();
  {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "open");
    ASSERT_GE(H5Ldelete(file.id(), "n_iter", H5P_DEFAULT), 0);
  }
  EXPECT_THAT(message_of([&] { (void)read_results(file_); }),
              AllOf(HasSubstr(file_.string()), HasSubstr("n_iter")));
}

// Matrices of any size come back as they were, and lie in the file as whole matrices: stored
// plainly, in chunks of several configs, and of so many classes that a chunk has only some of their
// rows.
TEST_F(Hdf5FileTest, ConfusionMatricesOfAnySize) {
  std::mt19937 random(1);
  for (const std::int32_t classes : {3, 100, 700}) {
    run_.class_names.clear();
    for (std::int32_t c = 0; c < classes; ++c) run_.class_names.push_back(std::to_string(c));
    for (FitRecord& record : records_) {
      record.model.reset();
      std::map<std::pair<std::int32_t, std::int32_t>, std::int32_t> counts;
      const auto any = [&] { return static_cast<std::int32_t>(random()) & 0x7fffffff; };
      for (int row = 0; row < 200; ++row) ++counts[{any() % classes, any() % classes}];
      record.confusion.clear();
      for (const auto& [pair, n] : counts) record.confusion.push_back({pair.first, pair.second, n});
      record.test_confusion = {record.confusion.back()};
    }
    write();
    const ResultsFile results = read_results(file_);
    EXPECT_EQ(results.confusion[1], records_[1].confusion) << classes;
    EXPECT_EQ(results.confusion[4], records_[0].confusion) << "an alias has its fits' matrix";
    EXPECT_EQ(results.test_confusion[6], records_[4].test_confusion) << classes;

    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose, "open");
    const auto side = static_cast<hsize_t>(classes);
    const auto whole =
        hdf5::read_values<std::int32_t>(file.id(), "confusion/counts", {4, 2, side, side});
    for (std::size_t fit = 0; fit < results.confusion.size(); ++fit) {
      const auto begin = whole.begin() + static_cast<std::ptrdiff_t>(fit * side * side);
      const std::vector matrix(begin, begin + static_cast<std::ptrdiff_t>(side * side));
      EXPECT_EQ(pairs_of(matrix), results.confusion[fit]) << classes << ", fit " << fit;
    }
  }
  EXPECT_LT(std::filesystem::file_size(file_), 2'000'000U) << "16 MB of matrices, nearly all zeros";
}

// The files of the first releases had the counts of the held-out rows and nothing derived from
// them.
TEST_F(Hdf5FileTest, ReadsFilesWithoutTheLaterDatasets) {
  write();
  {
    const Handle file(H5Fopen(file_.c_str(), H5F_ACC_RDWR, H5P_DEFAULT), H5Fclose, "open");
    for (const char* name :
         {"elementwise_accuracy", "test_elementwise_accuracy", "collapsed", "confusion/precision",
          "confusion/recall", "confusion/f1", "confusion/support", "confusion/test_counts"}) {
      ASSERT_GE(H5Ldelete(file.id(), name, H5P_DEFAULT), 0) << name;
    }
  }
  const ResultsFile results = read_results(file_);
  EXPECT_EQ(results.confusion.size(), 4U * 2);
  EXPECT_EQ(results.confusion[0], pairs_of({5, 1, 0, 2, 4, 0, 0, 0, 6}));
  EXPECT_THAT(results.test_confusion, IsEmpty());
}

TEST_F(Hdf5FileTest, WritingNamesTheFolder) {
  file_ = folder_ / "none/run.h5";
  EXPECT_THAT(message_of([&] { write(); }), AllOf(HasSubstr("none"), HasSubstr("does not exist")));
  file_ = folder_.path();
  EXPECT_THAT(message_of([&] { write(); }), HasSubstr("it is a folder"));
  // A folder in which not even root can create files.
  file_ = "/proc/self/run.h5";
  EXPECT_THAT(message_of([&] { write(); }), AllOf(HasSubstr("/proc/self"), HasSubstr("-o")));
}

TEST_F(Hdf5FileTest, RefusesRecordsWithoutAPlace) {
  records_[0].config = 4;
  EXPECT_THROW(write(), std::invalid_argument);
  records_[0].config = 2;  // an alias
  EXPECT_THROW(write(), std::invalid_argument);
  records_[0].config = 0;
  records_[0].train_loss.resize(4);
  EXPECT_THROW(write(), std::invalid_argument);
  EXPECT_THAT(folder_.names(), IsEmpty());
}

}  // namespace
}  // namespace mlpgrid
