// The numbers of the sample run. They mean nothing beyond being different from each other.
#include "sample_run.hpp"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>

namespace mlpgrid::testing {
namespace {

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

bool same_bits(const std::vector<double>& a, const std::vector<double>& b) {
  return std::ranges::equal(a, b, [](double x, double y) { return same_bits(x, y); });
}

FitRecord sample_record(std::int32_t config, std::int32_t fold, double score) {
  FitRecord record;
  record.config = config;
  record.fold = fold;
  record.status = RunStatus::max_epochs;
  record.n_iter = 3;
  record.best_epoch = 2;
  record.split_test_score = score;
  record.split_train_score = score + 0.0625;
  record.test_score = score - 0.125;
  record.zero_weight_share = 0.25 * config;
  record.mean_abs_weight = 0.75;
  record.train_loss = {1.5 + config, 1.25, 1.0 / (3.0 + fold)};
  record.train_score = {0.25, 0.5, score};
  record.val_loss = {1.75, kNaN, 0.875};
  record.val_score = {0.125, kNaN, score};
  record.confusion = pairs_of({5, 1, 0, 2, 4, 0, 0, 0, 6 + config});
  record.test_confusion = pairs_of({3, 1, 0, 1, 2, 0, 0, 0, 3});
  record.fit_time_s = 0.5 + 0.25 * fold;
  record.score_time_s = 0.0625;
  return record;
}

StoredModel sample_model() {
  StoredModel model;
  model.layer_sizes = {2, 4, 3};
  model.activation = "relu";
  model.output = "softmax";
  model.precision = "float32";
  model.weights = {{0.5, -0.25, 0.125, 1, 2, 3, 4, 5}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12.5}};
  model.biases = {{0.1F, 0.2F, 0.3F, 0.4F}, {-1, 0, 1}};
  model.feature_shift = {0.5, 1.0 / 3.0};
  model.feature_divisor = {2.0, 0.1};
  return model;
}

}  // namespace

RunDescription sample_run() {
  RunDescription run;
  run.title = "sample grid";
  run.experiment = "data = csv\nactivation = relu,tanh\n# \xC3\xA9\n";
  run.version = "0.1.0";
  run.seed = 7;
  run.data_sha256 = "00ff";
  run.features_sha256 = "0ff0";
  run.scoring = "accuracy";
  run.label = {"activation=relu", "activation=tanh", "activation=relu, again", "\xCE\xB1=0.1"};
  run.params = {{"hidden_layer_sizes", std::vector<std::string>{"4", "4", "4", "4"}},
                {"activation", std::vector<std::string>{"relu", "tanh", "relu", "tanh"}},
                {"learning_rate_init", std::vector<double>{0.001, 0.001, 0.1, 0.1}},
                {"batch_size", std::vector<std::int32_t>{200, 200, 200, 200}}};
  run.alias_of = {0, 1, 0, 3};
  run.fold_seed = {7, 8};
  run.fold_repeat = {0, 1};
  run.fold_train_rows = {{3, 4, 5, 0}, {0, 1, 2}};
  run.fold_held_out_rows = {{1, 2}, {}};
  run.max_epochs = 3;
  run.refit = true;
  run.class_names = {"cat", "d\xC3\xB6g", "say \"x, y\""};
  run.feature_names = {"width", "height"};
  return run;
}

std::vector<FitRecord> sample_records() {
  std::vector<FitRecord> records = {
      sample_record(0, 0, 0.5),   sample_record(0, 1, 0.75), sample_record(1, 0, 0.875),
      sample_record(1, 1, 0.625), sample_record(3, 0, 0.25), sample_record(3, 1, kNaN),
  };
  records[1].status = RunStatus::converged;
  records[1].n_iter = 2;
  for (auto* curve : {&records[1].train_loss, &records[1].train_score, &records[1].val_loss,
                      &records[1].val_score}) {
    curve->resize(2);
  }
  records[5].status = RunStatus::diverged;
  records[5].error = "loss is not finite";
  records[5].test_score = kNaN;
  records[5].confusion.clear();
  records[5].test_confusion.clear();
  FitRecord refit = sample_record(1, kRefitFold, kNaN);
  refit.confusion.clear();
  refit.val_loss.clear();
  refit.val_score.clear();
  refit.test_score = 0.8125;
  refit.model = sample_model();
  records.push_back(refit);
  return records;
}

std::string read_bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write_bytes(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary) << bytes;
}

Confusion pairs_of(const std::vector<std::int32_t>& matrix) {
  std::int32_t classes = 0;
  while (static_cast<std::size_t>(classes) * static_cast<std::size_t>(classes) < matrix.size()) {
    ++classes;
  }
  Confusion pairs;
  for (std::int32_t i = 0; i < classes * classes; ++i) {
    const std::int32_t count = matrix[static_cast<std::size_t>(i)];
    if (count > 0) pairs.push_back({i / classes, i % classes, count});
  }
  return pairs;
}

bool identical(const FitRecord& a, const FitRecord& b) {
  const auto same_lists = [](const auto& x, const auto& y) {
    return std::ranges::equal(x, y, [](const auto& p, const auto& q) { return same_bits(p, q); });
  };
  const auto same_models = [&](const StoredModel& x, const StoredModel& y) {
    return x.layer_sizes == y.layer_sizes && x.activation == y.activation && x.output == y.output &&
           x.precision == y.precision && same_lists(x.weights, y.weights) &&
           same_lists(x.biases, y.biases) && same_bits(x.feature_shift, y.feature_shift) &&
           same_bits(x.feature_divisor, y.feature_divisor) &&
           same_bits(x.target_shift, y.target_shift) &&
           same_bits(x.target_divisor, y.target_divisor) && x.class_names == y.class_names;
  };
  return a.config == b.config && a.fold == b.fold && a.status == b.status && a.error == b.error &&
         a.n_iter == b.n_iter && a.best_epoch == b.best_epoch &&
         same_bits(a.split_test_score, b.split_test_score) &&
         same_bits(a.split_train_score, b.split_train_score) &&
         same_bits(a.test_score, b.test_score) && same_bits(a.train_loss, b.train_loss) &&
         same_bits(a.train_score, b.train_score) && same_bits(a.val_loss, b.val_loss) &&
         same_bits(a.val_score, b.val_score) &&
         same_bits(a.early_stopping_score, b.early_stopping_score) && a.confusion == b.confusion &&
         a.test_confusion == b.test_confusion &&
         same_bits(a.zero_weight_share, b.zero_weight_share) &&
         same_bits(a.mean_abs_weight, b.mean_abs_weight) && same_bits(a.map, b.map) &&
         same_bits(a.reconstructions, b.reconstructions) &&
         a.trace.has_value() == b.trace.has_value() &&
         (!a.trace ||
          (a.trace->names == b.trace->names && same_bits(a.trace->loss, b.trace->loss) &&
           same_bits(a.trace->parameters, b.trace->parameters))) &&
         same_bits(a.fit_time_s, b.fit_time_s) && same_bits(a.score_time_s, b.score_time_s) &&
         a.model.has_value() == b.model.has_value() &&
         (!a.model || same_models(*a.model, *b.model));
}

}  // namespace mlpgrid::testing
